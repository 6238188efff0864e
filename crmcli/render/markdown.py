"""Markdown: tables, evidence and notes to paste where Markdown is read."""

import re
from typing import Any

from crmcli.render.cells import card_blanks
from crmcli.render.cells import card_fields
from crmcli.render.cells import card_lists
from crmcli.render.cells import evidence_lines
from crmcli.render.cells import evidence_of
from crmcli.render.cells import grouped
from crmcli.render.cells import heading
from crmcli.render.cells import is_empty
from crmcli.render.cells import screen
from crmcli.render.cells import section_title
from crmcli.render.cells import shown
from crmcli.render.cells import title
from crmcli.render.cells import window
from crmcli.render.grid import RIGHT
from crmcli.render.style import Style
from crmcli.render.visible import block
from crmcli.render.visible import one_line
from crmcli.render.visible import visible
from crmcli.reports.table import Column
from crmcli.reports.table import Table

# A backslash counts only before punctuation, an ampersand only before the name of a character.
MARKS = re.compile(r"[|\[\]<>*_`]|\\(?=[!-/:-@[-`{-~]|$)|&(?=#?\w+;)")
# Would begin a heading, a quotation or a list.
BEGINS = re.compile(r"^(#|>|[-+](?= )|\d+(?=[.)] ))")


def escape(text: str) -> str:
    """The text on one line, with nothing in it that Markdown takes for a mark."""
    return MARKS.sub(r"\\\g<0>", visible(text))


def line(text: str) -> str:
    """The same for text that begins a line."""
    return BEGINS.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", escape(text))


def markdown_text(table: Table, style: Style) -> str:
    """The whole answer with all its evidence; '' if there is no row in it."""
    if is_empty(table):
        return ""
    blocks = [
        f"# {escape(title(table))}" if title(table) else "",
        window(table) if table.question else "",
    ]
    blocks += _body(table)
    for part in table.parts:
        if not is_empty(part):
            blocks += _section(part)
    blocks.append(_list(table.notes))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(part: Table) -> list[str]:
    return [f"## {escape(section_title(part))}", *_body(part), _list(part.notes)]


def _list(items: tuple[str, ...]) -> str:
    return "\n".join(f"- {line(item)}" for item in items)


def _body(table: Table) -> list[str]:
    if not table.rows:
        return []
    if table.single:
        return _card(table)
    if table.group in table.keys:
        return [
            block
            for group in grouped(table)
            for block in _section(group._replace(group="", notes=()))
        ]
    columns = shown(table)
    return [
        _grid(columns, [[row[at] for at, _ in columns] for row in table.rows]),
        _evidence(table),
    ]


def _card(table: Table) -> list[str]:
    fields = [
        f"- **{escape(heading(column))}:** {_lines(screen(cell, column.type))}"
        for column, cell in card_fields(table)
    ]
    if card_blanks(table):
        fields.append(f"- **not known:** {escape(card_blanks(table))}")
    blocks = ["\n".join(fields), _evidence(table)]
    for inner in card_lists(table):
        blocks += _section(inner)
    return blocks


def _lines(text: str) -> str:
    """Text of several lines as one item of a list."""
    return "\\\n  ".join(line(each) for each in block(text).rstrip("\n").split("\n") if each)


def _grid(columns: list[tuple[int, Column]], rows: list[list[Any]]) -> str:
    from tabulate import tabulate  # noqa: PLC0415

    types = [column.type for _, column in columns]
    return tabulate(
        [
            [escape(one_line(screen(cell, type))) for cell, type in zip(row, types, strict=True)]
            for row in rows
        ],
        headers=[escape(heading(column)) for _, column in columns],
        tablefmt="pipe",
        disable_numparse=True,  # or 1.10 becomes 1.1, and 01067 becomes 1067
        colalign=["right" if type in RIGHT else "left" for type in types],
    )


def _evidence(table: Table) -> str:
    """A list below the table: each row by its first cell, and what stands behind it."""
    lines = []
    at, column = shown(table)[0]
    for row in table.rows:
        items = evidence_lines(evidence_of(table, row))
        if items:
            lines.append(f"- {line(screen(row[at], column.type))}")
            lines += [f"  - {escape(item)}" for item in items]
    return "\n".join(["**Evidence**", "", *lines]) if lines else ""
