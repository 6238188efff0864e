"""The cells of one column as values of one field."""

import datetime
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from crmcli.actions.fields import REFERENCES
from crmcli.actions.fields import read_fields
from crmcli.actions.fields import settable
from crmcli.book.shapes import Shape
from crmcli.exchange.cells import Dates
from crmcli.exchange.cells import Numbers
from crmcli.exchange.cells import decide_dates
from crmcli.exchange.cells import decide_numbers
from crmcli.exchange.cells import is_scientific
from crmcli.exchange.columns import TRACKED_WORDS
from crmcli.exchange.known import Known
from crmcli.exchange.reading import split
from crmcli.exchange.vocabulary import meant
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.money import read_currency
from crmcli.model.money import read_decimal
from crmcli.model.money import read_minutes
from crmcli.model.money import read_percent
from crmcli.model.money import read_whole
from crmcli.model.names import fold
from crmcli.model.nearest import nearest

TEXT = Shape("text")
PHONES = ("phone", "mobile", "other_phones")
SPLIT_AT_COMMA = ("tags",)
FOUND_LATER = ("customer", "contact", "manager")  # when the whole row is known
QUANTITIES = ("quantity", "delivered_quantity")
DAY_TEXTS = ("birthday", "original_due")
Read = Callable[[str], Any]


class Asked(NamedTuple):
    """What the options of an import say about reading cells."""

    values: Mapping[tuple[str, str], str] = {}  # (field, their word folded) -> our word
    date_order: str | None = None
    decimal: str | None = None
    system: str = "import"
    zone: datetime.tzinfo | None = None


def reader(
    kind: str,
    target: str,
    header: str,
    texts: Sequence[str],
    *,
    known: Known,
    asked: Asked,
    place: str,
    own: bool,
) -> Read:
    """What turns a filled cell of this column into a value of the field; it raises BadValueError.

    `texts` are all filled cells of the column, which decide how its dates and numbers are read.
    Money is left as text with its number in our writing, since its currency may stand elsewhere.
    """
    words = {
        word: ours
        for (field, word), ours in asked.values.items()
        if fold(field) in (fold(target), fold(header), fold(target.rpartition(".")[2]))
    }
    told = [words.get(fold(text), text) for text in texts] if words else list(texts)
    plain = _reader(_Place(kind, target, header, place, own), told, known, asked)
    seen: dict[str, Any] = {}

    def read(text: str) -> Any:
        if text not in seen:
            ours = words.get(fold(text), text) if words else text
            seen[text] = plain(ours) if ours else None
        return seen[text]

    return read


class _Place(NamedTuple):
    kind: str
    target: str
    header: str
    file: str
    own: bool


def _reader(at: _Place, texts: Sequence[str], known: Known, asked: Asked) -> Read:
    owner, _, field = at.target.rpartition(".")
    if owner and owner != "customer":  # stage.qualified: the day of a state
        _check_state(at.kind, owner, field, known)
        return _dates(at, texts, asked).read
    plain: Mapping[str, Read] = {
        "id": _id,
        "ref": lambda text: _refs(text, asked.system, is_list=False),
        "refs": lambda text: _refs(text, asked.system, is_list=True),
        "currency": read_currency,
        **dict.fromkeys(FOUND_LATER, _text("name", TEXT, Customer, known, own=False)),
    }
    if field in plain:
        return plain[field]
    kind = "customer" if owner else at.kind
    struct: type[Any] = Contact if kind == "contact" else BY_NAME[kind].record
    shape = settable(struct).get(field, TEXT)
    if shape.name in ("date", "moment") or field in DAY_TEXTS:
        return _day(field, shape, _dates(at, texts, asked), asked)
    if shape.name in ("number", "whole"):
        numbers = decide_numbers(texts, given=asked.decimal, column=at.header, place=at.file)
        return _number(field, shape, numbers)
    one = _one(kind, field, shape, known)
    if one is not None:
        is_list = shape.name == "list"
        return lambda text: tuple(map(one, split(text))) if is_list else one(text)
    return _text(field, shape, struct, known, own=at.own)


