"""Change some keys of a YAML file and leave every other byte as its author wrote it."""

import re
from collections.abc import Collection
from collections.abc import Mapping
from typing import Any

from crmcli.book.yaml_problem import YamlProblem
from crmcli.book.yaml_source import OddError
from crmcli.book.yaml_source import Source
from crmcli.book.yaml_source import Span
from crmcli.book.yaml_source import is_inline
from crmcli.book.yaml_source import text_of
from crmcli.book.yaml_text import PLAIN_LAYOUT
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import after_key
from crmcli.book.yaml_text import entry
from crmcli.book.yaml_text import in_line
from crmcli.book.yaml_text import item
from crmcli.book.yaml_text import kept
from crmcli.book.yaml_text import read_tree
from crmcli.book.yaml_text import scalar
from crmcli.book.yaml_wanted import aligned
from crmcli.book.yaml_wanted import merged
from crmcli.book.yaml_wanted import same

BOM = "\ufeff"
COLUMN = re.compile(" {2,}(?=#)")
NOTHING: Mapping[str, Any] = {}
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
        except (OddError, YamlProblem):
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


class _Editor(Source):
    """One file and the keys that change in it."""

    def __init__(self, text: str, layout: Layout) -> None:
        super().__init__(text)
        self.layout = layout

    def edited(
        self,
        old: dict[str, Any],
        new: dict[str, Any],
        wanted: dict[str, Any],
        anew: Collection[str],
    ) -> str:
        """The text with the smallest changes, but those keys of the file written `anew`."""
        if self.root.flow_style:
            raise OddError
        forced = {key: wanted.get(key) for key in anew}
        return self.with_spans(0, len(self.text), self._mapping(self.root, old, new, forced))

    def whole(self, wanted: dict[str, Any]) -> str:
        """The file written anew, with the comments of its keys above them."""
        notes: dict[str, list[str]] = {}
        at = 0
        for key, value in self.root.value:
            stop = max(at, self.line_stop(self.end(value)))
            notes[key.value] = [found for _, found in self.comments(at, stop)]
            at = stop
        lines: list[str] = []
        for key, value in kept(wanted).items():
            if lines and key in self.layout.paragraphs:
                lines.append("")
            lines += notes.get(key, ())
            lines.append(entry(key, value, "", self.layout))
        lines += [found for _, found in self.comments(at, len(self.text))]
        return self.with_eol("".join(f"{line}\n" for line in lines))

    def _mapping(
        self,
        node: Any,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        anew: Mapping[str, Any] = NOTHING,
    ) -> list[Span]:
        """The changes in a block mapping; `anew`: not looked into but replaced (None: gone)."""
        spans = self._added(node, new)
        gone = []
        for place, (key, value) in enumerate(node.value):
            name = key.value
            if not BEFORE_KEY.fullmatch(self.text, self.line_start(key), key.start_mark.index):
                raise OddError
            if anew.get(name) is not None:
                spans += self._replaced(key, value, anew[name])
            elif name in anew or (name in old and name not in new):
                gone.append(place)
            elif not same(old.get(name), new.get(name)):
                spans += self._value(key, value, old.get(name), new[name])
        return spans + [self._removed(node, place, gone) for place in gone]

    def _added(self, node: Any, new: Mapping[str, Any]) -> list[Span]:
        """New keys, each behind the one that comes before it in the order of the file."""
        first, value = node.value[0]
        indent = " " * first.start_mark.column
        there = {key.value: inner for key, inner in node.value}
        place = self.line_below(value)
        if not self.is_behind_dash(first):
            place = self.lead(first.start_mark.line, 0)
        spans = []
        for at, (name, wanted) in enumerate(new.items()):
            if name in there:
                place = self.line_below(there[name])
                continue
            text = entry(name, wanted, indent, self.layout) + "\n"
            if at and node is self.root and name in self.layout.paragraphs:
                text = "\n" + text
            spans.append(Span(self.starts[place], self.starts[place], self.with_eol(text)))
        return spans

    def _removed(self, node: Any, place: int, gone: Collection[int]) -> Span:
        """Without an entry: its lines, the comments directly above, and a blank line too many."""
        key, value = node.value[place]
        if self.is_behind_dash(key):
            raise OddError
        floor = self.line_below(node.value[place - 1][1]) if place else 0
        first, end = self.lead(key.start_mark.line, floor), self.line_below(value)
        below = end
        while (place := place + 1) in gone and not self.is_blank(below):
            below = self.line_below(node.value[place][1])
        if below == len(self.starts) - 1 or self.is_blank(below):
            while first > floor and self.is_blank(first - 1):
                first -= 1
        return Span(self.starts[first], self.starts[end], "")

    def _value(self, key: Any, node: Any, old: Any, new: Any) -> list[Span]:
        if self._is_open(node, old, new):
            return self._inside(node, old, new)
        if node.id == "sequence" and isinstance(old, list) and isinstance(new, list):
            items = [inner for inner in node.value if inner.value != ""]
            if len(items) == len(old) and self._is_lined(node):
                return [self._list(key, node, items, old, new)]
        return self._replaced(key, node, merged(text_of(node), old, new))

    def _is_open(self, node: Any, old: Any, new: Any) -> bool:
        """Whether a mapping can be changed key by key."""
        if node.id != "mapping" or not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            return False
        gone = [key.value in old and key.value not in new for key, _ in node.value]
        if node.flow_style:
            return not all(gone)
        return not (gone[0] and self.is_behind_dash(node.value[0][0]))

    def _inside(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Span]:
        if not node.flow_style:
            return self._mapping(node, old, new)
        spans = self._braces(node, old, new)
        if any(self.comments(span.start, span.end) for span in spans):
            text = in_line(merged(text_of(node), old, new))
            return self._swapped(node.start_mark.index, self.end(node), text, node.start_mark.line)
        return spans

    def _braces(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Span]:
        """The changes in a mapping in braces, of which one key at least stays."""
        gone = [key.value in old and key.value not in new for key, _ in node.value]
        starts = [key.start_mark.index for key, _ in node.value]
        ends = [self.end(value) for _, value in node.value]
        first = gone.index(False)
        spans = []
        there = {}
        for place, (key, value) in enumerate(node.value):
            before, after = old.get(key.value), new.get(key.value)
            if gone[place] and place < first:
                spans.append(Span(starts[place], starts[place + 1], ""))
            elif gone[place]:
                spans.append(Span(ends[place - 1], ends[place], ""))
            elif not same(before, after):
                text = in_line(merged(text_of(value), before, after))
                spans.append(Span(value.start_mark.index, ends[place], text))
            there[key.value] = ends[place]
        behind = None
        for name, value in new.items():
            pair = f"{scalar(name, flow=True)}: {in_line(value)}"
            if name in there:
                behind = there[name]
            elif behind is None:
                spans.append(Span(starts[first], starts[first], f"{pair}, "))
            else:
                spans.append(Span(behind, behind, f", {pair}"))
        return spans

    def _is_lined(self, node: Any) -> bool:
        """Whether each item of a list stands behind a dash on a line of its own."""
        if node.flow_style:
            return False
        dash = re.compile(" " * node.start_mark.column + "- *")
        return all(
            dash.fullmatch(self.text, self.line_start(inner), inner.start_mark.index)
            for inner in node.value
        )

    def _list(self, key: Any, node: Any, items: list[Any], old: list[Any], new: list[Any]) -> Span:
        """A list put together from the lines of its old items and those of new ones."""
        places = aligned(old, new)
        indent = " " * node.start_mark.column
        ends = [self.line_below(inner) for inner in items]
        begins = [self.line_of(self.behind_colon(key)) + 1, *ends]
        before: dict[int, str] = {}
        loose = ""  # comments that stand apart from the removed item below them
        for at, inner in enumerate(items):
            if at in places:
                before[at], loose = loose, ""
            else:
                own = self.lead(inner.start_mark.line, begins[at])
                lines = self.text[self.starts[begins[at]] : self.starts[own]]
                loose += lines if lines.strip() else ""
        parts = []
        for place, value in zip(places, new, strict=True):
            if place is None:
                parts.append(self.with_eol(item(key.value, value, indent, self.layout) + "\n"))
                continue
            spans = self._item(key, items[place], old[place], value)
            start, end = self.starts[begins[place]], self.starts[ends[place]]
            parts.append(before[place] + self.with_spans(start, end, spans))
        return Span(self.starts[begins[0]], self.starts[ends[-1]], "".join(parts) + loose)

    def _item(self, key: Any, node: Any, old: Any, new: Any) -> list[Span]:
        if same(old, new):
            return []
        if self._is_open(node, old, new):
            return self._inside(node, old, new)
        value = merged(text_of(node), old, new)
        start, line = node.start_mark.index, node.start_mark.line
        if is_inline(node) and not (isinstance(value, str) and "\n" in value):
            return self._swapped(start, self.end(node), in_line(value, flow=False), line)
        indent = self.text[self.starts[line] : start].partition("-")[0]
        text = item(key.value, value, indent, self.layout)
        return self._swapped(self.starts[line], self.end(node), text, line)

    def _replaced(self, key: Any, node: Any, value: Any) -> list[Span]:
        """The value of a key written anew; a list or a mapping in brackets keeps them."""
        indent = " " * key.start_mark.column
        layout = self.layout
        if node.id == "sequence" and node.flow_style:
            layout = layout._replace(flow=(*layout.flow, key.value))
        text = after_key(key.value, value, indent, layout)
        if node.id == "mapping" and node.flow_style:
            text = f" {in_line(value)}"
        start = self.behind_colon(key)
        if "\n" not in text and is_inline(node) and node.value != "":
            start, text = node.start_mark.index, text[1:]
        return self._swapped(start, self.end(node), text, key.start_mark.line)

    def _swapped(self, start: int, end: int, text: str, line: int) -> list[Span]:
        """Other text in place of a part; comments within go behind its first line or above it."""
        if "\n" in text:
            end = self.line_stop(end)
        elif column := COLUMN.match(self.text, end):  # a comment keeps its place in the line
            text += " " * max(2, len(column[0]) + end - start - len(text))
            end = column.end()
        comments = self.comments(start, end)
        first, feed, rest = text.partition("\n")
        beside = [found for at, found in comments if at < self.line_stop(start)][:1]
        above = [found for _, found in comments][len(beside) :]
        row = self.row(line)
        indent = row[: len(row) - len(row.lstrip(" "))]
        text = "  ".join([first, *beside]) + feed + rest
        spans = [Span(start, end, self.with_eol(text))]
        if above:
            lines = "".join(f"{indent}{found}\n" for found in above)
            at = self.starts[line]
            spans.insert(0, Span(at, at, self.with_eol(lines)))
        return spans
