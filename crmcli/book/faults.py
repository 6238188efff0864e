"""What is wrong with the values of a record, said to the person who typed them."""

import calendar
import re
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from functools import cache
from typing import Any
from typing import NamedTuple

from msgspec import Struct

from crmcli.book.shapes import ANY_WHOLE
from crmcli.book.shapes import TEXT_BYTES
from crmcli.book.shapes import WHOLE_RANGES
from crmcli.book.shapes import Field
from crmcli.book.shapes import Shape
from crmcli.book.shapes import shapes
from crmcli.model.nearest import nearest

Path = tuple[str | int, ...]

SHOWN = 60  # characters of a wrong value

_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?")
_LONG_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?",
)
_NULLS = ("", "~", "null", "Null", "NULL")


class Fault(NamedTuple):
    """A value that its field does not take: the path of its key, what is wrong, what to do."""

    path: Path
    what: str
    remedy: str | None = None


def checked(
    tree: Mapping[str, Any], struct: type[Struct], path: Path = ()
) -> tuple[dict[str, Any], list[Fault]]:
    """Take from a text tree what a record holds, and say what is wrong with it.

    Empty values are left out, `~` and `null` too where the field is no text, and so
    are keys that the record does not know. Faults stand in the order of the fields.
    """
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in shapes(struct).values():
        if field.name == "id" and not path:
            continue  # the file's name
        value = tree.get(field.name)
        if value is not None and not _is_absent(value, field.shape):
            found[field.name], wrong = _value(value, field.shape, (*path, field.name))
            faults += wrong
        elif field.required:
            faults.append(Fault(path, f"'{field.name}' is missing"))
    return found, faults


def odd_values(tree: Mapping[str, Any], struct: type[Struct]) -> bool:
    """Whether msgspec takes a value that we do not: `1e3`, `NaN`, `1_000`, a time that is none."""
    plain, nested = _looked_at(struct)
    for field in plain:
        text = tree.get(field.name)
        if text is None:
            continue
        if field.shape.name == "moment":
            if not is_moment(text):
                return True
        elif _number_fault(text, field.shape, field.name):
            return True
    return any(odd_values(each, inner) for name, inner in nested for each in tree.get(name, ()))


@cache
def _looked_at(
    struct: type[Struct],
) -> tuple[tuple[Field, ...], tuple[tuple[str, type[Struct]], ...]]:
    """The fields that are numbers or times, and those that are lists of maps with such in them."""
    plain: list[Field] = []
    nested: list[tuple[str, type[Struct]]] = []
    for field in shapes(struct).values():
        if field.shape.name in ("number", "whole", "moment"):
            plain.append(field)
        inner = field.shape.item.struct if field.shape.item else None
        if inner is not None and any(_looked_at(inner)):
            nested.append((field.name, inner))
    return tuple(plain), tuple(nested)


