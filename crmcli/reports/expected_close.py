"""When deals were expected to close, as it was thought on earlier days."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from operator import itemgetter

from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.readable import Readable

# The line that won or lost a deal tells the real day, which nobody expected.
CLOSES = """
    SELECT h.id, h.date, h.value, s.value
    FROM history h
    LEFT JOIN history s
        ON s.kind = 'deal' AND s.id = h.id AND s.seq = h.seq AND s.field = 'stage'
    WHERE h.kind = 'deal' AND h.field = 'close' AND h.date <= :as_of
    ORDER BY h.id, h.date, h.seq
"""

Expectations = Mapping[str, Sequence[tuple[str, str | None]]]  # deal -> (day, close), oldest first


def expectations(book: Readable, as_of: date, ladder: Ladder) -> Expectations:
    """Each setting of an expected close up to the day; deals without any are not in it."""
    found: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for id, day, close, stage in book.query(CLOSES, as_of=as_of.isoformat()):
        if ladder.roles.get(stage or "", "open") == "open":
            found[id].append((day, close))
    return dict(found)


def expected(deal: DealAt, settings: Expectations, day: str) -> str | None:
    """The close that was expected at the end of an ISO day; None: none, or unknown.

    What stands in an open deal counts where no line says otherwise.
    """
    lines = settings.get(deal.id, ())
    before = bisect_right(lines, day, key=itemgetter(0))
    if before == len(lines) and deal.role == "open":
        return deal.close
    return lines[before - 1][1] if before else None


def pushes_within(lines: Sequence[tuple[str, str | None]], since: str, until: str) -> int:
    """How often the expected close was moved to a later day in these days (ISO)."""
    count = 0
    before: str | None = None
    for day, close in lines:
        count += bool(before and close and close > before and since <= day <= until)
        before = close or before
    return count
