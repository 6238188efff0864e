"""Pictures made of letters: bars, sparklines, a curve, a grid of two by two."""

from collections.abc import Callable
from collections.abc import Mapping
from itertools import zip_longest

from crmcli.render.grid import Lines
from crmcli.render.visible import visible
from crmcli.render.width import cut
from crmcli.render.width import fold
from crmcli.render.width import pad
from crmcli.render.width import width
from crmcli.reports.table import Item
from crmcli.reports.table import Picture

EIGHTHS = " ▏▎▍▌▋▊▉█"  # a bar that ends within a column
HEIGHTS = "▁▂▃▄▅▆▇█"
LIGHT = "░"
NOTHING = "·"  # on that day there was none; a blank: nobody knows
WIDEST_LABEL = 24
WIDEST_BAR = 40
CURVE_HEIGHT = 8  # lines
WIDEST_CURVE = 60
NARROW = 60  # columns, below which the cells of a grid stand one below the other


def picture_lines(picture: Picture, columns: int) -> Lines:
    """The lines of a picture, none wider than the screen; none at all if there is nothing in it."""
    return _DRAWN[picture.kind](picture.items, columns) if picture.items else []


def _bars(items: tuple[Item, ...], columns: int) -> Lines:
    labels = _labels(items, columns)
    words = max(width(visible(item.text)) for item in items)
    room = min(WIDEST_BAR, columns - width(labels[0]) - words - 4)
    longest = max((value for item in items for value in item.values if value), default=0)
    if room < 1 or not longest:
        return [f"{label}  {visible(item.text)}" for label, item in zip(labels, items, strict=True)]
    lines = []
    for label, item in zip(labels, items, strict=True):
        first, second = (*item.values, None, None)[:2]
        bar = _bar((first or 0) / longest, room)
        light = round((second or 0) / longest * room) - len(bar)
        lines.append(f"{label}  {pad(bar + LIGHT * light, room)}  {visible(item.text)}")
    return lines


def _bar(share: float, room: int) -> str:
    eighths = round(max(share, 0) * room * 8)
    if share > 0 and not eighths:
        eighths = 1
    return (EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8]).rstrip(" ")


def _sparks(items: tuple[Item, ...], columns: int) -> Lines:
    labels = _labels(items, columns)
    highest = max((value for item in items for value in item.values if value), default=0)
    return [
        f"{label}  {''.join(_spark(value, highest) for value in item.values)}  {visible(item.text)}"
        for label, item in zip(labels, items, strict=True)
    ]


def _spark(value: float | None, highest: float) -> str:
    if value is None:
        return " "
    if value <= 0:
        return NOTHING
    return HEIGHTS[min(7, int(value / highest * 8 - 1e-9))]


def _curve(items: tuple[Item, ...], columns: int) -> Lines:
    """Columns as high as the shares; a line of dots where they reach 100 %."""
    item = items[0]
    shares = [max(value or 0.0, 0.0) for value in item.values]
    top = max(1.0, *shares)
    room = max(1, min(WIDEST_CURVE, columns - 7))
    points = [shares[min(len(shares) - 1, at * len(shares) // room)] for at in range(room)]
    whole = round(CURVE_HEIGHT / top)  # the line at which all has been brought
    lines = []
    for line in range(CURVE_HEIGHT, 0, -1):
        mark = {whole: "100 %", CURVE_HEIGHT: f"{top * 100:.0f} %"}.get(line, "")
        blank = "┄" if line == whole and top > 1 else " "
        cells = [_filled(point / top * CURVE_HEIGHT - line + 1, blank) for point in points]
        lines.append(f"{mark:>5} {''.join(cells)}".rstrip())
    lines.append(f"{'0 %':>5} {'─' * room}")
    return [*lines, *(" " * 6 + line for line in fold(visible(item.text), room) if line)]


def _filled(share: float, blank: str) -> str:
    """One letter of a column that fills this share of it."""
    eighths = round(min(max(share, 0), 1) * 8)
    return HEIGHTS[eighths - 1] if eighths else blank


def _grid(items: tuple[Item, ...], columns: int) -> Lines:
    if columns < NARROW:
        return [line for item in items for line in _cell(item, columns)]
    inner = (min(columns, 100) - 7) // 2
    lines = []
    for at in range(0, len(items), 2):
        lines.append(_rule("┌┬┐" if not at else "├┼┤", inner))
        pair = [_cell(item, inner) for item in items[at : at + 2]]
        for left, right in zip_longest(*pair, fillvalue=""):
            lines.append(f"│ {pad(left, inner)} │ {pad(right, inner)} │")
    return [*lines, _rule("└┴┘", inner)]


def _cell(item: Item, columns: int) -> Lines:
    said = [visible(line) for line in item.text.split("\n") if line]
    return [
        visible(item.label),
        *(f"  {part}" for line in said for part in fold(line, columns - 2)),
    ]


def _rule(corners: str, inner: int) -> str:
    return f"{corners[0]}{'─' * (inner + 2)}{corners[1]}{'─' * (inner + 2)}{corners[2]}"


def _labels(items: tuple[Item, ...], columns: int) -> Lines:
    """The labels, all as wide as the widest; one that is too wide is cut, with a sign of it."""
    room = min(WIDEST_LABEL, columns // 3)
    labels = []
    for item in items:
        label = visible(item.label)
        labels.append(f"{cut(label, room - 1)[0]}…" if width(label) > room else label)
    widest = max(map(width, labels))
    return [pad(label, widest) for label in labels]


_DRAWN: Mapping[str, Callable[[tuple[Item, ...], int], Lines]] = {
    "bars": _bars,
    "spark": _sparks,
    "curve": _curve,
    "grid": _grid,
}
