"""Service cases: their deadlines, how fast they go, and what is still open."""

from datetime import date

import msgspec
import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.cases import cases
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import customer
from tests.builders import email
from tests.builders import note
from tests.builders import rep
from tests.builders import visit

D = date(2026, 11, 9)
TIMED = "2026-11-02T10:00:00+08:00"


def row(table, name="all"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def rows_of(table, part):
    found = table.part(part)
    return [dict(zip(found.keys, row, strict=True)) for row in found.rows]


def of(*records, as_of=D, by="type", who=None, since=None, until=None, **others):
    book = book_of(cases=records, **others)
    return cases(book, as_of, by=by, rep=who, since=since, until=until)


def due(table):
    keys = ("reply_due", "reply_met", "resolve_due", "resolve_met")
    return tuple(row(table)[key] for key in keys)


# In time


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"replied": "2026-11-03T10:00:00+08:00"}, (1, 1, 1, 0)),  # the limit itself
        ({"replied": "2026-11-03T10:00:01+08:00"}, (1, 0, 1, 0)),
        ({"replied": "2026-11-03"}, (1, 1, 1, 0)),  # a bare day: the whole next day
        ({"replied": "2026-11-04"}, (1, 0, 1, 0)),
        ({"settled": "2026-11-05T10:00:00+08:00"}, (1, 0, 1, 1)),
        ({"settled": "2026-11-05T10:00:01+08:00"}, (1, 0, 1, 0)),
        ({"settled": "2026-11-05"}, (1, 0, 1, 1)),
        ({"settled": "2026-11-06"}, (1, 0, 1, 0)),
        ({"settled": "2026-11-05T02:00:00+00:00"}, (1, 0, 1, 1)),  # the same instant as 10:00
    ],
)
def test_24_hours_to_answer_and_72_to_resolve(fields, counts):
    """Traps 8 and 18."""
    assert due(of(case(TIMED, **fields))) == counts


@pytest.mark.parametrize(
    ("opened", "counts"),
    [
        ("2026-11-08T23:59:00+08:00", (1, 0, 0, 0)),  # its deadline is on the day itself
        ("2026-11-09T00:00:00+08:00", (0, 0, 0, 0)),
        ("2026-11-08", (0, 0, 0, 0)),  # a bare day has until the end of the next
        ("2026-11-07", (1, 0, 0, 0)),
        ("2026-11-06T09:00:00+08:00", (1, 0, 1, 0)),
        ("2026-11-06", (1, 0, 0, 0)),
        ("2026-11-05", (1, 0, 1, 0)),
    ],
)
def test_a_case_too_young_to_be_late_is_in_no_rate(opened, counts):
    """Trap 17."""
    assert due(of(case(opened))) == counts


def test_what_is_done_early_counts_at_once():
    fresh = case("2026-11-09T08:00:00+08:00", settled="2026-11-09T09:00:00+08:00")
    table = of(fresh)
    assert due(table) == (0, 0, 1, 1)
    assert row(table)["median_resolve"] == 1


def test_a_deadline_before_the_window_counts_only_for_what_was_done_in_it():
    old = case("2026-05-01T10:00:00+08:00", settled="2026-06-01T10:00:00+08:00")
    assert due(of(old)) == (0, 0, 1, 0)
    assert due(of(case("2026-05-01T10:00:00+08:00"))) == (0, 0, 0, 0)


def test_a_deadline_in_the_window_counts_for_what_came_after_it():
    late = case("2026-10-01", settled="2026-11-01", replied="2026-10-02")
    table = of(late, until=date(2026, 10, 20))
    assert due(table) == (1, 1, 1, 0)
    assert row(table)["resolved"] == 0


def test_business_hours_count_only_while_the_house_is_open():
    """Trap 19."""
    open_hours = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}
    policy = {"standard": {"hours": open_hours, "cases": {"reply_hours": 4}}}
    friday = case("2026-10-30T17:00:00+08:00", replied="2026-11-02T12:00:00+08:00")
    table = of(friday, policy=policy)
    assert table.title == "Cases by type, 2026-05-14 to 2026-11-09, in business hours"
    assert due(table)[:2] == (1, 1)  # 17:00 to 18:00, and 9:00 to 12:00: the limit itself
    assert row(table)["median_reply"] == 4
    calendar = of(friday, policy={"standard": {"cases": {"reply_hours": 4}}})
    assert calendar.title.endswith("in calendar hours")
    assert due(calendar)[:2] == (1, 0)
    assert row(calendar)["median_reply"] == 67


