"""The git wrapper: what a folder that someone sent cannot make it run.

Every canary is first shown to fire under plain git, else its silence would prove nothing.
"""

import os
import pty
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from crmcli.model.errors import CrmError
from crmcli.sync.git import Git
from crmcli.sync.git import environment
from crmcli.sync.git import git
from crmcli.sync.git import open_git
from crmcli.sync.git import setting
from crmcli.sync.git import user_email
from crmcli.sync.guard import guard
from crmcli.sync.guard import read_settings
from tests.sync.hub import Person
from tests.sync.hub import Team
from tests.sync.hub import team_in

ACME = "customers/acme.yaml"
SYNC = ("sync",)
WRITE = ("customer", "set", "acme", "industry=theirs")


class Case(NamedTuple):
    """A trap: settings of the folder's own, `@` being a program that leaves a mark; attributes;
    what plain git does to spring it, and the command of crm that must not.
    """

    name: str
    settings: dict[str, str]
    plain: tuple[str, ...]
    crm: tuple[str, ...]
    attributes: str = ""
    prepare: Callable[[Person, str], None] | None = None
    is_named: bool = True  # on stderr, by sync


def hook(name: str, folder: str = ".git/hooks") -> Callable[[Person, str], None]:
    def prepare(person: Person, canary: str) -> None:
        path = person.folder / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(canary, path)

    return prepare


def config_file(person: Person, canary: str) -> None:
    person.write("evil.cfg", f"[core]\n\tfsmonitor = {canary}\n")


def alternates(person: Person, canary: str) -> None:
    person.git("clone", "-q", "--bare", "../hub.git", "../other.git")
    person.write(".git/objects/info/alternates", f"{person.folder.parent}/other.git/objects\n")


def signed(person: Person, canary: str) -> None:
    """A commit with a signature, which only a program can judge."""
    tree, parent = person.git("rev-parse", "HEAD^{tree}", "HEAD").split()
    who = "X <x@example.com> 1794189600 +0800"
    sign = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n =x\n -----END PGP SIGNATURE-----"
    person.write(
        "../commit", f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n{sign}\n\nx\n"
    )
    id = person.git("hash-object", "-t", "commit", "-w", "../commit").strip()
    person.git("reset", "-q", "--hard", id)


