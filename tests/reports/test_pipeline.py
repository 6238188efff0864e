"""The pipeline: what is in it, what is stuck, what it is worth, on any day."""

from datetime import date
from datetime import timedelta
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.pipeline import pipeline
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import deal
from tests.builders import note
from tests.builders import rep
from tests.builders import task
from tests.builders import visit

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def days_ago(days):
    return (D - timedelta(days=days)).isoformat()


def path(*steps, close=None, **fields):
    """A deal that went through these (day, stage)."""
    lines = [{"date": day, "stage": stage} for day, stage in steps]
    if close:
        lines[0]["close"] = close
    return deal(steps[-1][1], history=lines, close=close, **fields)


def closed(stage, age=30, ended=10, **fields):
    """A deal that was qualified `age` days before it was closed, `ended` days ago."""
    fields = {"amount": "100"} | fields
    return path((days_ago(ended + age), "qualified"), (days_ago(ended), stage), **fields)


def row(table, name):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def one(book, day=D, **options):
    """The only open deal."""
    part = pipeline(book, day, **options).part("deals")
    (found,) = part.rows
    return dict(zip(part.keys, found, strict=True))


def quiet(*deals, **records):
    return book_of(deals=deals, **records)


# Adding up


def test_each_stage_has_a_row_in_the_books_order_then_all():
    table = pipeline(
        quiet(
            deal("proposal", amount="1000"),
            deal("proposal", amount="500", probability=90),
            deal("lead", amount="10"),
        ),
        D,
    )
    assert [row[0] for row in table.rows] == ["lead", "qualified", "proposal", "negotiation", "all"]
    proposal = row(table, "proposal")
    assert (proposal["deals"], proposal["amount"], proposal["probability"]) == (2, usd(1500), 50)
    assert (proposal["weighted"], proposal["overridden"]) == (usd(950), 1)
    assert (row(table, "qualified")["amount"], row(table, "qualified")["deals"]) == (usd(0), 0)
    everyone = row(table, "all")
    assert (everyone["deals"], everyone["amount"], everyone["weighted"]) == (3, usd(1510), usd(951))
    assert (everyone["probability"], everyone["measured"]) == (None, None)


def test_won_lost_and_archived_deals_are_not_in_it():
    table = pipeline(
        quiet(deal("won"), deal("lost"), deal(archived="2026-11-09"), deal(archived="2026-11-10")),
        D,
    )
    assert table.summary["deals"] == 1


def test_a_blank_amount_is_unknown_and_not_zero():
    """Trap 2."""
    table = pipeline(quiet(deal(amount="100"), deal()), D)
    proposal = row(table, "proposal")
    assert (proposal["amount"], proposal["weighted"], proposal["no_amount"]) == (
        usd(100),
        usd(50),
        1,
    )
    assert "no amount: 1" in table.notes
    nothing = pipeline(quiet(deal()), D)
    assert (row(nothing, "proposal")["amount"], nothing.summary["weighted"]) == (None, None)


RATES = {"currency": "TWD", "rates": {"USD": "32.5"}}


def test_another_currency_is_changed_by_the_books_rate_and_said():
    table = pipeline(quiet(deal(amount="100", currency="USD"), policy=RATES), D)
    assert table.summary["amount"] == Money(Decimal("3250.0"), "TWD")
    assert "USD at the rate in crm.yaml, the same for every day" in table.notes
    found = one(quiet(deal(amount="100", currency="USD"), policy=RATES))
    assert (found["amount"], found["currency"]) == (usd(100), "USD")
    assert found["amount_book"] == Money(Decimal("3250.0"), "TWD")


def test_without_a_rate_it_is_counted_and_not_priced():
    """Trap 21."""
    book = quiet(
        deal(amount="12000", currency="EUR"), deal(amount="7", currency="TWD"), policy=RATES
    )
    table = pipeline(book, D)
    proposal = row(table, "proposal")
    assert (proposal["deals"], proposal["not_priced"], proposal["no_amount"]) == (2, 1, 0)
    assert proposal["amount"] == Money(Decimal(7), "TWD")
    assert "1 deal not priced: no rate for EUR (12,000)" in table.notes