def test_the_first_rule_that_fits_type_and_tier_sets_the_hours():
    rules = [{"type": "fault", "tier": "A", "resolve_hours": 4}, {"tier": "A", "resolve_hours": 8}]
    policy = {"standard": {"cases": {"by": rules}}}
    records = [
        case(TIMED, id="s-00000001", type="fault", settled="2026-11-02T15:00:00+08:00"),
        case(TIMED, id="s-00000002", type="question", settled="2026-11-02T17:00:00+08:00"),
        case(TIMED, id="s-00000003", customer="beta", settled="2026-11-02T20:00:00+08:00"),
    ]
    people = [customer(tier="A"), customer("beta", tier="B")]
    table = of(*records, policy=policy, customers=people)
    met = {name: row(table, name)["resolve_met"] for name in ("fault", "question", "complaint")}
    assert met == {"fault": 0, "question": 1, "complaint": 1}


# The first answer


@pytest.mark.parametrize(
    ("contact", "met"),
    [
        (email(TIMED, direction="out"), 1),
        (email(TIMED, direction="out", outcome="bounced"), 0),
        (email(TIMED, direction="in"), 0),
        (call(TIMED, direction="in"), 1),
        (call(TIMED, outcome="no-answer", direction="out"), 0),
        (visit(TIMED), 1),
        (visit(TIMED, outcome="not-held"), 0),
        (note(TIMED), 0),
        (email("2026-11-10T08:00:00+08:00", direction="out"), 0),
    ],
)
def test_the_first_answer_is_a_contact_that_reached_them(contact, met):
    linked = msgspec.structs.replace(contact, case="s-00000001")
    table = of(case("2026-11-02T09:00:00+08:00", id="s-00000001"), interactions=[linked])
    assert row(table)["reply_met"] == met


def test_what_the_case_says_of_its_answer_goes_before_its_contacts():
    said = case("2026-11-02T09:00:00+08:00", id="s-00000001", replied="2026-11-05T09:00:00+08:00")
    contact = email(TIMED, direction="out", case="s-00000001")
    assert row(of(said, interactions=[contact]))["median_reply"] == 72


def test_a_step_dated_before_the_opening_has_no_hours():
    odd = case(TIMED, replied="2026-11-01T10:00:00+08:00")
    table = of(odd)
    assert (row(table)["reply_met"], row(table)["median_reply"]) == (1, None)


def test_hours_have_a_median_and_a_quantile():
    hours = (1, 2, 3, 4, 10)
    records = [case(TIMED, settled=f"2026-11-02T{10 + h}:00:00+08:00") for h in hours]
    all = row(of(*records))
    assert (all["median_resolve"], all["p90_resolve"]) == (3, pytest.approx(7.6))


# Counting


def test_nothing_due_is_blank_and_few_have_no_rate():
    """Trap 1."""
    none = row(of(case("2026-11-09")))
    assert (none["resolve_rate"], none["low"], none["high"], none["reply_rate"]) == (None,) * 4
    one = row(of(case(TIMED, settled="2026-11-02T11:00:00+08:00")))
    assert (one["resolve_due"], one["resolve_met"], one["resolve_rate"]) == (1, 1, None)
    assert (one["low"], one["high"]) == (pytest.approx(0.206549, abs=1e-6), 1)
    assert one["reopened_rate"] is None


def test_a_rate_of_five_has_its_bounds():
    records = [case(TIMED, settled=f"2026-11-0{d}T09:00:00+08:00") for d in (3, 4, 5, 5, 6)]
    table = of(*records)
    assert row(table)["resolve_rate"] == 4 / 5
    assert row(table)["low"] == pytest.approx(0.375535, abs=1e-6)
    assert table.summary["resolve_rate"] == 4 / 5


