"""Merging what came in: git's merge with our driver, then what git could not settle by itself."""

import shlex
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.book import config
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.plain_file import content
from crmcli.book.plain_file import version
from crmcli.book.write import Write
from crmcli.book.write import commit as write
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.sync.clone import Clone
from crmcli.sync.clone import is_the_books
from crmcli.sync.commits import committer_date
from crmcli.sync.git import Answer
from crmcli.sync.git import Git
from crmcli.sync.merge_text import inside
from crmcli.sync.merge_text import merge_text
from crmcli.sync.safety import faults
from crmcli.sync.versions import Versions

HERE = str(Path(__file__).parents[2])  # where this very program is
FILES = ("100644", "100755")
OURS, THEIRS = "CRM_MERGE_OURS", "CRM_MERGE_THEIRS"  # the two commits, for our driver
FLAGGED = 3  # what our driver ends with where git is to flag the file; Python's own failures are 1


class Unmerged(NamedTuple):
    """A file that git left unmerged: the object of each version, None where there is none."""

    path: str  # inside the work tree
    base: str | None = None
    ours: str | None = None
    theirs: str | None = None
    plain: bool = True


def merge(clone: Clone, theirs: str, text: str) -> list[str]:
    """Merge a commit into the branch, and commit that with this message; the lock is held.

    Returns what someone should hear of.
    Raises ConflictError if git refuses, or a file that is no record has a conflict.
    """
    ours = clone.head() or ""
    answer = clone.top.run(
        *("-c", f"merge.crm.driver={driver()}"),
        *("merge", "-q", "--no-commit", "--no-edit", "--ff", "--no-autostash", "--no-stat"),
        *("-s", "ort", "-X", "find-renames=100%", "--end-of-options", theirs),
        env={OURS: ours, THEIRS: theirs, **committer_date(clone.git)},
    )
    if clone.commit_of("MERGE_HEAD"):
        return finish(clone, text)
    if not answer.ok:
        raise ConflictError(
            f"git does not merge: {_said(answer)}",
            remedy="Commit or put aside what you have there, then crm sync",
        )
    return []


def finish(clone: Clone, text: str) -> list[str]:
    """Settle what an open merge left, and commit it; the lock is held.

    Returns what someone should hear of: what was removed on one side and stays.
    Raises ConflictError for files that only a person can merge, and where a side is of a newer
    format; the merge stays open then.
    """
    try:
        refuse_newer(clone.top, clone.prefix, ("HEAD", "MERGE_HEAD"))
    except BadDataError as error:
        what = f"{error.what}; the merge stays open"
        raise ConflictError(what, place=error.place, remedy=error.remedy) from None
    _keep_apart(clone)
    settled = [(file.path, _settle(clone, file)) for file in _unmerged(clone)]
    left = [path for path, notes in settled if notes is None]
    if left:
        raise ConflictError(
            f"git could not merge {', '.join(left)}",
            remedy="Edit it, git add it, then crm sync",
        )
    answer = clone.top.run(
        *("commit", "-q", "-F", "-", "--cleanup=verbatim", "--no-status"),
        data=text.encode(),
        env=committer_date(clone.git),
    )
    if not answer.ok:
        raise ConflictError(f"git cannot commit the merge: {answer.why}", remedy="Then crm sync")
    return [note for _, notes in settled for note in notes or ()]


def _keep_apart(clone: Clone) -> None:
    """Take back where git carried an edit of a removed record into another with the same bytes.

    git sees a rename in that, and no setting keeps it from it. The edit stays in its own file.
    """
    base = clone.base_of("HEAD", "MERGE_HEAD")
    sides = [
        {each.path: each for each in clone.changed(base, rev)} for rev in ("HEAD", "MERGE_HEAD")
    ]
    wrong: dict[str, str] = {}
    for one, other in (sides, sides[::-1]):
        moved = {
            each.old: each.path
            for each in one.values()
            if each.new is None and each.path in other and other[each.path].new
        }
        for each in one.values():
            if each.old is None and each.new in moved and each.path not in other:
                edited = other[moved[each.new]]
                wrong |= {each.path: each.new or "", edited.path: edited.new or ""}
    blobs = clone.blobs(wrong.values())
    for path in sorted(path for path in wrong if folder_of(path) is not None):
        target = clone.root / path
        write(clone.root, [Write(path, blobs[wrong[path]], version(target))])
        clone.git.run("add", "--", path)


def driver() -> str:
    """The line by which git calls our merge of one file.

    Where it cannot even start, git's own merge puts both sides into the file and flags it.
    """
    # -P: else Python would take its modules from the folder in which git runs it, the book's.
    start = f"import sys; sys.path.insert(0, {HERE!r}); from crmcli.app import main; main()"
    crm = f"{shlex.quote(sys.executable)} -P -c {shlex.quote(start)}".replace("%", "%%")
    return (
        f"{crm} merge-driver -- %O %A %B %P %L; code=$?; "
        f"[ $code = 0 ] || [ $code = {FLAGGED} ] || "
        "git merge-file -q --marker-size=%L %A %O %B; [ $code = 0 ]"
    )


