"""What will close in which month, what slipped, and what stated probabilities were worth."""

from datetime import date
from datetime import timedelta
from decimal import Decimal

import pytest

from crmcli.reports.forecast import forecast
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import deal
from tests.builders import rep

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def going(close=None, began="2026-11-01", **fields):
    """An open deal that is expected to close on a day."""
    lines = [{"date": began, "stage": "proposal", "close": close}]
    return deal("proposal", history=lines, close=close, **{"amount": "100"} | fields)


def story(*lines, **fields):
    """A deal with these (day, fields) of history; it is as the last of them say."""
    now = {}
    for _, changes in lines:
        now |= changes
    history = [{"date": day} | changes for day, changes in lines]
    return deal(**({"history": history} | now | fields))


def rows_of(table):
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def row(table, name):
    return next(each for each in rows_of(table) if each[table.keys[0]] == name)


def of(*deals, day=D, reps=(), policy=None, **options):
    return forecast(book_of(deals=deals, reps=reps, policy=policy), day, **options)


# The months ahead


def test_open_deals_stand_in_the_month_of_their_close():
    table = of(
        going("2026-11-09"),
        going("2026-11-08"),
        going("2027-04-30", amount="7"),
        going(None),
        deal("lead", close="2026-12-01", archived="2026-11-01"),
        deal("won", close="2026-12-01"),
    )
    assert [(each["month"], each["deals"]) for each in rows_of(table)] == [
        ("2026-11", 1),
        ("2026-12", 0),
        ("2027-01", 0),
        ("2027-02", 0),
        ("2027-03", 0),
        ("2027-04", 1),
        ("past", 1),
        ("no date", 1),
        ("all", 4),
    ]
    april = row(table, "2027-04")
    assert (april["amount"], april["weighted"]) == (usd(7), usd("3.5"))
    assert (row(table, "2026-12")["amount"], row(table, "past")["won"]) == (usd(0), None)
    assert row(table, "all")["amount"] == table.summary["amount"] == usd(307)


def test_what_closes_after_the_last_month_is_not_lost():
    table = of(going("2027-05-01"))
    assert (row(table, "later")["deals"], row(table, "all")["deals"]) == (1, 1)


@pytest.mark.parametrize(("months", "shown"), [(0, 1), (3, 3)])
def test_the_house_says_how_many_months_are_shown(months, shown):
    table = of(going("2026-11-30"), policy={"standard": {"forecast": {"months": str(months)}}})
    assert len(table.rows) == shown + 3
    assert len(table.part("slippage").rows) == shown


def test_months_go_over_the_end_of_the_year_from_its_first_to_its_last_day():
    first, last = of(going(), day=date(2026, 12, 1)), of(going(), day=date(2026, 12, 31))
    months = ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05"]
    assert [each["month"] for each in rows_of(first)][:6] == months
    assert [each["month"] for each in rows_of(last)][:6] == months


def test_a_deals_own_probability_stands_in_place_of_its_stages():
    assert row(of(going("2026-12-01", probability=90)), "2026-12")["weighted"] == usd(90)


def test_unknown_amounts_are_counted_and_in_no_sum():
    """Trap 21."""
    table = of(
        going("2026-12-01"),
        going("2026-12-01", amount=None),
        going("2026-12-01", amount="12000", currency="EUR"),
    )
    december = row(table, "2026-12")
    assert (december["deals"], december["amount"]) == (3, usd(100))
    assert "1 deal not priced: no rate for EUR (12,000)" in table.notes
    assert "no amount: 1" in table.notes


def test_yesterdays_forecast_gives_yesterdays_answer():
    """Trap 10."""
    moved = story(
        ("2026-11-01", {"stage": "proposal", "close": "2026-11-30", "amount": "100"}),
        ("2026-11-09", {"close": "2026-12-31", "amount": "300"}),
    )
    before = of(moved, day=date(2026, 11, 8))
    assert (row(before, "2026-11")["amount"], row(before, "2026-12")["deals"]) == (usd(100), 0)
    assert row(of(moved), "2026-12")["amount"] == usd(300)


# What was won, and the targets


def won(day, amount="100", **fields):
    return story((day, {"stage": "won"}), amount=amount, **fields)


def aim(period, value, measure="won-amount"):
    return {"period": period, "measure": measure, "value": str(value)}


