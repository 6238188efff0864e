"""The one place that starts git: argument lists, no shell, nothing that a folder can make it run."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.model.errors import CrmError
from crmcli.sync.guard import Guard
from crmcli.sync.guard import guard
from crmcli.sync.guard import read_settings

# A folder that someone sent may name programs in its own configuration; none of these is obeyed.
FIXED = (
    "core.fsync=added",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "safe.bareRepository=explicit",
    "core.quotePath=false",
    "rerere.enabled=false",
    "merge.directoryRenames=false",
    "submodule.recurse=false",
    "log.showSignature=false",
    "transfer.fsckObjects=true",
    "gc.auto=0",
    "core.safecrlf=false",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
)
# Called from a hook, git would otherwise act on the repository of that hook.
FOREIGN = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PAGER",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
SECONDS = 60  # a local call that takes longer hangs


class Answer(NamedTuple):
    """What git said: its exit code, and both streams as text; bytes that are no UTF-8 survive."""

    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        """True if git did what it was told."""
        return self.code == 0

    @property
    def line(self) -> str:
        """The answer of a call that gives one line."""
        return self.out.strip()

    @property
    def items(self) -> list[str]:
        """The answer of a call with -z."""
        return [item for item in self.out.split("\0") if item]

    @property
    def data(self) -> bytes:
        """The bytes of the answer."""
        return self.out.encode("utf-8", "surrogateescape")

    @property
    def why(self) -> str:
        """What git says went wrong, on one line; for a person, never for a decision."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        said = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
        return said[0].removeprefix("fatal: ").removeprefix("error: ") if said else "git failed"


class Git(NamedTuple):
    """Git in one folder, with what that folder's own configuration may not do settled."""

    root: Path
    environ: Mapping[str, str]
    guard: Guard = Guard()

    @property
    def notes(self) -> list[str]:
        """What a person should know of the folder's configuration."""
        keys = ", ".join(self.guard.ignored)
        return (
            [f"not obeyed, since the folder's own git settings name a program: {keys}"]
            if keys
            else []
        )

    def run(
        self,
        *words: str,
        reads: bool = False,
        data: bytes | None = None,
        seconds: float = SECONDS,
        network: bool = False,
        prompts: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run git in the folder.

        `reads` takes no lock of git's own, `data` is its stdin, `env` goes into its environment.
        Without `network` it fetches nothing on its own account; with `prompts` it may ask for a
        password. Raises CrmError if git is not installed or hangs.
        """
        settings = [part for setting in FIXED for part in ("-c", setting)]
        command = [
            "git", "-C", str(self.root), "--no-pager", "--literal-pathspecs", *settings, *words,
        ]  # fmt: skip
        given = environment(self.environ, reads=reads) | dict(env or {})
        given |= _overrides(self.environ, self.guard.settings)
        if not network:
            given["GIT_NO_LAZY_FETCH"] = "1"
        if prompts:
            del given["GIT_TERMINAL_PROMPT"]
        return _start(command, given, data, seconds)


def open_git(root: Path, environ: Mapping[str, str]) -> Git:
    """Give git in that folder, its configuration looked at before anything else is done there.

    Raises CrmError if git is not installed, or the folder's configuration leads it elsewhere.
    """
    bare = Git(root, environ)
    answer = bare.run("config", "--list", "--show-scope", "-z", "--includes", reads=True)
    if not answer.ok:
        raise CrmError(
            f"git cannot read its settings: {answer.why}", remedy="Try: git config --list"
        )
    found = guard(read_settings(answer.out))
    if found.refusal or (found.worktree is not None and not _is_its_own(bare)):
        what = found.refusal or "core.worktree puts its files into another folder"
        raise CrmError(
            f"git is not used here: {what}",
            place=".git/config",
            remedy="Try: git clone, which takes over no settings",
        )
    return Git(root, environ, found)


def git(root: Path, *words: str, environ: Mapping[str, str], reads: bool = False) -> Answer:
    """Run git once in a folder. Raises as `open_git` and `Git.run` do."""
    return open_git(root, environ).run(*words, reads=reads)


def environment(environ: Mapping[str, str], *, reads: bool) -> dict[str, str]:
    """The environment in which git runs: the user's, without what would lead it elsewhere."""
    env = {key: value for key, value in environ.items() if key not in FOREIGN}
    env.setdefault("PATH", os.defpath)
    env |= {
        "GIT_EDITOR": ":",
        "GIT_SEQUENCE_EDITOR": ":",
        "GIT_ALLOW_PROTOCOL": "file:https:ssh",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
    }
    if reads:
        env["GIT_OPTIONAL_LOCKS"] = "0"
    return env


def user_email(root: Path, environ: Mapping[str, str]) -> str | None:
    """The mail address that git knows the user by in this folder; None if it knows none."""
    return setting(root, "user.email", environ)


def setting(root: Path, key: str, environ: Mapping[str, str]) -> str | None:
    """One value of git's configuration; None if it is not set or there is no git."""
    try:
        # Reading a setting runs no program, so it needs no guard.
        answer = Git(root, environ).run("config", "--get", key, reads=True)
    except CrmError:
        return None
    return answer.line or None if answer.ok else None


def _start(
    command: list[str], env: Mapping[str, str], data: bytes | None, seconds: float
) -> Answer:
    try:
        done = subprocess.run(  # noqa: S603  # a list of words, never a shell
            command,
            env=env,
            capture_output=True,
            timeout=seconds,
            check=False,
            input=data or b"",  # closed at once where there is none
        )
    except FileNotFoundError:
        raise CrmError(
            "git is not installed", remedy="Install git; all else works without"
        ) from None
    except subprocess.TimeoutExpired:
        raise CrmError(f"git did not end within {seconds:g} seconds") from None
    return Answer(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )


def _overrides(environ: Mapping[str, str], settings: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Settings by the environment: a key with `=` in it, which -c would cut, is one too."""
    if not settings:
        return {}
    given = environ.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    env = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for at, (key, value) in enumerate(settings, first):
        env |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    return env


def _is_its_own(git: Git) -> bool:
    """Whether the work tree that core.worktree names is one that names this repository in turn.

    So it is with submodules; any other would have a merge write into a folder of the user's.
    """
    answer = git.run("rev-parse", "--absolute-git-dir", "--show-toplevel", reads=True)
    if not answer.ok:
        return False
    home, _, top = answer.line.partition("\n")
    link = Path(top) / ".git"
    if not link.is_file() or link.is_symlink():
        return False
    word, _, target = link.read_text("utf-8", "surrogateescape").strip().partition(": ")
    return word == "gitdir" and (link.parent / target).resolve() == Path(home).resolve()
