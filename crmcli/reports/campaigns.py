"""Did the campaign work?"""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.campaign_effect import Effect
from crmcli.reports.campaign_effect import effect
from crmcli.reports.campaign_effect import return_on
from crmcli.reports.campaign_effect import without_cost
from crmcli.reports.campaign_judged import Judged
from crmcli.reports.campaign_judged import judged_campaigns
from crmcli.reports.campaign_sales import METHODS
from crmcli.reports.campaign_sales import Share
from crmcli.reports.campaign_sales import Sold
from crmcli.reports.campaign_sales import all_sold
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

COLUMNS = (
    Column("campaign", "id"),
    Column("channel"),
    Column("sent", "number"),
    Column("delivered", "number"),
    Column("responders", "number"),
    Column("response", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("treated", "number"),
    Column("holdout", "number"),
    Column("lift", "rate"),
    Column("lift_low", "rate"),
    Column("lift_high", "rate"),
    Column("cost", "money"),
    Column("margin", "money"),
    Column("roi", "rate"),
    Column("attributed", "money"),
    Column("attributed_roi", "rate"),
    Column("opt_outs", "number"),
    Column("opt_out_rate", "rate"),
    Column("contacts_per_response", "number"),
    Column("name"),
    Column("state"),
    Column("units", "number"),
    Column("buyers", "number"),
    Column("holdout_buyers", "number"),
    Column("holdout_contacted", "number"),
)
SHOWN = ("name", "sent", "responders", "response", "lift", "cost", "roi")
KEYS = tuple(column.key for column in COLUMNS)
RESPONSES = (
    Column("campaign", "id"),
    Column("unit", "id"),
    Column("delivered", "date"),
    Column("answered", "date"),
    Column("id", "id"),
    Column("kind"),
)
TOTALS = ("sent", "delivered", "units", "responders", "opt_outs")
RESPONSES_SHOWN = ("unit", "delivered", "answered", "kind", "id")
EMPTY = 'no campaign in these days: crm campaign add "NAME" --channel email --start DATE'
RUNNING = "still running"


def campaigns(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    attribution: str | None = None,
) -> Table:
    """What became of each campaign that was under way in the window.

    Sent are the outbound contacts that name it, delivered those that did not bounce. Units are
    the people reached, or the customer where nobody is named, each once from the first delivery.
    A unit responds with an inbound contact, or an order line of its customer, that names the
    campaign within its response days; one that names no person is that of the only unit there.
    With a hold-out, lift is the share of buyers among the treated customers less that among those
    left alone, from the start until the response days are over, whatever the sale names; margin is
    what a treated customer brought more on average, times their number, and roi is (margin -
    cost) / cost. A hold-out customer who was reached is in neither arm; under the smallest arm of
    the standard only the counts are shown. Without a hold-out, attributed is what the order lines
    brought that name the campaign, or with --attribution all lines within the response days of a
    delivery, given to the first campaign delivered, the last, or all in equal parts. Opt-outs are
    units with a withdrawn or declined consent in these days. All is counted up to the day. Where a
    line has no cost, revenue stands in place of margin, and the title says so.

    Source: Wilson, JASA 22 (1927), for the bounds of response; Newcombe, Stat. Med. 17 (1998),
    for those of lift.

    An effect shows only beside those who were left alone: attribution is bookkeeping, and says
    nothing about what would have been bought anyway.
    Raises UsageError for an empty window, BadValueError for an unknown way of attribution.
    """
    if attribution is not None and attribution not in METHODS:
        raise BadValueError(f"--attribution '{attribution}' is not one of {', '.join(METHODS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    sold = all_sold(book, as_of)
    found = judged_campaigns(book, as_of, span, sold, attribution)
    entries = list({line: None for one in found for line in one.entries})
    bare = without_cost(entries)
    basis = "revenue" if bare else "margin"
    shown = [one for one in found if rep in (None, one.plan.owner)]
    rows = tuple(_row(one, basis, policy, as_of, known=bool(sold)) for one in shown)
    told = (
        "margin" if not bare else f"revenue: margin unknown, {counted(bare, 'line')} without cost"
    )
    return Table(
        "campaigns",
        f"Campaigns, {span.since} to {span.until}, {told}",
        COLUMNS,
        rows,
        tuple(_notes(shown, rows, entries, policy, as_of)),
        (_responses(shown),),
        {key: sum(row[KEYS.index(key)] for row in rows) for key in TOTALS}
        | {"campaigns": len(rows)},
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _row(one: Judged, basis: str, policy: Policy, as_of: date, *, known: bool) -> tuple[Any, ...]:
    plan, reached, min_n = one.plan, one.reached, policy.standard("min_n")
    units, deliveries = len(reached.units), len(reached.deliveries)
    rate = one_rate(len(reached.responses), units, min_n)
    compared = effect(one.arms, one.bought, basis, policy.standard("campaigns.min_arm"))
    if not (plan.holdout and plan.start):
        compared = Effect(compared.buyers, compared.holdout_buyers)
    margin = compared.margin if known else None
    # Nothing names it: what came of it is not known, and not 0.
    attributed = _sum(one.given, basis) if known and (one.given or reached.sent) else None
    cost = None if plan.cost is None else Decimal(plan.cost)
    priced = policy.priced(cost, plan.currency)
    lift = compared.lift or (None, None, None)
    cells = {
        "campaign": plan.id,
        "channel": plan.channel,
        "sent": reached.sent,
        "delivered": deliveries,
        "responders": rate.k,
        "response": rate.rate,
        "low": rate.low,
        "high": rate.high,
        "treated": len(one.arms.treated),
        "holdout": len(one.arms.holdout) if plan.holdout else None,
        **dict(zip(("lift", "lift_low", "lift_high"), lift, strict=True)),
        "cost": money(priced, policy),
        "margin": money(margin, policy),
        "roi": return_on(margin, priced),
        "attributed": money(attributed, policy),
        "attributed_roi": return_on(attributed, priced),
        "opt_outs": reached.opt_outs,
        "opt_out_rate": one_rate(reached.opt_outs, units, min_n).rate,
        "contacts_per_response": deliveries / rate.k if rate.k else None,
        "name": plan.name,
        "state": RUNNING if one.ends and as_of.isoformat() < one.ends else None,
        "units": units,
        "buyers": compared.buyers if plan.holdout else None,
        "holdout_buyers": compared.holdout_buyers if plan.holdout else None,
        "holdout_contacted": len(one.arms.contacted) if plan.holdout else None,
    }
    return tuple(cells[key] for key in KEYS)


def _sum(given: Sequence[Share] | None, basis: str) -> Decimal | None:
    """What was attributed; None where nothing is, or of lines given no value is known."""
    if given is None:
        return None
    values = [value for share in given if (value := share.value(basis)) is not None]
    return sum(values, Decimal()) if values or not given else None


def _responses(shown: Sequence[Judged]) -> Table:
    rows = tuple(
        (
            one.plan.id,
            "/".join(word for word in (found.unit.customer, found.unit.contact) if word),
            date.fromisoformat(found.unit.day),
            date.fromisoformat(found.day),
            found.id,
            found.kind,
        )
        for one in shown
        for found in one.reached.responses
    )
    return Table("responders", "Who answered", RESPONSES, rows, shown=RESPONSES_SHOWN)


def _notes(
    shown: Sequence[Judged],
    rows: Sequence[tuple[Any, ...]],
    entries: Sequence[Sold],
    policy: Policy,
    as_of: date,
) -> Iterator[str]:
    for one, row in zip(shown, rows, strict=True):
        yield from _notes_on(one, dict(zip(KEYS, row, strict=True)), policy, as_of)
    if any(one.given is not None for one in shown):
        yield "attributed is bookkeeping, not effect: nobody was left alone to compare with"
    if shown and not any(one.plan.holdout for one in shown):
        yield "a hold-out would show the effect: crm campaign set CAMPAIGN holdout+=CUSTOMER"
    yield from pricing_notes(((line.own, line.currency) for line in entries), "line", policy)


def _notes_on(one: Judged, cells: Mapping[str, Any], policy: Policy, as_of: date) -> Iterator[str]:
    plan, min_arm = one.plan, policy.standard("campaigns.min_arm")
    if cells["state"]:
        yield f"{plan.name}: {RUNNING}, figures so far ({one.days} days from {plan.start})"
    if not cells["sent"]:
        yield f"{plan.name}: no contact names it: crm log email CUSTOMER TEXT --campaign {plan.id}"
    if plan.holdout and min(cells["treated"], cells["holdout"]) < min_arm:
        yield f"{plan.name}: under {min_arm} customers in an arm, so counts only"
    if one.arms.contacted:
        some = counted(len(one.arms.contacted), "hold-out customer")
        yield f"{plan.name}: {some} contacted all the same, so in neither arm"
    if plan.holdout and plan.start is None:
        yield f"{plan.name}: no start, so nothing to compare"
    if cells["lift"] is not None and cells["lift_low"] <= 0 <= cells["lift_high"]:
        yield f"{plan.name}: the bounds of its lift hold 0, so no evidence that it changed anything"
    if plan.cost and policy.rate(plan.currency) is None:
        yield f"{plan.name}: no rate for its cost in {plan.currency}, so no roi"