FORCED = ("merge", "-q", "--no-edit", "-X", "ours", "origin/main")
MERGE = ("merge", "-q", "--no-edit", "origin/main")
CASES = (
    Case("core.fsmonitor", {"core.fsmonitor": "@"}, ("status",), ("status",)),
    Case("hook pre-commit", {}, ("commit", "-q", "-a", "-m", "x"), WRITE, "", hook("pre-commit"), False),
    Case("hook post-merge", {}, FORCED, SYNC, "", hook("post-merge"), False),
    Case("hook pre-push", {}, ("push", "-q", "origin", "HEAD:refs/heads/x"), SYNC, "", hook("pre-push"), False),
    Case("hook post-index-change", {}, ("add", ACME), WRITE, "", hook("post-index-change"), False),
    Case("hook reference-transaction", {}, ("commit", "-q", "-a", "-m", "x"), WRITE, "", hook("reference-transaction"), False),
    Case("core.hooksPath", {"core.hooksPath": "tracked"}, ("commit", "-q", "-a", "-m", "x"), WRITE, "", hook("pre-commit", "tracked")),
    Case("core.editor", {"core.editor": "@"}, ("commit", "-a"), WRITE),
    Case("core.sshCommand", {"core.sshCommand": "@", "remote.origin.url": "ssh://nowhere.invalid/x"}, ("fetch",), SYNC),
    Case("filter clean", {"filter.evil.clean": "@"}, ("add", ACME), WRITE, "*.yaml filter=evil"),
    Case("filter clean, required", {"filter.evil.clean": "@", "filter.evil.required": "true"}, ("add", ACME), WRITE, "*.yaml filter=evil"),
    Case("filter with = in its name", {"filter.a=b.clean": "@"}, ("add", ACME), WRITE, "*.yaml filter=a=b"),
    Case("filter process", {"filter.evil.process": "@", "filter.evil.required": "true"}, ("add", ACME), WRITE, "*.yaml filter=evil"),
    Case("filter smudge", {"filter.evil.smudge": "@"}, MERGE, SYNC, "*.yaml filter=evil"),
    Case("merge driver", {"merge.evil.driver": "@"}, MERGE, SYNC, "*.yaml merge=evil"),
    Case("our own merge driver", {"merge.crm.driver": "@"}, MERGE, SYNC, is_named=False),
    Case("merge.default", {"merge.default": "evil", "merge.evil.driver": "@"}, MERGE, SYNC, "*.yaml !merge"),
    Case("diff.external", {"diff.external": "@"}, ("diff", "HEAD~1"), ("history",)),
    Case("diff command", {"diff.evil.command": "@"}, ("diff", "HEAD~1"), ("history",), "*.yaml diff=evil"),
    Case("diff textconv", {"diff.evil.textconv": "@"}, ("diff", "HEAD~1"), ("history",), "*.yaml diff=evil"),
    Case("gpg.program, signing", {"gpg.program": "@", "commit.gpgSign": "true"}, ("commit", "-q", "-a", "-m", "x"), WRITE),
    Case("gpg.program, showing", {"gpg.program": "@", "log.showSignature": "true"}, ("log", "-1"), ("history",), "", signed),
    Case("gpg.ssh.program", {"gpg.ssh.program": "@", "gpg.format": "ssh", "user.signingKey": "key::x", "commit.gpgSign": "true"}, ("commit", "-q", "-a", "-m", "x"), WRITE),
    Case("gpg.ssh.defaultKeyCommand", {"gpg.ssh.defaultKeyCommand": "@", "gpg.format": "ssh", "commit.gpgSign": "true"}, ("commit", "-q", "-a", "-m", "x"), WRITE),
    Case("remote uploadpack", {"remote.origin.uploadpack": "@"}, ("fetch",), SYNC),
    Case("remote receivepack", {"remote.origin.receivepack": "@"}, ("push", "origin", "HEAD:refs/heads/x"), SYNC),
    Case("remote ext::", {"remote.origin.url": "ext::@", "protocol.ext.allow": "always"}, ("fetch",), SYNC, is_named=False),
    Case("remote vcs", {"remote.origin.vcs": "ext", "remote.origin.url": "@", "protocol.ext.allow": "always"}, ("fetch",), SYNC),
    Case("include.path", {"include.path": "../evil.cfg"}, ("status",), ("status",), "", config_file),
    Case("alternateRefsCommand", {"core.alternateRefsCommand": "@"}, ("fetch", "origin"), SYNC, "", alternates),
    Case("--upload-pack as URL", {"remote.origin.url": "--upload-pack=@"}, ("fetch", "--upload-pack=@", "../hub.git"), SYNC, is_named=False),
)  # fmt: skip