def is_moment(text: str) -> bool:
    """Whether the text is an ISO time with its offset, or a bare ISO day."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def moment_fault(path: Path, text: str) -> Fault:
    """What is wrong with a time that `is_moment` refuses."""
    wrong = _date_wrong(text[:10])
    said = f"{path[-1]} '{_cut(text)}' is not a time"
    if wrong.startswith(":"):
        return Fault(path, said + wrong)
    return Fault(path, said, "Write 2026-11-27T14:30+08:00, or 2026-11-27 alone")


def _is_absent(value: Any, shape: Shape) -> bool:
    return value == "" if shape.name == "text" else isinstance(value, str) and value in _NULLS


def _value(value: Any, shape: Shape, path: Path) -> tuple[Any, list[Fault]]:
    if shape.name == "list":
        return _list(value, shape, path)
    if shape.name == "map":
        assert shape.struct is not None
        if isinstance(value, dict):
            return checked(value, shape.struct, path)
        return None, [Fault(path, f"{_label(path)} {_told(value)}, not a map", _as_map(shape))]
    fault = _plain_fault(value, shape, path)
    return value, [fault] if fault else []


def _list(value: Any, shape: Shape, path: Path) -> tuple[Any, list[Fault]]:
    assert shape.item is not None
    if not isinstance(value, list):
        remedy = _as_map(shape.item) if shape.item.struct else _as_list(path, value)
        return None, [Fault(path, f"{_label(path)} {_told(value)}, not a list", remedy)]
    items: list[Any] = []
    faults: list[Fault] = []
    for at, item in enumerate(value):
        kept, wrong = _value(item, shape.item, (*path, at))
        items.append(kept)
        faults += wrong
    return items, faults


def _plain_fault(value: Any, shape: Shape, path: Path) -> Fault | None:
    label = _label(path)
    if not isinstance(value, str):
        quoted = "Put it in quotes if it is meant as text"
        remedy = quoted if shape.name == "text" else "Write one value"
        return Fault(path, f"{label} {_told(value)}, not {_wanted(shape)}", remedy)
    said = f"{label} '{_cut(value)}'"
    if shape.name == "word" and value not in shape.words:
        what = f"{said} is not one of {', '.join(shape.words)}"
        return Fault(path, what, meant(value, shape.words))
    if shape.name in ("date", "moment"):
        return _time_fault(value, shape, path, said)
    if shape.name in ("number", "whole"):
        wrong = _number_fault(value, shape, label)
        return Fault(path, f"{said} {wrong}") if wrong else None
    if shape.name == "text" and len(value.encode()) > TEXT_BYTES:
        return Fault(path, f"{label} is longer than {TEXT_BYTES // 1024} KiB")
    return None


def _time_fault(value: str, shape: Shape, path: Path, said: str) -> Fault | None:
    if shape.name == "moment":
        return None if is_moment(value) else moment_fault(path, value)
    wrong = _date_wrong(value)
    if not wrong:
        return None
    example = None if wrong.startswith(":") else "Write it as 2026-11-27"
    return Fault(path, f"{said} is not a date{wrong.strip()}", example)


def _number_fault(text: Any, shape: Shape, name: str) -> str:
    if not isinstance(text, str):
        return "is not a number"
    if shape.name == "whole":
        low, high = WHOLE_RANGES.get(name, ANY_WHOLE)
        if not _WHOLE.fullmatch(text):
            return "is not a whole number"
        # int() refuses thousands of digits.
        is_short = len(text) <= len(str(high)) + 1
        return "" if is_short and low <= int(text) <= high else f"is not between {low} and {high}"
    if _NUMBER.fullmatch(text):
        return ""
    if _LONG_NUMBER.fullmatch(text):
        return "has too many digits: 18 before the point and 6 after it at most"
    return "is not a number, as 1200.50"


def _date_wrong(text: str) -> str:
    """Empty if the text is a date; what is wrong after a colon, or a space."""
    match = _DATE.fullmatch(text)
    if not match:
        return " "
    year, month, day = map(int, match.groups())
    if not 1 <= month <= 12:  # noqa: PLR2004  # months
        return f": there is no month {month}"
    if year == 0:
        return ": there is no year 0"
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f": {date(year, month, 1):%B %Y} has {last} days"
    return ""


def meant(word: str, words: Iterable[str]) -> str | None:
    """The question that ends a message about an unknown word; None where nothing is near."""
    near = nearest(word[:SHOWN], words, 1)
    return f"Did you mean {near[0]}?" if near else None


def _label(path: Path) -> str:
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def _told(value: Any) -> str:
    if isinstance(value, str):
        return f"'{_cut(value)}' is a text"
    return "is a map" if _is_map(value) else "is a list"


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _wanted(shape: Shape) -> str:
    return {
        "text": "a text",
        "whole": "a number",
        "number": "a number",
        "date": "a date",
        "moment": "a time",
    }.get(shape.name, f"one of {', '.join(shape.words)}")


def _as_list(path: Path, value: Any) -> str:
    item = value if isinstance(value, str) and len(value) < SHOWN else "..."
    return f"Write {_label(path)}: [{item}]"


def _as_map(shape: Shape) -> str:
    assert shape.struct is not None
    required = [field for field in shapes(shape.struct).values() if field.required]
    return f"Write each as - {{{', '.join(map(_example, required))}, ...}}"


def _example(field: Field) -> str:
    return f"{field.name}: {'2026-11-27' if field.shape.name in ('date', 'moment') else '...'}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
