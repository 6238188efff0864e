"""The contacts about each open deal: the last one, and the next step agreed."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.reports.deals_at import ALWAYS
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.deals_at import Spell
from crmcli.reports.deals_at import alone
from crmcli.reports.history import past_values
from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable

# A note is a memo to oneself, so it is no contact. :closed holds the names of the won and lost
# stages between tabs; a deal that changed its stage after the day may have been open on it.
LAST = """
    SELECT d.id, i.day, i.id
    FROM deals d JOIN interactions i ON i.id = (
        SELECT n.id FROM interactions n
        WHERE {about} AND n.kind <> 'note' AND n.day <= :as_of
        ORDER BY n.day DESC, n.id DESC LIMIT 1)
    WHERE instr(:closed, char(9) || d.stage || char(9)) = 0
        OR EXISTS (SELECT 1 FROM history h WHERE h.kind = 'deal' AND h.id = d.id
            AND h.field = 'stage' AND h.date > :as_of)
    ORDER BY d.id
"""
LAST_NAMED = LAST.format(about="n.deal = d.id")
LAST_UNNAMED = LAST.format(about="n.customer = d.customer AND n.deal IS NULL")
LAST_BETWEEN = """
    SELECT day, id FROM interactions
    WHERE customer = :customer AND deal IS NULL AND kind <> 'note' AND day >= :since AND day < :end
        AND day <= :as_of
    ORDER BY day DESC, id DESC LIMIT 1
"""
NEXT = """
    SELECT deal, customer, day, next_step, next_date FROM interactions
    WHERE next_date >= :as_of AND day <= :as_of AND kind <> 'note'
        AND (next_step IS NULL OR next_step <> 'none')
    ORDER BY day DESC, at DESC, id DESC
"""
TASKS = """
    SELECT t.id, t.deal, t.what, t.due, t.status,
        (SELECT min(h.date) FROM history h WHERE h.kind = 'task' AND h.id = t.id)
    FROM tasks t
    WHERE t.deal IS NOT NULL AND (t.archived IS NULL OR t.archived > :as_of)
    ORDER BY t.id
"""


class Contact(NamedTuple):
    """The day and the id of an interaction."""

    day: str
    id: str


class NextStep(NamedTuple):
    """What is to be done next, and when (ISO day)."""

    date: str
    what: str | None


class DealContacts:
    """Finds the contacts about the open deals of a book.

    A contact is about a deal when it names it, or when it names none and this is the customer's
    only open deal on that day.
    """

    def __init__(
        self, book: Readable, as_of: date, deals: Iterable[DealAt], ladder: Ladder
    ) -> None:
        """Of `deals` are all that exist on the day."""
        self._book = book
        self._as_of = as_of
        self._ladder = ladder
        self._heirs = survivors(book)
        self._families = families(self._heirs)
        self._of_customer: dict[str, list[DealAt]] = defaultdict(list)
        for deal in deals:
            if deal.customer and not deal.archived:
                self._of_customer[deal.customer].append(deal)

    def last(self, deals: Iterable[DealAt]) -> dict[str, Contact]:
        """The last contact about each of these open deals; those without one are not in it."""
        closed = "\t".join(
            ("", *(name for name, role in self._ladder.roles.items() if role != "open"), "")
        )
        params = {"as_of": self._as_of.isoformat(), "closed": closed}
        named = {id: Contact(*row) for id, *row in self._book.query(LAST_NAMED, **params)}
        unnamed = {id: Contact(*row) for id, *row in self._book.query(LAST_UNNAMED, **params)}
        found = {}
        for deal in deals:
            known = named.get(deal.id)
            other = self._last_unnamed(deal, unnamed.get(deal.id), known)
            latest = max((one for one in (known, other) if one), default=None)
            if latest:
                found[deal.id] = latest
        return found

    def next_steps(self, deals: Sequence[DealAt]) -> dict[str, NextStep]:
        """The next step of each of these open deals: agreed in its latest such contact, or a task.

        The earlier of the two; deals without one are not in it.
        """
        day = self._as_of.isoformat()
        named: dict[str, NextStep] = {}
        unnamed: dict[str, list[tuple[str, NextStep]]] = defaultdict(list)
        days: dict[str, str] = {}
        for deal, customer, on, what, due in self._book.query(NEXT, as_of=day):
            step = NextStep(due, what)
            if deal and deal not in named:
                named[deal] = step
                days[deal] = on
            elif not deal and customer:
                unnamed[self._heirs.get(customer, customer)].append((on, step))
        tasks = self._tasks()
        found = {}
        for one in deals:
            said = named.get(one.id)
            for on, step in unnamed.get(one.customer or "", ()):
                if said and on <= days.get(one.id, ALWAYS):
                    break
                if self._is_alone(one, on):
                    said = step
                    break
            steps = [step for step in (said, tasks.get(one.id)) if step]
            if steps:
                found[one.id] = min(steps, key=_date)
        return found

    def _last_unnamed(
        self, deal: DealAt, last: Contact | None, known: Contact | None
    ) -> Contact | None:
        if deal.customer is None:
            return None
        family = self._families.get(deal.customer)
        if family is None and (last is None or self._is_alone(deal, last.day)):
            return last
        newest_first = reversed(self._alone(deal))
        for start, end in newest_first:
            if known and end <= known.day:
                return None
            params = {"since": start, "end": end, "as_of": self._as_of.isoformat()}
            hits = [
                Contact(*row)
                for customer in family or (deal.customer,)
                for row in self._book.query(LAST_BETWEEN, customer=customer, **params)
            ]
            if hits:
                return max(hits)
        return None

    def _is_alone(self, deal: DealAt, day: str) -> bool:
        return any(start <= day < end for start, end in self._alone(deal))

    def _alone(self, deal: DealAt) -> list[Spell]:
        day = self._as_of.isoformat()
        others = self._of_customer.get(deal.customer or "", ())
        touched = [
            spell
            for other in others
            if other.id != deal.id
            for spell in self._ladder.open_spells(other, day)
        ]
        return alone(self._ladder.open_spells(deal, day), touched)

    def _tasks(self) -> dict[str, NextStep]:
        day = self._as_of.isoformat()
        past = past_values(self._book, "task", self._as_of)
        found: dict[str, NextStep] = {}
        for id, deal, what, due, status, born in self._book.query(TASKS, as_of=day):
            due = past.get((id, "due"), due)
            status = past.get((id, "status"), status) or "open"
            if (born and born > day) or status != "open" or due is None or due < day:
                continue
            if deal not in found or due < found[deal].date:
                found[deal] = NextStep(due, what)
        return found


def _date(step: NextStep) -> str:
    return step.date
