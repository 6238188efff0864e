"""The tables of docs/format.md that follow from the records: each field, what it holds, what it means."""

import re
from collections.abc import Iterator

from msgspec import Struct

from crmcli.book.descriptions import DESCRIPTIONS
from crmcli.book.descriptions import LIMITS
from crmcli.book.shapes import ANY_WHOLE
from crmcli.book.shapes import WHOLE_RANGES
from crmcli.book.shapes import Shape
from crmcli.book.shapes import shapes
from crmcli.model.kinds import KINDS
from crmcli.model.standard import STANDARD

BLOCK = re.compile(r"(<!-- fields of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
STANDARD_BLOCK = re.compile(r"(<!-- standard -->\n).*?(<!-- end -->)", re.DOTALL)


def written(page: str) -> str:
    """The page with each block between `<!-- fields of X -->` and `<!-- end -->` made anew."""
    known = structs()
    page = STANDARD_BLOCK.sub(lambda m: f"{m[1]}{limits()}{m[2]}", page)
    return BLOCK.sub(lambda m: f"{m[1]}{table(known[m[2]], m[2])}{m[3]}", page)


def structs() -> dict[str, type[Struct]]:
    """Each record, and each map inside one, by its name."""
    found: dict[str, type[Struct]] = {}
    for kind in KINDS:
        found |= {struct.__name__: struct for struct in _with_inner(kind.record)}
    return found


def blocks(page: str) -> set[str]:
    """The names of the structs that have a table on the page."""
    return {match[2] for match in BLOCK.finditer(page)}


def table(struct: type[Struct], name: str) -> str:
    """A Markdown table: field, what it holds, what it means."""
    in_row = any(kind.record is struct and kind.is_row for kind in KINDS)
    is_record = any(kind.record is struct for kind in KINDS)
    lines = ["| field | holds | meaning |", "|---|---|---|"]
    for field in shapes(struct).values():
        if field.name == "id" and is_record and not in_row:
            continue
        told = DESCRIPTIONS.get(f"{name}.{field.name}") or DESCRIPTIONS[field.name]
        needed = field.required or (in_row and field.name == "id")
        holds = _holds(field.shape, field.name) + (", required" if needed else "")
        lines.append(f"| `{field.name}` | {holds} | {told} |")
    return "\n".join(lines) + "\n"


def limits() -> str:
    """A Markdown table: each key of the standard, its default, what it means."""
    rows = [f"| `{key}` | {_default(value)} | {LIMITS[key]} |" for key, value in STANDARD.items()]
    return "\n".join(["| key of `standard` | default | meaning |", "|---|---|---|", *rows, ""])


def _with_inner(struct: type[Struct]) -> Iterator[type[Struct]]:
    yield struct
    for field in shapes(struct).values():
        shape = field.shape.item or field.shape
        if shape.struct is not None:
            yield from _with_inner(shape.struct)


def _holds(shape: Shape, name: str) -> str:
    if shape.name == "list":
        assert shape.item is not None
        if shape.item.struct is not None:
            return f"list of {shape.item.struct.__name__}"
        return f"list of {_holds(shape.item, name)}"
    if shape.name == "word":
        return "one of " + ", ".join(f"`{word}`" for word in shape.words)
    if shape.name == "whole":
        low, high = WHOLE_RANGES.get(name, ANY_WHOLE)
        return f"whole number, {low} to {high}"
    return {"date": "day", "moment": "moment", "number": "amount", "text": "text"}[shape.name]


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return "none" if value in ("", None) else str(value)