@pytest.fixture
def trap(template: Path, tmp_path: Path) -> Callable[..., tuple[Person, Path]]:
    """Makes a clone that has something to commit, to merge and to push, with the trap of a case."""
    made = iter("ab")

    def set_up(case: Case) -> tuple[Person, Path]:
        team = team_in(template, tmp_path / next(made))
        team.lin.crm("customer", "set", "acme", "region=Bern")
        team.sync(team.lin)
        team.mei.crm("customer", "set", "acme", "tier=A")
        team.mei.git("fetch", "-q")
        team.mei.replace(ACME, "name: Acme", "name: Acme AG")
        mark = team.folder / "fired"
        canary = team.folder / "canary"
        canary.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
        canary.chmod(0o755)
        if case.prepare:
            case.prepare(team.mei, str(canary))
        if case.attributes:
            team.mei.write(".git/info/attributes", f"{case.attributes}\n")
        for key, value in case.settings.items():
            team.mei.git("config", key, value.replace("@", str(canary)))
        if "crm-is-not" not in case.name:
            mark.unlink(missing_ok=True)
        return team.mei, mark

    return set_up


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trap_fires_under_git_and_not_under_crm(case: Case, trap) -> None:
    """H1: local settings that name programs."""
    person, mark = trap(case)
    if "merge" in case.plain[0]:
        person.git("commit", "-q", "-a", "-m", "x")
        mark.unlink(missing_ok=True)
    words = [word.replace("@", str(mark.with_name("canary"))) for word in case.plain]
    person.git(*words, code=None)
    assert mark.exists(), "the canary is dead"
    person, mark = trap(case)
    # What the user set for themselves holds, and asks no other machine here.
    own = person.folder.parent / "gitconfig"
    own.write_text("[core]\n\tsshCommand = false\n")
    person.settings = {"GIT_CONFIG_GLOBAL": str(own)}
    said = person.try_crm(*case.crm)[1]
    assert not mark.exists()
    assert "bug" not in said
    if case.settings and case.is_named:
        assert "not obeyed" in person.try_crm("sync")[1]
        assert not mark.exists()


def test_the_pager_fires_under_git_on_a_terminal_and_not_under_crm(trap) -> None:
    case = Case("core.pager", {"core.pager": "@", "pager.log": "@"}, (), ())
    person, mark = trap(case)
    ours, theirs = pty.openpty()
    subprocess.run(["git", "log"], cwd=person.folder, env=person.environ | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs, check=False)  # fmt: skip
    os.close(theirs)
    os.close(ours)
    assert mark.exists(), "the canary is dead"
    person, mark = trap(case)
    command = open_git(person.folder, person.environ).run("log")
    assert command.ok
    assert not mark.exists()
    assert "core.pager" in person.crm("sync")


def test_a_credential_helper_of_the_folder_is_silent_and_the_users_own_speaks(trap) -> None:
    case = Case("helper", {"credential.helper": "!@", "credential.https://h.example.helper": "!@"}, (), ())  # fmt: skip
    person, mark = trap(case)
    asked = b"protocol=https\nhost=h.example\n\n"
    bare = subprocess.run(["git", "credential", "fill"], cwd=person.folder, env=person.environ | {"GIT_TERMINAL_PROMPT": "0"}, input=asked, capture_output=True, check=False)  # fmt: skip
    assert bare.returncode
    assert mark.exists(), "the canary is dead"
    mark.unlink()
    own = person.folder.parent / "gitconfig"
    own.write_text('[credential]\n\thelper = "!f() { echo username=me; echo password=mine; }; f"\n')
    person.settings = {"GIT_CONFIG_GLOBAL": str(own)}
    answer = open_git(person.folder, person.environ).run("credential", "fill", data=asked)
    assert "password=mine" in answer.out
    assert not mark.exists()


def test_a_trailer_program_is_silent(trap) -> None:
    case = Case(
        "trailer", {"trailer.x.cmd": "@", "trailer.x.command": "@", "trailer.x.key": "X"}, (), ()
    )
    person, mark = trap(case)
    words = ("interpret-trailers", "--trailer", "x=1")
    subprocess.run(
        ["git", *words], cwd=person.folder, env=person.environ, input=b"a\n\nb\n", check=False
    )
    assert mark.exists(), "the canary is dead"
    mark.unlink()
    open_git(person.folder, person.environ).run(*words, data=b"a\n\nb\n")
    assert not mark.exists()


def test_an_option_in_the_place_of_a_revision_writes_nothing(trap) -> None:
    """H4: --end-of-options."""
    person, _ = trap(Case("output", {}, (), ()))
    victim = person.folder / "victim"
    person.git("log", f"--output={victim}")
    assert victim.exists(), "the canary is dead"
    victim.unlink()
    command = open_git(person.folder, person.environ)
    assert not command.run("log", "--end-of-options", f"--output={victim}").ok
    person.crm("history", "--", f"--output={victim}", code=3)
    assert not victim.exists()


