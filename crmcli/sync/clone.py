"""A clone that holds a book: where the book lies in it, its branch, its commits and their files."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.sync.git import Git
from crmcli.sync.git import open_git
from crmcli.sync.repository import refuse_open_merge

DOT_FILES = (".gitattributes", ".gitignore")


class Changed(NamedTuple):
    """A file of the book in two trees: its object in each, None where it is not there."""

    path: str
    old: str | None
    new: str | None


class Clone(NamedTuple):
    """`top` is git in the whole work tree, `git` in the book, `prefix` the way from one to the other.

    `compared` holds what git was asked for before: two commits never differ in another way.
    """

    git: Git
    top: Git
    prefix: str
    branch: str
    compared: dict[tuple[Path, str, str], list[Changed]]

    @property
    def root(self) -> Path:
        """The book's folder."""
        return self.git.root

    def own(self, path: str) -> str | None:
        """The path inside the book of a file in the work tree; None if it is none that crm commits."""
        inside = path.removeprefix(self.prefix)
        return inside if path.startswith(self.prefix) and is_the_books(inside) else None

    def head(self) -> str | None:
        """The newest commit; None before the first."""
        return self.commit_of("HEAD")

    def commit_of(self, rev: str) -> str | None:
        """The full id of a commit; None if there is no such one."""
        answer = self.git.run("rev-parse", "-q", "--verify", "--end-of-options", f"{rev}^{{commit}}", reads=True)  # fmt: skip
        return answer.line if answer.ok else None

    def base_of(self, ours: str, theirs: str) -> str | None:
        """The commit from which both sides come; None if they have nothing in common."""
        answer = self.git.run("merge-base", "--end-of-options", ours, theirs, reads=True)
        return answer.line if answer.ok else None

    def changed(self, old: str | None, new: str) -> list[Changed]:
        """The files of the book that differ between two commits, by full ids; None: before the first."""
        key = (self.git.root, old or "", new)
        if key not in self.compared:
            self.compared[key] = self._compare(old, new)
        return self.compared[key]

    def _compare(self, old: str | None, new: str) -> list[Changed]:
        words = ("diff-tree", "-r", "-z", "--no-renames", "--relative", "--end-of-options")
        answer = self.git.run(*words, old or self.empty_tree(), new, reads=True)
        if not answer.ok:
            raise CrmError(f"git cannot compare two commits: {answer.why}")
        return list(_changed(answer.items))

    def empty_tree(self) -> str:
        """The id of a tree without files."""
        return self.git.run("hash-object", "-t", "tree", "--stdin", reads=True).line

    def names(self, rev: str) -> list[str]:
        """The files of the book in a commit."""
        words = ("ls-tree", "-r", "-z", "--name-only", "--end-of-options")
        return self.git.run(*words, rev, reads=True).items

    def blobs(self, ids: Iterable[str | None]) -> dict[str, bytes]:
        """The bytes of these objects, by id."""
        return blobs(self.git, ids)

    def files(self, rev: str, paths: Iterable[str]) -> dict[str, bytes]:
        """The bytes of these files of the book in a commit, of those that are there."""
        wanted = set(paths)
        words = ("ls-tree", "-r", "-z", "--end-of-options")
        ids = {}
        for entry in self.git.run(*words, rev, reads=True).items if wanted else ():
            head, _, path = entry.partition("\t")
            if path in wanted:
                ids[path] = head.rpartition(" ")[2]
        blobs = self.blobs(ids.values())
        return {path: blobs[id] for path, id in ids.items() if id in blobs}


def open_clone(root: Path, environ: Mapping[str, str]) -> Clone:
    """The clone in which a book lies.

    Raises CrmError if git is not installed or does not know the folder, ConflictError if it is on
    no branch.
    """
    git = open_git(root, environ)
    answer = git.run("rev-parse", "--show-toplevel", "--show-prefix", reads=True)
    if not answer.ok:
        if "dubious ownership" in answer.err:
            raise CrmError(f"git says: {answer.why}", remedy="Try: git status")
        raise CrmError("this book is not in git", remedy="Try: git init, then crm sync")
    top, _, prefix = answer.out.partition("\n")
    branch = git.run("symbolic-ref", "-q", "HEAD", reads=True)
    if not branch.ok:
        refuse_open_merge(Path(top), ("rebase-merge", "rebase-apply"))
        raise ConflictError("git is on no branch (detached HEAD)", remedy=_way_back(git))
    return Clone(
        git,
        git._replace(root=Path(top)),
        prefix.removesuffix("\n"),
        branch.line.removeprefix("refs/heads/"),
        {},
    )


def _way_back(git: Git) -> str:
    """How to come from a detached HEAD to a branch, with all that was committed there."""
    answer = git.run("for-each-ref", "--contains=HEAD", "--format=%(refname:short)", "refs/heads", reads=True)  # fmt: skip
    found = answer.out.splitlines()
    if not found:
        return "Try: git switch -c NAME, git switch main, git merge NAME, then crm sync"
    return f"Try: git switch {'main' if 'main' in found else found[0]}, then crm sync"


def blobs(git: Git, ids: Iterable[str | None]) -> dict[str, bytes]:
    """The bytes of these objects, by id."""
    wanted = sorted({id for id in ids if id})
    if not wanted:
        return {}
    data = "".join(f"{id}\n" for id in wanted).encode()
    return dict(_blobs(git.run("cat-file", "--batch", data=data, reads=True).data))


def is_the_books(path: str) -> bool:
    """Whether a path inside the book is one that crm commits: a record, or a setting of the book."""
    return path == CONFIG or path in DOT_FILES or folder_of(path) is not None


def _changed(items: list[str]) -> Iterator[Changed]:
    for entry, path in zip(items[::2], items[1::2], strict=False):
        old, new = entry.split(" ")[2:4]
        yield Changed(path, old if old.strip("0") else None, new if new.strip("0") else None)


def _blobs(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        id, kind, *size = data[at:end].decode("ascii", "replace").split(" ")
        at = end + 1
        if kind == "blob":
            yield id, data[at : at + int(size[0])]
        if size:
            at += int(size[0]) + 1
