"""What we know of customers, field by field, and what their tiers need."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.knowledge import knowledge
from tests.builders import book_of
from tests.builders import contact
from tests.builders import customer
from tests.builders import rep
from tests.builders import sale

D = date(2026, 11, 9)
WHOLE = {
    "industry": "retail",
    "region": "Taipei",
    "source": "referral",
    "deputy": "lin",
    "background": "a family",
    "needs": ["speed"],
    "potential": "1000",
    "potential_basis": "own count, 2026-05",
    "contacts": [contact("chen", role="decision-maker", email="chen@acme.example")],
}


def row(table, name="acme"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def part(table, name):
    found = table.part(name)
    return {row[0]: dict(zip(found.keys, row, strict=True)) for row in found.rows}


def of(*customers, as_of=D, sales=(), policy=None, reps=(), **options):
    book = book_of(customers=customers, sales=sales, policy=policy, reps=reps)
    return knowledge(book, as_of, **options)


@pytest.mark.parametrize(("tier", "required"), [("A", 11), ("B", 9), ("C", 4), (None, 4), ("X", 4)])
def test_a_tier_says_what_must_be_known(tier, required):
    full = row(of(customer(tier=tier, **WHOLE)))
    assert (full["filled"], full["required"], full["complete"]) == (required, required, 1)
    assert full["missing"] == ()


def test_what_is_blank_is_missing():
    bare = row(of(customer(tier="A", region="Taipei", needs=[])))
    assert (bare["filled"], bare["complete"]) == (2, 2 / 11)
    assert bare["missing"] == (
        "industry", "source", "deputy", "background", "needs", "potential", "potential_basis",
        "decision-maker", "reachable",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"role": "economic-buyer"}, ()),
        ({"role": "decision-maker", "left": "2026-11-10"}, ()),
        ({"role": "decision-maker", "left": "2026-11-09"}, ("decision-maker", "reachable")),
        ({"role": "user"}, ("decision-maker",)),
        ({"role": "decision-maker", "email": None}, ("reachable",)),
        ({"role": "decision-maker", "email": None, "mobile": "0912345678"}, ()),
    ],
)
def test_a_person_decides_and_can_be_reached_while_he_is_there(fields, missing):
    people = [contact("chen", **{"email": "chen@acme.example"} | fields)]
    assert row(of(customer(tier="A", **WHOLE | {"contacts": people})))["missing"] == missing


def test_a_person_needs_no_industry_and_no_decision_maker():
    one = {key: value for key, value in WHOLE.items() if key != "industry"}
    one["contacts"] = [contact("chen", phone="02 2345 6789")]
    found = row(of(customer(tier="B", kind="person", **one)))
    assert (found["required"], found["missing"]) == (7, ())


def test_the_house_says_what_it_needs_and_a_strange_word_is_said():
    tiers = {"A": {"required": ["website", "nonsense"]}, "B": {"cadence": 60}}
    table = of(customer(tier="A", website="acme.example"), policy={"tiers": tiers})
    assert (row(table)["filled"], row(table)["required"]) == (1, 1)
    assert "required in crm.yaml, but no field: nonsense" in table.notes


@pytest.mark.parametrize(
    ("verified", "day", "fresh"),
    [
        ("2025-11-09", date(2025, 11, 9), True),  # 365 days: the limit itself
        ("2025-11-08", date(2025, 11, 8), False),
        ("2026-11-10", None, None),  # not yet
        (None, None, None),
    ],
)
def test_never_confirmed_is_unknown_and_not_stale(verified, day, fresh):
    """Traps 2 and 8."""
    table = of(customer(verified=verified))
    assert (row(table)["verified"], row(table)["fresh"]) == (day, fresh)
    assert any("never confirmed" in note for note in table.notes) == (day is None)


@pytest.mark.parametrize(
    ("fields", "dated"),
    [
        ({}, True),  # own count, 2026-05
        ({"potential_basis": "own count"}, False),
        ({"potential_basis": "own count", "potential_date": "2026-05-01"}, True),
        ({"potential_basis": "count of 2026"}, True),
        ({"potential_basis": "2026-05-17, by phone"}, True),
        ({"potential_basis": "12026 units"}, False),
        ({"potential_basis": None}, None),
        ({"potential": None}, None),
    ],
)
def test_a_potential_has_a_basis_and_a_date(fields, dated):
    table = of(customer(tier="A", **WHOLE | fields))
    assert row(table)["potential_dated"] == dated
    assert table.summary["potential_known"] == (dated is not None)
    assert table.summary["potential_known_n"] == 1


def test_the_potential_is_judged_for_the_tiers_that_matter():
    table = of(customer(tier="C"), customer("beta", tier="B"))
    assert table.summary["potential_known_n"] == 1


def test_the_share_of_wallet_is_the_revenue_of_the_year():
    big = customer(**WHOLE)
    table = of(
        big,
        customer("beta", **WHOLE),
        customer("gamma"),
        customer("delta", potential="0"),
        sales=[sale(price=1500), sale(price=500, customer="beta"), sale("2025-11-09", price=90)],
    )
    shares = {name: row(table, name)["share_of_wallet"] for name in ("acme", "beta", "gamma", "delta")}  # fmt: skip
    assert shares == {"acme": 1.5, "beta": 0.5, "gamma": None, "delta": None}
    remarks = [row(table, name)["remark"] for name in ("acme", "beta")]
    assert remarks == ["potential exceeded: estimate again", None]
    exact = of(big, sales=[sale(price=1000)])
    assert (row(exact)["share_of_wallet"], row(exact)["remark"]) == (1, None)
    assert row(of(big))["share_of_wallet"] is None


def test_the_least_complete_of_the_best_tier_stand_first():
    table = of(
        customer("a", tier="B"),
        customer("b", tier="A", **WHOLE),
        customer("c", tier="A", region="x"),
        customer("d", tier="A", region="x"),
        customer("e"),
        customer("f", status="prospect", tier="A"),
        customer("g", status="archived", tier="A"),
        customer("h", status="lost", tier="A"),
        sales=[sale(customer="d")],
    )
    assert [each[0] for each in table.rows] == ["f", "d", "c", "b", "a", "e"]


# Parts


def test_fields_are_counted_where_they_are_required():
    five = [customer(f"c{n}", tier="C", region="x" if n < 3 else None) for n in range(5)]
    fields = part(of(*five, customer("a", tier="A")), "fields")
    assert (fields["region"]["required_of"], fields["region"]["filled"]) == (6, 3)
    assert fields["region"]["rate"] == 1 / 2
    assert (fields["needs"]["required_of"], fields["needs"]["rate"]) == (1, None)
    assert list(fields)[:3] == ["industry", "region", "source"]


def test_owners_have_the_mean_over_their_customers():
    people = [
        customer("a", tier="A", verified="2026-10-01", **WHOLE),
        customer("b", tier="C"),
        customer("c", owner=None),
    ]
    table = of(*people, reps=[rep()])
    owners = part(table, "owners")
    assert list(owners) == ["mei", "not known"]
    mei = owners["mei"]
    assert (mei["customers"], mei["complete"]) == (2, (1 + 1 / 4) / 2)
    assert (mei["potential_known"], mei["n"], mei["fresh"], mei["needs_known"]) == (1, 1, 1, 1)
    by_rep = of(*people, reps=[rep()], by="rep")
    assert (by_rep.keys, by_rep.rows) == (table.part("owners").keys, table.part("owners").rows)
    assert table.summary["complete"] == (1 + 1 / 4 + 0) / 3
    with pytest.raises(BadValueError):
        of(*people, by="tier")


def test_likely_doubles_are_told_with_the_reason():
    people = [
        customer("acme-ltd", name="Acme Ltd"),
        customer("acme"),
        customer("beta", contacts=[contact("a", phone="+886 2 2345 6789")], owner="lin"),
        customer("gamma", contacts=[contact("b", phone="02-2345-6789")], owner="lin"),
    ]
    table = of(*people)
    pairs = table.part("duplicates").rows
    assert [(one, other, why) for one, other, why, _ in pairs] == [
        ("acme", "acme-ltd", ("name",)),
        ("beta", "gamma", ("phone",)),
    ]
    assert table.summary["duplicates"] == 2
    assert [row[0] for row in of(*people, rep="lin").part("duplicates").rows] == ["beta"]


def test_a_double_of_a_later_day_is_none_yet():
    """Trap 10, for a part of its own."""
    later = [{"date": "2026-11-10", "by": "mei", "status": "active", "owner": "mei"}]
    people = [customer("acme-ltd", name="Acme Ltd", history=later), customer("acme")]
    assert of(*people).summary["duplicates"] == 0
    assert of(*people, as_of=date(2026, 11, 10)).summary["duplicates"] == 1


# Choosing


def test_a_rep_alone_has_his_customers_and_the_summary_of_all():
    """Trap 27."""
    people = [customer("a"), customer("b", owner="lin")]
    table = of(*people, rep="lin")
    assert [each[0] for each in table.rows] == ["b"]
    assert list(part(table, "owners")) == ["lin"]
    assert table.summary == of(*people).summary


def test_a_tier_may_be_asked_for_alone():
    table = of(customer("a", tier="A"), customer("b", tier="B"), tier="B")
    assert [each[0] for each in table.rows] == ["b"]
    assert table.summary["customers"] == 1


def test_a_past_day_has_the_tier_of_that_day():
    lines = [
        {"date": "2026-01-01", "by": "mei", "status": "active", "owner": "mei", "tier": "C"},
        {"date": "2026-10-01", "by": "mei", "tier": "A"},
    ]
    one = customer(tier="A", history=lines)
    assert row(of(one))["required"] == 11
    assert row(of(one, as_of=date(2026, 9, 30)))["required"] == 4
    assert of(one, as_of=date(2025, 12, 31)).rows == ()


def test_the_window_plays_no_part_and_says_so():
    assert any("play no part" in note for note in of(customer(), since=date(2026, 1, 1)).notes)


def test_an_empty_book_has_no_row():
    """Trap 1."""
    table = of()
    assert (table.rows, table.notes) == ((), ())
    assert (table.summary["customers"], table.summary["complete"]) == (0, None)


def test_problems_seen_on_reading_are_counted():
    book = book_of(customers=[customer()])
    for file in ("a.yaml", "a.yaml", "b.yaml"):
        book.connection.execute("INSERT INTO problems (file, what) VALUES (?, 'x')", (file,))
    assert "3 problems in 2 files: crm check" in knowledge(book, D).notes
