"""What is to be done next for each customer: agreed in a contact, or a task."""

from datetime import date
from typing import NamedTuple

from crmcli.reports.history import past_values
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable

AGREED = """
    SELECT customer, next_step, next_date FROM interactions
    WHERE next_date >= :as_of AND day <= :as_of AND kind <> 'note' AND customer IS NOT NULL
        AND (next_step IS NULL OR next_step <> 'none')
    ORDER BY day DESC, at DESC, id DESC
"""
TASKS = """
    SELECT t.id, t.customer, t.what, t.due, t.status,
        (SELECT min(h.date) FROM history h WHERE h.kind = 'task' AND h.id = t.id)
    FROM tasks t
    WHERE t.customer IS NOT NULL AND (t.archived IS NULL OR t.archived > :as_of)
    ORDER BY t.id
"""


class Step(NamedTuple):
    """What is to be done, and when (ISO day)."""

    date: str
    what: str | None


def next_steps(book: Readable, as_of: date) -> dict[str, Step]:
    """The next step of each customer that has one on the day or later.

    That of the latest contact which set one, or an open task: the earlier of the two.
    """
    day = as_of.isoformat()
    heirs = survivors(book)
    found: dict[str, Step] = {}
    for customer, what, due in book.query(AGREED, as_of=day):
        found.setdefault(heirs.get(customer, customer), Step(due, what))
    past = past_values(book, "task", as_of)
    for id, customer, what, due, status, born in book.query(TASKS, as_of=day):
        due = past.get((id, "due"), due)
        status = past.get((id, "status"), status) or "open"
        if (born and born > day) or status != "open" or due is None or due < day:
            continue
        heir = heirs.get(customer, customer)
        if heir not in found or due < found[heir].date:
            found[heir] = Step(due, what)
    return found
