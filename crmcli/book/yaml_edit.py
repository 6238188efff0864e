"""Change some keys of a YAML file and leave every other byte as its author wrote it."""

import re
from bisect import bisect_right
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from crmcli.book.markers import LINE_END
from crmcli.book.yaml_problem import YamlProblem
from crmcli.book.yaml_text import LOADER
from crmcli.book.yaml_text import PLAIN_LAYOUT
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import after_key
from crmcli.book.yaml_text import entry
from crmcli.book.yaml_text import in_line
from crmcli.book.yaml_text import item
from crmcli.book.yaml_text import kept
from crmcli.book.yaml_text import read_tree
from crmcli.book.yaml_wanted import aligned
from crmcli.book.yaml_wanted import merged
from crmcli.book.yaml_wanted import same

BOM = "\ufeff"
COLUMN = re.compile(" {2,}(?=#)")
COMMENT = re.compile(r"#[^\r\n]*")
BLOCK_SIGN = re.compile(r"[|>]([-+0-9]*)(?:[ \t]+(#[^\r\n]*))?")
BEFORE_KEY = re.compile(r" *(?:- +)*")


def edit(
    text: str, old: Mapping[str, Any], new: Mapping[str, Any], layout: Layout = PLAIN_LAYOUT
) -> str:
    """The text of a file with the keys changed in which `old` and `new` differ.

    `old` and `new` are the known fields as built-in values, `new` in the order of the file. Keys
    that are equal in both, unknown keys, comments, order and quoting stay; a comment goes only
    with the key or item that it stands above or beside. A list is changed item by item: those
    that have an `id` are known by it, others by their content. Without a difference the text
    stays as it is. Raises YamlProblem if the text, or what it became, cannot be read.
    """
    before, after = kept(old), kept(new)
    if same(before, after):
        return text
    bom = BOM if text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    wanted = merged(read_tree(text.encode()).tree, before, after)
    editor = _Editor(text, layout)
    anew: list[str] = []
    for _ in range(2):  # by the smallest changes; then with those blocks anew that read otherwise
        try:
            written = editor.edited(before, after, wanted, anew)
            anew = _unlike(written, wanted)
        except (_OddError, YamlProblem):
            anew = [key for key in {**before, **after} if not same(old.get(key), new.get(key))]
        else:
            if not anew:
                return bom + written
    written = editor.whole({**{key: wanted[key] for key in after}, **wanted})
    read_tree(written.encode())
    return bom + written


def _unlike(text: str, wanted: dict[str, Any]) -> list[str]:
    """The keys that read otherwise than they should."""
    tree = read_tree(text.encode()).tree
    return [key for key in {**tree, **wanted} if not same(tree.get(key), wanted.get(key))]


class _OddError(Exception):
    """A way of writing YAML that is too rare to be changed in place."""


class _Span(NamedTuple):
    """A part of the text, by its first index and the one behind its last, and what it becomes."""

    start: int
    end: int
    text: str


