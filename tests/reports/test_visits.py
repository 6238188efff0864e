"""Visits held, reported, followed up and learned from."""

from datetime import date

import pytest

from crmcli.reports.visit_filing import IN_TIME
from crmcli.reports.visit_filing import LATE
from crmcli.reports.visit_filing import OLDER
from crmcli.reports.visit_filing import PENDING
from crmcli.reports.visit_filing import UNREPORTED
from crmcli.reports.visit_filing import filing
from crmcli.reports.visit_filing import next_step_state
from crmcli.reports.visits import visits
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import meeting
from tests.builders import note
from tests.builders import promise
from tests.builders import rep
from tests.builders import task
from tests.builders import visit

D = date(2026, 11, 9)
NOON = "2026-11-02T12:00:00+08:00"


def row(table, name="mei"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def rows_of(table, part):
    found = table.part(part)
    return [dict(zip(found.keys, row, strict=True)) for row in found.rows]


def of(*interactions, **others):
    return visits(book_of(interactions=interactions, **others), D)


# When a report is in time


@pytest.mark.parametrize(
    ("at", "reported", "state", "lag"),
    [
        (NOON, NOON, IN_TIME, 0),
        (NOON, "2026-11-04T12:00:00+08:00", IN_TIME, 48),
        (NOON, "2026-11-04T12:00:36+08:00", LATE, 48.01),
        (NOON, "2026-11-02T11:59:24+08:00", OLDER, None),
        (NOON, "2026-11-02T04:30:00+00:00", IN_TIME, 0.5),
        ("2026-11-02T23:30:00-05:00", "2026-11-03T13:30:00+08:00", IN_TIME, 1),
        (NOON, "2026-11-02", IN_TIME, None),
        (NOON, "2026-11-04", IN_TIME, None),
        (NOON, "2026-11-05", LATE, None),
        ("2026-11-02", "2026-11-04T23:59:00+08:00", IN_TIME, None),
        ("2026-11-02", "2026-11-05", LATE, None),
        ("2026-11-02", "2026-11-01", OLDER, None),
    ],
)
def test_a_report_is_in_time_within_48_hours_or_two_days(at, reported, state, lag):
    """Trap 18."""
    found = filing(at, reported, D, 48)
    assert found.state == state
    assert found.lag == (None if lag is None else pytest.approx(lag))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2026-11-08T00:00:00+08:00", PENDING),  # its deadline is the end of the day
        ("2026-11-07T23:59:00+08:00", UNREPORTED),
        ("2026-11-09T09:00:00+08:00", PENDING),
        ("2026-11-07", PENDING),
        ("2026-11-06", UNREPORTED),
    ],
)
def test_too_young_to_be_late_is_pending(at, state):
    """Trap 17."""
    assert filing(at, None, D, 48).state == state


def test_a_report_filed_after_the_day_is_not_there_yet():
    assert filing(NOON, "2026-11-10T08:00:00+08:00", D, 400).state == PENDING
    assert filing(NOON, "2026-11-09T23:00:00+08:00", D, 400).state == IN_TIME


def test_hours_are_rounded_up_to_whole_days_where_a_time_is_missing():
    assert filing("2026-11-02", "2026-11-04", D, 25).state == IN_TIME
    assert filing("2026-11-02", "2026-11-04", D, 24).state == LATE


def test_an_older_report_is_there_but_not_in_time():
    found = filing(NOON, "2026-11-01T12:00:00+08:00", D, 48)
    assert (found.reported, found.on_time) == (True, False)
    assert filing("2026-11-09", None, D, 48).on_time is None


# Counting


def test_rates_leave_pending_visits_out():
    table = of(
        *(
            visit(f"2026-10-{day:02}T10:00:00+08:00", reported=f"2026-10-{day:02}T18:00:00+08:00")
            for day in (1, 2, 3)
        ),
        visit("2026-10-05", reported="2026-10-08"),
        visit("2026-10-06"),
        visit("2026-11-09"),
        visit("2026-10-07", outcome="not-held"),
    )
    mei = row(table)
    assert (mei["held"], mei["pending"], mei["reported"], mei["on_time"]) == (6, 1, 4, 3)
    assert (mei["report_rate"], mei["on_time_rate"]) == (4 / 5, 3 / 5)
    assert mei["median_lag_hours"] == 8
    assert table.summary == {
        "held": 6,
        "reported": 4,
        "report_rate": 4 / 5,
        "on_time_rate": 3 / 5,
        "next_missed": 0,
        "planned_missed": 0,
    }