def test_a_stage_that_the_book_does_not_know_has_its_own_row_and_no_weight():
    table = pipeline(quiet(deal("talking", amount="100"), deal("lead", amount="10")), D)
    odd = row(table, "(unknown: talking)")
    assert (odd["deals"], odd["amount"], odd["probability"], odd["weighted"]) == (
        1,
        usd(100),
        None,
        None,
    )
    assert table.summary["weighted"] == usd(1)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("rep", ["zoe", "mei", "not known", "all"]),
        ("month", ["2026-11", "2026-12", "not known", "all"]),
        ("customer", ["acme", "bolt", "no customer", "all"]),
    ],
)
def test_rows_may_be_reps_months_or_customers(by, names):
    book = quiet(
        deal(owner="mei", close="2026-12-01", customer="bolt", amount="1"),
        deal(owner="zoe", close="2026-11-30", customer="acme", amount="2"),
        deal(owner=None, customer=None, amount="3"),
        reps=[rep("mei"), rep("zoe", name="Anna")],
    )
    table = pipeline(book, D, by=by)
    assert table.keys[0] == by
    assert [row[0] for row in table.rows] == names
    assert not {"probability", "measured", "measured_n"} & set(table.keys)
    assert row(table, "all")["amount"] == usd(6)
    assert set(table.shown) <= set(table.keys)


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({"rep": "mei"}, ["d-0000000a"]),
        ({"customer": "bolt"}, ["d-0000000b"]),
        ({"stage": "lead"}, ["d-0000000b"]),
        ({"stage": "lead", "rep": "mei"}, []),
    ],
)
def test_deals_may_be_chosen(options, ids):
    book = quiet(
        deal("proposal", id="d-0000000a", owner="mei"),
        deal("lead", id="d-0000000b", owner="zoe", customer="bolt"),
    )
    table = pipeline(book, D, **options)
    assert [row[0] for row in table.part("deals").rows] == ids
    assert table.summary["deals"] == len(ids)


def test_a_chosen_stage_has_the_only_row():
    table = pipeline(quiet(deal("lead"), deal("proposal")), D, stage="lead")
    assert [row[0] for row in table.rows] == ["lead", "all"]


def test_unknown_words_are_refused():
    with pytest.raises(BadValueError, match="'won' is not one of lead, qualified, proposal"):
        pipeline(quiet(deal()), D, stage="won")
    with pytest.raises(BadValueError, match="'tier' is not one of stage, rep"):
        pipeline(quiet(deal()), D, by="tier")


def test_a_merged_customers_deals_count_for_the_one_that_was_kept():
    book = quiet(
        deal(customer="acme-old"),
        customers=[customer("acme"), customer("acme-old", merged_into="acme")],
    )
    assert one(book, customer="acme")["customer"] == "acme"
    assert one(book, customer="acme-old")["customer"] == "acme"


def test_deals_stand_by_stage_amount_and_id():
    book = quiet(
        deal("proposal", id="d-0000000d"),
        deal("proposal", id="d-0000000c", amount="5"),
        deal("proposal", id="d-0000000b", amount="5"),
        deal("proposal", id="d-0000000a", amount="7"),
        deal("lead", id="d-0000000e", amount="1"),
    )
    ids = [row[0][-1] for row in pipeline(book, D).part("deals").rows]
    assert ids == ["e", "a", "b", "c", "d"]


# A past day


def test_yesterdays_pipeline_gives_yesterdays_answer():
    """Trap 10."""
    lines = [
        {
            "date": "2026-09-01",
            "stage": "lead",
            "amount": "100",
            "owner": "mei",
            "close": "2026-12-01",
        },
        {"date": "2026-10-01", "stage": "proposal", "amount": "200"},
        {"date": "2026-10-15", "owner": "zoe", "close": "2027-01-31"},
        {"date": "2026-11-01", "stage": "won", "close": "2026-11-01"},
    ]
    book = quiet(deal("won", amount="200", owner="zoe", close="2026-11-01", history=lines))

    def seen(day):
        found = one(book, date.fromisoformat(day))
        return found["stage"], found["amount"].amount, found["owner"], str(found["close"])

    assert pipeline(book, date(2026, 8, 31)).rows == ()
    assert seen("2026-09-01") == ("lead", 100, "mei", "2026-12-01")
    assert seen("2026-10-01") == ("proposal", 200, "mei", "2026-12-01")
    assert seen("2026-10-31") == ("proposal", 200, "zoe", "2027-01-31")
    assert pipeline(book, date(2026, 11, 1)).rows == ()


