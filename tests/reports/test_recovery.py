"""Recovery: what became of the failures, and whether the customers were well afterwards."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.recovery import NEVER
from crmcli.reports.recovery import recovery
from tests.builders import book_of
from tests.builders import case
from tests.builders import customer
from tests.builders import email
from tests.builders import feedback
from tests.builders import promise
from tests.builders import visit

D = date(2026, 11, 9)


def table(as_of=D, options=None, **records):
    records = {"customers": [customer("acme"), customer("beta")]} | records
    return recovery(book_of(**records), as_of, **(options or {}))


def row(name="all", as_of=D, options=None, **records):
    found = table(as_of, options, **records)
    cells = next(cells for cells in found.rows if cells[0] == name)
    return dict(zip(found.keys, cells, strict=True))


def mended(opened="2026-07-01", settled="2026-07-05", **fields):
    return case(opened, settled=settled, **fields)


def test_an_empty_book_has_no_row_and_says_that_silence_is_no_proof():
    found = table(customers=[])
    assert (found.rows, found.notes) == ((), (NEVER,))
    assert found.summary["failures"] == 0
    assert found.summary["rate"] is None


def test_states_customers_and_repeats_are_counted():
    found = row(
        cases=[
            case("2026-07-01"),
            mended(),
            mended("2026-08-01", "2026-08-02", accepted="2026-08-03"),
        ],
        feedback=[feedback("csat", 1, "2026-10-01", customer="beta")],
    )
    assert [found[key] for key in ("failures", "customers", "repeat_customers")] == [4, 2, 1]
    assert [found[key] for key in ("open", "resolved", "settled")] == [2, 1, 1]


def test_older_failures_count_only_while_they_stand():
    old = [
        case("2025-01-01"),
        mended("2025-01-01", "2026-06-01"),
        mended("2025-01-01", "2025-02-01"),
    ]
    late = promise("2026-05-01", made="2026-04-01", status="kept", settled="2026-06-01")
    found = row(cases=old, promises=[late])
    assert (found["failures"], found["open"], found["resolved"]) == (2, 1, 1)
    assert found["repeat_customers"] == 0  # none of them is dated in these days


def test_days_are_medians_of_those_that_have_both():
    """Trap 2."""
    cases = [
        mended("2026-07-01", "2026-07-05", acknowledged="2026-07-02"),
        mended("2026-07-01T10:00:00+08:00", "2026-07-11", acknowledged="2026-07-04T09:00:00+08:00"),
        case("2026-08-01"),
    ]
    found = row(cases=cases)
    assert (found["median_days_to_acknowledge"], found["median_days_to_resolve"]) == (2, 7)
    none = row(cases=[case()])
    assert (none["median_days_to_acknowledge"], none["median_days_to_resolve"]) == (None, None)


def judged(*ratings, **records):
    found = row(feedback=[feedback(kind, score, day) for kind, score, day in ratings], **records)
    return found["recovered"], found["judged"], found["unknown_after"]


def test_the_first_rating_within_ninety_days_tells_whether_it_was_put_right():
    """Trap 8."""
    cases = {"cases": [mended()]}
    assert judged(("csat", 4, "2026-07-05"), **cases) == (1, 1, 0)
    assert judged(("nps", 8, "2026-10-03"), **cases) == (0, 1, 0)
    assert judged(("nps", 9, "2026-10-04"), **cases) == (0, 0, 1)
    assert judged(("csat", 5, "2026-07-04"), **cases) == (0, 0, 1)
    assert judged(("csat", 3, "2026-07-06"), ("csat", 5, "2026-07-07"), **cases) == (0, 1, 0)
    assert judged(("ces", 7, "2026-07-06"), **cases) == (0, 0, 1)


def test_unknown_after_is_not_fine_and_an_open_failure_is_not_judged():
    """Trap 2."""
    assert judged(cases=[mended()]) == (0, 0, 1)
    assert judged(("csat", 5, "2026-07-05"), cases=[case("2026-07-01")]) == (0, 0, 0)


def test_without_a_resolution_the_days_begin_after_the_failure():
    seen = {
        "interactions": [visit("2026-07-01", mood="offended"), visit("2026-07-09", mood="pleased")]
    }
    assert judged(("csat", 5, "2026-07-01"), **seen) == (0, 0, 1)
    assert judged(("csat", 5, "2026-07-02"), **seen) == (1, 1, 0)
    assert judged(("csat", 5, "2026-09-29"), **seen) == (1, 1, 0)
    assert judged(("csat", 5, "2026-09-30"), **seen) == (0, 0, 1)


def test_a_small_n_has_bounds_and_no_rate():
    """Trap 1."""
    found = row(cases=[mended()], feedback=[feedback("csat", 5, "2026-07-05")])
    assert (found["rate"], found["judged"], found["high"]) == (None, 1, 1)
    assert found["low"] == pytest.approx(0.206549, abs=1e-6)


def test_rows_stand_by_type_step_or_rep():
    records = {
        "cases": [case(failure="lost-face", step="support", owner="tom"), case(owner="mei", step="order")],
        "interactions": [
            visit("2026-11-03", failure="neglect", rep="lin"),
            email("2026-11-02", direction="in", customer="beta"),
        ],
        "promises": [promise("2026-11-03", by="tom")],
    }  # fmt: skip

    def rows(**options):
        return [(cells[0], cells[1]) for cells in table(options=options, **records).rows]

    assert rows() == [
        ("neglect", 2), ("disappointment", 1), ("lost-face", 1), ("unnamed", 1), ("all", 5),
    ]  # fmt: skip
    assert rows(by="step") == [("order", 1), ("support", 1), ("step not named", 3), ("all", 5)]
    assert rows(by="rep") == [("lin", 1), ("mei", 2), ("tom", 2), ("all", 5)]
    assert rows(by="rep", rep="tom") == [("tom", 2), ("all", 5)]
    assert rows(rep="tom") == [("disappointment", 1), ("lost-face", 1), ("all", 5)]
    with pytest.raises(BadValueError):
        rows(by="mood")


def test_one_rep_gets_the_same_shrunken_rate_as_in_the_whole():
    """Trap 27."""
    cases, ratings, customers = [], [], []
    for at in range(24):
        id, owner = f"c{at:02}", "mei" if at < 12 else "tom"
        customers.append(customer(id))
        cases.append(mended(customer=id, owner=owner))
        good = at < 11 or at > 20
        ratings.append(feedback("csat", 5 if good else 2, "2026-07-06", customer=id))
    records = {"customers": customers, "cases": cases, "feedback": ratings}
    # A csat of 2 is a failure of its own, of the rep who is rated: mei, in these records.
    whole = row("tom", options={"by": "rep"}, **records)
    alone = row("tom", options={"by": "rep", "rep": "tom"}, **records)
    assert (whole["recovered"], whole["judged"]) == (3, 12)
    assert whole["shrunk"] is not None
    assert alone == whole


def test_a_case_told_three_times_is_one_failure():
    """Trap 5."""
    found = table(
        cases=[mended(id="s-00000001")],
        interactions=[visit("2026-07-02", failure="neglect", case="s-00000001")],
        feedback=[feedback("csat", 1, "2026-07-03", case="s-00000001")],
    )
    assert found.summary["failures"] == 1
    assert [cells[0] for cells in found.part("failures").rows] == ["s-00000001"]


def test_the_list_tells_each_failure_with_its_rating():
    (cells,) = (
        table(
            cases=[mended(id="s-00000001")], feedback=[feedback("csat", 5, "2026-07-05", id="f-1")]
        )
        .part("failures")
        .rows
    )
    assert cells == (
        "s-00000001", date(2026, 7, 1), "acme", "B1", "complaint", "unnamed", None, "mei",
        "settled", 4, date(2026, 7, 5), date(2026, 7, 5), "f-1", True,
    )  # fmt: skip


def test_a_past_day_gives_that_days_answer():
    """Traps 9 and 10."""
    records = {"cases": [mended()], "feedback": [feedback("csat", 5, "2026-07-06")]}
    then = row(as_of=date(2026, 7, 4), **records)
    assert (then["open"], then["judged"]) == (1, 0)
    after = row(as_of=date(2026, 7, 5), **records)
    assert (after["resolved"], after["unknown_after"]) == (1, 1)
    assert row(**records)["settled"] == 1
