"""What needs me now?"""

import json
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import Any
from typing import NamedTuple

from crmcli.reports.case_deadlines import deadlines
from crmcli.reports.deal_results import results
from crmcli.reports.deals import judged
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.listing import closed_stages
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.replies import waiting
from crmcli.reports.sales_at import has_lines
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.touches import two_way_days

COLUMNS = (
    Column("section"),
    Column("id", "id"),
    Column("why"),
    Column("customer", "id"),
    Column("customer_name", label="customer"),
    Column("tier"),
    Column("what"),
    Column("due", "date"),
    Column("rep"),
)
SECTIONS = {
    "late promises": "late_promises",
    "replies owed": "replies_owed",
    "promises due": "promises_due",
    "next steps": "next_steps",
    "cases": "cases",
    "tasks": "tasks",
    "stale deals": "stale_deals",
    "deals without next step": "no_next_step",
    "gone quiet": "gone_quiet",
}

PROMISES = """
    SELECT p.id, p.due, p.what, coalesce(p.owner, p.by), p.customer, c.name, c.tier
    FROM promises p LEFT JOIN customers c ON c.id = p.customer
    WHERE p.status = 'open' AND p.archived IS NULL AND p.due <= :until
        AND (:rep IS NULL OR coalesce(p.owner, p.by) = :rep)
    ORDER BY p.due, p.id
"""
TASKS = """
    SELECT t.id, t.due, t.what, t.owner, t.customer, c.name, c.tier
    FROM tasks t LEFT JOIN customers c ON c.id = t.customer
    WHERE t.status = 'open' AND t.archived IS NULL AND t.due <= :until
        AND (t.snoozed_until IS NULL OR t.snoozed_until <= :as_of)
    ORDER BY t.due, t.id
"""
CASES = """
    SELECT s.id, s.what, coalesce(s.owner, c.owner), s.customer, c.name, c.tier
    FROM json_each(:ids) asked CROSS JOIN cases s ON s.id = asked.value
        LEFT JOIN customers c ON c.id = s.customer
    ORDER BY s.id
"""
# A next step is settled by any later contact with the customer, about the same deal if it names one.
NEXT_STEPS = """
    SELECT i.id, i.next_date, i.next_step, coalesce(c.owner, i.rep), i.customer, c.name, c.tier
    FROM interactions i JOIN customers c ON c.id = i.customer
    WHERE i.next_date BETWEEN :oldest AND :until AND i.day <= :as_of
        AND i.next_step IS NOT NULL AND i.next_step <> 'none'
        AND (:rep IS NULL OR coalesce(c.owner, i.rep) = :rep)
        AND c.status IS NOT 'archived' AND c.status IS NOT 'lost'
        AND (i.deal IS NULL OR EXISTS (SELECT 1 FROM deals d WHERE d.id = i.deal
            AND d.archived IS NULL AND d.stage NOT IN (SELECT value FROM json_each(:closed))))
        AND NOT EXISTS (SELECT 1 FROM interactions n
            WHERE n.customer = i.customer AND n.kind <> 'note' AND n.day <= :as_of
            AND (i.deal IS NULL OR n.deal = i.deal)
            AND (n.day, n.at, n.id) > (i.day, i.at, i.id))
    ORDER BY i.next_date, i.id
"""
# Each inbound with its customer, who may be the one that the writer was merged into.
INBOUND = """
    SELECT i.id, i.summary, coalesce(c.owner, i.rep), c.name, c.tier
    FROM json_each(:asked) asked
        CROSS JOIN interactions i ON i.id = json_extract(asked.value, '$[0]')
        CROSS JOIN customers c ON c.id = json_extract(asked.value, '$[1]')
    WHERE c.status IS NOT 'archived'
    ORDER BY i.id
"""
CUSTOMERS = """
    SELECT c.id, c.name, c.tier FROM json_each(:ids) asked CROSS JOIN customers c ON c.id = asked.value
    ORDER BY c.id
"""
QUIET = """
    SELECT c.id, CASE WHEN l.life_day <= :as_of OR l.life_day IS NULL THEN l.life_day ELSE (
            SELECT max(i.day) FROM interactions i WHERE i.customer = c.id AND i.day <= :as_of
            AND ((i.kind IN ('visit', 'meeting') AND i.outcome IS NOT 'not-held')
                OR (i.kind = 'call' AND i.outcome IS NOT 'no-answer')
                OR (i.kind IN ('email', 'message') AND i.direction = 'in'))) END,
        c.owner, c.name, c.tier, c.cadence,
        (SELECT min(h.date) FROM history h WHERE h.kind = 'customer' AND h.id = c.id)
    FROM customers c LEFT JOIN last_contacts l ON l.customer = c.id
    WHERE c.status IN ('active', 'lapsed') AND (:rep IS NULL OR c.owner = :rep)
        AND (c.quiet_until IS NULL OR c.quiet_until <= :as_of)
    ORDER BY c.id
"""
BOUGHT = """
    SELECT customer, max(day) FROM sales
    WHERE day <= :as_of AND customer IS NOT NULL AND CAST(quantity AS REAL) > 0
    GROUP BY customer
    ORDER BY customer
"""
OLDEST = 180  # days: what was left lying longer is for a report, not for a morning


