"""Do we deliver on time and in full?"""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.statistics import median
from crmcli.reports.customers_at import customers_at
from crmcli.reports.merged import survivors
from crmcli.reports.people import ALL
from crmcli.reports.pricing import counted
from crmcli.reports.promise_dates import days_between
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window

GROUPINGS = ("product", "channel", "customer", "month")
COLUMNS = (
    Column("group"),
    Column("lines", "number"),
    Column("on_time", "number"),
    Column("in_full", "number"),
    Column("otif", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("median_days_late", "number"),
    Column("undated", "number"),
)
QUANTITIES = ("quantity", "delivered_quantity")
FAILED = (
    Column("id", "id"),
    Column("order"),
    Column("product"),
    Column("customer"),
    Column("promised_on", "date"),
    Column("delivered_on", "date"),
    Column("days_late", "number"),
    Column("quantity", "number"),
    Column("delivered_quantity", "number", "delivered"),
)
FAILED_SHOWN = ("id", "product", "customer", "promised_on", "days_late", *QUANTITIES)
LINES = """
    SELECT id, order_id, customer, product, channel, rep, quantity, promised_on,
        CASE WHEN delivered_on <= :as_of THEN delivered_on END,
        CASE WHEN delivered_on <= :as_of THEN delivered_quantity END,
        coalesce(promised_on, day)
    FROM sales
    WHERE day <= :as_of AND coalesce(promised_on, day) BETWEEN :since AND :until
        AND CAST(quantity AS REAL) > 0
    ORDER BY coalesce(promised_on, day), id
"""
NOT_NAMED = "not named"
EMPTY = "no line that was to be delivered in these days: promised_on in sales (crm help sale)"


class Delivery(NamedTuple):
    """A line that was to be delivered. Days are ISO text; None is unknown, or not yet.

    `day` is the promised one, of an undated line that of the sale. `late` in days, 0 on time; of
    a line that is not delivered up to the day of the report.
    """

    id: str
    order: str | None
    customer: str | None
    product: str | None
    channel: str | None
    rep: str | None
    quantity: Decimal
    promised_on: str | None
    delivered_on: str | None
    delivered: Decimal | None
    day: str
    late: int

    @property
    def is_on_time(self) -> bool:
        """Delivered, and no later than promised."""
        return self.delivered_on is not None and self.late == 0

    @property
    def is_full(self) -> bool:
        """Delivered with nothing missing; without a quantity all of it was delivered."""
        if self.delivered_on is None:
            return False
        return self.delivered is None or self.delivered >= self.quantity


def delivery(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "product",
) -> Table:
    """Count the order lines that came on time and in full, by product, channel, customer or month.

    Lines count whose promised day lies in the window, once they are delivered or that day is past.
    On time is delivered on the promised day or before, in full is at least the quantity ordered; a
    line delivered without a quantity was delivered in full. The rate (OTIF) is the share of lines
    that were both. A line that is not delivered and past its day is neither, and its days late
    count up to the day of the report. Undated lines, sold in the window without a promised day, are
    in no rate; returns are left out. For a rep the groups with lines of his are shown, with
    everyone's figures.

    Source: OTIF, the convention of the supply chain; Wilson 1927.

    It cannot know whether the day that was promised was the one the customer wanted.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    span = window(book.policy, as_of, since, until)
    every = _deliveries(book, as_of, span)
    dated = [one for one in every if one.promised_on is not None]
    due = [one for one in dated if one.delivered_on or one.day < as_of.isoformat()]
    undated = [one for one in every if one.promised_on is None]
    key = _key(by)
    groups: dict[str, list[Delivery]] = {key(one): [] for one in (*due, *undated)}
    bare: dict[str, int] = defaultdict(int)
    for one in due:
        groups[key(one)].append(one)
    for one in undated:
        bare[key(one)] += 1
    owners = {each.id: each.owner for each in customers_at(book, as_of)}
    mine = {one.id for one in every if rep in (None, one.rep or owners.get(one.customer or ""))}
    chosen = {key(one) for one in every if one.id in mine}
    if by == "customer" and rep is not None:
        chosen = {id for id, owner in owners.items() if owner == rep}
    min_n = book.policy.standard("min_n")
    names = sorted(groups, key=lambda name: (name == NOT_NAMED, name))
    rows = [_row(name, groups[name], bare[name], min_n) for name in names if name in chosen]
    total = _row(ALL, due, len(undated), min_n)
    values = dict(zip((column.key for column in COLUMNS), total, strict=True))
    keys = ("lines", "on_time", "in_full", "otif", "rate", "undated")
    return Table(
        "delivery",
        f"Deliveries by {by}, promised {span.since} to {span.until}",
        COLUMNS,
        (*rows, total) if groups else (),
        _notes(groups, due, len(dated) - len(due), len(undated), by),
        (_failed_part([one for one in due if one.id in mine]),),
        {name: values[name] for name in keys},
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _deliveries(book: Readable, as_of: date, span: Window) -> list[Delivery]:
    heirs = survivors(book)
    (since, until), today = span.bounds, as_of.isoformat()
    found = []
    for row in book.query(LINES, since=since, until=until, as_of=today):
        id, order, customer, product, channel, rep, quantity, promised, came, delivered, day = row
        late = days_between(promised, came or today) or 0
        found.append(
            Delivery(
                id,
                order,
                heirs.get(customer, customer),
                product,
                channel,
                rep,
                Decimal(quantity),
                promised,
                came,
                None if delivered is None else Decimal(delivered),
                day,
                max(0, late),
            )
        )
    return found


def _key(by: str) -> Callable[[Delivery], str]:
    if by == "month":
        return lambda one: one.day[:7]
    return lambda one: getattr(one, by) or NOT_NAMED


def _row(name: str, its: Sequence[Delivery], undated: int, min_n: int) -> tuple[Any, ...]:
    both = sum(one.is_on_time and one.is_full for one in its)
    rate = one_rate(both, len(its), min_n)
    return (
        name,
        len(its),
        sum(one.is_on_time for one in its),
        sum(one.is_full for one in its),
        both,
        rate.rate,
        rate.low,
        rate.high,
        median(one.late for one in its if one.late),
        undated,
    )


def _notes(
    groups: Mapping[str, Sequence[Delivery]],
    due: Sequence[Delivery],
    pending: int,
    undated: int,
    by: str,
) -> tuple[str, ...]:
    pairs = [
        (sum(one.is_on_time and one.is_full for one in its), len(its)) for its in groups.values()
    ]
    missing = sum(one.delivered_on is None for one in due)
    said = {
        difference_note(pairs, f"{by}s", "deliveries on time and in full"): due,
        f"{counted(missing, 'line')} past the promised day and not delivered": missing,
        f"{counted(pending, 'line')} not due yet: in no rate": pending,
        f"{counted(undated, 'line')} without a promised day: in no rate (promised_on says more)":
            undated,
    }  # fmt: skip
    return tuple(note for note, holds in said.items() if note and holds)


def _failed_part(due: Iterable[Delivery]) -> Table:
    """The lines that came late, short, or not at all; most days late first."""
    failed = [one for one in due if not (one.is_on_time and one.is_full)]
    rows = tuple(
        (
            one.id,
            one.order,
            one.product,
            one.customer,
            date.fromisoformat(one.day),
            date.fromisoformat(one.delivered_on) if one.delivered_on else None,
            one.late,
            one.quantity,
            one.delivered if one.delivered_on else Decimal(),
        )
        for one in sorted(failed, key=lambda one: (-one.late, one.id))
    )
    return Table("failed", "Late, short, or not delivered", FAILED, rows, shown=FAILED_SHOWN)
