"""Whether the customers that a rep gave away were handed over: what was to be done, what is."""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.continuity_after import Changes
from crmcli.reports.continuity_after import Transfer
from crmcli.reports.continuity_after import transfers
from crmcli.reports.history import value_on
from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.people import people
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.touches import Touch
from crmcli.reports.touches import touches
from crmcli.reports.whose import listed
from crmcli.reports.window import Window
from crmcli.reports.window import year

COLUMNS = (
    Column("rep"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("new_owner"),
    Column("date", "date"),
    Column("done", "number"),
    Column("required", "number"),
    Column("missing", "list"),
)
LEFT = """
    SELECT id FROM reps WHERE left BETWEEN :since AND :until ORDER BY id
"""
# What is in someone's hands: who has it, how it stands, since when it exists.
WORK = {
    "promise": "SELECT id, customer, coalesce(owner, by), status, made, archived FROM promises",
    "deal": "SELECT id, customer, owner, stage, opened, archived FROM deals",
    "case": "SELECT id, customer, owner, status, opened, archived FROM cases",
    "task": "SELECT id, customer, owner, status, NULL, archived FROM tasks",
}
OF_THEM = " WHERE customer IN (SELECT value FROM json_each(:customers)) ORDER BY id"
LINES = """
    SELECT kind, id, field, date, value FROM history
    WHERE kind IN ('promise', 'deal', 'case', 'task') AND field IN ('owner', 'status', 'stage')
    ORDER BY kind, id, date, seq
"""
PROMISED_BY = """
    SELECT id, by FROM promises ORDER BY id
"""
NEEDS = """
    SELECT id FROM customers WHERE needs IS NOT NULL AND needs <> '[]' ORDER BY id
"""
PEOPLE = """
    SELECT customer, id, left FROM contacts ORDER BY customer, id
"""
STEPS = """
    SELECT customer, day, next_date FROM interactions
    WHERE kind <> 'note' AND next_date IS NOT NULL AND day <= :as_of AND next_date >= :since
    ORDER BY customer, day, id
"""
TASKS = """
    SELECT customer, due, done, status FROM tasks
    WHERE customer IS NOT NULL AND archived IS NULL ORDER BY id
"""


class _Work(NamedTuple):
    """A promise, deal, case or task of a customer. Days are ISO text."""

    kind: str
    id: str
    born: str | None
    archived: str | None
    owner: Callable[[str], str | None]  # on a day
    is_open: Callable[[str], bool]


def handover_part(
    book: Readable, as_of: date, span: Window, past: Changes, rep: str | None
) -> Table:
    """What was done of each handover within the year, from `rep` or from those who left in `span`.

    Required: each of his promises, open deals, cases and tasks of that day has another owner by
    now, or is no longer open; each person reached in the days before has met the new owner; the
    needs are written down; a next step lies ahead, or one was taken since.
    """
    since, until = span.bounds
    givers = {rep} if rep else {id for (id,) in book.query(LEFT, since=since, until=until)}
    first = min(year(book.policy, as_of).since, span.since).isoformat()
    moved = [
        last
        for every in (transfers(past, as_of) if givers else {}).values()
        for last in [one for one in every if one.giver in givers and one.day >= first][-1:]
    ]
    rows = _judged(book, as_of, span, moved) if moved else []
    empty = "no customer taken over from him in the year" if rep else "nobody left in the window"
    return Table("handover", "Was it handed over?", COLUMNS, tuple(rows), empty=empty)


def _judged(
    book: Readable, as_of: date, span: Window, moved: Sequence[Transfer]
) -> list[tuple[Any, ...]]:
    heirs = survivors(book)
    homes = families(heirs)
    customers = [id for one in moved for id in homes.get(one.customer, (one.customer,))]
    day = as_of.isoformat()
    work = _work(book, customers, heirs)
    earliest = date.fromisoformat(min(one.day for one in moved)).toordinal() - span.days
    contacts: dict[str, list[Touch]] = defaultdict(list)
    for touch in touches(book, Window(date.fromordinal(max(1, earliest)), as_of)):
        if touch.customer in {one.customer for one in moved}:
            contacts[touch.customer].append(touch)
    persons: dict[str, dict[str, str | None]] = defaultdict(dict)
    for customer, id, left in book.query(PEOPLE):
        persons[heirs.get(customer, customer)][id] = left
    needs = {id for (id,) in book.query(NEEDS)}
    steps = _steps(book, as_of, moved, heirs)
    rows = []
    for one in moved:
        its = contacts.get(one.customer, ())
        items = [
            *_hands(one, work.get(one.customer, ()), day),
            *_met(one, its, persons[one.customer], day, span.days),
            ("needs", one.customer in needs),
            ("next step", _is_next(one, steps.get(one.customer, ()), its, day)),
        ]
        missing = tuple(name for name, is_done in items if not is_done)
        done = len(items) - len(missing)
        rows.append(
            (one.giver, one.customer, one.taker, date.fromisoformat(one.day),
             done, len(items), missing)
        )  # fmt: skip
    order = {id: at for at, id in enumerate(people(book).sorted({one.giver for one in moved}))}
    rows.sort(key=lambda row: (order[row[0]], row[3], row[1]))
    return rows


def _hands(one: Transfer, work: Sequence[_Work], day: str) -> Iterator[tuple[str, bool]]:
    """What the giver had open on that day, and whether it is in other hands, or closed."""
    for item in work:
        began = item.born is None or item.born <= one.day
        gone = item.archived is not None and item.archived <= one.day
        # On the day itself it may have changed hands already, so who had it the day before.
        before = date.fromordinal(max(1, date.fromisoformat(one.day).toordinal() - 1)).isoformat()
        held = one.giver in (item.owner(before), item.owner(one.day))
        if began and not gone and held and item.is_open(one.day):
            archived = item.archived is not None and item.archived <= day
            done = archived or not item.is_open(day) or item.owner(day) != one.giver
            yield f"{item.kind} {item.id}", done


def _met(
    one: Transfer,
    contacts: Sequence[Touch],
    persons: Mapping[str, str | None],
    day: str,
    days: int,
) -> Iterator[tuple[str, bool]]:
    """Each person reached in the days up to the handover who is still there."""
    first = date.fromordinal(max(1, date.fromisoformat(one.day).toordinal() - days + 1)).isoformat()
    reached = {
        touch.contact for touch in contacts if touch.two_way and first <= touch.day <= one.day
    }
    met = {
        touch.contact
        for touch in contacts
        if touch.two_way and touch.day >= one.day and one.taker in touch.reps
    }
    for person in sorted(id for id in reached if id):
        if person in persons and (persons[person] or "9999") > day:
            yield f"meeting {person}", person in met


class _Step(NamedTuple):
    """A next step, agreed in a contact or set as a task. Days are ISO text."""

    agreed: str
    due: str
    done: str | None
    is_task: bool


def _steps(
    book: Readable, as_of: date, moved: Sequence[Transfer], heirs: Mapping[str, str]
) -> Mapping[str, list[_Step]]:
    found: dict[str, list[_Step]] = defaultdict(list)
    since = min(one.day for one in moved)
    for customer, agreed, due in book.query(STEPS, as_of=as_of.isoformat(), since=since):
        found[heirs.get(customer, customer)].append(_Step(agreed, due, None, is_task=False))
    for customer, due, done, status in book.query(TASKS):
        if status != "dropped" and (due or done):
            step = _Step("", due or "", done if status == "done" else None, is_task=True)
            found[heirs.get(customer, customer)].append(step)
    return found


def _is_next(one: Transfer, steps: Sequence[_Step], contacts: Sequence[Touch], day: str) -> bool:
    """Whether a step lies ahead, or one was taken since the handover."""
    for step in steps:
        if step.is_task:
            if step.done is not None:
                if one.day <= step.done <= day:
                    return True
            elif step.due >= day:
                return True
        elif step.due >= day or any(
            touch.day > step.agreed and one.day <= touch.day <= step.due for touch in contacts
        ):
            return True
    return False


def _work(
    book: Readable, customers: Sequence[str], heirs: Mapping[str, str]
) -> Mapping[str, list[_Work]]:
    """What there is to do for these customers, with its past."""
    found: dict[str, list[_Work]] = defaultdict(list)
    rows = {
        kind: book.query(sql + OF_THEM, customers=listed(customers)) for kind, sql in WORK.items()
    }
    wanted = {(kind, row[0]) for kind, its in rows.items() for row in its}
    lines: dict[tuple[str, str, str], list[tuple[str, str | None]]] = defaultdict(list)
    first: dict[tuple[str, str], str] = {}
    for kind, id, field, day, value in book.query(LINES):
        if (kind, id) in wanted:
            lines[kind, id, field].append((day, value))
            first[kind, id] = min(day, first.get((kind, id), day))
    promised = dict(book.query(PROMISED_BY))
    for kind, its in rows.items():
        field = "stage" if kind == "deal" else "status"
        for id, customer, owner, status, born, archived in its:
            giver = promised.get(id) if kind == "promise" else None
            found[heirs.get(customer, customer)].append(
                _Work(
                    kind,
                    id,
                    (born or first.get((kind, id)) or "")[:10] or None,
                    archived,
                    _owner(lines[kind, id, "owner"], owner, giver),
                    _open(lines[kind, id, field], status, kind, book.policy),
                )
            )
    return found


Lines = Sequence[tuple[str, str | None]]


def _owner(lines: Lines, now: str | None, promised_by: str | None) -> Callable[[str], str | None]:
    return lambda day: value_on(lines, day, now) or promised_by


def _open(lines: Lines, now: str | None, kind: str, policy: Policy) -> Callable[[str], bool]:
    def is_open(day: str) -> bool:
        state = value_on(lines, day, now)
        if kind == "deal":
            return state is not None and policy.role(state) == "open"
        # All but deals begin open, and their first line need not say so.
        return state != "resolved" if kind == "case" else (state or "open") == "open"

    return is_open
