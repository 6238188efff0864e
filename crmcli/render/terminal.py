"""Answers on a terminal: tables, cards and reports, as wide as the screen and never wider."""

from itertools import islice
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
from crmcli.render.grid import WHOLE
from crmcli.render.grid import Grid
from crmcli.render.grid import Lines
from crmcli.render.grid import fit
from crmcli.render.paint import SCREENFUL
from crmcli.render.paint import drawn
from crmcli.render.paint import painted
from crmcli.render.paint import trimmed
from crmcli.render.picture import picture_lines
from crmcli.render.style import Style
from crmcli.render.visible import block
from crmcli.render.visible import one_line
from crmcli.render.visible import visible
from crmcli.render.width import fold
from crmcli.render.width import width
from crmcli.reports.table import Column
from crmcli.reports.table import Picture
from crmcli.reports.table import Table

UNLIMITED = 80  # columns of a picture where the width has no limit
FEWEST = 60  # columns; below, a record is a block of lines
WIDEST_KEY = 20


def terminal_text(table: Table, style: Style) -> str:
    """The whole answer; '' if there is no row in it."""
    if is_empty(table):
        return ""
    table = _in_groups(table)
    main = (
        _card(table, style)
        if table.single and table.rows
        else _rows(table, _grid(table, style), style)
    )
    sections = [_title(table, style), main]
    sections += [_picture(picture, style) for picture in table.pictures]
    sections += [_section(part, style) for part in table.parts if not is_empty(part)]
    sections.append([line for note in table.notes for line in _hanging(visible(note), style)])
    return "\n\n".join("\n".join(map(trimmed, lines)) for lines in sections if lines) + "\n"


def _title(table: Table, style: Style) -> Lines:
    lines = [painted(line, "bold", style.colour) for line in _folded(visible(title(table)), style)]
    if table.question:
        lines += [painted(line, "dim", style.colour) for line in _folded(window(table), style)]
    return [line for line in lines if line]


def _picture(picture: Picture, style: Style) -> Lines:
    lines = _heading(picture.title, style, ruled=False)
    return lines + picture_lines(picture, style.width or UNLIMITED)


def _section(part: Table, style: Style) -> Lines:
    part = _in_groups(part)
    grid = None if part.single else _grid(part, style)
    lines = _heading(section_title(part), style, ruled=grid is None)
    lines += _card(part, style) if part.single else _rows(part, grid, style)
    return lines + [line for note in part.notes for line in _hanging(visible(note), style)]


def _heading(words: str, style: Style, *, ruled: bool) -> Lines:
    """The heading of a section; ruled where no table with a rule of its own follows."""
    folded = _folded(visible(words), style)
    lines = [painted(line, "bold", style.colour) for line in folded]
    if ruled:
        lines.append(painted("─" * max(map(width, folded)), "dim", style.colour))
    return lines


def _cells(table: Table) -> list[list[str]]:
    columns = shown(table)
    return [[one_line(screen(row[at], c.type)) for at, c in columns] for row in table.rows]


def _grid(table: Table, style: Style) -> Grid | None:
    """The table laid out; None where there is no room for it."""
    if 0 < style.width < FEWEST:
        return None
    heads = [visible(heading(column)) for _, column in shown(table)]
    return fit(heads, [column.type for _, column in shown(table)], _cells(table), style.width)


def _in_groups(table: Table) -> Table:
    return table._replace(rows=tuple(row for group in grouped(table) for row in group.rows))


def _rows(table: Table, grid: Grid | None, style: Style) -> Lines:
    """A table where there is room for one, else a block for each record."""
    if not table.rows:
        return []
    if len(table.rows) > SCREENFUL:
        style = style._replace(colour=False)
    below = [_evidence(table, row, style) for row in table.rows]
    if grid is None:
        bodies = _blocks(table, style)
        return _put_together(table, bodies, below, style, ruled=True)
    head, bodies = drawn(grid, style.colour)
    return head + _put_together(table, bodies, below, style, ruled=False)


def _put_together(
    table: Table, bodies: list[Lines], below: list[Lines], style: Style, *, ruled: bool
) -> Lines:
    """The rows with their evidence, under the headings of their groups."""
    lines: Lines = []
    rows = zip(bodies, below, strict=True)
    for group in grouped(table):
        if lines:
            lines.append("")
        if table.group in table.keys:
            lines += _heading(group.title, style, ruled=ruled)
        for at, (body, under) in enumerate(islice(rows, len(group.rows))):
            lines += ["", *body, *under] if ruled and at else [*body, *under]
    return lines


