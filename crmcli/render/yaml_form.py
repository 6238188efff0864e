"""YAML: the same tree as JSON, for people and for other programs."""

from collections.abc import Iterator
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crmcli.book.yaml_text import scalar
from crmcli.render.json_text import tree
from crmcli.render.style import Style
from crmcli.render.visible import escaped
from crmcli.render.visible import is_hidden
from crmcli.reports.table import Table


def yaml_text(table: Table, style: Style) -> str:
    """Every key is there, unknown is null. A file of the book has another form: no empty keys."""
    return "".join(f"{line}\n" for line in _lines(tree(table)))


def _lines(value: Any) -> Iterator[str]:
    """The lines of a value that stands at the left edge."""
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _after(f"{_scalar(str(key))}:", each)
    elif isinstance(value, list) and value:
        for each in value:
            yield from _item(each)
    else:
        yield _scalar(value)


def _after(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and _fits_block(value):
        yield f"{key} {'|' if value.endswith(chr(10)) else '|-'}"
        yield from (f"  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, (Mapping, list)) and value:
        indent = "  " if isinstance(value, Mapping) else ""
        yield key
        yield from (indent + line if line else "" for line in _lines(value))
    else:
        yield f"{key} {_scalar(value)}"


def _item(value: Any) -> Iterator[str]:
    first, *rest = _lines(value)
    yield f"- {first}"
    yield from (f"  {line}" if line else "" for line in rest)


def _fits_block(text: str) -> bool:
    """Whether several lines can stand as they are below their key."""
    return (
        "\n" in text
        and not text.startswith((" ", "\n"))
        and not text.endswith("\n\n")
        and not any(is_hidden(c) for c in text if c != "\n")
    )


def _scalar(value: Any) -> str:
    """A value on one line; of lists and maps only the empty ones come here."""
    if value is None:
        return "null"
    if isinstance(value, (Mapping, list)):
        return "{}" if isinstance(value, Mapping) else "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # YAML 1.1 takes 1e-05 for text.
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, str) and any(is_hidden(c) for c in value):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(escaped(c) if is_hidden(c) else c for c in quoted) + '"'
    return scalar(value)
