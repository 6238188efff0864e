"""YAML as text: read every scalar as it was typed, and write what every reader takes alike."""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any
from typing import NamedTuple
from typing import NoReturn

import yaml
from yaml.events import AliasEvent
from yaml.events import DocumentStartEvent
from yaml.events import MappingEndEvent
from yaml.events import MappingStartEvent
from yaml.events import ScalarEvent
from yaml.events import SequenceEndEvent
from yaml.events import SequenceStartEvent
from yaml.events import StreamEndEvent

from crmcli.book.markers import HINT
from crmcli.book.markers import line_of
from crmcli.book.markers import marker_line
from crmcli.book.yaml_problem import QUOTE_IT
from crmcli.book.yaml_problem import SEPARATOR
from crmcli.book.yaml_problem import SURROGATE
from crmcli.book.yaml_problem import UNREADABLE
from crmcli.book.yaml_problem import YamlProblem as YamlProblem  # noqa: PLC0414 (others take it from here)
from crmcli.book.yaml_problem import escaped
from crmcli.book.yaml_problem import explained
from crmcli.book.yaml_problem import refuse_character

LIBYAML: bool = yaml.__with_libyaml__  # without it all works, ten times slower
LOADER: Any = yaml.CBaseLoader if LIBYAML else yaml.BaseLoader

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_EVENTS = 50_000
MAX_LINE = 80  # a list stands on one line up to this width

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
Path = tuple[str | int, ...]

# Typed by some reader of YAML 1.1 or 1.2: numbers, sexagesimals, days, booleans, nothing.
RETYPED = re.compile(
    r"""
    [-+]? [0-9][0-9_]* (\.[0-9_]*)? (e[-+]?[0-9]+)?
    | [-+] [0-9_]+
    | [-+]? [0-9_]* \.[0-9._]* (e[-+]?[0-9]+)?
    | [-+]? 0 (b[01_]+ | o[0-7_]+ | x[0-9a-f_]+)
    | [-+]? [0-9][0-9_]* (:[0-9]{1,2})+ (\.[0-9_]*)?
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} ([t\ ].*)?
    | [-+]? \.?inf(inity)? | \.?nan
    | y | n | yes | no | on | off | true | false | null | ~ | = | <<
    """,
    re.VERBOSE | re.IGNORECASE,
)
INDICATORS = tuple("-?:,[]{}#&*!|>'\"%@`")
AFTER_KEY = re.compile(r":\s*(?:#[^\n]*\n\s*)*\Z")
AFTER_KEY_REACH = 1000  # characters that are looked through: a file may have many empty keys
BREAKS_PLAIN = re.compile(r":(?: |$)| #")
BREAKS_FLOW = re.compile(r"[,\[\]{}?]")
ESCAPED = re.compile('[\t\n\r"\\\\]|' + UNREADABLE.pattern)
ESCAPED_ONLY = re.compile("[\t\n\r]|" + UNREADABLE.pattern)
NO_BLOCK = re.compile(r"\A\s*\n|^[ \t]+$|^\t|\n\n\Z|\r|" + UNREADABLE.pattern, re.MULTILINE)
EMPTY: tuple[Any, ...] = (None, "", [], {})


class YamlNote(NamedTuple):
    """Something odd in a file that can be read all the same."""

    line: int
    what: str
    remedy: str | None = None


class YamlTree:
    """A file as text: dicts, lists and strings. What was left empty is not in the tree.

    `lines` and `notes` cost a second reading, which only a file with a problem has to pay.
    """

    def __init__(self, tree: dict[str, Any], data: bytes) -> None:
        self.tree = tree
        self._data = data

    @cached_property
    def _places(self) -> "Places":
        return Places(self._data)

    @property
    def lines(self) -> dict[Path, int]:
        """Line, from 1, of each key and list item by its path, as `("contacts", 0, "name")`."""
        return self._places.lines

    @cached_property
    def notes(self) -> tuple[YamlNote, ...]:
        """What `crm check` mentions: a value lost to a comment sign, an end that may be cut off."""
        text = self._data.decode()
        found = [
            YamlNote(line, "there is nothing before the comment sign '#'", QUOTE_IT)
            for line, index in self._places.empty
            if text[index:].lstrip(" \t").startswith("#")
        ]
        if not text.endswith(("\n", "\r")):
            line = line_of(text, len(text))
            found.append(YamlNote(line, "the last line has no end: the file may be cut off"))
        return tuple(found)