def test_opened_is_the_birth_of_a_deal():
    book = quiet(deal(opened="2026-10-02"))
    assert pipeline(book, date(2026, 10, 1)).rows == ()
    assert pipeline(book, date(2026, 10, 2)).summary["deals"] == 1


def test_a_deal_whose_stage_on_that_day_is_unknown_is_in_no_row_and_said():
    lines = [{"date": "2026-10-10", "stage": "proposal"}]
    book = quiet(deal(opened="2026-10-01", history=lines), deal("lead"))
    table = pipeline(book, date(2026, 10, 5))
    assert table.summary["deals"] == 1
    assert "1 deal of unknown stage on that day: in no row" in table.notes


def test_a_reopened_deal_is_open_and_only_its_last_closing_counts():
    steps = [("2026-06-01", "qualified"), ("2026-07-01", "lost"), ("2026-08-01", "proposal")]
    again = path(*steps)
    assert one(quiet(again))["age"] == (D - date(2026, 6, 1)).days
    table = pipeline(quiet(path(*steps, ("2026-10-01", "won"), amount="5")), D)
    assert (table.summary["won"], table.summary["win_rate"]) == (1, None)
    assert "win rate 1 of 1" in table.notes
    assert any(note.startswith("won cycle: mean 122 days") for note in table.notes)


# Age, time in stage, quiet


def test_age_counts_from_the_clock_stage_or_a_later_one():
    assert one(quiet(path((days_ago(50), "lead"), (days_ago(40), "qualified"))))["age"] == 40
    assert one(quiet(path((days_ago(50), "lead"), (days_ago(30), "negotiation"))))["age"] == 30
    assert one(quiet(path((days_ago(50), "lead"))))["age"] is None
    back = path((days_ago(50), "qualified"), (days_ago(40), "lead"))
    assert one(quiet(back))["age"] == 50


def test_the_house_chooses_the_clock_stage():
    own = {"standard": {"pipeline": {"clock_stage": "proposal"}}}
    found = path((days_ago(50), "qualified"), (days_ago(20), "proposal"))
    assert one(quiet(found, policy=own))["age"] == 20


def test_the_only_open_stage_is_the_clock_stage():
    stages = [
        {"name": "open", "probability": 50, "role": "open"},
        {"name": "won", "role": "won"},
        {"name": "lost", "role": "lost"},
    ]
    assert one(quiet(path((days_ago(9), "open")), policy={"stages": stages}))["age"] == 9


def test_time_in_stage_counts_from_the_last_change():
    lines = [
        {"date": days_ago(30), "stage": "proposal"},
        {"date": days_ago(10), "stage": "proposal", "amount": "5"},
    ]
    assert one(quiet(deal("proposal", amount="5", history=lines)))["in_stage"] == 30
    assert one(quiet(deal("proposal", opened=days_ago(12), history=[])))["in_stage"] == 12
    assert one(quiet(deal("proposal")))["in_stage"] is None


QUIET = path((days_ago(40), "proposal"), id="d-0000000a")


@pytest.mark.parametrize(
    ("contact", "days"),
    [
        (call(days_ago(5), deal="d-0000000a"), 5),
        (call(days_ago(5)), 5),
        (call(days_ago(40)), 40),
        (call(days_ago(50)), 40),
        (note(days_ago(5)), 40),
        (call(days_ago(5), deal="d-0000000b"), 40),
        (call(days_ago(5), customer="bolt"), 40),
        (call(days_ago(-1)), 40),
        (call(days_ago(5), customer="bolt", deal="d-0000000a"), 5),
    ],
)
def test_quiet_counts_from_the_last_contact_about_the_deal(contact, days):
    assert one(quiet(QUIET, interactions=[contact]))["quiet"] == days


