"""The contacts about each open deal: the last one, and the next step agreed."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.reports.deals_at import ALWAYS
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.deals_at import Spell
from crmcli.reports.deals_at import listed
from crmcli.reports.history import past_values
from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable

# A note is a memo to oneself, so it is no contact. Day and id come as one text: to ask for the row
# again would cost as much as to find it.
LAST = """
    SELECT d.id, (SELECT n.day || n.id FROM interactions n
        WHERE {about} AND n.kind <> 'note' AND n.day <= :as_of
        ORDER BY n.day DESC, n.id DESC LIMIT 1)
    FROM json_each(:ids) asked CROSS JOIN deals d ON d.id = asked.value
    ORDER BY d.id
"""
LAST_NAMED = LAST.format(about="n.deal = d.id")
LAST_UNNAMED = LAST.format(about="n.customer = d.customer AND n.deal IS NULL")
UNNAMED = """
    SELECT day, id FROM interactions
    WHERE customer = :customer AND deal IS NULL AND kind <> 'note'
        AND day >= :after AND day <= :as_of
    ORDER BY day DESC, id DESC
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
        self._spells: dict[str, list[Spell]] = {}
        for deal in deals:
            if deal.customer and not deal.archived:
                self._of_customer[deal.customer].append(deal)

    def last(self, deals: Sequence[DealAt]) -> dict[str, Contact]:
        """The last contact about each of these open deals; those without one are not in it."""
        params = {"as_of": self._as_of.isoformat(), "ids": listed(deals)}
        named = _contacts(self._book.query(LAST_NAMED, **params))
        unnamed = _contacts(self._book.query(LAST_UNNAMED, **params))
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
        """The last contact that names no deal but is about this one; `last` is the customer's."""
        family = self._families.get(deal.customer or "")
        if family is None and (last is None or self._is_alone(deal, last.day)):
            return last
        params = {"after": known.day if known else "", "as_of": self._as_of.isoformat()}
        unnamed = [
            Contact(*row)
            for customer in family or (deal.customer,)
            for row in self._book.query(UNNAMED, customer=customer, **params)
        ]
        unnamed.sort(reverse=True)
        return next((one for one in unnamed if self._is_alone(deal, one.day)), None)

    def _is_alone(self, deal: DealAt, day: str) -> bool:
        """Whether this was the only open deal of its customer on that day."""
        siblings = self._of_customer[deal.customer or ""]
        return all(self._is_open(one, day) == (one.id == deal.id) for one in siblings)

    def _is_open(self, deal: DealAt, day: str) -> bool:
        return any(start <= day < end for start, end in self._open_spells(deal))

    def _open_spells(self, deal: DealAt) -> list[Spell]:
        if deal.id not in self._spells:
            day = self._as_of.isoformat()
            self._spells[deal.id] = self._ladder.open_spells(deal, day)
        return self._spells[deal.id]

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


def _contacts(rows: Iterable[tuple[Any, ...]]) -> dict[str, Contact]:
    return {id: Contact(found[:10], found[10:]) for id, found in rows if found}


def _date(step: NextStep) -> str:
    return step.date
