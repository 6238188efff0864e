"""Whom may we contact: the one rule, at its edges."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.consent import Person
from crmcli.model.consent import Verdict
from crmcli.model.consent import Ways
from crmcli.model.consent import because
from crmcli.model.consent import judged
from crmcli.model.consent import may_contact
from crmcli.model.consent import standing
from crmcli.model.customer import ConsentEvent

NEEDED = ("marketing", "survey", "greeting")
DAY = date(2026, 11, 9)
MAIL = Ways(mail=True)


def said(day, state, channel="email", purpose="marketing", **more):
    return ConsentEvent(
        date=date.fromisoformat(day), state=state, channel=channel, purpose=purpose, **more
    )


def answer(*events, channel="email", purpose="marketing", day=DAY):
    verdict = may_contact(events, channel, purpose, day, NEEDED)
    return verdict.allowed, verdict.state


@pytest.mark.parametrize(
    ("purpose", "allowed"),
    [
        ("marketing", False),
        ("survey", False),
        ("greeting", False),
        ("service", True),
        ("sharing", True),
    ],
)
def test_nothing_said_is_unknown_and_means_no_where_consent_is_needed(purpose, allowed):
    """Trap 2."""
    assert may_contact((), "email", purpose, DAY, NEEDED) == Verdict(allowed, "unknown", None)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([said("2026-05-02", "given")], (True, "given")),
        ([said("2026-05-02", "declined")], (False, "declined")),
        ([said("2026-05-02", "given"), said("2026-06-02", "withdrawn")], (False, "withdrawn")),
        ([said("2026-05-02", "withdrawn"), said("2026-06-02", "given")], (True, "given")),
        # The same day: the most restrictive wins.
        ([said("2026-05-02", "given"), said("2026-05-02", "withdrawn")], (False, "withdrawn")),
        ([said("2026-05-02", "given"), said("2026-05-02", "declined")], (False, "declined")),
        ([said("2026-05-02", "declined"), said("2026-05-02", "withdrawn")], (False, "withdrawn")),
        # On the day itself it counts, the day after it does not exist yet.
        ([said("2026-11-09", "given")], (True, "given")),
        ([said("2026-11-10", "given")], (False, "unknown")),
        ([said("2026-05-02", "given"), said("2026-11-10", "withdrawn")], (True, "given")),
        # Another channel or purpose says nothing about this one.
        ([said("2026-05-02", "given", channel="phone")], (False, "unknown")),
        ([said("2026-05-02", "given", purpose="survey")], (False, "unknown")),
        # `all` speaks of each.
        ([said("2026-05-02", "given", channel="all")], (True, "given")),
        ([said("2026-05-02", "given", channel="all", purpose="all")], (True, "given")),
        ([said("2026-05-02", "given"), said("2026-06-02", "withdrawn", "all", "all")], (False, "withdrawn")),
        ([said("2026-05-02", "withdrawn", "all", "all"), said("2026-06-02", "given")], (True, "given")),
        ([said("2026-06-02", "given"), said("2026-06-02", "declined", purpose="all")], (False, "declined")),
    ],
)  # fmt: skip
def test_what_was_said_last_counts_and_the_most_restrictive_of_a_day(events, expected):
    for order in itertools.permutations(events):
        assert answer(*order) == expected


@pytest.mark.parametrize(
    ("expires", "expected"),
    [("2026-11-09", (True, "given")), ("2026-11-08", (False, "expired"))],
)
def test_consent_holds_on_the_last_of_its_days(expires, expected):
    event = said("2026-05-02", "given", expires=date.fromisoformat(expires))
    assert answer(event) == expected


def test_an_older_given_does_not_stand_in_for_one_that_expired():
    older = said("2026-01-02", "given")
    newer = said("2026-05-02", "given", expires=date(2026, 6, 1))
    assert answer(older, newer) == (False, "expired")


def test_two_given_on_one_day_are_over_with_the_first_of_them():
    ends = said("2026-05-02", "given", expires=date(2026, 6, 1))
    stays = said("2026-05-02", "given")
    assert answer(stays, ends) == (False, "expired")


def test_a_declined_one_does_not_expire():
    event = said("2026-05-02", "declined", expires=date(2026, 6, 1))
    assert answer(event) == (False, "declined")


@pytest.mark.parametrize("state", ["withdrawn", "declined"])
def test_a_no_stops_what_needs_no_consent_too(state):
    assert answer(said("2026-05-02", state, purpose="service"), purpose="service") == (False, state)
    assert answer(said("2026-05-02", state, purpose="all"), purpose="service") == (False, state)
    assert answer(said("2026-05-02", state), purpose="service") == (True, "unknown")


def test_the_event_that_it_rests_on_is_handed_back():
    first, last = said("2026-05-02", "given"), said("2026-06-02", "withdrawn", source="mail")
    verdict = may_contact((last, first), "email", "marketing", DAY, NEEDED)
    assert verdict.event is last
    assert because(verdict) == "withdrawn 2026-06-02, mail"
    assert because(Verdict(False, "unknown")) == "was never asked"
    over = said("2026-05-02", "given", expires=date(2026, 6, 1))
    assert because(may_contact((over,), "email", "marketing", DAY, NEEDED)) == "expired 2026-06-01"


EVENTS = st.lists(
    st.builds(
        ConsentEvent,
        channel=st.sampled_from(["email", "phone", "all"]),
        purpose=st.sampled_from(["marketing", "service", "all"]),
        state=st.sampled_from(["given", "declined", "withdrawn"]),
        date=st.dates(date(2026, 11, 1), date(2026, 11, 9)),
    ),
    max_size=6,
)


@given(EVENTS, st.randoms())
def test_a_withdrawal_today_is_a_no_whatever_was_said_in_whatever_order(events, chance):
    """P6."""
    every = [*events, said("2026-11-09", "withdrawn", "all", "all")]
    chance.shuffle(every)
    for purpose in ("marketing", "service"):
        assert not may_contact(every, "email", purpose, DAY, NEEDED).allowed


@pytest.mark.parametrize(
    ("ways", "channels"),
    [
        (Ways(), {"visit"}),
        (Ways(mail=True), {"visit", "email"}),
        (Ways(phone=True), {"visit", "phone", "message"}),
        (Ways(mobile=True), {"visit", "phone", "message", "sms"}),
        (Ways(address=True), {"visit", "post"}),
    ],
)
def test_a_channel_needs_an_address_of_its_own(ways, channels):
    every = ("email", "phone", "sms", "message", "post", "visit")
    assert {channel for channel in every if ways.has(channel)} == channels


def person(id, *events, ways=MAIL, left=None):
    return Person(f"acme/{id}", id.title(), ways, events, left)


def of_house(*people, channel="email", purpose="marketing"):
    found = judged(people, channel, purpose, DAY, NEEDED)
    return found.person.id if found.person else None, found.verdict.allowed, found.verdict.state


def test_for_a_house_one_no_is_a_no():
    yes, no = said("2026-05-02", "given"), said("2026-05-02", "declined")
    assert of_house(person("an", yes), person("bo", yes)) == ("acme/an", True, "given")
    assert of_house(person("an", yes), person("bo", no)) == ("acme/bo", False, "declined")
    assert of_house(person("an", yes), person("bo")) == ("acme/bo", False, "unknown")


def test_for_a_house_only_those_count_who_can_be_reached_there():
    yes, no = said("2026-05-02", "given"), said("2026-05-02", "declined")
    assert of_house(person("an", yes), person("bo", no, ways=Ways())) == ("acme/an", True, "given")
    gone = person("bo", no, left=DAY)
    assert of_house(person("an", yes), gone) == ("acme/an", True, "given")
    leaves = person("bo", no, left=date(2026, 11, 10))
    assert of_house(person("an", yes), leaves) == ("acme/bo", False, "declined")


def test_a_house_where_nobody_can_be_reached_has_said_nothing():
    assert of_house() == (None, False, "unknown")
    assert of_house(person("an", said("2026-05-02", "given"), ways=Ways())) == (
        None,
        False,
        "unknown",
    )
    assert of_house(purpose="service") == (None, True, "unknown")


def test_what_stands_is_told_for_each_pair_that_was_spoken_of():
    events = (
        said("2026-05-02", "given", "all", "all"),
        said("2026-06-02", "withdrawn"),
        said("2026-11-10", "given", "phone", "survey"),
    )
    assert standing(events, DAY, NEEDED) == ("all/all given", "email/marketing withdrawn")
