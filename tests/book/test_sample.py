"""The sample book: sound, telling the stories that the reports look for, and the same on any day.

The book ends on Monday 2026-11-09. What happens in it:

- Harrow & Finch: a letter left unopened, the owner offended, and nobody ever called him back.
- Jonas promises more than the house can do: late, broken, moved after the day or without asking.
- 宏昇車業 hangs on lin alone, with no deputy; Farridge (遠嶺工業), tier A, saw no visit since March.
- Deals: gone stale (Farridge), stalled by a strike (Kaohsiung), pushed three times (Lotus), put
  off again and again with no next step (Pingtung), in pounds without a rate (Caledon), without an
  amount (Brightwell), with a probability of their own (Oakridge, Weißbach).
- 王小明: shown up before his people, put right in person, delighted in the end.
- Gone quiet: Cobalt Bay, 彰化機車材料行. Never contacted: Lakeland. Lost, lapsed, a person, a merged
  double (新竹電動工具廠). Two contacts called `chen`, at Acme Battery and at Beta Ltd.
- Visits planned and done, done late, missed with a reason and without one; jonas writes his
  reports days later; some lessons; visits of two reps together; two that were not held.
- Promises kept in time and late, broken, withdrawn by either side, moved in time and too late,
  given to another rep, without a day, due today and this week, late.
- Mails not answered yet; one, of 屏東養殖設備, for longer than two days.
- Consent given, declined and withdrawn.
"""

from collections import Counter
from datetime import date
from datetime import datetime
from datetime import timedelta

import pytest

from crmcli.book import sample
from crmcli.book.check import check
from crmcli.book.config import read_config
from crmcli.book.paths import folder_of
from crmcli.book.records import new_text
from crmcli.book.records import read_file
from crmcli.book.sample import copy_sample
from crmcli.book.sample import sample_folder
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExistsError

TODAY = date(2026, 11, 9)
DAY = timedelta(1)


def files_of(book):
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for path in sorted(book.rglob("*"))
        if path.is_file() and ".crm" not in path.relative_to(book).parts
    }


def records_of(book):
    found = {}
    for path, data in files_of(book).items():
        if folder_of(path):
            records, problems = read_file(path, data)
            assert problems == []
            found.setdefault(folder_of(path), []).extend(records)
    return found


class Story:
    """The records of the sample book, as the tests ask for them."""

    def __init__(self):
        found = records_of(sample_folder())
        self.reps = {each.id: each for each in found["reps"]}
        self.customers = {each.id: each for each in found["customers"]}
        self.deals = found["deals"]
        self.promises = found["promises"]
        self.tasks = found["tasks"]
        self.rows = sorted(found["interactions"], key=lambda row: row.at[:10])
        self.policy = read_config(sample_folder()).policy

    def of(self, customer):
        return [row for row in self.rows if row.customer == customer]

    def deal(self, customer, name):
        return next(each for each in self.deals if (each.customer, each.name) == (customer, name))

    def promised_by(self, rep):
        return [each for each in self.promises if each.by == rep]


@pytest.fixture(scope="module")
def story():
    return Story()


def is_two_way(row):
    if row.kind in ("visit", "meeting"):
        return row.outcome != "not-held"
    if row.kind == "call":
        return row.outcome != "no-answer"
    return row.kind in ("email", "message") and row.direction == "in"


def last_day(rows):
    return max(row.day for row in rows)


def kept_day(promise):
    days = [event.date for event in promise.history if event.status == "kept"]
    return days[-1] if days else None


def is_kept_in_time(promise):
    return promise.status == "kept" and kept_day(promise) <= promise.original_due


def is_beyond(promise, policy):
    days = policy.capability_days(promise.type)
    due = promise.original_due
    return days is not None and due is not None and (due - promise.made).days < days


def days_late(row):
    if "T" not in row.at or row.reported is None:
        return 0
    lag = datetime.fromisoformat(row.reported) - datetime.fromisoformat(row.at)
    return lag / timedelta(days=1)


# The book is sound


def test_check_finds_nothing_but_the_pounds_without_a_rate():
    folder = sample_folder()
    problems, read = check(folder, read_config(folder).policy)
    told = [problem for problem in problems if problem.level != "note"]
    assert {(problem.level, problem.field) for problem in told} == {("warning", "currency")}
    assert "'GBP' has no rate" in told[0].what
    assert read > 200


