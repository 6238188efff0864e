"""A file of another program as a header and rows: its encoding, its form, its delimiter."""

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from typing import NamedTuple

from crmcli.book.csv_text import MAX_BYTES
from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import from_csv
from crmcli.book.csv_text import unguard
from crmcli.exchange.documents import Document
from crmcli.exchange.documents import is_complete
from crmcli.exchange.documents import read_documents
from crmcli.model.errors import BadDataError
from crmcli.model.errors import BadValueError

FORMS = ("csv", "tsv", "jsonl", "json", "yaml")
MAX_ROWS = 1_000_000
ENDINGS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
DELIMITERS = (",", ";", "\t")
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ARCHIVE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # an XLSX, an old XLS
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
OWN_KEY = re.compile(r"[a-z][a-z_]*")
ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([tnr\\]))")
UNESCAPED = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


class Row(NamedTuple):
    """A record of the file: the line where it begins, its cells, and why it cannot be taken.

    `line` is the number of the record where the form has no lines.
    """

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


class Source(NamedTuple):
    """A file as it was read. Records of a complete export stand in `documents`, not in `rows`."""

    name: str
    form: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str = ","
    documents: tuple[Document, ...] = ()


def read_source(
    name: str,
    data: bytes,
    *,
    form: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Source:
    """Read a file. Without `form` its name and content tell it; `delimiter` is for csv alone.

    Raises BadDataError with the line for what cannot be read, BadValueError for a wrong option.
    """
    if len(data) > MAX_BYTES:
        raise BadDataError(
            f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read",
            place=name,
            remedy="Split it into several files",
        )
    if data.startswith(ARCHIVE):
        raise BadDataError(
            "is a spreadsheet or an archive, no text", place=name, remedy="Save it as CSV (UTF-8)"
        )
    text, encoding = _decoded(name, data, encoding)
    if not text.strip():
        raise BadDataError("the file is empty: not even a header", place=name)
    form = form or _form(name, text)
    if form == "yaml":
        return _yaml(name, text, encoding)
    if form in ("json", "jsonl"):
        objects = _json(name, text) if form == "json" else _jsonl(name, text)
        return _of_objects(Source(name, form, encoding, (), ()), objects)
    return _separated(name, text, form, encoding, delimiter)


def _decoded(name: str, data: bytes, encoding: str | None) -> tuple[str, str]:
    known = next((code for bom, code in BOMS if data.startswith(bom)), "utf-8")
    code = encoding or known
    try:
        text = data.decode(code)
    except LookupError:
        raise BadValueError(
            f"'{encoding}' is no encoding", place="--encoding", remedy="Try: cp950, gb18030, cp1252"
        ) from None
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, at) + 1
        raise BadDataError(
            f"not {_shown(code)}",
            place=f"{name}:{line}",
            remedy="Try: --encoding cp950 or gb18030 (Chinese), cp1252 (Western European)",
        ) from None
    if "\0" in text:
        raise BadDataError(
            f"not {_shown(code)}: it holds the character NUL",
            place=name,
            remedy="Try: --encoding utf-16-le",
        )
    return text.removeprefix("\ufeff"), _shown(code)


def _shown(code: str) -> str:
    return code.upper() if code.lower().startswith("utf") else code


def _form(name: str, text: str) -> str:
    known = ENDINGS.get(PurePath(name).suffix.lower())
    if known:
        return known
    first = text.lstrip()[:1]
    if first == "[":
        return "json"
    if first == "{":
        lines = text.strip().splitlines()
        return "jsonl" if len(lines) > 1 and _is_json(lines[0]) else "json"
    if text.startswith("---") or re.match(r"[\w]+:(?: |\n)", text):
        return "yaml"
    return "tsv" if "\t" in text.partition("\n")[0] else "csv"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


# rows of cells


def _separated(name: str, text: str, form: str, encoding: str, delimiter: str | None) -> Source:
    if form == "tsv" and delimiter is None and _is_own_tsv(text):
        records: Iterator[tuple[int, list[str]]] = _own_tsv(text)
        used = "\t"
    else:
        used = "\t" if form == "tsv" else _delimiter(text)
        if delimiter is not None:
            used = "\t" if delimiter in ("tab", r"\t") else delimiter
        if len(used) != 1 or used in '"\r\n':
            raise BadValueError(
                f"'{delimiter}' is no delimiter", place="--delimiter", remedy="Try: ',', ';' or tab"
            )
        records = _unguarded(from_csv(text, used))
    try:
        read = list(_limited(name, records))
    except CsvProblem as problem:
        where = f"{name}:{problem.line}" if problem.line else name
        raise BadDataError(problem.what, place=where, remedy=problem.remedy) from None
    header, rows = _table(read)
    return Source(name, form, encoding, header, rows, used)


