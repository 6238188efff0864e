"""Whom we may contact on a day, and which contacts should not have been made."""

from datetime import date

import pytest

from crmcli.model.errors import UsageError
from crmcli.reports.consent import consent
from tests.builders import book_of
from tests.builders import call
from tests.builders import campaign
from tests.builders import contact
from tests.builders import customer
from tests.builders import email
from tests.builders import note
from tests.builders import rep

D = date(2026, 11, 9)
ID = "g-00000001"


def said(state="given", day="2026-05-02", **more):
    return {"channel": "email", "purpose": "marketing", "state": state, "date": day} | more


def person(id, *events, **fields):
    return contact(id, **{"email": f"{id}@acme.example", "consent": list(events)} | fields)


def of(*people, as_of=D, options=None, **others):
    others.setdefault("campaigns", [campaign(id=ID)])
    book = book_of(customers=[customer(contacts=people)], **others)
    return consent(book, as_of, **(options or {}))


def row(table, channel="email", purpose="marketing"):
    found = next(each for each in table.rows if each[:2] == (channel, purpose))
    return dict(zip(table.keys, found, strict=True))


def part(table, name="violations"):
    found = table.part(name)
    return [dict(zip(found.keys, each, strict=True)) for each in found.rows]


def counts(table, channel="email", purpose="marketing"):
    keys = ("people", "reachable", "withdrawn", "declined", "expired", "unknown")
    found = row(table, channel, purpose)
    return tuple(found[key] for key in keys)


EVERY = (
    person("an", said()),
    person("bo", said(), said("withdrawn", "2026-06-01")),
    person("cy", said("declined")),
    person("di", said(expires="2026-11-08")),
    person("ed"),
    person("fi", said(expires="2026-11-09")),
    person("gu", said(), email=None, phone="0223456789"),
    person("ho", said(), left="2026-11-09"),
    person("ix", said(), left="2026-11-10"),
)


def test_each_person_is_counted_in_one_state():
    table = of(*EVERY)
    assert counts(table) == (7, 3, 1, 1, 1, 1)  # an, fi, ix; bo; cy; di; ed. gu has no mail
    assert row(table)["coverage"] == pytest.approx(3 / 7)


def test_a_purpose_that_needs_none_takes_the_unknown_and_obeys_a_no():
    table = of(*EVERY, person("ju", said("withdrawn", purpose="all")))
    assert counts(table, purpose="service") == (8, 7, 1, 0, 0, 7)
    assert any(note.startswith("service, sharing need no consent") for note in table.notes)


def test_only_those_with_an_address_for_the_channel_are_people_of_it():
    phone = person("an", email=None, phone="0223456789")
    table = of(phone, person("bo", email=None, mobile="0912345678"), person("cy"))
    assert [counts(table, channel)[0] for channel in ("email", "phone", "sms", "message")] == [
        1,
        2,
        1,
        2,
    ]
    assert [counts(table, channel)[0] for channel in ("post", "visit")] == [0, 3]


def test_nobody_with_an_address_gives_a_blank_and_few_give_no_rate():
    """Trap 1."""
    table = of(person("an", said()))
    assert row(table, "post")["coverage"] is None
    assert row(table)["coverage"] is None
    assert counts(table) == (1, 1, 0, 0, 0, 0)


def test_yesterday_gives_yesterdays_answer():
    """Trap 10."""
    bo = person("bo", said(), said("withdrawn", "2026-11-09"))
    assert counts(of(bo)) == (1, 0, 1, 0, 0, 0)
    assert counts(of(bo, as_of=date(2026, 11, 8))) == (1, 1, 0, 0, 0, 0)
    assert counts(of(bo, as_of=date(2026, 5, 1))) == (1, 0, 0, 0, 0, 1)


def test_people_of_the_archive_and_of_customers_to_come_are_not_there():
    gone = customer("gone", status="archived", contacts=[person("an", said())])
    later = customer(
        "later", contacts=[person("an", said())],
        history=[{"date": "2026-11-10", "status": "active"}],
    )  # fmt: skip
    table = consent(book_of(customers=[gone, later]), D)
    assert table.rows == ()
    assert table.empty == "no contacts yet: crm contact add CUSTOMER NAME"
    assert table.summary == {"people": 0, "reachable": 0, "violations": 0, "judged": 0}


def test_an_empty_book_says_what_is_missing():
    table = consent(book_of(), D)
    assert (table.rows, table.notes[1:]) == ((), ())
    assert part(table) == []


def test_the_summary_counts_people_once():
    table = of(*EVERY)
    assert table.summary == {"people": 8, "reachable": 3, "violations": 0, "judged": 0}
    both = of(person("an", said(), said(channel="phone"), phone="0223456789"))
    assert both.summary["reachable"] == 1


def test_a_book_in_which_nobody_was_asked_says_so():
    """Trap 2."""
    assert any(each.startswith("nobody was ever asked") for each in of(person("an")).notes)
    assert not any(each.startswith("nobody") for each in of(person("an", said())).notes)


# What should not have been sent


def sent(day="2026-10-05", **fields):
    return email(day, **{"direction": "out", "campaign": ID} | fields)


def violations(*touches, people=EVERY, **more):
    return part(of(*people, interactions=touches, **more))


