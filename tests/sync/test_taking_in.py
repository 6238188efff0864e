"""Hand edits are committed apart, so that undo takes back what a command did and no more."""

from tests.transcript_runner import Shell


def run(shell: Shell, line: str) -> str:
    code, said = shell.do(line)
    assert code == 0, said
    return said


def test_undo_in_a_book_new_to_git_leaves_the_record_there(shell: Shell) -> None:
    """W16: the first commit of a file is not its making."""
    run(shell, "git init -q .")
    file = shell.folder / "customers" / "acme-battery.yaml"
    before = file.read_bytes()
    run(shell, "crm customer set acme tier=B")
    run(shell, "crm undo --yes")
    assert b"tier: A" in file.read_bytes()
    assert len(file.read_bytes()) >= len(before)


def test_undo_of_a_visit_keeps_the_rows_that_were_there(shell: Shell) -> None:
    """W16: a month that git did not know yet."""
    run(shell, "git init -q .")
    month = shell.folder / "interactions" / "mei" / "2026-11.csv"
    before = month.read_bytes()
    run(shell, 'crm log call acme "short"')
    run(shell, "crm undo --yes")
    assert month.read_bytes() == before


def test_undo_keeps_what_a_hand_changed_in_the_same_file(shell: Shell) -> None:
    """W16, W15: the hand edit is no part of the command."""
    run(shell, "git init -q .")
    run(shell, "git add .")
    run(shell, "git commit -q -m begun")
    file = shell.folder / "customers" / "acme-battery.yaml"
    file.write_text(file.read_text().replace("region: Taipei", "region: Tainan"))
    run(shell, "crm customer set acme tier=B")
    run(shell, "crm undo --yes")
    assert "region: Tainan" in file.read_text()
    assert "tier: A" in file.read_text()
