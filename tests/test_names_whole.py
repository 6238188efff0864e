"""Names in Chinese, and one that a spreadsheet would run, come through every format whole. Trap 32."""

import csv
import json

import pytest

from crmcli.render.answer import FORMATS
from crmcli.reports import registry
from tests.transcript_runner import Shell

NAMES = ("永豐電池行", "=2+5")
IDS = ("永豐電池行", "2-5")
SET_UP = (
    "crm init --currency TWD --no-git",
    "crm customer add 永豐電池行 --status active --tier A --contact 陳美玲 --role decision-maker",
    'crm customer add "=2+5" --status active --id 2-5',
    'crm log visit 永豐 "看庫存" --mood pleased --promise "報價 by tomorrow"',
    'crm log visit 2-5 "=1+1" --mood unhappy --failure neglect',
    "crm feedback add 永豐 5 --kind csat --rep mei",
    'crm case add 2-5 "=3+3" --type complaint',
    "crm sale add 永豐 charger --quantity 3 --price 100",
    "crm sale add 2-5 charger --quantity 1 --price 90 --list-price 100",
    'crm deal add 永豐 "=4+4" --amount 1000',
)


@pytest.fixture
def book(shell: Shell) -> Shell:
    shell.folder = shell.home / "names"
    shell.folder.mkdir()
    for line in SET_UP:
        code, text = shell.do(line)
        assert code == 0, (line, text)
    return shell


@pytest.mark.parametrize("form", FORMATS)
def test_a_list_gives_both_names_whole(book: Shell, form: str) -> None:
    code, text = book.do(f"crm customer list --fields name --format {form}")
    assert code == 0
    for name in NAMES:
        assert name in text.replace("&#x3D;", "=")
    if form == "csv":
        assert "'=2+5" in text  # a spreadsheet takes it for text


def test_csv_and_json_read_back_to_the_same_names(book: Shell) -> None:
    book.do("crm customer list --fields name --format csv --raw -o names.csv")
    with (book.folder / "names.csv").open(encoding="utf-8", newline="") as file:
        assert sorted(row["name"] for row in csv.DictReader(file)) == sorted(NAMES)
    _, text = book.do("crm customer list --json")
    assert sorted(row["name"] for row in json.loads(text)) == sorted(NAMES)


@pytest.mark.parametrize("name", registry.names())
def test_every_report_takes_them_in_every_format(book: Shell, name: str) -> None:
    for form in FORMATS:
        code, text = book.do(f"crm report {name} --format {form}")
        assert code == 0, text
        assert "Traceback" not in text


@pytest.mark.parametrize(
    "name", ["relationships", "value", "allocation", "continuity", "knowledge"]
)
def test_reports_on_customers_name_both(book: Shell, name: str) -> None:
    book.do("crm customer set 永豐 potential=100000")
    book.do("crm customer set 2-5 potential=5000")
    for form in FORMATS:
        _, text = book.do(f"crm report {name} --format {form}")
        assert all(id in text for id in IDS), form
