"""The lists beside the report on promises: the late ones, those asked too soon, the reasons."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from crmcli.model.policy import Policy
from crmcli.reports.history import past_values
from crmcli.reports.overcommitment import asked_days
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_tally import Judged
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table

TIERS = """
    SELECT id, tier FROM customers ORDER BY id
"""
LATE = (
    Column("id", "id"),
    Column("what"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("by"),
    Column("owner"),
    Column("original_due", "date"),
    Column("due", "date"),
    Column("days_late", "number"),
    Column("tier"),
    Column("moved", "number"),
)
LATE_SHOWN = ("id", "what", "customer", "by", "due", "days_late", "tier")
BEYOND = (
    Column("id", "id"),
    Column("what"),
    Column("type"),
    Column("by"),
    Column("asked_days", "number"),
    Column("standard_days", "number"),
    Column("made", "date"),
)
REASONS = (
    Column("reason"),
    Column("promises", "number"),
    Column("share", "rate"),
    Column("cumulative", "rate"),
)


def late_part(book: Readable, as_of: date, items: Iterable[Judged]) -> Table:
    """Promises that are open past their current due date, most days late first.

    `moved` counts how often the date was changed; `tier` is the customer's on the day.
    """
    late = [item for item in items if "late" in item.marks]
    late.sort(key=lambda item: (-(item.late or 0), item.promise.id))
    tiers = _tiers(book, as_of) if late else {}
    rows = []
    for promise, days in ((item.promise, item.late) for item in late):
        standing = promise.standing
        rows.append(
            (
                promise.id,
                promise.what,
                promise.customer,
                promise.by,
                promise.keeper,
                _date(standing.original_due),
                _date(standing.due),
                days,
                tiers.get(promise.customer or ""),
                moved(promise),
            )
        )
    return Table(
        "late", "Late promises", LATE, tuple(rows), shown=LATE_SHOWN, empty="no promise is late"
    )


def beyond_part(policy: Policy, items: Iterable[Judged]) -> Table:
    """Promises made in the window for an earlier day than the house needs, oldest first."""
    beyond = [item.promise for item in items if "beyond" in item.marks]
    beyond.sort(key=lambda promise: (promise.made or "", promise.id))
    rows = tuple(
        (
            promise.id,
            promise.what,
            promise.type,
            promise.by,
            asked_days(promise),
            policy.capability_days(promise.type),
            _date(promise.made),
        )
        for promise in beyond
    )
    empty = "no promise asked for less time than the house needs"
    if not policy.capabilities:
        empty = "crm.yaml lists no capabilities: what is beyond them is unknown"
    return Table("beyond", "Promised sooner than we can", BEYOND, rows, empty=empty)


def reasons_part(items: Iterable[Judged]) -> Table:
    """Why promises were not kept by the day first promised, most frequent first."""
    missed = [item.promise for item in items if item.strict == MISSED and "n" in item.marks]
    counts = Counter(promise.reason or "no reason given" for promise in missed)
    rows = []
    running = 0
    for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        running += count
        rows.append((reason, count, count / len(missed), running / len(missed)))
    empty = "every promise was kept by the day first promised"
    return Table("reasons", "Why promises were not kept", REASONS, tuple(rows), empty=empty)


def moved(promise: PromiseAt) -> int:
    """How often the due date became another one."""
    days = [move.due for move in promise.moves]
    return sum(before != after for before, after in pairwise(days))


def evidence(items: Sequence[Judged]) -> tuple[Evidence, ...]:
    """The promises not kept, late or asked too soon, with what their history says; newest first."""
    found = []
    for item in items:
        missed = item.strict == MISSED and "n" in item.marks
        if missed or "late" in item.marks or "beyond" in item.marks:
            standing = item.promise.standing
            day = standing.original_due if missed else standing.due or standing.original_due
            found.append(Evidence(_date(day), item.promise.id, "promise", "computed", _story(item)))
    found.sort(key=lambda entry: entry.id)
    found.sort(key=lambda entry: entry.date or date.min, reverse=True)
    return tuple(found)


def _story(item: Judged) -> str:
    promise = item.promise
    words = [f"due {promise.standing.original_due}"]
    for move in promise.moves[1:]:
        alone = ", not agreed" if move.agreed == "no" else ""
        words.append(f"{move.date} moved to {move.due or 'no day'}{alone}")
    words.extend(f"{day} {status}" for day, status in promise.settings if status != "open")
    if "late" in item.marks:
        words.append(f"late {_days(item.late)}")
    if "beyond" in item.marks:
        words.append(f"{_days(asked_days(promise))} asked")
    return "; ".join(words)


def _tiers(book: Readable, as_of: date) -> dict[str, str | None]:
    past = past_values(book, "customer", as_of)
    return {id: past.get((id, "tier"), tier) for id, tier in book.query(TIERS)}


def _days(n: int | None) -> str:
    return "1 day" if n == 1 else f"{n} days"


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
