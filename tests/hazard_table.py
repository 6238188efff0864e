"""Which tests hold which hazard of docs/hazards.md."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
NUMBERS = re.compile(r"[A-Z]\d+(?:(?:, | and )[A-Z]\d+)*(?=[:., ]|$)")
ROW = re.compile(r"^\| (?P<number>[A-Z]\d+) \| (?P<what>.*) \| (?P<held>.*) \|$", re.MULTILINE)
LATER = "later"


def held_by_number() -> dict[str, set[str]]:
    """The test files in which a docstring begins with a number, by number."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for text in _docstrings(path):
            match = NUMBERS.match(text)
            for number in re.findall(r"[A-Z]\d+", match[0]) if match else ():
                found[number].add(path.relative_to(ROOT).as_posix())
    return found


def written(page: str) -> str:
    """The page with its last column made anew; what it names beside docstrings stays."""
    known = held_by_number()

    def row(match: re.Match[str]) -> str:
        others = [name for name in named(match["held"]) if "::" in name or name.endswith(".md")]
        files = [f for f in sorted(known[match["number"]]) if not any(f in o for o in others)]
        held = ", ".join(f"`{name}`" for name in [*files, *others]) or LATER
        return f"| {match['number']} | {match['what']} | {held} |"

    return ROW.sub(row, page)


def named(cell: str) -> list[str]:
    """What a cell of the last column names: test files, `file::test`, transcripts."""
    return re.findall(r"`([^`]+)`", cell)


def exists(name: str) -> bool:
    """Whether such a file, and such a test in it, is there."""
    path, _, test = name.partition("::")
    file = ROOT / path
    return file.is_file() and (not test or f"def {test}(" in file.read_text(encoding="utf-8"))


def _docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)):
            yield ast.get_docstring(node) or ""
