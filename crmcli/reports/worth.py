"""What each customer brings: revenue, what the goods cost, what serving him costs."""

import json
from collections import Counter
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.cases_at import cases_at
from crmcli.reports.deal_results import results
from crmcli.reports.deal_results import total
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.effort import assumed_note
from crmcli.reports.effort import efforts
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.sales_at import has_lines
from crmcli.reports.sales_at import lines
from crmcli.reports.whose import household
from crmcli.reports.window import Window
from crmcli.reports.window import year

BASES = ("revenue", "margin", "contribution")
SOURCES = ("sales", "deals")
NOUNS = {"sales": "line", "deals": "won deal"}


UNCOSTED = """
    SELECT DISTINCT product, currency FROM sales
    WHERE customer IS NOT NULL AND day BETWEEN :since AND :until
        AND cost IS NULL AND price IS NOT NULL
    ORDER BY product, currency
"""
# A few of those who bought; mostly the first of them is enough to know.
WINNERS = """
    SELECT DISTINCT d.customer
    FROM deals d JOIN history h ON h.kind = 'deal' AND h.id = d.id
    WHERE h.field = 'stage' AND h.date <= :as_of AND d.customer IS NOT NULL
        AND h.value IN (SELECT value FROM json_each(:won))
    LIMIT 3
"""


class Entry(NamedTuple):
    """An order line, or a won deal: what it brought and what the goods cost, in all.

    `what` is the product of a line, or the name of a deal. `revenue` and `cost` are in the book's
    currency; `own` is the revenue in its own `currency`. None is unknown.
    """

    id: str
    day: str
    customer: str | None
    what: str | None
    quantity: Decimal | None
    revenue: Decimal | None
    cost: Decimal | None
    own: Decimal | None
    currency: str


class Figure(NamedTuple):
    """What a customer brought, in the book's currency; None is unknown.

    `value` is the figure of the basis: revenue, less the cost of goods, less the cost to serve.
    """

    revenue: Decimal | None
    cost_of_goods: Decimal | None
    cost_to_serve: Decimal | None
    value: Decimal | None


class Worth(NamedTuple):
    """The customers with an order line (or a won deal) in the days, and what each is worth.

    `source` None: the book has no order line and no won deal. `missing` says why the basis is no
    higher, or whose value is unknown; empty: nothing is missing. `notes` tell what is in no sum.
    """

    source: str | None
    basis: str
    missing: str
    span: Window
    figures: Mapping[str, Figure]
    entries: Sequence[Entry]
    notes: tuple[str, ...]

    def of(self, customer: str) -> Decimal | None:
        """The value of a customer, 0 if he bought nothing in these days.

        None where it is unknown, and in a book that knows of no sale at all.
        """
        if self.source is None:
            return None
        found = self.figures.get(customer)
        return Decimal() if found is None else found.value

    def revenue(self, customer: str) -> Decimal | None:
        """What he bought for, whatever the basis; as `of` where he bought nothing."""
        found = self.figures.get(customer)
        return self.of(customer) if found is None else found.revenue

    def ranked(self) -> list[tuple[str, Figure]]:
        """The customers, largest value first, equal ones by id; unknown values last."""
        return sorted(
            self.figures.items(),
            key=lambda item: (item[1].value is None, -(item[1].value or 0), item[0]),
        )


@remembered
def worth(
    book: Readable,
    as_of: date,
    *,
    span: Window | None = None,
    basis: str | None = None,
    source: str | None = None,
) -> Worth:
    """What the customers brought in these days, by default the year that ends on `as_of`.

    From order lines, or from won deals in a book without any line by the day; never from both,
    which would count twice. The basis is the highest for which everything is known, unless it is
    given: then customers whose costs are unknown have no value. Revenue without a rate or a price
    is in no sum, nor is its cost.
    Raises BadValueError for an unknown basis or source.
    """
    for word, known, option in ((basis, BASES, "basis"), (source, SOURCES, "source")):
        if word is not None and word not in known:
            raise BadValueError(f"--{option} '{word}' is not one of {', '.join(known)}")
    policy = book.policy
    span = span or year(policy, as_of)
    any_lines = has_lines(book, as_of)
    origin = source or ("sales" if any_lines else "deals")
    if origin == "sales":
        found, is_known = _sold(book, span), any_lines
    else:
        won, (since, until) = _won(book, as_of), span.bounds
        found, is_known = [one for one in won if since <= one.day <= until], bool(won)
    entries = [one for one in found if one.customer is not None]
    chosen, missing = _basis(entries, origin, policy, basis)
    served = _serving(book, as_of, span)
    noun = NOUNS[origin]
    homeless = len(found) - len(entries)
    notes = [
        *pricing_notes(((one.own, one.currency) for one in entries), noun, policy),
        *served.notes,
    ]
    if homeless:
        notes.append(f"{counted(homeless, noun)} without a customer: in no figure")
    return Worth(
        source=origin if is_known else None,
        basis=chosen,
        missing=missing,
        span=span,
        figures=_figures(entries, served, chosen),
        entries=entries,
        notes=tuple(notes),
    )


