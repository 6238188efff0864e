"""The grammar of the folder: which path holds which kind of record, and what is not ours."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.errors import Problem
from crmcli.model.names import SLUG_BYTES
from crmcli.model.names import is_id
from crmcli.model.names import is_slug
from crmcli.model.names import slug

if TYPE_CHECKING:
    from datetime import date

    from crmcli.model.kinds import Kind
    from crmcli.model.record import Record

CONFIG = "crm.yaml"
INTENT = ".crm.intent"
LOCAL = ".crm"  # the folder of what is derived: index, lock
TEMP_PREFIX = ".~crm-"
ASIDE_SUFFIX = ".crm-new"  # what recovery keeps beside a file that was edited meanwhile
# `acme (Mei's conflicted copy 2026-11-09).yaml`, `acme.sync-conflict-20261109-100000-ABC.yaml`
_COPY_OF = re.compile(
    r"(.+?)(?: ?\([^()]*(?:conflicted copy|冲突副本|衝突的複本)[^()]*\)|\.sync-conflict-[\w-]+)(\.\w+)",
    re.IGNORECASE,
)


class Home(NamedTuple):
    """How a folder is laid out, and the letter of the ids in it; None: ids are slugs."""

    layout: str  # as Kind.home
    letter: str | None

    @property
    def is_row(self) -> bool:
        """Whether the records are rows of CSV files."""
        return self.layout.startswith("row")


# The same as the table of kinds says, which cannot be asked here: it loads msgspec, and a
# refresh of the index, which walks the folders, must not. A test holds the two together.
FOLDERS: Mapping[str, Home] = {
    "reps": Home("file", None),
    "customers": Home("file", None),
    "deals": Home("file by year", "d"),
    "promises": Home("file by year", "p"),
    "tasks": Home("file by year", "t"),
    "cases": Home("file by year", "s"),
    "campaigns": Home("file by year", "g"),
    "interactions": Home("row by rep and month", "i"),
    "feedback": Home("row by rep and month", "f"),
    "feedback/pulse": Home("row by month", "q"),
    "sales": Home("row by month", "b"),
}
TOPS = tuple(folder for folder in FOLDERS if "/" not in folder)

_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_PLAIN_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CONFLICTED_COPY = re.compile(
    r"conflicted copy|\.sync-conflict-|冲突副本|衝突的複本", re.IGNORECASE
)


def folder_of(path: str) -> str | None:
    """The record folder (`promises`) if a record file may bear this path inside the book.

    None for everything else: other files, wrong names, wrong depth.
    """
    folder, home, parts = _home_of(path)
    if home is None or len(parts) != (1 if home.layout in ("file", "row by month") else 2):
        return None
    stem, dot, ending = parts[-1].rpartition(".")
    if home.is_row:
        fits = ending == "csv" and _is(_MONTH, stem)
        if home.layout == "row by rep and month":
            fits = fits and is_valid_id("reps", parts[0])
    else:
        fits = ending == "yaml" and is_valid_id(folder, stem)
        if home.layout == "file by year":
            fits = fits and _is(_YEAR, parts[0])
    return folder if dot and fits else None


def kind_of(path: str) -> "Kind | None":
    """The kind of the records in the file at this path inside the book; None if it is no record."""
    folder = folder_of(path)
    if folder is None:
        return None
    # A walk over the folders must not load msgspec.
    from crmcli.model.kinds import BY_FOLDER  # noqa: PLC0415

    return BY_FOLDER[folder]


def id_of_path(path: str) -> str | None:
    """The id of the record in the file; None for a month of rows and for what is no record."""
    folder = folder_of(path)
    if folder is None or FOLDERS[folder].is_row:
        return None
    return path.rpartition("/")[2].removesuffix(".yaml")


def new_path(record: "Record", year: int) -> str:
    """The path inside the book at which a new record is written.

    `year` is that of today. A row goes to the file of the month in which it happened, mostly its
    rep's. Raises BadValueError if the id (or the rep of a row) cannot be a file's name.
    """
    # A walk over the folders must not load msgspec.
    from crmcli.model.kinds import BY_RECORD  # noqa: PLC0415

    kind = BY_RECORD[type(record)]
    shown = record.id
    if kind.is_row:
        rep = ""
        if kind.rep_field:
            shown = getattr(record, kind.rep_field) or ""
            rep = f"{shown}/"
        day: date = record.day  # type: ignore[attr-defined]  # every row has one
        path = f"{kind.folder}/{rep}{day.isoformat()[:7]}.csv"
    else:
        middle = f"{year:04}/" if kind.home == "file by year" else ""
        path = f"{kind.folder}/{middle}{record.id}.yaml"
    if folder_of(path) is None:
        raise BadValueError(f"'{shown}' cannot be the name of a file")
    return path


def is_valid_id(folder: str, id: str) -> bool:
    """Whether a record of that folder may have this id: a slug, or the letter and 8 characters.

    A customer or rep whose name has no letter and no digit has `c-` or `r-` and 8 characters.
    """
    home = FOLDERS[folder]
    if is_id(id):
        return id[0] == (home.letter or folder[0])
    if home.letter is not None or not id:
        return False
    # Most ids are plain and none of the reserved names, which have 3 or 4 letters; this way is
    # ten times as fast, and a cold build asks for each file.
    if 4 < len(id) <= SLUG_BYTES and _PLAIN_SLUG.fullmatch(id):  # noqa: PLR2004
        return True
    return is_slug(id)


def is_ignored(name: str) -> bool:
    """Whether readers pass over a file or folder of this name: hidden, temporary, kept aside."""
    return name.startswith((".", "#")) or name.endswith(("~", ASIDE_SUFFIX))


def is_conflicted_copy(name: str) -> bool:
    """Whether a sync program (Dropbox, OneDrive, Syncthing) made this name out of two versions."""
    return _CONFLICTED_COPY.search(name) is not None


def original_name(path: str) -> str | None:
    """The path that a conflicted copy was made of; None if it is none, or it cannot be told."""
    folder, slash, name = path.rpartition("/")
    found = _COPY_OF.fullmatch(name)
    return None if found is None else f"{folder}{slash}{found[1]}{found[2]}"


def name_problem(path: str) -> Problem | None:
    """What is wrong with the name of a file in a record folder; None if nothing is.

    An error where records in it are not read because of the name, else a note.
    """
    folder, home, parts = _home_of(path)
    if home is None or folder_of(path) is not None or is_ignored(parts[-1]):
        return None
    wanted = "csv" if home.is_row else "yaml"
    stem, dot, ending = parts[-1].rpartition(".")
    if not dot or ending.lower() not in (wanted, "yml"):
        return Problem(path, "is no record, so it is not read", level="note")
    if is_conflicted_copy(parts[-1]):
        what = "is a conflicted copy that a sync program made, and is not read"
        return Problem(path, what, "Compare it with the other file, then remove it")
    return Problem(path, "is not read", f"Rename it to {_right_name(folder, home, parts, stem)}")


def find_root(start: Path) -> Path | None:
    """The book at or above this folder, known by its crm.yaml; None if there is none."""
    here = start.absolute()
    return next((at for at in (here, *here.parents) if (at / CONFIG).is_file()), None)


def _is(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text) is not None


def _home_of(path: str) -> tuple[str, Home | None, list[str]]:
    """The record folder in which the path lies, how it is laid out, and the parts behind it."""
    folder, _, rest = path.partition("/")
    inner, slash, deeper = rest.partition("/")
    if slash and f"{folder}/{inner}" in FOLDERS:
        folder, rest = f"{folder}/{inner}", deeper
    return folder, FOLDERS.get(folder), rest.split("/")


def _right_name(folder: str, home: Home, parts: list[str], stem: str) -> str:
    if home.is_row:
        rep = "REP/" if home.layout == "row by rep and month" else ""
        return f"{folder}/{rep}YYYY-MM.csv"
    if home.letter is None:
        try:
            return f"{folder}/{slug(stem)}.yaml"
        except ValueError:
            return f"{folder}/NAME.yaml"
    id = stem if is_valid_id(folder, stem) else f"{home.letter}-xxxxxxxx"
    year = parts[0] if len(parts) == 2 and _is(_YEAR, parts[0]) else "YEAR"  # noqa: PLR2004  # year, name
    return f"{folder}/{year}/{id}.yaml"
