"""What customers answered, and how much of the house's value they stand for."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.satisfaction import satisfaction
from tests.builders import book_of
from tests.builders import case
from tests.builders import customer
from tests.builders import feedback
from tests.builders import rep
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def row(table, name="all"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def of(records, as_of=D, *, sales=(), customers=(), reps=(), interactions=(), cases=(), **options):
    book = book_of(
        feedback=records, sales=sales, customers=customers, reps=reps,
        interactions=interactions, cases=cases,
    )  # fmt: skip
    return satisfaction(book, as_of, **options)


def rated(kind, scores, **fields):
    return [feedback(kind, score, **fields) for score in scores]


def test_promoters_less_detractors_with_their_interval():
    table = of(rated("nps", [9, 10, 9, 10, 9, 9, 7, 8, 8, 6]))
    all = row(table)
    assert (all["nps"], all["nps_n"]) == (50, 10)
    assert all["nps_low"] == pytest.approx(8.422885, abs=1e-6)
    assert all["nps_high"] == pytest.approx(91.577115, abs=1e-6)
    assert all["remark"] == "few answers"


@pytest.mark.parametrize(("n", "remark"), [(29, "few answers"), (30, None), (0, None)])
def test_few_answers_are_marked_below_thirty(n, remark):
    """Trap 8."""
    records = [*rated("nps", [9] * n), *rated("csat", [4])]
    assert row(of(records))["remark"] == remark


def test_csat_counts_fours_and_fives_and_ces_from_five_on():
    records = [*rated("csat", [5, 4, 4, 3, 1]), *rated("ces", [7, 5, 4, 4, 1])]
    all = row(of(records))
    assert (all["csat"], all["csat_k"], all["csat_n"]) == (3 / 5, 3, 5)
    assert (all["low"], all["high"]) == (
        pytest.approx(0.230724, abs=1e-6),
        pytest.approx(0.882379, abs=1e-6),
    )
    assert (all["ces"], all["ces_k"], all["ces_n"]) == (2 / 5, 2, 5)


def test_below_five_there_are_counts_only():
    """Trap 1."""
    records = [*rated("csat", [5] * 4), *rated("nps", [9] * 4), *rated("ces", [7] * 4)]
    all = row(of(records, sales=[sale()], customers=[customer()]))
    assert [all[key] for key in ("csat", "nps", "nps_low", "nps_high", "ces")] == [None] * 5
    assert all["weighted_csat"] is None
    assert (all["csat_n"], all["csat_k"], all["high"]) == (4, 4, 1)
    one = row(of(rated("csat", [5])))
    assert (one["low"], one["high"]) == (pytest.approx(0.206549, abs=1e-6), 1)


def test_no_answer_is_blank():
    """Traps 1 and 2."""
    all = row(of(rated("csat", [5])))
    assert (all["nps"], all["nps_n"], all["ces"], all["ces_n"]) == (None, 0, None, 0)
    table = of([])
    assert (table.rows, table.notes) == ((), ())
    assert table.summary["csat"] is None


def books():
    """Acme (value 300) said 5 5 3 3, beta (value 100) said 1; gamma bought for 100 and is silent."""
    records = [*rated("csat", [5, 5, 3, 3]), *rated("csat", [1], customer="beta")]
    people = [customer(tier="A"), customer("beta", tier="B"), customer("gamma", tier="A")]
    sales = [sale(price=300), sale(customer="beta"), sale(customer="gamma")]
    return {"records": records, "customers": people, "sales": sales}


def test_each_customer_weighs_by_his_value():
    all = row(of(**books()))
    assert all["csat"] == 2 / 5
    assert all["weighted_csat"] == pytest.approx(300 * 0.5 / 400)


def test_coverage_counts_live_customers_and_their_value():
    table = of(**books())
    all = row(table)
    assert (all["coverage"], all["answered"], all["live"]) == (2 / 3, 2, 3)
    assert all["value_covered"] == pytest.approx(400 / 500)
    assert row(table, "A")["coverage"] == 1 / 2
    assert row(table, "A")["value_covered"] == pytest.approx(300 / 400)
    assert "5 answers of 2 customers: one may weigh much" in table.notes
    assert "1 live customer gave none: silence is not satisfaction" in table.notes


def test_a_prospect_who_answers_is_in_the_rates_but_in_no_coverage():
    records = [*rated("csat", [5] * 5, customer="beta")]
    table = of(records, customers=[customer(), customer("beta", status="prospect")])
    assert (row(table)["csat"], row(table)["coverage"]) == (1, 0)


def test_without_a_sale_no_value_is_known():
    """Trap 2."""
    table = of(rated("csat", [5] * 5), customers=[customer()])
    assert (row(table)["weighted_csat"], row(table)["value_covered"]) == (None, None)
    assert any("crm sale add" in note for note in table.notes)


def test_who_costs_more_than_he_brings_weighs_nothing():
    records = [*rated("csat", [5] * 5), *rated("csat", [1], customer="beta")]
    sales = [sale(), sale(customer="beta", quantity=-1)]
    table = of(records, customers=[customer(), customer("beta")], sales=sales)
    assert (row(table)["weighted_csat"], row(table)["value_covered"]) == (1, 1)


def test_rows_are_tiers_months_reps_departments_or_channels():
    records = [
        feedback(at="2026-10-01", rep="lin", case="s-00000001"),
        feedback(at="2026-11-01T09:00:00+08:00", rep=None, interaction="i-00000001"),
        feedback(at="2026-11-02", customer="beta"),
    ]
    others = {
        "customers": [customer(tier="A"), customer("beta", owner="lin")],
        "reps": [rep("lin", department="sales"), rep("mei")],
        "cases": [case(id="s-00000001", channel="phone")],
        "interactions": [visit(id="i-00000001")],
    }
    names = {
        "tier": ["A", "not known", "all"],
        "month": ["2026-10", "2026-11", "all"],
        "rep": ["lin", "mei", "not known", "all"],
        "department": ["sales", "not known", "all"],
        "channel": ["phone", "visit", "not known", "all"],
    }
    for by, expected in names.items():
        table = of(records, by=by, **others)
        assert [each[0] for each in table.rows] == expected
        assert (table.columns[0].key, table.columns[0].label) == ("group", by)
    with pytest.raises(BadValueError):
        of(records, by="colour")
    by_rep = of(records, by="rep", **others)
    # Lin owns beta, who answered, though about Mei.
    assert (row(by_rep, "lin")["csat_n"], row(by_rep, "lin")["coverage"]) == (1, 1)
    by_month = of(records, by="month", **others)
    assert [row(by_month, month)["coverage"] for month in ("2026-10", "2026-11")] == [1 / 2, 1]


def test_a_rep_alone_keeps_the_shrunken_rate_of_the_full_report():
    """Trap 27."""
    records = [
        *(one for who, k in (("jonas", 8), ("lin", 5), ("mei", 2))
          for one in rated("csat", [5] * k + [1] * (10 - k), rep=who)),
    ]  # fmt: skip
    full = of(records, by="rep")
    assert row(full, "jonas")["shrunk"] == pytest.approx(0.740741, abs=1e-6)
    alone = of(records, by="rep", rep="mei")
    assert [each[0] for each in alone.rows] == ["mei", "all"]
    assert row(alone, "mei") == row(full, "mei")
    assert any(note.startswith("reps differ in answers of 4 and 5") for note in full.notes)


def test_other_raters_kinds_days_and_scales_are_not_in_it():
    records = [
        *rated("csat", [5, 6]),
        *rated("csat", [5], rater="observer"),
        *rated("csat", [5], at="2026-11-10"),
        *rated("csat", [5], at="2026-05-13"),
        *rated("conduct", [5], item="polite"),
        feedback("compliment", None),
    ]
    table = of(records)
    assert row(table)["csat_n"] == 1
    assert any(note.startswith("1 rating left out") for note in table.notes)
    assert row(of(records, as_of=date(2026, 11, 10)))["csat_n"] == 2


def test_each_answer_is_listed_newest_first():
    records = [
        feedback("nps", 3, at="2026-11-01", id="f-00000001", comment="slow"),
        feedback("csat", 5, at="2026-11-02T09:00:00+08:00", id="f-00000002", rep="lin"),
    ]
    part = of(records).part("answers")
    assert [each[0] for each in part.rows] == ["f-00000002", "f-00000001"]
    assert part.rows[1][4:] == ("nps", 3, "slow")
    assert [each[0] for each in of(records, rep="lin").part("answers").rows] == ["f-00000002"]
