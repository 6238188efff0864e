"""How many columns a text takes on a terminal, and how it is cut to fit."""

import re
from collections.abc import Iterator

# Text made of these alone is measured without wcwidth, which takes 20 ms to import. The tests
# hold the classes against wcwidth, character by character.
_WIDE = (
    "\u3001-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60"
)
_NARROW = " -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u203b\u20ac"
_WIDE_ONES = re.compile(f"[{_WIDE}]")
_BETWEEN = re.compile(f"[ {_WIDE}]+")
_SIMPLE = re.compile(f"[{_WIDE}{_NARROW}]*")

# A line does not begin with what closes the one before, nor end with what opens the next.
_OPENING = frozenset("（「『《〈【〔([{")
_CLOSING = frozenset("，。、；：！？）」』》〉】〕…％,.;:!?)]}%")


def width(text: str) -> int:
    """Columns that the text takes; it holds no control characters (see `visible`)."""
    if text.isascii():
        return len(text)
    if _SIMPLE.fullmatch(text):
        return len(text) + len(_WIDE_ONES.findall(text))
    from wcwidth import wcswidth  # noqa: PLC0415

    return max(wcswidth(text), 0)


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """What is never parted, each with its columns: a character with the marks that it carries."""
    if text.isascii():
        yield from ((character, 1) for character in text)
        return
    if _SIMPLE.fullmatch(text):
        yield from ((c, 2 if _WIDE_ONES.match(c) else 1) for c in text)
        return
    held, columns = "", 0
    for character in text:
        joined = width(held + character)
        if held and (joined <= columns or width(character) == 0):
            held, columns = held + character, joined
            continue
        if held:
            yield held, columns
        held, columns = character, width(character)
    if held:
        yield held, columns


def cut(text: str, columns: int) -> tuple[str, str]:
    """The longest beginning that fits into `columns`, and the rest; no character is halved.

    At least one character is taken, so that cutting again and again comes to an end.
    """
    taken = used = 0
    for cluster, size in clusters(text):
        if used + size > columns and taken:
            break
        taken += len(cluster)
        used += size
    return text[:taken], text[taken:]


def fold(text: str, columns: int) -> list[str]:
    """The text in lines of at most `columns`.

    Broken at a space, after a hyphen or between wide characters, else within the word. Nothing is lost but the
    space at a break.
    """
    lines = []
    while width(text) > columns:
        head, rest = cut(text, columns)
        if not rest:
            break
        head = head[: _break_at(head, rest)]
        lines.append(head.rstrip(" "))
        text = text[len(head) :].lstrip(" ")
    return [*lines, text]


def _break_at(head: str, rest: str) -> int:
    """Where a line ends that could hold `head`, when `rest` follows."""
    if rest[0] == " ":
        return len(head)
    whole = len(head)
    for at in range(whole, 0, -1):
        before, after = head[at - 1], (head[at] if at < whole else rest[0])
        if after in _CLOSING or before in _OPENING:
            continue
        # After a hyphen inside a word, as in the slug of a long name.
        if before == "-" and at > 1 and head[at - 2] not in " -":
            return at
        if before == " " or _WIDE_ONES.match(before) or _WIDE_ONES.match(after):
            return at if head[:at].strip(" ") else whole
    return whole


def words_of(text: str) -> list[str]:
    """The pieces that `fold` does not break unless it has to."""
    return _BETWEEN.split(text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with spaces to `columns`; `right` sets it against the right edge."""
    spaces = " " * (columns - width(text))
    return spaces + text if right else text + spaces
