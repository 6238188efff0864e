"""What rows of orders and campaigns have that others have not: prices, returns, members."""

import datetime
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crmcli.actions.amounts import read_amounts
from crmcli.actions.consents import verdict_on
from crmcli.model.campaign import Campaign
from crmcli.model.consent import reason
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.policy import Policy
from crmcli.model.sale import as_refund

MONEY: Mapping[str, tuple[str, ...]] = {
    "deal": ("amount",),
    "customer": ("potential",),
    "campaign": ("cost",),
    "sale": ("price", "list_price", "cost"),
}


def money_of(kind: str, values: Mapping[str, Any], house: str, usual: str | None) -> dict[str, Any]:
    """The amounts of a row and their one currency, None where it is the `house`'s.

    `usual` is that of amounts which name none. Raises BadValueError for two currencies.
    """
    words = {name: text for name in MONEY.get(kind, ()) if (text := values.get(name))}
    code = values.get("currency")
    found = read_amounts(BY_NAME[kind].record, words, house=house, usual=code or usual)
    if code and words and (found["currency"] or house) != code:
        said = " and ".join(f"{name} '{text}'" for name, text in words.items())
        raise BadValueError(f"{said} is not in {code}")
    return {**dict.fromkeys((*MONEY[kind], "currency")), **found} if kind in MONEY else {}


def line_of(fields: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Quantity and price of an order line: one unit if none is told, a refund as a return.

    Raises BadValueError where both are below zero.
    """
    told = fields.get("quantity")
    try:
        quantity, price = as_refund(Decimal(1) if told is None else told, fields.get("price"))
    except ValueError as error:
        raise BadValueError(str(error)) from None
    return {"quantity": quantity, "price": price}


def members_of(
    campaign: Campaign,
    old: Sequence[str],
    customer_of: Callable[[str], Customer],
    day: datetime.date,
    policy: Policy,
) -> tuple[tuple[str, ...], list[str]]:
    """The members that a campaign may have, and those left out with the reason.

    Consent never arises from being imported: who is not among the `old` ones must have agreed.
    """
    kept, refused = [], []
    for member in campaign.members:
        why = "" if member in old else _refused(campaign, member, customer_of, day, policy)
        if why:
            refused.append(f"{member}: {why}")
        else:
            kept.append(member)
    return tuple(kept), refused


def _refused(
    campaign: Campaign,
    member: str,
    customer_of: Callable[[str], Customer],
    day: datetime.date,
    policy: Policy,
) -> str:
    if campaign.channel is None or campaign.purpose is None:
        return "the campaign has no channel or no purpose"
    id, _, contact = member.partition("/")
    found = verdict_on(
        customer_of(id), contact or None, campaign.channel, campaign.purpose,
        day=day, required_for=policy.standard("consent.required_for"),
    )  # fmt: skip
    if found.person is not None and found.verdict.allowed:
        return ""
    return reason(found, campaign.channel)
