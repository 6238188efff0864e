"""Silence tried on the book's own past: bands, and how well each measure told who came back."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.backtest import asked_days
from crmcli.reports.backtest import backtest
from tests.builders import book_of
from tests.builders import customer
from tests.builders import policy_of
from tests.builders import visit

D = date(2026, 11, 9)
THEN = date(2026, 5, 13)  # 180 days before


def tried(rows, policy=None, **fields):
    """The part for customers of (silence on THEN, came back)."""
    customers, visits = [], []
    for at, (silence, back) in enumerate(rows):
        id = f"c{at:03}"
        customers.append(customer(id, **fields))
        last = date.fromordinal(THEN.toordinal() - silence).isoformat()
        visits.append(visit(last, customer=id))
        if back:
            visits.append(visit("2026-11-01", customer=id))
    return backtest(book_of(customers=customers, interactions=visits, policy=policy), D, 180)


def found(table, measure, band):
    (row,) = (row for row in table.rows if row[:2] == (measure, band))
    return row[2:4] + row[7:]


def test_bands_hold_their_lower_end():
    """Trap 8."""
    rows = [(44, True)] * 5 + [(45, True)] * 5 + [(90, True)] * 5 + [(180, True)] * 5
    rows += [(359, False)] * 5 + [(360, False)] * 5
    table = tried(rows)
    assert found(table, "overdue", "< 0.5") == (5, 5, None)
    assert found(table, "overdue", "0.5-1") == (5, 5, None)
    assert found(table, "overdue", "1-2") == (5, 5, None)
    assert found(table, "overdue", "2-4") == (10, 5, None)
    assert found(table, "overdue", ">= 4") == (5, 0, None)


def test_the_area_is_the_chance_that_who_came_back_looked_livelier():
    # 20 came back after 10 days of silence, 5 after 100; 5 of 50 days did not: 20 of 25 pairs.
    table = tried([(10, True)] * 20 + [(100, True)] * 5 + [(50, False)] * 5)
    assert found(table, "silence", "all") == (30, 25, 0.8)
    # No pause was known on the earlier day, so there is neither a rhythm nor a score.
    assert found(table, "own rhythm", "all") == (0, 0, None)
    assert found(table, "score", "all") == (0, 0, None)


def test_a_longer_pool_gives_a_rhythm_and_a_score():
    rows = [(10, True)] * 25 + [(100, False)] * 5
    customers = [customer("beta", status="lost"), *(customer(f"c{at:03}") for at in range(30))]
    first = date(2025, 10, 1).toordinal()
    visits = [
        visit(date.fromordinal(first + 10 * at).isoformat(), customer="beta") for at in range(21)
    ]
    for at, (silence, back) in enumerate(rows):
        last = date.fromordinal(THEN.toordinal() - silence).isoformat()
        visits.append(visit(last, customer=f"c{at:03}"))
        if back:
            visits.append(visit("2026-11-01", customer=f"c{at:03}"))
    table = backtest(book_of(customers=customers, interactions=visits), D, 180)
    assert found(table, "own rhythm", "all") == (30, 25, 1)
    assert found(table, "score", "all") == (30, 25, 1)
    assert found(table, "score", ">= 0.4") == (25, 25, None)
    assert found(table, "score", "< 0.05") == (5, 0, None)


def test_too_few_customers_or_outcomes_are_told_and_not_judged():
    """Trap 1."""
    assert tried([(10, True)] * 24 + [(90, False)] * 5).empty == (
        "too few to try: 29 customers, 24 came back, 5 did not (30 needed, 5 of each)"
    )
    assert tried([(10, True)] * 26 + [(90, False)] * 4).rows == ()
    assert tried([(10, True)] * 25 + [(90, False)] * 5).rows != ()
    assert backtest(book_of(), D, 180).rows == ()


def test_only_customers_heard_of_by_then_and_live_then_are_tried():
    """Trap 10."""
    lost = [{"date": "2026-01-01", "status": "active"}, {"date": "2026-06-01", "status": "lost"}]
    rows = [(10, True)] * 25 + [(90, False)] * 5
    assert tried(rows, status="lost", history=lost).rows != ()
    assert tried(rows, status="lost").rows == ()
    assert tried([(-1, True)] * 25 + [(90, False)] * 5).rows == ()


def test_days_are_a_number_that_leaves_a_past():
    policy = policy_of({"standard": {"relationships": {"backtest": 90}}})
    assert (asked_days("30", policy), asked_days("standard", policy)) == (30, 90)
    for text in ("soon", "-1", "1.5", "３"):
        with pytest.raises(BadValueError):
            asked_days(text, policy)
    for days in (0, D.toordinal()):
        with pytest.raises(BadValueError):
            backtest(book_of(), D, days)
