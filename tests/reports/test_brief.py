"""The brief for whoever follows a rep."""

from datetime import date
from typing import Any

import pytest

from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.reports.brief import brief
from crmcli.reports.brief import pages
from crmcli.reports.brief_parts import AHEAD
from crmcli.reports.brief_parts import LONGEST
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import feedback
from tests.builders import note
from tests.builders import promise
from tests.builders import rep
from tests.builders import task
from tests.builders import visit

TODAY = date(2026, 11, 9)
REPS = (rep("mei", name="陳怡美"), rep("lin", name="林志偉"))


def told(*customers: str, of: str = "mei", on: date = TODAY, **records: Any) -> Table:
    return brief(book_of(**({"reps": REPS} | records)), of, on, customers=customers)


def page(table: Table, id: str = "acme") -> dict[str, Any]:
    rows = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
    return next(row for row in rows if row["customer"] == id)


def ids(table: Table) -> list[str]:
    return [row[table.keys.index("customer")] for row in table.rows]


def test_the_customers_are_those_that_the_rep_owns_the_better_tier_first() -> None:
    table = told(
        customers=[
            customer("a"),
            customer("b", tier="B"),
            customer("c", tier="A"),
            customer("d", tier="B"),
            customer("other", owner="lin", tier="A"),
            customer("away", status="archived"),
        ]
    )
    assert ids(table) == ["c", "b", "d", "a"]
    assert table.question == "What must whoever follows 陳怡美 know?"
    assert table.summary["customers"] == 4


def test_a_customer_of_another_is_told_of_where_the_rep_has_something_open() -> None:
    others = [customer(id, owner="lin") for id in ("a", "b", "c", "d", "e")]
    table = told(
        customers=others,
        deals=[deal(customer="a", opened="2026-05-01"), deal("lost", customer="d")],
        promises=[
            promise(customer="b", by="lin", owner="mei"),
            promise(customer="e", by="mei", owner="lin"),
        ],
        tasks=[task(customer="c"), task(customer="e", status="done", done="2026-11-01")],
    )
    assert ids(table) == ["a", "b", "c"]


def test_one_customer_alone_may_be_asked_for() -> None:
    table = told("b", customers=[customer("a"), customer("b")], tasks=[task(customer=None)])
    assert ids(table) == ["b"]
    assert table.notes == ()


def test_a_rep_who_holds_nothing_has_an_empty_brief() -> None:
    table = told(customers=[customer(owner="lin")])
    assert table.rows == ()
    assert table.empty == "陳怡美 holds nothing open"
    assert pages(table).parts == ()


def test_a_rep_without_a_record_is_told_of_by_the_id() -> None:
    table = told(of="nia", customers=[customer(owner="nia")])
    assert (ids(table), table.question) == (["acme"], "What must whoever follows nia know?")


def test_what_is_open_without_a_customer_is_named() -> None:
    table = told(
        customers=[customer()],
        tasks=[task(id="t-00000001", customer=None), task(id="t-00000002")],
        deals=[deal(id="d-00000001", customer=None, opened="2026-05-01")],
    )
    assert table.notes == (
        "deals without a customer: d-00000001",
        "tasks without a customer: t-00000001",
    )


def test_the_people_come_with_how_they_like_to_be_treated() -> None:
    consent = [
        {"channel": "phone", "purpose": "marketing", "state": "given", "date": "2026-01-01"},
        {"channel": "phone", "purpose": "marketing", "state": "withdrawn", "date": "2026-02-01"},
        {"channel": "email", "purpose": "marketing", "state": "declined", "date": "2026-01-01"},
        {"channel": "email", "purpose": "marketing", "state": "given", "date": "2026-02-01"},
        {"channel": "sms", "purpose": "news", "state": "declined", "date": "2026-11-10"},
    ]
    chen = contact("chen", name="陳美玲", note="Tea, never coffee.", consent=consent)
    gone = contact("wu", left="2026-11-09")
    going = contact("lo", left="2026-11-10")
    table = told(customers=[customer(contacts=[chen, gone, going])])
    first, second = page(table)["people"]
    assert (first["name"], first["note"]) == ("陳美玲", "Tea, never coffee.")
    assert first["not_wanted"] == "phone for marketing"
    assert (second["name"], second["not_wanted"]) == ("Lo", None)


