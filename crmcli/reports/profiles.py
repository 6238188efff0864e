"""The profiles of customers on a day: what is known of each, and what his tier needs to be known."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.worth import Worth

# What a tier may require, beside the two that are found among the people.
FIELDS = (
    "industry",
    "region",
    "source",
    "owner",
    "deputy",
    "background",
    "needs",
    "potential",
    "potential_basis",
    "potential_date",
    "referred_by",
    "verified",
    "cadence",
    "contract_end",
    "website",
    "address",
    "tax_id",
    "tags",
    "aliases",
    "tier",
    "kind",
    "status",
)
DECISION_MAKER, REACHABLE = "decision-maker", "reachable"
ROLES = (DECISION_MAKER, "economic-buyer")
NOT_OF_PERSONS = ("industry", DECISION_MAKER)
PROFILES = f"""
    SELECT id, {", ".join(FIELDS)} FROM customers WHERE merged_into IS NULL ORDER BY id
"""
PEOPLE = """
    SELECT customer, role, email IS NOT NULL OR phone IS NOT NULL OR mobile IS NOT NULL
        OR coalesce(other_emails, '[]') <> '[]' OR coalesce(other_phones, '[]') <> '[]'
    FROM contacts WHERE left IS NULL OR left > :as_of
    ORDER BY customer, id
"""
DATED = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


class Profile(NamedTuple):
    """What is known of a customer. None is unknown, or not asked for.

    `required` are the fields that his tier needs, `missing` those of them that are blank.
    `potential_known` and `potential_dated` are judged for the tiers of `knowledge.tiers`.
    `share` is his revenue of the year / his potential. `potential_day` is an ISO day.
    """

    customer: CustomerAt
    value: Decimal | None
    required: tuple[str, ...]
    missing: tuple[str, ...]
    verified: str | None
    fresh: bool | None
    potential_basis: str | None
    potential_known: bool | None
    potential_dated: bool | None
    potential_day: str | None
    share: Decimal | None
    needs: int

    @property
    def filled(self) -> int:
        """How many of the required fields are filled."""
        return len(self.required) - len(self.missing)

    @property
    def complete(self) -> float | None:
        """The share of the required fields that are filled; None if nothing is required."""
        return self.filled / len(self.required) if self.required else None


def profiles(book: Readable, as_of: date, values: Worth) -> list[Profile]:
    """Live customers and prospects: by tier, the least complete first, then by value and id."""
    policy = book.policy
    people = _people(book, as_of)
    rows = {id: dict(zip(FIELDS, fields, strict=True)) for id, *fields in book.query(PROFILES)}
    judge = _Judge(policy, as_of, values)
    found = [
        judge.profile(customer, rows[customer.id], people[customer.id])
        for customer in customers_at(book, as_of)
        if customer.is_live or customer.is_prospect
    ]
    order = {tier.name: at for at, tier in enumerate(policy.tiers)}
    found.sort(
        key=lambda one: (
            order.get(one.customer.tier or "", len(order)),
            one.complete is None,
            one.complete or 0,
            one.value is None,
            -(one.value or 0),
            one.customer.id,
        )
    )
    return found


def unknown_fields(policy: Policy) -> tuple[str, ...]:
    """What tiers require though there is no such field."""
    known = {*FIELDS, DECISION_MAKER, REACHABLE}
    named = dict.fromkeys(name for tier in policy.tiers for name in tier.required)
    return tuple(name for name in named if name not in known)


def _people(book: Readable, as_of: date) -> Mapping[str, set[str]]:
    """By customer: whether a person decides there, and whether one can be reached."""
    heirs = survivors(book)
    found: dict[str, set[str]] = defaultdict(set)
    for customer, role, can_be_reached in book.query(PEOPLE, as_of=as_of.isoformat()):
        its = found[heirs.get(customer, customer)]
        if role in ROLES:
            its.add(DECISION_MAKER)
        if can_be_reached:
            its.add(REACHABLE)
    return found


class _Judge(NamedTuple):
    policy: Policy
    as_of: date
    values: Worth

    def profile(
        self, customer: CustomerAt, fields: Mapping[str, str | None], people: set[str]
    ) -> Profile:
        policy, as_of, values = self
        then = {"owner": customer.owner, "tier": customer.tier, "status": customer.status}
        filled = {name for name, value in {**fields, **then}.items() if _is_filled(value)} | people
        required = tuple(
            name
            for name in dict.fromkeys(policy.required(customer.tier))
            if name in (*FIELDS, DECISION_MAKER, REACHABLE)
            and not (customer.kind == "person" and name in NOT_OF_PERSONS)
        )
        judged = customer.tier in policy.standard("knowledge.tiers")
        known = {"potential", "potential_basis"} <= filled
        verified = fields["verified"]
        if verified and verified > as_of.isoformat():
            verified = None
        basis = fields["potential_basis"]
        return Profile(
            customer=customer,
            value=values.of(customer.id),
            required=required,
            missing=tuple(name for name in required if name not in filled),
            verified=verified,
            fresh=_is_fresh(verified, as_of, policy),
            potential_basis=basis,
            potential_known=known if judged else None,
            potential_dated=_is_dated(fields) if judged and known else None,
            potential_day=fields["potential_date"],
            share=_share(values.revenue(customer.id), customer.potential),
            needs=len(json.loads(fields["needs"] or "[]")),
        )


def _is_filled(value: str | None) -> bool:
    return value is not None and str(value).strip() not in ("", "[]")


def _is_fresh(verified: str | None, as_of: date, policy: Policy) -> bool | None:
    if verified is None:
        return None
    days: int = policy.standard("knowledge.fresh")
    return (as_of - date.fromisoformat(verified)).days <= days


def _is_dated(fields: Mapping[str, str | None]) -> bool:
    return bool(fields["potential_date"] or DATED.search(fields["potential_basis"] or ""))


def _share(revenue: Decimal | None, potential: Decimal | None) -> Decimal | None:
    return revenue / potential if revenue is not None and potential else None


def mean(shares: Sequence[float]) -> float | None:
    """The mean of shares; None of none."""
    return sum(shares) / len(shares) if shares else None
