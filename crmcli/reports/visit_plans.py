"""The visits that were planned, and what became of the plans."""

from collections import Counter
from datetime import date

from crmcli.reports.history import past_values
from crmcli.reports.readable import Readable
from crmcli.reports.window import Window

PLANS = """
    SELECT t.id, t.owner, t.due, t.status, t.done, t.reason,
        (SELECT min(h.date) FROM history h WHERE h.kind = 'task' AND h.id = t.id),
        (SELECT max(h.date) FROM history h WHERE h.kind = 'task' AND h.id = t.id
            AND h.field = 'status' AND h.value = 'done' AND h.date <= :as_of)
    FROM tasks t
    WHERE t.kind = 'visit'
    ORDER BY t.id
"""


def plans(book: Readable, as_of: date, span: Window) -> dict[str | None, Counter[str]]:
    """Count the planned visits due in these days by owner (None: nobody's).

    Counts `planned`, `planned_done`, `planned_late` (done after the day), `planned_missed` (not
    done and past, or dropped) and `no_reason` (missed without a word why).
    """
    day = as_of.isoformat()
    since, until = span.bounds
    past = past_values(book, "task", as_of)
    counts: dict[str | None, Counter[str]] = {}
    for id, owner, due, status, done, reason, born, done_line in book.query(PLANS, as_of=day):
        due = past.get((id, "due"), due)
        if (born and born > day) or due is None or not since <= due <= until:
            continue
        owner = past.get((id, "owner"), owner)
        # A task begins open, and its first line does not say so.
        status = past.get((id, "status"), status) or "open"
        done_day = done if done and done <= day else done_line
        missed = status == "dropped" or (status == "open" and due < day)
        marks = {
            "planned": True,
            "planned_done": status == "done",
            "planned_late": status == "done" and done_day is not None and done_day > due,
            "planned_missed": missed,
            "no_reason": missed and not reason,
        }
        counter = counts.setdefault(owner, Counter())
        counter.update(name for name, holds in marks.items() if holds)
    return counts
