"""Reps beside the standard of the house: rates with bounds, verdicts, misses, no rank."""

from datetime import date

import pytest

from crmcli.reports.rates import Rate
from crmcli.reports.rates import one_rate
from crmcli.reports.rep_cells import verdict
from crmcli.reports.reps import reps
from tests.builders import book_of
from tests.builders import case
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import feedback
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit

D = date(2026, 11, 9)


def cell(table, measure, who="mei"):
    found = next(row for row in table.rows if row[:2] == (who, measure))
    return dict(zip(table.keys, found, strict=True))


def counts(table, measure, who="mei"):
    found = cell(table, measure, who)
    return found["k"], found["n"]


def misses(table, measure, who="mei"):
    return [one.id for one in cell(table, measure, who)["evidence"]]


def of(as_of=D, *, who=None, since=None, until=None, **records):
    records.setdefault("reps", [rep()])
    return reps(book_of(**records), as_of, rep=who, since=since, until=until)


def kept(by, k, n, due="2026-10-01"):
    """`n` promises of a rep, of which he kept `k`."""
    return [
        promise(due, by=by, made="2026-09-01", status="kept", settled=due)
        if at < k
        else promise(due, by=by, made="2026-09-01", status="broken", settled=due)
        for at in range(n)
    ]


# Each measure


def test_promises_count_by_who_made_them_and_the_day_first_promised():
    records = [
        *kept("mei", 1, 2),
        promise("2026-11-08", id="p-9ate0000", owner="lin"),
        promise("2026-11-09"),
        promise("2026-10-05", status="withdrawn-by-customer", settled="2026-10-04"),
        promise("2026-10-05", status="kept", settled="2026-10-05", by="lin"),
    ]
    table = of(promises=records, reps=[rep(), rep("lin")])
    assert counts(table, "promises_kept") == (1, 3)
    assert counts(table, "promises_kept", "lin") == (1, 1)
    assert misses(table, "promises_kept")[0] == "p-9ate0000"


def test_a_joint_visit_counts_for_each_rep_and_a_pending_one_for_none():
    """Traps 4 and 17."""
    table = of(
        reps=[rep(), rep("lin")],
        interactions=[
            visit("2026-10-01", reported="2026-10-02", also=["lin"]),
            visit("2026-10-02", id="i-missed00"),
            visit("2026-11-09"),
        ],
    )
    assert counts(table, "visits_on_time") == (1, 2)
    assert counts(table, "visits_on_time", "lin") == (1, 1)
    assert misses(table, "visits_on_time") == ["i-missed00"]


def test_a_mail_is_answered_in_time_by_anyone():
    table = of(
        reps=[rep(), rep("lin")],
        interactions=[
            email("2026-10-01", direction="in"),
            email("2026-10-02", direction="out", rep="lin"),
            email("2026-10-10", direction="in", id="i-missed00"),
            email("2026-11-09", direction="in", customer="beta"),
        ],
    )
    assert counts(table, "replies_in_time") == (1, 2)
    assert counts(table, "replies_in_time", "lin") == (0, 0)
    assert misses(table, "replies_in_time") == ["i-missed00"]


@pytest.mark.parametrize(
    ("born", "seen", "found"),
    [
        ("2026-08-11", "2026-08-11", (1, 1)),  # the limits themselves: 90 days
        ("2026-08-11", "2026-08-10", (0, 1)),
        ("2026-08-12", "2026-08-12", (0, 0)),  # too young
        ("2026-01-01", None, (0, 1)),  # never contacted
        (None, "2026-11-01", (1, 1)),  # of unknown birth: always there
    ],
)
def test_a_customer_is_owed_a_sign_of_life_within_his_cadence(born, seen, found):
    """Trap 8."""
    history = [{"date": born, "by": "mei", "status": "active", "owner": "mei"}] if born else []
    contacts = [visit(seen, reported=seen)] if seen else []
    table = of(customers=[customer(history=history)], interactions=contacts)
    assert counts(table, "cadence_met") == found


def test_never_contacted_and_gone_quiet_are_different_words():
    """Trap 3."""
    people = [customer(), customer("beta")]
    contacts = [visit("2026-01-01", customer="beta")]
    texts = {
        one.id: one.text
        for one in cell(of(customers=people, interactions=contacts), "cadence_met")["evidence"]
    }
    assert texts == {"acme": "never contacted", "beta": "silent 312 days, cadence 90"}


def test_prospects_and_customers_of_nobody_are_owed_none():
    people = [customer(status="prospect"), customer("beta", owner=None)]
    assert counts(of(customers=people), "cadence_met") == (0, 0)


def test_a_case_counts_for_who_has_it():
    records = [
        case("2026-11-02", settled="2026-11-05"),
        case("2026-11-02", id="s-00000009"),
        case("2026-11-08"),
        case("2026-11-02", owner=None),
    ]
    table = of(cases=records)
    assert counts(table, "cases_in_time") == (1, 2)
    assert misses(table, "cases_in_time") == ["s-00000009"]


