"""crm init: who the first rep is."""

from tests.transcript_runner import Shell


def test_who_says_who_they_are_is_the_first_rep(shell: Shell) -> None:
    shell.folder = shell.home / "new"
    shell.folder.mkdir()
    shell.environ["CRM_REP"] = "chen"
    code, text = shell.do("crm init --no-git --currency TWD")
    assert (code, "with you as rep chen" in text) == (0, True)
    assert shell.do('crm customer add "Acme" --status active')[0] == 0


def test_an_option_says_it_louder(shell: Shell) -> None:
    shell.folder = shell.home / "new"
    shell.folder.mkdir()
    code, text = shell.do("crm init --no-git --currency TWD --rep lin")
    assert (code, "with you as rep lin" in text) == (0, True)
