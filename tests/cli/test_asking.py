"""A change that moves much is shown and asked about; where nobody can be asked, it needs --yes."""

from pathlib import Path

import pytest

from tests.transcript_runner import Shell

MERGE = "crm customer merge acme-battery beta-ltd"
HANDOVER = "crm rep handover lin --to mei"


def files(shell: Shell) -> dict[Path, bytes]:
    kept = [path for path in shell.folder.rglob("*") if path.is_file() and ".crm" not in path.parts]
    return {path: path.read_bytes() for path in kept if ".git" not in path.parts}


@pytest.mark.parametrize("line", [MERGE, HANDOVER])
@pytest.mark.parametrize("answer", ["n\n", "\n", "", "what\n"])
def test_without_a_yes_nothing_is_done(shell: Shell, line: str, answer: str) -> None:
    before = files(shell)
    code, text = shell.do(line, typed=answer)
    assert code == 2
    assert text.startswith("Would do: ")
    assert "? [y/N] " in text
    assert "nothing done" in text
    assert files(shell) == before


@pytest.mark.parametrize(("line", "done"), [(MERGE, "Merged beta-ltd"), (HANDOVER, "Handed over")])
def test_with_a_yes_it_is_done(shell: Shell, line: str, done: str) -> None:
    code, text = shell.do(line, typed="y\n")
    assert code == 0
    assert f"Would do: {done}" in text
    assert f"[y/N] {done}" in text


def test_a_yes_that_was_given_before_is_not_asked_for(shell: Shell) -> None:
    code, text = shell.do(f"{MERGE} -y", typed="")
    assert code == 0
    assert "[y/N]" not in text


def test_a_merge_where_nobody_can_be_asked_needs_a_yes(shell: Shell) -> None:
    before = files(shell)
    for line, typed in ((MERGE, None), (f"{MERGE} --no-input", "y\n")):
        code, text = shell.do(line, typed=typed)
        assert code == 2
        assert text == f"merge needs a yes\nTry: {MERGE} --yes\n"
    assert files(shell) == before


def test_a_handover_where_nobody_can_be_asked_goes_on(shell: Shell) -> None:
    code, text = shell.do(HANDOVER)
    assert code == 0
    assert "[y/N]" not in text


def test_what_cannot_be_done_is_refused_before_anybody_is_asked(shell: Shell) -> None:
    code, text = shell.do("crm customer merge acme-battery acme", typed="y\n")
    assert code == 2
    assert "both words mean acme-battery" in text
    assert "[y/N]" not in text


@pytest.mark.parametrize("line", [MERGE, HANDOVER])
def test_a_dry_run_asks_nothing_and_writes_nothing(shell: Shell, line: str) -> None:
    before = files(shell)
    code, text = shell.do(f"{line} -n", typed="")
    assert code == 0
    assert text.startswith("--- a/")
    assert "[y/N]" not in text
    assert files(shell) == before


def test_the_brief_comes_behind_what_was_done(shell: Shell) -> None:
    _, text = shell.do(f"{HANDOVER} --customer 宏昇")
    first, second, *_ = text.splitlines()
    assert first.startswith("Handed over from 林志偉 to 陳怡美: 1 customer")
    assert second == "# What must whoever follows 林志偉 know?"


def test_a_brief_in_a_file_is_markdown_unless_told(shell: Shell) -> None:
    code, text = shell.do("crm rep handover lin -o lin.md")
    assert (code, text) == (0, "The brief is in lin.md.\n")
    assert (shell.folder / "lin.md").read_text(encoding="utf-8").startswith("# What must ")
    shell.do("crm rep handover lin --json -o lin.json")
    assert (shell.folder / "lin.json").read_text(encoding="utf-8").startswith('{"report":')


def test_a_script_gets_ids_or_records_and_no_brief(shell: Shell) -> None:
    _, text = shell.do(f"{HANDOVER} --customer 宏昇 -q")
    assert text.splitlines()[0] == "宏昇車業"
    assert "#" not in text
    _, text = shell.do("crm rep handover mei --to lin --customer 宏昇 --json")
    assert text.startswith('[{"id": "宏昇車業"')
    assert text.count("\n") == 1
