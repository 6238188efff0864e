"""How customers and observers rate our manners."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.conduct import conduct
from tests.builders import book_of
from tests.builders import feedback
from tests.builders import rep

D = date(2026, 11, 9)


def scored(scores, item="polite", **fields):
    return [feedback("conduct", score, item=item, **fields) for score in scores]


def of(records, as_of=D, **options):
    reps = [rep("jonas", level="staff"), rep("lin", level="staff"), rep("mei", level="head")]
    return conduct(book_of(feedback=records, reps=reps), as_of, **options)


def row(table, *names):
    found = next(row for row in table.rows if row[: len(names)] == names)
    return dict(zip(table.keys, found, strict=True))


def test_scores_have_a_mean_a_low_share_and_a_gap():
    records = scored([5, 5, 4, 2, 1], expected=4)
    polite = row(of(records), "polite")
    assert (polite["n"], polite["mean"], polite["low_scores"]) == (5, 17 / 5, 2)
    assert (polite["low_share"], polite["gap"]) == (2 / 5, pytest.approx(-0.6))


def test_below_five_there_is_no_mean():
    """Traps 1 and 8."""
    polite = row(of(scored([5, 4, 4, 2], expected=3)), "polite")
    assert polite["n"] == 4
    assert [polite[key] for key in ("mean", "shrunk", "low_share", "gap")] == [None] * 4
    assert row(of(scored([5, 4, 4, 2, 5])), "polite")["mean"] == 4


def test_no_expectation_is_no_gap():
    """Trap 2."""
    assert row(of(scored([5, 4, 4, 2, 5])), "polite")["gap"] is None


def test_items_stand_in_their_order_and_all_of_them_last():
    records = [*scored([5], "interaction"), *scored([4], None), *scored([3], "friendly")]
    assert [each[0] for each in of(records).rows] == ["friendly", "interaction", "not known", "all"]


def published():
    """Three reps of the worked example: s2 .5, tau2 1.8125, mean of all 3.030928."""
    return [
        *scored([5, 5, 4, 4], rep="jonas"),
        *scored([4, 3, 3, 2], rep="lin"),
        *scored([2, 1], rep="mei"),
    ]


def test_the_mean_of_a_rep_is_drawn_towards_that_of_all():
    records = [*scored([5, 5, 4, 4, 5], rep="jonas"), *scored([1, 2, 1, 2, 1], rep="mei")]
    table = of(records, by="rep")
    # Within .3; the means 4.6 and 1.4 lie 3.2 apart: between 5.12 - .06 = 5.06.
    weight = 5.06 / (5.06 + 0.3 / 5)
    assert row(table, "jonas", "polite")["shrunk"] == pytest.approx(3 + weight * 1.6)
    assert row(table, "mei", "polite")["shrunk"] == pytest.approx(3 - weight * 1.6)
    assert row(of(records), "polite")["shrunk"] == pytest.approx(3)


def test_an_item_of_the_house_is_the_mean_over_its_reps():
    polite = row(of(published()), "polite")
    assert polite["mean"] == pytest.approx(3.3)
    assert polite["shrunk"] == pytest.approx(3.030928, abs=1e-6)


@pytest.mark.parametrize(
    "records",
    [
        scored([4, 4, 4, 4, 4], rep="mei"),  # one rep
        [*scored([5], rep="mei"), *scored([3], rep="lin"), *scored([4, 4, 4], rep=None)],
    ],
)
def test_with_nothing_to_compare_nothing_is_shrunk(records):
    """Trap 26: one rep, or one score each."""
    polite = row(of(records), "polite")
    assert (polite["n"], polite["mean"], polite["shrunk"]) == (5, 4, None)


def test_equal_scores_are_not_shrunk():
    """Trap 26."""
    records = [*scored([4] * 5, rep="mei"), *scored([4] * 5, rep="lin")]
    table = of(records, by="rep")
    assert [row(table, who, "polite")["shrunk"] for who in ("lin", "mei")] == [4, 4]


def test_a_rep_alone_keeps_the_shrunken_mean_of_the_full_report():
    """Trap 27."""
    records = [*scored([5, 5, 4, 4, 5], rep="jonas"), *scored([1, 2, 1, 2, 1], rep="mei")]
    full, alone = of(records, by="rep"), of(records, rep="mei")
    assert row(alone, "mei", "polite") == row(full, "mei", "polite")
    assert {each[0] for each in alone.rows} == {"mei", "all"}


def test_a_rating_of_nobody_counts_for_the_house_alone():
    records = [*scored([5] * 5, rep="mei"), *scored([1], rep=None)]
    table = of(records, by="rep")
    assert row(table, "all", "all")["n"] == 6
    assert [each[0] for each in table.rows] == ["mei", "mei", "all", "all"]


def test_customers_and_observers_are_never_mixed():
    records = [*scored([5] * 5), *scored([1, 1], rater="observer"), *scored([5], rater=None)]
    assert row(of(records), "all")["n"] == 6
    assert "2 scores by observers are not in it: --rater observer" in of(records).notes
    observed = of(records, rater="observer")
    assert row(observed, "all")["n"] == 2
    assert observed.rows[0][-1][0].basis == "seen"
    with pytest.raises(BadValueError):
        of(records, rater="boss")


def test_levels_stand_from_the_top_down():
    records = [*scored([4] * 5, rep="lin"), *scored([5], rep="mei"), *scored([3], rep="gone")]
    part = of(records).part("levels").rows
    assert part == (
        ("head", "polite", 1, None),
        ("head", "all", 1, None),
        ("staff", "polite", 5, 4),
        ("staff", "all", 5, 4),
        ("not known", "polite", 1, None),
        ("not known", "all", 1, None),
    )
    assert [each[0] for each in of(records, by="level").rows[::2]] == [
        "head", "staff", "not known", "all",
    ]  # fmt: skip
    with pytest.raises(BadValueError):
        of(records, by="colour")


def test_low_scores_are_the_evidence_newest_first():
    records = [
        *scored([2], at="2026-10-01", comment="did not listen", id="f-00000001"),
        *scored([3], at="2026-10-02"),
        *scored([1], at="2026-10-03T09:00:00+08:00", id="f-00000002", rep=None),
    ]
    found = row(of(records), "polite")["evidence"]
    assert [(each.date, each.id, each.basis, each.text) for each in found] == [
        (date(2026, 10, 3), "f-00000002", "said", "polite rated 1"),
        (date(2026, 10, 1), "f-00000001", "said", "polite of mei rated 2: did not listen"),
    ]


def test_what_is_off_the_scale_or_after_the_day_is_not_in_it():
    records = [*scored([4, 6, 0]), *scored([4], at="2026-11-10"), feedback("csat", 1)]
    table = of(records)
    assert row(table, "all")["n"] == 1
    assert any(note.startswith("2 ratings left out") for note in table.notes)
    assert row(of(records, as_of=date(2026, 11, 10)), "all")["n"] == 2


def test_an_empty_book_has_no_row():
    table = of([])
    assert (table.rows, table.notes, table.summary) == (
        (),
        (),
        {
            "n": 0,
            "mean": None,
            "shrunk": None,
            "low_share": None,
            "gap": None,
            "low_scores": 0,
        },
    )
