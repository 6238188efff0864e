"""The house's own numbers and words: stages, tiers, rates, the standard; crm.yaml overrides them."""

from collections.abc import Mapping
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any
from typing import NamedTuple

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

STANDARD: Mapping[str, Any] = {
    "window": 180,
    "year": 365,
    "min_n": 5,
    "cadence": 90,
    "reply_hours": 48,
    "promises.load_days": 7,
    "promises.load_weeks": 8,
    "promises.load_limit": 1.0,
    "promises.type_risk": 0.7,
    "visits.kinds": ("visit",),
    "visits.report_hours": 48,
    "visits.required": ("contact", "summary", "mood", "next_step"),
    "visits.recurring": 3,
    "relationships.silence_factor": 2,
    "pipeline.clock_stage": "",
    "pipeline.aged_quantile": 0.9,
    "pipeline.aged_min": 20,
    "pipeline.measured_min": 20,
    "pipeline.forecast_min_closed": 50,
    "pipeline.forecast_min_won": 10,
}


class Stage(NamedTuple):
    """A step of a deal. `probability` 0..100; `stale_after` in days, None: never stale."""

    name: str
    probability: int | None
    role: str
    stale_after: int | None


class Tier(NamedTuple):
    """A class of customers. `cadence`: days between signs of life, None: the standard's."""

    name: str
    cadence: int | None


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


class Fault(NamedTuple):
    """Something in crm.yaml that cannot be used: the key's path, and what is wrong."""

    path: tuple[str | int, ...]
    what: str


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
    products: Mapping[str, str] = {}  # id -> name
    sources: tuple[str, ...] = SOURCES
    purposes: tuple[str, ...] = PURPOSES
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


def read_policy(tree: Mapping[str, Any]) -> tuple[Policy, tuple[Fault, ...]]:
    """Make a policy of crm.yaml's text tree; what cannot be used keeps its default and is a Fault."""
    reader = _Reader()
    policy = Policy(
        name=reader.text(tree, "name", ""),
        currency=reader.text(tree, "currency", "USD"),
        country=reader.text(tree, "country", "") or None,
        commit=reader.choice(tree, ("commit",), COMMITS, "each"),
        stages=reader.stages(tree) or STAGES,
        tiers=reader.tiers(tree) or TIERS,
        rates=reader.rates(tree),
        capabilities=reader.capabilities(tree),
        products=reader.products(tree),
        sources=reader.words(tree, "sources") or SOURCES,
        purposes=reader.words(tree, "purposes") or PURPOSES,
        overrides=reader.overrides(tree),
    )
    return policy, tuple(reader.faults)