def test_every_file_is_written_as_the_program_would_write_it():
    for path, data in files_of(sample_folder()).items():
        if path.endswith(".yaml") and folder_of(path):
            records, _ = read_file(path, data)
            assert new_text(records[0]).encode() == data, path


def test_rows_stand_in_order_of_time(story):
    for path, data in files_of(sample_folder()).items():
        if path.endswith(".csv"):
            days = [row.day for row in read_file(path, data)[0]]
            assert days == sorted(days), path


def test_the_book_has_its_size_and_covers_nine_months(story):
    assert len(story.reps) == 4
    assert 40 <= len(story.customers) <= 45
    assert 60 <= len(story.deals) <= 75
    assert len(story.promises) >= 80
    assert 500 <= len(story.rows) <= 560
    assert len(story.tasks) >= 25
    # A mailing says the same to all.
    own = [row.summary for row in story.rows if row.campaign is None]
    assert len(set(own)) == len(own)
    assert story.rows[0].day == date(2026, 2, 3)
    assert story.rows[-1].day == TODAY
    assert all(row.at <= "2026-11-09T10" for row in story.rows)


# What happens in it


def test_mei_leads_the_others(story):
    assert story.reps["mei"].email == "mei@yongfeng.example"
    assert story.reps["mei"].level == "manager"
    assert [each.manager for each in story.reps.values() if each.id != "mei"] == ["mei"] * 3


def test_an_offended_customer_is_never_called_back(story):
    rows = story.of("harrow-finch")
    hurt = next(row for row in rows if row.mood == "offended")
    assert hurt.failure == "disregard"
    later = [row for row in rows if row.day > hurt.day]
    assert {row.direction for row in later if row.kind != "note"} == {"in"}


def test_jonas_promises_too_much(story):
    misses = {
        rep: sum(not is_kept_in_time(each) for each in due) / len(due)
        for rep in story.reps
        if (due := [p for p in story.promised_by(rep) if (p.original_due or TODAY) < TODAY])
    }
    assert 0.6 < misses["jonas"] < 0.8
    assert all(misses[rep] < 0.25 for rep in ("mei", "lin", "tom"))
    beyond = Counter(each.by for each in story.promises if is_beyond(each, story.policy))
    assert beyond["jonas"] > 2 * max(beyond["mei"], beyond["lin"], beyond["tom"])


def test_one_account_hangs_on_one_rep(story):
    assert {row.rep for row in story.of("宏昇車業")} == {"lin"}
    assert not any(row.also for row in story.of("宏昇車業"))
    assert story.customers["宏昇車業"].deputy is None


def test_nobody_has_visited_an_a_customer_for_months(story):
    customer = story.customers["遠嶺工業"]
    visits = [row for row in story.of(customer.id) if row.kind == "visit"]
    assert customer.tier == "A"
    assert TODAY - last_day(visits) > 240 * DAY
    assert last_day(story.of(customer.id)) > date(2026, 9, 1)


def test_deals_go_stale_stall_and_are_pushed(story):
    stale = story.deal("遠嶺工業", "夜間快換站")
    assert TODAY - last_day(row for row in story.rows if row.deal == stale.id) > 40 * DAY
    stalled = story.deal("高雄港區倉儲", "堆高機電池第二期 41 台")
    assert stalled.stalled_until > TODAY
    assert stalled.stalled_reason
    pushed = story.deal("lotus-telecom", "Frame contract, 120 sites")
    closes = [event.close for event in pushed.history if event.close]
    assert len(closes) == 4
    assert closes == sorted(closes)
    past = [each for each in story.deals if story.policy.role(each.stage) == "open" and each.close]
    assert any(each.close < TODAY for each in past)


def test_some_open_deals_have_no_next_step(story):
    planned = {row.deal for row in story.rows if row.next_date and row.next_date >= TODAY}
    planned |= {task.deal for task in story.tasks if task.status == "open" and task.due >= TODAY}
    opened = {each.id for each in story.deals if story.policy.role(each.stage) == "open"}
    assert len(opened - planned) >= 4
    assert len(opened & planned) >= 4


