"""Merging what came in: git's merge with our driver, then what git could not settle by itself."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
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
from crmcli.sync.commits import committer_date
from crmcli.sync.git import Answer
from crmcli.sync.git import Git
from crmcli.sync.merge_text import Times
from crmcli.sync.merge_text import inside
from crmcli.sync.merge_text import merge_text
from crmcli.sync.safety import faults
from crmcli.sync.versions import Versions
from crmcli.sync.ways import way_of

FILES = ("100644", "100755")
OURS, THEIRS = "CRM_MERGE_OURS", "CRM_MERGE_THEIRS"  # the two commits, for our driver


class Unmerged(NamedTuple):
    """A file that git left unmerged: the object of each version, None where there is none."""

    path: str  # inside the work tree
    base: str | None = None
    ours: str | None = None
    theirs: str | None = None
    plain: bool = True


class _Settled(NamedTuple):
    """A file that is merged, and what someone should hear of; `path` is inside the work tree."""

    path: str
    write: Write
    notes: tuple[str, ...] = ()


def merge(clone: Clone, theirs: str, text: str) -> list[str]:
    """Merge a commit into the branch, and commit that with this message; the lock is held.

    Returns what someone should hear of.
    Raises ConflictError if git refuses, or a file that is no record has a conflict.
    """
    ours = clone.head() or ""
    way = way_of(clone, ours, theirs)
    answer = clone.top.run(
        *("-c", f"merge.crm.driver={way.driver}"),
        *("merge", "-q", "--no-edit", "--ff", "--no-autostash", "--no-stat", "--no-log"),
        *(("-m", text, "--cleanup=verbatim") if way.is_gits else ("--no-commit",)),
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
    unmerged = list(_unmerged(clone))
    settled = _settled(clone, unmerged)
    for each in settled:
        write(clone.root, [each.write])
    paths = [each.path for each in settled]
    left = [file.path for file in unmerged if file.path not in paths]
    if left:
        if paths:
            _with_paths(clone, paths, "add")
        raise ConflictError(
            f"git could not merge {', '.join(left)}",
            remedy="Edit it, git add it, then crm sync",
        )
    words = ("commit", "-q", "-m", text, "--cleanup=verbatim", "--no-status")
    answer = _with_paths(clone, paths, *words, *(("--include",) if paths else ()))
    if not answer.ok:
        raise ConflictError(f"git cannot commit the merge: {answer.why}", remedy="Then crm sync")
    return [note for each in settled for note in each.notes]


def _keep_apart(clone: Clone) -> None:
    """Take back where git carried an edit of a removed record into another with the same bytes.

    git sees a rename in that, and no setting keeps it from it. The edit stays in its own file.
    """
    heads = [clone.commit_of(name) or "" for name in ("HEAD", "MERGE_HEAD")]
    base = clone.base_of(*heads)
    sides = [{each.path: each for each in clone.changed(base, head)} for head in heads]
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
    one, two = (_moments(top, [path], *sides) for sides in ((theirs, ours), (ours, theirs)))
    return one.get(path), two.get(path)


def _settled(clone: Clone, unmerged: Iterable[Unmerged]) -> list[_Settled]:
    """Those of the files that can be merged by their three versions; a person must do the others."""
    files = [each for each in unmerged if each.plain and clone.own(each.path) is not None]
    if not files:
        return []
    blobs = clone.blobs(id for each in files for id in (each.base, each.ours, each.theirs))

    @cache
    def moments() -> list[dict[str, int]]:
        sides = (("MERGE_HEAD", "HEAD"), ("HEAD", "MERGE_HEAD"))
        return [_moments(clone.top, [each.path for each in files], *side) for side in sides]

    def times(path: str) -> Times:
        ours, theirs = moments()
        return ours.get(path), theirs.get(path)

    found = (_settle(clone, each, blobs, times) for each in files)
    return [each for each in found if each is not None]


def _settle(
    clone: Clone, file: Unmerged, blobs: Mapping[str, bytes], times: Callable[[str], Times]
) -> _Settled | None:
    path = file.path.removeprefix(clone.prefix)
    old, ours, theirs = (blobs.get(id or "") for id in (file.base, file.ours, file.theirs))
    target = clone.root / path
    there = version(target)
    if there == "":
        return None
    now = content(target) if there else None
    # What a person has resolved by hand holds; git itself leaves markers, or one of the sides.
    if now not in (None, ours, theirs) and not any(faults([Versions(path, None, now)])):
        return _Settled(file.path, Write(path, now, there))
    try:
        merged, other = (merge_text(path, old, ours, theirs, order) for order in ((1, 2), (2, 1)))
        # Mostly the times decide nothing, and git has to look into each commit for them.
        if merged != other:
            merged = merge_text(path, old, ours, theirs, times(file.path))
    except BadDataError:
        return None
    notes = [
        f"{' of '.join(filter(None, (each.field, each.record or path)))} was removed on one side"
        " and changed on the other, so it stays"
        for each in merged.revived
    ]
    return _Settled(file.path, Write(path, merged.data, there), tuple(notes))


def _with_paths(clone: Clone, paths: Sequence[str], *words: str) -> Answer:
    """Run git with these paths of the work tree, if there are any; the date is that of a commit."""
    flags = ("--pathspec-from-file=-", "--pathspec-file-nul") if paths else ()
    data = "\0".join(paths).encode("utf-8", "surrogateescape")
    return clone.top.run(*words, *flags, data=data, env=committer_date(clone.git))


def _moments(top: Git, paths: Sequence[str], since: str, until: str) -> dict[str, int]:
    """When one side changed these files last, in Unix seconds, of those that it changed.

    All its commits count, also where a merge took nothing of them: so many files are asked as one.
    """
    words = ("log", "-z", "--no-merges", "--full-history", "--no-renames", "--no-show-signature")
    data = "\n".join((f"{since}..{until}", "--", *paths, "")).encode("utf-8", "surrogateescape")
    answer = top.run(*words, "--format=%ct", "--name-only", "--stdin", data=data, reads=True)
    found: dict[str, int] = {}
    moment = 0
    for item in answer.items:
        if item.isdecimal():
            moment = int(item)
        else:
            found.setdefault(item.removeprefix("\n"), moment)
    return found


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