def test_what_angered_them_is_a_failure_a_bad_mood_or_a_word_not_kept() -> None:
    table = told(
        customers=[customer(contacts=[contact("chen", name="陳美玲")])],
        interactions=[
            visit("2026-09-01", id="i-00000001", mood="offended", failure="lost-face", contact="chen", summary="seated last"),
            visit("2026-09-02", id="i-00000002", mood="pleased"),
            call("2026-09-03", id="i-00000003", mood="unhappy"),
            call("2026-09-04", id="i-00000004", failure="neglect", mood="neutral"),
            call("2026-11-10", id="i-00000005", mood="offended"),
        ],
        promises=[
            promise(id="p-00000001", status="broken", settled="2026-10-01", reason="no stock"),
            promise(id="p-00000002", status="withdrawn-by-us", settled="2026-10-02"),
            promise(id="p-00000003", status="withdrawn-by-customer", settled="2026-10-03"),
            promise(id="p-00000004", status="kept", settled="2026-10-04"),
        ],
    )  # fmt: skip
    found = page(table)["angers"]
    assert [(each["id"], each["what"]) for each in found] == [
        ("p-00000002", "promise withdrawn by us"),
        ("p-00000001", "broken promise"),
        ("i-00000004", "neutral, neglect"),
        ("i-00000003", "unhappy"),
        ("i-00000001", "offended, lost-face"),
    ]
    assert found[1]["text"] == "replace the chargers (no stock)"
    assert (found[4]["with"], found[4]["text"]) == ("陳美玲", "seated last")


def test_all_that_is_open_at_the_customer_is_told_in_whose_hands_it_is() -> None:
    table = told(
        customers=[customer()],
        promises=[
            promise("2026-11-01", id="p-00000001"),
            promise("2026-12-01", id="p-00000002", by="lin"),
            promise(id="p-00000003", status="kept", settled="2026-11-02"),
            promise(id="p-00000004", archived="2026-11-02"),
        ],
        deals=[
            deal(id="d-00000001", opened="2026-05-01", amount="1200", currency="EUR", owner="lin"),
            deal("won", id="d-00000002"),
        ],
        tasks=[task(id="t-00000001"), task(id="t-00000002", status="dropped")],
    )
    mine = page(table)
    assert [(p["id"], p["by"], p["days_late"]) for p in mine["promises"]] == [
        ("p-00000001", "mei", 8),
        ("p-00000002", "lin", None),
    ]
    assert [(d["id"], d["owner"], d["amount"]) for d in mine["deals"]] == [
        ("d-00000001", "lin", Money(1200, "EUR"))
    ]
    assert [each["id"] for each in mine["tasks"]] == ["t-00000001"]
    assert (mine["open_promises"], mine["late_promises"], mine["open_deals"]) == (2, 1, 1)
    assert table.summary == {
        "customers": 1, "open_promises": 2, "late_promises": 1, "open_deals": 1, "open_cases": 0
    }  # fmt: skip


def test_cases_are_told_while_they_are_open_and_anger_longer() -> None:
    table = told(
        customers=[customer()],
        cases=[
            case("2026-11-08", id="s-00000001", type="fault", failure="neglect"),
            case("2026-10-01", id="s-00000002", settled="2026-10-02"),
            case("2026-10-03", id="s-00000003", type="question"),
        ],
    )
    mine = page(table)
    assert [each["id"] for each in mine["cases"]] == ["s-00000003", "s-00000001"]
    assert [(each["id"], each["what"]) for each in mine["angers"]] == [
        ("s-00000001", "fault, neglect"),
        ("s-00000002", "complaint"),
    ]
    assert (mine["open_cases"], table.summary["open_cases"]) == (2, 2)


def test_a_rep_with_nothing_but_a_case_has_a_page() -> None:
    table = told(of="lin", customers=[customer()], cases=[case(owner="lin")])
    assert ids(table) == ["acme"]


