"""A table laid out for a width: which column is how wide, and every cell in its lines."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.render.width import fold
from crmcli.render.width import pad
from crmcli.render.width import width
from crmcli.render.width import words_of

GAP = 2
# What is tried in turn: columns between two cells, columns that a text keeps if it has so many,
# lines that a cell may take, whether words stay whole. What is taller reads better as blocks.
TRIES = ((GAP, 10, 1000, True), (1, 8, 6, True), (1, 8, 6, False))
ADDRESS = re.compile(r"[@/]|[0-9]{4}")
LONG = 30  # columns of a word that may be broken, as an address of the web
WHOLE = frozenset({"id", "money", "date", "time", "number", "rate", "yes"})
RIGHT = frozenset({"number", "money", "rate"})

Lines = list[str]


class Grid(NamedTuple):
    """Columns with their widths, and the lines of each heading and each cell."""

    widths: tuple[int, ...]
    types: tuple[str, ...]
    head: tuple[Lines, ...]
    rows: list[tuple[Lines, ...]]
    gap: int

    @property
    def width(self) -> int:
        """Columns of the whole table."""
        return sum(self.widths) + self.gap * (len(self.widths) - 1)


def fit(
    headings: Sequence[str], types: Sequence[str], rows: list[list[str]], columns: int
) -> Grid | None:
    """Lay a table out in so many columns (0: no limit); None if it cannot be done.

    Ids, amounts, numbers and dates stay whole; headings break between words; texts are folded,
    the widest ones first, within a word only as the last resort, and an address never unless it
    is very long. A column without any value makes room for the others. Cells are visible text.
    """
    needs = [
        _need(head, type, [row[at] for row in rows])
        for at, (head, type) in enumerate(zip(headings, types, strict=True))
    ]
    widths = [max(need.cells, need.head) for need in needs]
    if not columns or sum(widths) + GAP * (len(types) - 1) <= columns:
        return _filled(headings, types, rows, widths, GAP)
    kept = [at for at, need in enumerate(needs) if need.cells]
    if 0 < len(kept) < len(needs):
        some = [[row[at] for at in kept] for row in rows]
        return fit([headings[at] for at in kept], [types[at] for at in kept], some, columns)
    for gap, keep, tallest, words in TRIES:
        found = _narrowed(needs, columns - gap * (len(types) - 1), keep, words)
        if found is not None:
            grid = _filled(headings, types, rows, found, gap)
            if all(len(lines) <= tallest for row in grid.rows for lines in row):
                return grid
    return None


class Need(NamedTuple):
    """The columns that one column of a table asks for."""

    cells: int
    head: int
    most: int  # cells and heading, the heading broken between its words
    least: int  # the same, with the texts broken between their words
    address: int  # the same, with words broken too, but for addresses and phone numbers
    whole: bool


def _need(heading: str, type: str, cells: list[str]) -> Need:
    size = max(map(width, cells), default=0)
    word = max(map(width, heading.split(" ")))
    pieces = {piece for cell in cells for piece in words_of(cell)} if type not in WHOLE else set()
    longest = max(map(width, pieces), default=0)
    address = max(map(width, filter(ADDRESS.search, pieces)), default=0)
    return Need(
        size,
        width(heading),
        max(size, word),
        max(word, min(longest, LONG)),
        max(word, min(address, LONG)),
        type in WHOLE,
    )


def _filled(
    headings: Sequence[str],
    types: Sequence[str],
    rows: list[list[str]],
    widths: list[int],
    gap: int,
) -> Grid:
    return Grid(
        tuple(widths),
        tuple(types),
        tuple(fold(head, size) for head, size in zip(headings, widths, strict=True)),
        [tuple(_lines(c, size) for c, size in zip(row, widths, strict=True)) for row in rows],
        gap,
    )


def _lines(cell: str, columns: int) -> Lines:
    return [cell] if width(cell) <= columns else fold(cell, columns)


def _narrowed(needs: list[Need], room: int, keep: int, words: bool) -> list[int] | None:
    """The widths at which the widest texts are cut to one level, so that all fit; None: too many."""
    most = [need.most for need in needs]
    least = [
        need.most
        if need.whole
        else max(need.least if words else need.address, min(need.most, keep))
        for need in needs
    ]
    if sum(least) > room:
        return None
    level = min(max(most), room)
    while sum(sizes := _at_level(least, most, level)) > room:
        level -= 1
    return _spread(sizes, [max(need.cells, need.head) for need in needs], room)


def _at_level(least: list[int], most: list[int], level: int) -> list[int]:
    return [max(low, min(high, level)) for low, high in zip(least, most, strict=True)]


def _spread(sizes: list[int], wanted: list[int], room: int) -> list[int]:
    """Give what is left over to the columns that were cut, from the left, then to headings."""
    left = room - sum(sizes)
    for at, (size, want) in enumerate(zip(sizes, wanted, strict=True)):
        more = min(left, want - size)
        sizes[at] += more
        left -= more
    return sizes


def rule(grid: Grid) -> str:
    """The line under the headings."""
    return "─" * grid.width


def head_lines(grid: Grid) -> Lines:
    """The headings, the last line of each just above the rule."""
    height = max(map(len, grid.head))
    return joined(grid, tuple([""] * (height - len(lines)) + lines for lines in grid.head))


def joined(grid: Grid, cells: tuple[Lines, ...]) -> Lines:
    """The lines of one row, all of the width of the grid."""
    height = max(map(len, cells))
    gap = " " * grid.gap
    return [
        gap.join(
            [
                pad(lines[at] if at < len(lines) else "", size, right=type in RIGHT)
                for lines, size, type in zip(cells, grid.widths, grid.types, strict=True)
            ]
        )
        for at in range(height)
    ]
