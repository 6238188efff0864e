"""Committing what a command wrote: exactly these files, whatever else is staged or half done."""

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import sleep

from crmcli.book.paths import CONFIG
from crmcli.model.errors import CrmError
from crmcli.sync.git import Answer
from crmcli.sync.git import Git
from crmcli.sync.git import open_git

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds, while another git holds its lock
BY_HAND = "hand"  # what was no command, in the trailer that names one
LATER = "crm sync commits it"
IDENTITY = "git config --global user.name NAME, and user.email ADDR"


def commit(
    root: Path,
    paths: Sequence[str],
    subject: str,
    *,
    op: str,
    by: str | None,
    environ: Mapping[str, str],
) -> str | None:
    """Commit these files of the book, and no others; None, or a sentence about why it was not done.

    `subject` holds ids and no names. `op` is the command, `by` the rep. The files are safe on the
    disk either way, so nothing is raised. A book that is not in git has nothing to commit.
    """
    if not paths or not has_repository(root):
        return None
    try:
        git = open_git(root, environ)
        if not git.run("rev-parse", "--is-inside-work-tree", reads=True).ok:
            return None
        answer = record(git, paths, message(subject, op, by))
    except CrmError as error:
        return f"saved, but not committed: {error.what}. {error.remedy or ''}".rstrip()
    return None if answer.ok else _warning(git, answer)


def take_in(root: Path, paths: Sequence[str], *, environ: Mapping[str, str]) -> None:
    """Commit what a hand has changed in these files, before a command changes them too.

    So a commit holds what its command did and nothing else, and undo reverses no more. What
    cannot be committed now goes with the command's own commit.
    """
    if not paths or not has_repository(root):
        return
    with suppress(CrmError):
        git = open_git(root, environ)
        if pending(git, paths):
            record(git, paths, message("edited by hand", BY_HAND, None))


def has_repository(root: Path) -> bool:
    """Whether the folder, or one above, has a `.git`; no program is started for it."""
    here = root.absolute()
    return any((at / ".git").exists() for at in (here, *here.parents))


def message(subject: str, op: str, by: str | None) -> str:
    """The text of a commit: subject, and the trailers that tell the command and the rep."""
    trailers = [f"Crm-Op: {op}"] + ([f"Crm-By: {by}"] if by else [])
    return "\n".join((subject, "", *trailers))


def record(git: Git, paths: Iterable[str], text: str) -> Answer:
    """Add and commit these files; an answer with code 0 also where nothing has changed in them.

    Never `commit -a`: what a person has staged stays staged, and stays out.
    """
    names = _known(git, paths)
    if not names:
        return Answer(0, "", "")
    data = "\0".join(names).encode("utf-8", "surrogateescape")
    from_stdin = ("--pathspec-from-file=-", "--pathspec-file-nul")
    answer = _patiently(git, "add", *from_stdin, data=data)
    if not answer.ok:
        return answer
    answer = _patiently(
        git,
        *("commit", "-q", f"--message={text}", "--cleanup=verbatim", "--no-status", *from_stdin),
        data=data,
        env=committer_date(git),
    )
    if not answer.ok and not pending(git, names):
        return Answer(0, "", "")
    return answer


def pending(git: Git, paths: Iterable[str]) -> list[str]:
    """Those of `git status`, one entry each, that lie at or below these paths of the book.

    Raises CrmError if git cannot say.
    """
    words = ("status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--")
    answer = git.run(*words, *paths, reads=True)
    if not answer.ok:
        what = f"git cannot tell what is committed: {answer.why}"
        raise CrmError(what, remedy="Try: crm check")
    return answer.items


def committer_date(git: Git) -> dict[str, str]:
    """The date of a new commit: now, or a second after its newest parent where that is later.

    So what came after is newer too, however wrong the clocks of two machines are.
    """
    ident = git.run("var", "GIT_COMMITTER_IDENT", reads=True)
    revs = ["HEAD", *(["MERGE_HEAD"] if merge_is_open(git) else [])]
    parents = git.run(
        "log",
        "--no-walk",
        "--no-show-signature",
        "--format=%ct",
        "--end-of-options",
        *revs,
        reads=True,
    )
    if not ident.ok or not parents.ok:
        return {}
    now, zone = ident.line.rsplit(" ", 2)[1:]
    newest = max(int(line) for line in parents.out.split())
    return {"GIT_COMMITTER_DATE": f"@{max(int(now), newest + 1)} {zone}"}


def merge_is_open(git: Git) -> bool:
    """Whether a merge waits to be committed."""
    return git.run("rev-parse", "-q", "--verify", "MERGE_HEAD", reads=True).ok


def _known(git: Git, paths: Iterable[str]) -> list[str]:
    """Those paths that are there, or that git knows: git takes a removed file, not a stranger."""
    paths = list(paths)
    there = [path for path in paths if os.path.lexists(git.root / path)]
    gone = sorted(set(paths) - set(there))
    return there + (git.run("ls-files", "-z", "--", *gone, reads=True).items if gone else [])


def _patiently(git: Git, *words: str, data: bytes, env: Mapping[str, str] | None = None) -> Answer:
    """Run git, and again while another git holds the lock of the index."""
    answer = git.run(*words, data=data, env=env)
    for pause in PAUSES:
        if answer.ok or not _locks(git):
            break
        sleep(pause)
        answer = git.run(*words, data=data, env=env)
    return answer


def _locks(git: Git) -> list[Path]:
    home = Path(git.run("rev-parse", "--absolute-git-dir", reads=True).line)
    return [home / name for name in ("index.lock", "HEAD.lock") if (home / name).exists()]


def _warning(git: Git, answer: Answer) -> str:
    if locks := _locks(git):
        return (
            f"saved, but not committed: another git holds {locks[0]}. "
            f"If none is running, remove that file, as crm check --fix does once it is old; {LATER}"
        )
    if not git.run("var", "GIT_COMMITTER_IDENT", reads=True).ok:
        return f"saved, but not committed: git does not know who you are. Try: {IDENTITY}; {LATER}"
    reads_index = git.run("ls-files", "-z", "--", CONFIG, reads=True).ok
    then = "When that is mended," if reads_index else "Try: crm check --fix. Then"
    return f"saved, but not committed: git says: {answer.why}. {then} {LATER}"
