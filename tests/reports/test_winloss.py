"""What is won and lost, by whom, with which products, and why."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.table import Money
from crmcli.reports.winloss import winloss
from tests.builders import book_of
from tests.builders import customer
from tests.builders import deal
from tests.builders import rep
from tests.builders import sale

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def closed(stage, began="2026-09-01", ended="2026-10-01", **fields):
    """A deal that was qualified and closed on these days."""
    lines = [{"date": began, "stage": "qualified"}, {"date": ended, "stage": stage}]
    return deal(stage, history=lines, **{"amount": "100"} | fields)


def row(table, name="all"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def rows_of(table, name):
    part = table.part(name)
    return [dict(zip(part.keys, row, strict=True)) for row in part.rows]


def of(*deals, day=D, customers=(), sales=(), reps=(), **options):
    book = book_of(deals=deals, customers=customers, sales=sales, reps=reps)
    return winloss(book, day, **options)


# Who won what


def test_won_and_lost_are_counted_by_rep_and_in_all():
    table = of(
        *(closed("won", owner="mei", amount=str(100 * n)) for n in (1, 2, 6)),
        closed("lost", owner="mei"),
        closed("won", owner="zoe"),
        reps=[rep("mei", name="Mei"), rep("zoe", name="Anna")],
    )
    assert [each[0] for each in table.rows] == ["zoe", "mei", "all"]
    mei = row(table, "mei")
    assert (mei["won"], mei["lost"], mei["n"], mei["rate"]) == (3, 1, 4, None)
    assert (mei["won_amount"], mei["mean_won"], mei["median_won"]) == (usd(900), usd(300), usd(200))
    everyone = row(table)
    assert (everyone["won"], everyone["lost"], everyone["rate"]) == (4, 1, 4 / 5)
    assert everyone["shrunk"] is None
    assert table.summary["won"] == 4
    assert table.summary["won_amount"] == usd(1000)


@pytest.mark.parametrize(
    ("ended", "n"),
    [("2026-05-13", 0), ("2026-05-14", 1), ("2026-11-09", 1), ("2026-11-10", 0)],
)
def test_a_deal_counts_on_its_closing_day(ended, n):
    """Trap 9."""
    assert of(closed("won", "2026-01-01", ended)).summary["n"] == n


def test_yesterdays_report_gives_yesterdays_answer():
    """Trap 10."""
    one = closed("won", ended="2026-10-01")
    assert of(one, day=date(2026, 9, 30)).summary["n"] == 0
    assert of(one, day=date(2026, 10, 1)).summary["n"] == 1


def test_the_winner_is_who_had_the_deal_on_the_closing_day():
    lines = [
        {"date": "2026-09-01", "stage": "qualified", "owner": "mei"},
        {"date": "2026-10-01", "stage": "won"},
        {"date": "2026-10-05", "owner": "zoe"},
    ]
    table = of(deal("won", history=lines, owner="zoe", amount="1"))
    assert row(table, "mei")["won"] == 1
    lines[2]["date"] = "2026-10-01"
    assert row(of(deal("won", history=lines, owner="zoe")), "zoe")["won"] == 1


def test_an_owner_only_known_for_later_is_not_known():
    lines = [{"date": "2026-10-01", "stage": "won"}, {"date": "2026-10-05", "owner": "zoe"}]
    assert row(of(deal("won", history=lines, owner="zoe")), "not known")["won"] == 1


def test_cycles_are_those_of_won_deals_or_of_lost_ones():
    deals = [
        *(closed("won", "2026-09-01", f"2026-09-{day}") for day in ("03", "05", "11")),
        closed("lost", "2026-09-01", "2026-09-21"),
    ]
    won = row(of(*deals))
    assert (won["cycle_mean"], won["cycle_median"]) == (16 / 3, 4)
    assert won["cycle_p90"] == pytest.approx(8.8)
    lost = row(of(*deals, lost=True))
    assert (lost["cycle_mean"], lost["cycle_median"], lost["cycle_p90"]) == (20, 20, 20)


def test_a_won_deal_without_amount_is_won_and_not_worth_zero():
    """Trap 25."""
    table = of(closed("won", amount=None))
    everyone = row(table)
    assert (everyone["won"], everyone["won_amount"], everyone["mean_won"]) == (1, None, None)
    assert "no amount: 1" in table.notes


def test_without_a_rate_it_is_counted_and_not_priced():
    """Trap 21."""
    table = of(closed("won", currency="EUR", amount="12000"), closed("won"))
    assert (row(table)["won"], row(table)["won_amount"]) == (2, usd(100))
    assert "1 won deal not priced: no rate for EUR (12,000)" in table.notes


def test_a_stage_set_by_hand_has_no_closing_day_and_is_said():
    table = of(deal("won", amount="5"))
    assert table.rows == ()
    assert "1 closed deal without a known closing day: in no row" in table.notes


def test_a_reopened_deal_is_neither_won_nor_lost():
    lines = [
        {"date": "2026-09-01", "stage": "qualified"},
        {"date": "2026-10-01", "stage": "lost"},
        {"date": "2026-10-05", "stage": "qualified"},
    ]
    assert of(deal("qualified", history=lines)).rows == ()


# Rows of another kind


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("product", ["charger", "rack", "not known", "all"]),
        ("source", ["referral", "not known", "all"]),
        ("type", ["renewal", "not known", "all"]),
        ("customer", ["acme", "no customer", "all"]),
        ("all", ["all"]),
    ],
)
def test_rows_may_be_something_else(by, names):
    table = of(
        closed("won", products=["rack", "charger"], source="referral", type="renewal"),
        closed("lost", customer=None),
        by=by,
    )
    assert [each[0] for each in table.rows] == names


def test_a_deal_about_two_products_counts_for_each_and_once_in_all():
    """Trap 4."""
    table = of(closed("won", products=["rack", "charger", "rack"]), by="product")
    assert (row(table, "rack")["n"], row(table, "charger")["n"], row(table)["n"]) == (1, 1, 1)


def test_another_grouping_is_refused():
    with pytest.raises(BadValueError, match="--by 'moon'"):
        of(by="moon")


# Comparing


def two_reps():
    return [
        *(closed("won", owner="mei") for _ in range(8)),
        *(closed("lost", owner="mei") for _ in range(2)),
        *(closed("won", owner="zoe") for _ in range(5)),
        *(closed("lost", owner="zoe", lost_reason="price") for _ in range(5)),
        *(closed("won", owner="tom") for _ in range(2)),
        *(closed("lost", owner="tom") for _ in range(8)),
    ]


def test_rates_of_reps_are_shrunk_towards_all_of_them():
    table = of(*two_reps())
    shrunk = [row(table, name)["shrunk"] for name in ("mei", "tom", "zoe")]
    assert shrunk == pytest.approx([0.740741, 0.259259, 0.5], abs=1e-6)
    assert table.notes[0] == "reps differ in deals won (chi-square 7.2, 2 df, p 0.03)"


def test_one_rep_alone_is_shown_as_in_the_whole_report():
    """Trap 27."""
    alone, whole = of(*two_reps(), rep="mei"), of(*two_reps())
    assert [each[0] for each in alone.rows] == ["mei", "all"]
    assert row(alone, "mei") == row(whole, "mei")
    assert row(alone) == row(whole)
    assert sum(each["deals"] for each in rows_of(alone, "reasons")) == 2


def test_rows_of_products_keep_everyones_figures_and_say_so():
    deals = [
        closed("won", products=["rack"]),
        closed("lost", products=["rack"], owner="zoe"),
        closed("won", products=["charger"], owner="zoe"),
    ]
    table = of(*deals, by="product", rep="mei")
    assert [each[0] for each in table.rows] == ["rack", "all"]
    assert row(table, "rack")["n"] == 2
    assert "rows in which mei closed a deal; their figures are everyone's" in table.notes


def test_rows_of_customers_are_those_a_rep_owns():
    deals = [closed("won"), closed("won", customer="bolt", owner="mei")]
    customers = [customer("acme"), customer("bolt", owner="zoe")]
    table = of(*deals, customers=customers, by="customer", rep="zoe")
    assert [each[0] for each in table.rows] == ["bolt", "all"]


def test_few_deals_have_bounds_and_no_rate():
    """Trap 1."""
    one = row(of(closed("won")))
    assert (one["rate"], one["shrunk"]) == (None, None)
    assert (one["low"], one["high"]) == pytest.approx((0.206549, 1.0), abs=1e-6)
    assert of().summary["rate"] is None


# By the month in which they began


def test_deals_are_counted_by_the_month_in_which_their_clock_began():
    """Trap 16."""
    table = of(
        *(closed("won", "2026-01-31", "2026-03-01") for _ in range(4)),
        closed("lost", "2026-01-02"),
        closed("won", "2026-02-01"),
        deal("qualified", history=[{"date": "2026-02-03", "stage": "qualified"}]),
        deal("lead", history=[{"date": "2026-02-03", "stage": "lead"}]),
    )
    january, february = rows_of(table, "cohorts")
    assert (january["month"], january["entered"], january["decided"]) == ("2026-01", 5, 5)
    assert (january["won"], january["lost"], january["open"]) == (4, 1, 0)
    assert (january["rate"], january["state"]) == (4 / 5, None)
    assert (february["entered"], february["open"], february["decided"]) == (2, 1, 1)
    assert (february["rate"], february["state"]) == (None, "not finished")


# Why


def test_reasons_stand_by_how_often_with_their_running_share():
    table = of(
        closed("lost", lost_reason="price", amount="500"),
        closed("lost", lost_reason="price", amount="0"),
        closed("lost", amount="0"),
        closed("lost", lost_reason="budget", amount=None),
        closed("won"),
    )
    price, budget, none = rows_of(table, "reasons")
    assert (price["reason"], price["deals"], price["share"]) == ("price", 2, 0.5)
    assert (price["cumulative"], budget["cumulative"], none["cumulative"]) == (0.5, 0.75, 1.0)
    assert none["reason"] == "no reason given"
    assert (price["amount"], budget["amount"], none["amount"]) == (usd(500), None, None)


def test_without_any_reason_it_says_what_would_say_more():
    said = "no reason given for any lost deal: crm deal lose DEAL --reason R says more"
    assert said in of(closed("lost")).notes
    assert said not in of(closed("lost", lost_reason="price")).notes


# New and existing customers


def test_existing_is_who_bought_before_the_deal_began():
    table = of(
        closed("won", "2026-03-01", "2026-06-01", id="d-00000001"),
        closed("lost", "2026-06-01", "2026-07-01"),
        closed("won", "2026-06-02", "2026-07-01"),
        closed("lost", "2026-06-02", "2026-07-01", customer=None),
    )
    existing, new, difference = rows_of(table, "new_or_existing")
    assert (existing["won"], existing["lost"], existing["n"]) == (1, 0, 1)
    assert (new["won"], new["lost"], new["n"]) == (1, 1, 2)
    assert (difference["rate"], difference["low"] < 0 < difference["high"]) == (None, True)
    part = table.part("new_or_existing")
    assert part.notes == (
        "who bought before the book began counts as new",
        "1 deal of no known customer or beginning: in neither row",
    )


def test_an_order_line_makes_an_existing_customer_and_a_return_does_not():
    """Trap 22."""
    deals = [closed("won"), closed("won", customer="bolt")]
    sales = [sale("2026-08-31"), sale("2026-08-31", quantity=-1, customer="bolt")]
    existing, new, _ = rows_of(of(*deals, sales=sales), "new_or_existing")
    assert (existing["n"], new["n"]) == (1, 1)


def test_the_difference_is_existing_minus_new_with_its_bounds():
    before = [sale("2025-01-01")]
    deals = [
        *(closed("won") for _ in range(56)),
        *(closed("lost") for _ in range(14)),
        *(closed("won", customer=f"c-{n}") for n in range(48)),
        *(closed("lost", customer=f"k-{n}") for n in range(32)),
    ]
    existing, new, difference = rows_of(of(*deals, sales=before), "new_or_existing")
    assert (existing["rate"], new["rate"]) == (0.8, 0.6)
    found = (difference["rate"], difference["low"], difference["high"])
    assert found == pytest.approx((0.2, 0.052431, 0.333873), abs=1e-6)


def test_a_merged_customers_purchase_counts_for_the_one_that_was_kept():
    customers = [customer("acme"), customer("old", status="archived", merged_into="acme")]
    table = of(closed("won"), customers=customers, sales=[sale("2026-08-01", customer="old")])
    assert rows_of(table, "new_or_existing")[0]["n"] == 1


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = of()
    assert table.rows == ()
    assert "crm deal win" in table.empty
    assert table.notes == ()
    assert all(not part.rows for part in table.parts)


def test_rows_have_a_cell_for_each_column():
    table = of(*two_reps())
    for each in (table, *table.parts):
        assert {len(row) for row in each.rows} <= {len(each.columns)}
        assert set(each.shown) <= set(each.keys)
