"""The contacts of a window, and that their index fits the questions."""

import sqlite3
from datetime import date

from crmcli.book.index_schema import TWO_WAY as INDEXED
from crmcli.book.index_schema import statements
from crmcli.reports.sales_at import BOUGHT
from crmcli.reports.touches import TWO_WAY
from crmcli.reports.touches import TWO_WAY_DAYS
from crmcli.reports.touches import touches
from crmcli.reports.window import Window
from tests.builders import book_of
from tests.builders import call
from tests.builders import note
from tests.builders import visit

SPAN = Window(date(2026, 11, 1), date(2026, 11, 9))


def test_a_joint_visit_has_each_rep_once_and_is_one_contact():
    book = book_of(interactions=[visit("2026-11-02", also=["lin", "mei"]), note("2026-11-03")])
    (found,) = touches(book, SPAN)
    assert found.reps == ("mei", "lin")
    assert found.two_way


def test_only_the_days_of_the_window_count():
    rows = [
        call(f"2026-{day}", outcome="no-answer") for day in ("10-31", "11-01", "11-09", "11-10")
    ]
    found = touches(book_of(interactions=rows), SPAN)
    assert [one.day for one in found] == ["2026-11-01", "2026-11-09"]
    assert not any(one.two_way for one in found)


def test_the_questions_are_asked_in_the_words_of_the_index():
    assert TWO_WAY == INDEXED
    connection = sqlite3.connect(":memory:")
    for statement in statements(full_text=True):
        connection.execute(statement)
    for sql, index in ((TWO_WAY_DAYS, "interactions_life"), (BOUGHT, "sales_bought")):
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {sql.format(whose='')}", {"as_of": "", "customers": ""}
        )
        assert any(index in row[-1] for row in plan)
