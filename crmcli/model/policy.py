"""The house's own numbers and words: stages, tiers, rates, the standard; crm.yaml overrides them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.standard import STANDARD

ROLES = ("open", "won", "lost")
COMMITS = ("each", "sync", "off")
TOP_KEYS = (
    "name",
    "format",
    "currency",
    "country",
    "commit",
    "stages",
    "tiers",
    "rates",
    "capabilities",
    "products",
    "channels",
    "sources",
    "purposes",
    "standard",
    "readiness",
    "conflicts",
)


class Stage(NamedTuple):
    """A step of a deal. `probability` 0..100; `stale_after` in days, None: never stale."""

    name: str
    probability: int | None
    role: str
    stale_after: int | None


class Tier(NamedTuple):
    """A class of customers. `cadence`: days between signs of life, None: the standard's.

    `required` are the fields of the profile that must be known.
    """

    name: str
    cadence: int | None
    required: tuple[str, ...] = ()


class Capability(NamedTuple):
    """What the house can do: a type of promise, and the days it needs."""

    type: str
    days: int


STAGES = (
    Stage("lead", 10, "open", 30),
    Stage("qualified", 20, "open", 30),
    Stage("proposal", 50, "open", 21),
    Stage("negotiation", 80, "open", 14),
    Stage("won", 100, "won", None),
    Stage("lost", 0, "lost", None),
)
REQUIRED = {
    "A": (
        "industry",
        "region",
        "source",
        "owner",
        "deputy",
        "background",
        "needs",
        "potential",
        "potential_basis",
        "decision-maker",
        "reachable",
    ),
    "B": (
        "industry",
        "region",
        "source",
        "owner",
        "needs",
        "potential",
        "potential_basis",
        "decision-maker",
        "reachable",
    ),
    "C": ("industry", "region", "owner", "reachable"),
}
TIERS = (Tier("A", 30), Tier("B", 60), Tier("C", 120))
SOURCES = (
    "referral",
    "existing-customer",
    "cold-call",
    "partner",
    "trade-fair",
    "conference",
    "website",
    "campaign",
    "other",
)
PURPOSES = ("marketing", "service", "survey", "greeting", "sharing", "all")


class Product(NamedTuple):
    """What is sold. `cost` per unit; `stock` and `received` are (day, units), in day order."""

    id: str
    name: str
    cost: Decimal | None = None
    stock: tuple[tuple[date, Decimal], ...] = ()
    received: tuple[tuple[date, Decimal], ...] = ()


class Hours(NamedTuple):
    """When the house is open: days of the week (0 = Monday), minutes of the day, days it is not."""

    days: frozenset[int]
    start: int
    end: int
    holidays: frozenset[date] = frozenset()


class CaseRule(NamedTuple):
    """The hours within which cases are answered and resolved.

    None: any type, any tier, the standard's hours.
    """

    type: str | None
    tier: str | None
    reply_hours: Decimal | None
    resolve_hours: Decimal | None


class Criterion(NamedTuple):
    """What an ideal customer is: the field is one of `among`, in a range, or filled at all."""

    field: str
    among: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    filled: bool = False


class Answer(NamedTuple):
    """How ready the house is in one item: 0 not at all ... 4 done by all and measured."""

    item: str
    score: int
    evidence: str | None = None
    day: date | None = None


class Policy(NamedTuple):
    """What crm.yaml says, with the defaults where it says nothing."""

    name: str = ""
    currency: str = "USD"
    country: str | None = None
    commit: str = "each"
    stages: tuple[Stage, ...] = STAGES
    tiers: tuple[Tier, ...] = TIERS
    rates: Mapping[str, Decimal] = {}
    capabilities: tuple[Capability, ...] = ()
    products: Mapping[str, Product] = {}  # by id
    channels: tuple[str, ...] = ()
    sources: tuple[str, ...] = SOURCES
    purposes: tuple[str, ...] = PURPOSES
    hours: Hours | None = None  # None: all hours of all days
    case_rules: tuple[CaseRule, ...] = ()
    ideal: tuple[Criterion, ...] = ()
    readiness: tuple[Answer, ...] = ()
    overrides: Mapping[str, Any] = {}

    def standard(self, key: str) -> Any:
        """The value of a key of the standard, as `visits.report_hours`."""
        return self.overrides.get(key, STANDARD[key])

    def stage(self, name: str) -> Stage | None:
        """The stage of that name; None if the book has no such stage."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def role(self, stage: str) -> str:
        """`open`, `won` or `lost`; a stage the book does not know counts as open."""
        found = self.stage(stage)
        return found.role if found else "open"

    def stages_of(self, role: str) -> tuple[str, ...]:
        """The names of the stages with that role, in the book's order."""
        return tuple(stage.name for stage in self.stages if stage.role == role)

    def cadence(self, tier: str | None) -> int:
        """Days between signs of life that this tier is owed."""
        for known in self.tiers:
            if known.name == tier and known.cadence is not None:
                return known.cadence
        days: int = self.standard("cadence")
        return days

    def required(self, tier: str | None) -> tuple[str, ...]:
        """The fields of the profile that this tier needs; without a known tier those of C."""
        for known in self.tiers:
            if known.name == tier:
                return known.required or REQUIRED.get(known.name, REQUIRED["C"])
        return next((t.required for t in self.tiers if t.name == "C"), ()) or REQUIRED["C"]

    def case_hours(self, type: str | None, tier: str | None) -> tuple[Decimal, Decimal]:
        """The hours to reply and to resolve such a case: by the first rule that fits it."""
        reply = resolve = None
        for rule in self.case_rules:
            if rule.type in (None, type) and rule.tier in (None, tier):
                reply, resolve = rule.reply_hours, rule.resolve_hours
                break
        return (
            Decimal(self.standard("cases.reply_hours")) if reply is None else reply,
            Decimal(self.standard("cases.resolve_hours")) if resolve is None else resolve,
        )

    def rate(self, currency: str | None) -> Decimal | None:
        """What one unit is worth in the book's currency; None where no rate is known."""
        if currency is None or currency == self.currency:
            return Decimal(1)
        return self.rates.get(currency)

    def priced(self, amount: Decimal | None, currency: str | None) -> Decimal | None:
        """The amount in the book's currency; None if it or its rate is unknown."""
        rate = self.rate(currency)
        return None if amount is None or rate is None else amount * rate

    def capability_days(self, type: str | None) -> int | None:
        """Days that the house needs for this type of promise; None if it is not listed."""
        return next((item.days for item in self.capabilities if item.type == type), None)
