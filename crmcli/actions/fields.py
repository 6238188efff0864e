"""Typed words to values: what a person writes for a field, checked against what the field takes."""

import datetime
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from crmcli.actions.amounts import MONEY
from crmcli.actions.amounts import change_amounts
from crmcli.actions.amounts import read_amounts
from crmcli.book.book import Book
from crmcli.book.shapes import ANY_WHOLE
from crmcli.book.shapes import TEXT_BYTES
from crmcli.book.shapes import WHOLE_RANGES
from crmcli.book.shapes import Shape
from crmcli.book.shapes import shapes
from crmcli.model.customer import Contact
from crmcli.model.errors import BadValueError
from crmcli.model.labels import read_word
from crmcli.model.money import read_decimal
from crmcli.model.money import read_percent
from crmcli.model.money import read_whole
from crmcli.model.names import fold
from crmcli.model.nearest import nearest
from crmcli.model.record import Record

TEXT = Shape("text")
REFERENCES = {
    "customer": "customer",
    "referred_by": "customer",
    "merged_into": "customer",
    "owner": "rep",
    "deputy": "rep",
    "by": "rep",
    "rep": "rep",
    "also": "rep",
    "deal": "deal",
    "made_in": "interaction",
    "campaign": "campaign",
    "holdout": "customer",
    "opened_in": "interaction",
    "interaction": "interaction",
    "case": "case",
}
STRUCTURED = ("history", "contacts", "conflicts", "consent", "targets", "training", "currency")
LINES = ("targets", "training")  # of a rep: edited as text
# From the word, the field, and whether a time of day may be told: then it is as it is stored.
ReadDay = Callable[[str, str, bool], datetime.date | str]


def settable(record: type[Struct]) -> dict[str, Shape]:
    """The fields that a person may set, and what each holds."""
    return {
        name: field.shape
        for name, field in shapes(record).items()
        if name != "id" and name not in STRUCTURED
    }


def read_fields(
    book: Book, record: type[Struct], words: Mapping[str, str | Sequence[str] | None], day: ReadDay
) -> dict[str, Any]:
    """Values for the fields of such a record; a word that is None is left out, '' is unknown.

    Money gives its currency too, None where it is the book's. `contact` is left as typed: it
    needs its customer. Raises BadValueError, with the field as place and the nearest word.
    """
    known = settable(record)
    values: dict[str, Any] = {}
    amounts: dict[str, str] = {}
    for name, word in words.items():
        if word is None:
            continue
        if name not in known:
            raise unknown_field(name, known)
        if name in MONEY:
            amounts[name] = str(word)
        elif isinstance(word, str):
            values[name] = _value(book, name, known[name], word, day)
        else:
            values[name] = tuple(_value(book, name, TEXT, item, day) for item in word)
    return values | read_amounts(record, amounts, house=book.policy.currency)


def assign(
    book: Book, record: Record | Contact, assignments: Sequence[str], day: ReadDay
) -> dict[str, Any]:
    """Values from `FIELD=VALUE`, `FIELD=` (unknown again), `FIELD+=V` and `FIELD-=V` on lists.

    Raises BadValueError for what is none of these, an unknown field, or one that never changes.
    """
    known = settable(type(record))
    values: dict[str, Any] = {}
    amounts: dict[str, str] = {}
    for assignment in assignments:
        name, sign, word = _parts(assignment)
        if name not in known:
            raise unknown_field(name, known)
        shape = known[name]
        if sign == "=" and name in MONEY:
            amounts[name] = word
            continue
        if sign == "=":
            given: str | list[str] = word
            if shape.name == "list":
                given = [item.strip() for item in word.split(",") if item.strip()]
            values |= read_fields(book, type(record), {name: given}, day)
            _refuse_frozen(record, name, values[name], assignment)
            continue
        if shape.name != "list":
            raise BadValueError(
                f"{name} is not a list", place=assignment, remedy=f"Try: {name}={word}"
            )
        if not word:
            raise BadValueError("what is to be put in or taken out?", place=assignment)
        now = values.get(name, getattr(record, name))
        # What is in the list can be taken out, though it may lead nowhere by now.
        item = word if sign == "-=" and word in now else _value(book, name, TEXT, word, day)
        if sign == "-=":
            values[name] = tuple(old for old in now if old != item)
        else:
            values[name] = now if item in now else (*now, item)
    return values | change_amounts(record, amounts, house=book.policy.currency)


