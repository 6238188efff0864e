"""The commands of docs/import.md on a public set of 8,800 deals give the figures that are known."""

import json
import re
from pathlib import Path

import pytest

from tests.transcript_runner import Shell

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data" / "maven_crm"
FIRST_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no folder {DATA}")


def documented() -> list[str]:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    block = FIRST_BLOCK.search(page)
    assert block
    return block[1].splitlines()


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, dict[str, str]]:
    """A prompt in the book that the page makes, and what each of its commands printed."""
    home = tmp_path_factory.mktemp("maven").resolve()
    (home / "maven_crm").symlink_to(DATA)
    shell = Shell(home, home)
    shell.environ["CRM_REP"] = "trial"
    said = {}
    for line in documented():
        code, said[line] = shell.do(line)
        assert code == 0, said[line]
    return shell, said


def answer(trial: tuple[Shell, dict[str, str]], line: str) -> object:
    code, text = trial[0].do(f"{line} --json -q")
    assert code == 0, text
    return json.loads(text)


def saying(trial: tuple[Shell, dict[str, str]], word: str) -> tuple[str, str]:
    return next((line, text) for line, text in trial[1].items() if word in line)


def test_every_row_comes_in(trial: tuple[Shell, dict[str, str]]) -> None:
    assert "35 reps added" in saying(trial, "sales_teams")[1]
    assert "85 customers added" in saying(trial, "accounts")[1]
    assert "8,800 deals added" in saying(trial, "sales_pipeline")[1]


def test_rows_by_stage_are_those_of_the_file(trial: tuple[Shell, dict[str, str]]) -> None:
    rows = answer(trial, 'crm sql "SELECT stage, count(*) AS n FROM deals GROUP BY stage"')
    assert {row["stage"]: row["n"] for row in rows} == {
        "won": 4238,
        "lost": 2473,
        "qualified": 1589,
        "lead": 500,
    }


def test_the_report_gives_the_known_figures(trial: tuple[Shell, dict[str, str]]) -> None:
    report = answer(trial, "crm report pipeline --as-of 2017-12-31 --since 2017-01-01")
    summary = report["summary"]
    assert summary["deals"] == 2089
    assert summary["won"] == 4238
    assert summary["win_rate"] == pytest.approx(4238 / 6711)
    assert summary["won_amount"] == {"amount": "10005534.00", "currency": "USD"}
    assert any("mean 52 days, median 57 days (n 4238)" in note for note in report["notes"])
    stages = {row["stage"]: row for row in report["rows"]}
    assert stages["qualified"]["deals"] == 1589
    assert stages["lead"]["deals"] == 500
    assert stages["all"]["no_amount"] == 2089


def test_the_won_cycle_is_exact(trial: tuple[Shell, dict[str, str]]) -> None:
    rows = answer(
        trial,
        'crm sql "SELECT round(avg(julianday(w.date) - julianday(q.date)), 2) AS days'
        " FROM history q JOIN history w ON w.id = q.id AND w.value = 'won'"
        " WHERE q.value = 'qualified'\"",
    )
    assert rows == [{"days": 51.78}]


def test_one_rep_has_the_known_record(trial: tuple[Shell, dict[str, str]]) -> None:
    rows = answer(
        trial,
        "crm sql \"SELECT sum(stage = 'won') AS won, count(*) AS closed FROM deals"
        " WHERE owner = 'darcel-schlecht' AND stage IN ('won', 'lost')\"",
    )
    assert rows == [{"won": 349, "closed": 553}]


def test_won_and_lost_give_the_known_figures(trial: tuple[Shell, dict[str, str]]) -> None:
    report = answer(trial, "crm report winloss --as-of 2017-12-31 --since 2017-01-01")
    rows = {row["group"]: row for row in report["rows"]}
    everyone, best = rows["all"], rows["darcel-schlecht"]
    assert (everyone["won"], everyone["n"]) == (4238, 6711)
    assert round(everyone["rate"], 4) == 0.6315
    assert everyone["won_amount"] == {"amount": "10005534.00", "currency": "USD"}
    assert round(everyone["cycle_mean"], 2) == 51.78
    assert everyone["cycle_median"] == 57
    assert (best["won"], best["n"], best["rate"]) == (349, 553, 349 / 553)
    assert "no evidence that reps differ in deals won" in report["notes"][0]
    assert not set(rows) & {"carl-lin", "carol-thompson", "mei-mei-johns"}
    reasons = report["parts"]["reasons"]
    assert [(row["deals"], row["amount"]) for row in reasons] == [(2473, None)]
    cohorts = report["parts"]["cohorts"]
    assert sum(row["entered"] for row in cohorts) == 8300
    assert sum(row["open"] for row in cohorts) == 1589