def _table(records: list[tuple[int, list[str]]]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    header = [cell.strip() for cell in records[0][1]]
    while header and not header[-1]:  # what a spreadsheet leaves behind the last column
        header.pop()
    width = len(header)
    rows = []
    for line, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        fault = None
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            count = "1 value" if len(cells) == 1 else f"{len(cells)} values"
            fault = f"{count} where the header has {width} columns"
        rows.append(Row(line, tuple(cells[:width]) + ("",) * (width - len(cells)), fault))
    return tuple(header), tuple(rows)


def _limited(
    name: str, records: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    for count, record in enumerate(records):
        if count > MAX_ROWS:
            raise BadDataError(
                f"more than {MAX_ROWS:,} rows", place=name, remedy="Split it into several files"
            )
        yield record


def _unguarded(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for line, cells in records:
        yield line, [unguard(cell) for cell in cells]


def _delimiter(text: str) -> str:
    """The delimiter that the header line has most of, outside of quotes."""
    header = next(line for line in text.splitlines() if line.strip())
    bare = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=lambda each: (bare.count(each), -DELIMITERS.index(each)))


def _is_own_tsv(text: str) -> bool:
    names = text.partition("\n")[0].rstrip("\r").split("\t")
    return names[0] == "id" and all(OWN_KEY.fullmatch(name) for name in names)


def _own_tsv(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            cells = line.rstrip("\r").split("\t")
            yield number, [ESCAPE.sub(_unescaped, cell) for cell in cells]


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    return chr(int(code, 16)) if code else UNESCAPED[found[4]]


# objects


def _json(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    tree = _loaded(name, text, 1)
    for number, each in enumerate(tree if isinstance(tree, list) else [tree], 1):
        yield number, _object(name, number, each)


def _jsonl(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _object(name, number, _loaded(name, line, number))


def _loaded(name: str, text: str, line: int) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise BadDataError(
            f"not JSON: {error.msg}", place=f"{name}:{line + error.lineno - 1}"
        ) from None
    except RecursionError:
        raise BadDataError("not readable: nested too deep", place=name) from None


def _object(name: str, number: int, each: Any) -> Mapping[str, Any]:
    if not isinstance(each, dict):
        raise BadDataError("a record is an object, as {...}", place=f"{name}:{number}")
    return each


def _yaml(name: str, text: str, encoding: str) -> Source:
    found = read_documents(name, text)
    source = Source(name, "yaml", encoding, (), ())
    if found and all(is_complete(each.tree) for each in found):
        return source._replace(documents=found)
    return _of_objects(source, ((each.line, each.tree) for each in found))


def _of_objects(source: Source, objects: Iterator[tuple[int, Mapping[str, Any]]]) -> Source:
    found = list(objects)
    header = tuple(dict.fromkeys(str(key) for _, each in found for key in each))
    rows = []
    for line, each in found:
        cells = tuple(cell(each.get(key)) for key in header)
        broken = any(HALF_CHARACTER.search(text) for text in cells)
        rows.append(Row(line, cells, "a value holds half a character" if broken else None))
    return source._replace(header=header, rows=tuple(rows))


def cell(value: Any) -> str:
    """A value of JSON or YAML as the text that a cell of a CSV file would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return f"{value['currency']} {value['amount']}"
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return joined([cell(each) for each in value])
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def joined(items: Sequence[str]) -> str:
    r"""A list in one cell: its items with `;` between, a `\` before a `;` or `\` of their own."""
    return ";".join(each.replace("\\", "\\\\").replace(";", "\\;") for each in items)


def split(text: str) -> list[str]:
    """The items of a list in one cell, as `joined` writes them; blank ones are left out."""
    items = re.findall(r"(?:\\.|[^;\\]|\\$)+", text, re.DOTALL)
    return [bare for each in items if (bare := re.sub(r"\\([;\\])", r"\1", each).strip())]