def test_a_contact_that_names_no_deal_is_about_the_only_open_one_of_that_day():
    other = path((days_ago(30), "lead"), (days_ago(10), "lost"), id="d-0000000b")

    def days(*contacts):
        return one(quiet(QUIET, other, interactions=contacts))["quiet"]

    assert days(call(days_ago(9))) == 9
    assert days(call(days_ago(10))) == 10  # the other was closed on that day
    assert days(call(days_ago(11))) == 40
    assert days(call(days_ago(11)), call(days_ago(31))) == 31
    assert days(call(days_ago(11)), call(days_ago(31)), call(days_ago(20), deal="d-0000000a")) == 20


def test_an_archived_deal_stands_in_nobodys_way():
    other = path((days_ago(30), "lead"), archived=days_ago(20))
    assert one(quiet(QUIET, other, interactions=[call(days_ago(5))]))["quiet"] == 5


def test_a_contact_under_the_merged_customers_name_is_about_the_deal():
    book = quiet(
        QUIET,
        customers=[customer("acme"), customer("acme-old", merged_into="acme")],
        interactions=[call(days_ago(5), customer="acme-old")],
    )
    assert one(book)["quiet"] == 5


def test_nothing_known_is_not_quiet_but_unknown():
    found = one(quiet(deal("proposal")))
    assert found["quiet"] is None
    assert "stale" not in found["flags"]


# Flags


@pytest.mark.parametrize(("stage", "limit"), [("lead", 30), ("proposal", 21), ("negotiation", 14)])
def test_stale_begins_the_day_after_the_stages_limit(stage, limit):
    assert "stale" not in one(quiet(path((days_ago(limit), stage))))["flags"]
    assert "stale" in one(quiet(path((days_ago(limit + 1), stage))))["flags"]


def test_the_evidence_of_stale_is_the_last_contact_or_change_of_stage():
    (found,) = one(quiet(QUIET))["evidence"]
    assert (found.id, found.date) == ("d-0000000a", date(2026, 9, 30))
    assert found.text == "last change of stage, quiet for 40 days"
    heard = call(days_ago(30), id="i-0000000a")
    (found,) = one(quiet(QUIET, interactions=[heard]))["evidence"]
    assert (found.id, found.kind) == ("i-0000000a", "interaction")
    assert found.text == "last contact, quiet for 30 days"


@pytest.mark.parametrize(("until", "stale"), [(days_ago(0), False), (days_ago(1), True)])
def test_a_deal_that_waits_for_a_reason_shows_it_instead(until, stale):
    found = one(
        quiet(path((days_ago(40), "proposal"), stalled_until=until, stalled_reason="new budget"))
    )
    assert ("stale" in found["flags"], "stalled" in found["flags"]) == (stale, not stale)
    assert found["stalled_reason"] == (None if stale else "new budget")
    assert found["stalled_until"] == (None if stale else D)


@pytest.mark.parametrize(
    ("close", "past"), [(days_ago(0), False), (days_ago(1), True), (None, False)]
)
def test_past_close_begins_the_day_after(close, past):
    assert ("past-close" in one(quiet(deal(close=close)))["flags"]) is past


def test_aged_is_beyond_nine_of_ten_won_cycles():
    won = [closed("won", age=age) for age in range(1, 21)]  # the 0.9 quantile is 18.1
    assert "aged" not in one(quiet(*won, path((days_ago(18), "qualified"))))["flags"]
    assert "aged" in one(quiet(*won, path((days_ago(19), "qualified"))))["flags"]
    assert "aged" not in one(quiet(*won[1:], path((days_ago(99), "qualified"))))["flags"]


