"""The sample book that comes with the program, copied so that its story ends on a given day."""

import re
from collections.abc import Iterator
from datetime import date
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from crmcli.book import write
from crmcli.book.csv_text import to_csv
from crmcli.book.lock import lock
from crmcli.book.paths import CONFIG
from crmcli.book.paths import find_root
from crmcli.book.paths import folder_of
from crmcli.book.paths import new_path
from crmcli.book.records import COLUMNS
from crmcli.book.records import new_text
from crmcli.book.records import read_file
from crmcli.book.records import row_cells
from crmcli.book.shapes import shapes
from crmcli.model.campaign import Campaign
from crmcli.model.customer import Customer
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExistsError
from crmcli.model.kinds import BY_RECORD
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.rep import Target

R = TypeVar("R", bound=Struct)

_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")

QUARTER, YEAR = 3, 12  # months

LAST_DAY = date(2026, 11, 9)  # on which the story of the packaged book ends
DOT_FILES = (".gitattributes", ".gitignore")


def sample_folder() -> Path:
    """Where the sample book lies: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent.parent
    packed = package / "sample"
    return packed if packed.is_dir() else package.parent / "data"


def copy_sample(target: Path, today: date) -> None:
    """Write the sample book into a new or empty folder, its last day moved to `today`.

    All dates of the records move alike; times of day, their zones and free text stay. The same
    day gives the same bytes. Raises ExistsError if the folder holds anything, CrmError if it lies
    inside a book or the disk refuses.
    """
    _refuse(target)
    source = sample_folder()
    files = _shifted_files(source, today - LAST_DAY)
    # crm.yaml makes it a book, so it comes last.
    files[CONFIG] = _moved_config((source / CONFIG).read_text("utf-8"), today - LAST_DAY).encode()
    write.make_root(target)
    with lock(target, "crm demo", today.isoformat()):
        for name in DOT_FILES:
            write.commit(target, [write.Write(name, (source / name).read_bytes(), None)])
        write.commit(target, [write.Write(path, data, None) for path, data in files.items()])


def _shifted_files(book: Path, by: timedelta) -> dict[str, bytes]:
    """The record files of a book by path, with every date in them moved.

    A row goes to the file of the month in which it now lies, a record of its own to the folder
    of the year in which its history now begins.
    """
    files = {}
    rows: dict[str, list[Record]] = {}
    for record in _records(book):
        moved = _moved(record, by)
        path = new_path(moved, _first_day(moved).year)
        if BY_RECORD[type(moved)].is_row:
            rows.setdefault(path, []).append(moved)
        else:
            files[path] = new_text(moved).encode()
    for path, month in rows.items():
        cells = [tuple(row_cells(row).values()) for row in month]
        files[path] = to_csv(COLUMNS[type(month[0])], cells).encode()
    return files


def _refuse(target: Path) -> None:
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ExistsError(f"'{target}' is not empty", remedy="Try: crm demo with a new folder")
    outer = find_root(target.resolve())
    if outer:
        raise CrmError(
            f"'{target}' is inside the book '{outer}'", remedy="Try: crm demo in another folder"
        )


def _records(book: Path) -> Iterator[Record]:
    """The records in the order of their paths, so that the rows of a rep stay in time order."""
    for file in sorted(book.rglob("*.*")):
        path = file.relative_to(book).as_posix()
        if folder_of(path):
            records, problems = read_file(path, file.read_bytes())
            assert not problems, problems  # the tests hold the packaged book to this
            yield from records


def _first_day(record: Record) -> date:
    """The day that tells the year of the record's folder; of no matter where there is none."""
    if BY_RECORD[type(record)].is_row or isinstance(record, (Customer, Rep)):
        return LAST_DAY
    if isinstance(record, Campaign):
        return record.start or LAST_DAY
    return cast(date, getattr(record, "history")[0].date)  # noqa: B009  # all others keep one


def _moved(struct: R, by: timedelta) -> R:
    """The same record with its dates moved, those of all that it holds too."""
    names = struct.__struct_fields__
    fields = {name: _shifted(getattr(struct, name), by) for name in names}
    for name, field in shapes(type(struct)).items():
        if field.shape.name == "moment" and (text := getattr(struct, name)):
            fields[name] = _moment(text, by)
    if isinstance(struct, Target):
        fields["period"] = _moved_period(struct.period, by)
    return replace(struct, **fields)


def _moved_config(text: str, by: timedelta) -> str:
    """crm.yaml with the days in it moved, as those of a count of the stock."""
    return _DAY.sub(lambda found: (date.fromisoformat(found[0]) + by).isoformat(), text)


def _moved_period(period: str, by: timedelta) -> str:
    """The year, quarter or month as far from the new last day as it was from the old one."""
    year, _, part = period.partition("-")
    months = 1 if part.isdigit() else QUARTER if part else YEAR
    was, now = (_period_number(day, months) for day in (LAST_DAY, LAST_DAY + by))
    number = int(year) * YEAR // months + int(part.removeprefix("Q") or 1) - 1 - was + now
    moved, place = divmod(number, YEAR // months)
    ends = {1: f"-{place + 1:02}", QUARTER: f"-Q{place + 1}", YEAR: ""}
    return f"{moved:04}{ends[months]}"


def _period_number(day: date, months: int) -> int:
    """How many periods of so many months lie between year 0 and the one that holds the day."""
    return (day.year * 12 + day.month - 1) // months


def _shifted(value: object, by: timedelta) -> object:
    if isinstance(value, date):
        return value + by
    if isinstance(value, tuple):
        return tuple(_shifted(item, by) for item in value)
    return _moved(value, by) if isinstance(value, Struct) else value


def _moment(text: str, by: timedelta) -> str:
    """An ISO time, or a bare day, so many days later; the rest of the text stays as it is."""
    return (date.fromisoformat(text[:10]) + by).isoformat() + text[10:]
