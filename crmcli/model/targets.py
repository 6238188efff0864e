"""What a target may be set for: its periods and its measures."""

import re
from calendar import monthrange
from datetime import date

MEASURES = ("won-amount", "won-deals", "revenue", "visits", "new-customers")
AMOUNTS = ("won-amount", "revenue")  # in the book's currency; the others are counts

_PERIOD = re.compile(r"([0-9]{4})(?:-(?:[Qq]([1-4])|(0[1-9]|1[0-2])))?")


def period_days(period: str) -> tuple[date, date] | None:
    """The first and last day of `2026`, `2026-Q4` or `2026-11`; None if it is none of these."""
    found = _PERIOD.fullmatch(period)
    if found is None or found[1] == "0000":
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    first, last = 1, 12
    if quarter:
        first, last = 3 * int(quarter) - 2, 3 * int(quarter)
    elif month:
        first = last = int(month)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
