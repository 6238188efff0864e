"""What each field of a record holds, as the model says: text, a day, one of some words, a list."""

import types
import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from typing import Literal
from typing import NamedTuple

from msgspec import NODEFAULT
from msgspec import Struct
from msgspec.structs import fields

from crmcli.model.words import Moment

TEXT_BYTES = 65_536  # at most, of one text
WHOLE_RANGES = {
    "probability": (0, 100),
    "cadence": (1, 9999),
    "minutes": (0, 99_999),
    "score": (0, 100),  # what is off its kind's scale is told by a rule, and the row is read
    "expected": (0, 100),
    "response_days": (1, 9999),
}
ANY_WHOLE = (0, 999_999_999)


class Shape(NamedTuple):
    """What a value is.

    `name` is text, whole, number, date, moment (an ISO time, or a bare day), word, list or map. `words` are those that a word may be,
    `item` the shape of each item of a list, `struct` what a map is made into.
    """

    name: Literal["text", "whole", "number", "date", "moment", "word", "list", "map"]
    words: tuple[str, ...] = ()
    item: "Shape | None" = None
    struct: type[Struct] | None = None


class Field(NamedTuple):
    """A field, as it stands in a file. `required`: a record without it cannot be read."""

    name: str
    shape: Shape
    required: bool


@cache
def shapes(struct: type[Struct]) -> Mapping[str, Field]:
    """The fields of a record, or of a map inside one, by name in the order of the file."""
    hints = typing.get_type_hints(struct, include_extras=True)
    found = {
        each.name: Field(
            each.name,
            _shape(hints[each.name]),
            each.default is NODEFAULT and each.default_factory is NODEFAULT,
        )
        for each in fields(struct)
    }
    # What is said about a line of history stands behind what it tells.
    for name in ("note", "cleared"):
        if "date" in found and name in found:
            found[name] = found.pop(name)
    return found


def _shape(hint: Any) -> Shape:
    if hint == Moment:
        return Shape("moment")
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _shape(next(arg for arg in typing.get_args(hint) if arg is not types.NoneType))
    if origin is Literal:
        return Shape("word", words=typing.get_args(hint))
    if origin is tuple:
        return Shape("list", item=_shape(typing.get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return Shape("map", struct=hint)
    return Shape(_PLAIN[hint])


_PLAIN: Mapping[type, Literal["text", "whole", "number", "date"]] = {
    str: "text",
    int: "whole",
    Decimal: "number",
    date: "date",
}