def test_a_joint_visit_counts_for_each_and_once_in_all():
    """Trap 4."""
    made = promise(made="2026-10-01", made_in="i-joint000")
    table = of(
        visit(
            "2026-10-01",
            id="i-joint000",
            also=["lin", "mei"],
            reported="2026-10-01",
            mood="pleased",
        ),
        visit("2026-10-02", rep="lin"),
        promises=[made],
    )
    counted = [
        (row(table, who)["held"], row(table, who)["mood_good"]) for who in ("lin", "mei", "all")
    ]
    assert counted == [(2, 1), (1, 1), (2, 1)]
    assert [row(table, who)["promises_made"] for who in ("lin", "mei", "all")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("day", "held"), [("2026-05-13", 0), ("2026-05-14", 1), ("2026-11-09", 1), ("2026-11-10", 0)]
)
def test_the_window_ends_on_the_day_and_begins_180_days_before(day, held):
    assert of(visit(day)).summary["held"] == held


def test_only_visits_count_unless_the_house_says_more():
    met = (visit("2026-10-01"), meeting("2026-10-02"), call("2026-10-03"))
    assert of(*met).summary["held"] == 1
    more = {"standard": {"visits": {"kinds": ["visit", "meeting"]}}}
    assert of(*met, policy=more).summary["held"] == 2


def test_fewer_than_five_have_no_rate():
    mei = row(of(*(visit("2026-10-01", reported="2026-10-01") for _ in range(4))))
    assert (mei["report_rate"], mei["on_time_rate"], mei["high"]) == (None, None, 1)
    assert mei["low"] > 0


def test_no_visit_that_is_due_is_blank():
    """Trap 1."""
    mei = row(of(visit("2026-11-09")))
    assert (mei["report_rate"], mei["on_time_rate"], mei["low"], mei["median_lag_hours"]) == (
        None,
    ) * 4


@pytest.mark.parametrize("missing", ["contact", "summary", "mood", "next_step", "reported"])
def test_complete_is_reported_with_each_field_filled(missing):
    filled = {
        "contact": "chen",
        "summary": "talked",
        "mood": "pleased",
        "next_step": "none",
        "reported": "2026-10-01",
    }
    assert row(of(visit("2026-10-01", **filled)))["complete"] == 1
    del filled[missing]
    assert row(of(visit("2026-10-01", **filled)))["complete"] == 0


def test_the_house_chooses_what_is_complete():
    own = {"standard": {"visits": {"required": ["lesson", "nonsense"]}}}
    table = of(visit("2026-10-01", reported="2026-10-01", lesson="ask first"), policy=own)
    assert row(table)["complete"] == 1
    assert any("nonsense" in note for note in table.notes)


def test_lessons_and_reading_are_counted():
    table = of(
        visit("2026-10-01", lesson="ask first", reviewed="2026-10-02"),
        visit("2026-10-03", lesson="listen", reviewed="2026-11-10"),
        visit("2026-10-04", mood="offended"),
    )
    assert (row(table)["lessons"], row(table)["read"]) == (2, 1)
    assert (row(table)["mood_good"], row(table)["mood_bad"]) == (0, 1)


# Plans


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"due": "2026-11-08"}, (1, 0, 0, 1, 1)),
        ({"due": "2026-11-09"}, (1, 0, 0, 0, 0)),
        ({"due": "2026-11-01", "status": "done", "done": "2026-11-01"}, (1, 1, 0, 0, 0)),
        ({"due": "2026-11-01", "status": "done", "done": "2026-11-02"}, (1, 1, 1, 0, 0)),
        ({"due": "2026-11-09", "status": "dropped", "reason": "ill"}, (1, 0, 0, 1, 0)),
        ({"due": "2026-11-09", "status": "dropped"}, (1, 0, 0, 1, 1)),
    ],
)
def test_a_planned_visit_is_done_late_or_missed(fields, counts):
    mei = row(of(tasks=[task(kind="visit", **fields)]))
    keys = ("planned", "planned_done", "planned_late", "planned_missed", "no_reason")
    assert tuple(mei[key] for key in keys) == counts
    assert mei["report_rate"] is None


