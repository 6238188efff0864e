"""Conflict markers: what a merge by hand leaves at the left edge of a file."""

import re

MARKER = re.compile(r"^(?:(?:<{7}|\|{7}|>{7})(?: .*)?|={7})\r?$", re.MULTILINE)
HINT = ("the conflict markers of a merge stand here", "Try: crm check --fix")
_NEXT = {"": "<", "<": "|=", "|": "=", "=": ">"}
LINE_END = re.compile(r"\r\n|\r|\n")


def line_of(text: str, index: int) -> int:
    """The line, from 1, on which the character at `index` stands."""
    return len(LINE_END.findall(text, 0, index)) + 1


def halves(text: str) -> tuple[str | None, str, str] | None:
    """What both sides of a merge said, and what was before: (base, ours, theirs).

    The base is None where the markers do not tell it. None for a text without markers, or with
    markers that are not in order.
    """
    sides: dict[str, list[str]] = {"|": [], "<": [], "=": []}
    has_base = True
    at = ""  # outside of all, or the marker that opened this part
    found = False
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        sign = line[0] if MARKER.fullmatch(line.rstrip("\n")) else ""
        if not sign:
            for side, lines in sides.items():
                if at in ("", side):
                    lines.append(line)
            continue
        if sign not in _NEXT[at]:
            return None
        has_base = has_base and (at, sign) != ("<", "=")
        found = True
        at = "" if sign == ">" else sign
    if at or not found:
        return None
    base, ours, theirs = ("".join(lines) for lines in sides.values())
    return base if has_base else None, ours, theirs


def marker_line(text: str) -> int | None:
    """The line of the first conflict marker; None where there is none."""
    found = MARKER.search(text)
    return None if found is None else line_of(text, found.start())
