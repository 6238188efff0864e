"""What is said beside an answer, and the help of a report, are no wider than the screen."""

from pathlib import Path

import pytest

from crmcli.render.width import width
from crmcli.reports.registry import names
from tests.transcript_runner import Shell

LONG = "service, sharing need no consent: the unknown may be contacted for them"


def widest(text: str) -> int:
    return max(width(line) for line in text.splitlines())


@pytest.fixture
def empty(shell: Shell, tmp_path: Path) -> Shell:
    (tmp_path / "empty").mkdir()
    shell.folder = tmp_path / "empty"
    code, said = shell.do("crm init --no-git --rep mei")
    assert code == 0, said
    return shell


@pytest.mark.parametrize("columns", [40, 80])
def test_an_empty_book_is_told_so_within_the_screen(empty: Shell, columns: int) -> None:
    for name in names():
        code, said = empty.do(f"crm report {name}", terminal=True, width=columns)
        assert code == 0, name
        assert widest(said) <= columns, name


@pytest.mark.parametrize("columns", [40, 80])
def test_how_a_report_is_worked_out_is_told_within_the_screen(shell: Shell, columns: int) -> None:
    for name in names():
        for line in (f"crm report {name} --help", f"crm help report {name}"):
            _, said = shell.do(line, terminal=True, width=columns)
            assert widest(said) <= columns, line


def test_a_note_is_one_line_in_a_pipe_and_loses_no_word_on_a_screen(shell: Shell) -> None:
    _, piped = shell.do("crm report consent --as-of 2010-01-01")
    assert any(line.startswith(LONG) for line in piped.splitlines())
    _, shown = shell.do("crm report consent --as-of 2010-01-01", terminal=True, width=40)
    assert LONG in " ".join(shown.split())
