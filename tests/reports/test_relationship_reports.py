"""The reports on relationships, on a book that has one record of each kind."""

from datetime import date

import pytest

from crmcli.reports import registry
from tests.builders import book_of
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
NAMES = ("relationships", "reputation", "recovery", "recognition")
ONE_OF_EACH = {
    "customers": [customer(kind="company", contacts=[contact()])],
    "deals": [deal(opened="2026-10-01")],
    "promises": [promise("2026-10-01", made="2026-09-01", id="p-00000001")],
    "interactions": [visit("2026-11-01", contact="chen", mood="pleased")],
    "tasks": [task()],
    "cases": [case(id="s-00000001")],
    "campaigns": [campaign()],
    "feedback": [feedback("csat", 5, "2026-11-03")],
    "sales": [sale()],
    "pulse": [pulse("2026-11-02", "vision", 4)],
    "reps": [rep()],
}


@pytest.fixture(params=NAMES)
def ask(request):
    return registry.entry(request.param).load()


def test_one_record_of_each_kind_gives_an_answer(ask):
    table = ask(book_of(**ONE_OF_EACH), D)
    first = dict(zip(table.keys, table.rows[0], strict=True))
    figures = {
        "relationships": ("verdict", "offended"),
        "reputation": ("missed_n", 1),
        "recovery": ("failures", 1),
        "recognition": ("what", "something good within 30 days of a visit"),
    }
    key, value = figures[table.name]
    assert first[key] == value
    assert table.question == registry.entry(table.name).question


def test_before_anything_happened_there_is_no_figure(ask):
    table = ask(book_of(**ONE_OF_EACH), date(2026, 8, 1))
    counted = {
        "relationships": 1,  # the customer has no history, so he was always there
        "reputation": 0,
        "recovery": 0,
        "recognition": 0,
    }
    assert len(table.rows) == counted[table.name]


def test_the_same_book_gives_the_same_answer_whatever_the_order_of_its_records(ask):
    """Trap 6."""
    records = {
        "customers": [customer("a"), customer("b")],
        "cases": [case(customer="a", id="s-00000001"), case(customer="b", id="s-00000002")],
        "feedback": [feedback(customer="a", id="f-1"), feedback(customer="b", id="f-2")],
        "interactions": [visit("2026-11-01", customer=id, id=f"i-{id}") for id in ("a", "b")],
        "promises": [
            promise("2026-09-01", made="2026-08-01", customer="a", id="p-00000001"),
            promise("2026-09-01", made="2026-08-01", customer="b", id="p-00000002"),
        ],
    }
    turned = {kind: every[::-1] for kind, every in records.items()}
    assert ask(book_of(**records), D) == ask(book_of(**turned), D)