def test_an_embedded_bare_repository_is_not_entered(team: Team) -> None:
    """H1: a repository among the files."""
    mark = team.folder / "fired"
    canary = team.folder / "canary"
    canary.write_text(f"#!/bin/sh\ntouch {mark}\n")
    canary.chmod(0o755)
    inner = team.mei.folder / "inner"
    shutil.copytree(team.mei.folder / ".git", inner)
    (inner / "config").write_text(
        f"[core]\n\trepositoryFormatVersion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = {canary}\n"
    )
    (inner / "crm.yaml").write_text("name: inner\nformat: 1\ncurrency: TWD\ncommit: each\n")
    plain = Person(inner, "mei")
    plain.git("status", code=None)
    assert mark.exists(), "the canary is dead"
    mark.unlink()
    plain.try_crm("status")
    plain.try_crm("customer", "add", "Acme")
    plain.try_crm("sync")
    assert not mark.exists()


def test_a_work_tree_elsewhere_is_refused(team: Team) -> None:
    """H2: nothing is written there."""
    elsewhere = team.folder / "home"
    elsewhere.mkdir()
    team.mei.git("config", "core.worktree", str(elsewhere))
    team.mei.git("checkout", "-q", "-f", "HEAD")
    assert (elsewhere / ACME).exists(), "the canary is dead"
    assert "core.worktree puts its files into another folder" in team.mei.crm("sync", code=1)
    said = team.mei.crm("customer", "set", "acme", "tier=A")
    assert "saved, but not committed: git is not used here" in said
    shutil.rmtree(elsewhere / "customers")
    team.mei.try_crm("history")
    assert not (elsewhere / "customers").exists()


def test_a_submodule_may_have_its_work_tree_where_it_belongs(team: Team) -> None:
    outer = Person(team.folder / "outer", "mei")
    outer.folder.mkdir()
    outer.git("init", "-q", "-b", "main")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(team.hub), "book")
    inner = Person(outer.folder / "book", "mei")
    assert inner.git("config", "core.worktree")
    inner.crm("customer", "set", "acme", "tier=A")
    assert inner.status() == []
    assert "Sent 1 change" in inner.crm("sync")


def test_a_partial_clone_whose_remote_names_a_program_is_refused(trap) -> None:
    settings = {"remote.origin.promisor": "true", "remote.origin.uploadpack": "@", "extensions.partialClone": "origin"}  # fmt: skip
    case = Case("promisor", settings, (), ())
    person, mark = trap(case)
    person.git("config", "core.repositoryFormatVersion", "1")
    person.git("cat-file", "-p", "1234567890123456789012345678901234567890", code=None)
    assert mark.exists(), "the canary is dead"
    mark.unlink()
    assert "a partial clone whose remote names a program" in person.crm("sync", code=1)
    person.crm("history", code=1)
    person.crm("customer", "set", "acme", "tier=C")
    assert not mark.exists()


def test_modules_that_lie_in_the_book_are_not_imported_by_the_merge(team: Team) -> None:
    mark = team.folder / "fired"
    for name in (
        "crmcli/__init__.py",
        "sitecustomize.py",
        "yaml.py",
        "typer.py",
        "json.py",
        "sys.py",
    ):
        team.mei.write(name, f"open({str(mark)!r}, 'w')\n")
    subprocess.run(
        [shutil.which("python3") or "python3", "-c", "import crmcli"],
        cwd=team.mei.folder, env=team.mei.environ, check=False,
    )  # fmt: skip
    assert mark.exists(), "the canary is dead"
    mark.unlink()
    team.mei.crm("customer", "set", "acme", "region=Bern")
    team.lin.crm("customer", "set", "acme", "industry=x")
    team.sync(team.lin, team.mei)
    assert "industry: x" in team.mei.text(ACME)
    assert not mark.exists()


