"""The value that a field had on a day."""

from collections.abc import Sequence
from datetime import date

from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered

# A field is as it is now unless a line after the day names it; then the last line up to the day
# tells, and without one it is unknown. So a hand edit that left no line is honoured.
PAST = """
    SELECT later.id, later.field, (
        SELECT h.value FROM history h
        WHERE h.kind = :kind AND h.id = later.id AND h.field = later.field AND h.date <= :as_of
        ORDER BY h.date DESC, h.seq DESC LIMIT 1)
    FROM history later
    WHERE later.kind = :kind AND later.date > :as_of AND later.field <> ''
    GROUP BY later.id, later.field
    ORDER BY later.id, later.field
"""

Past = dict[tuple[str, str], str | None]


@remembered
def past_values(book: Readable, kind: str, as_of: date) -> Past:
    """The fields that changed after the day: (id, field) -> value on the day, None = unknown.

    What is not in it had its present value: `past.get((id, "owner"), owner)`.
    """
    rows = book.query(PAST, kind=kind, as_of=as_of.isoformat())
    return {(id, field): value for id, field, value in rows}


def value_on(lines: Sequence[tuple[str, str | None]], day: str, now: str | None) -> str | None:
    """The value on an earlier ISO day, from the (day, value) lines that name the field, in order.

    `now` is the value that it has later, which counts where no line after the day says otherwise.
    """
    if all(on <= day for on, _ in lines):
        return now
    return next((value for on, value in reversed(lines) if on <= day), None)
