"""Where a key stands in its file."""

from collections.abc import Mapping

KeyPath = tuple[str | int, ...]
Lines = Mapping[KeyPath, int]


def place(path: str, lines: Lines, key: KeyPath) -> str:
    """`path:line` of a key, or of the nearest one around it; the path alone if none has a line."""
    while key:
        line = lines.get(key)
        if line is not None:
            return f"{path}:{line}"
        key = key[:-1]
    return path
