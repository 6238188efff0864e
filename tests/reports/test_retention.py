"""Who bought again, who lasts, and who came back."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.retention import retention
from crmcli.reports.spells import spells
from crmcli.reports.spells import stories
from tests.builders import book_of
from tests.builders import customer
from tests.builders import deal
from tests.builders import rep
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)
BEFORE, NOW = "2025-11-09", "2025-11-10"  # the last day of the year before, the first of the year


def rows(table):
    return {row[0]: dict(zip(table.keys, row, strict=True)) for row in table.rows}


def told(id, *lines, **fields):
    """A customer whose status changed on these days."""
    history = [{"date": day, "status": status} for day, status in lines]
    return customer(id, history=history, status=lines[-1][1], **fields)


def test_an_empty_book_has_no_row():
    table = retention(book_of(), D)
    assert (table.rows, table.notes, table.part("survival").rows) == ((), (), ())
    assert table.summary["rate"] is None


def test_customers_and_visits_alone_say_nothing_of_staying():
    table = retention(book_of(customers=[customer()], interactions=[visit()]), D)
    assert table.rows == ()
    assert "crm help sale" in table.empty


@pytest.mark.parametrize(
    ("days", "before", "kept"),
    [
        (("2024-11-09", NOW), 0, 0),
        (("2024-11-10", NOW), 1, 1),
        ((BEFORE, NOW), 1, 1),
        ((BEFORE, "2026-11-09"), 1, 1),
        ((BEFORE, "2026-11-10"), 1, 0),
        ((NOW,), 0, 0),
    ],
)
def test_the_year_before_is_followed_by_the_year(days, before, kept):
    """Trap 8."""
    book = book_of(customers=[customer(tier="A")], sales=[sale(day) for day in days])
    total = rows(retention(book, D)).get("all", {"before": 0, "kept": 0})
    assert (total["before"], total["kept"]) == (before, kept)


def test_a_refund_is_no_purchase():
    """Trap 22."""
    book = book_of(customers=[customer()], sales=[sale(BEFORE), sale("2026-11-01", -1)])
    assert retention(book, D).summary["kept"] == 0


def test_won_deals_are_purchases_where_there_is_no_line():
    def won(day):
        lines = [{"date": "2023-01-01", "stage": "lead"}, {"date": day, "stage": "won"}]
        return deal("won", opened="2023-01-01", history=lines)

    book = book_of(customers=[customer()], deals=[won(BEFORE), won(NOW)])
    assert retention(book, D).summary["kept"] == 1


def years(plans, **others):
    """Per tier (kept, before): so many customers."""
    made = [
        (f"{tier.lower()}{n}", tier, n < k) for tier, (k, before) in plans.items() for n in range(before)
    ]  # fmt: skip
    return book_of(
        customers=[customer(id, tier=tier, owner=tier.lower()) for id, tier, _ in made],
        sales=[sale(BEFORE, customer=id) for id, _, _ in made]
        + [sale(NOW, customer=id) for id, _, stays in made if stays],
        **others,
    )


def test_tiers_are_drawn_towards_each_other():
    table = retention(years({"A": (8, 10), "B": (5, 10), "C": (2, 10)}), D)
    found = rows(table)
    assert [found[tier]["rate"] for tier in "ABC"] == [0.8, 0.5, 0.2]
    assert [found[tier]["shrunk"] for tier in "ABC"] == pytest.approx(
        [0.740741, 0.5, 0.259259], abs=1e-6
    )
    assert (found["all"]["rate"], found["all"]["shrunk"]) == (0.5, None)
    assert "tiers differ in customers kept (chi-square 7.2, 2 df, p 0.03)" in table.notes


def test_few_have_bounds_and_no_rate():
    found = rows(retention(years({"A": (3, 4)}), D))["A"]
    assert (found["rate"], found["shrunk"]) == (None, None)
    assert (found["low"], found["high"]) == pytest.approx((0.300642, 0.954413))


def test_a_rep_sees_the_groups_of_his_customers_with_the_figures_of_all():
    """Trap 27."""
    book = years({"A": (8, 10), "B": (5, 10)}, reps=[rep("a"), rep("b")])
    everyone, mine = rows(retention(book, D)), rows(retention(book, D, rep="a"))
    assert mine == {key: everyone[key] for key in ("A", "all")}
    owners = rows(retention(book, D, rep="a", by="owner"))
    assert owners.keys() == {"a", "all"}
    assert owners["a"]["shrunk"] == everyone["A"]["shrunk"]


def test_a_cohort_is_the_year_of_the_first_purchase():
    book = book_of(
        customers=[customer("a"), customer("b")],
        sales=[sale("2019-01-01", customer="a"), *(sale(BEFORE, customer=id) for id in "ab")],
    )
    found = rows(retention(book, D, by="cohort"))
    assert {key: row["before"] for key, row in found.items()} == {"2019": 1, "2025": 1, "all": 2}


def test_groups_without_a_name_stand_last():
    book = book_of(
        customers=[customer("a"), customer("b", industry="retail")],
        sales=[sale(BEFORE, customer=id) for id in "ab"],
    )
    assert list(rows(retention(book, D, by="industry"))) == ["retail", "not known", "all"]


def test_another_word_for_the_groups_is_refused():
    with pytest.raises(BadValueError, match="colour"):
        retention(book_of(), D, by="colour")


# Survival


def lengths(*customers, as_of=D):
    book = book_of(customers=customers)
    return [(one.customer, one.days, one.ended) for one in spells(book, stories(book, as_of), as_of)]  # fmt: skip


def test_a_customer_lasts_from_his_first_active_day_until_he_is_gone():
    assert lengths(
        told("a", ("2026-01-01", "prospect"), ("2026-01-11", "active"), ("2026-01-31", "lapsed")),
        told("b", ("2026-01-01", "active"), ("2026-01-31", "lost"), ("2026-02-10", "active")),
        told("c", ("2026-11-01", "active")),
        told("d", ("2026-11-01", "prospect")),
        told("e", ("2026-11-01", "lapsed")),
    ) == [("a", 20, True), ("b", 30, True), ("c", 8, False)]


def test_one_who_was_archived_or_merged_was_watched_until_then_and_is_not_lost():
    assert lengths(
        told("a", ("2026-01-01", "active"), ("2026-01-31", "archived")),
        told("b", ("2026-01-01", "active"), ("2026-03-02", "archived"), merged_into="a"),
    ) == [("a", 30, False), ("a", 60, False)]


def test_what_happens_later_is_not_known_yet():
    lost = told("a", ("2026-01-01", "active"), ("2026-01-31", "lost"))
    assert lengths(lost, as_of=date(2026, 1, 30)) == [("a", 29, False)]


def after(days):
    return date.fromordinal(date(2024, 1, 1).toordinal() + days).isoformat()


def test_survival_is_that_of_kaplan_and_meier():
    # 20 and 30 lost, 30 and 70 not (archived), 50 lost: S .8, .6, .3
    ends = [(20, "lost"), (30, "lapsed"), (30, "archived"), (50, "lost"), (70, "archived")]
    book = book_of(
        customers=[
            told(f"c{n}", (after(0), "active"), (after(days), status))
            for n, (days, status) in enumerate(ends)
        ]
    )
    table = retention(book, D)
    part = table.part("survival").rows
    assert [row[:2] for row in part] == [(30, 4), (90, 0), (180, 0), (365, 0), (730, 0)]
    assert part[0][2] == pytest.approx(0.6)
    assert [row[2] for row in part[1:]] == [None] * 4  # nobody was watched for so long
    assert [row[3] for row in part] == [True] * 5
    total = rows(table)["all"]
    assert (total["before"], total["rate"], total["survival_365"]) == (0, None, None)
    assert any("yearly retention unknown" in note for note in table.notes)


def test_a_year_with_us_stands_in_the_row_of_the_group():
    book = book_of(
        customers=[
            told("a", (after(0), "active"), tier="A"),
            told("b", (after(0), "active"), (after(300), "lost"), tier="A"),
        ]
    )
    found = rows(retention(book, D))["A"]
    assert (found["survival_365"], found["at_risk_365"]) == (0.5, 1)


@pytest.mark.parametrize(
    ("day", "back"), [("2026-05-13", 0), ("2026-05-14", 1), ("2026-11-09", 1), ("2026-11-10", 0)]
)
def test_won_back_is_who_turned_active_again_in_the_window(day, back):
    book = book_of(
        customers=[
            told("a", ("2024-01-01", "active"), ("2025-01-01", "lapsed"), (day, "active")),
            told("b", (day, "active")),
        ]
    )
    assert retention(book, D).summary["won_back"] == back
