"""What a record's own story must be: its days in order, its history told to the end."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from crmcli.book.contents import Contents
from crmcli.book.contents import Rule
from crmcli.model.campaign import Campaign
from crmcli.model.case import Case
from crmcli.model.customer import Customer
from crmcli.model.days import is_before
from crmcli.model.deal import Deal
from crmcli.model.errors import Problem
from crmcli.model.feedback import Feedback
from crmcli.model.interaction import Interaction
from crmcli.model.policy import Policy
from crmcli.model.promise import Promise
from crmcli.model.record import Event
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.sale import Sale
from crmcli.model.task import Task


def history_ends_in_the_present(book: Contents) -> Iterator[Problem]:
    for item in book.every():
        for field, last in untold(item.record):
            current, said = getattr(item.record, field), getattr(last, field)
            what = (
                f"{field} is {_shown(current)}, but the history says {_shown(said)} ({last.date})"
            )
            problem = book.problem(item, (field,), what, "Add a line to the history")
            yield problem._replace(fixable=True)


def untold(record: Record) -> Iterator[tuple[str, Event]]:
    """The fields whose value is not what the history says last, with the line that says it.

    Not those with an open question: it holds both values, and its answer adds the line.
    """
    conflicts = getattr(record, "conflicts", None) if record.TRACKED else None
    asked = {question.field for question in conflicts or ()}
    for field in record.TRACKED:
        last = None if field in asked else _last(record, field)
        if last is not None and getattr(last, field) != getattr(record, field):
            yield field, last


def promises_are_due_after_they_are_made(book: Contents) -> Iterator[Problem]:
    for promise, item in book.items(Promise):
        if promise.made and promise.due and promise.due < promise.made:
            what = f"due {promise.due} is before made {promise.made}"
            yield book.problem(item, ("due",), what)


def settled_promises_have_their_day(book: Contents) -> Iterator[Problem]:
    for promise, item in book.items(Promise):
        settled = promise.status != "open"
        if settled and all(event.status != promise.status for event in promise.history):
            what = f"{promise.status}, but no line of the history says on which day"
            yield book.problem(item, ("status",), what)


def closed_deals_have_their_day(book: Contents) -> Iterator[Problem]:
    for deal, item in book.items(Deal):
        role = book.policy.role(deal.stage)
        if role == "open":
            continue
        if _closing(book.policy, deal) is None:
            what = f"{deal.stage}, but no line of the history says on which day"
            yield book.problem(item, ("stage",), what)
        elif role == "won" and deal.close is None:
            yield book.problem(item, ("close",), f"{deal.stage} without a closing day")


def deals_close_after_they_begin(book: Contents) -> Iterator[Problem]:
    for deal, item in book.items(Deal):
        closing = _closing(book.policy, deal)
        if closing is None:
            continue
        at, day = closing
        key = ("history", at, "date")
        clock = _clock_day(book.policy, deal)
        if deal.opened and day < deal.opened:
            yield book.problem(item, key, f"closed {day}, before it was opened ({deal.opened})")
        elif clock and day < clock:
            yield book.problem(item, key, f"closed {day}, before its clock began ({clock})")


def next_steps_come_later(book: Contents) -> Iterator[Problem]:
    for row, item in book.items(Interaction):
        if row.next_date and row.next_date < row.day:
            what = f"next_date {row.next_date} is before at {row.day}"
            yield book.problem(item, ("next_date",), what)


def reports_come_later(book: Contents) -> Iterator[Problem]:
    for row, item in book.items(Interaction):
        if row.reported and is_before(row.reported, row.at):
            what = f"reported {row.reported} is before at {row.at}"
            yield book.problem(item, ("reported",), what)


def sales_have_a_price(book: Contents) -> Iterator[Problem]:
    for sale, item in book.items(Sale):
        if sale.price is None:
            what = "sale without a price: it is counted and not valued"
            yield book.problem(item, ("price",), what, "Write 0 for a gift")


def records_fit_themselves(book: Contents) -> Iterator[Problem]:
    for struct in (Case, Feedback, Campaign, Sale):
        for record, item in book.items(struct):
            assert isinstance(record, (Case, Feedback, Campaign, Sale))
            for field, what in record.faults():
                yield book.problem(item, (field,), what)


def archived_customers_have_nothing_open(book: Contents) -> Iterator[Problem]:
    opened: dict[str, Counter[str]] = defaultdict(Counter)
    for deal, _ in book.items(Deal):
        if book.policy.role(deal.stage) == "open" and deal.archived is None:
            opened[deal.customer or ""]["deal"] += 1
    for promise, _ in book.items(Promise):
        if promise.status == "open" and promise.archived is None:
            opened[promise.customer or ""]["promise"] += 1
    for case, _ in book.items(Case):
        if case.status != "resolved" and case.archived is None:
            opened[case.customer or ""]["case"] += 1
    for customer, item in book.items(Customer):
        if customer.status == "archived" and not customer.merged_into and opened.get(customer.id):
            counts = opened[customer.id].items()
            told = " and ".join(f"{n} open {word}{'s' if n > 1 else ''}" for word, n in counts)
            yield book.problem(item, ("status",), f"archived, but it has {told}")


def customers_are_served_by_us(book: Contents) -> Iterator[Problem]:
    for customer, item in book.items(Customer):
        if customer.status in ("archived", "lost") or customer.merged_into:
            continue
        for field in ("owner", "deputy"):
            rep = book.get(Rep, getattr(customer, field))
            if rep is not None and rep.archived:
                what = f"{field} '{rep.id}' is archived"
                yield book.problem(item, (field,), what, "Hand the customer over")
        if customer.owner and customer.owner == customer.deputy:
            what = f"deputy '{customer.deputy}' is the owner too"
            yield book.problem(item, ("deputy",), what, level="note")


def lost_deals_have_no_open_task(book: Contents) -> Iterator[Problem]:
    for task, item in book.items(Task):
        deal = book.get(Deal, task.deal)
        is_open = task.status == "open" and task.archived is None
        if deal and is_open and book.policy.role(deal.stage) == "lost":
            yield book.problem(item, ("status",), f"open, but deal {deal.id} is {deal.stage}")


def done_tasks_are_not_snoozed(book: Contents) -> Iterator[Problem]:
    for task, item in book.items(Task):
        if task.status != "open" and task.snoozed_until:
            what = f"snoozed until {task.snoozed_until}, but {task.status}"
            yield book.problem(item, ("snoozed_until",), what, level="note")


def questions_of_merges_are_settled(book: Contents) -> Iterator[Problem]:
    for item in book.every():
        conflicts = getattr(item.record, "conflicts", None)
        if not conflicts:
            continue
        fields = () if isinstance(conflicts, str) else [each.field for each in conflicts]
        about = f" about {', '.join(fields)}" if fields else ""
        what = f"a merge left a question open{about}"
        yield book.problem(item, ("conflicts",), what, f"Try: crm conflicts {item.record.id}")


STORY_RULES: tuple[Rule, ...] = (
    history_ends_in_the_present,
    promises_are_due_after_they_are_made,
    settled_promises_have_their_day,
    closed_deals_have_their_day,
    deals_close_after_they_begin,
    next_steps_come_later,
    reports_come_later,
    records_fit_themselves,
    sales_have_a_price,
    archived_customers_have_nothing_open,
    customers_are_served_by_us,
    lost_deals_have_no_open_task,
    done_tasks_are_not_snoozed,
    questions_of_merges_are_settled,
)


def _last(record: Record, field: str) -> Event | None:
    """The last line that names the field: by day, on the same day the later one in the file."""
    events: tuple[Event, ...] = getattr(record, "history")  # noqa: B009  # tracked: has a history
    naming = [each for each in events if getattr(each, field) is not None or field in each.cleared]
    return max(enumerate(naming), key=lambda each: (each[1].date, each[0]))[1] if naming else None


def _closing(policy: Policy, deal: Deal) -> tuple[int, date] | None:
    """The place and day of the line that closed the deal; None if it is open, or none says so."""
    if policy.role(deal.stage) == "open":
        return None
    closed = [
        (at, event.date)
        for at, event in enumerate(deal.history)
        if event.stage and policy.role(event.stage) != "open"
    ]
    return closed[-1] if closed else None


def _clock_day(policy: Policy, deal: Deal) -> date | None:
    """The first day at the clock stage or a later open one; None if never there."""
    stages = policy.stages_of("open")
    named = policy.standard("pipeline.clock_stage")
    first = stages.index(named) if named in stages else min(1, len(stages) - 1)
    return min((each.date for each in deal.history if each.stage in stages[first:]), default=None)


def _shown(value: Any) -> str:
    return "unknown" if value is None else f"'{value}'"
