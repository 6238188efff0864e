"""The one place that starts git: argument lists, no shell, nothing that a folder can make it run."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.model.errors import CrmError

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
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PAGER",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
SECONDS = 60  # a local call that takes longer hangs


class Answer(NamedTuple):
    """What git said: its exit code, and both streams as text."""

    code: int
    out: str
    err: str


def git(root: Path, *words: str, environ: Mapping[str, str], reads: bool = False) -> Answer:
    """Run git in a folder; `reads` takes no lock of git's own.

    Raises CrmError if git is not installed or hangs.
    """
    settings = [part for setting in FIXED for part in ("-c", setting)]
    command = ["git", "-C", str(root), "--no-pager", "--literal-pathspecs", *settings, *words]
    try:
        done = subprocess.run(  # noqa: S603  # a list of words, never a shell
            command,
            env=environment(environ, reads=reads),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CrmError("git is not installed", remedy="Try: --no-git") from None
    except subprocess.TimeoutExpired:
        raise CrmError(f"git {words[0]} did not end within {SECONDS} seconds") from None
    return Answer(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )


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
        answer = git(root, "config", "--get", key, environ=environ, reads=True)
    except CrmError:
        return None
    return answer.out.strip() or None if answer.code == 0 else None