class Places:
    """Where things stand in a file that was found readable: keys, items, and what is empty."""

    def __init__(self, data: bytes) -> None:
        self.lines: dict[Path, int] = {}
        self.empty: list[tuple[int, int]] = []  # line, index of the character behind which
        self._visit(LOADER(data).get_single_node(), ())

    def _visit(self, node: Any, path: Path) -> None:
        if node.id == "mapping":
            for key, value in node.value:
                self.lines[*path, key.value] = _line(key)
                self._visit(value, (*path, key.value))
        elif node.id == "sequence":
            place = 0
            for item in node.value:
                self._visit(item, (*path, place))
                if item.value != "":  # others are not in the tree
                    self.lines[*path, place] = _line(item)
                    place += 1
        elif not node.value:
            self.empty.append((_line(node), node.start_mark.index))


def read_tree(data: bytes) -> YamlTree:
    """Read a file; raises YamlProblem and nothing else.

    Refused: what readers take differently or a small file can blow up with (anchors, aliases,
    tags, merge keys, duplicate keys, several documents, deep nesting), and what is too big.
    """
    if len(data) > MAX_BYTES:
        raise YamlProblem(None, f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if data.startswith(UTF16) or b"\0" in data[:2]:
        raise YamlProblem(1, "the file is UTF-16", "Save it as UTF-8")
    data = data.removeprefix(BOM)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        raise YamlProblem(
            data.count(b"\n", 0, error.start) + 1, what, "Save the file as UTF-8"
        ) from None
    if b"<<<<<<<" in data or b"=======" in data or b">>>>>>>" in data:
        line = marker_line(text)
        if line is not None:
            raise YamlProblem(line, *HINT, markers=True)
    if not text.isascii() and SEPARATOR.search(text):
        refuse_character(text)
    try:
        tree = _build(data)
    except yaml.YAMLError as error:
        raise explained(error, text) from None
    return YamlTree(tree, data)


def _build(data: bytes) -> dict[str, Any]:  # noqa: C901, PLR0912, PLR0915 (a call per event would double its time)
    """Make the tree in one pass over the events.

    One flat loop: it is what reading a book costs, and no nesting can exhaust a stack.
    """
    roots: list[Any] = []
    box: Any = roots
    boxes: list[Any] = []  # the containers around `box`, from the outside
    key: str | None = None
    text = ""
    empty = False
    started = False
    for event in islice(iter(LOADER(data).get_event, None), MAX_EVENTS):
        kind = event.__class__
        if kind is ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                _refuse(event)
            value = event.value
            if not LIBYAML and SURROGATE.search(value):
                raise YamlProblem(_line(event), "an escape stands for half a character")
            if box.__class__ is list:
                if value:
                    box.append(value)
            elif key is None:
                if value in box or not value or (value == "<<" and event.implicit[0]):
                    _refuse_key(event, data, boxes, box)
                key = value
            elif value:
                box[key] = value
                key = None
            else:
                text = text or data.decode()
                if text[event.start_mark.index - 1] != ":":
                    _refuse_lone_key(event, text, key)
                box[key] = key = None
                empty = True
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.tag is not None or event.anchor is not None:
                _refuse(event)
            inner: Any = {} if kind is MappingStartEvent else []
            if box.__class__ is list:
                box.append(inner)
            elif key is None:
                raise YamlProblem(_line(event), "a list or a mapping cannot be a key", QUOTE_IT)
            else:
                box[key] = inner
                key = None
            boxes.append(box)
            box = inner
            if len(boxes) > MAX_DEPTH:
                raise YamlProblem(_line(event), f"nested deeper than {MAX_DEPTH} levels")
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            if empty and kind is MappingEndEvent:
                for name in [name for name, value in box.items() if value is None]:
                    del box[name]
            box = boxes.pop()
        elif kind is AliasEvent:
            _refuse(event)
        elif kind is DocumentStartEvent:
            if started or event.version or event.tags:
                _refuse(event)
            started = True
        elif kind is StreamEndEvent:
            break
    else:
        raise YamlProblem(None, f"the file has more than {MAX_EVENTS:,} parts")
    if not roots:
        what = "the file holds only comments" if data.strip() else "the file is empty"
        raise YamlProblem(1, what)
    if roots[0].__class__ is not dict:
        raise YamlProblem(1, "the file is not made of 'key: value' lines")
    tree: dict[str, Any] = roots[0]
    return tree


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _refuse(event: Any) -> NoReturn:
    if event.__class__ is DocumentStartEvent:
        if event.version or event.tags:
            raise YamlProblem(_line(event), "a '%' line is not allowed here")
        raise YamlProblem(_line(event), "a second document begins here; a file holds one record")
    if event.__class__ is AliasEvent:
        raise YamlProblem(_line(event), f"'*{event.anchor}' is an alias, not a text", QUOTE_IT)
    if event.anchor is not None:
        raise YamlProblem(_line(event), f"'&{event.anchor}' is an anchor, not a text", QUOTE_IT)
    tag = event.tag.replace("tag:yaml.org,2002:", "!!")
    raise YamlProblem(_line(event), f"{tag!r} is a tag, not a text", QUOTE_IT)


def _refuse_lone_key(event: Any, text: str, key: str) -> None:
    """Refuse `{note: moved, twice}`, where the rest of a text would be lost as an empty key."""
    end = event.start_mark.index
    if not AFTER_KEY.search(text, max(0, end - AFTER_KEY_REACH), end):
        raise YamlProblem(_line(event), f"{key!r} stands without a ':' behind it", QUOTE_IT)


def _refuse_key(event: Any, data: bytes, boxes: list[Any], box: dict[str, Any]) -> NoReturn:
    if not event.value:
        raise YamlProblem(_line(event), "a ':' stands without a key before it")
    if event.value not in box:
        raise YamlProblem(_line(event), "'<<' as a key would merge another mapping into this one")
    # What is open at each level came last there.
    path = (next(reversed(outer)) if isinstance(outer, dict) else len(outer) - 1 for outer in boxes)
    before = data.decode()[: event.start_mark.index].encode()
    try:
        first = Places(before).lines.get((*list(path)[1:], event.value))
    except yaml.YAMLError:  # inside of brackets, that are not closed yet
        first = None
    where = "" if first is None else f": here and in line {first}"
    raise YamlProblem(_line(event), f"the key {event.value!r} stands twice{where}")


class Layout(NamedTuple):
    """How a kind of record looks on disk; the order of keys is that of the values.

    `paragraphs`: keys with a blank line before them. `flow`: keys whose short lists stand in
    brackets on one line. `flow_items`: keys whose list items stand in braces, one line each.
    """

    paragraphs: tuple[str, ...] = ()
    flow: tuple[str, ...] = ()
    flow_items: tuple[str, ...] = ()


PLAIN_LAYOUT = Layout()


def kept(value: Any) -> Any:
    """The value without what is empty, at any depth: None, empty text, empty lists and dicts."""
    if isinstance(value, Mapping):
        return {str(key): v for key, item in value.items() if (v := kept(item)) not in EMPTY}
    if isinstance(value, (list, tuple)):
        return [v for item in value if (v := kept(item)) not in EMPTY]
    return value


def as_text(value: Any) -> Any:
    """The value as it reads back from a file: text all through, and nothing that is empty."""
    if isinstance(value, Mapping):
        return {str(key): v for key, item in value.items() if (v := as_text(item)) not in EMPTY}
    if isinstance(value, (list, tuple)):
        return [v for item in value if (v := as_text(item)) not in EMPTY]
    return None if value is None else _text(value)


def _text(value: str | int | Decimal | datetime.date) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"  # never 1E+3, which is text to one reader and a number to the next
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def dump_tree(tree: Mapping[str, Any], layout: Layout = PLAIN_LAYOUT) -> str:
    """A whole file: values are text, int, Decimal, date, lists and mappings of them.

    What is empty is not written. Raises ValueError for half a character (a surrogate).
    """
    lines: list[str] = []
    for key, value in kept(tree).items():
        if lines and key in layout.paragraphs:
            lines.append("")
        lines.append(entry(key, value, "", layout))
    return "".join(line + "\n" for line in lines)


def entry(key: str, value: Any, indent: str = "", layout: Layout = PLAIN_LAYOUT) -> str:
    """`key: value` with its block, if it needs one, and without the last line end."""
    return f"{indent}{scalar(key)}:{after_key(key, value, indent, layout)}"


def after_key(key: str, value: Any, indent: str = "", layout: Layout = PLAIN_LAYOUT) -> str:
    """What stands behind `key:`, from the space or the line end on; nothing in it is empty."""
    if isinstance(value, Mapping):
        return "\n" + _block_mapping(value, indent + "  ", layout)
    if isinstance(value, (list, tuple)):
        line = f" {in_line(value)}"
        words = not any(isinstance(item, (list, tuple, Mapping)) for item in value)
        if key in layout.flow and words and len(indent + key + ":" + line) <= MAX_LINE:
            return line
        return "\n" + "\n".join(item(key, each, indent, layout) for each in value)
    return f" {_block_text(value, indent) or scalar(value)}"


def item(key: str, value: Any, indent: str = "", layout: Layout = PLAIN_LAYOUT) -> str:
    """One item of the list under `key`, from the indented dash on, without the last line end."""
    if isinstance(value, Mapping) and key not in layout.flow_items:
        inner = indent + "  "
        return f"{indent}- {_block_mapping(value, inner, layout).removeprefix(inner)}"
    return f"{indent}- {_block_text(value, indent) or in_line(value, flow=False)}"


def _block_mapping(value: Mapping[str, Any], indent: str, layout: Layout) -> str:
    return "\n".join(entry(key, inner, indent, layout) for key, inner in value.items())


def _block_text(value: Any, indent: str) -> str | None:
    """Several lines as a `|` block; None where only double quotes keep the text as it is."""
    if not isinstance(value, str) or "\n" not in value or NO_BLOCK.search(value):
        return None
    hint = "2" if value.startswith(" ") else ""
    chomp = "" if value.endswith("\n") else "-"
    lines = value.removesuffix("\n").split("\n")
    return f"|{hint}{chomp}\n" + "\n".join(f"{indent}  {line}" if line else "" for line in lines)


def in_line(value: Any, *, flow: bool = True) -> str:
    """The value on one line, lists in brackets and mappings in braces.

    `flow`: it stands inside of brackets or braces itself.
    """
    if isinstance(value, Mapping):
        pairs = (f"{scalar(key, flow=True)}: {in_line(v)}" for key, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(in_line(v) for v in value) + "]"
    return scalar(value, flow=flow)


def scalar(value: str | int | Decimal | datetime.date, *, flow: bool = False) -> str:
    """One value on one line: numbers and days plain, text quoted unless all readers agree on it.

    `flow`: it stands inside of brackets or braces. Raises ValueError for a surrogate.
    """
    if not isinstance(value, str):
        return _text(value)
    if ESCAPED_ONLY.search(value):
        if SURROGATE.search(value):
            raise ValueError(f"half a character (a surrogate) in {value!r}")
        return '"' + ESCAPED.sub(escaped, value) + '"'
    if (
        not value
        or value != value.strip()
        or value.startswith(INDICATORS)
        or RETYPED.fullmatch(value)
        or BREAKS_PLAIN.search(value)
        or (flow and BREAKS_FLOW.search(value))
    ):
        return "'" + value.replace("'", "''") + "'"
    return value