def test_ratings_count_for_who_was_rated():
    records = [
        feedback("csat", 4),
        feedback("csat", 3, id="f-00000009", comment="slow"),
        feedback("csat", 1, rep=None),
        feedback("csat", 1, rater="observer"),
        feedback("csat", 9),
    ]
    table = of(feedback=records)
    assert counts(table, "csat_top2") == (1, 2)
    (miss,) = cell(table, "csat_top2")["evidence"]
    assert (miss.id, miss.basis, miss.text) == ("f-00000009", "said", "csat 3: slow")
    assert any("left out" in note for note in table.notes)


def test_a_deal_counts_for_who_had_it_when_it_closed():
    lines = [
        {"date": "2026-09-01", "by": "mei", "stage": "proposal", "owner": "lin"},
        {"date": "2026-10-01", "by": "mei", "stage": "won"},
        {"date": "2026-10-20", "by": "mei", "owner": "mei"},
    ]
    lost = [
        {"date": "2026-09-01", "by": "mei", "stage": "proposal", "owner": "mei"},
        {"date": "2026-10-01", "by": "mei", "stage": "lost"},
    ]
    records = [deal("won", history=lines), deal("lost", history=lost, id="d-00000009")]
    table = of(deals=records, reps=[rep(), rep("lin")])
    assert (counts(table, "win_rate"), counts(table, "win_rate", "lin")) == ((0, 1), (1, 1))
    assert (cell(table, "win_rate")["standard"], cell(table, "win_rate")["verdict"]) == (None, None)


def test_conduct_is_a_mean_and_no_rate():
    records = [
        *(feedback("conduct", 5, item="polite", rep="jonas") for _ in range(4)),
        feedback("conduct", 3, item="polite", rep="jonas"),
        *(feedback("conduct", score, item="polite", rep="mei") for score in (1, 2, 1, 2, 1)),
    ]
    table = of(feedback=records, reps=[rep("jonas"), rep()])
    jonas = cell(table, "conduct", "jonas")
    assert (jonas["k"], jonas["rate"], jonas["verdict"]) == (None, None, None)
    assert (jonas["n"], jonas["mean"], jonas["firm_mean"]) == (5, 4.6, 3)
    assert 3 < jonas["shrunk_mean"] < 4.6
    assert len(misses(table, "conduct")) == 5


# Verdicts


@pytest.mark.parametrize(
    ("k", "n", "standard", "word"),
    [
        (0, 0, 0.9, "unknown"),
        (19, 20, 0.9, "cannot tell"),
        (19, 20, 0.76, "meets"),
        (8, 20, 0.9, "below"),
        (1, 1, 0.9, "cannot tell"),
        (0, 0, None, None),
        (8, 20, None, None),
    ],
)
def test_a_verdict_needs_the_whole_interval(k, n, standard, word):
    assert verdict(one_rate(k, n, 5), standard) == word


def test_a_bound_on_the_standard_itself_meets_it_and_is_not_below():
    """Trap 8."""
    assert verdict(Rate(1, 2, None, 0.5, 0.9), 0.5) == "meets"
    assert verdict(Rate(1, 2, None, 0.5, 0.9), 0.9) == "cannot tell"


def test_nobody_with_nothing_to_judge_by_is_called_bad():
    """Traps 1 and 2."""
    table = of()
    found = cell(table, "promises_kept")
    assert [found[key] for key in ("k", "n", "rate", "low", "high", "shrunk", "firm")] == [
        0, 0, None, None, None, None, None,
    ]  # fmt: skip
    assert found["verdict"] == "unknown"
    assert table.summary == {"reps": 1, "below": 0, "cannot_tell": 0}
    assert any(note.startswith("nothing yet on promises_kept,") for note in table.notes)


def test_one_of_one_has_an_interval_and_no_rate():
    """Trap 1."""
    found = cell(of(promises=kept("mei", 1, 1)), "promises_kept")
    assert (found["rate"], found["low"], found["high"]) == (
        None,
        pytest.approx(0.206549, abs=1e-6),
        1,
    )
    assert (found["verdict"], found["shrunk"], found["outside"]) == ("cannot tell", None, None)


def test_the_house_sets_the_standard():
    policy = {"standard": {"reps": {"promises_kept": 0.1}}}
    table = of(promises=kept("mei", 5, 10), policy=policy)
    assert (cell(table, "promises_kept")["standard"], cell(table, "promises_kept")["verdict"]) == (
        0.1,
        "meets",
    )


# Comparing


def three():
    return {
        "promises": [*kept("jonas", 8, 10), *kept("lin", 5, 10), *kept("mei", 2, 10)],
        "reps": [rep(id) for id in ("jonas", "lin", "mei")],
    }


