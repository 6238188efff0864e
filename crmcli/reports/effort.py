"""The time that customers take: minutes of contacts in a window."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

# A joint contact is one row, so its minutes count once.
MINUTES = """
    SELECT customer, kind, coalesce(sum(minutes), 0), count(*) - count(minutes)
    FROM interactions
    WHERE kind <> 'note' AND customer IS NOT NULL AND day BETWEEN :since AND :until {whose}
    GROUP BY customer, kind
    ORDER BY customer, kind
"""


class Effort(NamedTuple):
    """Minutes spent, those assumed among them; `assumed` contacts had none written down."""

    minutes: Decimal = Decimal()
    assumed: int = 0


@remembered
def efforts(
    book: Readable, span: Window, *, only: Sequence[str] | None = None
) -> dict[str, Effort]:
    """The minutes by customer; a contact without any is taken to last what its kind usually does.

    A customer without a contact in these days is not in it. `only`: ids of customers, those
    merged into them too.
    """
    heirs = survivors(book)
    usual = book.policy.standard("allocation.minutes")
    found: dict[str, Effort] = defaultdict(Effort)
    since, until = span.bounds
    rows = book.query(
        MINUTES.format(whose=narrowed(only)), since=since, until=until, customers=listed(only)
    )
    for customer, kind, minutes, blank in rows:
        owner = heirs.get(customer, customer)
        before = found[owner]
        assumed = blank * Decimal(str(usual.get(kind, 0)))
        found[owner] = Effort(before.minutes + minutes + assumed, before.assumed + blank)
    return dict(found)


def assumed_note(every: list[Effort]) -> tuple[str, ...]:
    """How many contacts had no minutes; nothing if all had."""
    count = sum(effort.assumed for effort in every)
    if not count:
        return ()
    what = "1 contact" if count == 1 else f"{count} contacts"
    return (f"{what} without minutes: taken by kind (allocation.minutes)",)
