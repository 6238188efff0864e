"""Do broken promises hurt us?"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import Any
from typing import NamedTuple

from crmcli.model.statistics import newcombe
from crmcli.reports.failures import troubles
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import agreed
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.promises_at import promises_at
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window

COLUMNS = (
    Column("days", "number"),
    Column("missed_k", "number"),
    Column("missed_n", "number"),
    Column("missed_rate", "rate"),
    Column("kept_k", "number"),
    Column("kept_n", "number"),
    Column("kept_rate", "rate"),
    Column("difference", "number"),
    Column("low", "number"),
    Column("high", "number"),
    Column("customers_missed", "number"),
    Column("customers_kept", "number"),
    Column("verdict"),
)
FOLLOWED = (
    Column("promise", "id"),
    Column("by"),
    Column("customer"),
    Column("due", "date"),
    Column("what_followed"),
    Column("date", "date"),
    Column("evidence", "evidence"),
)
SHOWN = (
    "days", "missed_k", "missed_n", "missed_rate", "kept_k", "kept_n", "kept_rate", "verdict",
)  # fmt: skip
FIRST_DAY = date(1, 1, 2)
PROOF = "association, not proof: what makes us miss may also be what annoys them"
TURNS = """
    SELECT id, date, value FROM history
    WHERE kind = 'customer' AND field = 'status' AND date <= :as_of
    ORDER BY id, date, seq
"""


class Followed(NamedTuple):
    """A promise that was due, with what befell its customer afterwards, oldest first."""

    promise: PromiseAt
    due: str
    missed: bool
    troubles: Sequence[Evidence]

    def within(self, days: int) -> list[Evidence]:
        """What befell in so many days after the due day."""
        last = date.fromisoformat(self.due) + timedelta(days=days)
        return [line for line in self.troubles if line.date is not None and line.date <= last]


def reputation(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Compare what follows promises that were missed with what follows those that were kept.

    A promise to a customer is missed when it was not kept by the day agreed with him. Trouble is
    a complaint, a low rating, an interaction with a failure or an offended mood, or a customer
    who turns lapsed or lost, in the 30 (and the 90) days after that day. Only promises that can
    be followed for so long are counted; those withdrawn by the customer in time are out. The
    difference is the share after missed promises less the share after kept ones, with its bounds;
    under ten promises on either side there are counts only. All history is used unless days are
    given. --rep keeps his promises in the list of what followed.

    Source: the bounds of a difference of rates: Newcombe, Statistics in Medicine 17 (1998)
    873-890, method 10.

    It is an association and no proof: a busy month may cause both the miss and the anger, and
    several promises to one customer are counted as if they were strangers.
    """
    span = window(book.policy, as_of, since or FIRST_DAY, until)
    horizons = sorted(book.policy.standard("reputation.days"))
    every = _followed(book, as_of, span)
    rows = tuple(
        _row(every, days, as_of, book.policy.standard("reputation.min_arm")) for days in horizons
    )
    part = _followed_part(every, horizons, as_of, rep)
    return Table(
        "reputation",
        f"After missed and kept promises, {'all history' if since is None else span.since} to {span.until}",
        COLUMNS,
        rows if any(row[2] + row[5] for row in rows) else (),
        _notes(rows),
        (part,),
        _summary(rows),
        SHOWN,
        f"no promise to a customer was due {horizons[0]} days ago or earlier: crm promise add",
        question=__doc__ or "",
        as_of=as_of,
        since=None if since is None else span.since,
        until=span.until,
    )


def _followed(book: Readable, as_of: date, span: Window) -> list[Followed]:
    day = as_of.isoformat()
    since, until = span.bounds
    befell = _befell(book, as_of)
    found = []
    for promise in promises_at(book, as_of, span.since):
        due = promise.standing.agreed_due
        word = agreed(promise.standing, day)
        if promise.customer is None or due is None or word not in (KEPT, MISSED):
            continue
        if since <= due <= until:
            after = [line for line in befell.get(promise.customer, ()) if str(line.date) > due]
            found.append(Followed(promise, due, word == MISSED, after))
    return found


def _befell(book: Readable, as_of: date) -> Mapping[str, list[Evidence]]:
    """All trouble of each customer, oldest first."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for failure in troubles(book, as_of, Window(FIRST_DAY, as_of)):
        found[failure.customer].append(failure.evidence)
    was: dict[str, str] = {}
    for id, day, status in book.query(TURNS, as_of=as_of.isoformat()):
        if status in ("lapsed", "lost") and was.get(id) != status:
            line = Evidence(date.fromisoformat(day), id, "customer", "computed", f"turned {status}")
            found[id].append(line)
        was[id] = status
    for lines in found.values():
        lines.sort(key=lambda line: (line.date or date.min, line.id))
    return found


def _row(every: Iterable[Followed], days: int, as_of: date, few: int) -> tuple[Any, ...]:
    last = (as_of - timedelta(days=days)).isoformat()
    counted = [one for one in every if one.due <= last]
    missed, kept = ([one for one in counted if one.missed is arm] for arm in (True, False))
    k1, k2 = (sum(bool(one.within(days)) for one in arm) for arm in (missed, kept))
    n1, n2 = len(missed), len(kept)
    found = newcombe(k1, n1, k2, n2) if min(n1, n2) >= few else None
    customers = (len({one.promise.customer for one in arm}) for arm in (missed, kept))
    if found is None:
        return (days, k1, n1, None, k2, n2, None, None, None, None, *customers, "too few")
    _, low, high = found
    verdict = "no difference shown"
    if low > 0:
        verdict = "trouble follows misses"
    elif high < 0:
        verdict = "less trouble"
    return (days, k1, n1, k1 / n1, k2, n2, k2 / n2, *found, *customers, verdict)


def _followed_part(
    every: Iterable[Followed], horizons: Sequence[int], as_of: date, rep: str | None
) -> Table:
    """Missed promises with trouble in the longest time for which they can be followed."""
    rows = []
    for one in every:
        due = date.fromisoformat(one.due)
        known = [days for days in horizons if due + timedelta(days=days) <= as_of]
        lines = one.within(known[-1]) if known and one.missed else []
        if lines and rep in (None, one.promise.by):
            first, promise = lines[0], one.promise
            rows.append(
                (
                    promise.id,
                    promise.by,
                    promise.customer,
                    due,
                    first.text,
                    first.date,
                    tuple(lines[::-1]),
                )
            )
    rows.sort(key=lambda row: (row[3], row[0]))
    empty = "no trouble followed a missed promise"
    return Table("followed", "What followed missed promises", FOLLOWED, tuple(rows), empty=empty)


def _notes(rows: Iterable[tuple[Any, ...]]) -> tuple[str, ...]:
    several = any(row[10] < row[2] or row[11] < row[5] for row in rows)
    dependent = "several promises of one customer count separately, so the interval is too narrow"
    return (PROOF, dependent) if several else (PROOF,)


def _summary(rows: Sequence[tuple[Any, ...]]) -> Mapping[str, Any]:
    """The numbers of the longest time."""
    names = [column.key for column in COLUMNS if column.type in ("number", "rate")]
    return dict(zip(names, rows[-1], strict=False))
