"""Targets, what was reached of them, and whether it is on course."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.reports.table import Money
from crmcli.reports.targets import targets
from tests.builders import book_of
from tests.builders import customer
from tests.builders import deal
from tests.builders import rep
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 15)  # half of November


def usd(amount):
    return Money(Decimal(amount), "USD")


def aim(measure, value, period="2026-11"):
    return {"period": period, "measure": measure, "value": str(value)}


def won(day, amount="100", **fields):
    return deal("won", amount=amount, history=[{"date": day, "stage": "won"}], **fields)


def rows_of(table):
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def of(*aims, day=D, **options):
    records = {
        key: options.pop(key)
        for key in ("deals", "interactions", "sales", "customers")
        if key in options
    }
    reps = options.pop("reps", None) or [rep("mei", targets=aims)]
    return targets(book_of(reps=reps, **records), day, **options)


def first(*aims, **options):
    return rows_of(of(*aims, **options))[0]


def test_pace_is_attainment_by_the_share_of_the_period_that_has_gone():
    row = first(aim("won-amount", 1000), deals=[won("2026-11-01"), won("2026-11-15", "200")])
    assert (row["rep"], row["period"], row["measure"]) == ("mei", "2026-11", "won-amount")
    assert (row["target"], row["actual"], row["currency"]) == (usd(1000), usd(300), "USD")
    assert (row["attainment"], row["elapsed"]) == (0.3, 0.5)
    assert row["pace"] == pytest.approx(0.6)


@pytest.mark.parametrize(("day", "n"), [("2026-10-31", 0), ("2026-11-01", 1), ("2026-11-16", 0)])
def test_a_won_deal_counts_on_its_closing_day(day, n):
    """Trap 9."""
    assert first(aim("won-deals", 4), deals=[won(day)])["actual"] == n


def test_a_won_deal_counts_for_who_had_it_then():
    lines = [
        {"date": "2026-11-01", "stage": "won", "owner": "zoe"},
        {"date": "2026-11-02", "owner": "mei"},
    ]
    handed = deal("won", history=lines, amount="5")
    row = first(aim("won-deals", 4), deals=[handed, won("2026-11-01")])
    assert row["actual"] == 1


def test_a_won_deal_without_amount_is_no_amount():
    """Trap 25."""
    table = of(aim("won-amount", 100), deals=[won("2026-11-01", None)])
    assert rows_of(table)[0]["actual"] is None
    assert rows_of(table)[0]["pace"] is None
    assert "no amount: 1" in table.notes


def test_nothing_won_is_zero():
    row = first(aim("won-amount", 100))
    assert (row["actual"], row["attainment"], row["pace"]) == (usd(0), 0, 0)


def test_revenue_is_that_of_the_lines_rep_else_of_the_customers_owner():
    """Trap 22."""
    sales = [
        sale("2026-11-02", 2, 100, rep="mei"),
        sale("2026-11-03", 1, 50, rep="zoe"),
        sale("2026-11-04", 1, 30, rep=None),
        sale("2026-11-05", -1, 10, rep=None),
    ]
    row = first(aim("revenue", 100), sales=sales, customers=[customer("acme", owner="mei")])
    assert row["actual"] == usd(220)


def test_revenue_without_any_order_line_is_unknown():
    """Trap 2."""
    table = of(aim("revenue", 100), deals=[won("2026-11-01")])
    assert rows_of(table)[0]["actual"] is None
    assert any("no order line yet" in note for note in table.notes)


def test_a_joint_visit_counts_for_each_and_once_in_all():
    """Trap 4."""
    team = [rep("mei", targets=[aim("visits", 4)]), rep("zoe", targets=[aim("visits", 6)])]
    visits = [
        visit("2026-11-02", also=["zoe"]),
        visit("2026-11-03"),
        visit("2026-11-04", outcome="not-held"),
    ]
    mei, zoe, everyone = rows_of(of(reps=team, interactions=visits))
    assert (mei["actual"], zoe["actual"], everyone["actual"]) == (2, 1, 2)
    assert (everyone["rep"], everyone["target"], everyone["currency"]) == ("all", 10, None)


def test_a_customer_is_new_on_the_first_day_he_was_active_for_his_owner_then():
    def story(*lines):
        return [dict(zip(("date", "status", "owner"), line, strict=False)) for line in lines]

    customers = [
        customer(
            "a",
            owner="zoe",
            history=story(("2026-11-01", "active", "mei"), ("2026-11-03", "active", "zoe")),
        ),
        customer("b", history=story(("2026-10-31", "active"), ("2026-11-03", "active"))),
        customer("c", status="prospect", history=story(("2026-11-01", "prospect"))),
        customer("d", history=story(("2026-11-16", "active"))),
    ]
    assert first(aim("new-customers", 4), customers=customers)["actual"] == 1


def test_merged_records_are_one_new_customer():
    begun = [{"date": "2026-11-02", "status": "active"}]
    old = customer("old", status="archived", merged_into="acme", history=begun)
    customers = [customer("acme", history=begun), old]
    assert first(aim("new-customers", 4), customers=customers)["actual"] == 1


# Which targets


def test_periods_with_the_day_in_them_are_shown_longer_ones_first():
    periods = ("2025", "2026-10", "2026-11", "2026", "2026-Q3", "2026-Q4", "2026-Q9")
    table = of(*(aim("visits", 5, period) for period in periods))
    found = [row["period"] for row in rows_of(table) if row["rep"] == "mei"]
    assert found == ["2026", "2026-Q4", "2026-11"]
    assert "1 target without a period that can be read: crm check" in table.notes


def test_a_period_may_be_asked_for():
    aims = [aim("visits", 5, period) for period in ("2026-Q3", "2026-Q4", "2027")]
    row = first(*aims, period="2026-q3", interactions=[visit("2026-09-01")])
    assert (row["period"], row["actual"], row["elapsed"]) == ("2026-Q3", 1, 1)
    ahead = first(*aims, period="2027", interactions=[visit("2026-09-01")])
    assert (ahead["actual"], ahead["elapsed"], ahead["pace"]) == (0, 0, None)
    assert of(*aims, period="2028").rows == ()
    with pytest.raises(BadValueError, match="--period 'soon' is no period"):
        of(period="soon")


def test_a_window_shows_the_targets_of_its_days():
    aims = [aim("visits", 5, period) for period in ("2026-08", "2026-09", "2026-10", "2026-11")]
    table = of(*aims, since=date(2026, 9, 30), until=date(2026, 10, 1))
    assert [row["period"] for row in rows_of(table)[:2]] == ["2026-09", "2026-10"]
    assert (table.since, table.until) == (date(2026, 9, 30), date(2026, 10, 1))
    with pytest.raises(UsageError):
        of(since=date(2026, 12, 1))


def test_a_target_of_zero_has_no_attainment():
    row = first(aim("visits", 0))
    assert (row["attainment"], row["pace"]) == (None, None)


def test_an_unknown_measure_is_shown_without_a_figure():
    table = of(aim("smiles", 5))
    assert rows_of(table)[0]["actual"] is None
    assert "not known as a measure: smiles" in table.notes


def test_all_adds_up_only_the_same_period_and_measure():
    team = [
        rep("mei", targets=[aim("visits", 4), aim("won-deals", 1)]),
        rep("zoe", name="Anna", targets=[aim("visits", 4, "2026")]),
    ]
    rows = rows_of(of(reps=team))
    assert [(row["rep"], row["period"], row["measure"]) for row in rows] == [
        ("zoe", "2026", "visits"),
        ("mei", "2026-11", "won-deals"),
        ("mei", "2026-11", "visits"),
        ("all", "2026", "visits"),
        ("all", "2026-11", "won-deals"),
        ("all", "2026-11", "visits"),
    ]


def test_one_rep_alone_is_shown_as_in_the_whole_report():
    team = [rep("mei", targets=[aim("visits", 4)]), rep("zoe", targets=[aim("visits", 6)])]
    table = of(reps=team, rep="mei")
    assert [row["rep"] for row in rows_of(table)] == ["mei", "all"]
    assert rows_of(table)[1]["target"] == 10
    assert table.summary == {"targets": 1, "met": 0, "behind": 1}


def test_the_summary_counts_what_is_met_and_what_is_behind():
    table = of(aim("visits", 1), aim("won-deals", 2), interactions=[visit("2026-11-02")])
    assert table.summary == {"targets": 2, "met": 1, "behind": 1}


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = targets(book_of(), D)
    assert (table.rows, table.notes) == ((), ())
    assert "crm rep edit" in table.empty
    assert table.summary == {"targets": 0, "met": 0, "behind": 0}
