"""What holds for each report, whatever it asks."""

import math
from datetime import date
from decimal import Decimal

import pytest

from crmcli.reports import registry
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import campaign
from tests.builders import case
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import feedback
from tests.builders import promise
from tests.builders import pulse
from tests.builders import rep
from tests.builders import sale
from tests.builders import task
from tests.builders import visit

D = date(2026, 11, 9)
EVERY = pytest.mark.parametrize("report", registry.REPORTS, ids=registry.names())


def one_of_each():
    return book_of(
        customers=[customer(tier="A", potential=100, contacts=[contact()])],
        deals=[deal(amount=10, opened="2026-10-01", close="2026-12-01")],
        promises=[promise()],
        interactions=[visit(contact="chen"), call()],
        tasks=[task()],
        cases=[case()],
        campaigns=[campaign()],
        feedback=[feedback()],
        sales=[sale(channel="web", promised_on="2026-11-03", list_price="120")],
        pulse=[pulse("2026-11-01", "heard", 4)],
        reps=[rep()],
    )


def numbers(table):
    cells = [cell for part in (table, *table.parts) for row in part.rows for cell in row]
    for cell in (*cells, *table.summary.values()):
        found = cell.amount if isinstance(cell, Money) else cell
        if isinstance(found, (int, float, Decimal)):
            yield found


@EVERY
def test_a_report_stands_on_an_empty_book(report):
    """Trap 1."""
    table = report.load()(book_of(), D)
    assert table.question == report.question
    assert table.rows or table.empty or table.notes
    assert all(math.isfinite(number) for number in numbers(table))


@EVERY
def test_a_report_stands_on_one_record_of_each_kind(report):
    """Trap 1."""
    table = report.load()(one_of_each(), D)
    for part in (table, *table.parts):
        assert {len(row) for row in part.rows} <= {len(part.columns)}
        assert set(part.shown) <= set(part.keys)
        assert len(set(part.keys)) == len(part.columns)
    assert all(math.isfinite(number) for number in numbers(table))


@EVERY
def test_the_same_book_gives_the_same_answer(report):
    """Trap 6."""
    book = one_of_each()
    assert report.load()(book, D) == report.load()(book, D)
