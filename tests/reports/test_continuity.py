"""On whom each relationship rests, what is at stake, and whether handovers are done."""

from datetime import date
from datetime import timedelta
from decimal import Decimal

import pytest

from crmcli.reports.continuity import continuity
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import case
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import note
from tests.builders import promise
from tests.builders import rep
from tests.builders import sale
from tests.builders import task
from tests.builders import visit

D = date(2026, 11, 9)
TWO = (rep("lin"), rep("mei"))


def row(table, name="acme"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def part(table, name):
    found = table.part(name)
    return [dict(zip(found.keys, row, strict=True)) for row in found.rows]


def of(as_of=D, *, who=None, since=None, until=None, **records):
    records.setdefault("reps", TWO)
    records.setdefault("customers", [customer(deputy="lin")])
    return continuity(book_of(**records), as_of, rep=who, since=since, until=until)


def contacts(mei, lin=0, **fields):
    return [
        visit(f"2026-10-{day:02}", rep=who, **fields)
        for day, who in enumerate(["mei"] * mei + ["lin"] * lin, 1)
    ]


# Ties


@pytest.mark.parametrize(
    ("mei", "lin", "share", "flags"),
    [
        (4, 1, 0.8, ("one-rep", "one-contact")),  # the limits themselves
        (3, 1, 0.75, ("too few to tell", "one-contact")),
        (4, 0, 1, ("too few to tell", "one-contact")),  # never fine
        (5, 0, 1, ("one-rep", "one-contact")),
        (7, 2, 7 / 9, ("one-contact",)),
        (0, 0, None, ("nothing in the window", "one-contact")),
    ],
)
def test_one_rep_is_four_fifths_of_five_contacts(mei, lin, share, flags):
    """Traps 1 and 8."""
    found = row(of(interactions=contacts(mei, lin)))
    assert (found["top_share"], found["flags"]) == (share, flags)


def test_contacts_lie_on_so_many_reps_in_effect():
    found = row(of(interactions=contacts(4, 4)))
    assert (found["effective_reps"], found["to_cover_half"], found["top_rep"]) == (2, 2, "lin")
    none = row(of())
    assert [none[key] for key in ("top_rep", "effective_reps", "to_cover_half")] == [None] * 3


def test_a_joint_contact_counts_for_each_rep_and_once_in_all():
    """Trap 4."""
    found = row(of(interactions=[visit("2026-10-01", also=["lin"]), *contacts(3)]))
    assert (found["contacts"], found["reps"], found["top_share"]) == (4, 2, 4 / 5)
    assert found["flags"][0] == "one-rep"


def test_a_note_and_what_lies_outside_the_window_are_no_contacts():
    found = row(of(interactions=[note("2026-10-01"), visit("2026-05-13"), visit("2026-11-10")]))
    assert found["contacts"] == 0


def test_live_contacts_are_people_who_were_reached_and_are_still_there():
    people = [contact("chen"), contact("wu"), contact("gone", left="2026-11-09"), contact("deaf")]
    met = [
        visit("2026-10-01", contact="chen"),
        visit("2026-10-02", contact="chen"),
        visit("2026-10-03", contact="gone"),
        email("2026-10-04", contact="deaf", direction="out"),
        visit("2026-10-05", contact="stranger"),
    ]
    book = {"customers": [customer(deputy="lin", contacts=people)]}
    assert row(of(interactions=met, **book))["live_contacts"] == 1
    both = [*met, email("2026-10-06", contact="wu", direction="in")]
    found = row(of(interactions=both, **book))
    assert (found["live_contacts"], "one-contact" in found["flags"]) == (2, False)


def test_a_person_needs_no_second_person():
    table = of(customers=[customer(kind="person", deputy="lin")], interactions=contacts(1))
    assert row(table)["flags"] == ("too few to tell",)


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        ({"deputy": "lin"}, ()),
        ({}, ("no-deputy",)),
        ({"deputy": "mei"}, ("no-deputy",)),  # the owner himself
        ({"deputy": "gone"}, ("no-deputy",)),
        ({"deputy": "going"}, ()),
        ({"deputy": "lin", "owner": None}, ("no-owner",)),
        ({"deputy": "lin", "owner": "gone"}, ("no-owner",)),
    ],
)
def test_a_deputy_and_an_owner_must_be_there(fields, flags):
    reps = [*TWO, rep("gone", left="2026-11-09"), rep("going", left="2026-11-10")]
    table = of(customers=[customer(kind="person", **fields)], reps=reps)
    assert row(table)["flags"] == ("nothing in the window", *flags)


