"""A customer's card: a list that is cut short says so where it stands."""

from datetime import date

from crmcli.render.answer import Style
from crmcli.render.answer import sidenotes
from crmcli.reports.card import customer_card
from crmcli.reports.select import chosen_fields
from tests.builders import book_of
from tests.builders import customer
from tests.builders import visit

D = date(2026, 11, 9)
CUT = ["10 of 12 interactions: --full shows all"]


def card(visits: int, *, full: bool = False):
    many = [visit(f"2026-10-{day:02}", customer="acme") for day in range(1, visits + 1)]
    return customer_card(
        book_of(customers=[customer("acme")], interactions=many), "acme", D, full=full
    )


def test_the_last_ten_interactions_are_shown_and_the_others_counted_below_them():
    part = card(12).part("interactions")
    assert (len(part.rows), list(part.notes)) == (10, CUT)
    for whole in (card(10), card(12, full=True)):
        assert whole.part("interactions").notes == ()


def test_who_is_given_no_interactions_is_not_told_of_them():
    for table in (card(12), chosen_fields(card(12), "id,name")):
        assert sidenotes(table, Style("plain")) == []
        assert sidenotes(table, Style("csv")) == []


def test_who_is_given_them_without_a_page_is_told_beside_it():
    assert sidenotes(card(12), Style("plain", part="interactions")) == CUT
    assert sidenotes(card(12), Style("json")) == CUT
