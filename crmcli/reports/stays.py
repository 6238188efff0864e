"""Who bought in the year before, and who of them bought again in this one."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import sale_days
from crmcli.reports.window import year


def stayed(book: Readable, as_of: date) -> dict[str, bool]:
    """The customers with a sale in the year before, by id; and whether the year has one too."""
    now = year(book.policy, as_of)
    since, until = now.bounds
    first, last = now.before.bounds
    days = sale_days(book, as_of)
    again = {customer for customer, day in days if since <= day <= until}
    return {customer: customer in again for customer, day in days if first <= day <= last}


def stays_by(
    stayed: dict[str, bool], group: Callable[[str], str | None]
) -> dict[str | None, tuple[int, int]]:
    """(stayed, customers of the year before) of each group that a customer belongs to."""
    found: dict[str | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for customer, again in stayed.items():
        k, n = found[group(customer)]
        found[group(customer)] = (k + again, n + 1)
    return dict(found)
