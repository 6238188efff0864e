"""What is said below the pipeline: its value two ways, what was won, what could not be counted."""

from collections.abc import Iterable
from decimal import Decimal

from crmcli.model.money import show_money
from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.reports.deal_results import total
from crmcli.reports.deal_signs import OpenDeal
from crmcli.reports.pipeline_at import Pipeline
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.rates import rate_words
from crmcli.reports.window import Window


def notes(found: Pipeline, span: Window, policy: Policy) -> tuple[str, ...]:
    """One sentence each; what is not the case is not said."""
    said = (
        *_worth(found, policy),
        *_won(found, span, policy),
        *unpriced((one for one in found.deals), policy),
        _plural(found.stageless, "deal", "of unknown stage on that day: in no row"),
    )
    return tuple(note for note in said if note)


def _worth(found: Pipeline, policy: Policy) -> tuple[str, ...]:
    flat = _shown(total(one.weighted for one in found.deals), policy)
    if found.lesson.curve is None:
        closed = policy.standard("pipeline.forecast_min_closed")
        won = policy.standard("pipeline.forecast_min_won")
        few = f"{found.lesson.closed} closed deals, {found.lesson.won} won: too few"
        return (f"weighted by stage {flat}; by age unknown, {few} ({closed} and {won} needed)",)
    early = [one for one in found.deals if one.age is None]
    amount = _shown(total(one.deal.book_amount for one in early), policy)
    return (
        f"weighted by stage {flat}; by age {_shown(found.adjusted, policy)}",
        _plural(len(early), "deal", f"before {found.clock} not in the value by age ({amount})"),
    )


def _won(found: Pipeline, span: Window, policy: Policy) -> tuple[str, ...]:
    crop, min_n = found.harvest, policy.standard("min_n")
    days = f"{span.since} to {span.until}"
    velocity = crop.velocity(sum(one.age is not None for one in found.deals), min_n)
    mean, middle = crop.mean_cycle, median(crop.cycles)
    cycle = ""
    if mean is not None and middle is not None:
        cycle = f"won cycle: mean {mean:.0f} days, median {middle:.0f} days (n {len(crop.cycles)})"
    return (
        f"{days}: won {crop.won}, {_shown(crop.amount, policy)}",
        f"win rate {rate_words(crop.won, crop.closed, min_n)}" if crop.closed else "",
        cycle,
        f"velocity {_shown(velocity, policy)} a day" if velocity is not None else "",
    )


def unpriced(deals: Iterable[OpenDeal], policy: Policy) -> tuple[str, ...]:
    """Which amounts are in no sum, and whether a rate was used."""
    return pricing_notes(((one.deal.amount, one.deal.currency) for one in deals), "deal", policy)


def _shown(amount: Decimal | None, policy: Policy) -> str:
    return "unknown" if amount is None else show_money(amount, policy.currency)


def _plural(n: int, noun: str, rest: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'} {rest}" if n else ""
