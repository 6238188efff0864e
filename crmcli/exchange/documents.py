"""The complete export: one YAML document for each record, with its kind, its id and its history."""

import re
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

import msgspec

from crmcli.book.faults import checked
from crmcli.book.paths import is_valid_id
from crmcli.book.records import layout_of
from crmcli.book.records import to_values
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import read_tree
from crmcli.model.errors import BadDataError
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.kinds import BY_RECORD
from crmcli.model.record import Record

KIND, ID = "record", "id"  # the two keys that a record's own file does not have
NULLS = ("null", "~", "Null", "NULL")


class Document(NamedTuple):
    """One document of a file: the line where it begins, and its tree of text."""

    line: int
    tree: dict[str, Any]


def dump_records(records: Iterable[Record]) -> str:
    """The records as a stream of documents, complete: read back they are the same."""
    return "".join(_dumped(record) for record in records)


def _dumped(record: Record) -> str:
    kind = BY_RECORD[type(record)].name
    tree = {KIND: kind, ID: record.id, **to_values(record)}
    return f"---\n{dump_tree(tree, layout_of(type(record)))}"


def is_complete(tree: dict[str, Any]) -> bool:
    """Whether a document is a record as `dump_records` writes it."""
    return tree.get(KIND) in BY_NAME and isinstance(tree.get(ID), str)


def record_of(tree: dict[str, Any]) -> Record:
    """The record of a complete document.

    Raises BadValueError that names the first thing wrong with it.
    """
    kind = BY_NAME[tree[KIND]]
    id = tree[ID]
    if not is_valid_id(kind.plural, id):
        raise BadValueError(f"'{id}' is no id of a {kind.name}")
    known = {key: value for key, value in tree.items() if key not in (KIND, ID)}
    values, faults = checked(known, kind.record)
    if faults:
        raise BadValueError(faults[0].what, remedy=faults[0].remedy)
    record: Record = msgspec.convert({**values, "id": id}, kind.record, strict=False)
    return record


def read_documents(name: str, text: str) -> tuple[Document, ...]:
    """The documents of a YAML file; the items of a list count as documents of their own.

    Raises BadDataError with the line.
    """
    found = []
    for line, piece in _pieces(text):
        try:
            tree = read_tree(piece.encode()).tree
        except YamlProblem as problem:
            where = f"{name}:{line + problem.line - 1}" if problem.line else f"{name}:{line}"
            raise BadDataError(problem.what, place=where, remedy=problem.remedy) from None
        found.append(Document(line, {k: v for k, v in tree.items() if v not in NULLS}))
    return tuple(found)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each document, or item of a list, with its first line; what is blank is left out.

    No text inside of a value can begin a line with `---` or, in a list, with `- `: it would
    stand further right.
    """
    for line, lines in _split(text.split("\n"), 1, r"---(?:\s|$)"):
        lines = ["" if each.startswith("---") else each for each in lines[:1]] + lines[1:]
        first = next((each for each in lines if _holds(each)), "")
        items = _split(lines, line, r"- ") if first.startswith("- ") else [(line, lines)]
        for at, each in items:
            if any(_holds(part) for part in each):
                yield at, "\n".join([re.sub("^- ", "  ", each[0]), *each[1:]]) + "\n"


def _split(lines: list[str], number: int, begins: str) -> Iterator[tuple[int, list[str]]]:
    start = 0
    for at, line in enumerate(lines):
        if at and re.match(begins, line):
            yield number + start, lines[start:at]
            start = at
    yield number + start, lines[start:]


def _holds(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")
