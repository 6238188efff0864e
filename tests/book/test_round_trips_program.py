"""The 67 scalars go through the program, by each way in and each way out, and come back."""

import csv
import io
import json
import shlex
from collections.abc import Mapping

import pytest
import yaml

from tests.book.test_yaml_text import TYPED
from tests.book.test_yaml_text import ruamel_load
from tests.transcript_runner import Shell

FIELDS = ("industry", "background", "website", "address")
PATH = "customers/acme-battery.yaml"


def run(shell: Shell, *words: str) -> str:
    code, said = shell.do(shlex.join(("crm", *words)))
    assert code == 0, said
    return said


def read_by_all(text: str) -> list[Mapping[str, object]]:
    """What two readers that others use make of a file."""
    return [yaml.safe_load(text), ruamel_load(text)]


def test_typed_as_arguments_they_come_back_from_the_file_and_every_output(shell: Shell) -> None:
    """Y1, Y2: spaces around a value are the shell's affair."""
    texts = [typed.strip() for typed in TYPED if typed.strip()]
    assert len(texts) == 66
    for at in range(0, len(texts), len(FIELDS)):
        wanted = dict(zip(FIELDS, texts[at : at + len(FIELDS)], strict=False))
        run(shell, "customer", "set", "acme", *(f"{key}={text}" for key, text in wanted.items()))
        for tree in read_by_all((shell.folder / PATH).read_text("utf-8")):
            assert {key: tree[key] for key in wanted} == wanted
        chosen = ("customer", "list", "--all", "-q", "--fields", ",".join(("id", *wanted)))
        shown = run(shell, *chosen, "--json")
        (found,) = (row for row in json.loads(shown) if row["id"] == "acme-battery")
        assert {key: found[key] for key in wanted} == wanted
        rows = csv.DictReader(io.StringIO(run(shell, *chosen, "-f", "csv", "--raw"), newline=""))
        (cells,) = (row for row in rows if row["id"] == "acme-battery")
        assert {key: cells[key] for key in wanted} == wanted


@pytest.mark.parametrize("form", ["json", "csv"])
def test_imported_and_exported_they_come_back(shell: Shell, form: str) -> None:
    """Y1: in by a file, out by an export, in again."""
    texts = {f"Scalar {at:02}": typed for at, typed in enumerate(TYPED) if typed.strip()}
    assert len(texts) == 66
    names = ("name", "background")
    rows = [dict(zip(names, pair, strict=True)) for pair in texts.items()]
    (shell.home / f"in.{form}").write_text(written(rows, form), "utf-8", newline="")
    first, second = shell.home / "first", shell.home / "second"
    for book, source in ((first, f"in.{form}"), (second, f"out.{form}")):
        shell.folder = shell.home
        run(shell, "init", book.name, "--no-git", "--currency", "TWD", "-q")
        shell.folder = book
        run(shell, "import", f"../{source}", "--as", "customer", "-q")
        run(shell, "export", "customer", "--to", form, "-o", f"../out.{form}", "-q")
        found = {}
        for file in (book / "customers").iterdir():
            for tree in read_by_all(file.read_text("utf-8")):
                found[tree["name"]] = tree.get("background")
        assert found == {name: text.strip() for name, text in texts.items()}


def written(rows: list[dict[str, str]], form: str) -> str:
    if form == "json":
        return json.dumps(rows)
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()
