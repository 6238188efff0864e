"""How deals ended: on which day, under which owner, for how much."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.deal_results import Result
from crmcli.reports.deal_results import results
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.history import value_on
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.readable import Readable
from crmcli.reports.window import Window

OWNERS = """
    SELECT id, date, value FROM history
    WHERE kind = 'deal' AND field = 'owner' AND date <= :as_of
    ORDER BY id, date, seq
"""


class Closing(NamedTuple):
    """A deal that was won or lost on a known day (ISO text); None is unknown.

    `owner` is who had it on that day. `amount` is in the book's currency: that of a lost deal
    is unknown if it is 0. `cycle` is in days, `reach` a rank on the ladder.
    """

    deal: DealAt
    won: bool
    day: str
    owner: str | None
    amount: Decimal | None
    cycle: int | None
    reach: int | None

    @property
    def own_amount(self) -> Decimal | None:
        """The amount in the deal's own currency."""
        return _known(self.won, self.deal.amount)


class Closings(NamedTuple):
    """The closings by the day they were asked for, by id; `undated` counts those of no known day.

    `results` are all closed deals, those too.
    """

    every: Sequence[Closing]
    undated: int
    results: Sequence[Result]

    def within(self, span: Window) -> list[Closing]:
        """Those of these days."""
        since, until = span.bounds
        return [one for one in self.every if since <= one.day <= until]


def closings(book: Readable, as_of: date, deals: Iterable[DealAt], ladder: Ladder) -> Closings:
    """How the deals that are closed on the day ended; `deals` are those of that day."""
    closed = results(deals, ladder)
    owners: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for id, day, owner in book.query(OWNERS, as_of=as_of.isoformat()):
        owners[id].append((day, owner))
    every = tuple(
        Closing(
            deal=one.deal,
            won=one.won,
            day=one.closed,
            owner=value_on(owners.get(one.deal.id, ()), one.closed, one.deal.owner),
            amount=_known(one.won, one.deal.book_amount),
            cycle=one.cycle,
            reach=one.reach,
        )
        for one in closed
        if one.closed
    )
    return Closings(every, sum(one.closed is None for one in closed), closed)


def undated_note(n: int) -> str:
    """What is said of closed deals whose closing day no line of history tells; empty for none."""
    return f"{counted(n, 'closed deal')} without a known closing day: in no row" if n else ""


def won_pricing_notes(closed: Iterable[Closing], policy: Policy) -> tuple[str, ...]:
    """What is said of won amounts that are in no sum, and of rates."""
    won = ((one.own_amount, one.deal.currency) for one in closed if one.won)
    return pricing_notes(won, "won deal", policy)


def _known(won: bool, amount: Decimal | None) -> Decimal | None:
    return amount if won or amount else None