def test_a_book_of_one_rep_says_so_once():
    table = of(customers=[customer()], interactions=contacts(9), reps=[rep()])
    assert row(table)["flags"] == ("one-contact", "no-deputy")
    assert "one rep: every relationship rests on you" in table.notes
    assert table.summary["one_rep"] == 0


def test_most_flags_stand_first_then_value_then_id():
    people = [
        customer("a", kind="person", deputy="lin"),
        customer("b", kind="person", deputy="lin"),
        customer("c", kind="person", deputy="lin"),
        customer("d", kind="person"),
        customer("e", status="prospect"),
    ]
    sales = [sale(customer="b"), sale(customer="d", price=1)]
    table = of(customers=people, sales=sales)
    assert [each[0] for each in table.rows] == ["d", "b", "a", "c"]
    assert table.summary == {
        "customers": 4, "one_rep": 0, "one_contact": 0, "no_deputy": 1, "no_owner": 0,
        "at_stake_max": Money(Decimal(0), "USD"),
    }  # fmt: skip
    assert row(table, "a")["value"] == Money(Decimal(0), "USD")


def test_the_last_contact_of_each_rep_is_the_evidence():
    found = row(of(interactions=contacts(2, 1)))["evidence"]
    assert [(each.date.day, each.text) for each in found] == [
        (3, "last contact of lin"),
        (2, "last contact of mei"),
    ]


def test_a_past_day_has_the_owner_of_that_day():
    """Trap 10, for a report of its own."""
    lines = [
        {"date": "2026-01-01", "by": "mei", "status": "active", "owner": "mei"},
        {"date": "2026-11-01", "by": "mei", "owner": "lin"},
    ]
    people = [customer(owner="lin", history=lines)]
    assert row(of(customers=people))["owner"] == "lin"
    assert row(of(date(2026, 10, 31), customers=people))["owner"] == "mei"


# At stake


def test_what_is_at_stake_is_a_share_of_each_value():
    people = [customer(), customer("beta", owner="lin", deputy="mei"), customer("gamma")]
    sales = [sale(price=300), sale(customer="beta", price=80), sale(customer="gamma", quantity=-1)]
    met = [*contacts(5), *contacts(3, 1, customer="beta")]
    table = of(customers=people, sales=sales, interactions=met)
    stakes = {each["rep"]: each for each in part(table, "reps")}
    mei, lin = stakes["mei"], stakes["lin"]
    assert mei["at_stake"].amount == 300 + Decimal(80) * 3 / 4
    assert mei["at_stake_upper"].amount == 300  # acme, alone and without a deputy: once
    assert (mei["customers"], mei["one_rep_customers"]) == (2, 1)
    assert (lin["at_stake"].amount, lin["at_stake_upper"].amount) == (20, 0)
    assert "1 customer with a negative value: not at stake" in table.notes
    assert table.summary["at_stake_max"].amount == 360


def test_without_a_sale_what_is_at_stake_is_unknown():
    """Trap 2."""
    table = of(interactions=contacts(5))
    assert (row(table)["value"], table.summary["at_stake_max"]) == (None, None)
    assert part(table, "reps")[0]["at_stake"] is None
    assert any("crm sale add" in note for note in table.notes)


def test_a_rep_alone_has_the_customers_he_owns_or_knows_best():
    """Trap 27."""
    people = [customer(), customer("beta", owner="lin"), customer("gamma", owner="lin")]
    met = [*contacts(5, customer="beta"), *contacts(0, 2, customer="gamma")]
    full = of(customers=people, interactions=met)
    alone = of(customers=people, interactions=met, who="mei")
    assert [each[0] for each in alone.rows] == ["beta", "acme"]
    assert part(alone, "reps") == [each for each in part(full, "reps") if each["rep"] == "mei"]
    assert alone.summary == full.summary


# Handover

MOVED = [
    {"date": "2026-01-01", "by": "mei", "status": "active", "owner": "mei"},
    {"date": "2026-10-01", "by": "mei", "owner": "lin"},
]


def moved(**fields):
    return customer(owner="lin", **{"history": MOVED} | fields)


def handover(**records):
    records.setdefault("customers", [moved()])
    (found,) = part(of(who="mei", **records), "handover")
    return found