def test_flags_come_in_their_order_and_are_counted():
    odd = deal(
        "proposal",
        opened=days_ago(30),
        close=days_ago(2),
        probability=5,
        currency="EUR",
        amount="5",
    )
    table = pipeline(quiet(odd, deal("proposal")), D)
    flags = [row[table.part("deals").keys.index("flags")] for row in table.part("deals").rows]
    assert sorted(flags) == [
        ("no-next-step", "no-amount"),
        ("stale", "past-close", "no-next-step", "overridden", "not-priced"),
    ]
    proposal = row(table, "proposal")
    keys = ("stale", "no_next_step", "past_close", "no_amount", "not_priced", "overridden")
    assert [proposal[key] for key in keys] == [1, 2, 1, 1, 1, 1]


# Next steps and pushes


@pytest.mark.parametrize(("due", "known"), [(days_ago(0), True), (days_ago(1), False)])
def test_a_next_step_lies_ahead_up_to_the_day_itself(due, known):
    contact = visit(days_ago(5), next_step="call", next_date=due)
    found = one(quiet(deal(), interactions=[contact]))
    assert (found["next_step"] == "call") is known
    assert ("no-next-step" in found["flags"]) is not known
    work = one(quiet(deal(id="d-0000000a"), tasks=[task(due, deal="d-0000000a")]))
    assert (work["next_step"] == "send the offer") is known


def test_the_next_step_is_that_of_the_latest_such_contact_or_an_earlier_task():
    contacts = [
        visit(days_ago(9), next_step="old", next_date=days_ago(-1)),
        visit(days_ago(5), next_step="new", next_date=days_ago(-5)),
        visit(days_ago(1)),
        visit(days_ago(2), next_step="none", next_date=days_ago(-2)),
    ]
    the = deal(id="d-0000000a")
    assert one(quiet(the, interactions=contacts))["next_step"] == "new"
    later = task(days_ago(-6), deal="d-0000000a")
    assert one(quiet(the, interactions=contacts, tasks=[later]))["next_step"] == "new"
    sooner = task(days_ago(-3), deal="d-0000000a")
    found = one(quiet(the, interactions=contacts, tasks=[later, sooner]))
    assert (found["next_step"], found["next_date"]) == ("send the offer", date(2026, 11, 12))


@pytest.mark.parametrize(
    "other",
    [
        task(days_ago(-3), deal="d-0000000b"),
        task(days_ago(-3), deal="d-0000000a", status="done", done=days_ago(1)),
        task(days_ago(-3), deal="d-0000000a", archived=days_ago(1)),
        task(days_ago(-3)),
    ],
)
def test_other_tasks_are_no_next_step(other):
    assert one(quiet(deal(id="d-0000000a"), tasks=[other]))["next_step"] is None


def test_a_task_is_seen_as_it_stood_on_the_day():
    lines = [{"date": "2026-11-01", "due": "2026-11-20"}, {"date": "2026-11-05", "status": "done"}]
    work = task("2026-11-20", deal="d-0000000a", status="done", history=lines)
    book = quiet(deal(id="d-0000000a"), tasks=[work])
    assert [one(book, date(2026, 11, day))["next_step"] is None for day in (4, 5)] == [False, True]


def test_a_next_step_of_another_deal_is_not_this_ones():
    contact = visit(days_ago(5), deal="d-0000000b", next_step="call", next_date=days_ago(-5))
    assert one(quiet(deal(), interactions=[contact]))["next_step"] is None


def test_pushes_are_moves_of_the_close_to_a_later_day():
    lines = [
        {"date": "2026-08-01", "stage": "proposal", "close": "2026-09-30"},
        {"date": "2026-09-20", "close": "2026-10-31"},
        {"date": "2026-10-01", "close": "2026-10-15"},
        {"date": "2026-10-20", "close": "2026-12-31"},
    ]
    book = quiet(deal(close="2026-12-31", history=lines, id="d-0000000a"))
    found = one(book)
    assert found["pushes"] == 2
    texts = [item.text for item in found["evidence"] if item.text.startswith("close moved")]
    assert texts == [
        "close moved from 2026-10-15 to 2026-12-31",
        "close moved from 2026-09-30 to 2026-10-31",
    ]
    assert one(book, date(2026, 10, 19))["pushes"] == 1