def value_of(book: Readable, as_of: date, customer: str) -> Decimal | None:
    """The value of one customer in the year, as `worth` has it, without looking at everybody's.

    Of all it is only asked whether every line has a cost, which decides the basis.
    """
    policy, span, only = book.policy, year(book.policy, as_of), household(book, customer)
    since, until = span.bounds
    if not has_lines(book, as_of):
        # What deals cost is not known, so their value is their revenue.
        won = [one for one in _won(book, as_of, only) if since <= one.day <= until]
        return total(one.revenue for one in won) if won else _of_another(book, as_of)
    entries = _sold(book, span, only)
    if not entries:
        return Decimal()
    bare = any(
        policy.rate(currency) is not None
        and (product not in policy.products or policy.products[product].cost is None)
        for product, currency in book.query(UNCOSTED, since=since, until=until)
    )
    serving = policy.standard("value.minute_cost") is not None
    basis = "revenue" if bare else "contribution" if serving else "margin"
    return _figures(entries, _serving(book, as_of, span, only), basis)[customer].value


def _of_another(book: Readable, as_of: date) -> Decimal | None:
    """The value of one who bought nothing: 0 if the book knows of any won deal, else None."""
    won = json.dumps(book.policy.stages_of("won"))
    some = [id for (id,) in book.query(WINNERS, won=won, as_of=as_of.isoformat())]
    known = bool(_won(book, as_of, some)) or bool(_won(book, as_of))
    return Decimal() if known else None


def _sold(book: Readable, span: Window, only: Sequence[str] | None = None) -> list[Entry]:
    return [
        Entry(
            line.id,
            line.day,
            line.customer,
            line.product,
            line.quantity,
            line.revenue,
            None if line.cost is None else line.quantity * line.cost,
            None if line.own_price is None else line.quantity * line.own_price,
            line.currency,
        )
        for line in lines(book, span.since, span.until, only=only)
    ]


def _won(book: Readable, as_of: date, only: Sequence[str] | None = None) -> list[Entry]:
    """The deals won by the day whose closing day is known; what they cost is not."""
    found = []
    for result in results(deals_at(book, as_of, customers=only), ladder(book.policy)):
        deal = result.deal
        if result.won and result.closed:
            head = (deal.id, result.closed, deal.customer, deal.name, None)
            found.append(Entry(*head, deal.book_amount, None, deal.amount, deal.currency))
    return sorted(found, key=lambda one: (one.day, one.id))


class _Serving(NamedTuple):
    """What serving costs, by customer; None if an hour's cost is not known."""

    costs: Mapping[str, Decimal] | None
    notes: tuple[str, ...]


def _serving(
    book: Readable, as_of: date, span: Window, only: Sequence[str] | None = None
) -> _Serving:
    minute = book.policy.standard("value.minute_cost")
    each = book.policy.standard("value.case_cost")
    if minute is None:
        return _Serving(None, ())
    spent = efforts(book, span, only=only)
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for customer, effort in spent.items():
        costs[customer] += effort.minutes * minute
    since, until = span.bounds
    cases = Counter(
        case.customer
        for case in cases_at(book, as_of)
        if case.customer and since <= (case.opened_day or "") <= until
    )
    notes = assumed_note(list(spent.values()))
    if each is None and cases:
        notes += (f"{counted(cases.total(), 'case')} not costed: value.case_cost is not set",)
    for customer, count in cases.items():
        costs[customer] += count * (each or 0)
    return _Serving(dict(costs), notes)


def _basis(
    entries: Sequence[Entry], origin: str, policy: Policy, asked: str | None
) -> tuple[str, str]:
    """The basis, and what was missing for a higher one, or for the one that was asked for."""
    bare = sum(one.revenue is not None and one.cost is None for one in entries)
    serving = policy.standard("value.minute_cost") is not None
    goods = counted(bare, NOUNS[origin]) + " without cost"
    if not entries:
        return asked or "revenue", ""
    if bare:
        highest, why = "revenue", goods
    elif serving:
        highest, why = "contribution", ""
    else:
        highest, why = "margin", "value.minute_cost is not set"
    if asked is None:
        return highest, f"{why}: ranked by {highest}" if why else ""
    if BASES.index(asked) <= BASES.index(highest):
        return asked, ""
    if asked == "contribution" and not serving:
        return asked, "value.minute_cost is not set: no value is known"
    return asked, f"{goods}: the value of their customers is unknown"


def _figures(entries: Sequence[Entry], served: _Serving, basis: str) -> dict[str, Figure]:
    by_customer: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if one.customer is not None:
            by_customer[one.customer].append(one)
    found = {}
    for customer, its in sorted(by_customer.items()):
        revenue = total(one.revenue for one in its)
        costs = [one.cost for one in its if one.revenue is not None]
        known = [cost for cost in costs if cost is not None]
        goods = sum(known, Decimal()) if known and len(known) == len(costs) else None
        serving = None if served.costs is None else served.costs.get(customer, Decimal())
        parts = {"revenue": (), "margin": (goods,), "contribution": (goods, serving)}[basis]
        found[customer] = Figure(revenue, goods, serving, _less(revenue, parts))
    return found


def _less(revenue: Decimal | None, costs: Sequence[Decimal | None]) -> Decimal | None:
    for cost in costs:
        revenue = None if revenue is None or cost is None else revenue - cost
    return revenue
