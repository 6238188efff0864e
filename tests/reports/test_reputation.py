"""Reputation: what follows missed promises, beside what follows those that were kept."""

from datetime import date
from datetime import timedelta

from crmcli.model.statistics import newcombe
from crmcli.reports.reputation import PROOF
from crmcli.reports.reputation import reputation
from tests.builders import book_of
from tests.builders import case
from tests.builders import customer
from tests.builders import feedback
from tests.builders import promise
from tests.builders import visit

D = date(2026, 11, 9)
DUE = "2026-06-01"


def table(as_of=D, options=None, **records):
    return reputation(book_of(**records), as_of, **(options or {}))


def row(days=30, as_of=D, options=None, **records):
    found = table(as_of, options, **records)
    cells = next(cells for cells in found.rows if cells[0] == days)
    return dict(zip(found.keys, cells, strict=True))


def missed(who, due=DUE, **fields):
    return promise(due, made="2026-05-01", customer=who, status="broken", settled=due, **fields)


def kept(who, due=DUE, **fields):
    return promise(due, made="2026-05-01", customer=who, status="kept", settled=due, **fields)


def arms(bad, good, troubles):
    """So many customers with a missed promise and with a kept one, and trouble for some."""
    ids = [f"m{at:02}" for at in range(bad)] + [f"k{at:02}" for at in range(good)]
    return {
        "customers": [customer(id) for id in ids],
        "promises": [missed(id) if id[0] == "m" else kept(id) for id in ids],
        "cases": [case("2026-06-10", customer=id) for id in troubles],
    }


def test_an_empty_book_has_no_row():
    found = table()
    assert (found.rows, found.notes) == ((), (PROOF,))
    assert found.empty == "no promise to a customer was due 30 days ago or earlier: crm promise add"


def test_the_difference_has_its_bounds_from_ten_a_side():
    """Traps 8 and 29."""
    troubled = [f"m{at:02}" for at in range(6)] + ["k00"]
    found = row(**arms(10, 10, troubled))
    assert (found["missed_k"], found["missed_n"], found["kept_k"], found["kept_n"]) == (
        6,
        10,
        1,
        10,
    )
    assert (found["missed_rate"], found["kept_rate"]) == (0.6, 0.1)
    assert (found["difference"], found["low"], found["high"]) == newcombe(6, 10, 1, 10)
    assert found["low"] > 0
    assert found["verdict"] == "trouble follows misses"
    few = row(**arms(9, 10, troubled))
    assert (few["missed_k"], few["missed_n"], few["missed_rate"], few["difference"]) == (
        6,
        9,
        None,
        None,
    )
    assert few["verdict"] == "too few"


def test_the_verdict_says_no_more_than_the_bounds():
    assert row(**arms(10, 10, ["m00", "k00"]))["verdict"] == "no difference shown"
    assert row(**arms(10, 10, [f"k{at:02}" for at in range(8)]))["verdict"] == "less trouble"


def test_it_is_always_an_association_and_the_customers_are_counted():
    """Trap 29."""
    records = arms(10, 10, [])
    assert table(**records).notes == (PROOF,)
    twice = {**records, "promises": [*records["promises"], missed("m00")]}
    assert table(**twice).notes[1] == (
        "several promises of one customer count separately, so the interval is too narrow"
    )
    found = row(**twice)
    assert (found["missed_n"], found["customers_missed"], found["customers_kept"]) == (11, 10, 10)


def test_only_promises_that_can_be_followed_for_so_long_count():
    """Trap 8."""
    last = (D - timedelta(days=30)).isoformat()
    early = (D - timedelta(days=29)).isoformat()
    found = row(promises=[missed("acme", last), missed("acme", early)])
    assert found["missed_n"] == 1
    assert row(90, promises=[missed("acme", last), missed("acme")])["missed_n"] == 1


