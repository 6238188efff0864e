"""Which fields of an answer are shown, and what --fail-if says of a condition it cannot read."""

from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.select import chosen_fields
from crmcli.reports.select import fails
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table

DEALS = Table(
    "deals",
    "Deals",
    (Column("id", "id"), Column("name"), Column("amount", "money"), Column("weighted", "money")),
    (("d-1", "Rack", Money(Decimal(500), "TWD"), Money(Decimal(250), "TWD")),),
)
TASKS = Table("tasks", "Tasks", (Column("id", "id"), Column("what")), (("t-1", "call"),))


@pytest.mark.parametrize("fields", ["id,amount", "id,amount,currency", "id, currency, amount"])
def test_the_currency_beside_an_amount_may_be_named(fields):
    found = chosen_fields(DEALS, fields)
    assert found.keys == ("id", "amount")
    assert found.rows == (("d-1", Money(Decimal(500), "TWD")),)


def test_a_currency_of_its_own_is_a_field_like_others():
    table = Table("rates", "Rates", (Column("currency"), Column("rate")), (("USD", "32"),))
    assert chosen_fields(table, "currency").rows == (("USD",),)


def test_a_currency_without_an_amount_is_refused_with_the_amount():
    with pytest.raises(BadValueError, match="currency stands beside an amount") as told:
        chosen_fields(DEALS, "id,currency")
    assert (told.value.place, told.value.remedy) == ("--fields", "Try: --fields amount,currency")


def test_an_answer_without_amounts_has_no_currency():
    with pytest.raises(BadValueError, match="no field 'currency'"):
        chosen_fields(TASKS, "id,currency")


def test_a_condition_without_a_sign_is_shown_one_that_has_it():
    with pytest.raises(BadValueError, match="'rows' has no sign") as told:
        fails(TASKS, "rows")
    assert (told.value.place, told.value.remedy) == ("--fail-if", "Try: --fail-if 'rows>0'")
