"""The promises of a book as they stood on a day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.reports.history import past_values
from crmcli.reports.merged import survivors
from crmcli.reports.promise_dates import Move
from crmcli.reports.promise_dates import Standing
from crmcli.reports.promise_dates import agreed_due
from crmcli.reports.promise_dates import original_due
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.whose import listed
from crmcli.reports.window import Window

# What happened before :since in every respect is in no figure of a window from :since on.
SINCE = """
    SELECT p.id FROM promises p
    WHERE p.status = 'open' OR p.due >= :since OR p.made >= :since OR p.due IS NULL
        OR EXISTS (SELECT 1 FROM history h WHERE h.kind = 'promise' AND h.id = p.id
            AND (h.date >= :since OR (h.field = 'due' AND h.value >= :since)))
"""
MADE_IN = """
    SELECT p.id FROM promises p WHERE p.made_in IN (
        SELECT i.id FROM interactions i WHERE i.kind = :kind AND i.day BETWEEN :since AND :until)
"""
OF_CUSTOMERS = """
    SELECT p.id FROM promises p WHERE p.customer IN (SELECT value FROM json_each(:customers))
"""
PROMISES = """
    SELECT p.id, p.what, p.customer, p.by, p.owner, p.type, p.made, p.due, p.status, p.made_in,
        p.reason, p.archived, CASE WHEN p.made IS NULL THEN (SELECT min(h.date) FROM history h
            WHERE h.kind = 'promise' AND h.id = p.id) END
    FROM promises p
    WHERE p.id IN ({which})
    ORDER BY p.id
"""
LINES = """
    SELECT h.id, h.field, h.date, h.value, h.agreed
    FROM history h
    WHERE h.kind = 'promise' AND h.date <= :as_of AND h.field IN ('due', 'status')
        AND h.id IN ({which})
    ORDER BY h.id, h.date, h.seq
"""
PROMISES_SINCE, LINES_SINCE = PROMISES.format(which=SINCE), LINES.format(which=SINCE)
PROMISES_MADE_IN, LINES_MADE_IN = PROMISES.format(which=MADE_IN), LINES.format(which=MADE_IN)
PROMISES_OF, LINES_OF = PROMISES.format(which=OF_CUSTOMERS), LINES.format(which=OF_CUSTOMERS)
DISPUTED = """
    SELECT DISTINCT id FROM conflicts WHERE kind = 'promise' AND field = 'status' ORDER BY id
"""

Rows = list[tuple[Any, ...]]
Setting = tuple[str, str]  # (date, status)


class PromiseAt(NamedTuple):
    """A promise on a day. Days are ISO text; None is unknown.

    `keeper` is who must keep it. `customer` is the one it counts for after a merge. `reason` is
    the present one. `moves` and `settings` are the lines of history that set due and status.
    """

    id: str
    what: str
    customer: str | None
    by: str
    keeper: str
    type: str | None
    made: str | None
    made_in: str | None
    reason: str | None
    archived: bool
    standing: Standing
    moves: Sequence[Move]
    settings: Sequence[Setting]


@remembered
def promises_at(book: Readable, as_of: date, since: date) -> list[PromiseAt]:
    """The promises that exist on the day and matter for a window from `since` on, by id.

    A promise is born on the day it was made, else with its first line of history.
    """
    params = {"since": since.isoformat()}
    rows = book.query(PROMISES_SINCE, **params)
    return _at(book, as_of, rows, book.query(LINES_SINCE, as_of=as_of.isoformat(), **params))


def promises_of(book: Readable, as_of: date, customers: Sequence[str]) -> list[PromiseAt]:
    """The promises to these customers (ids, merged ones too) that exist on the day, by id."""
    params = {"customers": listed(customers)}
    rows = book.query(PROMISES_OF, **params)
    return _at(book, as_of, rows, book.query(LINES_OF, as_of=as_of.isoformat(), **params))


def promises_made_in(book: Readable, as_of: date, kind: str, span: Window) -> list[PromiseAt]:
    """The promises made in interactions of that kind in these days, by id."""
    since, until = span.bounds
    params = {"kind": kind, "since": since, "until": until}
    rows = book.query(PROMISES_MADE_IN, **params)
    return _at(book, as_of, rows, book.query(LINES_MADE_IN, as_of=as_of.isoformat(), **params))


def _at(book: Readable, as_of: date, rows: Rows, lines: Rows) -> list[PromiseAt]:
    day = as_of.isoformat()
    past = past_values(book, "promise", as_of)
    heirs = survivors(book)
    moves, settings = _lines(lines)
    disputed = {id for (id,) in book.query(DISPUTED)}
    found = []
    for row in rows:
        id, what, customer, by, owner, type, made, due, status, made_in, reason = row[:11]
        archived, first = row[11:]
        born = made or first
        if born and born > day:
            continue
        if past:
            due = past.get((id, "due"), due)
            owner = past.get((id, "owner"), owner)
            # A promise begins open, and its first line does not say so.
            status = past.get((id, "status"), status) or "open"
        its_moves, its_settings = moves.get(id, ()), settings.get(id, ())
        original = original_due(its_moves, due)
        found.append(
            PromiseAt(
                id=id,
                what=what,
                customer=heirs.get(customer, customer),
                by=by,
                keeper=owner or by,
                type=type,
                made=made,
                made_in=made_in,
                reason=reason,
                archived=archived is not None and archived <= day,
                standing=Standing(
                    status,
                    _settled(its_settings, status),
                    original,
                    agreed_due(its_moves, original),
                    due,
                    id in disputed,
                ),
                moves=its_moves,
                settings=its_settings,
            )
        )
    return found


def _lines(rows: Rows) -> tuple[dict[str, list[Move]], dict[str, list[Setting]]]:
    moves: dict[str, list[Move]] = defaultdict(list)
    settings: dict[str, list[Setting]] = defaultdict(list)
    for id, field, day, value, agreed in rows:
        if field == "due":
            moves[id].append(Move(day, value, agreed))
        elif value:
            settings[id].append((day, value))
    return moves, settings


def _settled(settings: Sequence[Setting], status: str) -> str | None:
    if status == "open":
        return None
    return next((day for day, value in reversed(settings) if value == status), None)
