"""How widely the work with customers is spread over the staff."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.breadth import breadth
from tests.builders import book_of
from tests.builders import note
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit

D = date(2026, 11, 9)


def row(table, name="all"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def of(as_of=D, *, reps, interactions=(), promises=(), **options):
    book = book_of(reps=reps, interactions=interactions, promises=promises)
    return breadth(book, as_of, **options)


def two():
    return [rep("lin", department="sales"), rep("mei", department="sales"), rep("tom")]


def test_those_with_a_contact_are_active_and_a_joint_one_counts_once():
    """Trap 4."""
    contacts = [
        visit("2026-10-01", also=["lin"]),
        visit("2026-10-02"),
        note("2026-10-03", rep="tom"),
        visit("2026-05-13", rep="tom"),
    ]
    table = of(reps=two(), interactions=contacts)
    sales = row(table, "sales")
    assert (sales["staff"], sales["active"], sales["share"], sales["contacts"]) == (2, 2, 1, 2)
    assert sales["gini"] == pytest.approx(1 / 6)  # counts 1 and 2
    assert (row(table, "not known")["active"], row(table, "not known")["gini"]) == (0, None)
    everyone = row(table)
    assert (everyone["staff"], everyone["active"], everyone["contacts"]) == (3, 2, 2)
    assert everyone["share"] == pytest.approx(2 / 3)
    people = {one[0]: one[3] for one in table.part("people").rows}
    assert people == {"lin": 1, "mei": 2, "tom": 0}


@pytest.mark.parametrize(
    ("fields", "staff"),
    [
        ({"left": "2026-11-09"}, 0),
        ({"left": "2026-11-10"}, 1),
        ({"joined": "2026-11-10"}, 0),
        ({"joined": "2026-11-09"}, 1),
        ({"archived": "2026-11-09"}, 0),
    ],
)
def test_staff_are_those_who_have_come_and_not_left(fields, staff):
    table = of(reps=[rep(**fields)])
    assert table.summary["staff"] == staff
    assert len(table.rows) == (2 if staff else 0)


@pytest.mark.parametrize(("day", "signed"), [("2026-11-09", 1), ("2026-11-10", 0), (None, 0)])
def test_the_standard_is_signed_by_the_day(day, signed):
    assert row(of(reps=[rep(signed_standard=day)]))["signed"] == signed


def test_promises_between_departments_are_those_without_a_customer():
    inside = [
        promise(
            "2026-10-05", customer=None, made="2026-10-01", status="kept",
            settled="2026-10-05" if kept else "2026-10-06",
        )
        for kept in (True, True, True, False, False)
    ]  # fmt: skip
    promises = [*inside, promise("2026-10-05"), promise("2026-11-09", customer=None)]
    mei = row(of(reps=[rep(department="sales")], promises=promises), "sales")
    assert (mei["internal_n"], mei["internal_kept"], mei["internal_rate"]) == (5, 3, 3 / 5)
    few = row(of(reps=[rep()], promises=inside[:4]))
    assert (few["internal_n"], few["internal_rate"]) == (4, None)
    assert row(of(reps=[rep()]))["internal_rate"] is None


def test_rows_are_departments_or_levels():
    reps = [rep("lin", level="staff"), rep("mei", level="head", department="sales"), rep("tom")]
    names = [one[0] for one in of(reps=reps, by="level").rows]
    assert names == ["head", "staff", "not known", "all"]
    assert [one[0] for one in of(reps=reps).rows] == ["sales", "not known", "all"]
    assert [one[0] for one in of(reps=reps, rep="tom").rows] == ["not known", "all"]
    with pytest.raises(BadValueError):
        of(reps=reps, by="rep")


def test_a_past_day_gives_its_own_answer():
    reps = [rep("lin", left="2026-10-01"), rep()]
    contacts = [visit("2026-09-01", rep="lin"), visit("2026-10-20")]
    assert row(of(reps=reps, interactions=contacts))["contacts"] == 1
    past = row(of(date(2026, 9, 10), reps=reps, interactions=contacts))
    assert (past["staff"], past["active"], past["contacts"]) == (2, 1, 1)


def test_an_empty_book_has_no_row():
    table = of(reps=[])
    assert (table.rows, table.notes, table.summary["share"]) == ((), (), None)
