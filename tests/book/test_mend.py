"""What has one answer is mended; whatever needs a guess is left as it was."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from crmcli.book.check import check
from crmcli.book.mend import Mend
from crmcli.book.mend import carry_out
from crmcli.book.mend import mends
from crmcli.book.plan import on_disk
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from tests.transcript_runner import Shell

TODAY = date(2026, 11, 9)
BOOK = {
    "crm.yaml": "name: Test\nformat: 1\ncommit: off\n",
    "reps/mei.yaml": "name: Mei\n",
    "customers/acme.yaml": "name: Acme\n",
}
PROMISE = "promises/2026/p-1a2b3c4d.yaml"
MONTH = "interactions/mei/2026-11.csv"
HEADER = "id,at,rep,kind,summary\n"
ROW = 'i-1a1a1a1a,2026-11-02,mei,note,"a, b"\n'

Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a small book with these files beside its own."""

    def make(files: dict[str, str]) -> Path:
        for path, text in (BOOK | files).items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return make


def test_conflict_markers_in_the_settings_are_joined_as_in_a_record(shell: Shell) -> None:
    """S14: the command that names them also mends them."""
    text = (shell.folder / "crm.yaml").read_text("utf-8")
    marked = "<<<<<<< ours\nname: A\n=======\nname: B\n>>>>>>> theirs\n"
    name = next(line for line in text.splitlines(keepends=True) if line.startswith("name:"))
    (shell.folder / "crm.yaml").write_text(text.replace(name, marked), "utf-8")
    code, said = shell.do("crm check crm.yaml")
    assert code == 4
    assert "crm.yaml:2: error: the conflict markers of a merge stand here" in said
    code, said = shell.do("crm check crm.yaml --fix --yes")
    assert code == 0, said
    assert "Joined both sides of a merge in crm.yaml" in said
    assert "a merge left a question open about name: kept B, other A" in said
    assert shell.do("crm customer list")[0] == 0


