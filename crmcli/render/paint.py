"""Colour: rich draws what a screen can hold; without colour the same lines are put together here."""

import re
from io import StringIO
from typing import TYPE_CHECKING

from crmcli.render.grid import RIGHT
from crmcli.render.grid import Grid
from crmcli.render.grid import Lines
from crmcli.render.grid import head_lines
from crmcli.render.grid import joined
from crmcli.render.grid import rule
from crmcli.render.width import width

if TYPE_CHECKING:
    from rich.console import Console

SCREENFUL = 200  # a rich table takes 0.8 ms a row

# Words that a reader looks for; each stands there in letters too.
WORD_COLOURS = {
    "late": "red",
    "broken": "red",
    "offended": "red",
    "lost": "red",
    "act": "red",
    "below": "red",
    "watch": "yellow",
    "at-risk": "yellow",
    "unhappy": "yellow",
    "stale": "yellow",
    "good": "green",
    "meets": "green",
    "kept": "green",
    "won": "green",
    "pleased": "green",
    "delighted": "green",
}

_TRAILING = re.compile(r" +(\x1b\[0m)?$")


def trimmed(line: str) -> str:
    """The line without spaces at its end."""
    return _TRAILING.sub(r"\1", line)


def painted(text: str, look: str, colour: bool) -> str:
    """One line in bold or dim."""
    if not colour or not text:
        return text
    from rich.text import Text  # noqa: PLC0415

    console = _console(width(text) + 1)
    with console.capture() as captured:
        console.print(Text(text, style=look), end="", soft_wrap=True)
    return captured.get()


def drawn(grid: Grid, colour: bool) -> tuple[Lines, list[Lines]]:
    """The lines above the rows, and the lines of each row."""
    if colour:
        lines = _by_rich(grid)
        if lines is not None:
            return lines
    head = [*head_lines(grid), rule(grid)]
    return head, [joined(grid, row) for row in grid.rows]


def _by_rich(grid: Grid) -> tuple[Lines, list[Lines]] | None:
    """The same in colour; None where rich measures a character otherwise than we do."""
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    texts = [line for row in grid.rows for cell in row for line in cell]
    if any(cell_len(line) != width(line) for line in texts if not line.isascii()):
        return None
    table = Table(box=None, pad_edge=False, padding=(0, grid.gap, 0, 0), header_style="")
    height = max(map(len, grid.head))
    for lines, size, type in zip(grid.head, grid.widths, grid.types, strict=True):
        right = type in RIGHT
        table.add_column(
            Text("\n".join([""] * (height - len(lines)) + lines), style="bold"),
            width=size,
            no_wrap=True,
            # The cells fit. "ignore" keeps a colour off the spaces behind the word, but would
            # set nothing against the right edge.
            overflow="crop" if right else "ignore",
            justify="right" if right else "left",
        )
    for row in grid.rows:
        table.add_row(*(Text("\n".join(lines), style=_look(lines)) for lines in row))
    console = _console(grid.width)
    with console.capture() as captured:
        console.print(table)
    return _parted(captured.get().rstrip("\n").split("\n"), grid)


def _parted(lines: Lines, grid: Grid) -> tuple[Lines, list[Lines]]:
    at = max(map(len, grid.head))
    head = [*lines[:at], painted(rule(grid), "dim", True)]
    rows = []
    for row in grid.rows:
        height = max(map(len, row))
        rows.append(lines[at : at + height])
        at += height
    return head, rows


def _look(lines: Lines) -> str:
    return WORD_COLOURS.get(lines[0], "") if len(lines) == 1 else ""


def _console(columns: int) -> "Console":
    from rich.console import Console  # noqa: PLC0415

    return Console(
        file=StringIO(),
        width=columns,
        color_system="standard",
        force_terminal=True,
        legacy_windows=False,
        no_color=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
