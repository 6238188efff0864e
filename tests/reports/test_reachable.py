"""Lists of people by what they consented to: whom we may contact, whom a campaign is to reach."""

from datetime import date

import pytest

from crmcli.reports.campaign_card import campaign_card
from crmcli.reports.contact_consent import contact_consent
from crmcli.reports.listing import listing
from crmcli.reports.mail_list import mail_list
from crmcli.reports.reachable import allowed
from crmcli.reports.reachable import reachable
from tests.builders import book_of
from tests.builders import campaign
from tests.builders import contact
from tests.builders import customer

D = date(2026, 11, 9)
ID = "g-00000001"


def said(state="given", day="2026-05-02", **more):
    return {"channel": "email", "purpose": "marketing", "state": state, "date": day} | more


def person(id, *events, **fields):
    return contact(id, **{"email": f"{id}@acme.example", "consent": list(events)} | fields)


def book(*members, **fields):
    people = [
        person("an", said()),
        person("bo", said(), said("withdrawn", "2026-11-01")),
        person("cy", email=None, phone="0223456789"),
        person("di", said(), left="2026-11-09"),
    ]
    houses = [
        customer("acme", address="1 Long Road", contacts=people),
        customer(
            "beta", contacts=[person("ed", said(), other_emails=["x@beta.example"], email=None)]
        ),
        customer("gone", status="archived", contacts=[person("fi", said())]),
        customer("void"),
    ]
    return book_of(customers=houses, campaigns=[campaign(id=ID, members=members, **fields)])


def ids(table):
    return [row[0] for row in table.rows]


def test_everyone_is_there_with_the_ways_to_reach_them():
    people = {each.id: each for each in reachable(book())}
    assert sorted(people) == ["acme/an", "acme/bo", "acme/cy", "acme/di", "beta/ed", "gone/fi"]
    channels = ("email", "phone", "sms", "message", "post", "visit")
    ways = {id: [c for c in channels if each.ways.has(c)] for id, each in people.items()}
    assert ways["acme/an"] == ["email", "post", "visit"]
    assert ways["acme/cy"] == ["phone", "message", "post", "visit"]
    assert ways["beta/ed"] == ["email", "visit"]
    assert people["acme/di"].left == date(2026, 11, 9)
    assert [each.id for each in reachable(book(), "beta")] == ["beta/ed"]


@pytest.mark.parametrize(
    ("day", "may", "expected"),
    [
        (D, ("email", "marketing"), ["acme/an", "beta/ed"]),
        (date(2026, 10, 31), ("email", "marketing"), ["acme/an", "acme/bo", "acme/di", "beta/ed"]),
        (date(2026, 5, 1), ("email", "marketing"), []),
        (D, ("email", "service"), ["acme/an", "acme/bo", "acme/cy", "beta/ed"]),
        (D, ("phone", "survey"), []),
    ],
)
def test_a_list_of_those_whom_consent_allows_is_that_of_its_day(day, may, expected):
    """P6: who withdrew is in no list."""
    found = book()
    assert ids(allowed(found, listing(found, "contact", day), may, day)) == expected


def test_a_list_of_contacts_tells_what_stands():
    table = listing(book(), "contact", D)
    at = table.keys.index("consent")
    stands = {row[0]: row[at] for row in table.rows}
    assert stands["acme/bo"] == ("email/marketing withdrawn",)
    assert stands["acme/cy"] == ()


def refused(found):
    return [(who, each.person.id if each and each.person else None) for who, each in found.refused]


def test_a_campaigns_list_has_a_person_alone_and_everyone_of_a_house():
    found = mail_list(book("beta", "acme/an"), ID, D)
    assert found.people == ("beta/ed", "acme/an")
    assert refused(found) == []
    assert (found.channel, found.purpose) == ("email", "marketing")


def test_who_may_not_be_contacted_is_told_with_the_member():
    """P6."""
    found = mail_list(book("acme", "acme/cy", "void", "acme/nobody"), ID, D)
    assert refused(found) == [
        ("acme", "acme/bo"),
        ("acme/cy", "acme/cy"),
        ("void", None),
        ("acme/nobody", "acme/bo"),  # who is not there any more is judged as the house
    ]
    assert found.people == ("acme/an", "acme/bo", "acme/cy")


@pytest.mark.parametrize("field", ["channel", "purpose"])
def test_without_a_channel_or_purpose_nobody_is_on_the_list(field):
    found = mail_list(book("acme/an", **{field: None}), ID, D)
    assert found.people == ()
    assert found.refused == (("acme/an", None),)


def test_the_card_of_a_campaign_says_of_each_member_whether_and_why():
    card = campaign_card(book("acme/an", "acme", "void"), ID, D)
    assert card.part("consent").rows == (
        ("acme/an", "An", True, "given 2026-05-02"),
        ("acme", None, False, "Bo withdrawn 2026-11-01"),
        ("void", None, False, "nobody there has an address for email"),
    )
    bare = campaign_card(book("acme/an", channel=None), ID, D)
    assert bare.part("consent").rows == (("acme/an", "An", None, "no channel or no purpose"),)


def test_a_persons_answers_stand_for_their_channels_and_those_they_spoke_of():
    found = contact_consent(book(), "acme", "cy", D)
    assert {row[0] for row in found.rows} == {"phone", "message", "post", "visit"}
    assert found.part("events").rows == ()
    rung = contact_consent(book(), "acme", "cy", D, channel="phone", purpose="marketing")
    assert rung.rows == tuple(row for row in found.rows if row[:2] == ("phone", "marketing"))
    assert len(rung.rows) == 1
    none = contact_consent(book(), "acme", "cy", D, channel="email")
    assert (none.rows, none.empty) == ((), "no address for it, and nothing was ever said about it")
    bo = contact_consent(book(), "acme", "bo", D)
    assert bo.rows[0] == ("email", "marketing", False, "withdrawn", date(2026, 11, 1), None, None)
    assert [row[0] for row in bo.part("events").rows] == [date(2026, 11, 1), date(2026, 5, 2)]
    before = contact_consent(book(), "acme", "bo", date(2026, 10, 31))
    assert before.rows[0][:4] == ("email", "marketing", True, "given")
    assert len(before.part("events").rows) == 1
