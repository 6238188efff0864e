"""What stands wrong with git around a book: dead locks, an unreadable index, files gone or out of place."""

import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.book.paths import INTENT
from crmcli.book.paths import LOCAL
from crmcli.book.paths import folder_of
from crmcli.book.plain_file import content
from crmcli.book.plain_file import version
from crmcli.book.write import Write
from crmcli.book.write import commit as write
from crmcli.model.errors import CrmError
from crmcli.model.errors import Problem
from crmcli.sync.clone import blobs
from crmcli.sync.commits import has_repository
from crmcli.sync.git import Git
from crmcli.sync.git import open_git

LOCKS = ("index.lock", "HEAD.lock")
DEAD = 600  # seconds after which a lock is no longer one of a git at work
FIX = "Try: crm check --fix"
PROCESSES = Path("/proc")


class Repair(NamedTuple):
    """What mends the problem of that place: a lock is removed, or the index (None) made anew."""

    place: str
    lock: Path | None
    said: str


def problems(root: Path, environ: Mapping[str, str], now: float) -> list[Problem]:
    """What is wrong with git around this book at `now` (Unix seconds); nothing outside of git."""
    git = _opened(root, environ)
    if git is None:
        return []
    home = _home(git)
    found = [_lock_problem(git, lock, now) for lock in _dead_locks(home, now)]
    if not _reads_index(git):
        what = "git cannot read it, so that nothing is committed"
        return [*found, Problem(_shown(git, home / "index"), what, FIX, fixable=_has_commits(git))]
    return [*found, *_tracked(git), *_shrunk(git)]


def repairs(root: Path, environ: Mapping[str, str], now: float) -> list[Repair]:
    """What of it can be mended without a guess."""
    git = _opened(root, environ)
    if git is None:
        return []
    home = _home(git)
    found = [
        Repair(
            _shown(git, lock), lock, f"Removed {_shown(git, lock)}, left by a git that was cut off"
        )
        for lock in _dead_locks(home, now)
        if not git_may_run(git.root, home)
    ]
    if not _reads_index(git) and _has_commits(git):
        said = "Made git's index anew; what was staged is no longer staged"
        found.append(Repair(_shown(git, home / "index"), None, said))
    return found


def mend(root: Path, environ: Mapping[str, str], found: Iterable[Repair]) -> None:
    """Carry out these repairs; the book's lock is held. Raises CrmError if one cannot be done."""
    git = open_git(root, environ)
    for repair in found:
        if repair.lock is not None:
            write(repair.lock.parent, [Write(repair.lock.name, None, version(repair.lock))])
            continue
        answer = git.run("read-tree", "HEAD")
        if not answer.ok:
            raise CrmError(f"git cannot make its index anew: {answer.why}")


def git_may_run(top: Path, home: Path) -> bool:
    """Whether a git may be at work in this repository; also where nobody can tell."""
    try:
        found = [each for each in PROCESSES.iterdir() if each.name.isdecimal()]
        return not found or any(_is_git_near(each, (top, home)) for each in found)
    except OSError:
        return True


def _is_git_near(process: Path, places: tuple[Path, Path]) -> bool:
    """Whether a process is a git that works in one of these folders; raises OSError in doubt."""
    try:
        if not (process / "comm").read_bytes().startswith(b"git"):
            return False
        words = (process / "cmdline").read_bytes().decode("utf-8", "replace")
        links = [process / "cwd", *(process / "fd").iterdir()]
        where = [link.readlink() for link in links if os.path.lexists(link)]
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return False
    return any(
        str(place) in words or any(each.is_relative_to(place) for each in where) for place in places
    )


def _opened(root: Path, environ: Mapping[str, str]) -> Git | None:
    if not has_repository(root):
        return None
    try:
        git = open_git(root, environ)
        answer = git.run("rev-parse", "--show-toplevel", reads=True)
    except CrmError:
        return None
    return git._replace(root=root.resolve()) if answer.ok else None


def _home(git: Git) -> Path:
    return Path(git.run("rev-parse", "--absolute-git-dir", reads=True).line)


def _dead_locks(home: Path, now: float) -> list[Path]:
    return [home / name for name in LOCKS if _is_older(home / name, now - DEAD)]


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.lstat().st_mtime < moment
    except OSError:
        return False


def _lock_problem(git: Git, lock: Path, now: float) -> Problem:
    minutes = int((now - lock.lstat().st_mtime) // 60)
    what = f"has stood for {minutes} minutes, so that git commits nothing"
    is_safe = not git_may_run(git.root, _home(git))
    remedy = FIX if is_safe else "If no git is running here, remove it"
    return Problem(_shown(git, lock), what, remedy, "warning", fixable=is_safe)


def _reads_index(git: Git) -> bool:
    """Whether git can read its index; True too where something else keeps git from answering."""
    words = ("ls-files", "-z", "--", LOCAL)
    none = {"GIT_INDEX_FILE": str(_home(git) / "index-that-is-not-there")}
    return git.run(*words, reads=True).ok or not git.run(*words, reads=True, env=none).ok


def _has_commits(git: Git) -> bool:
    return git.run("rev-parse", "-q", "--verify", "HEAD^{tree}", reads=True).ok


def _tracked(git: Git) -> Iterator[Problem]:
    known = git.run("ls-files", "-z", "--", LOCAL, INTENT, reads=True).items
    for name in sorted({path.partition("/")[0] for path in known}):
        what = "is in git, and belongs to one computer alone"
        yield Problem(name, what, f"Try: git rm -r --cached {name}", "warning")


def _shrunk(git: Git) -> Iterator[Problem]:
    """Record files that are gone since the last commit, or end in the middle of what it holds.

    It looks into those alone that git says differ.
    """
    words = ("diff-index", "-z", "--no-renames", "--diff-filter=DM", "--relative", "HEAD", "--")
    items = git.run(*words, reads=True).items
    old = {
        path: entry.split(" ")[2]
        for entry, path in zip(items[::2], items[1::2], strict=False)
        if folder_of(path) is not None
    }
    here = {path: _bytes(git.root / path) for path in old}
    committed = blobs(git, (id for path, id in old.items() if here[path] is not None))
    for path, data in here.items():
        before = committed.get(old[path], b"")
        if not os.path.lexists(git.root / path):
            what = "was removed since the last commit; records are archived, not removed"
            yield Problem(path, what, f"To have it back: git restore -s HEAD -- {path}", "warning")
        elif data is not None and len(data) < len(before) and before.startswith(data):
            what = f"holds {len(data)} of the {len(before)} bytes of the last commit: cut off?"
            yield Problem(path, what, f"Try: git diff HEAD -- {path}", "warning")


def _bytes(path: Path) -> bytes | None:
    try:
        return content(path)
    except OSError:
        return None


def _shown(git: Git, path: Path) -> str:
    return str(path.relative_to(git.root)) if path.is_relative_to(git.root) else str(path)