class _Editor:
    """One file: its text, its lines and the nodes that stand in it.

    A comment belongs to the key or item below it, or beside it on its last line.
    """

    def __init__(self, text: str, layout: Layout) -> None:
        end = LINE_END.search(text)
        self.eol = end[0] if end else "\n"
        self.text = text if text.endswith(("\n", "\r")) else text + self.eol
        self.layout = layout
        self.starts = [0, *(end.end() for end in LINE_END.finditer(self.text))]
        self.root = LOADER(self.text).get_single_node()
        self.scalars = list(_scalars(self.root))

    def edited(
        self,
        old: dict[str, Any],
        new: dict[str, Any],
        wanted: dict[str, Any],
        anew: Collection[str],
    ) -> str:
        """The text with the smallest changes, but those keys of the file written `anew`."""
        if self.root.flow_style:
            raise _OddError
        spans = self._mapping(self.root, old, new, anew)
        for place, (key, value) in enumerate(self.root.value):
            if key.value in anew and key.value in wanted:
                spans += self._replaced(key, value, wanted[key.value])
            elif key.value in anew:
                spans.append(self._removed(self.root, place))
        return self._with(0, len(self.text), spans)

    def whole(self, wanted: dict[str, Any]) -> str:
        """The file written anew, with the comments of its keys above them."""
        notes: dict[str, list[str]] = {}
        at = 0
        for key, value in self.root.value:
            stop = max(at, self._stop(self._end(value)))
            notes[key.value] = [found for _, found in self._comments(at, stop)]
            at = stop
        lines: list[str] = []
        for key, value in kept(wanted).items():
            if lines and key in self.layout.paragraphs:
                lines.append("")
            lines += notes.get(key, ())
            lines.append(entry(key, value, "", self.layout))
        lines += [found for _, found in self._comments(at, len(self.text))]
        return self._ended("".join(f"{line}\n" for line in lines))

    def _mapping(
        self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any], but: Collection[str] = ()
    ) -> list[_Span]:
        """The changes in a block mapping, except in the values of the keys `but`."""
        spans = self._added(node, new)
        for place, (key, value) in enumerate(node.value):
            name = key.value
            if not BEFORE_KEY.fullmatch(self.text, self._start(key), key.start_mark.index):
                raise _OddError
            if name in but or same(old.get(name), new.get(name)):
                continue
            if name in new:
                spans += self._value(key, value, old.get(name), new[name])
            else:
                spans.append(self._removed(node, place))
        return spans

    def _added(self, node: Any, new: Mapping[str, Any]) -> list[_Span]:
        """New keys, each behind the one that comes before it in the order of the file."""
        first, value = node.value[0]
        indent = " " * first.start_mark.column
        there = {key.value: inner for key, inner in node.value}
        place = self._next(value)
        if not self._is_behind_dash(first):
            place = self._lead(first.start_mark.line, 0)
        spans = []
        for at, (name, wanted) in enumerate(new.items()):
            if name in there:
                place = self._next(there[name])
                continue
            text = entry(name, wanted, indent, self.layout) + "\n"
            if at and node is self.root and name in self.layout.paragraphs:
                text = "\n" + text
            spans.append(_Span(self.starts[place], self.starts[place], self._ended(text)))
        return spans

    def _removed(self, node: Any, place: int) -> _Span:
        """Without an entry: its lines, the comments directly above, and a blank line too many."""
        key, value = node.value[place]
        if self._is_behind_dash(key):
            raise _OddError
        floor = self._next(node.value[place - 1][1]) if place else 0
        first, end = self._lead(key.start_mark.line, floor), self._next(value)
        if end == len(self.starts) - 1 or self._is_blank(end):
            while first > floor and self._is_blank(first - 1):
                first -= 1
        return _Span(self.starts[first], self.starts[end], "")

    def _value(self, key: Any, node: Any, old: Any, new: Any) -> list[_Span]:
        if self._is_open(node, old, new):
            return self._mapping(node, old, new)
        if node.id == "sequence" and isinstance(old, list) and isinstance(new, list):
            items = [inner for inner in node.value if inner.value != ""]
            if len(items) == len(old) and self._is_lined(node):
                return [self._list(key, node, items, old, new)]
        return self._replaced(key, node, merged(_tree(node), old, new))

    def _is_open(self, node: Any, old: Any, new: Any) -> bool:
        """Whether a mapping can be changed key by key."""
        if node.id != "mapping" or node.flow_style:
            return False
        if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            return False
        first = node.value[0][0]
        goes = first.value in old and first.value not in new
        return not (goes and self._is_behind_dash(first))

    def _is_lined(self, node: Any) -> bool:
        """Whether each item of a list stands behind a dash on a line of its own."""
        if node.flow_style:
            return False
        dash = re.compile(" " * node.start_mark.column + "- *")
        return all(
            dash.fullmatch(self.text, self._start(inner), inner.start_mark.index)
            for inner in node.value
        )

    def _list(self, key: Any, node: Any, items: list[Any], old: list[Any], new: list[Any]) -> _Span:
        """A list put together from the lines of its old items and those of new ones."""
        places = aligned(old, new)
        indent = " " * node.start_mark.column
        ends = [self._next(inner) for inner in items]
        begins = [self._line(self._colon(key)) + 1, *ends]
        before: dict[int, str] = {}
        loose = ""  # comments that stand apart from the removed item below them
        for at, inner in enumerate(items):
            if at in places:
                before[at], loose = loose, ""
            else:
                own = self._lead(inner.start_mark.line, begins[at])
                lines = self.text[self.starts[begins[at]] : self.starts[own]]
                loose += lines if lines.strip() else ""
        parts = []
        for place, value in zip(places, new, strict=True):
            if place is None:
                parts.append(self._ended(item(key.value, value, indent, self.layout) + "\n"))
                continue
            spans = self._item(key, items[place], old[place], value)
            start, end = self.starts[begins[place]], self.starts[ends[place]]
            parts.append(before[place] + self._with(start, end, spans))
        return _Span(self.starts[begins[0]], self.starts[ends[-1]], "".join(parts) + loose)

    def _item(self, key: Any, node: Any, old: Any, new: Any) -> list[_Span]:
        if same(old, new):
            return []
        if self._is_open(node, old, new):
            return self._mapping(node, old, new)
        value = merged(_tree(node), old, new)
        start, line = node.start_mark.index, node.start_mark.line
        if _is_inline(node) and not (isinstance(value, str) and "\n" in value):
            return self._swapped(start, self._end(node), in_line(value, flow=False), line)
        indent = self.text[self.starts[line] : start].partition("-")[0]
        text = item(key.value, value, indent, self.layout)
        return self._swapped(self.starts[line], self._end(node), text, line)

    def _replaced(self, key: Any, node: Any, value: Any) -> list[_Span]:
        """The value of a key written anew; a list or a mapping in brackets keeps them."""
        indent = " " * key.start_mark.column
        layout = self.layout
        if node.id == "sequence" and node.flow_style:
            layout = layout._replace(flow=(*layout.flow, key.value))
        text = after_key(key.value, value, indent, layout)
        if node.id == "mapping" and node.flow_style:
            text = f" {in_line(value)}"
        start = self._colon(key)
        if "\n" not in text and _is_inline(node) and node.value != "":
            start, text = node.start_mark.index, text[1:]
        return self._swapped(start, self._end(node), text, key.start_mark.line)

    def _swapped(self, start: int, end: int, text: str, line: int) -> list[_Span]:
        """Other text in place of a part; comments within go behind its first line or above it."""
        if "\n" in text:
            end = self._stop(end)
        elif column := COLUMN.match(self.text, end):  # a comment keeps its place in the line
            text += " " * max(2, len(column[0]) + end - start - len(text))
            end = column.end()
        comments = self._comments(start, end)
        first, feed, rest = text.partition("\n")
        beside = [found for at, found in comments if at < self._stop(start)][:1]
        above = [found for _, found in comments][len(beside) :]
        row = self._row(line)
        indent = row[: len(row) - len(row.lstrip(" "))]
        text = "  ".join([first, *beside]) + feed + rest
        spans = [_Span(start, end, self._ended(text))]
        if above:
            lines = "".join(f"{indent}{found}\n" for found in above)
            at = self.starts[line]
            spans.insert(0, _Span(at, at, self._ended(lines)))
        return spans

    def _comments(self, start: int, end: int) -> list[tuple[int, str]]:
        """The comments of a part, with their indexes: each `#` that stands in no scalar."""
        found = []
        at = start
        for node in self.scalars:
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

    def _with(self, start: int, end: int, spans: list[_Span]) -> str:
        parts = []
        for span in sorted(spans, key=lambda span: span[:2]):
            if span.start < start:
                raise _OddError
            parts += [self.text[start : span.start], span.text]
            start = span.end
        return "".join(parts) + self.text[start:end]

    def _end(self, node: Any) -> int:
        """The index behind the last character of a value, without comments and blank lines."""
        if node.id != "scalar" and not node.flow_style:
            last = node.value[-1]
            return self._end(last[1] if node.id == "mapping" else last)
        end: int = node.end_mark.index
        if node.id == "scalar" and node.style in ("|", ">"):
            start = node.start_mark.index
            sign = BLOCK_SIGN.match(self.text, start)
            keeps_blank_lines = sign is not None and "+" in sign[1]
            return end - 1 if keeps_blank_lines else len(self.text[:end].rstrip(" \t\r\n"))
        return end

    def _next(self, node: Any) -> int:
        """The line below a value."""
        return self._line(self._end(node)) + 1

    def _lead(self, line: int, floor: int) -> int:
        """The line at which the comments begin that stand directly above a line."""
        while line > floor and self._row(line - 1).lstrip(" \t").startswith("#"):
            line -= 1
        return line

    def _is_behind_dash(self, node: Any) -> bool:
        return "-" in self.text[self._start(node) : node.start_mark.index]

    def _is_blank(self, line: int) -> bool:
        return not self._row(line).strip()

    def _row(self, line: int) -> str:
        return self.text[self.starts[line] : self.starts[line + 1]]

    def _line(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

    def _start(self, node: Any) -> int:
        """Where the line begins on which a node does."""
        line: int = node.start_mark.line
        return self.starts[line]

    def _stop(self, index: int) -> int:
        """Where the line ends, without its line end, that holds an index."""
        line = self._line(index)
        return self.starts[line] + len(self._row(line).rstrip("\r\n"))

    def _colon(self, key: Any) -> int:
        return self.text.index(":", key.end_mark.index) + 1

    def _ended(self, text: str) -> str:
        return text if self.eol == "\n" else text.replace("\n", self.eol)


def _is_inline(node: Any) -> bool:
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


def _tree(node: Any) -> Any:
    """What a node reads, without what is empty."""
    if node.id == "scalar":
        return node.value
    if node.id == "sequence":
        return [_tree(inner) for inner in node.value if inner.value != ""]
    return {key.value: _tree(value) for key, value in node.value if value.value != ""}
