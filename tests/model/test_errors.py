"""What an error says to a person and to a program."""

from crmcli.model.errors import BadDataError
from crmcli.model.errors import BadValueError


def test_a_person_reads_place_what_and_remedy():
    error = BadValueError("'Z' is not a tier", place="--tier", remedy="Try: --tier A")
    assert str(error) == "--tier: 'Z' is not a tier\nTry: --tier A"


def test_a_program_gets_the_file_and_the_line():
    found = BadDataError("no mapping", place="customers/acme.yaml:7").as_json()
    assert (found["message"], found["file"], found["line"]) == (
        "no mapping",
        "customers/acme.yaml",
        7,
    )
    assert BadDataError("empty", place="crm.yaml").as_json()["file"] == "crm.yaml"


def test_an_option_is_no_file():
    found = BadValueError("'Z' is not a tier", place="--tier").as_json()
    assert (found["message"], found["file"]) == ("--tier: 'Z' is not a tier", None)