def test_coverage_is_what_is_open_by_the_gap():
    reps = [rep("mei", targets=[aim("2026-11", 300)]), rep("zoe", targets=[aim("2026-11", 200)])]
    table = of(going("2026-11-30", amount="800"), won("2026-11-01"), won("2026-10-31"), reps=reps)
    november = row(table, "2026-11")
    assert (november["won"], november["target"], november["gap"]) == (usd(100), usd(500), usd(400))
    assert (november["coverage"], november["state"]) == (2.0, None)
    december = row(table, "2026-12")
    assert (december["target"], december["gap"], december["coverage"]) == (None, None, None)
    everyone = row(table, "all")
    assert (everyone["won"], everyone["target"], everyone["gap"]) == (usd(100), usd(500), None)


def test_a_gap_that_is_closed_is_reached():
    """Trap 8."""
    table = of(won("2026-11-01"), reps=[rep("mei", targets=[aim("2026-11", 100)])])
    november = row(table, "2026-11")
    assert (november["gap"], november["coverage"], november["state"]) == (usd(0), None, "reached")


def test_targets_of_a_quarter_are_not_split_and_said():
    reps = [rep("mei", targets=[aim("2026-Q4", 300), aim("2026-11", 5, "visits")])]
    table = of(going("2026-11-30"), reps=reps)
    assert row(table, "2026-11")["target"] is None
    assert table.notes[-1] == "targets for a quarter or a year are not split: crm report targets"
    assert "no target" in of(going("2026-11-30")).notes[-1]


def test_a_rep_has_his_own_deals_and_target():
    reps = [rep("mei", targets=[aim("2026-11", 300)]), rep("zoe", targets=[aim("2026-11", 200)])]
    deals = [going("2026-11-30"), going("2026-11-30", owner="zoe"), won("2026-11-02", owner="zoe")]
    november = row(of(*deals, reps=reps, rep="mei"), "2026-11")
    assert (november["deals"], november["won"], november["target"]) == (1, usd(0), usd(300))


# The value by age


def closed(stage, age):
    began = D - timedelta(days=20 + age)
    ended = D - timedelta(days=20)
    return story((began.isoformat(), {"stage": "qualified"}), (ended.isoformat(), {"stage": stage}))


def test_the_value_by_age_takes_the_chance_at_the_deals_age():
    past = [*(closed("won", 10) for _ in range(30)), *(closed("lost", 30) for _ in range(20))]
    young = going("2026-12-01", began="2026-11-08", amount="1000")
    old = going("2026-12-01", began="2026-10-20", amount="1000")
    table = of(*past, young, old)
    # One day old: 30 of the 51 that were there on day 10 won then, the other being 20 days old.
    assert row(table, "2026-12")["age_adjusted"].amount == pytest.approx(Decimal(1000) * 30 / 51)
    assert row(table, "2027-01")["age_adjusted"] == usd(0)


def test_too_few_closed_deals_give_no_value_by_age():
    table = of(going("2026-12-01"))
    assert row(table, "2026-12")["age_adjusted"] is None
    assert table.notes[0].startswith("the value by age is unknown, 0 closed deals, 0 won: too few")


# What slipped


def test_what_was_to_close_in_a_month_was_won_lost_or_slipped():
    begun = {"stage": "proposal", "close": "2026-10-15"}
    table = of(
        story(("2026-09-01", begun), ("2026-10-31", {"stage": "won", "close": "2026-10-31"})),
        story(("2026-09-30", begun), ("2026-10-01", {"stage": "lost"})),
        story(("2026-09-01", begun), ("2026-11-01", {"stage": "won", "close": "2026-11-01"})),
        story(
            ("2026-09-01", begun),
            ("2026-10-10", {"close": "2026-10-20"}),
            ("2026-10-20", {"close": "2026-12-01"}),
            ("2026-10-25", {"close": "2026-11-30"}),
        ),
        story(("2026-10-01", begun)),
        story(("2026-09-01", begun), ("2026-09-30", {"close": "2026-11-15"})),
        story(("2026-09-01", begun), ("2026-09-30", {"stage": "lost"})),
    )
    part = table.part("slippage")
    assert [each[0] for each in part.rows] == [f"2026-{month:02}" for month in range(5, 11)]
    october = row(part, "2026-10")
    assert (october["due"], october["won"], october["lost"]) == (4, 1, 1)
    assert (october["slipped"], october["rate"], october["pushes"]) == (2, None, 2)
    assert (october["low"], october["high"]) == pytest.approx((0.150039, 0.849961), abs=1e-6)
    assert (row(part, "2026-09")["due"], row(part, "2026-09")["rate"]) == (0, None)