class Line(NamedTuple):
    """One thing to do. `weight` orders it among those of its section and tier, smallest first."""

    section: str
    id: str
    why: str
    customer: str | None
    customer_name: str | None
    tier: str | None
    what: str | None
    due: date | None
    rep: str | None
    weight: int = 0


def today(book: Readable, as_of: date, *, rep: str | None = None, days: int = 0) -> Table:
    """List what needs a rep on a day; of the whole book for rep None.

    `days` looks so many days ahead. Within a section the better tier comes first, then the
    longest wait, then the id. Owner, tier and status are the current ones.
    """
    until = as_of + timedelta(days=days)
    window = {
        "as_of": as_of.isoformat(),
        "until": until.isoformat(),
        "oldest": (as_of - timedelta(days=OLDEST)).isoformat(),
        "rep": rep,
    }
    everyone = deals_at(book, as_of)
    lines = [
        *_promises(book, as_of, window),
        *_replies(book, as_of),
        *_next_steps(book, as_of, window),
        *_cases(book, as_of, until),
        *_tasks(book, as_of, window),
        *_deals(book, as_of, everyone, rep),
        *_quiet(book, as_of, everyone, rep),
    ]
    order = tuple(SECTIONS)
    tiers = {tier.name: at for at, tier in enumerate(book.policy.tiers)}
    lines = [line for line in lines if rep is None or line.rep == rep]
    lines.sort(
        key=lambda line: (
            order.index(line.section),
            tiers.get(line.tier or "", len(tiers)),
            line.weight,
            line.id,
        )
    )
    summary = {key: sum(line.section == name for line in lines) for name, key in SECTIONS.items()}
    who = rep or "the whole book"
    return Table(
        "today",
        f"{as_of:%a} {as_of}, {who}",
        COLUMNS,
        tuple(tuple(line[: len(COLUMNS)]) for line in lines),
        summary=summary,
        shown=("id", "why", "customer_name", "what") if rep else ("id", "why", "customer_name", "what", "rep"),
        empty=f"nothing needs {rep or 'anybody'} on {as_of}",
        group="section",
    )  # fmt: skip


def _when(due: date, as_of: date) -> str:
    days = (due - as_of).days
    if days < 0:
        return f"{-days}d late"
    return "due today" if days == 0 else f"due in {days}d"


def _promises(book: Readable, as_of: date, window: dict[str, Any]) -> Iterable[Line]:
    params = {"until": window["until"], "rep": window["rep"]}
    for id, text, what, keeper, customer, name, tier in book.query(PROMISES, **params):
        due = date.fromisoformat(text)
        section = "late promises" if due < as_of else "promises due"
        yield Line(
            section, id, _when(due, as_of), customer, name, tier, what, due, keeper,
            (due - as_of).days,
        )  # fmt: skip


def _tasks(book: Readable, as_of: date, window: dict[str, Any]) -> Iterable[Line]:
    params = {"until": window["until"], "as_of": window["as_of"]}
    for id, text, what, owner, customer, name, tier in book.query(TASKS, **params):
        due = date.fromisoformat(text)
        yield Line(
            "tasks", id, _when(due, as_of), customer, name, tier, what, due, owner, (due - as_of).days
        )  # fmt: skip