def test_solved_at_once_takes_exactly_one_contact_and_no_reopening():
    ids = [f"s-0000000{n}" for n in range(1, 6)]
    lines = [
        {"date": "2026-11-02", "by": "mei", "status": "open"},
        {"date": "2026-11-03", "by": "mei", "status": "resolved"},
        {"date": "2026-11-04", "by": "mei", "status": "open"},
    ]
    records = [
        *(case(TIMED, id=id, settled="2026-11-03") for id in ids[:3]),
        case(TIMED, id=ids[3], history=lines),
        case(TIMED, id=ids[4]),
    ]
    contacts = [
        call(TIMED, case=ids[0]),
        email(TIMED, case=ids[0], direction="in"),
        call(TIMED, case=ids[1]),
        visit("2026-11-03", case=ids[1]),
        call(TIMED, case=ids[3]),
        call(TIMED, case=ids[4]),
    ]
    table = of(*records, interactions=contacts)
    all = row(table)
    assert (all["solved_at_once"], all["solved_n"], all["resolved"]) == (1, 3, 4)
    assert (all["reopened"], all["open"]) == (1, 2)
    assert "1 resolved that no contact names: whether at once is unknown" in table.notes


def test_a_reopened_case_is_open_and_its_deadline_is_missed():
    lines = [
        {"date": "2026-11-02", "by": "mei", "status": "open"},
        {"date": "2026-11-03", "by": "mei", "status": "resolved", "resolved": "2026-11-03"},
        {"date": "2026-11-07", "by": "mei", "status": "open"},
    ]
    again = case("2026-11-02", history=lines)
    assert due(of(again))[2:] == (1, 0)
    before = of(again, as_of=date(2026, 11, 6))
    assert due(before)[2:] == (1, 1)
    assert (row(before)["open"], row(before)["reopened"]) == (0, 0)


@pytest.mark.parametrize(
    ("opened", "age"),
    [
        ("2026-11-09", "age_0_1"),
        ("2026-11-08", "age_0_1"),
        ("2026-11-07", "age_2_7"),
        ("2026-11-02", "age_2_7"),
        ("2026-11-01", "age_8_30"),
        ("2026-10-10", "age_8_30"),
        ("2026-10-09", "age_over_30"),
    ],
)
def test_open_cases_have_ages(opened, age):
    all = row(of(case(opened)))
    ages = ("age_0_1", "age_2_7", "age_8_30", "age_over_30")
    assert [name for name in ages if all[name]] == [age]


def test_an_archived_case_is_no_open_work():
    all = row(of(case("2026-11-02", archived="2026-11-03")))
    assert (all["open"], all["opened"], all["resolve_due"]) == (0, 1, 1)


def test_a_past_day_gives_its_own_answer():
    records = [case("2026-11-02", settled="2026-11-06"), case("2026-11-08")]
    past = of(*records, as_of=date(2026, 11, 5))
    assert (row(past)["opened"], row(past)["open"], row(past)["resolved"]) == (1, 1, 0)


def test_an_empty_book_has_no_row():
    table = cases(book_of(), D)
    assert (table.rows, table.notes) == ((), ())
    assert table.summary["resolve_rate"] is None


# Rows


def test_rows_are_types_reps_channels_or_tiers_and_the_blank_one_comes_last():
    records = [
        case(TIMED, type="question", owner="lin", channel="phone"),
        case(TIMED, type=None, owner=None, customer="beta"),
    ]
    people = [customer(tier="A"), customer("beta")]
    expected = {
        "type": ["question", "not known", "all"],
        "rep": ["lin", "not known", "all"],
        "channel": ["phone", "not known", "all"],
        "tier": ["A", "not known", "all"],
    }
    for by, names in expected.items():
        assert [each[0] for each in of(*records, by=by, customers=people).rows] == names
    with pytest.raises(BadValueError):
        of(*records, by="colour")


def ten(owner, met, n=10):
    return [
        case(TIMED, owner=owner, settled="2026-11-03" if k < met else "2026-11-09")
        for k in range(n)
    ]


def test_a_rep_alone_keeps_the_shrunken_rate_of_the_full_report():
    """Trap 27."""
    records = [*ten("jonas", 8), *ten("lin", 5), *ten("mei", 2)]
    names = [rep(id) for id in ("jonas", "lin", "mei")]
    full = of(*records, by="rep", reps=names)
    shrunk = [row(full, id)["shrunk"] for id in ("jonas", "lin", "mei")]
    assert shrunk == pytest.approx([0.740741, 0.5, 0.259259], abs=1e-6)
    alone = of(*records, by="rep", who="mei", reps=names)
    assert [each[0] for each in alone.rows] == ["mei", "all"]
    assert row(alone, "mei") == row(full, "mei")
    assert row(alone) == row(full)
    assert "reps differ in cases resolved in time (chi-square 7.2, 2 df, p 0.03)" in full.notes