@pytest.mark.parametrize(("due", "rows"), [("2026-11-10", 0), ("2026-11-09", 2), ("2026-05-13", 0)])
def test_a_plan_counts_in_the_window_of_its_day(due, rows):
    assert len(of(tasks=[task(due, kind="visit")]).rows) == rows


def test_other_tasks_are_no_planned_visits():
    assert of(tasks=[task("2026-11-01")]).rows == ()


def test_a_plan_is_seen_as_it_stood_on_the_day():
    lines = [
        {"date": "2026-10-01", "due": "2026-10-20", "owner": "mei"},
        {"date": "2026-10-15", "due": "2026-10-25", "owner": "lin"},
        {"date": "2026-10-28", "status": "done"},
    ]
    plan = task(
        "2026-10-25", kind="visit", owner="lin", status="done", done="2026-10-28", history=lines
    )
    book = book_of(tasks=[plan])

    def seen(day, who):
        return row(visits(book, date.fromisoformat(day)), who)

    assert visits(book, date(2026, 9, 30)).rows == ()
    assert visits(book, date(2026, 10, 14)).rows == ()
    assert seen("2026-10-26", "lin")["planned_missed"] == 1
    assert (
        seen("2026-10-28", "lin")["planned_done"],
        seen("2026-10-28", "lin")["planned_late"],
    ) == (1, 1)


def test_a_plan_of_nobody_stands_in_all_alone():
    table = of(visit("2026-10-01"), tasks=[task("2026-11-01", kind="visit", owner=None)])
    assert (row(table)["planned"], row(table, "all")["planned"]) == (0, 1)


# Next steps


@pytest.mark.parametrize(
    ("followed", "state"),
    [
        ("2026-11-05", "done"),
        ("2026-11-06", "done"),
        ("2026-11-07", "late"),
        (None, "missed"),
    ],
)
def test_a_next_step_is_done_by_its_day(followed, state):
    assert next_step_state("2026-11-06", followed, "2026-11-09") == state


@pytest.mark.parametrize(("next_date", "state"), [("2026-11-09", "open"), ("2026-11-08", "missed")])
def test_without_a_contact_a_next_step_is_open_up_to_its_day(next_date, state):
    assert next_step_state(next_date, None, "2026-11-09") == state


def follow_up(*later, **fields):
    planned = {"next_step": "call", "next_date": "2026-10-10"} | fields
    mei = row(of(visit("2026-10-01T10:00:00+08:00", **planned), *later))
    return tuple(mei[key] for key in ("next_steps", "next_done", "next_late", "next_missed"))


def test_any_later_contact_with_the_customer_does_the_next_step():
    assert follow_up(call("2026-10-09", rep="lin")) == (1, 1, 0, 0)
    assert follow_up(call("2026-10-11")) == (1, 0, 1, 0)
    assert follow_up(call("2026-10-12"), call("2026-10-10")) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    "other",
    [
        note("2026-10-05"),
        call("2026-10-05", customer="bolt"),
        call("2026-09-30"),
        call("2026-11-10"),
        call("2026-10-01T09:59:00+08:00"),
        call("2026-10-01"),
    ],
)
def test_a_note_another_customer_or_an_earlier_contact_does_not(other):
    assert follow_up(other) == (1, 0, 0, 1)


def test_later_on_the_same_day_counts():
    assert follow_up(call("2026-10-01T10:01:00+08:00")) == (1, 1, 0, 0)


def test_a_visit_about_a_deal_is_followed_by_a_contact_about_it():
    assert follow_up(call("2026-10-05"), deal="d-00000001") == (1, 0, 0, 1)
    assert follow_up(call("2026-10-05", deal="d-00000001"), deal="d-00000001") == (1, 1, 0, 0)


def test_no_next_step_and_one_without_a_date_are_in_no_figure():
    assert follow_up(next_step="none") == (0, 0, 0, 0)
    assert follow_up(next_step=None) == (0, 0, 0, 0)
    table = of(visit("2026-10-01", next_step="call"))
    assert row(table)["next_steps"] == 0
    assert "1 next step without a date: in no figure" in table.notes


