"""What each record becomes in the index: the values of its row, and of the rows beside it."""

from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any
from typing import NamedTuple

import msgspec

from crmcli.book.search import mail_key
from crmcli.book.search import spaced
from crmcli.book.search import word_starts
from crmcli.book.shapes import shapes
from crmcli.model.campaign import Campaign
from crmcli.model.customer import ConsentEvent
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.kinds import BY_NAME
from crmcli.model.kinds import KINDS
from crmcli.model.names import digits
from crmcli.model.names import fold
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.words import plural

Values = tuple[Any, ...]

TEXTS: Mapping[str, tuple[str, ...]] = {
    "customer": ("background", "needs"),
    "deal": ("name",),
    "promise": ("what",),
    "task": ("what",),
    "interaction": ("summary", "next_step", "lesson"),
    "case": ("what", "remedy"),
    "campaign": ("name",),
    "feedback": ("comment",),
}
TEXTS_A_RECORD = 4

# In the order in which a build meets them: a full-text table takes rising rowids best.
_KIND_NUMBERS = {
    kind.name: number for number, kind in enumerate(sorted(KINDS, key=lambda each: each.plural))
}
# The field of a row that tells when it happened; its first ten characters are the day.
_MOMENT = {"interaction": "at", "feedback": "at", "sale": "date", "pulse": "date"}
_ELSEWHERE = ("contacts", "history", "conflicts", "consent")  # fields that are tables
_COLUMNS = {"case": "case_id", "order": "order_id"}
_LONGEST_NAME = 120  # characters of a name that are looked up


class Row(NamedTuple):
    """A record on its way into the index: its place, and the rowid that it gets."""

    rowid: int
    record: Record
    file: str
    line: int | None


def insert(kind: str) -> str:
    """The statement that takes a row of `row_values`; an id that is there already is passed over."""
    if BY_NAME[kind].is_row:
        columns = ["rowid", "id", "file", "line", _MOMENT[kind], "day", *_named(kind)]
    else:
        columns = ["rowid", "file", *_named(kind)]
    columns += {"deal": ["amount_value"], "customer": ["potential_value"]}.get(kind, [])
    marks = ", ".join("?" * len(columns))
    return f"INSERT OR IGNORE INTO {plural(kind)} ({', '.join(columns)}) VALUES ({marks})"


def row_values(kind: str, row: Row) -> Values:
    """The values of a record's own row, behind its rowid.

    Those of a row of a file stand in the order of its table, so they compare with a row of it.
    """
    rowid, record, file, line = row
    values = _SHAPES[kind].values(record)
    moment = _MOMENT.get(kind)
    if moment is not None:
        at = str(getattr(record, moment))
        return (rowid, record.id, file, line, at, at[:10], *values)
    if isinstance(record, Deal):
        values.append(None if record.amount is None else float(record.amount))
    elif isinstance(record, Customer):
        values.append(None if record.potential is None else float(record.potential))
    return (rowid, file, *values)


def beside(kind: str, rows: list[Row]) -> dict[str, list[Values]]:
    """The rows of the other tables, by table; none is empty."""
    found: dict[str, list[Values]] = {
        table: [] for table in ("names", "history", "conflicts", "contacts", "consents", "words")
    }
    for row in rows:
        record = row.record
        found["words"] += _words(kind, row)
        if kind in _MOMENT:
            found["conflicts"] += _row_conflicts(kind, record)
            continue
        found["history"] += _history(kind, record)
        found["conflicts"] += _conflicts(kind, record)
        found["names"] += _names(kind, record)
        if isinstance(record, Customer):
            for contact in _once(record.contacts):
                found["contacts"].append((record.id, *_CONTACT.values(contact)))
                found["consents"] += _consents(record.id, contact)
    return {table: values for table, values in found.items() if values}


def first_word(kind: str, rowid: int) -> int:
    """The rowid in `words` of a record's first text; up to TEXTS_A_RECORD follow each other.

    So they are found again without a search, which a full-text table could do only by its words.
    """
    return (_KIND_NUMBERS[kind] << 48) + rowid * TEXTS_A_RECORD


def _list(items: tuple[Any, ...]) -> str | None:
    return msgspec.json.encode(items).decode() if items else None


def _plain(number: Decimal) -> str:
    return format(number, "f")


# Text and whole numbers go in as they are.
_AS_TEXT: Mapping[type, Callable[[Any], str | None]] = {
    date: date.isoformat,
    Decimal: _plain,
    tuple: _list,
}
_CHANGED: Mapping[str, Callable[[Any], str | None]] = {
    "date": date.isoformat,
    "number": _plain,
    "list": _list,
}


def _value(value: Any) -> Any:
    change = _AS_TEXT.get(type(value))
    return value if change is None else change(value)