def test_a_handover_needs_at_least_needs_and_a_next_step():
    found = handover()
    assert (found["rep"], found["new_owner"], found["date"]) == ("mei", "lin", date(2026, 10, 1))
    assert (found["done"], found["required"], found["missing"]) == (0, 2, ("needs", "next step"))
    filled = handover(customers=[moved(needs=["speed"])])
    assert filled["missing"] == ("next step",)


def open_work(owner, **lines):
    """A promise, a deal, a case and a task of mei, given to `owner` on the day (None: not)."""
    given = [{"date": "2026-10-01", "by": "mei", "owner": owner}] if owner else []
    who = owner or "mei"
    first = {"date": "2026-09-01", "by": "mei"}
    return {
        "promises": [
            promise(id="p-zzzzzzz1", made="2026-09-01", owner=owner, history=[first | {"due": "2026-11-10"}, *given])
        ],
        "deals": [deal(id="d-zzzzzzz1", owner=who, history=[first | {"stage": "proposal", "owner": "mei"}, *given])],
        "cases": [case("2026-09-01", id="s-zzzzzzz1", owner=who, history=[first | {"status": "open", "owner": "mei"}, *given])],
        "tasks": [task("2026-10-02", id="t-zzzzzzz1", owner=who, history=[first | {"due": "2026-10-02", "owner": "mei"}, *given])],
    }  # fmt: skip


def test_what_he_had_open_needs_another_owner():
    kept = handover(**open_work(None))
    assert kept["required"] == 6
    assert kept["missing"] == (
        "promise p-zzzzzzz1", "deal d-zzzzzzz1", "case s-zzzzzzz1", "task t-zzzzzzz1", "needs", "next step",
    )  # fmt: skip
    given = handover(**open_work("lin"))
    assert (given["required"], given["missing"]) == (6, ("needs", "next step"))


def test_what_was_closed_before_is_not_asked_for_and_what_was_since_is_done():
    earlier = promise("2026-09-10", made="2026-09-01", status="kept", settled="2026-09-10")
    later = promise("2026-10-10", made="2026-09-01", status="kept", settled="2026-10-10")
    young = promise("2026-10-10", made="2026-10-02", by="mei")
    other = promise("2026-10-10", made="2026-09-01", by="lin")
    assert handover(promises=[earlier])["required"] == 2
    assert handover(promises=[young])["required"] == 2
    assert handover(promises=[other])["required"] == 2
    found = handover(promises=[later])
    assert (found["required"], found["done"]) == (3, 1)


@pytest.mark.parametrize(
    ("met", "missing"),
    [
        ([], ("meeting chen",)),
        ([visit("2026-10-01", rep="lin", contact="chen")], ()),
        ([visit("2026-10-05", rep="tom", also=["lin"], contact="chen")], ()),
        ([visit("2026-10-05", rep="tom", contact="chen")], ("meeting chen",)),
        ([email("2026-10-05", rep="lin", contact="chen", direction="out")], ("meeting chen",)),
        ([visit("2026-09-30", rep="lin", contact="chen")], ("meeting chen",)),
    ],
)
def test_each_person_reached_before_has_met_the_new_owner(met, missing):
    before = visit("2026-09-01", contact="chen")
    people = [contact("chen"), contact("unknown")]
    found = handover(customers=[moved(contacts=people)], interactions=[before, *met])
    assert tuple(name for name in found["missing"] if name.startswith("meeting")) == missing
    assert found["required"] == 3


def test_a_person_who_left_need_not_be_met():
    people = [contact("chen", left="2026-10-20")]
    found = handover(
        customers=[moved(contacts=people)], interactions=[visit("2026-09-01", contact="chen")]
    )
    assert found["required"] == 2