def no_merge(path: str, base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
    raise BadDataError("cannot be read")


def found_in(
    root: Path,
    merge: Callable[[str, bytes | None, bytes, bytes], bytes | None] = no_merge,
    by: str | None = "mei",
) -> list[Mend]:
    problems, _ = check(root)
    return mends(problems, lambda path: on_disk(root, path), today=TODAY, by=by, merge=merge)


def mended(root: Path, path: str) -> str | None:
    """What a file becomes, None if nothing is to be mended in it."""
    data = {each.write.path: each.write.data for each in found_in(root)}.get(path)
    return None if data is None else data.decode()


def errors(root: Path) -> list[str]:
    return [str(problem) for problem in check(root)[0] if problem.level == "error"]


@pytest.mark.parametrize("path", ["crm.yaml", "customers/acme.yaml", "reps/mei.yaml"])
def test_a_yaml_file_gets_its_last_line_end(made: Made, path: str) -> None:
    """W9: a warning, since the file may be cut off; mended it is none."""
    root = made({path: BOOK[path].removesuffix("\n")})
    assert [problem.file for problem in check(root)[0] if problem.fixable] == [path]
    assert mended(root, path) == BOOK[path]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_gets_its_line_end(made: Made, end: str) -> None:
    """W9: of the sort that the file has."""
    text = (HEADER + ROW).replace("\n", end)
    root = made({MONTH: text.removesuffix(end)})
    assert errors(root)
    assert mended(root, MONTH) == text


def test_the_same_row_twice_becomes_one(made: Made) -> None:
    other = ROW.replace("1a1a1a1a", "2b2b2b2b")
    root = made({MONTH: HEADER + ROW + other + ROW + ROW})
    assert mended(root, MONTH) == HEADER + ROW + other


def test_rows_of_one_id_that_differ_are_left_to_a_person(made: Made) -> None:
    root = made({MONTH: HEADER + ROW + ROW.replace("a, b", "a, c")})
    assert len(errors(root)) == 1
    assert found_in(root) == []


def test_a_row_in_two_months_is_left_to_a_person(made: Made) -> None:
    root = made({MONTH: HEADER + ROW, "interactions/mei/2026-10.csv": HEADER + ROW})
    assert len(errors(root)) == 1
    assert found_in(root) == []


def test_a_hand_edit_gets_its_line_of_history(made: Made) -> None:
    """The line is of today, has every field that differs, and leaves the rest as it was."""
    text = (
        "# from the fair\nwhat: call\ncustomer: acme\nby: mei\nmade: 2026-11-01\nstatus: kept\n"
        "history:\n- {date: 2026-11-01, by: mei, due: 2026-11-05, status: open}  # so far\n"
    )
    root = made({PROMISE: text})
    line = "- {date: 2026-11-09, by: mei, status: kept, cleared: [due]}\n"
    assert mended(root, PROMISE) == text + line
    assert found_in(root)[0].said == (
        f"Added a line to the history of {PROMISE}: due unknown, status kept",
    )
    carry_out(root, found_in(root))
    assert check(root)[0] == []


def test_a_history_of_a_later_day_is_left_to_a_person(made: Made) -> None:
    text = "what: call\nby: mei\nstatus: open\nhistory:\n- {date: 2026-12-01, status: kept}\n"
    root = made({PROMISE: text})
    assert found_in(root) == []


def test_a_status_without_its_day_is_left_to_a_person(made: Made) -> None:
    """On which day it was kept decides whether it was kept in time."""
    root = made({PROMISE: "what: call\nby: mei\ndue: 2026-11-05\nstatus: kept\n"})
    assert found_in(root) == []


@pytest.mark.parametrize(
    "name",
    [
        "acme (Mei's conflicted copy 2026-11-09).yaml",
        "acme.sync-conflict-20261109-100000-ABCDEFG.yaml",
        "acme (美玲 的冲突副本 2026-11-09).yaml",
    ],
)
def test_a_copy_of_a_sync_program_goes_if_it_is_the_same(made: Made, name: str) -> None:
    """C9: one that differs stays, and so does one whose original is gone."""
    root = made({f"customers/{name}": BOOK["customers/acme.yaml"]})
    (found,) = found_in(root)
    assert (found.write.path, found.write.data) == (f"customers/{name}", None)
    (root / "customers" / name).write_text("name: Acme!\n", encoding="utf-8")
    assert found_in(root) == []
    (root / "customers/acme.yaml").unlink()
    assert found_in(root) == []


def test_a_copy_of_the_settings_is_met_too(made: Made) -> None:
    name = "crm (Mei's conflicted copy 2026-11-09).yaml"
    root = made({name: BOOK["crm.yaml"]})
    carry_out(root, found_in(root))
    assert not (root / name).exists()
    assert check(root)[0] == []


def test_union_merging_is_taken_out(made: Made) -> None:
    root = made({".gitattributes": "* text eol=lf\n*.csv merge=union\n# merge=union\n"})
    carry_out(root, found_in(root))
    assert (root / ".gitattributes").read_text() == "* text eol=lf\n# merge=union\n"


def test_both_sides_of_a_merge_go_to_the_merge(made: Made) -> None:
    """S14: with what was before them, if the markers tell."""
    asked: list[tuple[str, bytes | None, bytes, bytes]] = []

    def merge(path: str, base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
        asked.append((path, base, ours, theirs))
        return b"name: Acme\ntier: A\n"

    path = "customers/acme.yaml"
    marked = "name: Acme\n<<<<<<< a\ntier: A\n=======\ntier: B\n>>>>>>> b\nindustry: x\n"
    root = made({path: marked})
    (found,) = found_in(root, merge)
    assert found.write.data == b"name: Acme\ntier: A\n"
    made({path: marked.replace("=======\n", "||||||| o\ntier: C\n=======\n")})
    found_in(root, merge)
    sides = [b"name: Acme\ntier: %s\nindustry: x\n" % tier for tier in (b"A", b"B", b"C")]
    assert asked == [(path, None, *sides[:2]), (path, sides[2], *sides[:2])]
    assert found_in(root, no_merge) == []


@pytest.mark.parametrize(
    "marked",
    [
        "name: A\n=======\n",
        "<<<<<<< a\nname: A\n",
        "<<<<<<< a\n<<<<<<< a\nname: A\n=======\n>>>>>>> b\n",
        ">>>>>>> a\nname: A\n=======\n<<<<<<< b\n",
    ],
)
def test_markers_out_of_order_are_left_to_a_person(made: Made, marked: str) -> None:
    root = made({"customers/acme.yaml": marked})
    assert found_in(root, lambda *_: b"name: never\n") == []


def test_what_nobody_can_know_is_not_touched(made: Made) -> None:
    """A dangling reference, an unknown tier, a broken file: listed, not guessed."""
    root = made(
        {
            PROMISE: "what: call\nby: nobody\nstatus: open\n",
            "customers/acme.yaml": "name: Acme\ntier: Z\n",
            "customers/beta.yaml": "name: [\n",
        }
    )
    assert len(errors(root)) == 3
    assert found_in(root) == []


def test_a_file_that_changes_meanwhile_is_not_written_over(made: Made) -> None:
    """W11: and neither are the others."""
    root = made({"customers/acme.yaml": "name: Acme", "reps/mei.yaml": "name: Mei"})
    found = found_in(root)
    assert len(found) == 2
    (root / "reps/mei.yaml").write_text("name: Mei Lin")
    with pytest.raises(ConflictError):
        carry_out(root, found)
    assert (root / "customers/acme.yaml").read_text() == "name: Acme"
    assert (root / "reps/mei.yaml").read_text() == "name: Mei Lin"


def prompt_in(root: Path) -> Shell:
    return Shell(root.parent, root)


def test_a_dry_run_writes_nothing_and_has_the_code_of_the_real_run(made: Made) -> None:
    """W17: with an error that stays it is 4, without one it is 0."""
    root = made({MONTH: HEADER + ROW.removesuffix("\n")})
    shell = prompt_in(root)
    before = {path: path.read_bytes() for path in root.rglob("*.*") if ".crm" not in path.parts}
    code, text = shell.do("crm check --fix -n")
    assert code == 0, text
    assert all(path.read_bytes() == data for path, data in before.items())
    made({"customers/beta.yaml": "name: [\n"})
    assert shell.do("crm check --fix -n")[0] == 4


def test_a_person_is_asked(made: Made) -> None:
    """Rule 38: on a terminal, and --yes is wanted elsewhere."""
    root = made({MONTH: HEADER + ROW.removesuffix("\n")})
    shell = prompt_in(root)
    code, text = shell.do("crm check --fix")
    assert (code, text.splitlines()[-1]) == (2, "Try: crm check --fix --yes")
    code, text = shell.do("crm check --fix", typed="n\n")
    assert code == 2
    assert not (root / MONTH).read_text().endswith("\n")
    code, text = shell.do("crm check --fix", typed="y\n")
    assert code == 0, text
    assert "+++ b/interactions/mei/2026-11.csv" in text
    assert text.splitlines()[-1] == "no problems in 4 files"
    assert (root / MONTH).read_text() == HEADER + ROW


def test_what_a_cut_off_command_left_goes(made: Made) -> None:
    """W5, C2: temporary files that nothing speaks of, and the note in the lock."""
    temp = "customers/.~crm-123-0a1b2c3d"
    root = made({temp: "name: A", ".crm/lock": '{"command": "crm log", "pid": 123}\n'})
    shell = prompt_in(root)
    code, text = shell.do("crm check --fix -n")
    assert f"Would do: Removed {temp}, left by a command that was cut off" in text
    assert "Would do: Let go of the lock" in text
    assert (root / temp).exists()
    code, text = shell.do("crm check --fix --yes")
    assert code == 0, text
    assert not (root / temp).exists()
    assert (root / ".crm/lock").read_text() == ""


def test_an_answer_for_programs_is_json_alone(made: Made) -> None:
    root = made({MONTH: HEADER + ROW.removesuffix("\n")})
    _, text = prompt_in(root).do("crm check --fix --yes --json -q")
    assert text == "[]\n"
