"""Reports that share their work say the same as each by itself."""

from datetime import date

import pytest

from crmcli.reports import registry
from crmcli.reports.life import life_at
from crmcli.reports.remembering import Remembering
from crmcli.reports.remembering import remembered
from tests.builders import book_of
from tests.builders import customer
from tests.builders import visit
from tests.reports.test_yesterday import DAY
from tests.reports.test_yesterday import World


@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "backwards"])
@pytest.mark.parametrize("seed", range(100, 103))
def test_no_report_changes_what_another_gets(seed, order):
    world = World(seed)
    world.customer(date(2026, 1, 1))
    world.run(date(2026, 1, 1), DAY, 2)
    book = world.book()
    shared = Remembering(book)
    for report in registry.REPORTS[::order]:
        alone = registry.told(book, report.name, DAY, None, None)
        assert registry.told(shared, report.name, DAY, None, None) == alone, report.name
    for report in registry.REPORTS[::order]:
        again = report.load()(shared, DAY)
        assert again == report.load()(book, DAY), report.name


def test_a_book_that_remembers_is_asked_once_and_another_each_time():
    asked = []

    @remembered
    def count(book, word):
        asked.append(word)
        return word

    book = book_of()
    shared = Remembering(book)
    assert [count(each, "a") for each in (shared, shared, book, book)] == ["a"] * 4
    assert asked == ["a", "a", "a"]
    assert count(shared, ["b"]) == ["b"]  # a list is no key


def test_another_day_is_another_question():
    shared = Remembering(book_of(customers=[customer()], interactions=[visit("2026-11-05")]))
    assert life_at(shared, date(2026, 11, 4)).days == {}
    assert life_at(shared, DAY).silence("acme") == 4