def test_winning_sets_the_close_and_is_no_push():
    lines = [
        {"date": "2026-08-01", "stage": "proposal", "close": "2026-09-30"},
        {"date": "2026-10-05", "stage": "lost", "close": "2026-10-05"},
        {"date": "2026-10-10", "stage": "proposal", "close": "2026-09-30"},
    ]
    assert one(quiet(deal(close="2026-09-30", history=lines)))["pushes"] == 0


# What closed deals teach


def test_the_measured_probability_needs_twenty_closed_deals():
    def measured(*deals):
        found = row(pipeline(quiet(deal("lead"), *deals), D), "qualified")
        return found["measured"], found["measured_n"]

    won, lost = [closed("won") for _ in range(5)], [closed("lost") for _ in range(14)]
    assert measured(*won, *lost) == (None, 19)
    assert measured(*won, *lost, closed("lost")) == (0.25, 20)


def test_a_lost_deal_counts_up_to_its_furthest_stage_and_a_won_one_for_all():
    deals = [
        *(
            path((days_ago(50), "proposal"), (days_ago(40), "lead"), (days_ago(9), "lost"))
            for _ in range(10)
        ),
        *(path((days_ago(50), "lead"), (days_ago(9), "lost")) for _ in range(10)),
        *(path((days_ago(9), "won")) for _ in range(10)),
    ]
    table = pipeline(quiet(deal("lead"), *deals), D)
    seen = [
        (row(table, stage)["measured_n"], row(table, stage)["measured"])
        for stage in ("lead", "qualified", "proposal", "negotiation")
    ]
    assert seen == [(30, 1 / 3), (20, 0.5), (20, 0.5), (10, None)]


def test_measured_stands_beside_and_not_in_weighted():
    table = pipeline(quiet(deal(amount="100"), *(closed("lost") for _ in range(20))), D)
    assert (row(table, "proposal")["measured"], table.summary["weighted"]) == (None, usd(50))


def taught(won, lost, **fields):
    """Half of the won close on day 10, half on day 30; the lost on day 20."""
    return [
        *(closed("won", age=10 if n % 2 else 30, **fields) for n in range(won)),
        *(closed("lost", age=20, **fields) for _ in range(lost)),
    ]


@pytest.mark.parametrize(
    ("won", "lost", "known"), [(10, 39, False), (9, 41, False), (10, 40, True)]
)
def test_the_value_by_age_needs_50_closed_and_10_won(won, lost, known):
    table = pipeline(quiet(deal(amount="100", opened=days_ago(0)), *taught(won, lost)), D)
    assert (table.summary["age_adjusted"] is not None) is known
    if not known:
        reason = f"by age unknown, {won + lost} closed deals, {won} won: too few (50 and 10 needed)"
        assert reason in table.notes[0]


def test_the_value_by_age_falls_for_deals_that_grew_old():
    def worth(age):
        book = quiet(path((days_ago(age), "qualified"), amount="100"), *taught(20, 40))
        table = pipeline(book, D)
        return float(table.summary["age_adjusted"].amount), table.summary["weighted"]

    young, at_twenty, old = worth(0), worth(25), worth(200)
    assert young[0] == pytest.approx(100 / 3)
    assert at_twenty[0] == pytest.approx(100)  # all that were undecided by then were won
    assert old[0] == 0
    assert young[1] == at_twenty[1] == old[1] == usd(20)


def test_deals_before_the_clock_stage_are_not_in_the_value_by_age():
    book = quiet(path((days_ago(1), "lead"), amount="70"), *taught(20, 40))
    table = pipeline(book, D)
    assert table.summary["age_adjusted"] == usd(0)
    assert "1 deal before qualified not in the value by age (USD 70)" in table.notes


def test_what_is_measured_rests_on_everyones_deals():
    book = quiet(deal(amount="100", opened=days_ago(0)), *taught(20, 40, owner="zoe"))
    alone, whole = pipeline(book, D, rep="mei"), pipeline(book, D)
    assert alone.summary["age_adjusted"] == whole.summary["age_adjusted"]
    assert row(alone, "qualified")["measured"] == row(whole, "qualified")["measured"]
    assert (alone.summary["won"], whole.summary["won"]) == (0, 20)