def test_a_contact_under_the_merged_customers_name_counts_too():
    table = of(
        visit("2026-10-01", customer="acme-old", next_step="call", next_date="2026-10-10"),
        call("2026-10-05", customer="acme"),
        customers=[customer("acme"), customer("acme-old", merged_into="acme")],
    )
    assert row(table)["next_done"] == 1
    assert rows_of(table, "visits")[0]["customer"] == "acme"


def test_the_part_next_lists_missed_and_late_ones_most_days_late_first():
    table = of(
        visit("2026-10-01", id="i-0000000a", next_step="call", next_date="2026-10-10"),
        call("2026-10-12"),
        visit(
            "2026-10-20",
            id="i-0000000b",
            customer="bolt",
            next_step="offer",
            next_date="2026-11-01",
        ),
    )
    assert [(each["id"], each["days_late"]) for each in rows_of(table, "next")] == [
        ("i-0000000b", 8),
        ("i-0000000a", 2),
    ]


# Parts


def test_the_part_missing_lists_unreported_and_late_but_no_pending_ones():
    table = of(
        visit("2026-10-02", id="i-0000000b"),
        visit("2026-10-01T10:00:00+08:00", id="i-0000000a", reported="2026-10-04T10:00:00+08:00"),
        visit("2026-11-09", id="i-0000000c"),
        visit("2026-10-03", id="i-0000000d", reported="2026-10-02"),
        visit("2026-10-03", id="i-0000000e", reported="2026-10-03"),
    )
    assert [
        (each["id"], each["lag_hours"], each["state"]) for each in rows_of(table, "missing")
    ] == [
        ("i-0000000a", 72, "late"),
        ("i-0000000b", None, "unreported"),
    ]


@pytest.mark.parametrize(("times", "rows"), [(2, 0), (3, 1)])
def test_what_goes_wrong_three_times_recurs(times, rows):
    failed = [
        visit(
            f"2026-10-0{n}",
            id=f"i-0000000{n}",
            failure="neglect",
            step="delivery",
            lesson="ask",
            summary="late again",
        )
        for n in range(1, times + 1)
    ]
    table = of(*failed, visit("2026-10-09", failure="neglect"))
    found = rows_of(table, "recurring")
    assert len(found) == rows
    if found:
        assert (found[0]["failure"], found[0]["step"], found[0]["visits"]) == (
            "neglect",
            "delivery",
            3,
        )
        assert (found[0]["customers"], found[0]["lessons"]) == (1, 3)
        assert [item.id for item in found[0]["evidence"]] == [
            "i-00000003",
            "i-00000002",
            "i-00000001",
        ]
        assert {item.basis for item in found[0]["evidence"]} == {"seen"}


def moods(day, bad, good):
    return [
        *(visit(day, mood="unhappy") for _ in range(bad)),
        *(visit(day, mood="neutral") for _ in range(good)),
    ]


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ((9, 1), (1, 9), "better"),
        ((1, 9), (9, 1), "worse"),
        ((5, 5), (4, 6), "no evidence of change"),
        ((4, 0), (0, 10), "too few"),
        ((10, 0), (0, 4), "too few"),
        ((0, 0), (1, 9), "too few"),
    ],
)
def test_the_share_of_bad_visits_is_held_against_the_window_before(before, now, verdict):
    """Trap 20."""
    table = of(*moods("2026-03-01", *before), *moods("2026-10-01", *now))
    mei, everyone = rows_of(table, "improvement")
    assert (mei["rep"], everyone["rep"]) == ("mei", "all")
    assert (mei["before_k"], mei["before_n"]) == (before[0], sum(before))
    assert (mei["now_k"], mei["now_n"]) == (now[0], sum(now))
    assert mei["verdict"] == everyone["verdict"] == verdict
    assert (mei["difference"] is None) == (verdict == "too few")


def test_a_visit_without_mood_or_failure_is_neither_good_nor_bad():
    table = of(visit("2026-10-01"), visit("2026-10-02", failure="neglect", mood="pleased"))
    assert rows_of(table, "improvement")[0]["now_n"] == 1
    assert rows_of(table, "improvement")[0]["now_k"] == 1


def test_without_any_mood_there_is_nothing_to_compare():
    """Trap 2."""
    assert rows_of(of(visit("2026-10-01")), "improvement") == []


