"""The house keeps its shape, where the linters cannot see it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.reports.registry import REPORTS
from crmcli.reports.registry import Report

PACKAGE = Path(__file__).parents[1] / "crmcli"
MODULES = sorted(PACKAGE.rglob("*.py"))
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "handler",
    "tools",
}
COMMANDS = {"today", "conflicts"}  # questions that are commands of their own
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def label(path: Path) -> str:
    """The first line of a file, if it is the first of its docstring; else nothing."""
    text = ast.get_docstring(tree_of(path)) or ""
    first = text.partition("\n")[0]
    return first if path.read_text(encoding="utf-8").startswith(f'"""{first}') else ""


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each call of the form `a.b()` or `x.a.b()`, as (a, b)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            before = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            yield before, node.func.attr


def test_a_file_begins_with_its_label() -> None:
    assert not [name_of(path) for path in MODULES if label(path)[-1:] not in (".", "?")]


def test_a_file_is_named_after_its_job() -> None:
    assert not [name_of(path) for path in MODULES if path.stem in EMPTY_NAMES]


def test_a_room_opens_with_one_docstring_and_nothing_else() -> None:
    for path in MODULES:
        if path.name == "__init__.py":
            assert [type(node) for node in tree_of(path).body] == [ast.Expr], name_of(path)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_the_first_line_of_a_report_is_its_question(report: Report) -> None:
    assert label(PACKAGE / "reports" / f"{report.module}.py") == report.question
    assert report.question.endswith("?")
    assert report.load().__name__ == report.name


def test_every_file_that_asks_a_question_is_in_the_registry() -> None:
    asking = {p.stem for p in (PACKAGE / "reports").glob("*.py") if label(p).endswith("?")}
    assert asking - COMMANDS == {report.module for report in REPORTS}


def test_only_the_front_door_asks_for_the_day() -> None:
    asking = {name_of(path) for path in MODULES if CLOCKS & set(calls(tree_of(path)))}
    assert asking == {"app.py"}


def test_only_the_front_door_asks_for_chance() -> None:
    asking = {name_of(p) for p in MODULES if {"random", "secrets"} & set(imports(tree_of(p)))}
    waiting = {name for name in asking if name.startswith("sync/")}  # the jitter of a retry
    assert asking - waiting == {"app.py"}


def test_a_clock_would_be_seen() -> None:
    """The control of the test on clocks."""
    seen = set(calls(ast.parse("datetime.date.today(); datetime.now(tz); time.time()")))
    assert seen == {("date", "today"), ("datetime", "now"), ("time", "time")}


@pytest.mark.parametrize("room", ["model", "reports", "actions"])
def test_a_pure_room_prints_nothing_and_opens_nothing(room: str) -> None:
    for path in (PACKAGE / room).glob("*.py"):
        named = {
            node.func.id
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not named & {"print", "open", "input"}, name_of(path)


def test_nothing_is_left_unfinished() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX)\b")
    assert not [name_of(p) for p in MODULES if unfinished.search(p.read_text(encoding="utf-8"))]


def test_the_longest_files_and_functions_are_shown() -> None:
    """Length is a smell, so `pytest -s` prints it; it fails nobody."""
    files = sorted((len(p.read_text(encoding="utf-8").splitlines()), name_of(p)) for p in MODULES)
    functions = sorted(
        ((node.end_lineno or 0) - node.lineno + 1, f"{name_of(path)}:{node.name}")
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
    )
    for lines, name in [*files[:-11:-1], *functions[:-11:-1]]:
        print(f"{lines:5}  {name}")  # noqa: T201  # for the reader of the tests
    assert files
    assert functions
