"""Where things stand in the text of a YAML file: lines, values, comments."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

from crmcli.book.markers import LINE_END
from crmcli.book.yaml_text import LOADER

COMMENT = re.compile(r"#[^\r\n]*")
BLOCK_SIGN = re.compile(r"[|>]([-+0-9]*)(?:[ \t]+(#[^\r\n]*))?")


class OddError(Exception):
    """A way of writing YAML that is too rare to be changed in place."""


class Span(NamedTuple):
    """A part of the text, by its first index and the one behind its last, and what it becomes."""

    start: int
    end: int
    text: str


class Source:
    """One file: its text, its lines and the nodes that stand in it. The last line has an end.

    A comment belongs to the key or item below it, or beside it on its last line.
    """

    def __init__(self, text: str) -> None:
        end = LINE_END.search(text)
        self.eol = end[0] if end else "\n"
        self.text = text if text.endswith(("\n", "\r")) else text + self.eol
        self.starts = [0, *(end.end() for end in LINE_END.finditer(self.text))]
        self.root = LOADER(self.text).get_single_node()
        self._scalars = list(_scalars(self.root))

    def comments(self, start: int, end: int) -> list[tuple[int, str]]:
        """The comments of a part, with their indexes: each `#` that stands in no scalar."""
        found = []
        at = start
        for node in self._scalars:
            first, last = node.start_mark.index, node.end_mark.index
            if first >= end:
                break
            if last > at:
                found += [
                    (sign.start(), sign[0]) for sign in COMMENT.finditer(self.text, at, first)
                ]
                at = last
                sign = BLOCK_SIGN.match(self.text, first)
                if node.style in ("|", ">") and sign and sign[2]:
                    found.append((sign.start(2), sign[2]))
        return found + [(sign.start(), sign[0]) for sign in COMMENT.finditer(self.text, at, end)]

    def with_spans(self, start: int, end: int, spans: list[Span]) -> str:
        """A part of the text with the spans in it changed; those at one index keep their order."""
        parts = []
        for span in sorted(spans, key=lambda span: span[:2]):
            if span.start < start:
                raise OddError
            parts += [self.text[start : span.start], span.text]
            start = span.end
        return "".join(parts) + self.text[start:end]

    def end(self, node: Any) -> int:
        """The index behind the last character of a value, without comments and blank lines."""
        if node.id != "scalar" and not node.flow_style:
            last = node.value[-1]
            return self.end(last[1] if node.id == "mapping" else last)
        end: int = node.end_mark.index
        if node.id == "scalar" and node.style in ("|", ">"):
            start = node.start_mark.index
            sign = BLOCK_SIGN.match(self.text, start)
            keeps_blank_lines = sign is not None and "+" in sign[1]
            # Spaces at the end of its last line are of the value too.
            return end - 1 if keeps_blank_lines else self.line_stop(self._last_filled(start, end))
        return end

    def _last_filled(self, start: int, end: int) -> int:
        """The index of the last character of a part that is no white space."""
        return start + len(self.text[start:end].rstrip()) - 1

    def line_below(self, node: Any) -> int:
        """The line below a value."""
        return self.line_of(self.end(node)) + 1

    def lead(self, line: int, floor: int) -> int:
        """The line at which the comments begin that stand directly above a line."""
        while line > floor and self.row(line - 1).lstrip(" \t").startswith("#"):
            line -= 1
        return line

    def is_behind_dash(self, node: Any) -> bool:
        return "-" in self.text[self.line_start(node) : node.start_mark.index]

    def is_blank(self, line: int) -> bool:
        return not self.row(line).strip()

    def row(self, line: int) -> str:
        return self.text[self.starts[line] : self.starts[line + 1]]

    def line_of(self, index: int) -> int:
        """The line of an index, from 0."""
        return bisect_right(self.starts, index) - 1

    def line_start(self, node: Any) -> int:
        """Where the line begins on which a node does."""
        line: int = node.start_mark.line
        return self.starts[line]

    def line_stop(self, index: int) -> int:
        """Where the line ends, without its line end, that holds an index."""
        line = self.line_of(index)
        return self.starts[line] + len(self.row(line).rstrip("\r\n"))

    def behind_colon(self, key: Any) -> int:
        """The index behind the colon of a key."""
        return self.text.index(":", key.end_mark.index) + 1

    def with_eol(self, text: str) -> str:
        """New text with the line ends of the file."""
        return text if self.eol == "\n" else text.replace("\n", self.eol)


def is_inline(node: Any) -> bool:
    """Whether a value stands in a line: plain, quoted or in brackets."""
    if node.id == "scalar":
        return node.style not in ("|", ">")
    return bool(node.flow_style)


def _scalars(node: Any) -> Iterator[Any]:
    """All scalars below a node, in the order of the text."""
    if node.id == "scalar":
        yield node
    elif node.id == "sequence":
        for inner in node.value:
            yield from _scalars(inner)
    else:
        for key, value in node.value:
            yield key
            yield from _scalars(value)


def text_of(node: Any) -> Any:
    """What a node reads, without what is empty."""
    if node.id == "scalar":
        return node.value
    if node.id == "sequence":
        return [text_of(inner) for inner in node.value if inner.value != ""]
    return {key.value: text_of(value) for key, value in node.value if value.value != ""}