def _number(field: str, shape: Shape, numbers: Numbers) -> Read:
    if shape.name == "whole":
        return lambda text: _whole(field, numbers.read(text))
    if field in QUANTITIES:
        return lambda text: read_decimal(numbers.read(text), negative=True)
    return numbers.read


def _day(field: str, shape: Shape, dates: Dates, asked: Asked) -> Read:
    if field == "birthday":
        return dates.birthday
    if shape.name == "moment":
        return lambda text: dates.moment(text, asked.zone)
    return dates.read


def _text(field: str, shape: Shape, struct: type[Any], known: Known, *, own: bool) -> Read:
    """Any text; that of an export of ours is taken with the blanks at its ends."""

    def read(text: str) -> Any:
        if field in PHONES:
            _refuse_scientific(text)
        given = _items(field, text, own=own) if shape.name == "list" else text
        return read_fields(known.book, struct, {field: given}, _no_day)[field]

    return read if own else lambda text: read(text.strip())


def _one(kind: str, field: str, shape: Shape, known: Known) -> Read | None:
    """What finds the record or word that a text means; None where any text is taken."""
    if field in REFERENCES:
        return _finder(REFERENCES[field], known)
    if field in ("product", "products"):
        return known.product
    if field == "members":
        return known.member
    allowed = shape.words or _listed(field, known)
    return (lambda text: _choice(kind, field, text, allowed, known)) if allowed else None


def _items(field: str, text: str, *, own: bool) -> list[str]:
    items = split(text)
    if field in SPLIT_AT_COMMA and len(items) == 1 and not own:
        return [bare for each in text.split(",") if (bare := each.strip())]
    return items


def _no_day(word: str, field: str, is_moment: bool) -> datetime.date:
    raise AssertionError(f"{field} is read by its column")


def _dates(at: _Place, texts: Sequence[str], asked: Asked) -> Dates:
    return decide_dates(texts, given=asked.date_order, column=at.header, place=at.file)


def _check_state(kind: str, field: str, state: str, known: Known) -> None:
    struct = BY_NAME[kind].record
    shape = settable(struct).get(field, TEXT)
    allowed = shape.words or tuple(stage.name for stage in known.book.policy.stages)
    allowed = (*allowed, "closed") if kind == "deal" else allowed
    if TRACKED_WORDS.get(kind) != field or state not in allowed:
        near = nearest(state, allowed, 1)
        raise BadValueError(
            f"{field} '{state}' is not one of {', '.join(allowed)}",
            place="--column",
            remedy=f"Did you mean '{field}.{near[0]}'?" if near else None,
        )


def _listed(field: str, known: Known) -> tuple[str, ...]:
    policy = known.book.policy
    lists = {
        "tier": tuple(tier.name for tier in policy.tiers),
        "stage": tuple(stage.name for stage in policy.stages),
        "source": policy.sources,
        "channel": policy.channels,
        "purpose": policy.purposes,
    }
    return lists.get(field, ())


def _choice(kind: str, field: str, word: str, allowed: tuple[str, ...], known: Known) -> str:
    found = meant(kind, field, word, allowed, known.book.policy)
    if found is None:
        near = nearest(word, allowed, 1)
        raise BadValueError(
            f"{field} '{word}' is not one of {', '.join(allowed)}",
            remedy=f"Try: --value '{field}:{word}={near[0] if near else allowed[0]}'",
        )
    return found


def _finder(kind: str, known: Known) -> Callable[[str], str]:
    if kind == "rep":
        return known.rep
    if kind == "customer":
        return known.customer
    return lambda text: known.id(kind, text)


def _whole(field: str, text: str) -> int:
    if field == "probability":
        return read_percent(text)
    return read_minutes(text) if field == "minutes" else read_whole(text, 0, 10**6)


def _refs(text: str, system: str, *, is_list: bool) -> tuple[str, ...]:
    items = split(text) if is_list else [text.strip()]
    for item in items:
        _refuse_scientific(item)
    return tuple(item if ":" in item else f"{system}:{item}" for item in items)


def _id(text: str) -> str:
    _refuse_scientific(text)
    return text.strip()


def _refuse_scientific(text: str) -> None:
    if is_scientific(text):
        raise BadValueError(f"'{text}': a spreadsheet has cut its digits")