class _Shape:
    """Takes the values of the plain fields out of one type of record, a million times."""

    def __init__(self, struct: type[msgspec.Struct], left_out: tuple[str, ...] = ()) -> None:
        fields = shapes(struct)
        self.names = tuple(
            name
            for name in struct.__struct_fields__
            if name not in _ELSEWHERE and name not in left_out
        )
        self._get = attrgetter(*self.names)
        self._changes = tuple(
            (at, _CHANGED[fields[name].shape.name])
            for at, name in enumerate(self.names)
            if fields[name].shape.name in _CHANGED
        )

    def values(self, record: msgspec.Struct) -> list[Any]:
        values = list(self._get(record))
        for at, change in self._changes:
            value = values[at]
            if value is not None:
                values[at] = change(value)
        return values


_SHAPES = {
    kind.name: _Shape(kind.record, ("id", _MOMENT[kind.name]) if kind.is_row else ())
    for kind in KINDS
}
_CONTACT = _Shape(Contact)
_CONSENT = _Shape(ConsentEvent)


def _named(kind: str) -> list[str]:
    return [_COLUMNS.get(name, name) for name in _SHAPES[kind].names]


def _names(kind: str, record: Record) -> list[Values]:
    if isinstance(record, Customer):
        return _customer_names(record)
    if isinstance(record, Rep):
        mail = [(mail_key(record.email), kind, record.id, None, "mail")] if record.email else []
        return [(_cut(record.name), kind, record.id, None, "name"), *mail]
    if isinstance(record, (Deal, Campaign)) and record.name:
        return [(_cut(record.name), kind, record.id, None, "name")]
    return []


def _customer_names(customer: Customer) -> list[Values]:
    found = _with_words(customer.name, "customer", customer.id, None, "name")
    for alias in customer.aliases:
        found += _with_words(alias, "customer", customer.id, None, "alias")
    for contact in _once(customer.contacts):
        found += _with_words(contact.name, "contact", customer.id, contact.id, "name")
        mails = (contact.email, *contact.other_emails)
        phones = (contact.phone, contact.mobile, *contact.other_phones)
        ways = [(mail_key(mail), "mail") for mail in mails if mail]
        ways += [(digits(phone), "phone") for phone in phones if phone and digits(phone)]
        found += [(key, "contact", customer.id, contact.id, how) for key, how in ways]
    return found


def _with_words(name: str, kind: str, id: str, contact: str | None, how: str) -> list[Values]:
    whole = _cut(name)
    words = [(part, kind, id, contact, "word") for part in word_starts(whole)]
    return [(whole, kind, id, contact, how), *words]


def _cut(name: str) -> str:
    return fold(name)[:_LONGEST_NAME]


def _once(contacts: tuple[Contact, ...]) -> list[Contact]:
    """The contacts, the first of each id."""
    first: dict[str, Contact] = {}
    for contact in contacts:
        first.setdefault(contact.id, contact)
    return list(first.values())


def _consents(customer: str, contact: Contact) -> list[Values]:
    return [
        (customer, contact.id, seq, *_CONSENT.values(event))
        for seq, event in enumerate(contact.consent)
    ]


def _history(kind: str, record: Record) -> list[Values]:
    """One row for each tracked field that a line names; one with field `''` if it names none."""
    rows: list[Values] = []
    tracked = record.TRACKED
    for seq, event in enumerate(getattr(record, "history", ())):
        head = (kind, record.id, seq, event.date.isoformat(), event.by)
        tail = (event.note, getattr(event, "agreed", None))
        named = [
            (*head, name, _value(value), *tail)
            for name in tracked
            if (value := getattr(event, name)) is not None or name in event.cleared
        ]
        rows += named or [(*head, "", None, *tail)]
    return rows


def _conflicts(kind: str, record: Record) -> list[Values]:
    return [
        (kind, record.id, *msgspec.structs.astuple(conflict))
        for conflict in getattr(record, "conflicts", ())
    ]


def _row_conflicts(kind: str, record: Record) -> list[Values]:
    """The open questions of a row, which it holds as JSON text; what is none is passed over."""
    text = record.conflicts  # type: ignore[attr-defined]  # every row has the column
    if not text:
        return []
    try:
        items = msgspec.json.decode(text, type=list[dict[str, str | None]])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return []
    keys = ("field", "kept", "other", "base")
    return [(kind, record.id, *(item.get(key) for key in keys)) for item in items]


def _words(kind: str, row: Row) -> list[Values]:
    found: list[Values] = []
    for number, field in enumerate(TEXTS.get(kind, ())):
        value = getattr(row.record, field)
        if value:
            text = "\n".join(value) if isinstance(value, tuple) else value
            rowid = first_word(kind, row.rowid) + number
            found.append((rowid, spaced(text), kind, row.record.id, field))
    return found