def test_a_complaint_put_right_ends_in_delight(story):
    moods = [row.mood for row in story.of("王小明股份有限公司") if row.mood]
    assert moods.index("offended") < moods.index("delighted")
    assert story.customers["王小明股份有限公司"].tier == "A"


def test_some_have_gone_quiet_and_one_was_never_contacted(story):
    for customer in ("cobalt-bay-diving", "彰化機車材料行"):
        days = TODAY - last_day(row for row in story.of(customer) if is_two_way(row))
        assert days > story.policy.cadence("C") * DAY
    assert story.of("lakeland-fleet-services") == []


def test_visits_are_planned_and_done_or_missed(story):
    plans = [task for task in story.tasks if task.kind == "visit"]
    assert any(task.status == "done" and task.done <= task.due for task in plans)
    assert any(task.status == "done" and task.done > task.due for task in plans)
    assert any(task.status == "dropped" and task.reason for task in plans)
    assert any(task.status == "dropped" and not task.reason for task in plans)
    assert any(task.status == "open" and task.due < TODAY for task in plans)
    assert any(task.status == "open" and task.due > TODAY for task in plans)


def test_jonas_reports_his_visits_late(story):
    visits = [row for row in story.rows if row.kind == "visit"]
    late = Counter(row.rep for row in visits if days_late(row) > 2)
    assert set(late) == {"jonas"}
    assert late["jonas"] >= 10
    assert any(row.rep == "jonas" and row.reported is None for row in visits)
    assert any(row.outcome == "not-held" for row in visits)
    assert sum(bool(row.lesson) for row in story.rows) >= 15
    assert sum(bool(row.also) for row in visits) >= 10
    assert sum(row.reviewed is not None for row in visits) >= 20


def test_promises_end_in_every_way(story):
    status = Counter(each.status for each in story.promises)
    assert set(status) == {"open", "kept", "broken", "withdrawn-by-customer", "withdrawn-by-us"}
    assert all(each.reason for each in story.promises if each.status == "broken")
    kept = [each for each in story.promises if each.status == "kept" and each.original_due]
    assert any(kept_day(each) > each.original_due for each in kept)
    assert any(each.owner and each.owner != each.by for each in story.promises)
    assert any(each.due is None for each in story.promises)
    asked = Counter(event.agreed for each in story.promises for event in each.history)
    assert asked["yes"] >= 5
    assert asked["no"] >= 5
    assert sum(each.made_in is not None for each in story.promises) > 100


def test_promises_are_due_today_soon_and_late(story):
    due = Counter(
        "late" if each.due < TODAY else "today" if each.due == TODAY else "later"
        for each in story.promises
        if each.status == "open" and each.due
    )
    assert min(due["late"], due["today"], due["later"]) >= 3
    assert sum(TODAY <= row.next_date <= TODAY + 7 * DAY for row in story.rows if row.next_date) > 4


def test_deals_give_a_win_rate(story):
    roles = Counter(story.policy.role(each.stage) for each in story.deals)
    assert roles["won"] >= 25
    assert roles["lost"] >= 15
    assert roles["open"] >= 20
    assert len({each.lost_reason for each in story.deals if each.lost_reason}) >= 7
    assert {each.currency for each in story.deals} == {None, "EUR", "USD", "GBP"}
    assert {"EUR", "USD"} == set(story.policy.rates)
    assert any(each.amount is None and each.stage == "qualified" for each in story.deals)
    assert any(each.probability is not None for each in story.deals)


def test_replies_are_owed(story):
    owed = []
    for row in story.rows:
        asks = row.kind in ("email", "message") and row.direction == "in"
        if not asks or row.outcome == "no-reply-needed":
            continue
        later = [each for each in story.of(row.customer) if each.at > row.at]
        if not any(each.direction == "out" or is_two_way(each) for each in later):
            owed.append((row.customer, row.day == TODAY))
    assert ("acme-battery", True) in owed
    assert ("屏東養殖設備", False) in owed


def test_consent_is_given_declined_and_withdrawn(story):
    states = {
        event.state
        for customer in story.customers.values()
        for contact in customer.contacts
        for event in contact.consent
    }
    assert states == {"given", "declined", "withdrawn"}


