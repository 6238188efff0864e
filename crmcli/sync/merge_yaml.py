"""The text of a merged YAML file: each key and item as the side that changed it wrote it."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from crmcli.book.records import EVENTS
from crmcli.book.records import layout_of
from crmcli.book.yaml_edit import edit
from crmcli.book.yaml_parts import Part
from crmcli.book.yaml_parts import Parts
from crmcli.book.yaml_parts import comments_of
from crmcli.book.yaml_parts import inner
from crmcli.book.yaml_parts import parts_of
from crmcli.book.yaml_parts import shifted
from crmcli.book.yaml_parts import to_write
from crmcli.book.yaml_parts import with_dash
from crmcli.book.yaml_parts import without_dash
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import as_text
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import entry
from crmcli.book.yaml_text import item
from crmcli.book.yaml_text import read_tree
from crmcli.model.kinds import BY_FOLDER
from crmcli.sync.merge import counted
from crmcli.sync.merge import in_order
from crmcli.sync.merge_record import LAST
from crmcli.sync.merge_record import MergedRecord
from crmcli.sync.merge_record import identity
from crmcli.sync.merge_record import merge_record
from crmcli.sync.merge_record import ranks

BOM = "\ufeff"
NO_PARTS = Parts("", (), "", 0, is_list=False)


class Version(NamedTuple):
    """One version of a file: its text with plain line ends, and what it reads."""

    text: str
    tree: dict[str, Any]
    parts: Parts | None
    has_bom: bool
    has_crlf: bool


class _Goal(NamedTuple):
    """What it should hold: all names in order, values by name, and how one is written anew."""

    order: list[Any]
    wanted: Mapping[Any, Any]
    new: Callable[[Any], str]


class _Trio(NamedTuple):
    """A part, or parts, in the base and on both sides; None where it is not there."""

    base: Any
    first: Any
    second: Any


def merge_yaml(
    folder: str, base: bytes | None, first: bytes, second: bytes, times: tuple[int, int]
) -> tuple[bytes, MergedRecord]:
    """Merge two versions of a record's file, or of crm.yaml (folder ``).

    A key or an item that reads as one side has it keeps that side's bytes, with its comments; a
    comment that only the other side wrote goes above it. `first` is the side whose way of writing
    holds in doubt; which of the values holds does not depend on it. A base that cannot be read
    counts as none. Raises YamlProblem if a side cannot be read.
    """
    one, two = _read(first), _read(second)
    old = _read_or_none(base)
    merged = merge_record(folder, old.tree if old else None, one.tree, two.tree, times)
    text = _text(folder, old, one, two, merged.tree)
    if _agreed(old and old.has_crlf, one.has_crlf, two.has_crlf):
        text = text.replace("\n", "\r\n")
    if _agreed(old and old.has_bom, one.has_bom, two.has_bom):
        text = BOM + text
    return text.encode(), merged


def _read(data: bytes) -> Version:
    read = read_tree(data)
    text = data.decode()
    has_bom = text.startswith(BOM)
    has_crlf = "\r\n" in text
    text = text.removeprefix(BOM).replace("\r\n", "\n")
    text = text if text.endswith("\n") else text + "\n"
    parts = parts_of(text)
    tree = read.tree
    if parts:
        tree = {str(part.key): part.value for part in parts.parts if part.value is not None}
    return Version(text, tree, parts, has_bom, has_crlf)


def _read_or_none(data: bytes | None) -> Version | None:
    try:
        return None if data is None else _read(data)
    except YamlProblem:
        return None


def _agreed(base: bool | None, first: bool, second: bool) -> bool:
    """A property of the bytes that one side changed; where nobody knows, it is not there."""
    return first if first == second else not base if base is not None else False


def _text(
    folder: str, old: Version | None, one: Version, two: Version, wanted: dict[str, Any]
) -> str:
    kind = BY_FOLDER.get(folder)
    layout = layout_of(kind.record) if kind else Layout(flow_items=EVENTS)
    if one.parts and two.parts:
        weaving = _Weaving(folder, layout)
        try:
            text = weaving.file(_Trio(old and old.parts, one.parts, two.parts), wanted)
            if _reads(text, wanted):
                return text
        except YamlProblem:
            pass
    try:
        text = edit(one.text, to_write(one.tree), to_write(wanted), layout)
    except YamlProblem:
        text = ""
    return text if _reads(text, wanted) else dump_tree(wanted, layout)


def _reads(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return bool(as_text(read_tree(text.encode()).tree) == as_text(wanted))
    except YamlProblem:
        return False


class _Weaving:
    """One file put together from the parts of two."""

    def __init__(self, folder: str, layout: Layout) -> None:
        self.folder = folder
        self.layout = layout

    def file(self, trio: _Trio, wanted: dict[str, Any]) -> str:
        return self._mapping(trio, wanted, ()).lstrip("\n")

    def _mapping(self, trio: _Trio, wanted: Mapping[str, Any], path: tuple[str, ...]) -> str:
        """The keys of a mapping, as deep in the line as `first` has them."""
        places = ranks(self.folder, path)
        named = [{part.key: part for part in parts.parts} for parts in self._even(trio)]
        names = {*wanted, *_empty(*named)}

        def new(name: Any) -> str:
            blank = "\n" if not path and name in self.layout.paragraphs else ""
            value = to_write(wanted[name])
            return blank + entry(name, value, " " * trio.first.indent, self.layout) + "\n"

        def rank(name: Any) -> int:
            return places.get(name, LAST)

        order = in_order(named[0], named[1], named[2], names, rank)
        return self._joined(trio, _Trio(*named), _Goal(order, wanted, new), path)

    def _list(self, trio: _Trio, wanted: list[Any], path: tuple[str, ...]) -> str:
        even = self._even(trio)
        lists = [[part.value for part in parts.parts] for parts in even]
        key = identity(*(each for each in lists if each), wanted)

        def names(items: list[Any]) -> list[Any]:
            return list(counted(items)) if key is None else [item[key] for item in items]

        named = [
            dict(zip(names(items), parts.parts, strict=True))
            for items, parts in zip(lists, even, strict=True)
        ]
        values = dict(zip(names(wanted), wanted, strict=True))

        def new(name: Any) -> str:
            value, indent = to_write(values[name]), " " * trio.first.indent
            return item(path[-1], value, indent, self.layout) + "\n"

        return self._joined(trio, _Trio(*named), _Goal(list(values), values, new), path)

    def _even(self, trio: _Trio) -> list[Parts]:
        """All three, as deep in the line as `first`."""
        indent = trio.first.indent
        return [_indented(parts, indent) for parts in (trio.base or NO_PARTS, *trio[1:])]

    def _joined(self, trio: _Trio, named: _Trio, goal: _Goal, path: tuple[str, ...]) -> str:
        base = trio.base or NO_PARTS
        text = [_comments_above(base.head, trio.first.head, trio.second.head)]
        for name in goal.order:
            of = _Trio(*(parts.get(name) for parts in named))
            if of.first is None and of.second is None:
                text.append(goal.new(name))
            else:
                text.append(self._part(of, goal.wanted.get(name), (*path, name)))
        tail = _comments_above(base.tail, trio.first.tail, trio.second.tail)
        return "".join([*text, tail])

    def _part(self, trio: _Trio, wanted: Any, path: tuple[str, ...]) -> str:
        """One key or item, with what stands above it."""
        base, first, second = trio
        if first is None or second is None:
            part = first or second
            return str(part.lead + self._with_value(part, wanted, path))
        lead = _comments_above(base.lead if base else "", first.lead, second.lead)
        body = self._body(trio, wanted, path)
        return lead + body

    def _body(self, trio: _Trio, wanted: Any, path: tuple[str, ...]) -> str:
        base, first, second = trio
        old = base.body if base else None
        for part, other in ((first, second), (second, first)):
            if other.body in (old, part.body) and _same(part.value, wanted):
                return str(part.body)
        return self._block(trio, wanted, path) or self._leaf(trio, wanted, path)

    def _block(self, trio: _Trio, wanted: Any, path: tuple[str, ...]) -> str | None:
        """A list or a mapping on lines of its own, part by part; None if it cannot be done so."""
        first = trio.first
        if first.key is None:
            opened = [part and without_dash(part) for part in trio]
            if opened[1] is None or opened[2] is None or not isinstance(wanted, dict):
                return None
            keys = self._mapping(_Trio(*opened), wanted, path)
            return with_dash(keys, len(first.body) - len(first.body.lstrip(" ")))
        found = [part and inner(part) for part in trio]
        if found[1] is None or found[2] is None:
            return None
        line = _one_of(found[0] and found[0][0], found[1][0], found[2][0])
        opened = [each and each[1] for each in found]
        if opened[0] and opened[0].is_list != isinstance(wanted, list):
            opened[0] = None
        kinds = {parts.is_list for parts in opened if parts} | {isinstance(wanted, list)}
        if len(kinds) > 1 or not wanted:
            return None
        if isinstance(wanted, list):
            return line + self._list(_Trio(*opened), wanted, path)
        return line + self._mapping(_Trio(*opened), wanted, path)

    def _leaf(self, trio: _Trio, wanted: Any, path: tuple[str, ...]) -> str:
        """A value as one side wrote it, with the comments that the other side added above it."""
        first, second = trio[1:]
        old, one, two = (_notes(part) if part else [] for part in trio)
        part, other = first, second
        if (one == old and two != old) or (
            (one == old) == (two == old)
            and not _same(first.value, wanted)
            and _same(second.value, wanted)
        ):
            part, other = second, first
        body = self._with_value(part, wanted, path)
        there = [*old, *_notes(part._replace(body=body))]
        indent = " " * (len(body) - len(body.lstrip(" ")))
        above = [f"{indent}{note}\n" for note in _notes(other) if note not in there]
        return "".join([*above, body])

    def _with_value(self, part: Part, wanted: Any, path: tuple[str, ...]) -> str:
        """The lines of a part with another value in them."""
        if _same(part.value, wanted):
            return part.body
        indent = " " * (len(part.body) - len(part.body.lstrip(" ")))
        value = to_write(wanted)
        if part.key is None:
            text = f"{indent}{path[-2]}:\n{part.body}"
            old, new = {path[-2]: [to_write(part.value)]}, {path[-2]: [value]}
            return edit(text, old, new, self.layout).partition("\n")[2]
        if part.value is None:
            return entry(part.key, value, indent, self.layout) + "\n"
        return edit(part.body, {part.key: to_write(part.value)}, {part.key: value}, self.layout)


def _same(one: Any, other: Any) -> bool:
    return bool(as_text(one) == as_text(other))


def _notes(part: Part) -> list[str]:
    return comments_of(part.body) if "#" in part.body else []


def _empty(
    base: Mapping[Any, Part], first: Mapping[Any, Part], second: Mapping[Any, Part]
) -> set[Any]:
    """The keys that stand in a file without a value, as in a form, and that nobody took out."""
    found = set()
    for one, two in ((first, second), (second, first)):
        for name, part in one.items():
            if part.value is None and (name in two or name not in base):
                found.add(name)
    return found


def _indented(parts: Parts, indent: int) -> Parts:
    by = indent - parts.indent
    if not by:
        return parts
    moved = tuple(
        part._replace(lead=shifted(part.lead, by), body=shifted(part.body, by))
        for part in parts.parts
    )
    return Parts(shifted(parts.head, by), moved, shifted(parts.tail, by), indent, parts.is_list)


def _one_of(base: str | None, first: str, second: str) -> str:
    return second if first == base else first


def _comments_above(base: str, first: str, second: str) -> str:
    """Comments and blank lines: what one side changed, or those of both."""
    if first in (second, base) or second == base:
        return _one_of(base, first, second)
    lines = first.splitlines(keepends=True)
    known = {line.strip() for line in [*lines, *base.splitlines()]}
    more = [line for line in second.splitlines(keepends=True) if line.strip() not in known | {""}]
    return "".join([*lines, *more])