def stamped(top: Git, path: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for the merge of one file, with the times at which the sides changed it.

    The two sides are named by sync, or else by a bare `git merge`.
    """
    ours, theirs = _sides(environ)
    found = {key: value for key, value in environ.items() if key not in (OURS, THEIRS)}
    if theirs:
        for key, time in zip((OURS, THEIRS), times(top, path, ours, theirs), strict=True):
            if time is not None:
                found[key] = str(time)
    return found


def knows_format(top: Git, path: str, environ: Mapping[str, str]) -> bool:
    """Whether the book of the file that git is merging is of a format that this program knows."""
    prefix = path.removesuffix(inside(path) or "")
    try:
        refuse_newer(top, prefix, [side for side in _sides(environ) if side])
    except BadDataError:
        return False
    return True


def refuse_newer(top: Git, prefix: str, revs: Iterable[str]) -> None:
    """Raise BadDataError if the book in this folder is of a newer format in one of these commits."""
    for rev in revs:
        answer = top.run("cat-file", "blob", f"{rev}:{prefix}{CONFIG}", reads=True)
        if answer.ok:
            config.refuse_newer(answer.data)


def _sides(environ: Mapping[str, str]) -> tuple[str, str]:
    """The two commits that git is merging; the other one is `` where nobody names it."""
    heads = [key.removeprefix("GITHEAD_") for key in environ if key.startswith("GITHEAD_")]
    other = heads[0] if len(heads) == 1 else ""
    return environ.get(OURS, "HEAD"), environ.get(THEIRS, other)


def times(top: Git, path: str, ours: str, theirs: str) -> tuple[int | None, int | None]:
    """When each side last wrote the file, in Unix seconds; None if it did not, or nobody knows.

    What the other side has too does not count, so that of several merge bases none does; nor does
    a merge, which writes what others wrote before.
    """
    return _time(top, path, f"{theirs}..{ours}"), _time(top, path, f"{ours}..{theirs}")


def _settle(clone: Clone, file: Unmerged) -> list[str] | None:
    """Merge one file by its three versions, write it and add it; None if a person must.

    Returns what someone should hear of.
    """
    path = file.path.removeprefix(clone.prefix)
    if not file.path.startswith(clone.prefix) or not is_the_books(path) or not file.plain:
        return None
    blobs = clone.blobs([file.base, file.ours, file.theirs])
    old, ours, theirs = (blobs.get(id or "") for id in (file.base, file.ours, file.theirs))
    target = clone.root / path
    there = version(target)
    if there == "":
        return None
    now = content(target) if there else None
    # What a person has resolved by hand holds; git itself leaves markers, or one of the sides.
    if now not in (None, ours, theirs) and not any(faults([Versions(path, None, now)])):
        return [] if clone.git.run("add", "--", path).ok else None
    try:
        merged = merge_text(
            path, old, ours, theirs, times(clone.top, file.path, "HEAD", "MERGE_HEAD")
        )
    except BadDataError:
        return None
    write(clone.root, [Write(path, merged.data, there)])
    words = ("add",) if merged.data is not None else ("rm", "-q", "--cached")
    if not clone.git.run(*words, "--", path).ok:
        return None
    return [
        f"{' of '.join(filter(None, (each.field, each.record or path)))} was removed on one side"
        " and changed on the other, so it stays"
        for each in merged.revived
    ]


def _time(top: Git, path: str, revs: str) -> int | None:
    words = ("log", "-1", "--no-merges", "--no-renames", "--no-show-signature", "--format=%ct")
    line = top.run(*words, "--end-of-options", revs, "--", path, reads=True).line
    return int(line) if line.isdecimal() else None


def _unmerged(clone: Clone) -> Iterator[Unmerged]:
    found: dict[str, Unmerged] = {}
    for entry in clone.top.run("ls-files", "-u", "-z", reads=True).items:
        words, _, path = entry.partition("\t")
        mode, id, stage = words.split(" ")
        file = found.get(path, Unmerged(path))
        name = {"1": "base", "2": "ours", "3": "theirs"}[stage]
        found[path] = file._replace(**{name: id, "plain": file.plain and mode in FILES})  # type: ignore[arg-type]
    yield from found.values()


def _said(answer: Answer) -> str:
    """Git's reason with the files that it lists below it."""
    files = [line.strip() for line in answer.err.splitlines() if line.startswith("\t")]
    return " ".join((answer.why, ", ".join(files))).strip()