def test_what_they_said_of_us_is_part_of_the_story() -> None:
    table = told(
        customers=[customer()],
        interactions=[visit("2026-11-02", summary="came by")],
        feedback=[
            feedback("nps", 9, "2026-11-03", comment="quick"),
            feedback("csat", 2, "2026-11-01"),
            feedback("conduct", 5, "2026-11-04", item="polite"),
            feedback("nps", 0, "2026-11-10"),
        ],
    )
    story = [(each["kind"], each["summary"], each["rep"]) for each in page(table)["story"]]
    assert story == [
        ("feedback", "nps 9: quick", "mei"),
        ("visit", "came by", "mei"),
        ("feedback", "csat 2", "mei"),
    ]


@pytest.mark.parametrize(("days", "is_told"), [(0, True), (AHEAD, True), (AHEAD + 1, False)])
def test_what_is_due_within_the_next_days_is_told(days: int, is_told: bool) -> None:
    due = date.fromordinal(TODAY.toordinal() + days)
    table = told(
        customers=[customer()],
        tasks=[task(due.isoformat(), id="t-00000001")],
        interactions=[visit("2026-11-08")],
    )
    assert [each["id"] for each in page(table)["next"]] == (["t-00000001"] if is_told else [])


def test_what_is_due_next_stands_by_its_day() -> None:
    table = told(
        customers=[customer()],
        tasks=[task("2026-11-12", id="t-00000001")],
        promises=[promise("2026-11-20", id="p-00000001"), promise("2026-11-02", id="p-00000002")],
        interactions=[visit("2026-11-08")],
    )
    assert [each["id"] for each in page(table)["next"]] == [
        "p-00000002",
        "t-00000001",
        "p-00000001",
    ]


def test_the_story_is_the_last_interactions_the_newest_first() -> None:
    visits = [visit(f"2026-10-{day:02}", summary=str(day)) for day in range(1, 13)]
    table = told(
        customers=[customer()],
        interactions=[*visits, note("2026-10-20", summary="memo"), visit("2026-11-10")],
    )
    story = page(table)["story"]
    assert len(story) == LONGEST
    assert [each["summary"] for each in story[:2]] == ["memo", "12"]
    assert story[0]["date"] == date(2026, 10, 20)


def test_who_else_knows_them_is_counted_by_contacts_with_others() -> None:
    table = told(
        customers=[customer()],
        interactions=[
            visit("2026-10-01"),
            visit("2026-10-02", also=["lin"]),
            call("2026-10-05", rep="lin"),
            call("2026-10-03", rep="tom"),
            note("2026-10-06", rep="lin"),
            call("2026-11-10", rep="lin"),
        ],
    )
    assert page(table)["known_by"] == (
        "林志偉 (2 contacts, last 2026-10-05)",
        "tom (1 contact, last 2026-10-03)",
    )


def test_since_when_a_customer_is_theirs_is_told_by_the_history() -> None:
    history = [
        {"date": "2024-01-01", "owner": "mei"},
        {"date": "2025-01-01", "owner": "lin"},
        {"date": "2026-01-01", "owner": "mei"},
    ]
    table = told(customers=[customer("a", history=history), customer("b")])
    assert (page(table, "a")["since"], page(table, "b")["since"]) == (date(2026, 1, 1), None)


def test_a_page_for_each_customer_holds_the_chapters_that_there_are() -> None:
    table = pages(
        told(
            customers=[
                customer("acme", name="Acme | Battery", background="Second\ngeneration."),
                customer("beta"),
            ],
            promises=[promise("2026-11-01", what="send *all* prices")],
        )
    )
    text = render(table, Style(format="markdown"))
    assert text.startswith("# What must whoever follows 陳怡美 know?\n")
    assert "## Acme \\| Battery (acme)\n" in text
    assert "## Beta (beta)\n" in text
    assert "## Acme \\| Battery: open promises\n" in text
    assert "send \\*all\\* prices" in text
    assert "open tasks" not in text
    assert "Second\\\n  generation." in text


def test_a_program_gets_a_row_for_each_customer_with_all_in_it() -> None:
    table = told(customers=[customer()], promises=[promise("2026-11-01", id="p-00000001")])
    text = render(table, Style(format="json"))
    assert '"report": "handover"' in text
    assert '"promises": [{"due": "2026-11-01", "what": "replace the chargers"' in text
    assert '"parts": {}' in text