def _blocks(table: Table, style: Style) -> list[Lines]:
    """Each record by itself: a line for each field, or several on a line of a wider screen."""
    columns = [column for _, column in shown(table)]
    pack = _one_by_one if style.width < FEWEST else _side_by_side
    return [
        pack([(c, cell) for c, cell in zip(columns, row, strict=True) if cell], style)
        for row in _cells(table)
    ]


def _one_by_one(fields: list[tuple[Column, str]], style: Style) -> Lines:
    return [line for column, cell in fields for line in _pair(column, cell, style)]


def _side_by_side(fields: list[tuple[Column, str]], style: Style) -> Lines:
    lines: Lines = []
    room = 0
    for column, cell in fields:
        size = width(f"{visible(heading(column))}: {cell}")
        if lines and size + 2 <= room:
            lines[-1] += "  " + _pair(column, cell, style._replace(width=0))[0]
            room -= size + 2
            continue
        indent = "  " if lines else ""
        inner = style._replace(width=style.width - len(indent))
        lines += [indent + line for line in _pair(column, cell, inner)]
        room = inner.width - size
    return lines


def _pair(column: Column, value: str, style: Style) -> Lines:
    """`key: value`, folded with an indent; what has to stay whole gets a line of its own."""
    key = f"{visible(heading(column))}:"
    whole = column.type in WHOLE and width(value) + 2 <= style.width < width(f"{key} {value}")
    lines = [key, f"  {value}"] if whole else _hanging(f"{key} {value}", style)
    if lines[0].startswith(key):
        lines[0] = painted(key, "dim", style.colour) + lines[0][len(key) :]
    return lines


def _evidence(table: Table, row: tuple[Any, ...], style: Style) -> Lines:
    items = evidence_lines(evidence_of(table, row))
    kept = items if style.evidence is None else items[: style.evidence]
    said = [visible(item) for item in kept]
    if len(kept) < len(items) and style.evidence:
        said.append(f"+{len(items) - len(kept)} more: --evidence all")
    lines = [line for each in said for line in _hanging(each, style, 2)]
    return [painted(line, "dim", style.colour) for line in lines]


def _card(table: Table, style: Style) -> Lines:
    """The fields of one record, one below the other; lists of maps as tables below them."""
    fields = card_fields(table)
    size = min(WIDEST_KEY, max((width(heading(column)) for column, _ in fields), default=0))
    lines = [line for column, cell in fields for line in _field(column, cell, size, style)]
    lines += _evidence(table, table.rows[0], style)
    if card_blanks(table):
        words = visible(f"not known: {card_blanks(table)}")
        lines += [painted(line, "dim", style.colour) for line in _hanging(words, style)]
    for inner in card_lists(table):
        lines += ["", *_section(inner, style)]
    return lines


def _field(column: Column, cell: Any, size: int, style: Style) -> Lines:
    """A field of a card, its text in a column of its own; a block where that is too narrow."""
    key = visible(heading(column))
    first, *rest = block(screen(cell, column.type)).rstrip("\n").split("\n")
    if 0 < style.width < FEWEST or width(key) > size:
        further = [f"  {line}" for text in rest for line in _folded(text, style, 2)]
        return _pair(column, first, style) + further
    lines = [line for text in (first, *rest) for line in _folded(text, style, size + 2)]
    head = painted(key, "dim", style.colour) + " " * (size + 2 - width(key))
    return [head + lines[0], *(" " * (size + 2) + line for line in lines[1:])]


def _folded(text: str, style: Style, indent: int = 0) -> Lines:
    return fold(text, max(style.width - indent, 2)) if style.width else [text]


def _hanging(text: str, style: Style, indent: int = 0) -> Lines:
    """The text folded to the screen, further lines two columns further in."""
    head, *more = _folded(text, style, indent)
    rest = text[len(head) :].lstrip(" ") if more else ""
    lines = [" " * indent + head]
    return lines + [" " * (indent + 2) + line for line in _folded(rest, style, indent + 2) if rest]
