"""What an export holds: a table for each kind, or the records themselves, complete."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple

from msgspec import NODEFAULT
from msgspec import Struct
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from crmcli.book.book import Book
from crmcli.book.plan import on_disk
from crmcli.book.records import read_closely
from crmcli.exchange.columns import KINDS
from crmcli.model.customer import Contact
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.kinds import KINDS as RECORD_KINDS
from crmcli.model.nearest import nearest
from crmcli.model.record import Event
from crmcli.model.record import Record
from crmcli.model.words import plural
from crmcli.reports.deals import DEALS
from crmcli.reports.deals import deals
from crmcli.reports.listing import NOUNS
from crmcli.reports.listing import listing
from crmcli.reports.reachable import allowed
from crmcli.reports.table import Table

COMPLETE = tuple(kind.name for kind in RECORD_KINDS)  # contacts stand in their customers


class Selection(NamedTuple):
    """Which records. `filters` as for a list, by kind; archived ones are always among them.

    `may`, a channel and a purpose, and `people`, their ids, choose among contacts.
    """

    kinds: tuple[str, ...] = KINDS
    filters: Mapping[str, Mapping[str, Sequence[Any]]] = {}
    since: date | None = None
    until: date | None = None
    may: tuple[str, str] | None = None
    people: frozenset[str] | None = None


def filters_of(kind: str) -> tuple[str, ...]:
    """The filters that a kind knows."""
    return tuple((DEALS if kind == "deal" else NOUNS[kind]).filters)


def fitting(kinds: Sequence[str], filters: Iterable[str]) -> tuple[str, ...]:
    """The kinds to export: those asked for, else all that know these filters.

    Raises UsageError where a kind that was asked for does not know one.
    """
    names = tuple(filters)
    for kind in kinds:
        for name in names:
            if name not in filters_of(kind):
                known = " ".join(each for each in KINDS if name in filters_of(each))
                raise UsageError(
                    f"a {kind} has no {name}", place=f"--{name}", remedy=f"Try: crm export {known}"
                )
    return tuple(kinds) or tuple(
        kind for kind in KINDS if all(name in filters_of(kind) for name in names)
    )


def tables(book: Book, chosen: Selection, as_of: date) -> tuple[Table, ...]:
    """A table for each kind, with the keys and rows that its list has."""
    return tuple(_table(book, kind, chosen, as_of) for kind in chosen.kinds)


def _table(book: Book, kind: str, chosen: Selection, as_of: date) -> Table:
    arguments: dict[str, Any] = {
        "filters": chosen.filters.get(kind, {}),
        "since": chosen.since,
        "until": chosen.until,
        "archived": True,
    }
    if kind == "deal":
        return deals(book, as_of, **arguments)
    table = listing(book, kind, as_of, **arguments)
    if kind == "contact" and chosen.may:
        table = allowed(book, table, chosen.may, as_of)
    if kind == "contact" and chosen.people is not None:
        table = table._replace(rows=tuple(row for row in table.rows if row[0] in chosen.people))
    return table


def redacted(found: Sequence[Table], names: Sequence[str]) -> tuple[Table, ...]:
    """The tables with these fields blank. Raises BadValueError for one that no table has."""
    check_fields(names, {key for table in found for key in table.keys})
    return tuple(table._replace(rows=tuple(_blanked(table, names))) for table in found)


def check_fields(names: Sequence[str], known: Iterable[str]) -> None:
    """Raises BadValueError, with the nearest, for a field that there is not."""
    fields = sorted(known)
    for name in names:
        if name not in fields:
            near = nearest(name, fields, 1)
            raise BadValueError(
                f"no field '{name}' in this export", place="--redact",
                remedy=f"Did you mean '{near[0]}'?" if near else f"Fields: {', '.join(fields)}",
            )  # fmt: skip


def _blanked(table: Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    places = {at for at, key in enumerate(table.keys) if key in names}
    for row in table.rows:
        yield tuple(None if at in places else cell for at, cell in enumerate(row))


# complete records


class Complete(NamedTuple):
    """Records as their files hold them. `unknown`: keys of hand-edited files that stay behind."""

    records: tuple[Record, ...]
    unknown: int


def complete(book: Book, chosen: Selection, as_of: date) -> Complete:
    """The records of the kinds, whole with their history, read from their files."""
    records: list[Record] = []
    unknown = 0
    for kind in chosen.kinds:
        if kind not in COMPLETE:
            raise UsageError(
                f"yaml has no {plural(kind)} of their own: they stand in their customers",
                remedy="Try: crm export customer --to yaml",
            )
        some: list[Record] = []
        ids = {row[0] for row in _table(book, kind, chosen, as_of).rows}
        files = book.query(f"SELECT DISTINCT file FROM {plural(kind)} ORDER BY file")
        for (path,) in files:
            data = on_disk(book.root, path)
            placed, problems = read_closely(path, data) if data else ([], [])
            some += [record for record, _ in placed if record.id in ids]
            unknown += sum("is not known" in problem.what for problem in problems)
        # Not in the order of the files: the folder of a year is that of the import.
        records += sorted(some, key=lambda record: (getattr(record, "at", ""), record.id))
    return Complete(tuple(records), unknown)


def without(records: Sequence[Record], names: Sequence[str]) -> Iterator[Record]:
    """The records with these fields unknown, also in their contacts and their history.

    Raises BadValueError for a field that none has, or without which one cannot be read.
    """
    structs: set[type[Struct]] = {*map(type, records), Contact}
    check_fields(names, {field for struct in structs for field in struct.__struct_fields__})
    for record in records:
        more: dict[str, Any] = {}
        history = getattr(record, "history", ())
        if history:
            lines = (_without(line, names) for line in history)
            more["history"] = tuple(line for line in lines if _tells(line))
        conflicts = getattr(record, "conflicts", None)
        if isinstance(conflicts, str):  # those of a row are one text
            more["conflicts"] = None
        elif conflicts:
            more["conflicts"] = tuple(each for each in conflicts if each.field not in names)
        yield replace(_without(record, names), **more)


def _without(struct: Any, names: Sequence[str]) -> Any:
    gone: dict[str, Any] = {}
    for field in struct_fields(type(struct)):
        value = getattr(struct, field.name)
        if field.name in names and field.name not in ("id", "date"):
            if field.default is NODEFAULT and field.default_factory is NODEFAULT:
                raise BadValueError(
                    f"a {type(struct).__name__.lower()} without its {field.name} cannot be read",
                    place="--redact", remedy="Try: --to csv or --to json",
                )  # fmt: skip
            gone[field.name] = field.default
        elif field.name == "contacts":
            gone["contacts"] = tuple(_without(contact, names) for contact in value)
    return replace(struct, **gone) if gone else struct


def _tells(line: Struct) -> bool:
    plain = set(Event.__struct_fields__) - {"cleared", "note"}
    return any(getattr(line, name) for name in line.__struct_fields__ if name not in plain)