class _Reader:
    """Takes values out of a text tree and remembers what was wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: tuple[str | int, ...], what: str) -> None:
        self.faults.append(Fault(path, what))

    def text(self, tree: Mapping[str, Any], key: str, default: str) -> str:
        value = tree.get(key)
        if value is None or value == "":
            return default
        if not isinstance(value, str):
            self.fault((key,), f"{key} is one word or line of text")
            return default
        return value

    def choice(
        self,
        tree: Mapping[str, Any],
        path: tuple[str | int, ...],
        allowed: tuple[str, ...],
        default: str,
    ) -> str:
        value = tree.get(str(path[-1]))
        if value is None or value == "":
            return default
        if value not in allowed:
            self.fault(path, f"{path[-1]} '{value}' is not one of {', '.join(allowed)}")
            return default
        return str(value)

    def whole(
        self, tree: Mapping[str, Any], path: tuple[str | int, ...], low: int, high: int
    ) -> int | None:
        value = tree.get(str(path[-1]))
        if value is None or value == "":
            return None
        digits = isinstance(value, str) and value.isascii() and value.isdigit()
        if digits and low <= int(value[:9]) <= high:
            return int(value[:9])
        self.fault(path, f"{path[-1]} '{value}' is not a whole number from {low} to {high}")
        return None

    def maps(self, tree: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
        value = tree.get(key)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            self.fault((key,), f"{key} is a list")
            return []
        found: list[tuple[int, Mapping[str, Any]]] = []
        for at, item in enumerate(value):
            if isinstance(item, dict):
                found.append((at, item))
            else:
                self.fault((key, at), f"each of {key} is a map, as {{name: ...}}")
        return found

    def words(self, tree: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = tree.get(key)
        if value is None or value == "":
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault((key,), f"{key} is a list of words")
            return ()
        return tuple(value)

    def stages(self, tree: Mapping[str, Any]) -> tuple[Stage, ...]:
        stages: list[Stage] = []
        for at, item in self.maps(tree, "stages"):
            name = item.get("name")
            if not isinstance(name, str) or not name:
                self.fault(("stages", at), "a stage needs a name")
                continue
            if any(stage.name == name for stage in stages):
                self.fault(("stages", at, "name"), f"stage '{name}' stands twice")
                continue
            path = ("stages", at)
            stages.append(
                Stage(
                    name,
                    self.whole(item, (*path, "probability"), 0, 100),
                    self.choice(item, (*path, "role"), ROLES, "open"),
                    self.whole(item, (*path, "stale_after"), 0, 9999),
                )
            )
        if stages:
            for role in ROLES:
                if not any(stage.role == role for stage in stages):
                    self.fault(("stages",), f"no stage has the role '{role}'")
                    return ()
        return tuple(stages)

    def tiers(self, tree: Mapping[str, Any]) -> tuple[Tier, ...]:
        value = tree.get("tiers")
        if value is None or value == "":
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(Tier(name, None) for name in value)
        if not isinstance(value, dict):
            self.fault(("tiers",), "tiers is a map from a name to its cadence, as A: {cadence: 30}")
            return ()
        tiers = []
        for name, item in value.items():
            if not isinstance(item, dict):
                if item not in (None, ""):
                    self.fault(("tiers", name), "a tier is a map, as {cadence: 30}")
                item = {}
            tiers.append(Tier(name, self.whole(item, ("tiers", name, "cadence"), 1, 9999)))
        return tuple(tiers)

    def rates(self, tree: Mapping[str, Any]) -> Mapping[str, Decimal]:
        value = tree.get("rates")
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            self.fault(("rates",), "rates is a map, as {USD: 32.5}")
            return {}
        rates = {}
        for code, text in value.items():
            rate = _decimal(text)
            if rate is None or rate <= 0:
                self.fault(("rates", code), f"rate '{text}' is not a number above 0")
            else:
                rates[code] = rate
        return rates

    def capabilities(self, tree: Mapping[str, Any]) -> tuple[Capability, ...]:
        found = []
        for at, item in self.maps(tree, "capabilities"):
            name = item.get("type")
            days = self.whole(item, ("capabilities", at, "days"), 0, 9999)
            if not isinstance(name, str) or not name:
                self.fault(("capabilities", at), "a capability needs a type")
            elif days is None:
                self.fault(("capabilities", at), f"capability '{name}' needs its days")
            else:
                found.append(Capability(name, days))
        return tuple(found)

    def products(self, tree: Mapping[str, Any]) -> Mapping[str, str]:
        products = {}
        for at, item in self.maps(tree, "products"):
            id = item.get("id")
            if not isinstance(id, str) or not id:
                self.fault(("products", at), "a product needs an id")
            else:
                name = item.get("name")
                products[id] = name if isinstance(name, str) and name else id
        return products

    def overrides(self, tree: Mapping[str, Any]) -> Mapping[str, Any]:
        value = tree.get("standard")
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            self.fault(("standard",), "standard is a map, as {window: 180}")
            return {}
        found: dict[str, Any] = {}
        for key, item in value.items():
            inner = item if isinstance(item, dict) else {}
            for name, text in inner.items() or {"": item}.items():
                path = ("standard", key, name) if name else ("standard", key)
                self.override(found, f"{key}.{name}" if name else key, text, path)
        return found

    def override(
        self, found: dict[str, Any], key: str, text: Any, path: tuple[str | int, ...]
    ) -> None:
        if key not in STANDARD or text in (None, ""):
            return
        default = STANDARD[key]
        if isinstance(default, tuple):
            if isinstance(text, list) and all(isinstance(item, str) for item in text):
                found[key] = tuple(text)
                return
        elif isinstance(default, str):
            if isinstance(text, str):
                found[key] = text
                return
        else:
            number = _decimal(text)
            if number is not None and number >= 0:
                if isinstance(default, float):
                    found[key] = float(number)
                    return
                if number == int(number):
                    found[key] = int(number)
                    return
        self.fault(path, f"'{text}' does not fit {key} (default {_shown(default)})")


def _decimal(text: Any) -> Decimal | None:
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e12") else None


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
