"""Whether a campaign changed anything: those it reached beside those who were left alone."""

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.statistics import newcombe
from crmcli.reports.campaign_contacts import Plan
from crmcli.reports.campaign_response import Reach
from crmcli.reports.campaign_sales import Sold


class Arms(NamedTuple):
    """The customers that were reached, those left alone, and those meant to be and reached yet."""

    treated: tuple[str, ...]
    holdout: tuple[str, ...]
    contacted: tuple[str, ...]


class Effect(NamedTuple):
    """Buyers of both arms, the difference of their shares with its 95 % bounds, what it brought.

    `lift` and `margin` are None where an arm is too small, or nobody was left alone.
    """

    buyers: int
    holdout_buyers: int
    lift: tuple[float, float, float] | None = None
    margin: Decimal | None = None


def arms(plan: Plan, reached: Reach) -> Arms:
    """A hold-out customer who was reached after all is in neither arm."""
    customers = {unit.customer for unit in reached.units}
    held = set(plan.holdout)
    return Arms(
        tuple(sorted(customers - held)),
        tuple(sorted(held - customers)),
        tuple(sorted(held & customers)),
    )


def in_arms(sold: Sequence[Sold], found: Arms, first: str, last: str) -> list[Sold]:
    """What the customers of both arms bought and returned in these days."""
    wanted = {*found.treated, *found.holdout}
    return [line for line in sold if first <= line.day <= last and line.customer in wanted]


def effect(found: Arms, bought: Sequence[Sold], basis: str, min_arm: int) -> Effect:
    """Compare the arms by what they bought; `bought` is that of `in_arms`.

    A buyer has a line with a quantity above 0. The margin is what a treated customer brought more
    than one left alone, on average, times the treated ones.
    Source: Newcombe, Stat. Med. 17 (1998), 873-890, for the difference of two shares.
    """
    buyers = {line.customer for line in bought if line.quantity > 0}
    hits = [sum(customer in buyers for customer in arm) for arm in (found.treated, found.holdout)]
    sizes = [len(found.treated), len(found.holdout)]
    if min(sizes) < max(min_arm, 1):
        return Effect(hits[0], hits[1])
    sums = _sums(bought, basis)
    means = [
        sum((sums.get(customer, Decimal()) for customer in arm), Decimal()) / len(arm)
        for arm in (found.treated, found.holdout)
    ]
    lift = newcombe(hits[0], sizes[0], hits[1], sizes[1])
    return Effect(hits[0], hits[1], lift, (means[0] - means[1]) * sizes[0])


def return_on(gain: Decimal | None, cost: Decimal | None) -> float | None:
    """(gain - cost) / cost; None where either is unknown, or the cost is 0."""
    return None if gain is None or not cost else float((gain - cost) / cost)


def without_cost(entries: Collection[Sold]) -> int:
    """How many have a revenue and no known margin."""
    return sum(line.revenue is not None and line.margin is None for line in entries)


def _sums(bought: Sequence[Sold], basis: str) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in bought:
        value = line.value(basis)
        if value is not None and line.customer is not None:
            sums[line.customer] = sums.get(line.customer, Decimal()) + value
    return sums
