"""A YAML text taken apart into its keys or items, each with the comments above it."""

import re
from typing import Any
from typing import NamedTuple

import yaml

from crmcli.book.yaml_source import OddError
from crmcli.book.yaml_source import Source
from crmcli.book.yaml_text import EMPTY
from crmcli.book.yaml_text import RETYPED

DASH = re.compile(" *-(?= )")
INDENT = re.compile("^ *", re.MULTILINE)


class Plain(str):
    """Text that stands without quotes, though a reader of YAML might take it for a number."""

    __slots__ = ()


class Bare:
    """A value to be written without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class Part(NamedTuple):
    """A key with its value, or an item of a list, as the lines that it stands on.

    `lead`: the comments and blank lines above; `body`: its own lines; `value`: None if empty.
    `is_block`: its value is a list or a mapping on lines of its own.
    """

    key: str | None
    lead: str
    body: str
    value: Any
    is_block: bool


class Parts(NamedTuple):
    """A text as its parts. `head`: what stands apart from the first, `tail`: behind the last."""

    head: str
    parts: tuple[Part, ...]
    tail: str
    indent: int
    is_list: bool


def parts_of(text: str) -> Parts | None:
    """The parts of a block mapping or list; None where it is written in another way.

    The text is one that `read_tree` takes, or the block of a key or item in such a text. Head, parts and tail together are the text, with an end for its last line.
    """
    try:
        return _parts(Source(text))
    except (OddError, yaml.YAMLError):
        return None


def _parts(source: Source) -> Parts | None:
    root = source.root
    if root.id == "scalar" or root.flow_style:
        return None
    is_list = root.id == "sequence"
    pairs = [(None, item) for item in root.value] if is_list else root.value
    found: list[Part] = []
    floor = 0
    for key, node in pairs:
        first = (node if key is None else key).start_mark
        start = source.starts[first.line]
        before = source.text[start : first.index]
        if first.line < floor or before.strip() != ("-" if is_list else ""):
            return None
        if is_list and node.id == "scalar" and node.value == "":
            return None
        end = source.starts[source.line_below(node)]
        floor_at = source.starts[floor]
        name = None if key is None else key.value
        value = marked(node)
        is_block = node.id != "scalar" and not node.flow_style
        body = source.text[start:end]
        found.append(Part(name, source.text[floor_at:start], body, value, is_block))
        floor = source.line_below(node)
    head, sign, lead = found[0].lead.rpartition("\n\n")
    if sign:
        found[0] = found[0]._replace(lead=lead)
    indent = root.start_mark.column
    return Parts(head + sign, tuple(found), source.text[source.starts[floor] :], indent, is_list)


def marked(node: Any) -> Any:
    """What a node reads, without what is empty (None); numbers and days know that they are bare."""
    if node.id == "scalar":
        if not node.style and RETYPED.fullmatch(node.value):
            return Plain(node.value)
        return node.value or None
    if node.id == "sequence":
        items = [marked(inner) for inner in node.value]
        return [item for item in items if item not in EMPTY] or None
    found = {key.value: marked(value) for key, value in node.value}
    return {key: value for key, value in found.items() if value not in EMPTY} or None


def to_write(value: Any) -> Any:
    """The value as the writing functions take it: what stood bare is written bare."""
    if isinstance(value, dict):
        return {key: to_write(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [to_write(inner) for inner in value]
    return Bare(value) if isinstance(value, Plain) else value


def comments_of(text: str) -> list[str]:
    """The comments in a text that can be read by itself."""
    source = Source(text)
    return [found for _, found in source.comments(0, len(source.text))]


def inner(part: Part) -> tuple[str, Parts] | None:
    """The line of a key and the parts of the block below it; None if there is no such block."""
    line, feed, rest = part.body.partition("\n")
    parts = parts_of(rest) if part.is_block and rest else None
    return None if parts is None else (line + feed, parts)


def without_dash(part: Part) -> Parts | None:
    """The keys of an item that is a block mapping; None if it is none."""
    if not part.is_block or not isinstance(part.value, dict):
        return None
    return parts_of(DASH.sub(lambda sign: sign[0][:-1] + " ", part.body, count=1))


def with_dash(text: str, indent: int) -> str:
    """The keys of a mapping as an item of a list, with its dash at an indent."""
    first = len(text) - len(text.lstrip("\n"))
    return text[:first] + text[first : first + indent] + "-" + text[first + indent + 1 :]


def shifted(text: str, by: int) -> str:
    """The lines of a text further to the right, or to the left."""
    if not by:
        return text
    lines = text.split("\n")
    if by > 0:
        return "\n".join(" " * by + line if line else line for line in lines)
    return "\n".join(line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines)
