"""How far deals come, and where they stall or die."""

from datetime import date

import pytest

from crmcli.reports.conversion import conversion
from tests.builders import book_of
from tests.builders import deal

D = date(2026, 11, 9)


def path(*steps, **fields):
    """A deal that went through these (day, stage)."""
    lines = [{"date": day, "stage": stage} for day, stage in steps]
    return deal(steps[-1][1], history=lines, **fields)


def straight(*stages, **fields):
    """A deal that came to a stage in each month from March on."""
    steps = ((f"2026-{month:02}-01", stage) for month, stage in enumerate(stages, 3))
    return path(*steps, **fields)


def of(*deals, day=D, policy=None, **options):
    return conversion(book_of(deals=deals, policy=policy), day, **options)


def row(table, name="all"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def test_each_stage_says_how_many_reached_it_and_went_on():
    table = of(
        *(straight("lead", "qualified", "proposal", "negotiation", "won") for _ in range(4)),
        *(straight("lead", "qualified", "lost") for _ in range(3)),
        *(straight("lead", "qualified", "proposal") for _ in range(2)),
        straight("lead"),
    )
    assert [each[0] for each in table.rows] == [
        "lead",
        "qualified",
        "proposal",
        "negotiation",
        "all",
    ]
    lead, qualified = row(table, "lead"), row(table, "qualified")
    assert (lead["reached"], lead["next"], lead["undecided"], lead["lost_here"]) == (10, 9, 1, 0)
    assert (lead["rate"], lead["rate_decided"]) == (9 / 10, 1.0)
    assert (qualified["reached"], qualified["next"]) == (9, 6)
    assert (qualified["undecided"], qualified["lost_here"]) == (0, 3)
    assert (qualified["rate"], qualified["rate_decided"]) == (6 / 9, 6 / 9)
    proposal, last = row(table, "proposal"), row(table, "negotiation")
    assert (proposal["reached"], proposal["next"], proposal["undecided"]) == (6, 4, 2)
    assert (proposal["rate_decided"], last["rate_decided"]) == (None, None)
    assert (last["reached"], last["next"], last["lost_here"]) == (4, 4, 0)
    everyone = row(table)
    assert (everyone["reached"], everyone["next"], everyone["undecided"]) == (10, 4, 3)
    assert (everyone["lost_here"], everyone["rate"], everyone["rate_decided"]) == (3, 0.4, 4 / 7)
    assert table.summary["rate_decided"] == 4 / 7


def test_the_bounds_are_those_of_the_decided():
    table = of(
        *(straight("lead", "qualified") for _ in range(3)),
        straight("lead", "lost"),
        *(straight("lead") for _ in range(9)),
    )
    lead = row(table, "lead")
    assert (lead["low"], lead["high"]) == pytest.approx((0.300642, 0.954413), abs=1e-6)
    assert (lead["rate"], lead["rate_decided"]) == (3 / 13, None)


def test_a_stage_that_was_jumped_over_is_reached_and_has_no_days():
    table = of(straight("lead", "negotiation"), straight("lead", "won"))
    qualified = row(table, "qualified")
    assert (qualified["reached"], qualified["next"], qualified["n_days"]) == (2, 2, 0)
    assert qualified["median_days"] is None
    assert (row(table, "lead")["n_days"], row(table, "negotiation")["next"]) == (2, 1)


def test_a_step_back_takes_nothing_away():
    back = straight("lead", "qualified", "proposal", "lead")
    lead, proposal = row(of(back), "lead"), row(of(back), "proposal")
    assert (lead["reached"], lead["next"], lead["undecided"]) == (1, 1, 0)
    assert (proposal["reached"], proposal["next"], proposal["undecided"]) == (1, 0, 1)


def test_days_are_those_of_all_completed_stays_of_a_deal():
    table = of(
        path(
            ("2026-03-01", "lead"),
            ("2026-03-04", "qualified"),
            ("2026-03-10", "lead"),
            ("2026-03-15", "qualified"),
        ),
        path(("2026-03-01", "lead"), ("2026-03-03", "lost")),
        path(("2026-03-01", "lead")),
    )
    lead, qualified = row(table, "lead"), row(table, "qualified")
    assert (lead["n_days"], lead["median_days"]) == (2, 5)
    assert lead["p90_days"] == pytest.approx(7.4)
    assert (qualified["n_days"], qualified["median_days"]) == (1, 6)


@pytest.mark.parametrize(
    ("opened", "n"),
    [("2025-11-09", 0), ("2025-11-10", 1), ("2026-11-09", 1), ("2026-11-10", 0)],
)
def test_the_cohort_is_that_of_a_year(opened, n):
    assert len(of(deal("lead", opened=opened)).rows) == 5 * n


def test_a_window_may_be_asked_for():
    deals = [deal("lead", opened=day) for day in ("2025-01-01", "2025-06-30", "2025-07-01")]
    table = of(*deals, since=date(2025, 1, 1), until=date(2025, 6, 30))
    assert row(table)["reached"] == 2
    assert (table.since, table.until) == (date(2025, 1, 1), date(2025, 6, 30))


def test_yesterdays_report_gives_yesterdays_answer():
    """Trap 10."""
    one = straight("lead", "qualified", "won")
    assert row(of(one, day=date(2026, 3, 31)), "lead")["undecided"] == 1
    assert row(of(one, day=date(2026, 4, 1)), "qualified")["undecided"] == 1
    assert row(of(one, day=date(2026, 5, 1)))["next"] == 1


def test_a_stage_that_crm_yaml_no_longer_knows_stands_at_the_end():
    table = of(
        path(("2026-03-01", "demo"), ("2026-03-08", "proposal")),
        path(("2026-03-01", "demo")),
    )
    assert [each[0] for each in table.rows][-2:] == ["(unknown: demo)", "all"]
    demo = row(table, "(unknown: demo)")
    assert (demo["reached"], demo["next"], demo["rate"]) == (2, None, None)
    assert (demo["median_days"], demo["n_days"]) == (7, 1)
    assert (row(table, "lead")["reached"], row(table)["reached"]) == (1, 2)


def test_a_deal_of_unknown_beginning_is_in_no_row_and_said():
    table = of(deal("lead"), deal("lead", opened="2026-03-01"))
    assert row(table)["reached"] == 1
    assert table.notes == ("1 deal of unknown beginning: in no row",)


def test_a_deal_lost_without_a_stage_is_only_in_all():
    table = of(path(("2026-03-01", "lost")))
    assert (row(table, "lead")["reached"], row(table)["lost_here"]) == (0, 1)
    assert table.notes == ("1 deal lost without a known stage: only in all",)


def test_nothing_decided_is_blank_and_not_zero():
    """Trap 1."""
    lead = row(of(straight("lead")), "lead")
    assert (lead["rate"], lead["rate_decided"], lead["low"], lead["high"]) == (None,) * 4


def test_a_rep_has_his_own_deals():
    table = of(straight("lead"), straight("lead", owner="zoe"), rep="mei")
    assert row(table)["reached"] == 1


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = of()
    assert (table.rows, table.notes) == ((), ())
    assert "crm deal add" in table.empty
    assert table.summary["reached"] == 0