def test_rates_are_shrunk_towards_that_of_all():
    table = of(**three())
    found = [cell(table, "promises_kept", who) for who in ("jonas", "lin", "mei")]
    assert [one["shrunk"] for one in found] == pytest.approx([0.740741, 0.5, 0.259259], abs=1e-6)
    assert {one["firm"] for one in found} == {0.5}
    assert "reps differ in promises kept (chi-square 7.2, 2 df, p 0.03)" in table.notes
    assert "0 of 3 cells lie outside 95 % limits; 0.2 expected by chance" in table.notes
    assert [one["verdict"] for one in found] == ["cannot tell", "below", "below"]
    assert table.summary == {"reps": 3, "below": 2, "cannot_tell": 1}


def test_a_rep_alone_keeps_the_shrunken_rate_of_the_full_report():
    """Trap 27."""
    records = three()
    full, alone = of(**records), of(who="mei", **records)
    assert cell(alone, "promises_kept") == cell(full, "promises_kept")
    assert {row[0] for row in alone.rows} == {"mei"}
    assert [row[0] for row in alone.part("overview").rows] == ["mei"]
    assert (alone.summary, alone.notes) == (full.summary, full.notes)


@pytest.mark.parametrize(
    ("counted", "shrunk"),
    [
        ([(5, 10), (5, 10), (5, 10)], [0.5, 0.5, 0.5]),  # all equal
        ([(10, 10), (10, 10)], [1, 1]),  # m is 1
        ([(0, 10), (0, 10)], [0, 0]),  # m is 0
        ([(10, 10), (0, 10)], [1, 0]),  # the weight comes out negative
        ([(1, 1), (0, 1), (1, 1)], [None, None, None]),  # all n are 1
        ([(9, 10)], [None]),  # one rep
    ],
)
def test_shrinkage_at_its_limits(counted, shrunk):
    """Trap 26."""
    names = ["jonas", "lin", "mei"][: len(counted)]
    records = [one for name, (k, n) in zip(names, counted, strict=True) for one in kept(name, k, n)]
    table = of(promises=records, reps=[rep(name) for name in names])
    found = [cell(table, "promises_kept", name)["shrunk"] for name in names]
    assert found == [value if value is None else pytest.approx(value) for value in shrunk]


def test_there_is_no_rank_and_no_evidence_of_a_difference_is_said():
    """Trap 28."""
    promises = [*kept("jonas", 5, 10), *kept("lin", 5, 10), *kept("mei", 5, 10)]
    table = of(promises=promises, reps=[rep("mei"), rep("jonas"), rep("lin")])
    order = list(dict.fromkeys(row[0] for row in table.rows))
    assert order == ["jonas", "lin", "mei"]
    assert (
        "no evidence that reps differ in promises kept (chi-square 0.0, 2 df, p 1.00)"
        in table.notes
    )


def test_one_rep_has_nobody_to_be_compared_with():
    table = of(promises=kept("mei", 5, 10))
    assert "one rep: nothing to compare with" in table.notes
    assert not any("outside" in note for note in table.notes)


# Who is in it


def test_idle_reps_are_there_with_blanks_and_in_no_average():
    promises = [*kept("mei", 8, 10), *kept("lin", 6, 10)]
    table = of(promises=promises, reps=[rep(), rep("idle"), rep("lin")])
    assert cell(table, "promises_kept", "idle")["verdict"] == "unknown"
    assert cell(table, "promises_kept")["firm"] == 0.7


@pytest.mark.parametrize(
    ("fields", "there"),
    [
        ({}, True),
        ({"left": "2026-05-13"}, False),
        ({"left": "2026-05-14"}, True),
        ({"joined": "2026-11-10"}, False),
        ({"joined": "2026-11-09"}, True),
    ],
)
def test_reps_who_left_before_the_window_are_out(fields, there):
    table = of(reps=[rep("lin", **fields)], promises=kept("lin", 1, 2))
    assert bool(table.rows) == there


def test_a_rep_without_a_record_is_there_by_his_id():
    assert counts(of(promises=kept("gone", 1, 2)), "promises_kept", "gone") == (1, 2)


def test_a_past_day_gives_its_own_answer():
    records = [*kept("mei", 1, 2), promise("2026-11-05", made="2026-10-01")]
    assert counts(of(promises=records), "promises_kept") == (1, 3)
    assert counts(of(date(2026, 11, 5), promises=records), "promises_kept") == (1, 2)
    assert counts(of(date(2026, 9, 30), promises=records), "promises_kept") == (0, 0)


def test_an_empty_book_has_no_row():
    table = reps(book_of(), D)
    assert (table.rows, table.notes, table.summary["reps"]) == ((), (), 0)


def test_a_screen_has_one_row_for_each_rep():
    part = of(**three()).part("overview")
    rows = {row[0]: dict(zip(part.keys, row, strict=True)) for row in part.rows}
    assert rows["jonas"]["promises_kept"] == "cannot tell 8/10"
    assert (rows["jonas"]["visits_on_time"], rows["jonas"]["win_rate"]) == ("unknown", None)
    assert len(rows["mei"]["evidence"]) == 8
