"""Promises kept and not, by rep, customer, type and department."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.promises import promises
from tests.builders import book_of
from tests.builders import customer
from tests.builders import promise
from tests.builders import rep

D = date(2026, 6, 30)
MADE = "2026-06-01"


def kept(due, on, **fields):
    return promise(due, status="kept", settled=on, **({"made": MADE} | fields))


def moved(due, on, new, **fields):
    lines = [{"date": MADE, "due": due}, {"date": on, "due": new}]
    if "settled" in fields:
        lines.append({"date": fields.pop("settled"), "status": fields["status"]})
    return promise(new, made=MADE, history=lines, **fields)


TEN = (
    kept("2026-06-10", "2026-06-10"),
    moved("2026-06-10", "2026-06-08", "2026-06-17", status="kept", settled="2026-06-16"),
    moved("2026-06-10", "2026-06-12", "2026-06-20", status="kept", settled="2026-06-19"),
    promise("2026-06-25", made=MADE),
    kept("2026-07-05", "2026-06-20"),
    moved("2026-06-20", "2026-06-15", "2026-07-05"),
    promise("2026-06-20", made=MADE, status="withdrawn-by-customer", settled="2026-06-18"),
    promise("2026-06-20", made=MADE, status="withdrawn-by-customer", settled="2026-06-24"),
    promise("2026-06-28", made=MADE, status="withdrawn-by-us", settled="2026-06-15"),
    promise("2026-06-30", made=MADE),
)


def row(table, name="mei"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def rows_of(part):
    return [dict(zip(part.keys, row, strict=True)) for row in part.rows]


def test_the_ten_examples_are_1_of_7_strict_and_2_of_6_agreed():
    """Trap 12."""
    mei = row(promises(book_of(promises=TEN, reps=[rep()]), D))
    assert (mei["kept"], mei["n"], mei["rate"]) == (1, 7, 1 / 7)
    assert (mei["agreed_kept"], mei["agreed_n"], mei["agreed_rate"]) == (2, 6, 2 / 6)
    assert (mei["made"], mei["late"], mei["broken"]) == (10, 1, 0)
    assert (mei["withdrawn_by_us"], mei["renegotiated"], mei["undated"]) == (1, 2, 0)


def test_the_row_of_all_and_the_summary_say_the_same():
    """Trap 15."""
    table = promises(book_of(promises=TEN, reps=[rep()]), D)
    everyone = row(table, "all")
    assert table.summary == {
        "made": 10,
        "n": 7,
        "kept": 1,
        "rate": 1 / 7,
        "agreed_rate": 2 / 6,
        "late": 1,
        "broken": 0,
        "beyond": None,
        "overloaded_reps": 1,
    }
    assert (everyone["kept"], everyone["n"], everyone["shrunk"]) == (1, 7, None)


@pytest.mark.parametrize(
    ("day", "late", "n"), [("2026-06-24", 0, 0), ("2026-06-25", 0, 0), ("2026-06-26", 1, 1)]
)
def test_late_begins_the_day_after_the_due_day(day, late, n):
    """Trap 11."""
    book = book_of(promises=[promise("2026-06-25", made=MADE)])
    table = promises(book, date.fromisoformat(day))
    assert (row(table)["late"], row(table)["n"]) == (late, n)
    assert len(table.part("late").rows) == late


@pytest.mark.parametrize(
    ("since", "until", "n"),
    [
        ("2026-06-10", "2026-06-10", 1),
        ("2026-06-11", "2026-06-30", 0),
        ("2026-06-01", "2026-06-09", 0),
    ],
)
def test_a_promise_counts_in_the_window_of_its_date(since, until, n):
    book = book_of(promises=[kept("2026-06-10", "2026-06-08")])
    table = promises(book, D, since=date.fromisoformat(since), until=date.fromisoformat(until))
    assert table.summary["n"] == n


def test_yesterdays_report_gives_yesterdays_answer():
    book = book_of(promises=[kept("2026-06-20", "2026-06-25")])
    before = promises(book, date(2026, 6, 24))
    after = promises(book, date(2026, 6, 25))
    assert (row(before)["late"], row(after)["late"]) == (1, 0)
    assert rows_of(before.part("late"))[0]["days_late"] == 4
    assert row(after)["median_days_late"] == 5


def test_a_promise_made_after_the_day_does_not_exist():
    """Trap 9."""
    table = promises(book_of(promises=[promise("2026-06-30", made="2026-06-02")]), date(2026, 6, 1))
    assert table.rows == ()
    assert "crm promise add" in table.empty


def test_without_a_day_it_was_made_the_first_line_tells_when_it_began():
    lines = [{"date": "2026-06-02", "due": "2026-06-10"}]
    book = book_of(promises=[promise("2026-06-10", made=None, history=lines)])
    assert promises(book, date(2026, 6, 1)).rows == ()
    assert row(promises(book, date(2026, 6, 2)))["made"] == 0


def test_reopened_after_kept_counts_as_open():
    lines = [
        {"date": MADE, "due": "2026-06-10"},
        {"date": "2026-06-09", "status": "kept"},
        {"date": "2026-06-11", "status": "open"},
    ]
    book = book_of(promises=[promise("2026-06-10", made=MADE, history=lines)])
    assert (row(promises(book, D))["n"], row(promises(book, D))["kept"]) == (1, 0)
    assert row(promises(book, date(2026, 6, 10)))["kept"] == 1


def test_kept_again_counts_by_the_last_day():
    lines = [
        {"date": MADE, "due": "2026-06-10"},
        {"date": "2026-06-09", "status": "kept"},
        {"date": "2026-06-11", "status": "open"},
        {"date": "2026-06-15", "status": "kept"},
    ]
    book = book_of(promises=[promise("2026-06-10", made=MADE, status="kept", history=lines)])
    assert (row(promises(book, D))["n"], row(promises(book, D))["kept"]) == (1, 0)
    assert row(promises(book, D))["median_days_late"] == 5


def test_fewer_than_five_have_bounds_and_no_rate():
    book = book_of(promises=[kept("2026-06-10", "2026-06-10") for _ in range(4)])
    mei = row(promises(book, D))
    assert (mei["kept"], mei["n"], mei["rate"], mei["shrunk"]) == (4, 4, None, None)
    assert 0 < mei["low"] < mei["high"] == 1


def test_no_promise_due_is_blank_and_not_zero_percent():
    """Trap 1."""
    mei = row(promises(book_of(promises=[promise("2026-07-30", made=MADE)]), D))
    assert (mei["n"], mei["rate"], mei["low"], mei["high"], mei["agreed_rate"]) == (0, *[None] * 4)


def test_without_a_due_date_it_is_in_no_rate_and_said():
    table = promises(book_of(promises=[promise(None, made=MADE)]), D)
    assert (row(table)["undated"], row(table)["n"], row(table)["late"]) == (1, 0, 0)
    assert "1 without a due date: in no rate" in table.notes


def test_disputed_promises_are_counted_apart():
    clash = [{"field": "status", "kept": "kept", "other": "broken", "base": "open"}]
    table = promises(book_of(promises=[promise("2026-06-10", made=MADE, conflicts=clash)]), D)
    assert (row(table)["disputed"], row(table)["n"], row(table)["late"]) == (1, 0, 0)
    assert any("1 disputed" in note for note in table.notes)


def test_kept_on_an_unknown_day_is_said():
    lines = [{"date": MADE, "due": "2026-06-10"}]
    book = book_of(promises=[promise("2026-06-10", made=MADE, status="kept", history=lines)])
    table = promises(book, D)
    assert row(table)["n"] == 0
    assert "1 kept or withdrawn on an unknown day: in no rate" in table.notes


def test_broken_early_is_counted_at_once_and_enters_the_rate_on_its_date():
    """Trap 13."""
    book = book_of(
        promises=[promise("2026-07-05", made=MADE, status="broken", settled="2026-06-20")]
    )
    assert (row(promises(book, D))["broken"], row(promises(book, D))["n"]) == (1, 0)
    assert row(promises(book, date(2026, 7, 5)))["n"] == 1


def test_an_archived_promise_leaves_the_list_and_stays_in_the_rate():
    book = book_of(promises=[promise("2026-06-10", made=MADE, archived="2026-06-20")])
    assert (row(promises(book, D))["late"], row(promises(book, D))["n"]) == (0, 1)
    assert row(promises(book, date(2026, 6, 19)))["late"] == 1


def test_the_promise_stays_with_who_made_it_and_the_load_goes_to_who_must_keep_it():
    book = book_of(
        reps=[rep("mei"), rep("lin")],
        promises=[promise("2026-07-01", made=MADE, by="mei", owner="lin")],
    )
    table = promises(book, D)
    assert (row(table, "mei")["made"], row(table, "mei")["load_due"]) == (1, None)
    assert (row(table, "lin")["made"], row(table, "lin")["load_due"]) == (0, 1)


def test_an_owner_of_later_does_not_bear_the_load_of_before():
    lines = [{"date": MADE, "due": "2026-06-20"}, {"date": "2026-06-18", "owner": "lin"}]
    book = book_of(promises=[promise("2026-06-20", made=MADE, owner="lin", history=lines)])
    assert row(promises(book, date(2026, 6, 17)))["load_due"] == 1
    assert row(promises(book, date(2026, 6, 18)), "lin")["load_due"] == 1


# Over-commitment


def listed(**days):
    return {"capabilities": [{"type": type, "days": days} for type, days in days.items()]}


@pytest.mark.parametrize(("due", "beyond"), [("2026-06-05", 1), ("2026-06-06", 0)])
def test_asked_sooner_than_the_house_can_is_beyond(due, beyond):
    book = book_of(
        promises=[promise(due, made=MADE, type="replacement")], policy=listed(replacement=5)
    )
    table = promises(book, D)
    assert (row(table)["beyond"], row(table)["unlisted"]) == (beyond, 0)
    assert ("a" in row(table)["signs"]) == bool(beyond)
    assert len(table.part("beyond").rows) == beyond


def test_beyond_shows_the_days_asked_and_those_needed():
    book = book_of(
        promises=[promise("2026-06-03", id="p-00000aaa", made=MADE, type="replacement")],
        policy=listed(replacement=5),
    )
    (found,) = rows_of(promises(book, D).part("beyond"))
    assert found == {
        "id": "p-00000aaa",
        "what": "replace the chargers",
        "type": "replacement",
        "by": "mei",
        "asked_days": 2,
        "standard_days": 5,
        "made": date(2026, 6, 1),
    }


def test_a_type_that_is_not_listed_or_blank_is_counted_apart():
    book = book_of(
        promises=[promise("2026-06-02", made=MADE, type=type) for type in ("visit", None)],
        policy=listed(replacement=5),
    )
    assert (row(promises(book, D))["beyond"], row(promises(book, D))["unlisted"]) == (0, 2)


def test_without_a_list_it_is_unknown_and_never_zero():
    """Trap 2."""
    table = promises(book_of(promises=[promise("2026-06-02", made=MADE)]), D)
    assert (row(table)["beyond"], row(table)["unlisted"]) == (None, None)
    assert any("no capabilities" in note for note in table.notes)


def test_due_before_it_was_made_asks_for_an_unknown_time():
    book = book_of(
        promises=[promise("2026-05-31", made=MADE, type="replacement")],
        policy=listed(replacement=5),
    )
    assert row(promises(book, D))["beyond"] == 0


@pytest.mark.parametrize(("due", "load"), [("2026-07-06", 1), ("2026-07-07", None)])
def test_the_load_counts_what_is_due_within_six_days(due, load):
    book = book_of(promises=[promise(due, made=MADE)])
    assert row(promises(book, D))["load_due"] == load


def weekly(count, first_block=0, blocks=8):
    days = [
        date.fromordinal(D.toordinal() - 7 * block).isoformat()
        for block in range(first_block, blocks)
    ]
    return [kept(day, day, made="2026-04-01") for day in days for _ in range(count)]


@pytest.mark.parametrize(("due", "ratio", "sign"), [(2, 1.0, False), (3, 1.5, True)])
def test_more_due_than_usually_kept_is_a_sign(due, ratio, sign):
    pending = [promise("2026-07-01", made=MADE) for _ in range(due)]
    mei = row(promises(book_of(promises=[*pending, *weekly(2)]), D))
    assert (mei["load"], mei["load_usual"]) == (ratio, 2)
    assert ("b" in mei["signs"]) is sign


def test_usual_is_the_median_of_eight_blocks_that_end_on_the_day():
    pending = [promise("2026-07-01", made=MADE)]
    half = row(promises(book_of(promises=[*pending, *weekly(1, blocks=4)]), D))
    assert half["load_usual"] == 0.5
    outside = [kept("2026-05-05", "2026-05-05", made="2026-04-01")]
    assert row(promises(book_of(promises=[*pending, *outside]), D))["load_usual"] == 0


def test_who_usually_keeps_none_has_no_ratio_but_the_sign():
    table = promises(book_of(promises=[promise("2026-07-01", made=MADE) for _ in range(5)]), D)
    assert (row(table)["load"], row(table)["load_due"]) == (None, 5)
    assert "b" in row(table)["signs"]
    assert "mei: 5 due, usually keeps 0" in table.notes
    assert table.summary["overloaded_reps"] == 1


def of_type(type, kept_count, missed, **fields):
    done = [kept("2026-06-10", "2026-06-10", type=type, **fields) for _ in range(kept_count)]
    late = [kept("2026-06-10", "2026-06-15", type=type, **fields) for _ in range(missed)]
    return [*done, *late]


def test_open_promises_of_a_type_that_is_seldom_kept_are_a_risk():
    book = book_of(
        promises=[
            *of_type("repair", 2, 18, by="lin"),
            *of_type("delivery", 19, 1, by="lin"),
            promise("2026-08-01", made=MADE, type="repair"),
            promise("2026-08-01", made=MADE, type="delivery"),
            promise("2026-08-01", made=MADE, type="never seen"),
        ]
    )
    table = promises(book, D)
    assert row(table)["type_risk"] == 0.5
    assert row(table)["signs"] == ("c",)
    assert row(table, "lin")["type_risk"] is None


def test_a_type_with_few_cases_is_no_risk_but_unknown():
    book = book_of(
        promises=[*of_type("repair", 0, 4), promise("2026-08-01", made=MADE, type="repair")]
    )
    assert row(promises(book, D))["type_risk"] is None


# Comparing, grouping, filtering


def two_reps():
    return book_of(
        reps=[rep("zoe", name="Anna", department="sales"), rep("mei", department="service")],
        customers=[customer("acme", owner="mei"), customer("bolt", owner="zoe")],
        promises=[
            *(
                kept("2026-06-10", "2026-06-10", by="mei", customer="acme", type="a")
                for _ in range(8)
            ),
            *(
                kept("2026-06-10", "2026-06-12", by="mei", customer="acme", type="b")
                for _ in range(2)
            ),
            *(
                kept("2026-06-10", "2026-06-10", by="zoe", customer="bolt", type="a")
                for _ in range(2)
            ),
            *(kept("2026-06-10", "2026-06-12", by="zoe", customer="bolt") for _ in range(8)),
        ],
    )


def test_reps_stand_by_name_and_never_by_rate():
    """Trap 28."""
    assert [row[0] for row in promises(two_reps(), D).rows] == ["zoe", "mei", "all"]


def test_one_rep_alone_is_shown_as_in_the_whole_report():
    alone = promises(two_reps(), D, rep="mei")
    whole = promises(two_reps(), D)
    assert [row[0] for row in alone.rows] == ["mei", "all"]
    assert row(alone)["shrunk"] == row(whole)["shrunk"]
    assert row(alone, "all") == row(whole, "all")
    assert alone.summary == whole.summary


def test_a_note_says_whether_they_differ():
    assert promises(two_reps(), D).notes[0] == (
        "reps differ in promises kept (chi-square 7.2, 1 df, p < 0.01)"
    )
    assert promises(book_of(promises=TEN), D).notes[0] == "one rep: nothing to compare with"


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("customer", ["acme", "bolt", "all"]),
        ("type", ["a", "b", "not known", "all"]),
        ("department", ["sales", "service", "all"]),
    ],
)
def test_they_may_be_counted_by_something_else(by, names):
    table = promises(two_reps(), D, by=by)
    assert table.keys[0] == by
    assert [row[0] for row in table.rows] == names
    assert row(table, "all")["n"] == 20
    assert row(table, "all")["load"] is None
    assert table.summary["overloaded_reps"] == 0


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("customer", ["acme", "all"]),
        ("type", ["a", "b", "all"]),
        ("department", ["service", "all"]),
    ],
)
def test_a_rep_keeps_the_rows_that_are_his(by, names):
    assert [row[0] for row in promises(two_reps(), D, by=by, rep="mei").rows] == names


def test_another_grouping_is_refused():
    with pytest.raises(BadValueError, match="'month' is not one of rep, customer"):
        promises(two_reps(), D, by="month")


def test_promises_between_departments_count_for_the_rep_but_are_no_customers():
    book = book_of(promises=[kept("2026-06-10", "2026-06-10", customer=None)])
    assert row(promises(book, D))["kept"] == 1
    by_customer = promises(book, D, by="customer")
    assert by_customer.rows == ()
    assert "1 made between departments: in no row, only in all" in by_customer.notes


def test_a_merged_customers_promises_count_for_the_one_that_was_kept():
    book = book_of(
        customers=[customer("acme"), customer("acme-old", merged_into="acme")],
        promises=[promise("2026-06-10", made=MADE, customer="acme-old")],
    )
    assert [row[0] for row in promises(book, D, by="customer").rows] == ["acme", "all"]


# Parts and evidence


def test_late_ones_stand_by_days_late_then_id_with_the_tier_of_that_day():
    acme = customer(
        tier="A",
        history=[{"date": "2026-01-01", "tier": "C"}, {"date": "2026-07-01", "tier": "A"}],
    )
    book = book_of(
        customers=[acme],
        promises=[
            promise("2026-06-25", id="p-0000000b", made=MADE),
            promise("2026-06-25", id="p-0000000a", made=MADE, owner="lin"),
            promise(
                "2026-06-20",
                id="p-0000000c",
                made=MADE,
                history=[
                    {"date": MADE, "due": "2026-06-10"},
                    {"date": "2026-06-09", "due": "2026-06-15"},
                    {"date": "2026-06-15", "due": "2026-06-20"},
                ],
            ),
        ],
    )
    late = rows_of(promises(book, D).part("late"))
    assert [(each["id"], each["days_late"], each["moved"]) for each in late] == [
        ("p-0000000c", 10, 2),
        ("p-0000000a", 5, 0),
        ("p-0000000b", 5, 0),
    ]
    assert (late[0]["original_due"], late[0]["due"]) == (date(2026, 6, 10), date(2026, 6, 20))
    assert {each["tier"] for each in late} == {"C"}
    assert (late[1]["by"], late[1]["owner"]) == ("mei", "lin")


def test_reasons_stand_by_how_often_with_their_running_share():
    def missed(reason):
        return kept("2026-06-10", "2026-06-12", reason=reason)

    book = book_of(promises=[missed(reason) for reason in ("parts", None, "parts", "forgot")])
    assert promises(book, D).part("reasons").rows == (
        ("parts", 2, 0.5, 0.5),
        ("forgot", 1, 0.25, 0.75),
        ("no reason given", 1, 0.25, 1.0),
    )


def test_the_evidence_is_the_promises_not_kept_with_their_history_newest_first():
    book = book_of(
        promises=[
            moved(
                "2026-06-10",
                "2026-06-12",
                "2026-06-20",
                id="p-0000000a",
                status="kept",
                settled="2026-06-19",
            ),
            promise("2026-06-25", id="p-0000000b", made=MADE),
            kept("2026-06-10", "2026-06-10"),
        ]
    )
    first, second = row(promises(book, D))["evidence"]
    assert (first.id, first.date, first.basis) == ("p-0000000b", date(2026, 6, 25), "computed")
    assert first.text == "due 2026-06-25; late 5 days"
    assert second.text == "due 2026-06-10; 2026-06-12 moved to 2026-06-20; 2026-06-19 kept"


@pytest.mark.parametrize(
    ("due", "said"), [("2026-06-02", "1 day asked"), ("2026-06-03", "2 days asked")]
)
def test_the_evidence_says_how_many_days_were_asked(due, said):
    asked = promise(due, made=MADE, type="replacement")
    book = book_of(promises=[asked], policy=listed(replacement=5))
    (found,) = row(promises(book, D))["evidence"]
    assert found.text.endswith(f"; {said}")


def test_an_old_promise_that_was_never_kept_is_late_in_any_window():
    book = book_of(promises=[promise("2024-01-10", made="2024-01-01")])
    assert (row(promises(book, D))["late"], row(promises(book, D))["n"]) == (1, 0)


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = promises(book_of(), D)
    assert table.rows == ()
    assert table.summary["rate"] is None
    assert table.summary["n"] == 0


def test_rows_have_a_cell_for_each_column():
    for by in ("rep", "customer", "type", "department"):
        table = promises(two_reps(), D, by=by)
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert set(table.shown) <= set(table.keys)
        for part in table.parts:
            assert {len(row) for row in part.rows} <= {len(part.columns)}
