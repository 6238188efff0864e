"""What stops a sync: files that cannot be read, and records that are gone in numbers."""

import re
from collections.abc import Iterable
from collections.abc import Iterator

from crmcli.book.config import parse_config
from crmcli.book.markers import HINT
from crmcli.book.markers import marker_line
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.paths import id_of_path
from crmcli.book.records import read_file
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import Problem
from crmcli.sync.clone import Clone
from crmcli.sync.versions import Versions

ID = re.compile(rb"\b[a-z]-[0-9a-z]{8}\b")
MANY = 20  # records
SHARE = 10  # one in so many
# Commands that remove records because someone asked for just that.
MEANT = "^Crm-Op: (undo|[a-z]+ remove|customer merge|privacy erase)$"


def faults(files: Iterable[Versions]) -> Iterator[Problem]:
    """What keeps these files from being read in their new version, and ids that are there twice."""
    for file in files:
        if file.new is None:
            continue
        if file.path == CONFIG:
            try:
                parse_config(file.new)
            except CrmError as error:
                yield Problem(error.place or CONFIG, error.what, error.remedy)
            continue
        if folder_of(file.path) is None:  # one of git's own, beside the records
            line = marker_line(file.new.decode("utf-8", "replace"))
            if line is not None:
                yield Problem(f"{file.path}:{line}", HINT[0], "Edit it")
            continue
        records, problems = read_file(file.path, file.new)
        yield from (problem for problem in problems if problem.level == "error")
        seen: set[str] = set()
        for record in records:
            if record.id in seen:
                yield Problem(file.path, f"id {record.id} is there twice", "Give one a new id")
            seen.add(record.id)


def twice(names: Iterable[str]) -> Iterator[Problem]:
    """Records whose id two files bear, as one in two years."""
    seen: dict[tuple[str, str], str] = {}
    for path in names:
        id, folder = id_of_path(path), folder_of(path)
        if id is None or folder is None:
            continue
        if (folder, id) in seen:
            yield Problem(path, f"id {id} is also that of {seen[folder, id]}", "Rename one")
        seen[folder, id] = path


def rows_twice(clone: Clone, files: Iterable[Versions], rev: str) -> Iterator[Problem]:
    """Rows that are new in these files and whose id a row of another file in that commit has."""
    rows = [file for file in files if file.path.endswith(".csv")]
    new = {each.path: _ids(each.path, each.new or b"") - _ids(each.path, each.old or b"") for each in rows}  # fmt: skip
    wanted = {id.encode() for ids in new.values() for id in ids}
    if not wanted:
        return
    held = clone.files(rev, [path for path in clone.names(rev) if path.endswith(".csv")])
    for other, data in held.items():
        if wanted.isdisjoint(ID.findall(data)):  # most are: to read them all takes long
            continue
        theirs = _ids(other, data)
        for path, ids in new.items():
            for id in sorted(ids & theirs) if other != path else ():
                what = f"id {id} is also that of a row in {other}"
                yield Problem(path, what, "Give one a new id")


def refuse_faults(problems: Iterable[Problem], why: str) -> None:
    """Raise ConflictError for the first of these problems, with the number of the others."""
    found = list(problems)
    if found:
        first = found[0]
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise ConflictError(
            f"{first.what}{more}; {why}",
            place=first.place,
            remedy=first.remedy or "Try: crm check",
        )


def refuse_mass_deletion(
    clone: Clone,
    files: Iterable[Versions],
    rev: str | None,
    what: str,
    *,
    span: str,
    meant: Iterable[str] = (),
) -> None:
    """Raise ConflictError if more than 20 records, or one in ten, are gone from these files.

    `rev` is the commit before, `span` what to give git to see it, `meant` are the files from
    which a command removed records. The one in ten is of all records with a file of their own, and of the rows of the files that
    changed.
    """
    lost: dict[str, int] = {}
    rows = 0
    for file in files:
        if file.old is None or folder_of(file.path) is None:
            continue
        before, after = _ids(file.path, file.old), _ids(file.path, file.new or b"")
        if before - after:
            lost[file.path] = len(before - after)
        rows += len(before) if file.path.endswith(".csv") else 0
    if not lost or rev is None:
        return
    left_out = set(meant)
    gone = sum(number for path, number in lost.items() if path not in left_out)
    total = rows + sum(id_of_path(path) is not None for path in clone.names(rev))
    if gone > MANY or gone * SHARE > total:
        raise ConflictError(
            f"{gone} of {total} records are gone {what}",
            remedy=f"Look: git diff --stat {span}. Meant so? crm sync --allow-mass-delete",
        )


def removed_on_purpose(clone: Clone, base: str, side: str) -> Iterator[str]:
    """The files of the book from which commands removed records between two commits.

    git is asked when the first is wanted.
    """
    words = ("log", "-z", "--no-merges", "--no-renames", "--no-ext-diff", "--no-show-signature")
    more = ("--relative", "--format=", "--name-only", "-E", f"--grep={MEANT}", "--end-of-options")
    items = clone.git.run(*words, *more, f"{base}..{side}", reads=True).items
    yield from (item.strip("\n") for item in items)


def _ids(path: str, data: bytes) -> set[str]:
    """The ids of the records in a file; of one that cannot be read, its lines."""
    if not data:
        return set()
    if not path.endswith(".csv"):
        return {path}
    records, problems = read_file(path, data)
    if problems:
        return set(data.decode("utf-8", "replace").splitlines()[1:])
    return {record.id for record in records}
