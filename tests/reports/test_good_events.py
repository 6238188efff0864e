"""Good events: what shows that a customer is well pleased."""

from datetime import date

import pytest

from crmcli.reports.good_events import good_events
from crmcli.reports.window import Window
from tests.builders import book_of
from tests.builders import customer
from tests.builders import email
from tests.builders import feedback
from tests.builders import note
from tests.builders import visit

D = date(2026, 11, 9)
W = Window(date(2026, 5, 14), D)


def goods(as_of=D, span=W, only=None, **records):
    records = {"customers": [customer("acme")]} | records
    return good_events(book_of(**records), as_of, span, only=only)


@pytest.mark.parametrize(
    ("kind", "score", "rule"),
    [("csat", 4, "G1"), ("csat", 3, None), ("nps", 9, "G2"), ("nps", 8, None), ("ces", 7, None)],
)
def test_a_rating_at_the_limit_is_good(kind, score, rule):
    """Trap 8."""
    found = goods(feedback=[feedback(kind, score)])
    assert [one.rule for one in found] == ([rule] if rule else [])


def test_limits_are_those_of_the_house():
    policy = {"standard": {"good": {"csat": 5, "nps": 10}}}
    rated = [feedback("csat", 4), feedback("nps", 9)]
    assert goods(feedback=rated, policy=policy) == []


def test_a_compliment_is_good_and_names_who_earned_it():
    (one,) = goods(feedback=[feedback("compliment", None, id="f-1", comment="so fast", rep="tom")])
    assert (one.rule, one.basis, one.rep, one.text) == ("G3", "said", "tom", "compliment: so fast")
    assert one.evidence == (date(2026, 11, 2), "f-1", "feedback", "said", "compliment: so fast")


def test_what_an_observer_gives_is_not_said_by_the_customer():
    assert goods(feedback=[feedback("csat", 5, rater="observer")]) == []
    assert len(goods(feedback=[feedback("csat", 5, rater=None)])) == 1


def test_a_score_off_its_scale_is_none():
    assert goods(feedback=[feedback("csat", 9), feedback("nps", 11)]) == []


def test_who_brings_another_customer_is_pleased_on_the_day_that_one_is_born():
    born = [{"date": "2026-10-05", "status": "prospect"}, {"date": "2026-11-01", "owner": "mei"}]
    everyone = [customer("acme"), customer("beta", referred_by="acme", history=born)]
    (one,) = goods(customers=everyone)
    assert (one.rule, one.customer, one.day, one.id) == ("G4", "acme", "2026-10-05", "beta")
    assert goods(customers=everyone, as_of=date(2026, 10, 4)) == []
    unknown = [customer("acme"), customer("beta", referred_by="acme")]
    assert goods(customers=unknown) == []


def test_a_mood_counts_on_two_way_contacts_only():
    """Trap 31."""
    found = goods(
        interactions=[
            visit("2026-11-01", id="i-1", mood="pleased"),
            visit("2026-11-02", id="i-2", mood="delighted"),
            visit("2026-11-03", id="i-3", mood="neutral"),
            visit("2026-11-04", id="i-4", mood="pleased", outcome="not-held"),
            email("2026-11-05", id="i-5", mood="pleased", direction="out"),
            note("2026-11-06", id="i-6", mood="pleased"),
        ]
    )
    assert [(one.id, one.rule, one.basis) for one in found] == [
        ("i-1", "G5", "seen"),
        ("i-2", "G5", "seen"),
    ]


def test_only_days_of_the_window_up_to_the_day_count():
    """Trap 9."""
    rated = [feedback(at=day) for day in ("2026-05-13", "2026-05-14", "2026-11-09", "2026-11-10")]
    assert [one.day for one in goods(feedback=rated)] == ["2026-05-14", "2026-11-09"]
    assert [one.day for one in goods(feedback=rated, as_of=date(2026, 11, 8))] == ["2026-05-14"]


def test_a_merged_customers_events_are_the_survivors_and_no_one_refers_himself():
    everyone = [
        customer("acme"),
        customer("old", merged_into="acme"),
        customer("beta", referred_by="old", history=[{"date": "2026-10-05", "status": "lead"}]),
    ]
    rated = [feedback(customer="old", id="f-1")]
    found = goods(customers=everyone, feedback=rated)
    assert [(one.customer, one.id) for one in found] == [("acme", "beta"), ("acme", "f-1")]
    assert goods(customers=everyone, feedback=rated, only=("acme", "old")) == found
    assert goods(customers=everyone, feedback=rated, only=("beta",)) == []
    oneself = [
        customer("acme", referred_by="old", history=[{"date": "2026-10-05", "status": "lead"}]),
        customer("old", merged_into="acme"),
    ]
    assert goods(customers=oneself) == []
