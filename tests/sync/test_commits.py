"""Every writing command commits exactly the files it wrote, or says why it could not."""

from pathlib import Path

import pytest

from crmcli.sync import commits
from tests.sync.hub import Person
from tests.sync.hub import new_book


@pytest.fixture
def mei(tmp_path: Path) -> Person:
    return new_book(tmp_path / "book")


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "PAUSES", (0.0,))


def test_a_new_book_begins_with_one_commit(mei: Person) -> None:
    assert mei.commits() == ["book begun"]
    assert mei.status() == []


def test_a_subject_holds_ids_and_trailers_tell_command_and_rep(mei: Person) -> None:
    """P2: no name goes into git's log."""
    mei.crm("customer", "add", "大同電機", "--tier", "A")
    mei.crm("log", "visit", "大同", "first visit", "--promise", "send offer by fri")
    promise = next((mei.folder / "promises/2026").iterdir()).stem
    mei.crm("promise", "keep", promise)
    assert mei.commits()[0] == f"promise {promise} kept"
    assert mei.git("log", "-1", "--format=%(trailers:unfold)").split("\n")[:2] == [
        "Crm-Op: promise keep",
        "Crm-By: mei",
    ]
    assert "大同" not in mei.git("log", "--format=%B")
    assert mei.status() == []


def test_a_file_with_a_chinese_name_is_committed_alone(mei: Person) -> None:
    mei.crm("customer", "add", "王小明股份有限公司")
    assert mei.committed() == ["customers/王小明股份有限公司.yaml"]


def test_a_command_of_several_files_is_one_commit(mei: Person) -> None:
    mei.crm("customer", "add", "Acme")
    mei.crm("log", "visit", "acme", "seen", "--promise", "send offer by fri")
    assert sorted(path.split("/")[0] for path in mei.committed()) == ["interactions", "promises"]


def test_foreign_staged_and_half_edited_work_is_untouched(mei: Person) -> None:
    """W15: neither committed nor lost."""
    mei.write("notes.txt", "one\n")
    mei.git("add", "notes.txt")
    mei.git("commit", "-q", "-m", "notes", "--", "notes.txt")
    mei.write("notes.txt", "two\n")
    mei.git("add", "notes.txt")
    mei.write("notes.txt", "three\n")
    mei.write("draft.txt", "half\n")
    mei.crm("customer", "add", "Acme")
    assert mei.committed() == ["customers/acme.yaml"]
    assert mei.status() == ["MM notes.txt", "?? draft.txt"]
    assert mei.git("show", ":notes.txt") == "two\n"


def test_another_record_that_a_person_is_editing_stays_out(mei: Person) -> None:
    mei.crm("customer", "add", "Acme")
    mei.crm("customer", "add", "Beta")
    mei.replace("customers/beta.yaml", "Beta", "Beta Ltd")
    mei.crm("customer", "set", "acme", "tier=A")
    assert mei.committed() == ["customers/acme.yaml"]
    assert mei.status() == [" M customers/beta.yaml"]


def test_a_command_that_changes_nothing_makes_no_commit_and_no_warning(mei: Person) -> None:
    mei.crm("customer", "add", "Acme", "--tier", "A")
    before = mei.commits("%H")
    said = mei.crm("customer", "set", "acme", "tier=A")
    assert "not committed" not in said
    assert mei.commits("%H") == before


def test_a_dry_run_leaves_every_byte(mei: Person) -> None:
    """W17: the book's and git's."""
    mei.crm("customer", "add", "Acme")
    before = _bytes(mei.folder)
    mei.crm("customer", "set", "acme", "tier=A", "-n")
    mei.crm("log", "visit", "acme", "seen", "-n")
    assert _bytes(mei.folder) == before


def test_a_row_that_is_removed_is_committed(mei: Person) -> None:
    mei.crm("customer", "add", "Acme")
    id = mei.crm("log", "visit", "acme", "seen", "-q").strip()
    mei.crm("interaction", "remove", id, "--yes")
    assert mei.status() == []
    assert mei.commits()[0] == f"interaction {id} removed"


@pytest.mark.parametrize("mode", ["sync", "off"])
def test_a_book_that_does_not_want_commits_gets_none(mei: Person, mode: str) -> None:
    mei.replace("crm.yaml", "commit: each", f"commit: {mode}")
    mei.crm("customer", "add", "Acme")
    assert mei.commits() == ["book begun"]