def test_names_that_tests_and_documents_use_are_there(story):
    acme = story.customers["acme-battery"]
    assert acme.aliases == ("永豐電池行", "Yongfeng")
    assert acme.contact("chen").name == "陳美玲"
    assert story.customers["beta-ltd"].contact("chen") is not None
    assert "muller-energietechnik-gmbh" in story.customers
    assert any(each.kind == "person" for each in story.customers.values())
    merged = [each for each in story.customers.values() if each.merged_into]
    assert [(each.status, each.merged_into) for each in merged] == [("archived", "新竹電動工具")]
    faulty = next(each for each in story.promises if each.id == "p-4t8wz01m")
    assert (faulty.status, faulty.due, faulty.made_in) == (
        "open",
        date(2026, 11, 10),
        "i-2m8c4x7q",
    )
    assert "d-7k3m9q2x" in {each.id for each in story.deals}
    assert not any(each.id.startswith("p-9") for each in story.promises)


# Its copy


def test_the_copy_for_the_last_day_is_the_book_itself(tmp_path):
    copy_sample(tmp_path / "demo", sample.LAST_DAY)
    assert files_of(tmp_path / "demo") == files_of(sample_folder())


@pytest.mark.parametrize("today", [date(2027, 2, 28), date(2024, 3, 1), date(2026, 11, 10)])
def test_a_copy_for_another_day_is_as_sound(tmp_path, today):
    copy_sample(tmp_path, today)
    problems, _ = check(tmp_path, read_config(tmp_path).policy)
    assert {each.field for each in problems if each.level != "note"} == {"currency"}
    before, after = records_of(sample_folder()), records_of(tmp_path)
    assert {name: len(found) for name, found in before.items()} == {
        name: len(found) for name, found in after.items()
    }
    assert max(row.day for row in after["interactions"]) == today


def test_all_dates_move_alike_and_times_of_day_stay(tmp_path):
    copy_sample(tmp_path, TODAY + 100 * DAY)
    promise = read_one(tmp_path, "promises/2027/p-4t8wz01m.yaml")
    assert promise.made == date(2026, 11, 3) + 100 * DAY
    assert promise.due == date(2026, 11, 10) + 100 * DAY
    assert promise.history[0].date == promise.made
    acme = read_one(tmp_path, "customers/acme-battery.yaml")
    assert acme.contact("chen").consent[0].date == date(2026, 5, 4) + 100 * DAY
    assert acme.verified == date(2026, 8, 12) + 100 * DAY
    assert acme.potential_basis == "3 shops, own count, 2026-05"
    rows = {row.id: row for row in records_of(tmp_path)["interactions"]}
    for row in records_of(sample_folder())["interactions"]:
        moved = rows[row.id]
        assert moved.day == row.day + 100 * DAY
        assert moved.at[10:] == row.at[10:]
        assert (moved.reported or "")[10:] == (row.reported or "")[10:]


def read_one(book, path):
    records, problems = read_file(path, (book / path).read_bytes())
    assert problems == []
    return records[0]


def test_the_same_day_gives_the_same_bytes(tmp_path):
    copy_sample(tmp_path / "one", date(2025, 7, 1))
    copy_sample(tmp_path / "two", date(2025, 7, 1))
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExistsError) as caught:
        copy_sample(tmp_path, TODAY)
    assert caught.value.code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "demo").write_text("mine", encoding="utf-8")
    with pytest.raises(ExistsError):
        copy_sample(tmp_path / "demo", TODAY)


def test_no_copy_is_made_inside_a_book(tmp_path):
    (tmp_path / "crm.yaml").write_text("format: 1\n", encoding="utf-8")
    with pytest.raises(CrmError, match="is inside the book"):
        copy_sample(tmp_path / "demo", TODAY)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    ("period", "days", "moved"),
    [
        ("2026", 0, "2026"),
        ("2026", 53, "2027"),
        ("2026-Q4", 53, "2027-Q1"),
        ("2026-Q3", 53, "2026-Q4"),
        ("2026-Q1", -400, "2025-Q1"),
        ("2026-11", 30, "2026-12"),
        ("2026-12", 60, "2027-02"),
        ("2027", 365, "2028"),
    ],
)
def test_a_period_stays_as_far_from_the_last_day_as_it_was(period, days, moved):
    assert sample._moved_period(period, timedelta(days)) == moved