def test_the_window_before_ends_where_the_window_begins():
    table = of(visit("2026-05-13", mood="unhappy"), visit("2026-05-14", mood="unhappy"))
    mei = rows_of(table, "improvement")[0]
    assert (mei["before_n"], mei["now_n"]) == (1, 1)
    gone = of(visit("2025-11-14", mood="unhappy"), visit("2026-10-01", mood="unhappy"))
    assert rows_of(gone, "improvement")[0]["before_n"] == 0


def test_promises_made_in_a_visit_are_shown_with_what_became_of_them():
    def made(id, due, **fields):
        return promise(due, id=id, made="2026-10-01", made_in="i-0000000a", **fields)

    table = of(
        visit("2026-10-01", id="i-0000000a"),
        visit("2026-10-02", id="i-0000000b"),
        call("2026-10-03", id="i-0000000c"),
        promises=[
            made("p-0000000a", "2026-10-10", status="kept", settled="2026-10-09"),
            made("p-0000000b", "2026-10-10", status="kept", settled="2026-10-12"),
            made("p-0000000c", "2026-11-08"),
            made("p-0000000d", "2026-11-09"),
            promise("2026-10-10", made="2026-10-03", made_in="i-0000000c"),
        ],
    )
    second, first = rows_of(table, "visits")
    assert (second["id"], second["promises"]) == ("i-0000000b", ())
    assert first["promises"] == ("p-0000000a", "p-0000000b", "p-0000000c", "p-0000000d")
    assert first["promise_states"] == ("kept", "kept late", "late", "open")
    mei = row(table)
    assert (mei["promises_made"], mei["promises_kept"], mei["promises_late"]) == (4, 2, 1)


def test_promises_are_seen_as_of_the_day():
    book = book_of(
        interactions=[visit("2026-10-01", id="i-0000000a")],
        promises=[
            promise(
                "2026-10-10",
                made="2026-10-01",
                made_in="i-0000000a",
                status="kept",
                settled="2026-10-12",
            )
        ],
    )
    assert row(visits(book, date(2026, 10, 11)))["promises_late"] == 1
    assert row(visits(book, date(2026, 10, 12)))["promises_kept"] == 1


# Comparing and filtering


def two_reps():
    return book_of(
        reps=[rep("zoe", name="Anna"), rep("mei")],
        interactions=[
            *(visit("2026-10-01", reported="2026-10-02") for _ in range(14)),
            *(visit("2026-10-01", rep="zoe", reported="2026-10-09") for _ in range(14)),
            visit("2026-10-01", id="i-joint000", rep="zoe", also=["mei"]),
        ],
    )


def test_reps_stand_by_name():
    assert [row[0] for row in visits(two_reps(), D).rows] == ["zoe", "mei", "all"]


def test_one_rep_alone_is_shown_as_in_the_whole_report():
    """Trap 27."""
    alone, whole = visits(two_reps(), D, rep="mei"), visits(two_reps(), D)
    assert [row[0] for row in alone.rows] == ["mei", "all"]
    assert row(alone) == row(whole)
    assert row(alone, "all") == row(whole, "all")
    assert alone.notes == whole.notes
    assert "i-joint000" in {each["id"] for each in rows_of(alone, "missing")}
    assert len(rows_of(alone, "visits")) == 15


def test_a_note_says_whether_reps_differ():
    assert visits(two_reps(), D).notes[0].startswith("reps differ in visits reported in time")
    assert of(visit("2026-10-01")).notes[0] == "one rep: nothing to compare with"


def test_the_title_names_the_hours():
    """Trap 19."""
    assert "calendar hours" in visits(two_reps(), D).title


def test_an_empty_book_has_no_row_and_says_how_to_begin():
    table = of()
    assert table.rows == ()
    assert "crm log visit" in table.empty
    assert table.summary["report_rate"] is None


def test_rows_have_a_cell_for_each_column():
    table = visits(two_reps(), D)
    for each in (table, *table.parts):
        assert {len(row) for row in each.rows} <= {len(each.columns)}
        assert set(each.shown) <= set(each.keys)


def test_what_rests_on_moods_is_said_to_be_the_reps_view():
    """Trap 31."""
    said = "moods and failures are as the reps saw them"
    assert said in of(visit("2026-10-01", mood="offended")).notes
    assert said not in of(visit("2026-10-01")).notes


def test_without_a_plan_it_says_what_would_say_more():
    assert any("--kind visit" in note for note in of(visit("2026-10-01")).notes)
    assert not of().notes