def test_a_closing_day_before_the_clock_day_leaves_the_cycles():
    slip = [{"date": "2026-10-10", "stage": "won"}]
    jumped = deal("won", opened="2026-10-20", history=slip, amount="5")
    table = pipeline(quiet(jumped, deal("lead")), D)
    assert table.summary["won"] == 1
    assert not any("won cycle" in note for note in table.notes)


def test_a_jump_to_won_counts_from_the_day_it_was_opened():
    jump = path((days_ago(10), "won"), opened=days_ago(25), amount="5")
    assert any("won cycle: mean 15 days" in note for note in pipeline(quiet(jump), D).notes)
    same_day = path((days_ago(10), "won"), opened=days_ago(10), amount="5")
    assert any("won cycle: mean 0 days" in note for note in pipeline(quiet(same_day), D).notes)


@pytest.mark.parametrize(
    ("since", "until", "won"),
    [
        ("2026-10-30", "2026-10-30", 1),
        ("2026-10-31", None, 0),
        ("2026-10-01", "2026-10-29", 0),
        (None, None, 1),
    ],
)
def test_won_in_the_window_goes_by_closing_day(since, until, won):
    options = {
        name: date.fromisoformat(day) for name, day in (("since", since), ("until", until)) if day
    }
    table = pipeline(quiet(closed("won", ended=10, amount="300")), D, **options)
    assert table.summary["won"] == won
    assert table.summary["won_amount"] == (usd(300) if won else usd(0))


def test_a_won_deal_without_amount_is_won_and_not_worth_zero():
    """Trap 25."""
    table = pipeline(quiet(closed("won", amount=None)), D)
    assert (table.summary["won"], table.summary["won_amount"]) == (1, None)


def test_a_stage_set_by_hand_without_a_line_has_no_closing_day():
    lines = [{"date": days_ago(20), "stage": "qualified"}]
    table = pipeline(quiet(deal("won", history=lines, amount="5"), deal("lead")), D)
    assert table.summary["won"] == 0
    assert row(table, "qualified")["measured_n"] == 1


def test_the_win_rate_and_the_velocity_are_of_the_window():
    deals = [
        *(closed("won", age=20, amount="100") for _ in range(3)),
        *(closed("lost", age=5) for _ in range(2)),
        *(closed("won", age=20, amount="100", ended=300) for _ in range(9)),
        *(path((days_ago(1), "qualified"), amount="1") for _ in range(10)),
        path((days_ago(1), "lead")),
    ]
    table = pipeline(quiet(*deals), D)
    assert table.summary["win_rate"] == 3 / 5
    assert "win rate 60 % (23-88) 3/5" in table.notes
    assert "velocity USD 30 a day" in table.notes  # 10 x 0.6 x 100 / 20
    assert "won cycle: mean 20 days, median 20 days (n 3)" in table.notes


def test_no_velocity_without_a_win_rate_or_with_cycles_of_no_days():
    few = pipeline(quiet(closed("won"), path((days_ago(1), "qualified"))), D)
    instant = pipeline(quiet(*(closed("won", age=0) for _ in range(5))), D)
    for table in (few, instant):
        assert not any("velocity" in note for note in table.notes)


def test_no_open_deal_is_no_row_but_the_notes_stay():
    table = pipeline(quiet(closed("won", amount="300")), D)
    assert table.rows == ()
    assert table.summary["deals"] == 0
    assert table.summary["amount"] == usd(0)
    assert "2026-05-14 to 2026-11-09: won 1, USD 300" in table.notes
    assert "crm deal add" in table.empty


def test_rows_have_a_cell_for_each_column():
    book = quiet(QUIET, deal("odd", amount="5"), deal("lead", close="2026-12-01"))
    for by in ("stage", "rep", "month", "customer"):
        table = pipeline(book, D, by=by)
        for each in (table, *table.parts):
            assert {len(row) for row in each.rows} == {len(each.columns)}
            assert set(each.shown) <= set(each.keys)