def test_a_contact_is_judged_on_its_own_day():
    bo = person("bo", said(), said("withdrawn", "2026-10-05", source="mail", wording="stop"))
    late = sent("2026-10-05", contact="bo", id="i-00000002")
    found = violations(sent("2026-10-04", contact="bo"), late, people=[bo])
    assert found == [
        {
            "id": "i-00000002",
            "date": date(2026, 10, 5),
            "person": "acme/bo",
            "channel": "email",
            "purpose": "marketing",
            "campaign": ID,
            "because": "withdrawn",
            "event": "2026-10-05 withdrawn, mail, stop",
            "rep": "mei",
        }
    ]


@pytest.mark.parametrize(
    ("who", "because", "event"),
    [
        ("cy", "declined", "2026-05-02 declined"),
        ("ed", "never asked", None),
        ("di", "expired", "2026-05-02 given until 2026-11-08"),
    ],
)
def test_the_reason_names_the_event_that_it_rests_on(who, because, event):
    (found,) = violations(sent("2026-11-09", contact=who))
    assert (found["because"], found["event"]) == (because, event)


def test_a_contact_that_names_nobody_is_judged_for_everyone_with_the_channel():
    yes, no = person("an", said()), person("bo")
    silent = person("cy", email=None)
    assert violations(sent(), people=[yes, silent]) == []
    (found,) = violations(sent(), people=[yes, no])
    assert (found["person"], found["because"]) == ("acme/bo", "never asked")
    (nobody,) = violations(sent(), people=[silent])
    assert nobody["person"] == "acme"
    assert nobody["because"] == "nobody there has an address for email"


@pytest.mark.parametrize(
    "touch",
    [
        sent(contact="ed", direction="in"),
        sent(contact="ed", direction=None),
        sent(contact="ed", campaign=None),
        note("2026-10-05", contact="ed", direction="out", campaign=ID),
        sent("2026-11-10", contact="ed"),
        sent(contact="an"),
    ],
)
def test_what_is_no_outbound_contact_of_a_campaign_is_no_violation(touch):
    assert violations(touch) == []


def test_a_call_of_a_campaign_is_judged_by_the_campaigns_channel():
    plan = campaign(id=ID, channel="phone")
    touch = call("2026-10-05", contact="an", direction="out", campaign=ID)
    (found,) = violations(touch, campaigns=[plan])
    assert (found["channel"], found["because"]) == ("phone", "never asked")


def test_one_that_bounced_was_sent_all_the_same():
    assert len(violations(sent(contact="ed", outcome="bounced"))) == 1


def test_a_purpose_that_needs_no_consent_is_violated_by_a_no_alone():
    plan = campaign(id=ID, purpose="service")
    no = person("an", said("declined", purpose="service"))
    touches = [sent(contact="an"), sent(contact="ed")]
    (found,) = violations(*touches, people=[no, person("ed")], campaigns=[plan])
    assert found["person"] == "acme/an"


def test_what_cannot_be_judged_is_counted():
    plan = campaign(id=ID, purpose=None)
    table = of(
        *EVERY, interactions=[sent(contact="ed"), sent(campaign="g-99999999")], campaigns=[plan]
    )
    assert part(table) == []
    assert any(each.startswith("2 contacts were not judged") for each in table.notes)


def test_only_the_window_counts_and_the_newest_comes_first():
    touches = [
        sent("2026-10-04", contact="ed"),
        sent("2026-10-05", contact="ed"),
        sent("2026-10-06", contact="ed"),
    ]
    window = {"since": date(2026, 10, 5), "until": date(2026, 10, 6)}
    found = violations(*touches, options=window)
    assert [each["date"].day for each in found] == [6, 5]
    assert of(*EVERY, interactions=touches, options=window).summary["violations"] == 2
    with pytest.raises(UsageError):
        of(options={"since": date(2026, 11, 10)})


# One rep, one customer


def two_houses():
    return book_of(
        customers=[
            customer(contacts=[person("an", said())]),
            customer("beta", owner="lin", contacts=[person("bo"), person("cy", said("declined"))]),
        ],
        campaigns=[campaign(id=ID)],
        interactions=[sent(contact="an", customer="beta", rep="mei", id="i-00000001")],
        reps=[rep("mei"), rep("lin")],
    )


def test_a_rep_has_the_people_of_their_customers_and_the_violations_they_made():
    mine, hers = (consent(two_houses(), D, rep=name) for name in ("mei", "lin"))
    assert (counts(mine)[0], counts(hers)[0]) == (1, 2)
    assert (len(part(mine)), len(part(hers))) == (1, 0)


def test_one_customer_shows_every_word_that_was_said():
    table = consent(two_houses(), D, customer="beta")
    assert counts(table) == (2, 0, 0, 1, 0, 1)
    (word,) = part(table, "people")
    assert (word["person"], word["state"], word["date"]) == (
        "beta/cy",
        "declined",
        date(2026, 5, 2),
    )
    assert len(part(table)) == 1
    assert consent(two_houses(), D).part("people") is None
    assert part(consent(two_houses(), date(2026, 5, 1), customer="beta"), "people") == []


def test_records_of_a_merged_customer_count_for_the_survivor():
    book = book_of(
        customers=[
            customer(contacts=[person("an", said("declined"))]),
            customer("old", status="archived", merged_into="acme"),
        ],
        campaigns=[campaign(id=ID)],
        interactions=[sent(customer="old", contact="an")],
    )
    assert part(consent(book, D))[0]["person"] == "acme/an"
