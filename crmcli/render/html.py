"""HTML: one page that needs nothing from outside, for a screen, a phone and paper."""

from importlib.resources import files
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import MissingExtraError
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
from crmcli.render.cells import window
from crmcli.render.grid import RIGHT
from crmcli.render.grid import WHOLE
from crmcli.render.paint import WORD_COLOURS
from crmcli.render.style import Style
from crmcli.render.visible import block
from crmcli.render.visible import one_line
from crmcli.render.visible import visible
from crmcli.reports.table import Column
from crmcli.reports.table import Table

LOOKS = {"red": "bad", "yellow": "warn", "green": "good"}


class Cell(NamedTuple):
    """A cell with the classes of its look, and the name of its column for a narrow screen."""

    text: str
    look: str
    label: str


class Row(NamedTuple):
    """A row, and the lines of evidence below it."""

    cells: list[Cell]
    evidence: list[str]


class Section(NamedTuple):
    """A card, a table, or both, under a heading."""

    title: str
    fields: list[tuple[str, str]]
    heads: list[Cell]
    rows: list[Row]
    evidence: list[str]
    notes: list[str]


def html_text(table: Table, style: Style) -> str:
    """The whole answer with all its evidence; an empty one says so.

    Raises MissingExtraError without jinja2.
    """
    try:
        from jinja2 import Environment  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "html needs the 'html' extra", remedy="Try: pip install 'crmcli[html]'"
        ) from None
    page = files("crmcli.render").joinpath("page.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(page)
    title = visible(table.question or table.title or table.name)
    return (
        template.render(
            language="en",
            title=title,
            window=window(table),
            empty=visible(table.empty or "nothing to show") if is_empty(table) else "",
            sections=_sections(table),
            notes=_visible(table.notes),
        )
        + "\n"
    )


def _sections(table: Table) -> list[Section]:
    sections = [
        _section(group, group.title if table.group in table.keys else "", ())
        for group in grouped(table)
    ]
    sections += [_section(inner, section_title(inner), ()) for inner in card_lists(table)]
    return sections + [
        _section(part, section_title(part), part.notes)
        for part in table.parts
        if not is_empty(part)
    ]


def _section(table: Table, title: str, notes: tuple[str, ...]) -> Section:
    said = _visible(notes)
    if table.single and table.rows:
        fields = [
            (visible(heading(column)), block(screen(cell, column.type)))
            for column, cell in card_fields(table)
        ]
        if card_blanks(table):
            fields.append(("not known", visible(card_blanks(table))))
        behind = _evidence(table, table.rows[0])
        return Section(visible(title), fields, [], [], behind, said)
    columns = shown(table)
    heads = [Cell(visible(heading(column)), _look(column, ""), "") for _, column in columns]
    rows = [
        Row([_cell(row[at], column) for at, column in columns], _evidence(table, row))
        for row in table.rows
    ]
    return Section(visible(title), [], heads, rows, [], said)


def _cell(value: Any, column: Column) -> Cell:
    text = one_line(screen(value, column.type))
    return Cell(text, _look(column, text), visible(heading(column)))


def _look(column: Column, text: str) -> str:
    words = (
        "right" if column.type in RIGHT else "",
        "whole" if column.type in WHOLE else "",
        LOOKS.get(WORD_COLOURS.get(text, ""), ""),
    )
    return " ".join(word for word in words if word)


def _evidence(table: Table, row: tuple[Any, ...]) -> list[str]:
    return _visible(evidence_lines(evidence_of(table, row)))


def _visible(lines: Any) -> list[str]:
    return [visible(line) for line in lines]
