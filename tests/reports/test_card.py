"""A customer's card: a list that is cut short says so where it stands."""

from datetime import date

from crmcli.render.answer import Style
from crmcli.render.answer import sidenotes
from crmcli.reports.card import case_card
from crmcli.reports.card import customer_card
from crmcli.reports.card import feedback_card
from crmcli.reports.listing import listing
from crmcli.reports.relationships import relationships
from crmcli.reports.select import chosen_fields
from tests.builders import book_of
from tests.builders import case
from tests.builders import contact
from tests.builders import customer
from tests.builders import feedback
from tests.builders import promise
from tests.builders import sale
from tests.builders import task
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


def test_what_is_not_resolved_and_the_last_ratings_are_shown():
    cases = [
        case("2026-11-01", id="s-00000001"),
        case("2026-11-01", id="s-00000002", settled="2026-11-02"),
        case("2026-11-01", id="s-00000003", customer="beta"),
    ]
    said = [feedback(at=f"2026-10-{day:02}") for day in range(1, 13)]
    book = book_of(customers=[customer(), customer("beta")], cases=cases, feedback=said)
    table = customer_card(book, "acme", D)
    assert [row[0] for row in table.part("cases").rows] == ["s-00000001"]
    assert len(table.part("feedback").rows) == 10
    assert table.part("feedback").notes == ("10 of 12 feedback: --full shows all",)
    full = customer_card(book, "acme", D, full=True)
    assert [len(full.part(name).rows) for name in ("cases", "feedback")] == [2, 12]


def test_a_case_shows_what_names_it_and_a_rating_what_it_is_about():
    id = "s-00000001"
    book = book_of(
        customers=[customer()],
        cases=[case(id=id)],
        interactions=[visit("2026-11-03", id="i-00000001", case=id), visit("2026-11-04")],
        promises=[promise(id="p-00000001", case=id), promise()],
        tasks=[task(id="t-00000001", case=id), task()],
        feedback=[feedback(id="f-00000001", case=id, interaction="i-00000001"), feedback("nps", 9)],
    )
    table = case_card(book, id, D)
    names = ("interactions", "promises", "tasks", "feedback")
    assert [[row[0] for row in table.part(name).rows] for name in names] == [
        ["i-00000001"], ["p-00000001"], ["t-00000001"], ["f-00000001"],
    ]  # fmt: skip
    about = feedback_card(book, "f-00000001", D)
    assert [part.name for part in about.parts] == ["interactions", "cases"]
    assert about.part("cases").rows[0][0] == id


def test_who_is_given_no_interactions_is_not_told_of_them():
    for table in (card(12), chosen_fields(card(12), "id,name")):
        assert sidenotes(table, Style("plain")) == []
        assert sidenotes(table, Style("csv")) == []


def test_who_is_given_them_without_a_page_is_told_beside_it():
    assert sidenotes(card(12), Style("plain", part="interactions")) == CUT
    assert sidenotes(card(12), Style("json")) == CUT


def cells(table):
    return dict(zip(table.keys, table.rows[0], strict=True))


def test_the_card_tells_how_it_stands_as_the_report_does():
    book = book_of(
        customers=[customer(kind="company", tier="A"), customer("beta")],
        cases=[case("2026-10-01", id="s-00000001")],
        interactions=[visit("2026-08-01", mood="pleased"), visit("2026-11-01", customer="beta")],
        sales=[sale("2026-07-01", 2, 50), sale("2026-07-01", customer="beta")],
    )
    card = cells(customer_card(book, "acme", D))
    assert (card["verdict"], card["reasons"]) == ("offended", ("silence", "failures"))
    assert card["health"] == "10 (3 of 6 known)"
    assert card["value"] == (100, "USD")
    report = relationships(book, D, customer="acme")
    row = cells(report)
    assert [card[key] for key in ("verdict", "reasons", "basis", "value", "evidence")] == [
        row[key] for key in ("verdict", "reasons", "basis", "value", "evidence")
    ]
    assert customer_card(book, "acme", D).part("health_parts").rows == (
        tuple(cells(report.part("health"))[key] for key in ("contact", "satisfaction", "promises", "failures", "value", "breadth")),
    )  # fmt: skip


def test_a_steady_customer_has_no_reasons_and_one_who_is_not_live_no_verdict():
    book = book_of(
        customers=[customer(), customer("beta", status="lead")],
        interactions=[visit("2026-11-01")],
    )
    steady, lead = customer_card(book, "acme", D), customer_card(book, "beta", D)
    assert steady.shown[:4] == ("verdict", "health", "value", "status")
    assert (cells(steady)["verdict"], cells(steady)["health"]) == (
        "steady",
        "unknown (2 of 6 known)",
    )
    assert (cells(lead)["verdict"], lead.shown[0], lead.part("health_parts")) == (
        None,
        "status",
        None,
    )


def test_what_people_said_about_being_contacted_stands_on_the_card():
    said = [{"channel": "email", "purpose": "marketing", "state": "given", "date": "2026-05-02"}]
    people = [contact("chen", consent=said), contact("lee")]
    table = customer_card(book_of(customers=[customer(contacts=people)]), "acme", D)
    assert table.part("consent").rows == (("acme/chen", "Chen", ("email/marketing given",)),)
    silent = customer_card(book_of(customers=[customer(contacts=people[1:])]), "acme", D)
    assert silent.part("consent") is None


def test_what_hangs_on_a_merged_customer_is_on_the_card_and_list_of_the_other():
    """As where somebody logged it before the merge of the two came in."""
    book = book_of(
        customers=[
            customer("acme"),
            customer("acme-two", status="archived", merged_into="acme"),
            customer("beta"),
        ],
        interactions=[
            visit("2026-10-01", customer="acme", id="i-00000001"),
            visit("2026-10-02", customer="acme-two", id="i-00000002"),
            visit("2026-10-03", customer="beta", id="i-00000003"),
        ],
        tasks=[task("2026-11-10", customer="acme-two", id="t-00000001")],
    )
    shown = customer_card(book, "acme", D)
    assert [row[0] for row in shown.part("interactions").rows] == ["i-00000002", "i-00000001"]
    assert [row[0] for row in shown.part("tasks").rows] == ["t-00000001"]
    listed = listing(book, "interaction", D, filters={"customer": ["acme"]})
    assert [row[0] for row in listed.rows] == ["i-00000002", "i-00000001"]
    listed = listing(book, "customer", D, filters={"customer": ["acme"]}, archived=True)
    assert [row[0] for row in listed.rows] == ["acme"]