@pytest.mark.parametrize(
    ("records", "there"),
    [
        ({"interactions": [visit("2026-10-05", next_step="call", next_date="2026-11-09")]}, True),
        ({"interactions": [visit("2026-10-05", next_step="call", next_date="2026-11-08")]}, False),
        (
            {
                "interactions": [
                    visit("2026-09-28", next_step="call", next_date="2026-10-05"),
                    visit("2026-10-05"),
                ]
            },
            True,
        ),
        (
            {
                "interactions": [
                    visit("2026-09-28", next_step="call", next_date="2026-10-05"),
                    visit("2026-10-06"),
                ]
            },
            False,
        ),
        ({"tasks": [task("2026-11-09", owner="lin")]}, True),
        ({"tasks": [task("2026-11-08", owner="lin")]}, False),
        ({"tasks": [task("2026-10-05", owner="lin", status="done", done="2026-10-04")]}, True),
        ({"tasks": [task("2026-10-05", owner="lin", status="done", done="2026-09-30")]}, False),
        ({"tasks": [task("2026-11-20", owner="lin", status="dropped")]}, False),
    ],
)
def test_a_next_step_lies_ahead_or_was_taken_since(records, there):
    assert ("next step" not in handover(**records)["missing"]) == there


def test_without_a_rep_those_who_left_in_the_window_are_judged():
    reps = [rep("lin"), rep(left="2026-10-15")]
    (found,) = part(of(customers=[moved()], reps=reps), "handover")
    assert found["rep"] == "mei"
    assert part(of(customers=[moved()]), "handover") == []
    assert part(of(date(2026, 9, 30), customers=[moved()], who="mei"), "handover") == []


def test_the_last_change_from_a_rep_counts_and_a_gap_is_bridged():
    lines = [
        *MOVED[:1],
        {"date": "2026-09-01", "by": "mei", "owner": ""},
        {"date": "2026-09-05", "by": "mei", "owner": "lin"},
    ]
    found = handover(customers=[customer(owner="lin", history=lines)])
    assert (found["new_owner"], found["date"]) == ("lin", date(2026, 9, 5))


# After a change of owner


def crowd(n, lives, prefix, **fields):
    """`n` customers, with a visit on 2026-06-10 for `lives` of them."""
    people = [
        customer(
            f"{prefix}{at:02}",
            history=[
                {"date": "2025-01-01", "by": "mei", "status": "active", "owner": "mei"},
                *fields.get("lines", ()),
            ],
        )
        for at in range(n)
    ]
    return people, [visit("2026-06-10", customer=people[at].id) for at in range(lives)]


CHANGE = {"date": "2026-06-01", "by": "mei", "owner": "lin"}


def after(n, lives, m, others, **kwargs):
    gone, seen = crowd(n, lives, "moved", lines=[CHANGE])
    stayed, seen_too = crowd(m, others, "stayed")
    gone = [customer(one.id, owner="lin", history=one.history) for one in gone]
    table = of(customers=[*gone, *stayed], interactions=[*seen, *seen_too], **kwargs)
    return part(table, "after"), table


def test_transferred_customers_are_compared_with_the_others():
    """Trap 29."""
    (found,), table = after(10, 3, 20, 18)
    assert (found["transferred_k"], found["transferred_n"]) == (3, 10)
    assert (found["others_k"], found["others_n"]) == (18, 20)
    assert found["difference"] == pytest.approx(-0.6)
    assert found["high"] < 0
    assert found["verdict"] == "fewer stay"
    assert "after: association, not proof" in table.notes


def test_under_ten_on_a_side_there_are_counts_only():
    """Traps 8 and 29."""
    (found,), _ = after(9, 3, 20, 18)
    assert (found["transferred_k"], found["transferred_n"], found["verdict"]) == (3, 9, "too few")
    assert [found[key] for key in ("transferred_rate", "difference", "low", "high")] == [None] * 4


def test_changes_within_the_last_90_days_or_long_ago_are_not_judged():
    day = D - timedelta(days=90)
    for on, n in ((day, 1), (day + timedelta(1), 0), (day - timedelta(365), 1), (day - timedelta(366), 0)):  # fmt: skip
        line = {"date": on.isoformat(), "by": "mei", "owner": "lin"}
        begun = {"date": "2024-01-01", "by": "mei", "status": "active", "owner": "mei"}
        table = of(customers=[customer(owner="lin", history=[begun, line])])
        assert len(part(table, "after")) == n, on


def test_a_book_of_prospects_alone_says_how_one_becomes_a_customer():
    book = book_of(customers=[customer(status="prospect")])
    said = "1 customer, none active or lapsed: crm customer set CUSTOMER status=active"
    assert continuity(book, D).empty == said


def test_an_empty_book_has_no_row():
    table = continuity(book_of(), D)
    assert table.empty == 'no customer yet: crm customer add "NAME" --status active'
    assert (table.rows, table.notes, table.summary["customers"]) == ((), (), 0)
