"""Conflict markers: what a merge by hand leaves at the left edge of a file."""

import re

MARKER = re.compile(r"^(?:(?:<{7}|\|{7}|>{7})(?: .*)?|={7})\r?$", re.MULTILINE)
HINT = ("the conflict markers of a merge stand here", "Try: crm conflicts")
LINE_END = re.compile(r"\r\n|\r|\n")


def line_of(text: str, index: int) -> int:
    """The line, from 1, on which the character at `index` stands."""
    return len(LINE_END.findall(text, 0, index)) + 1


def marker_line(text: str) -> int | None:
    """The line of the first conflict marker; None where there is none."""
    found = MARKER.search(text)
    return None if found is None else line_of(text, found.start())
