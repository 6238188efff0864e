"""What is installed, what it is called, and what it loads."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from crmcli.app import VERSION
from crmcli.app import main

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LIGHT = ("typer", "rich", "yaml", "msgspec", "tabulate", "sqlite3", "jinja2", "filelock")


def constraints() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def loaded_by(*argv: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """A run of `python -m crmcli`, and the names of all modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "crmcli", *argv],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return done, {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize("line", constraints())
def test_a_constraint_is_a_name_and_a_version(line: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!-]*", line)
    assert "://" not in line


def test_each_dependency_is_held_by_a_constraint() -> None:
    held = {re.split("==", line)[0].casefold().replace("_", "-") for line in constraints()}
    extras = PROJECT["optional-dependencies"].values()
    wanted = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    names = {
        re.match(r"[A-Za-z0-9._-]+", line)[0].casefold()  # type: ignore[index]  # each begins with a name
        for line in wanted
        if "sys_platform" not in line
    }
    assert names - {"crmcli"} <= held


def test_both_commands_are_the_same_function() -> None:
    assert PROJECT["scripts"] == {"crm": "crmcli.app:main", "crmcli": "crmcli.app:main"}
    installed = entry_points(group="console_scripts", name="crmcli")
    assert all(point.load() is main for point in installed)


def test_the_version_is_told_without_loading_anything_heavy() -> None:
    """Rule 7: one line, no book read, and little to wait for."""
    done, names = loaded_by("--version")
    assert done.stdout == f"crm {VERSION}\n"
    assert "crmcli.app" in names
    assert not {name for name in names if name.split(".")[0] in LIGHT}


def test_the_version_is_told_where_there_is_no_book(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crmcli", "--version"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (f"crm {VERSION}\n", "")
    assert not list(tmp_path.iterdir())
