"""A table laid out for a width: which column is how wide, and every cell in its lines."""

from collections.abc import Sequence
from typing import NamedTuple

from crmcli.render.width import fold
from crmcli.render.width import pad
from crmcli.render.width import width

GAP = 2
# What is tried in turn: columns between two cells, columns that a text keeps if it has so many,
# lines that a cell may take. A row that is taller in the last one reads better as a block.
TRIES = ((GAP, 10, 1000), (1, 8, 6))
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
    the widest ones first. Cells are visible text.
    """
    bodies = [max((width(row[at]) for row in rows), default=0) for at in range(len(types))]
    widths = [max(body, width(head)) for body, head in zip(bodies, headings, strict=True)]
    if not columns or sum(widths) + GAP * (len(types) - 1) <= columns:
        return _filled(headings, types, rows, widths, GAP)
    for gap, keep, tallest in TRIES:
        room = columns - gap * (len(types) - 1)
        found = _narrowed(headings, types, bodies, room, keep)
        if found is not None:
            grid = _filled(headings, types, rows, found, gap)
            fits = all(len(lines) <= tallest for row in grid.rows for lines in row)
            return grid if fits else None
    return None


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


def _narrowed(
    headings: Sequence[str], types: Sequence[str], bodies: list[int], room: int, keep: int
) -> list[int] | None:
    words = [max(map(width, head.split(" "))) for head in headings]
    most = [max(pair) for pair in zip(bodies, words, strict=True)]
    least = [
        size if type in WHOLE else max(word, min(size, keep))
        for size, word, type in zip(most, words, types, strict=True)
    ]
    if sum(least) > room:
        return None
    level = min(max(most), room)
    while sum(sizes := _at_level(least, most, level)) > room:
        level -= 1
    return _spread(sizes, [max(b, width(h)) for b, h in zip(bodies, headings, strict=True)], room)


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