def _refuse_frozen(record: Record | Contact, name: str, value: Any, place: str) -> None:
    if name in getattr(record, "FROZEN", ()) and getattr(record, name) not in (None, value):
        raise BadValueError(f"{name} never changes", place=place)


def unknown_field(name: str, known: Mapping[str, Any]) -> BadValueError:
    """The mistake of a field that there is not, with the nearest; some are lists of lines."""
    if name in LINES:
        return BadValueError(f"{name} are lines of the file", remedy="Try: crm rep edit REP")
    near = nearest(name, tuple(known), 1)
    remedy = f"Did you mean '{near[0]}'?" if near else f"Fields: {', '.join(known)}"
    return BadValueError(f"no field '{name}'", remedy=remedy)


def _parts(assignment: str) -> tuple[str, str, str]:
    name, equals, word = assignment.partition("=")
    if not equals:
        raise BadValueError(
            f"'{assignment}' is no assignment",
            remedy="Try: FIELD=VALUE, FIELD= (unknown again), FIELD+=V, FIELD-=V",
        )
    name = name.strip()
    sign = "="
    if name.endswith(("+", "-")):
        name, sign = name[:-1].rstrip(), f"{name[-1]}="
    return name.replace("-", "_"), sign, word.strip()


def _value(book: Book, name: str, shape: Shape, word: str, day: ReadDay) -> Any:
    if word == "":
        return () if shape.name == "list" else None
    if shape.name == "word":
        return choice(name, word, shape.words)
    if shape.name in ("date", "moment"):
        return day(word, name, shape.name == "moment")
    if shape.name in ("whole", "number"):
        return _number(name, shape, word)
    if shape.name == "list":
        return (_value(book, name, TEXT, word, day),)
    return _text(book, name, word)


def _number(name: str, shape: Shape, word: str) -> int | Decimal:
    if shape.name == "number":
        return read_decimal(word, negative=True)
    low, high = WHOLE_RANGES.get(name, ANY_WHOLE)
    return read_percent(word) if name == "probability" else read_whole(word, low, high)


def _text(book: Book, name: str, word: str) -> str:
    if name in REFERENCES:
        return book.id_of(REFERENCES[name], word)
    if name == "members":
        return member_id(book, word)
    if name == "product":
        return product_id(book, word)
    if name == "manager":
        return book.id_or_none("rep", word) or word
    listed = _listed(book, name)
    if listed:
        return choice(name, word, listed)
    if any("\ud800" <= char <= "\udfff" for char in word):
        raise BadValueError(f"{name} is not UTF-8 text")
    if len(word.encode()) > TEXT_BYTES:
        raise BadValueError(f"{name} is longer than {TEXT_BYTES // 1024} KiB")
    return word.replace("\r\n", "\n").replace("\r", "\n")


def _listed(book: Book, name: str) -> tuple[str, ...]:
    if name == "tier":
        return tuple(tier.name for tier in book.policy.tiers)
    if name == "stage":
        return tuple(stage.name for stage in book.policy.stages)
    if name == "source":
        return book.policy.sources
    if name == "channel":
        return book.policy.channels
    if name == "purpose":
        return tuple(dict.fromkeys((*book.policy.purposes, "all")))
    return ()


def member_id(book: Book, word: str) -> str:
    """A customer, or a person there as `customer/contact`. Raises as `book.id_of`."""
    return book.id_of("contact" if "/" in word else "customer", word)


def product_id(book: Book, word: str) -> str:
    """The id of a product of crm.yaml that an id or a name means; any text where it lists none.

    Raises BadValueError with the nearest.
    """
    products = book.policy.products
    for id, product in products.items():
        if fold(word) in (fold(id), fold(product.name)):
            return id
    if not products:
        return word
    names = {name: id for id, each in products.items() for name in (id, each.name)}
    near = nearest(word, tuple(names), 1)
    raise BadValueError(
        f"product '{word}' is not in crm.yaml",
        remedy=f"Did you mean {names[near[0]]} ({products[names[near[0]]].name})?"
        if near
        else f"There are: {', '.join(products)}",
    )


def choice(name: str, word: str, allowed: Sequence[str]) -> str:
    """The stored word that a typed one stands for: any case, `_` or space for `-`, a Chinese label.

    Raises BadValueError with the list and the nearest.
    """
    found = read_word(name, word, allowed)
    if found is None:
        near = nearest(word, tuple(allowed), 1)
        raise BadValueError(
            f"{name} '{word}' is not one of {', '.join(allowed)}",
            remedy=f"Did you mean '{near[0]}'?" if near else None,
        )
    return found