def test_a_program_named_in_crm_yaml_is_no_program(team: Team) -> None:
    """H3: unknown keys are kept and passed over."""
    mark = team.folder / "fired"
    lines = "".join(
        f"{key}: touch {mark}\n" for key in ("editor", "pager", "hooks", "plugins", "git")
    )
    team.mei.write("crm.yaml", team.mei.text("crm.yaml") + lines)
    team.mei.crm("customer", "set", "acme", "tier=A")
    team.mei.crm("sync")
    team.mei.crm("customer", "list")
    assert not mark.exists()
    assert "pager: touch" in team.mei.text("crm.yaml")


def test_a_repository_that_a_hook_names_is_not_the_one_acted_on(team: Team) -> None:
    other = team.chen
    team.mei.settings = {"GIT_DIR": str(other.folder / ".git"), "GIT_INDEX_FILE": "/nowhere/index"}
    team.mei.crm("customer", "set", "acme", "tier=A")
    team.mei.settings = {}
    assert team.mei.commits()[0] == "customer set"
    assert other.commits()[0] != "customer set"


# the wrapper itself


def test_a_call_keeps_the_users_environment_and_closes_what_would_lead_elsewhere() -> None:
    given = {"GIT_DIR": "/x", "GIT_SSH_COMMAND": "ssh -4", "HOME": "/h", "GIT_PAGER": "less"}
    env = environment(given, reads=True)
    assert "GIT_DIR" not in env
    assert "GIT_PAGER" not in env
    assert env["GIT_SSH_COMMAND"] == "ssh -4"
    assert (env["GIT_OPTIONAL_LOCKS"], env["GIT_EDITOR"]) == ("0", ":")
    assert "GIT_OPTIONAL_LOCKS" not in environment(given, reads=False)


def test_git_that_is_not_installed_is_a_mistake_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="git is not installed"):
        git(tmp_path, "status", environ={"PATH": str(tmp_path)})
    assert setting(tmp_path, "user.email", {"PATH": str(tmp_path)}) is None


def test_a_call_that_hangs_is_ended(tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    with pytest.raises(CrmError, match="did not end within"):
        Git(tmp_path, {"PATH": path}).run("status", seconds=0.2)


def test_bytes_that_are_no_text_survive(team: Team) -> None:
    data = bytes(range(256))
    command = open_git(team.mei.folder, team.mei.environ)
    id = command.run("hash-object", "-w", "--stdin", data=data).line
    assert command.run("cat-file", "blob", id).data == data


def test_the_mail_address_is_the_one_of_this_folder(team: Team) -> None:
    team.mei.git("config", "user.email", "mei@book.example")
    assert user_email(team.mei.folder, team.mei.environ) == "mei@book.example"


def test_the_users_own_settings_stay() -> None:
    listing = "global\0filter.lfs.clean\ngit-lfs clean\0local\0filter.lfs.clean\nevil\0local\0filter.lfs.required\ntrue\0"
    found = guard(read_settings(listing))
    assert found.settings == (
        ("filter.lfs.clean", "git-lfs clean"),
        ("filter.lfs.required", "false"),
    )
    assert found.ignored == ("filter.lfs.clean",)


def test_settings_of_the_user_alone_change_nothing() -> None:
    listing = "global\0core.sshcommand\nssh -4\0system\0credential.helper\nstore\0local\0core.fsmonitor\ntrue\0"
    found = guard(read_settings(listing))
    assert found.settings == ()
    assert found.ignored == ()


def test_local_helpers_empty_the_list_and_the_users_own_follow_in_order() -> None:
    listing = (
        "global\0credential.helper\none\0global\0credential.https://h.helper\ntwo\0"
        "local\0credential.helper\nevil\0"
    )
    assert guard(read_settings(listing)).settings == (
        ("credential.helper", ""),
        ("credential.helper", "one"),
        ("credential.https://h.helper", "two"),
    )