def test_products_and_customers_are_told_apart(trial: tuple[Shell, dict[str, str]]) -> None:
    asked = "crm report winloss --as-of 2017-12-31 --since 2017-01-01 --by"
    products = {row["group"]: row for row in answer(trial, f"{asked} product")["rows"]}
    assert len(products) == 8
    assert products["GTXPro"]["n"] == 1147
    customers = answer(trial, f"{asked} customer")["rows"]
    assert len(customers) == 86
    assert "no customer" not in {row["group"] for row in customers}
    pipeline = answer(trial, "crm report pipeline --as-of 2017-12-31 --by customer")["rows"]
    assert {row["customer"]: row["deals"] for row in pipeline}["no customer"] == 1425


def test_open_deals_without_date_or_amount_are_forecast_as_such(
    trial: tuple[Shell, dict[str, str]],
) -> None:
    report = answer(trial, "crm report forecast --as-of 2017-12-31")
    rows = {row["month"]: row for row in report["rows"]}
    assert (rows["no date"]["deals"], rows["no date"]["amount"]) == (2089, None)
    assert rows["2017-12"]["won"] == {"amount": "1131573.00", "currency": "USD"}
    assert {row["due"] for row in report["parts"]["slippage"]} == {None}
    bands = {row["band"]: row for row in report["parts"]["calibration"]}
    assert (bands["20-40 %"]["deals"], bands["20-40 %"]["won"]) == (6711, 4238)


def test_the_funnel_counts_what_has_a_beginning(trial: tuple[Shell, dict[str, str]]) -> None:
    report = answer(trial, "crm report conversion --as-of 2017-12-31 --since 2016-01-01")
    stages = {row["stage"]: row for row in report["rows"]}
    found = [stages["qualified"][key] for key in ("reached", "next", "undecided", "lost_here")]
    assert found == [8300, 4238, 1589, 2473]
    assert "500 deals of unknown beginning: in no row" in report["notes"]


def test_reps_without_a_deal_are_in_the_book(trial: tuple[Shell, dict[str, str]]) -> None:
    rows = answer(
        trial,
        'crm sql "SELECT name FROM reps WHERE manager IS NOT NULL'
        ' AND id NOT IN (SELECT owner FROM deals) ORDER BY name"',
    )
    assert [row["name"] for row in rows] == [
        "Carl Lin",
        "Carol Thompson",
        "Elizabeth Anderson",
        "Mei-Mei Johns",
        "Natalya Ivanova",
    ]


def test_deals_without_an_account_are_counted(trial: tuple[Shell, dict[str, str]]) -> None:
    assert "1,425 deals without a customer" in saying(trial, "sales_pipeline")[1]
    rows = answer(
        trial,
        'crm sql "SELECT stage, count(*) AS n FROM deals WHERE customer IS NULL GROUP BY stage"',
    )
    assert {row["stage"]: row["n"] for row in rows} == {"lead": 337, "qualified": 1088}


def test_nothing_is_put_right_in_silence(trial: tuple[Shell, dict[str, str]]) -> None:
    rows = answer(
        trial, "crm sql \"SELECT DISTINCT industry FROM customers WHERE industry LIKE 'tech%'\""
    )
    assert rows == [{"industry": "technolgy"}]
    rows = answer(
        trial, "crm sql \"SELECT count(*) AS n FROM customers WHERE region = 'Philipines'\""
    )
    assert rows == [{"n": 1}]


def test_a_lost_deal_keeps_its_0_and_an_open_one_its_blank(
    trial: tuple[Shell, dict[str, str]],
) -> None:
    rows = answer(
        trial,
        "crm sql \"SELECT DISTINCT stage, amount FROM deals WHERE stage <> 'won' ORDER BY stage\"",
    )
    assert rows == [
        {"stage": "lead", "amount": None},
        {"stage": "lost", "amount": "0"},
        {"stage": "qualified", "amount": None},
    ]


def test_what_fits_no_field_is_named(trial: tuple[Shell, dict[str, str]]) -> None:
    assert "revenue (85 values)" in saying(trial, "accounts")[1]
    assert "subsidiary_of (15 values)" in saying(trial, "accounts")[1]


def test_the_second_run_changes_nothing(trial: tuple[Shell, dict[str, str]]) -> None:
    shell, _ = trial
    before = {path: path.stat().st_mtime_ns for path in sorted(shell.folder.glob("*/**/*.yaml"))}
    for name in ("sales_teams", "accounts", "sales_pipeline"):
        line, _ = saying(trial, f"{name}.csv")
        code, text = shell.do(line)
        assert code == 0, text
        assert "Nothing changed" in text
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_product_that_is_nearly_a_known_one_is_named_and_stays(
    trial: tuple[Shell, dict[str, str]],
) -> None:
    shell, _ = trial
    page = shell.folder / "crm.yaml"
    page.write_text(f"{page.read_text()}\nproducts:\n- {{id: gtx-pro, name: GTX Pro}}\n")
    code, text = shell.do(saying(trial, "sales_pipeline")[0])
    assert code == 0
    assert "product 'GTXPro' is nearly 'GTX Pro'" in text


def test_products_are_no_records(trial: tuple[Shell, dict[str, str]]) -> None:
    code, text = trial[0].do("crm import ../maven_crm/products.csv")
    assert code == 2
    assert "crm.yaml" in text