def test_trouble_counts_from_the_day_after_to_the_last_day():
    """Trap 8."""
    days = {"2026-06-01": 0, "2026-06-02": 1, "2026-07-01": 1, "2026-07-02": 0}
    for day, count in days.items():
        assert row(promises=[missed("acme")], cases=[case(day)])["missed_k"] == count
        assert row(promises=[kept("acme")], feedback=[feedback("csat", 1, day)])["kept_k"] == count
    assert row(90, promises=[missed("acme")], cases=[case("2026-07-02")])["missed_k"] == 1


def test_what_is_trouble():
    promises = [missed("acme")]
    lapsed = [
        {"date": "2026-01-01", "status": "active"},
        {"date": "2026-06-05", "status": "lapsed"},
    ]
    again = [{"date": "2026-01-01", "status": "lapsed"}, {"date": "2026-06-05", "owner": "tom"}]
    every = {
        "complaint": {"cases": [case("2026-06-05")]},
        "request": {"cases": [case("2026-06-05", type="request")]},
        "rating": {"feedback": [feedback("nps", 6, "2026-06-05")]},
        "fair rating": {"feedback": [feedback("nps", 7, "2026-06-05")]},
        "offended": {"interactions": [visit("2026-06-05", mood="offended")]},
        "unhappy": {"interactions": [visit("2026-06-05", mood="unhappy")]},
        "lapsed": {"customers": [customer(history=lapsed, status="lapsed")]},
        "was lapsed": {"customers": [customer(history=again, status="lapsed")]},
        "another": {"cases": [case("2026-06-05", customer="beta")]},
    }
    found = {name: row(promises=promises, **records)["missed_k"] for name, records in every.items()}
    assert found == {
        "complaint": 1, "request": 0, "rating": 1, "fair rating": 0, "offended": 1, "unhappy": 0,
        "lapsed": 1, "was lapsed": 0, "another": 0,
    }  # fmt: skip


def test_what_counts_as_missed_goes_by_the_day_agreed():
    """Traps 12 and 14."""
    late = promise(DUE, made="2026-05-01", status="kept", settled="2026-06-02")
    moved = [{"date": "2026-05-01", "due": DUE}, {"date": "2026-05-20", "due": "2026-06-10"}]
    agreed = promise(
        "2026-06-10", status="kept", history=[*moved, {"date": "2026-06-09", "status": "kept"}]
    )
    out = promise(DUE, made="2026-05-01", status="withdrawn-by-customer", settled=DUE)
    inside = missed(None)
    undated = promise(None, made="2026-05-01")
    found = row(promises=[late, agreed, out, inside, undated])
    assert (found["missed_n"], found["kept_n"]) == (1, 1)


def test_the_list_tells_what_followed_and_may_be_one_reps():
    records = {
        "promises": [
            missed("acme", id="p-00000001"),
            kept("acme"),
            missed("acme", by="tom", id="p-00000002"),
        ],
        "cases": [case("2026-06-10", id="s-00000001")],
        "feedback": [feedback("csat", 1, "2026-08-01", id="f-1")],
    }
    part = table(**records).part("followed")
    assert [cells[:6] for cells in part.rows] == [
        (id, by, "acme", date(2026, 6, 1), "complaint, open: the charger smokes", date(2026, 6, 10))
        for id, by in (("p-00000001", "mei"), ("p-00000002", "tom"))
    ]
    assert [line.id for line in part.rows[0][6]] == ["f-1", "s-00000001"]
    mine = table(options={"rep": "tom"}, **records)
    assert [cells[0] for cells in mine.part("followed").rows] == ["p-00000002"]
    assert mine.rows == table(**records).rows


def test_a_past_day_and_given_days_narrow_it():
    """Traps 9 and 10."""
    records = {
        "promises": [missed("acme"), missed("acme", "2026-07-01")],
        "cases": [case("2026-06-10")],
    }
    assert row(as_of=date(2026, 7, 15), **records)["missed_n"] == 1
    assert table(as_of=date(2026, 6, 20), **records).rows == ()
    found = row(options={"since": date(2026, 6, 2)}, **records)
    assert (found["missed_n"], found["missed_k"]) == (1, 0)
    assert row(options={"until": date(2026, 6, 1)}, **records)["missed_n"] == 1
