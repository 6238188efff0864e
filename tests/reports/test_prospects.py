"""Which prospects fit, and whether existing customers buy more readily."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.reports.prospects import prospects
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import note
from tests.builders import task
from tests.builders import visit

D = date(2026, 11, 9)
IDEAL = {
    "standard": {
        "prospects": {
            "ideal": [
                {"field": "industry", "in": ["marine"]},
                {"field": "potential", "min": "1000"},
                {"field": "region", "filled": "yes"},
            ]
        }
    }
}


def lead(id, **fields):
    return customer(id, status="lead", **fields)


def of(*customers, policy=IDEAL, day=D, rep=None, **records):
    return prospects(book_of(customers=customers, policy=policy, **records), day, rep=rep)


def rows_of(table):
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def one(*customers, **records):
    (row,) = rows_of(of(*(customers or (lead("acme"),)), **records))
    return row


def closed(stage, customer_id, day="2026-10-01"):
    lines = [{"date": "2026-09-01", "stage": "qualified"}, {"date": day, "stage": stage}]
    return deal(stage, customer=customer_id, history=lines)


def test_fit_is_criteria_met_of_those_met_and_not_met():
    row = one(lead("acme", industry="marine", potential="999", region="north"))
    assert (row["met"], row["not_met"], row["unknown"], row["fit"]) == (2, 1, 0, 2 / 3)
    assert (row["not_met_fields"], row["unknown_fields"]) == (("potential",), ())
    bare = one(lead("acme"))
    assert (bare["met"], bare["not_met"], bare["unknown"], bare["fit"]) == (0, 1, 2, None)
    assert bare["unknown_fields"] == ("industry", "potential")


def test_prospects_stand_by_fit_then_potential_then_id():
    good = {"industry": "marine", "region": "north"}
    table = of(
        lead("a"),
        lead("b", **good),
        lead("c", **good, potential="2000"),
        customer("d", status="prospect", **good, potential="3000"),
        lead("e", region="north", industry="food"),
        customer("f", **good),
        lead("g", **good),
    )
    assert [row["customer"] for row in rows_of(table)] == ["d", "c", "b", "g", "e", "a"]
    assert rows_of(table)[0]["potential"] == Money(Decimal(3000), "USD")


def test_status_and_owner_are_those_of_the_day():
    """Trap 10."""
    lines = [
        {"date": "2026-10-01", "status": "prospect", "owner": "zoe"},
        {"date": "2026-11-01", "status": "active", "owner": "mei"},
    ]
    acme = customer("acme", history=lines)
    assert of(acme).rows == ()
    row = rows_of(of(acme, day=date(2026, 10, 31)))[0]
    assert (row["status"], row["owner"]) == ("prospect", "zoe")
    assert of(acme, day=date(2026, 9, 30)).rows == ()


def test_a_rep_sees_his_own():
    table = of(lead("a"), lead("b", owner="zoe"), rep="zoe")
    assert [row["customer"] for row in rows_of(table)] == ["b"]


def test_without_criteria_there_is_no_fit_and_it_is_said():
    table = of(lead("acme", industry="marine"), policy={})
    assert rows_of(table)[0]["fit"] is None
    assert "no prospects.ideal in crm.yaml: a list of criteria there gives a fit" in table.notes


def test_a_criterion_of_no_field_is_unknown_and_said():
    ideal = [{"field": "shoe_size", "filled": "yes"}]
    table = of(lead("acme"), policy={"standard": {"prospects": {"ideal": ideal}}})
    assert rows_of(table)[0]["unknown"] == 1
    assert "prospects.ideal in crm.yaml names no field of a customer: shoe_size" in table.notes


# How things stand with them


def test_an_unanswered_mail_is_a_contact_and_no_sign_of_life():
    """Trap 30."""
    records = [call("2026-10-20"), email("2026-11-01", direction="out"), note("2026-11-05")]
    row = one(interactions=records)
    assert (row["last_contact"], row["silence"]) == (date(2026, 11, 1), 20)


def test_never_contacted_is_said():
    """Trap 3."""
    table = of(lead("acme"), lead("bolt"), interactions=[visit("2026-11-02")])
    assert "1 of 2 never contacted" in table.notes
    assert rows_of(table)[1]["silence"] is None
    assert table.summary["never_contacted"] == 1


def test_open_deals_are_counted():
    deals = [deal("lead"), deal("proposal"), deal("lost"), deal("lead", archived="2026-01-01")]
    assert one(deals=deals)["open_deals"] == 2


@pytest.mark.parametrize(("due", "known"), [("2026-11-08", False), ("2026-11-09", True)])
def test_the_next_step_lies_ahead_up_to_the_day_itself(due, known):
    agreed = visit("2026-11-02", next_step="send samples", next_date=due)
    row = one(interactions=[agreed])
    assert (row["next_step"] == "send samples") == known
    row = one(tasks=[task(due, what="call them")])
    assert (row["next_step"] == "call them") == known
    assert (row["next_date"] == date(2026, 11, 9)) == known


def test_the_next_step_is_that_of_the_latest_contact_or_an_earlier_task():
    contacts = [
        visit("2026-11-01", next_step="old", next_date="2026-11-10"),
        visit("2026-11-02", next_step="new", next_date="2026-11-20"),
    ]
    assert one(interactions=contacts)["next_step"] == "new"
    assert one(interactions=contacts, tasks=[task("2026-11-19", what="task")])["next_step"] == (
        "task"
    )
    assert one(interactions=contacts, tasks=[task("2026-11-21", what="task")])["next_step"] == "new"
    done = task("2026-11-19", status="done")
    assert one(interactions=contacts, tasks=[done])["next_step"] == "new"


def test_what_was_done_under_a_merged_name_counts():
    old = customer("old", status="archived", merged_into="acme")
    step = visit("2026-11-02", customer="old", next_step="call", next_date="2026-11-12")
    row = one(lead("acme"), old, interactions=[step])
    assert (row["last_contact"], row["next_step"]) == (date(2026, 11, 2), "call")


# The standard itself


def test_each_criterion_is_held_against_won_and_lost_customers():
    table = of(
        customer("a", industry="marine"),
        customer("b", industry="food"),
        customer("c"),
        customer("d", industry="food"),
        deals=[
            closed("won", "a"),
            closed("lost", "a"),
            closed("won", "b"),
            closed("won", "c"),
            closed("lost", "d"),
            closed("lost", "d", "2025-11-09"),
            closed("lost", "b", "2025-11-09"),
        ],
    )
    assert table.notes[0] == (
        "industry one of marine: 1 of 2 of the won customers of the year, 0 of 1 of the lost"
    )


def test_new_and_existing_customers_are_compared():
    deals = [closed("won", "a", "2026-10-01"), closed("lost", "b")]
    lines = [{"date": "2026-10-02", "stage": "qualified"}, {"date": "2026-10-20", "stage": "won"}]
    deals.append(deal("won", customer="a", history=lines))
    part = of(deals=deals).part("new_or_existing")
    existing, new, _ = rows_of(part)
    assert (existing["won"], existing["n"], new["won"], new["n"]) == (1, 1, 1, 2)


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = of()
    assert (table.rows, table.notes) == ((), ())
    assert "--status prospect" in table.empty
    assert table.summary["prospects"] == 0


def test_rows_have_a_cell_for_each_column():
    table = of(lead("acme"))
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert set(table.shown) <= set(table.keys)
