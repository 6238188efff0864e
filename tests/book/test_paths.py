"""The grammar of the folder: what is a record's path and what is not."""

import subprocess
import sys

import pytest

from crmcli.book.paths import FOLDERS
from crmcli.book.paths import find_root
from crmcli.book.paths import folder_of
from crmcli.book.paths import id_of_path
from crmcli.book.paths import is_conflicted_copy
from crmcli.book.paths import is_ignored
from crmcli.book.paths import is_valid_id
from crmcli.book.paths import kind_of
from crmcli.book.paths import name_problem
from crmcli.book.paths import new_path
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.errors import BadValueError
from crmcli.model.interaction import Interaction
from crmcli.model.kinds import KINDS


def test_the_folders_are_those_of_the_table_of_kinds():
    assert {kind.folder: (kind.home, kind.letter) for kind in KINDS} == FOLDERS


@pytest.mark.parametrize(
    ("path", "kind", "id"),
    [
        ("reps/mei.yaml", "rep", "mei"),
        ("customers/acme-battery.yaml", "customer", "acme-battery"),
        ("customers/永豐電池行.yaml", "customer", "永豐電池行"),
        ("customers/c-4t8wz01m.yaml", "customer", "c-4t8wz01m"),
        ("deals/2026/d-7k3m9q2x.yaml", "deal", "d-7k3m9q2x"),
        ("promises/2026/p-4t8wz01m.yaml", "promise", "p-4t8wz01m"),
        ("tasks/2026/t-4t8wz01m.yaml", "task", "t-4t8wz01m"),
        ("interactions/mei/2026-11.csv", "interaction", None),
    ],
)
def test_a_record_file_tells_its_kind_and_id_by_its_path(path, kind, id):
    found = kind_of(path)
    assert found is not None
    assert found.name == kind
    assert id_of_path(path) == id
    assert name_problem(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "crm.yaml",
        "README.md",
        "customers",
        "customers/Acme.yaml",
        "customers/acme.yml",
        "customers/acme",
        "customers/.acme.yaml",
        "customers/2026/acme.yaml",
        "customers/con.yaml",
        "customers/p-4t8wz01m.yaml",
        "customers/-rf.yaml",
        "customers/Mu\u0308ller.yaml",
        "promises/p-4t8wz01m.yaml",
        "promises/26/p-4t8wz01m.yaml",
        "promises/2026/d-7k3m9q2x.yaml",
        "promises/2026/p-4t8wz01u.yaml",
        "interactions/2026-11.csv",
        "interactions/mei/2026-13.csv",
        "interactions/Mei/2026-11.csv",
        "interactions/mei/2026-11.yaml",
        "sales/mei/2026-11.csv",
        "feedback/2026-11.csv",
        "feedback/pulse/mei/2026-11.csv",
    ],
)
def test_any_other_path_is_no_record(path):
    assert kind_of(path) is None
    assert folder_of(path) is None
    assert id_of_path(path) is None


HOSTILE = [
    "../../../etc/x", "/etc/passwd", "a/b", "a\\b", "..", ".", ".git", ".crm", "a\x00b", "con",
    "aux.yaml", "x:y", "-rf", "--output=x", "a\nb", "Acme.", "acme ", "%2e%2e", "a" * 300,
    "a\u202eb", "p-4t8wz01m", "",
]  # fmt: skip


@pytest.mark.parametrize("id", HOSTILE)
def test_h5_no_hostile_id_becomes_a_path(id):
    """H5: an id becomes a path only if it fits the grammar."""
    assert not is_valid_id("customers", id)
    with pytest.raises(BadValueError):
        new_path(Customer(id=id, name="x"), 2026)


@pytest.mark.parametrize("id", HOSTILE)
def test_h5_no_hostile_rep_becomes_a_folder(id):
    """H5: the rep of a row names its folder."""
    with pytest.raises(BadValueError):
        new_path(Interaction(id="i-2m8c4x7q", at="2026-11-09", rep=id, kind="call"), 2026)


def test_a_new_record_goes_to_the_year_of_today_and_a_row_to_its_month():
    assert new_path(Customer(id="acme", name="Acme"), 2026) == "customers/acme.yaml"
    deal = Deal(id="d-7k3m9q2x", stage="lead")
    assert new_path(deal, 2026) == "deals/2026/d-7k3m9q2x.yaml"
    row = Interaction(id="i-2m8c4x7q", at="2025-12-31T09:00+08:00", rep="mei", kind="call")
    assert new_path(row, 2026) == "interactions/mei/2025-12.csv"


@pytest.mark.parametrize(
    "name", [".~crm-12-ab", ".crm", ".crm.intent", "acme.yaml.crm-new", "acme.yaml~", "#acme#"]
)
def test_temporary_and_hidden_names_are_passed_over(name):
    assert is_ignored(name)
    assert name_problem(f"customers/{name}") is None


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("customers/Acme Battery.yaml", "Rename it to customers/acme-battery.yaml"),
        ("customers/acme.yml", "Rename it to customers/acme.yaml"),
        ("deals/d-7k3m9q2x.yaml", "Rename it to deals/YEAR/d-7k3m9q2x.yaml"),
        ("deals/2026/x.yaml", "Rename it to deals/2026/d-xxxxxxxx.yaml"),
        ("interactions/mei/nov.csv", "Rename it to interactions/REP/YYYY-MM.csv"),
    ],
)
def test_a_record_of_a_wrong_name_is_an_error_that_names_the_right_one(path, remedy):
    problem = name_problem(path)
    assert problem is not None
    assert (problem.level, problem.remedy) == ("error", remedy)


def test_a_file_that_is_no_record_is_a_note():
    problem = name_problem("customers/photo.jpg")
    assert problem is not None
    assert problem.level == "note"


def test_copies_of_sync_programs_are_known():
    assert is_conflicted_copy("acme (Mei's conflicted copy 2026-11-09).yaml")
    assert is_conflicted_copy("acme.sync-conflict-20261109-101010-ABCDEFG.yaml")
    assert not is_conflicted_copy("acme-conflict.yaml")


def test_a_book_is_found_from_any_folder_inside_it(tmp_path):
    (tmp_path / "crm.yaml").write_text("format: 1\n")
    inside = tmp_path / "customers" / "deep"
    inside.mkdir(parents=True)
    assert find_root(inside) == tmp_path
    assert find_root(tmp_path) == tmp_path
    (inside / "crm.yaml").mkdir()
    assert find_root(inside) == tmp_path


def test_the_grammar_loads_no_msgspec():
    code = "import sys, crmcli.book.paths; print('msgspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