def test_without_an_identity_the_record_is_safe_and_one_line_says_what_to_type(
    mei: Person,
) -> None:
    """W14: exit 0, one warning."""
    # An empty name is none, where a missing one would be made up from the machine's user.
    mei.settings = {"GIT_COMMITTER_NAME": "", "GIT_AUTHOR_NAME": ""}
    said = mei.crm("customer", "add", "Acme")
    assert "git does not know who you are. Try: git config --global user.name" in said
    assert said.count("not committed") == 1
    assert (mei.folder / "customers/acme.yaml").is_file()


def test_a_held_index_lock_is_waited_for_and_then_named(mei: Person, no_waiting: None) -> None:
    """W14, C5: exit 0, and the way out."""
    mei.write(".git/index.lock", "")
    said = mei.crm("customer", "add", "Acme")
    assert "another git holds" in said
    assert str(mei.folder / ".git/index.lock") in said
    assert (mei.folder / ".git/index.lock").exists()
    (mei.folder / ".git/index.lock").unlink()
    mei.crm("customer", "set", "acme", "tier=A")
    assert mei.status() == []


def test_a_lock_that_is_let_go_in_time_costs_nothing(
    mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = mei.folder / ".git/index.lock"
    lock.touch()
    monkeypatch.setattr(commits, "sleep", lambda seconds: lock.unlink(missing_ok=True))
    assert "not committed" not in mei.crm("customer", "add", "Acme")
    assert mei.status() == []


def test_a_failing_hook_does_not_stop_a_commit(mei: Person) -> None:
    hook = mei.folder / ".git/hooks/pre-commit"
    mei.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert "not committed" not in mei.crm("customer", "add", "Acme")
    assert mei.commits()[0] == "customer added"


def test_a_signature_that_cannot_be_made_leaves_the_record_and_a_warning(mei: Person) -> None:
    """W14: the user's own signing."""
    config = mei.folder.parent / "gitconfig"
    config.write_text("[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = false\n")
    mei.settings = {"GIT_CONFIG_GLOBAL": str(config)}
    said = mei.crm("customer", "add", "Acme")
    assert "saved, but not committed: git says:" in said
    assert (mei.folder / "customers/acme.yaml").is_file()


def test_without_git_the_record_is_saved_and_said_so(mei: Person, tmp_path: Path) -> None:
    mei.settings = {"PATH": str(tmp_path / "nothing")}
    assert "saved, but not committed: git is not installed" in mei.crm("customer", "add", "Acme")


def test_a_book_inside_a_larger_repository_commits_only_its_own_files(tmp_path: Path) -> None:
    top = Person(tmp_path, "mei")
    top.git("init", "-q", "-b", "main")
    top.write("src/main.c", "int main;\n")
    top.git("add", "src")
    mei = new_book(tmp_path / "docs" / "book")
    assert sorted(mei.committed()) == [
        "docs/book/.gitattributes", "docs/book/.gitignore", "docs/book/crm.yaml", "docs/book/reps/mei.yaml",
    ]  # fmt: skip
    mei.crm("customer", "add", "Acme [1]*")
    assert mei.committed() == ["docs/book/customers/acme-1.yaml"]
    assert top.status() == ["A  src/main.c"]


def test_a_book_outside_git_is_not_put_into_git(tmp_path: Path) -> None:
    person = Person(tmp_path, "mei")
    person.crm("init", "book", "--rep", "mei", "--currency", "TWD", "--no-git")
    person.folder = tmp_path / "book"
    assert "commit" not in person.crm("customer", "add", "Acme")
    assert not (tmp_path / "book/.git").exists()


def test_an_open_merge_refuses_a_write_and_names_the_way_out(mei: Person) -> None:
    """W13: reads work meanwhile."""
    mei.write(".git/MERGE_HEAD", mei.commits("%H")[0] + "\n")
    assert "Try: crm sync" in mei.crm("customer", "add", "Acme", code=6)
    assert not (mei.folder / "customers").exists()
    assert mei.crm("customer", "list")


def test_a_clock_that_is_behind_does_not_make_a_commit_older_than_its_parent(mei: Person) -> None:
    """S12: what came after is newer."""
    mei.settings = {"GIT_COMMITTER_DATE": "2020-01-01T00:00:00+08:00"}
    mei.crm("customer", "add", "Acme")
    newest, before = (int(line) for line in mei.commits("%ct"))
    assert newest == before + 1


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if ".crm/" not in str(path)}
