"""The documents say what the program does, and leave nothing of it out."""

import re
import tempfile
from pathlib import Path

import pytest

from crmcli.cli.tree import TREE
from crmcli.cli.tree import walk
from crmcli.reports.registry import REPORTS
from tests import field_tables
from tests import hazard_table
from tests import question_page
from tests.transcript_runner import Shell

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TRANSCRIPTS = sorted((ROOT / "tests" / "transcripts").glob("*.md"))
EXAMPLE = re.compile(r"^\s+(crm .+)$", re.MULTILINE)
COMMANDS = dict(walk())
BEGINNINGS = ("init", "demo")  # make a book, so they are typed where there is none
IN_GIT = ("sync", "history", "undo", "conflicts")


def examples() -> list[tuple[str, str]]:
    """Each example of each command's help, with the command's words."""
    return [(name, line) for name in COMMANDS for line in examples_of(name)]


def examples_of(name: str) -> list[str]:
    return EXAMPLE.findall((COMMANDS[name].help or "").partition("Examples:")[2])


def played() -> str:
    """Every command line of every transcript."""
    pages = [*TRANSCRIPTS, ROOT / "README.md"]
    return "\n".join(path.read_text(encoding="utf-8") for path in pages)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    text = (COMMANDS[name].help or "").partition("\n")[0]
    assert text.endswith((".", "?")), text
    for parameter in COMMANDS[name].params:
        assert parameter.help is None or not parameter.help.startswith(" ")


@pytest.mark.parametrize("word", TREE)
def test_every_word_says_what_it_is(word: str) -> None:
    assert TREE[word].help.endswith((".", "?")) or not TREE[word].group


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    assert examples_of(name)


@pytest.mark.parametrize(("name", "line"), examples())
def test_every_example_works_as_typed(
    name: str, line: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(shell.home))
    if name in BEGINNINGS:
        shell.folder = shell.home / "empty"
        shell.folder.mkdir()
    if name in IN_GIT:
        for words in ("init -q", "add .", "commit -q -m begun"):
            shell.do(f"git {words}")
    shell.environ["EDITOR"] = "true"
    code, text = shell.do(line, typed="y\n")
    assert code == 0, text
    assert line.startswith(f"crm {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_reference(name: str) -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert f"\n### crm {name}\n" in page


def test_the_reference_is_what_the_program_prints(
    shell: Shell, request: pytest.FixtureRequest
) -> None:
    _, now = shell.do("crm help --all --format markdown")
    assert_written(DOCS / "commands.md", now, request)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_played_in_a_transcript(name: str) -> None:
    assert re.search(rf"^\$ (?:[A-Z_]+=\S+ )*crm (?:-\S+ \S+ )*{name}\b", played(), re.MULTILINE)


@pytest.mark.parametrize("name", [report.name for report in REPORTS])
def test_every_report_is_played_in_a_transcript(name: str) -> None:
    assert f"\n$ crm report {name}" in played()


def test_the_fields_on_the_format_page_are_those_of_the_records(
    request: pytest.FixtureRequest,
) -> None:
    page = (DOCS / "format.md").read_text(encoding="utf-8")
    assert field_tables.blocks(page) == set(field_tables.structs())
    assert_written(DOCS / "format.md", field_tables.written(page), request)


def test_the_page_of_questions_is_what_the_reports_say(request: pytest.FixtureRequest) -> None:
    assert_written(DOCS / "questions.md", question_page.page(), request)


def test_each_hazard_is_held_by_the_tests_that_the_page_names(
    request: pytest.FixtureRequest,
) -> None:
    page = (DOCS / "hazards.md").read_text(encoding="utf-8")
    assert_written(DOCS / "hazards.md", hazard_table.written(page), request)
    rows = list(hazard_table.ROW.finditer(page))
    assert len(rows) == len({row["number"] for row in rows})
    missing = [
        n for row in rows for n in hazard_table.named(row["held"]) if not hazard_table.exists(n)
    ]
    assert not missing


def test_every_number_that_a_test_bears_is_a_hazard() -> None:
    page = (DOCS / "hazards.md").read_text(encoding="utf-8")
    numbers = {row["number"] for row in hazard_table.ROW.finditer(page)}
    assert set(hazard_table.held_by_number()) <= numbers


def test_no_page_points_to_a_file_that_is_not_there() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def assert_written(path: Path, now: str, request: pytest.FixtureRequest) -> None:
    """The file holds this text; with --update it is made to."""
    if request.config.getoption("--update") and path.read_text(encoding="utf-8") != now:
        path.write_text(now, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8").splitlines() == now.splitlines()
