"""crm.yaml: what it says, what is wrong in it, which format is refused."""

import pytest

from crmcli.book.config import parse_config
from crmcli.book.config import read_config
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import NoBookError
from crmcli.model.policy import Policy


def said(text):
    return [(str(problem), problem.level) for problem in parse_config(text.encode()).problems]


def test_a_short_file_is_the_default_policy_with_a_name():
    config = parse_config(b"name: Demo\nformat: 1\ncurrency: TWD\n")
    assert config.policy == Policy(name="Demo", currency="TWD")
    assert config.problems == ()
    assert config.tree == {"name": "Demo", "format": "1", "currency": "TWD"}


def test_a_newer_format_is_refused():
    with pytest.raises(BadDataError) as caught:
        parse_config(b"name: Demo\nformat: 2\n")
    assert caught.value.place == "crm.yaml:2"
    assert str(caught.value).endswith("newer than this crm knows (1)\nGet a newer version of crm")


def test_a_missing_or_strange_format_is_an_error():
    assert said("name: Demo\n") == [
        ("crm.yaml: 'format' is missing. Add a line: format: 1", "error")
    ]
    assert said("format: one\n") == [
        ("crm.yaml:1: format is not a whole number. Write format: 1", "error")
    ]
    assert said("format: 0\n") == [
        ("crm.yaml:1: format '0' is not known. Write format: 1", "error")
    ]


def test_a_value_that_cannot_be_used_keeps_its_default_and_is_told_with_its_line():
    text = "format: 1\nstages:\n- name: lead\n  probability: 120\ntiers: A\n"
    config = parse_config(text.encode())
    assert config.policy.tiers == Policy().tiers
    assert [problem.place for problem in config.problems] == [
        "crm.yaml:4",
        "crm.yaml:2",
        "crm.yaml:5",
    ]


def test_an_unknown_key_is_a_note_with_the_nearest_known_one():
    text = "format: 1\ncurency: TWD\nstandard:\n  visits:\n    report_hour: 4\n  windw: 90\n"
    assert said(text)[0] == (
        "crm.yaml:2: key 'curency' is not known, so it is passed over. Did you mean currency?",
        "note",
    )
    assert [what.rpartition(" ")[2] for what, _ in said(text)] == [
        "currency?",
        "window?",
        "report_hours?",
    ]


def test_an_unknown_key_of_a_stage_or_tier_is_a_note():
    text = "format: 1\nstages:\n- {name: lead, stale-after: 3}\ntiers:\n  A: {cadense: 3}\n"
    notes = [problem for problem in parse_config(text.encode()).problems if problem.level == "note"]
    assert [note.remedy for note in notes] == ["Did you mean stale_after?", "Did you mean cadence?"]


@pytest.mark.parametrize(
    "text", [b"", b"# nothing\n", b"a: [\n", b"- a\n", b"a: *x\n", b"\xff\xfe"]
)
def test_a_file_that_is_no_settings_is_refused_with_its_place(text):
    with pytest.raises(BadDataError) as caught:
        parse_config(text)
    assert caught.value.place is not None
    assert caught.value.place.startswith("crm.yaml")


def test_conflict_markers_are_a_conflict():
    with pytest.raises(ConflictError):
        parse_config(b"format: 1\n<<<<<<< ours\nname: A\n=======\nname: B\n>>>>>>> theirs\n")


def test_a_folder_without_settings_is_no_book(tmp_path):
    with pytest.raises(NoBookError):
        read_config(tmp_path)
    (tmp_path / "crm.yaml").write_text("format: 1\n")
    assert read_config(tmp_path).policy == Policy()


def test_a_linked_settings_file_is_refused(tmp_path):
    (tmp_path / "other.yaml").write_text("format: 1\n")
    (tmp_path / "crm.yaml").symlink_to(tmp_path / "other.yaml")
    with pytest.raises(BadDataError):
        read_config(tmp_path)
