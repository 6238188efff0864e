"""The walk over the folder: every file's name and stat, in the order the system gives them."""

import os
import stat
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from crmcli.book.paths import CONFIG
from crmcli.book.paths import TOPS
from crmcli.book.paths import is_ignored
from crmcli.model.errors import Problem

MAX_DEPTH = 6  # folders below the book
MAX_FILES = 1_000_000
STAT_BYTES = 32  # four whole numbers of eight bytes

_LOW_63_BITS = (1 << 63) - 1


class Folder(NamedTuple):
    """The files of a folder. `names` are joined by line feeds, in the bytes of the file system.

    `stats` holds mtime_ns, ctime_ns, size and inode of each, in the same order. Two equal folders
    are unchanged; otherwise `entries` tells which file differs.
    """

    names: bytes
    stats: bytes

    def entries(self) -> dict[str, bytes]:
        """The stat of each file, by name."""
        if not self.stats:
            return {}
        stats = self.stats
        starts = range(0, len(stats), STAT_BYTES)
        chunks = [stats[start : start + STAT_BYTES] for start in starts]
        return dict(zip(os.fsdecode(self.names).split("\n"), chunks, strict=True))


EMPTY = Folder(b"", b"")


class Walk(NamedTuple):
    """What is there: the folders by their path inside the book, and what was passed over.

    The folder `""` holds crm.yaml alone.
    """

    folders: dict[str, Folder]
    problems: tuple[Problem, ...]


def walk(root: Path) -> Walk:
    """Look at every file of the record folders, and at crm.yaml; no link is followed."""
    folders: dict[str, Folder] = {}
    problems: list[Problem] = []
    config = stat_of(root / CONFIG)
    folders[""] = EMPTY if config is None else Folder(CONFIG.encode(), config)
    if config is None and os.path.lexists(root / CONFIG):
        problems.append(_not_read(CONFIG, "is no ordinary file"))
    files = 0
    for top in TOPS:
        waiting = [top] if _is_folder(root, top, problems) else []
        while waiting:
            path = waiting.pop()
            folders[path] = _scan(root, path, waiting, problems)
            files += len(folders[path].stats) // STAT_BYTES
            if files > MAX_FILES:
                what = f"holds more than {MAX_FILES:,} files; the rest is not read"
                problems.append(Problem(path, what, "Split the book"))
                return Walk(folders, tuple(problems))
    return Walk(folders, tuple(problems))


def stat_of(path: Path) -> bytes | None:
    """The stat of one file as a walk keeps it; None if there is no such ordinary file."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return _packed(found).tobytes()


def newest(stats: bytes) -> int:
    """The later of mtime and ctime, in nanoseconds."""
    mtime, ctime, *_ = array("q", stats)
    return max(mtime, ctime)


def shown(path: str) -> str:
    """A path as text that any file can hold; bytes that are no UTF-8 appear as escapes."""
    return path.encode("utf-8", "backslashreplace").decode()


def _scan(root: Path, path: str, waiting: list[str], problems: list[Problem]) -> Folder:
    names: list[str] = []
    stats = array("q")
    try:
        with _opened(root / path) as folder, os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_file(follow_symlinks=False):
                    _pass_over(entry, path, waiting, problems)
                    continue
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                try:
                    stats.extend(
                        (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
                    )
                except OverflowError:
                    del stats[4 * len(names) :]
                    stats.extend(_packed(found))
                names.append(entry.name)
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        problems.append(Problem(shown(path), f"cannot be read: {error.strerror}"))
    joined = "\n".join(names)
    if joined.count("\n") >= max(len(names), 1):
        names, stats = _without_line_feeds(path, names, stats, problems)
        joined = "\n".join(names)
    return Folder(os.fsencode(joined), stats.tobytes())


@contextmanager
def _opened(path: Path) -> Iterator[int | Path]:
    """A folder's handle: then the system need not find the way to each file anew (a fifth less)."""
    if os.scandir not in os.supports_fd:
        yield path
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


def _pass_over(
    entry: "os.DirEntry[str]", path: str, waiting: list[str], problems: list[Problem]
) -> None:
    """Note a folder for later, and say what is neither file nor folder."""
    if is_ignored(entry.name):
        return
    inner = f"{path}/{entry.name}"
    if shown(inner) != inner:
        problems.append(_not_read(inner, "has a name that is no UTF-8"))
    elif not entry.is_dir(follow_symlinks=False):
        what = "is a link" if entry.is_symlink() else "is no ordinary file"
        problems.append(_not_read(inner, what))
    elif inner.count("/") >= MAX_DEPTH:
        problems.append(Problem(shown(inner), "is too deep and is not read", level="warning"))
    else:
        waiting.append(inner)


def _is_folder(root: Path, top: str, problems: list[Problem]) -> bool:
    try:
        mode = os.lstat(root / top).st_mode
    except OSError:
        return False
    if not stat.S_ISDIR(mode):
        problems.append(_not_read(top, "is a link" if stat.S_ISLNK(mode) else "is no folder"))
    return stat.S_ISDIR(mode)


def _not_read(path: str, what: str) -> Problem:
    return Problem(
        shown(path), f"{what} and is not read", "Put the real thing in its place", level="warning"
    )


def _without_line_feeds(
    path: str, names: list[str], stats: "array[int]", problems: list[Problem]
) -> tuple[list[str], "array[int]"]:
    """Leave out names that hold a line feed: no record has one, and it parts the names here."""
    kept = array("q")
    for at, name in enumerate(names):
        if "\n" in name:
            problems.append(_not_read(f"{path}/{name}", "has a line feed in its name"))
        else:
            kept.extend(stats[4 * at : 4 * at + 4])
    return [name for name in names if "\n" not in name], kept


def _packed(found: os.stat_result) -> "array[int]":
    # An inode of 64 bits and a year after 2262 do not fit; being compared only, they are cut.
    values = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
    try:
        return array("q", values)
    except OverflowError:
        return array("q", (value & _LOW_63_BITS for value in values))
