"""Amounts as cells and in sentences: what is in no sum, and which rates were used."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from crmcli.model.money import show_money
from crmcli.model.policy import Policy
from crmcli.reports.table import Money


def pricing_notes(
    amounts: Iterable[tuple[Decimal | None, str]], noun: str, policy: Policy
) -> tuple[str, ...]:
    """One sentence each: what has no rate, what has no amount, which rates were used.

    `amounts` are in the currency beside them, None = blank; `noun` is what they belong to.
    """
    blank = 0
    foreign: dict[str, list[Decimal]] = defaultdict(list)
    used: set[str] = set()
    for amount, currency in amounts:
        if amount is None:
            blank += 1
        elif policy.rate(currency) is None:
            foreign[currency].append(amount)
        elif currency != policy.currency:
            used.add(currency)
    notes = [
        f"{counted(len(its), noun)} not priced: no rate for {currency}"
        f" ({show_money(sum(its, Decimal()), currency).removeprefix(f'{currency} ')})"
        for currency, its in sorted(foreign.items())
    ]
    if blank:
        notes.append(f"no amount: {blank}")
    if used:
        rates = ", ".join(sorted(used))
        notes.append(f"{rates} at the rate in crm.yaml, the same for every day")
    return tuple(notes)


def money(amount: Decimal | None, policy: Policy) -> Money | None:
    """A cell with an amount in the book's currency."""
    return None if amount is None else Money(amount, policy.currency)


def shown(amount: Decimal | None, policy: Policy) -> str:
    """An amount in the book's currency for a sentence; `unknown` where it is."""
    return "unknown" if amount is None else show_money(amount, policy.currency)


def counted(n: int, noun: str) -> str:
    """`1 line`, `3 lines`."""
    return f"{n} {noun}{'' if n == 1 else 's'}"