def _cases(book: Readable, as_of: date, until: date) -> Iterable[Line]:
    ends = {id: end for id, end in deadlines(book, as_of).items() if end.day <= until}
    for id, what, owner, customer, name, tier in book.query(CASES, ids=json.dumps(sorted(ends))):
        step, due = ends[id]
        why = f"{step} {_when(due, as_of)}"
        yield Line("cases", id, why, customer, name, tier, what, due, owner, (due - as_of).days)


def _next_steps(book: Readable, as_of: date, window: dict[str, Any]) -> Iterable[Line]:
    params = {**window, "closed": closed_stages(book)}
    for id, text, what, owner, customer, name, tier in book.query(NEXT_STEPS, **params):
        due = date.fromisoformat(text)
        yield Line(
            "next steps", id, _when(due, as_of), customer, name, tier, what, due, owner,
            (due - as_of).days,
        )  # fmt: skip


def _replies(book: Readable, as_of: date) -> Iterable[Line]:
    waits = {one.id: one for one in waiting(book, as_of, as_of - timedelta(days=OLDEST))}
    asked = json.dumps([(one.id, one.customer) for one in waits.values()])
    for id, summary, owner, name, tier in book.query(INBOUND, asked=asked):
        one = waits[id]
        first = date.fromisoformat(one.day)
        waited = (as_of - first).days
        since = f"unanswered {waited}d" if waited else "came today"
        yield Line(
            "replies owed", id, f"{one.kind} {since}", one.customer, name, tier, summary, first,
            owner, -waited,
        )  # fmt: skip


def _deals(
    book: Readable, as_of: date, everyone: Sequence[DealAt], rep: str | None
) -> Iterable[Line]:
    only = None if rep is None else {deal.id for deal in everyone if deal.owner == rep}
    found = judged(book, as_of, everyone, only=only).values()
    ids = json.dumps(sorted({one.deal.customer for one in found if one.deal.customer}))
    customers = {id: (name, tier) for id, name, tier in book.query(CUSTOMERS, ids=ids)}
    for one in found:
        deal = one.deal
        if "stalled" in one.flags:
            continue
        name, tier = customers.get(deal.customer, (None, None))
        if "stale" in one.flags:
            section, why, weight = "stale deals", f"quiet {one.quiet}d at {deal.stage}", one.quiet
        elif "no-next-step" in one.flags:
            section, why, weight = "deals without next step", f"nothing planned, {deal.stage}", 0
        else:
            continue
        close = date.fromisoformat(deal.close) if deal.close else None
        yield Line(
            section, deal.id, why, deal.customer, name, tier, deal.name, close, deal.owner,
            -(weight or 0),
        )  # fmt: skip


def _quiet(
    book: Readable, as_of: date, everyone: Sequence[DealAt], rep: str | None
) -> Iterable[Line]:
    """Customers at risk by their silence: no sign of life for more than twice the cadence."""
    factor = book.policy.standard("relationships.silence_factor")
    other = _other_signs(book, as_of, everyone)
    for id, text, owner, name, tier, own, born in book.query(
        QUIET, as_of=as_of.isoformat(), rep=rep
    ):
        cadence = own or book.policy.cadence(tier)
        last = max(text or "", other.get(id, "")) or None
        since = last or born
        if since is None or since > as_of.isoformat():
            continue
        silent = (as_of - date.fromisoformat(since)).days
        if silent <= factor * cadence:
            continue
        why = f"silent {silent}d, cadence {cadence}d"
        if last is None:
            why = f"never contacted, ours for {silent}d"
        yield Line("gone quiet", id, why, id, name, tier, None, None, owner, -silent)


def _other_signs(book: Readable, as_of: date, everyone: Sequence[DealAt]) -> dict[str, str]:
    """The last day on which each customer bought, or on which one merged into him was met."""
    heirs = survivors(book)
    days: list[tuple[str, str]] = []
    if has_lines(book, as_of):
        days += book.query(BOUGHT, as_of=as_of.isoformat())
    else:
        won = [one for one in everyone if one.role == "won" and one.customer]
        closed = results(won, ladder(book.policy))
        days += [(one.deal.customer or "", one.closed) for one in closed if one.closed]
    if heirs:
        days += two_way_days(book, as_of, only=sorted(heirs))
    found: dict[str, str] = {}
    for customer, day in days:
        heir = heirs.get(customer, customer)
        found[heir] = max(day, found.get(heir, ""))
    return found
