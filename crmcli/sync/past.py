"""What git remembers of the book: who wrote what, when, by which command."""

from collections.abc import Iterator
from typing import NamedTuple

from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.sync.clone import Changed
from crmcli.sync.clone import Clone
from crmcli.sync.versions import Versions

AT_ONCE = 200  # commits whose files are read together
FORM = "%H%x1f%cI%x1f%an%x1f%ae%x1f%(trailers:key=Crm-Op,valueonly,separator=%x20)%x1f%(trailers:key=Crm-By,valueonly,separator=%x20)%x1f%s"
UNDO = "undo"


class Entry(NamedTuple):
    """A commit: `op` is the command and `by` the rep, empty where the commit does not say."""

    id: str
    when: str  # ISO time with its offset
    author: str
    email: str
    op: str
    by: str
    subject: str

    @property
    def who(self) -> str:
        """The rep, or else the author as git has it."""
        return self.by or self.author

    @property
    def undoes(self) -> str | None:
        """The beginning of the id of the commit that this one reverses; None if it reverses none."""
        word, _, id = self.subject.partition(" ")
        return id if self.op == word == UNDO else None


def entries(clone: Clone, paths: tuple[str, ...] = (".",)) -> Iterator[Entry]:
    """The commits that touched these files of the book, newest first; merges are left out."""
    if clone.head() is None:
        return
    words = ("log", "-z", "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv")
    more = ("--no-show-signature", f"--format={FORM}", "--end-of-options", "HEAD", "--", *paths)
    for item in clone.git.run(*words, *more, reads=True).items:
        yield Entry(*item.split("\x1f", 6))


def steps(
    clone: Clone, found: Iterator[Entry], paths: tuple[str, ...] = (".",)
) -> Iterator[tuple[Entry, list[Versions]]]:
    """Each of these commits with the record files that it changed."""
    while some := list(_first(found)):
        changed = _changed(clone, [entry.id for entry in some], paths)
        blobs = clone.blobs(
            id for files in changed.values() for f in files for id in (f.old, f.new)
        )
        for entry in some:
            files = changed.get(entry.id, [])
            yield (
                entry,
                [
                    Versions(file.path, blobs.get(file.old or ""), blobs.get(file.new or ""))
                    for file in files
                ],
            )


def is_sent(clone: Clone, id: str) -> bool:
    """Whether a hub has that commit, as far as this clone knows."""
    answer = clone.git.run(
        "for-each-ref", "--count=1", f"--contains={id}", "refs/remotes", reads=True
    )
    return bool(answer.line)


def _first(found: Iterator[Entry]) -> Iterator[Entry]:
    for _ in range(AT_ONCE):
        entry = next(found, None)
        if entry is None:
            return
        yield entry


def _changed(clone: Clone, ids: list[str], paths: tuple[str, ...]) -> dict[str, list[Changed]]:
    words = ("diff-tree", "--stdin", "-r", "-z", "--root", "--no-renames", "--relative", "--")
    data = "".join(f"{id}\n" for id in ids).encode()
    found: dict[str, list[Changed]] = {}
    items = iter(clone.git.run(*words, *paths, data=data, reads=True).items)
    current = ""
    for item in items:
        if not item.startswith(":"):
            current = item.strip()
            continue
        old, new = (None if not id.strip("0") else id for id in item.split(" ")[2:4])
        path = next(items)
        if path == CONFIG or folder_of(path) is not None:
            found.setdefault(current, []).append(Changed(path, old, new))
    return found
