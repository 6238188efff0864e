"""What changed in the folder since the index last looked."""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from crmcli.book.plain_file import content
from crmcli.book.plain_file import digest
from crmcli.book.walk import EMPTY
from crmcli.book.walk import Folder
from crmcli.book.walk import Walk
from crmcli.book.walk import newest
from crmcli.book.walk import stat_of

# A clock may tick as seldom as every two seconds (FAT): within a tick a change leaves no trace.
YOUNG = 2_000_000_000


class Changes(NamedTuple):
    """What has to be done. `moment` is a time before any file was read, in nanoseconds.

    `changed` holds the stat of each file to read, `gone` the files that are no more, `folders`
    those to be remembered anew, `grown` the files that need no look at their content from now on.
    """

    moment: int
    changed: Mapping[str, bytes]
    gone: frozenset[str]
    folders: tuple[str, ...]
    grown: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.folders or self.grown)


def find_changes(
    connection: Connection, root: Path, walked: Walk, clock: Callable[[], int]
) -> Changes:
    """Compare the walk with what the index remembers. `clock` gives the time of indexing."""
    young = dict(connection.execute("SELECT path, hash FROM young"))
    moment = clock() if young else 0
    changed, gone, folders = _by_stat(connection, walked)
    grown = []
    for path, known in young.items():
        if path in changed or path in gone:
            continue
        data, stats = None, stat_of(root / path)
        with suppress(OSError):
            data = content(root / path)
        if data is None or stats is None:
            continue
        if digest(data) != known:
            changed[path] = stats
        elif not is_young(stats, moment):
            grown.append(path)
    if not moment and (changed or gone or folders):
        moment = clock()
    return Changes(moment, changed, frozenset(gone), tuple(folders), tuple(grown))


def is_young(stats: bytes, moment: int) -> bool:
    """Whether a file may still change without any trace in its stat."""
    return newest(stats) > moment - YOUNG


def remember_folders(connection: Connection, walked: Walk, folders: Collection[str]) -> None:
    """Keep these folders as the walk found them, with all that was noted of files in them."""
    for path in folders:
        folder = walked.folders.get(path)
        if folder is not None and folder.stats:
            connection.execute("INSERT OR REPLACE INTO folders VALUES (?, ?, ?)", (path, *folder))
        else:
            connection.execute("DELETE FROM folders WHERE path = ?", (path,))
    known = set(folders)
    noted = [path for (path,) in connection.execute("SELECT path FROM written")]
    done = [(path,) for path in noted if path.rpartition("/")[0] in known]
    connection.executemany("DELETE FROM written WHERE path = ?", done)


def _by_stat(connection: Connection, walked: Walk) -> tuple[dict[str, bytes], set[str], list[str]]:
    stored = {
        path: Folder(names, stats)
        for path, names, stats in connection.execute("SELECT path, names, stats FROM folders")
    }
    written: dict[str, dict[str, bytes | None]] = {}
    for path, stats in connection.execute("SELECT path, stats FROM written"):
        folder, _, name = path.rpartition("/")
        written.setdefault(folder, {})[name] = stats
    changed: dict[str, bytes] = {}
    gone: set[str] = set()
    folders = []
    for path in sorted(stored.keys() | walked.folders.keys() | written.keys()):
        old = stored.get(path, EMPTY)
        new = walked.folders.get(path, EMPTY)
        if old == new and path not in written:
            continue
        folders.append(path)
        start = f"{path}/" if path else ""
        was = old.entries() | written.get(path, {})
        now = new.entries()
        for name, stats in now.items():
            if was.get(name) != stats:
                changed[start + name] = stats
        gone |= {start + name for name, known in was.items() if known and name not in now}
    return changed, gone, folders