def test_a_rep_has_the_rows_of_types_that_he_handles():
    records = [case(TIMED, type="fault", owner="lin"), case(TIMED, owner="mei")]
    assert [each[0] for each in of(*records, who="lin").rows] == ["fault", "all"]


# Parts


def test_what_was_missed_is_listed_by_deadline():
    records = [
        case(TIMED, id="s-00000002", settled="2026-11-03"),
        case("2026-10-01", id="s-00000001", replied="2026-10-05", owner="lin"),
    ]
    missed = rows_of(of(*records), "missed")
    assert [(each["id"], each["missed"], each["deadline"]) for each in missed] == [
        ("s-00000001", "answer", "2026-10-02"),
        ("s-00000001", "resolution", "2026-10-04"),
        ("s-00000002", "answer", "2026-11-03T10:00:00+08:00"),
    ]
    assert [each["id"] for each in rows_of(of(*records, who="mei"), "missed")] == ["s-00000002"]


def test_like_cases_are_compared_from_five_on():
    ends = ("11", "12", "13", "14", "20")
    records = [
        case(TIMED, settled=f"2026-11-02T{h}:00:00+08:00", remedy="refund" if h < "13" else "new")
        for h in ends
    ]
    assert rows_of(of(*records[:4]), "alike") == []
    (found,) = rows_of(of(*records), "alike")
    assert found == {
        "type": "complaint",
        "resolved": 5,
        "median": 3,
        "p90": pytest.approx(7.6),
        "spread": pytest.approx(7.6 / 3),
        "remedies": 2,
        "reps_differ": "one rep",
    }


def test_a_median_of_no_time_has_no_spread():
    records = [case("2026-11-02", settled="2026-11-02") for _ in range(5)]
    (found,) = rows_of(of(*records), "alike")
    assert (found["median"], found["spread"]) == (0, None)


def test_whether_reps_differ_is_tested_over_everyone():
    records = [*ten("jonas", 8), *ten("lin", 5), *ten("mei", 2)]
    (found,) = rows_of(of(*records, who="mei"), "alike")
    assert (found["resolved"], found["reps_differ"]) == (30, "yes")
    few = [*ten("lin", 9), *ten("mei", 10)]
    assert rows_of(of(*few), "alike")[0]["reps_differ"] == "too few to test"
    alike = [*ten("lin", 5), *ten("mei", 5)]
    assert rows_of(of(*alike), "alike")[0]["reps_differ"] == "no evidence"


def test_failures_stand_by_their_step_most_first():
    records = [
        case("2026-11-02", id="s-00000001", step="delivery"),
        case("2026-11-03", id="s-00000002", step="delivery", customer="beta"),
        case("2026-05-13", step="quote"),
    ]
    contacts = [
        visit("2026-11-04", failure="neglect", step="invoice", rep="lin"),
        visit("2026-11-04", failure="neglect"),
        visit("2026-11-05", case="s-00000001", failure="neglect"),  # the same failure: trap 5
        visit("2026-11-06"),
    ]
    table = of(*records, interactions=contacts)
    found = [tuple(each.values())[:5] for each in rows_of(table, "steps")]
    assert found == [
        ("delivery", 2, 0.5, 50, 2),
        ("invoice", 1, 0.25, 25, 1),
        ("step not named", 1, 0.25, 25, 1),
    ]
    ids = [each.id for each in rows_of(table, "steps")[0]["evidence"]]
    assert ids == ["s-00000002", "s-00000001"]
    alone = of(*records, interactions=contacts, who="lin")
    assert [each["step"] for each in rows_of(alone, "steps")] == ["invoice"]


def test_failures_without_a_contact_have_no_share_of_contacts():
    """Trap 1."""
    (found,) = rows_of(of(case("2026-11-02", step="delivery")), "steps")
    assert (found["failures"], found["per_100_contacts"]) == (1, None)
