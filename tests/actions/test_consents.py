"""What people consent to: added to, never rewritten, and obeyed."""

from datetime import date

import pytest

from crmcli.actions import consents
from crmcli.book.book import Book
from crmcli.model.consent import reason
from crmcli.model.customer import ConsentEvent
from crmcli.model.errors import BadValueError
from crmcli.model.errors import PolicyError
from tests.builders import campaign
from tests.builders import contact
from tests.builders import customer
from tests.builders import rep
from tests.builders import write_book

DAY = date(2026, 11, 9)
GIVEN = {"channel": "email", "purpose": "marketing", "state": "given", "date": "2026-05-02"}


def said(state="given", day=DAY, **more):
    fields = {"channel": "email", "purpose": "marketing", "source": "form"} | more
    return ConsentEvent(state=state, date=day, **fields)


def book_with(root, *records, **person):
    chen = contact("chen", email="chen@acme.example", **person)
    return Book(write_book(root, rep(), customer(contacts=[chen]), *records))


def events(change):
    return change.edits[0].new.contacts[0].consent


def test_an_event_is_put_behind_the_older_ones(tmp_path):
    """P6: events are only ever added."""
    book = book_with(tmp_path, consent=[GIVEN])
    change = consents.add(book, "acme/chen", said("withdrawn", by="mei"), today=DAY)
    assert [event.state for event in events(change)] == ["given", "withdrawn"]
    assert change.sentence == (
        "Consent of acme/chen (Chen): email/marketing withdrawn on 2026-11-09, form"
    )
    assert change.subject == "contact consent"


def test_the_same_word_a_second_time_changes_nothing_whoever_writes_it(tmp_path):
    book = book_with(tmp_path, consent=[GIVEN | {"source": "form", "by": "mei"}])
    change = consents.add(book, "acme/chen", said(day=date(2026, 5, 2), by="lin"), today=DAY)
    assert change.edits == ()


def test_the_end_is_not_before_the_day(tmp_path):
    book = book_with(tmp_path)
    consents.add(book, "acme/chen", said(expires=DAY), today=DAY)
    with pytest.raises(BadValueError):
        consents.add(book, "acme/chen", said(expires=date(2026, 11, 8)), today=DAY)


def test_what_was_said_later_is_told_to_count(tmp_path):
    book = book_with(tmp_path, consent=[GIVEN])
    older = consents.add(book, "acme/chen", said("declined", date(2026, 5, 1)), today=DAY)
    assert older.notes == ("Something later was said about the same, and that counts.",)
    other = said("declined", date(2026, 5, 1), channel="phone")
    assert consents.add(book, "acme/chen", other, today=DAY).notes == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"members": ["acme/chen"]}, True),
        ({"members": ["acme"]}, True),
        ({"members": ["acme/wu"]}, False),
        ({"members": ["acme/chen"], "channel": "phone"}, False),
        ({"members": ["acme/chen"], "end": "2026-11-09"}, True),
        ({"members": ["acme/chen"], "end": "2026-11-08"}, False),
        ({"members": ["acme/chen"], "archived": "2026-11-01"}, False),
    ],
)
def test_a_no_tells_of_the_campaigns_that_still_name_the_person(tmp_path, fields, told):
    book = book_with(tmp_path, campaign(id="g-00000001", **fields))
    change = consents.add(book, "acme/chen", said("withdrawn"), today=DAY)
    assert any("crm campaign set g-00000001 members-=" in note for note in change.notes) == told
    assert not consents.add(book, "acme/chen", said("given"), today=DAY).notes


def verdict(house, contact=None, channel="email", purpose="marketing"):
    return consents.verdict_on(
        house, contact, channel, purpose, day=DAY, required_for=("marketing",)
    )


def test_a_named_person_is_judged_alone_and_a_house_by_everyone():
    yes = contact("an", email="an@acme.example", consent=[GIVEN])
    no = contact("bo", email="bo@acme.example")
    house = customer(contacts=[yes, no, contact("cy")])
    assert verdict(house, "an").verdict.allowed
    assert verdict(house).person.id == "acme/bo"
    assert verdict(house, "gone").person.id == "acme/bo"  # nobody of that name: the house
    assert reason(verdict(house), "email") == "Bo was never asked"


def test_nobody_to_write_to_is_a_reason_of_its_own():
    found = verdict(customer(contacts=[contact("cy", phone="0223456789")]))
    assert reason(found, "email") == "nobody there has an address for email"
    with pytest.raises(PolicyError) as error:
        consents.refuse([("acme", found)], "email", "marketing")
    assert "acme: nobody there" in error.value.what
    assert error.value.remedy == "Try: crm contact list --customer acme"


def test_a_refusal_names_a_few_and_counts_the_others():
    house = customer(contacts=[contact("bo", email="bo@acme.example")])
    consents.refuse([], "email", "marketing")
    with pytest.raises(PolicyError) as error:
        consents.refuse([("acme", verdict(house))] * 7, "email", "marketing")
    assert error.value.what.count("Bo was never asked") == 5
    assert error.value.what.endswith("; and 2 more")
