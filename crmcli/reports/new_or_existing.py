"""Whether deals are won more readily from customers who bought before."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date

from crmcli.model.statistics import newcombe
from crmcli.reports.closings import Closing
from crmcli.reports.merged import survivors
from crmcli.reports.pricing import counted
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

FIRST_LINES = """
    SELECT customer, min(day) FROM sales
    WHERE day <= :as_of AND customer IS NOT NULL AND CAST(quantity AS REAL) > 0
    GROUP BY customer
    ORDER BY customer
"""
COLUMNS = (
    Column("group"),
    Column("won", "number"),
    Column("lost", "number"),
    Column("n", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
)
EMPTY = "no deal with a known customer was closed in these days"


def first_purchases(book: Readable, as_of: date, closed: Sequence[Closing]) -> dict[str, str]:
    """The ISO day of each customer's first order line or won deal, whichever came first."""
    heirs = survivors(book)
    days = [
        (heirs.get(customer, customer), day)
        for customer, day in book.query(FIRST_LINES, as_of=as_of.isoformat())
    ]
    days += [(one.deal.customer, one.day) for one in closed if one.won and one.deal.customer]
    found: dict[str, str] = {}
    for customer, day in days:
        found[customer] = min(day, found.get(customer, day))
    return found


def new_or_existing_part(closed: Sequence[Closing], bought: Mapping[str, str], min_n: int) -> Table:
    """Won and lost by whether the customer had bought before the deal began, and the difference.

    `bought` are the days of the first purchases. The last row is existing minus new, from -1 to
    1, with its bounds.
    """
    counts = {"existing": [0, 0], "new": [0, 0]}
    unknown = 0
    for one in closed:
        born, customer = one.deal.born, one.deal.customer
        if born is None or customer is None:
            unknown += 1
            continue
        first = bought.get(customer)
        counts["existing" if first is not None and first < born else "new"][one.won] += 1
    rows: list[tuple[object, ...]] = []
    for group, (lost, won) in counts.items():
        rate = one_rate(won, won + lost, min_n)
        rows.append((group, won, lost, rate.n, rate.rate, rate.low, rate.high))
    existing, new = counts.values()
    found = newcombe(existing[1], sum(existing), new[1], sum(new))
    if found is not None:
        enough = min(sum(existing), sum(new)) >= min_n
        rows.append(("difference", None, None, None, found[0] if enough else None, *found[1:]))
    notes = ["who bought before the book began counts as new"] if len(closed) > unknown else []
    if unknown:
        notes.append(
            f"{counted(unknown, 'deal')} of no known customer or beginning: in neither row"
        )
    return Table(
        "new_or_existing",
        "New and existing customers",
        COLUMNS,
        tuple(rows) if len(closed) > unknown else (),
        tuple(notes),
        empty=EMPTY,
    )