@pytest.mark.parametrize(
    ("day", "last"), [(date(2026, 10, 30), "2026-09"), (date(2026, 10, 31), "2026-10")]
)
def test_a_month_is_full_on_its_last_day(day, last):
    assert of(going("2026-12-01"), day=day).part("slippage").rows[-1][0] == last


def test_the_day_on_which_a_deal_was_won_is_no_expectation():
    lines = [
        ("2026-09-01", {"stage": "proposal"}),
        ("2026-10-31", {"stage": "won", "close": "2026-10-31"}),
    ]
    table = of(story(*lines), going("2027-01-01"))
    assert row(table.part("slippage"), "2026-10")["due"] == 0


def test_without_any_history_of_closes_slippage_is_unknown():
    """Trap 2."""
    lines = [{"date": "2026-09-01", "stage": "proposal"}]
    part = of(deal("proposal", close="2026-10-10", history=lines)).part("slippage")
    assert set(part.rows[-1][1:]) == {None}
    assert part.notes == ("no history tells when a deal was to close: slippage is unknown",)


# What stated probabilities were worth


def ended(stage, before, days=31, **fields):
    """A deal that stood at the stage `before` for so many days before it was closed."""
    began = date(2026, 10, 20) - timedelta(days=days)
    return story((began.isoformat(), {"stage": before}), ("2026-10-20", {"stage": stage}), **fields)


def test_deals_stand_in_the_band_of_what_was_said_30_days_before():
    table = of(
        ended("won", "lead"),
        ended("won", "qualified"),
        *(ended("won", "negotiation") for _ in range(3)),
        *(ended("lost", "negotiation") for _ in range(2)),
        ended("lost", "lead", probability=100),
        story(("2026-10-01", {"stage": "won"})),
    )
    bands = rows_of(table.part("calibration"))
    assert [(each["band"], each["deals"], each["won"]) for each in bands] == [
        ("0-20 %", 1, 1),
        ("20-40 %", 1, 1),
        ("40-60 %", 0, 0),
        ("60-80 %", 0, 0),
        ("80-100 %", 6, 3),
    ]
    assert bands[4]["stated_mean"] == pytest.approx((5 * 0.8 + 1) / 6)
    assert (bands[4]["rate"], bands[2]["stated_mean"], bands[2]["low"]) == (0.5, None, None)


@pytest.mark.parametrize(
    ("days", "band"), [(29, "80-100 %"), (30, "80-100 %"), (31, "80-100 %"), (33, "0-20 %")]
)
def test_a_younger_deal_counts_with_what_was_said_at_its_birth(days, band):
    began = (date(2026, 10, 20) - timedelta(days=days)).isoformat()
    moved = (date(2026, 10, 20) - timedelta(days=days - 2)).isoformat()
    one = story(
        (began, {"stage": "negotiation"}),
        (moved, {"stage": "lead"}),
        ("2026-10-20", {"stage": "won"}),
    )
    assert row(of(one).part("calibration"), band)["deals"] == 1


def test_thirty_deals_are_needed_to_judge():
    deals = [
        *(ended("won", "negotiation") for _ in range(15)),
        *(ended("lost", "negotiation") for _ in range(15)),
    ]
    few = of(*deals[1:]).part("calibration")
    assert few.notes == ("29 closed deals with a stated probability: 30 needed to judge",)
    enough = of(*deals).part("calibration")
    (said,) = enough.notes
    assert said.startswith("Brier score 0.340 (0 is perfect), 0.250 for quoting the share won")
    assert said.endswith("worth less than that (n 30)")


def test_a_window_chooses_the_closed_deals_that_are_judged():
    deals = [ended("won", "lead"), going("2026-12-01")]
    table = of(*deals, since=date(2026, 10, 21))
    assert table.part("calibration").rows == ()
    assert (table.since, table.until) == (date(2026, 10, 21), D)
    assert row(of(*deals).part("calibration"), "0-20 %")["deals"] == 1


# Edges


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = of()
    assert (table.rows, table.notes) == ((), ())
    assert "crm deal add" in table.empty


def test_rows_have_a_cell_for_each_column():
    table = of(going("2026-12-01"), ended("won", "lead"))
    for each in (table, *table.parts):
        assert {len(row) for row in each.rows} <= {len(each.columns)}
        assert set(each.shown) <= set(each.keys)
