"""Relationships: pleased, offended, about to be lost; each with its reasons, health and evidence."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.relationships import relationships
from crmcli.reports.verdicts import verdicts
from crmcli.reports.whose import household
from crmcli.reports.window import Window
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import feedback
from tests.builders import note
from tests.builders import promise
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def table(as_of=D, options=None, **records):
    records = {"customers": [customer("acme")]} | records
    return relationships(book_of(**records), as_of, **(options or {}))


def row(as_of=D, options=None, **records):
    found = table(as_of, options, **records)
    (cells,) = found.rows
    return dict(zip(found.keys, cells, strict=True))


def health(as_of=D, **records):
    part = table(as_of, **records).part("health")
    (cells,) = part.rows
    return dict(zip(part.keys, cells, strict=True))


def words(**records):
    return [(cells[0], cells[3]) for cells in table(**records).rows]


# Verdicts


def test_an_empty_book_has_no_row_and_says_what_to_do():
    found = table(customers=[])
    assert (found.rows, found.notes) == ((), ())
    assert found.empty.startswith("no customer yet: crm customer add")
    assert found.summary == {
        "customers": 0, "pleased": 0, "offended": 0, "at_risk": 0, "steady": 0, "unknown": 0,
        "value_at_risk": None,
    }  # fmt: skip


def test_only_live_customers_have_a_row():
    every = [customer(status, status=status) for status in ("active", "lapsed", "lost", "lead")]
    assert [cells[0] for cells in table(customers=every).rows] == ["active", "lapsed"]


def test_never_contacted_and_gone_quiet_are_different_words():
    """Trap 3."""
    never = row()
    assert (never["verdict"], never["reasons"]) == ("unknown", ("never contacted",))
    assert (never["silence"], never["health"], never["parts_known"]) == (None, None, 0)
    quiet = row(interactions=[visit("2026-05-13")])
    assert (quiet["verdict"], quiet["reasons"]) == ("unknown", ("nothing since 2026-05-13",))
    tried = row(interactions=[email("2026-11-01", direction="out")])
    assert tried["reasons"] == ("tried on 2026-11-01, never reached",)


def test_a_sign_of_life_or_feedback_in_the_window_makes_a_steady_customer():
    assert row(interactions=[visit("2026-05-14")])["verdict"] == "steady"
    assert row(feedback=[feedback("csat", 3)])["verdict"] == "steady"
    assert row(sales=[sale("2026-11-02")])["verdict"] == "steady"


def test_a_good_event_pleases_unless_something_offends():
    happy = visit("2026-11-02", mood="pleased")
    seen = row(interactions=[happy])
    assert (seen["verdict"], seen["pleased"], seen["basis"]) == (
        "pleased",
        True,
        "as the rep saw it",
    )
    offended = row(interactions=[happy], cases=[case()])
    assert (offended["verdict"], offended["pleased"], offended["offended"]) == (
        "offended",
        False,
        True,
    )


def test_pleased_and_at_risk_shows_both_flags_and_the_verdict_is_at_risk():
    both = row(
        customers=[customer(tier="A")],
        interactions=[visit("2026-08-01", mood="pleased")],
    )
    assert (both["verdict"], both["pleased"], both["at_risk"]) == ("at-risk", True, True)
    assert both["basis"] == "computed, not said"


def test_silence_alone_never_offends():
    """Trap 30."""
    quiet = row(customers=[customer(tier="A")], interactions=[visit("2025-01-01")])
    assert (quiet["verdict"], quiet["offended"], quiet["reasons"]) == (
        "at-risk",
        False,
        ("silence",),
    )


def test_a_promise_a_few_days_late_offends_nobody_yet():
    """Trap 8."""
    late = {
        day: row(promises=[promise(day, made="2026-10-01")]) for day in ("2026-11-06", "2026-11-05")
    }
    assert [one["offended"] for one in late.values()] == [False, True]
    broken = promise("2026-11-20", status="broken", settled="2026-11-08")
    assert row(promises=[broken])["offended"]


def test_what_only_the_rep_saw_and_what_is_only_computed_say_so():
    """Trap 31."""
    assert row(interactions=[visit(mood="offended")])["basis"] == "as the rep saw it"
    assert row(promises=[promise("2026-11-01")])["basis"] == "computed, not said"
    assert row(cases=[case()])["basis"] is None


def test_an_old_low_rating_leaves_the_verdict_with_the_window_and_a_complaint_does_not():
    assert row(feedback=[feedback("csat", 1, "2026-05-14")])["verdict"] == "offended"
    assert row(feedback=[feedback("csat", 1, "2026-05-13")])["verdict"] == "unknown"
    assert row(cases=[case("2020-01-01")])["verdict"] == "offended"


# Reasons


def reasons(customers=(), **records):
    every = customers or [customer("acme", tier="A", kind="company")]
    found = row(customers=every, **records)
    return found["reasons"] if found["at_risk"] else ()


def test_silence_is_more_than_twice_the_cadence():
    """Trap 8."""
    assert reasons(interactions=[visit("2026-09-10")]) == ()
    assert reasons(interactions=[visit("2026-09-09")]) == ("silence",)
    own = [customer(tier="A", cadence=100)]
    assert reasons(own, interactions=[visit("2026-09-09")]) == ()


def pool(count, pause=10, start="2026-01-01"):
    """Visits of `beta`, which is lost, with that many pauses."""
    first = date.fromisoformat(start).toordinal()
    days = [date.fromordinal(first + at * pause).isoformat() for at in range(count + 1)]
    return [visit(day, customer="beta") for day in days]


BETA = customer("beta", status="lost")


def test_a_regular_customer_out_of_his_rhythm_is_at_risk():
    mine = [
        visit(day) for day in ("2026-10-01", "2026-10-05", "2026-10-09", "2026-10-13", "2026-10-17")
    ]
    every = [customer("acme"), BETA]
    found = row(customers=every, interactions=[*mine, *pool(20)])
    assert found["reasons"] == ("out-of-rhythm",)
    assert (found["silence"], found["own_pauses"], found["silence_score"]) == (23, 4, 0)
    three = row(customers=every, interactions=[*mine[1:], *pool(20)])
    assert three["reasons"] == ()


def test_a_one_time_customer_is_judged_by_the_pool():
    """Trap 3."""
    every = [customer("acme"), BETA]
    one = row(customers=every, interactions=[visit("2026-10-30"), *pool(20)])
    assert (one["own_pauses"], one["silence"], one["silence_score"]) == (0, 10, 1)
    few = table(customers=every, interactions=[visit("2026-10-30"), *pool(19)])
    assert few.rows[0][few.keys.index("silence_score")] is None
    assert "too few pauses in this book: no silence score" in few.notes


def sales_of(now, *before):
    return [
        sale("2026-11-01", 1, now),
        *(sale(f"2026-04-0{at + 1}", 1, price) for at, price in enumerate(before)),
    ]


def test_sales_down_to_less_than_half_are_a_reason_with_two_orders_before():
    """Trap 8."""
    assert reasons(sales=sales_of(49, 50, 50)) == ("value-down",)
    assert reasons(sales=sales_of(50, 50, 50)) == ()
    assert reasons(sales=sales_of(10, 100)) == ()
    one_order = [sale("2026-04-01", 1, 50, order="A"), sale("2026-04-02", 1, 50, order="A")]
    assert reasons(sales=[*one_order, sale("2026-11-01", 1, 1)]) == ()


def test_halves_meet_between_two_days():
    # 180 days that end on 2026-11-09 begin on 2026-05-14; those before begin on 2025-11-15.
    first = [sale("2025-11-15", 1, 60), sale("2026-05-13", 1, 40)]
    found = row(customers=[customer()], sales=[*first, sale("2026-05-14", 1, 30)])
    assert found["reasons"] == ("value-down",)
    assert found["evidence"][0].text == (
        "sales of USD 30 in 180 days, USD 100 in the 180 days before"
    )
    outside = [sale("2025-11-14", 1, 60), sale("2026-05-13", 1, 40)]
    assert reasons([customer()], sales=[*outside, sale("2026-05-14", 1, 1)]) == ()


def test_sales_that_cannot_be_compared_are_no_reason():
    """Traps 2 and 22."""
    assert reasons(sales=[*sales_of(1, 50, 50), sale("2026-11-02", 1, None)]) == ()
    returned = [sale("2026-04-03", -2, 60)]
    assert reasons(sales=[*sales_of(1, 50, 50), *returned]) == ()


def test_an_old_failure_or_two_unsettled_ones_are_a_reason():
    """Trap 8."""
    assert "failures" not in reasons(cases=[case("2026-10-26")])
    assert "failures" in reasons(cases=[case("2026-10-25")])
    assert "failures" in reasons(cases=[case("2026-11-01"), case("2026-11-02")])
    late = [
        promise("2026-10-01", made="2026-09-01", status="kept", settled="2026-10-05")
        for _ in (1, 2)
    ]
    assert reasons(promises=late, interactions=[visit("2026-11-01")]) == ("failures",)
    glad = [visit("2026-11-01", mood="pleased")]
    assert reasons(promises=late, interactions=glad) == ()


def people(*contacts):
    return [customer("acme", contacts=contacts)]


def test_the_decider_who_left_is_a_reason_unless_another_one_is_met():
    """Trap 8."""
    boss = contact("chen", role="decision-maker", left="2026-05-14")
    gone = contact("chen", role="decision-maker", left="2026-05-13")
    met = [visit("2026-11-01", contact="lee")]
    assert reasons(people(boss), interactions=met) == ("contact-left",)
    assert reasons(people(gone), interactions=met) == ()
    user = contact("lee", role="user")
    assert reasons(people(boss, user), interactions=met) == ("contact-left",)
    champion = contact("lee", role="champion")
    assert reasons(people(boss, champion), interactions=met) == ()
    never_met = [visit("2026-11-01")]
    assert reasons(people(boss, champion), interactions=never_met) == ("contact-left",)
    leaves_later = contact("chen", role="decision-maker", left="2026-11-10")
    assert reasons(people(leaves_later), interactions=met) == ()


def test_a_contract_that_ends_without_an_open_deal_is_a_reason():
    """Trap 8."""
    near, far = ([customer(contract_end=day)] for day in ("2027-02-07", "2027-02-08"))
    seen = {"interactions": [visit("2026-11-01")]}
    assert reasons(near, **seen) == ("contract",)
    assert reasons(far, **seen) == ()
    assert reasons(near, deals=[deal(opened="2026-10-01")], **seen) == ()
    lost = deal("lost", history=[{"date": "2026-10-01", "stage": "lost"}])
    assert reasons(near, deals=[lost], **seen) == ("contract",)


def test_the_latest_mood_counts():
    bad = visit("2026-11-01", mood="unhappy")
    assert reasons(interactions=[bad]) == ("mood",)
    assert reasons(interactions=[bad, call("2026-11-02", mood="neutral")]) == ()
    assert reasons(interactions=[bad, visit("2026-11-02")]) == ("mood",)
    assert reasons(interactions=[bad, note("2026-11-02", mood="neutral")]) == ("mood",)


# Health


def test_health_is_the_mean_of_what_is_known():
    """Trap 2."""
    met = [visit("2026-10-10", contact="chen")]  # 30 days ago, cadence 90: 100
    three = health(customers=[customer(kind="company")], interactions=met)
    assert three == {
        "customer": "acme", "contact": 100, "satisfaction": None, "promises": None,
        "failures": 100, "value": None, "breadth": 50, "known": 3, "health": 250 / 3,
    }  # fmt: skip
    two = health(customers=[customer(kind="person")], interactions=met)
    assert (two["known"], two["health"]) == (2, None)


def test_contact_falls_with_silence():
    assert health(interactions=[visit("2026-05-13")])["contact"] == 50  # 180 days
    assert health(interactions=[visit("2026-11-09")])["contact"] == 100


def test_satisfaction_scales_every_kind_of_rating():
    rated = [
        feedback("nps", 5),  # 50
        feedback("csat", 4),  # 75
        feedback("ces", 7),  # 100
        feedback("conduct", 2, item="polite"),  # 25
        feedback("compliment", None),
        feedback("csat", 1, rater="observer"),
        feedback("csat", 1, "2026-05-13"),
    ]
    assert health(feedback=rated)["satisfaction"] == 62.5


def test_promises_are_those_kept_by_the_day_first_promised():
    """Traps 13 and 15."""
    every = [
        promise("2026-10-10", made="2026-10-01", status="kept", settled="2026-10-09"),
        promise("2026-10-10", made="2026-10-01", status="kept", settled="2026-10-12"),
        promise("2026-11-08", made="2026-10-01"),
        promise("2026-11-20", made="2026-10-01", status="kept", settled="2026-11-01"),
        promise(
            "2026-10-10", made="2026-10-01", status="withdrawn-by-customer", settled="2026-10-05"
        ),
        promise("2026-05-13", made="2026-05-01", status="broken", settled="2026-05-13"),
    ]
    assert health(promises=every)["promises"] == pytest.approx(100 / 3)


def test_failures_cost_all_while_open_and_half_until_settled():
    assert health()["failures"] is None
    assert health(feedback=[feedback("csat", 3)])["failures"] == 100
    assert health(cases=[case()])["failures"] == 0
    mended = case("2026-10-01", settled="2026-10-05")
    assert health(cases=[mended])["failures"] == 50
    assert health(cases=[mended], feedback=[feedback("csat", 5)])["failures"] == 100
    # It began before the window and was put right in it.
    late = promise("2026-05-01", made="2026-04-01", status="kept", settled="2026-05-20")
    assert health(promises=[late])["failures"] == 50


def test_value_compares_sales_with_those_before():
    assert health(sales=sales_of(25, 50, 50))["value"] == 25
    assert health(sales=sales_of(500, 50, 50))["value"] == 100
    assert health(sales=[sale("2026-11-01")])["value"] is None
    assert health(sales=[*sales_of(1, 50, 50), sale("2026-11-02", -1, 90)])["value"] == 0


def test_breadth_counts_people_met_who_are_still_there():
    met = [visit("2026-11-01", contact=id) for id in ("chen", "lee", "wu")]
    here = [contact("chen"), contact("lee"), contact("wu", left="2026-11-02")]
    assert (
        health(customers=[customer(kind="company", contacts=here)], interactions=met)["breadth"]
        == 100
    )
    assert (
        health(customers=[customer(kind="company", contacts=here)], interactions=met[1:])["breadth"]
        == 50
    )


# The report


def test_rows_stand_by_verdict_then_value_then_silence_then_id():
    """Trap 6."""
    every = [customer(id) for id in ("a", "b", "c", "d", "e", "f")]
    found = words(
        customers=every,
        cases=[case(customer="f")],
        sales=[sale("2026-11-01", 1, 10, customer="b"), sale("2026-11-01", 1, 20, customer="c")],
        interactions=[visit("2026-11-03", customer=id) for id in ("d", "a")]
        + [visit("2026-11-02", customer="e")],
    )
    assert found == [
        ("f", "offended"),
        ("c", "steady"),
        ("b", "steady"),
        ("e", "steady"),
        ("a", "steady"),
        ("d", "steady"),
    ]


def test_an_unknown_value_stands_last_and_is_not_zero():
    """Traps 2 and 21."""
    policy = {"currency": "TWD"}
    every = [customer("a"), customer("b")]
    foreign = [
        sale("2026-11-01", customer="a", currency="GBP"),
        sale("2026-11-01", -1, customer="b"),
    ]
    found = table(customers=every, sales=foreign, interactions=[visit(customer="b")], policy=policy)
    assert [(cells[0], cells[8]) for cells in found.rows] == [("b", (-100, "TWD")), ("a", None)]
    nothing = row(interactions=[visit("2026-11-01")])
    assert nothing["value"] is None


def test_filters_work_on_rows_and_the_summary_counts_flags():
    every = [
        customer("a", tier="A", owner="mei"),
        customer("b", tier="B", owner="tom"),
        customer("c", tier="B", owner="tom"),
    ]
    records = {
        "customers": every,
        "cases": [case("2026-01-01", customer="a")],
        "interactions": [visit("2026-11-01", customer="b", mood="pleased")],
        "sales": [sale("2026-11-01", 1, 70, customer="a"), sale("2026-11-01", 1, 5, customer="b")],
    }

    def ids(**options):
        return [cells[0] for cells in table(options=options, **records).rows]

    assert ids() == ["a", "b", "c"]
    assert ids(rep="tom") == ["b", "c"]
    assert (
        ids(tier="A") == ids(only="offended") == ids(only="at-risk") == ids(customer="a") == ["a"]
    )
    assert ids(only="pleased") == ["b"]
    assert ids(only="unknown") == ["c"]
    assert table(**records).summary == {
        "customers": 3, "pleased": 1, "offended": 1, "at_risk": 1, "steady": 0, "unknown": 1,
        "value_at_risk": Decimal(70),
    }  # fmt: skip
    for options in ({"tier": "Z"}, {"only": "angry"}):
        with pytest.raises(BadValueError):
            ids(**options)


def test_a_book_of_prospects_alone_says_how_one_becomes_a_customer():
    book = book_of(customers=[customer(status="prospect"), customer("beta", status="lead")])
    said = "2 customers, none active or lapsed: crm customer set CUSTOMER status=active"
    assert relationships(book, D).empty == said


def test_without_feedback_one_note_says_what_would_say_more():
    found = table(interactions=[visit("2026-11-01")])
    assert found.notes[0] == "no feedback in these days: crm feedback add CUSTOMER SCORE says more"
    rated = table(feedback=[feedback("csat", 9)])
    assert rated.notes[0] == "1 rating left out: no score, or one off its scale (crm check)"
    assert rated.notes[1] == "no sale and no won deal yet: crm sale add says more"


def test_evidence_is_newest_first_and_names_a_record_once():
    found = row(
        customers=[customer(tier="A")],
        interactions=[visit("2026-08-01", id="i-1", mood="offended", summary="left the room")],
        cases=[case("2026-10-01", id="s-00000001")],
    )
    assert [(line.id, line.basis, line.text) for line in found["evidence"]] == [
        ("s-00000001", "said", "complaint, open: the charger smokes"),
        ("acme", "computed", "last sign of life, silent 100 days, cadence 30"),
        ("i-1", "seen", "offended, open: left the room"),
    ]


def test_a_past_day_gives_that_days_answer():
    """Traps 9 and 10."""
    history = [
        {"date": "2026-01-01", "status": "active", "owner": "tom", "tier": "A"},
        {"date": "2026-10-20", "status": "lost", "owner": "mei", "tier": "B"},
    ]
    records = {
        "customers": [customer("acme", status="lost", tier="B", history=history)],
        "interactions": [visit("2026-09-01"), visit("2026-10-15", mood="offended")],
        "promises": [promise("2026-10-01", made="2026-09-01", status="kept", settled="2026-10-09")],
    }
    assert table(**records).rows == ()
    then = row(date(2026, 10, 5), **records)
    assert (then["verdict"], then["owner"], then["tier"], then["silence"]) == (
        "offended",
        "tom",
        "A",
        34,
    )
    assert row(date(2026, 10, 10), **records)["verdict"] == "steady"
    assert row(date(2026, 10, 16), **records)["verdict"] == "offended"


def test_one_customer_gets_the_same_verdict_as_in_the_whole():
    mine = [
        visit(day) for day in ("2026-10-01", "2026-10-05", "2026-10-09", "2026-10-13", "2026-10-17")
    ]
    book = book_of(
        customers=[
            customer("acme", kind="company", contacts=[contact("chen", role="champion")]),
            customer("old", merged_into="acme"),
            BETA,
            customer("gamma", contract_end="2026-12-01", referred_by="old", history=[{"date": "2026-10-01"}]),
        ],
        interactions=[*mine, *pool(20), email(customer="old", direction="in"), visit("2026-11-08", contact="chen", customer="gamma", mood="unhappy")],
        feedback=[feedback(customer="old"), feedback("csat", 1, customer="gamma")],
        cases=[case(customer="old"), case(customer="gamma", settled="2026-11-05")],
        promises=[promise("2026-11-01", customer="old"), promise("2026-11-01", customer="gamma")],
        sales=[sale("2026-11-01", customer="old"), sale("2026-04-01", customer="gamma")],
        deals=[deal(customer="gamma", opened="2026-10-01")],
    )  # fmt: skip
    span = Window(date(2026, 5, 14), D)
    whole = {one.of.customer.id: one for one in verdicts(book, D, span)}
    assert sorted(whole) == ["acme", "gamma"]
    for id, verdict in whole.items():
        (alone,) = verdicts(book, D, span, only=household(book, id))
        assert alone._replace(of=alone.of._replace(score=None)) == verdict._replace(
            of=verdict.of._replace(score=None)
        )


def test_one_customer_out_of_his_rhythm_is_seen_alone_too():
    days = ("2026-10-01", "2026-10-05", "2026-10-09", "2026-10-13", "2026-10-17")
    mine = [visit(day) for day in days]
    book = book_of(customers=[customer(), BETA], interactions=[*mine, *pool(20)])
    span = Window(date(2026, 5, 14), D)
    (alone,) = verdicts(book, D, span, only=("acme",))
    assert (alone.word, alone.reasons, alone.of.score) == ("at-risk", ("out-of-rhythm",), 0)
