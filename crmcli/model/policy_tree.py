"""A policy out of the text tree of crm.yaml, with what cannot be used in it."""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple
from typing import get_args

from crmcli.model.policy import COMMITS
from crmcli.model.policy import PURPOSES
from crmcli.model.policy import ROLES
from crmcli.model.policy import SOURCES
from crmcli.model.policy import STAGES
from crmcli.model.policy import TIERS
from crmcli.model.policy import Answer
from crmcli.model.policy import Capability
from crmcli.model.policy import CaseRule
from crmcli.model.policy import Criterion
from crmcli.model.policy import Hours
from crmcli.model.policy import Policy
from crmcli.model.policy import Product
from crmcli.model.policy import Stage
from crmcli.model.policy import Tier
from crmcli.model.standard import STANDARD
from crmcli.model.standard import decimal
from crmcli.model.standard import read_threshold
from crmcli.model.words import CaseType

Path = tuple[str | int, ...]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class Fault(NamedTuple):
    """Something in crm.yaml that cannot be used: the key's path, and what is wrong."""

    path: Path
    what: str


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
        channels=reader.words(tree, "channels"),
        hours=reader.hours(tree),
        case_rules=reader.case_rules(tree),
        ideal=reader.ideal(tree),
        readiness=reader.readiness(tree),
        overrides=reader.overrides(tree),
    )
    return policy, tuple(reader.faults)


class _Reader:
    """Takes values out of a text tree and remembers what was wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: Path, what: str) -> None:
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
        path: Path,
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

    def whole(self, tree: Mapping[str, Any], path: Path, low: int, high: int) -> int | None:
        value = tree.get(str(path[-1]))
        if value is None or value == "":
            return None
        digits = isinstance(value, str) and value.isascii() and value.isdigit()
        if digits and low <= int(value[:9]) <= high:
            return int(value[:9])
        self.fault(path, f"{path[-1]} '{value}' is not a whole number from {low} to {high}")
        return None

    def maps(
        self, tree: Mapping[str, Any], key: str, above: Path = ()
    ) -> list[tuple[int, Mapping[str, Any]]]:
        value = tree.get(key)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            self.fault((*above, key), f"{key} is a list")
            return []
        found: list[tuple[int, Mapping[str, Any]]] = []
        for at, item in enumerate(value):
            if isinstance(item, dict):
                found.append((at, item))
            else:
                self.fault((*above, key, at), f"each of {key} is a map, as {{name: ...}}")
        return found

    def words(self, tree: Mapping[str, Any], key: str, above: Path = ()) -> tuple[str, ...]:
        value = tree.get(key)
        if value is None or value == "":
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault((*above, key), f"{key} is a list of words")
            return ()
        return tuple(value)

    def number(
        self, tree: Mapping[str, Any], path: Path, low: Decimal | None = Decimal(0)
    ) -> Decimal | None:
        value = tree.get(str(path[-1]))
        if value is None or value == "":
            return None
        number = decimal(value)
        if number is None or (low is not None and number < low):
            self.fault(
                path,
                f"{path[-1]} '{value}' is not a number"
                + (f" from {low}" if low is not None else ""),
            )
            return None
        return number

    def day(self, value: Any, path: Path) -> date | None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(path, f"'{value}' is not a date, as 2026-11-27")
            return None

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
            cadence = self.whole(item, ("tiers", name, "cadence"), 1, 9999)
            tiers.append(Tier(name, cadence, self.words(item, "required", ("tiers", name))))
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
            rate = decimal(text)
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

    def products(self, tree: Mapping[str, Any]) -> Mapping[str, Product]:
        products: dict[str, Product] = {}
        for at, item in self.maps(tree, "products"):
            id = item.get("id")
            path = ("products", at)
            if not isinstance(id, str) or not id:
                self.fault(path, "a product needs an id")
                continue
            if id in products:
                self.fault((*path, "id"), f"product '{id}' stands twice")
                continue
            name = item.get("name")
            products[id] = Product(
                id,
                name if isinstance(name, str) and name else id,
                self.number(item, (*path, "cost")),
                self.units(item, "stock", path),
                self.units(item, "received", path),
            )
        return products

    def units(
        self, tree: Mapping[str, Any], key: str, above: Path
    ) -> tuple[tuple[date, Decimal], ...]:
        found = []
        for at, item in self.maps(tree, key, above):
            path = (*above, key, at)
            day = self.day(item.get("date"), (*path, "date"))
            units = self.number(item, (*path, "units"))
            if day is not None and units is not None:
                found.append((day, units))
            elif "units" not in item:
                self.fault(path, f"each of {key} needs its units")
        return tuple(sorted(found))

    def hours(self, tree: Mapping[str, Any]) -> Hours | None:
        item = _inner(tree, "standard", "hours")
        if not item:
            return None
        path = ("standard", "hours")
        start, end = (self.minute(item, (*path, key)) for key in ("from", "to"))
        days = frozenset(
            DAYS.index(word)
            for word in self.words(item, "days", path) or DAYS[:5]
            if self.is_known((*path, "days"), word, DAYS)
        )
        holidays = (
            self.day(text, (*path, "holidays")) for text in self.words(item, "holidays", path)
        )
        if start is None or end is None or start >= end:
            self.fault(path, "hours need a from and a later to, as {from: '09:00', to: '18:00'}")
            return None
        return Hours(days, start, end, frozenset(day for day in holidays if day))

    def minute(self, tree: Mapping[str, Any], path: Path) -> int | None:
        found = CLOCK.fullmatch(str(tree.get(str(path[-1])) or ""))
        if found is None or int(found[1]) * 60 + int(found[2]) > 24 * 60 or int(found[2]) > 59:  # noqa: PLR2004  # a clock
            return None
        return int(found[1]) * 60 + int(found[2])

    def is_known(self, path: Path, word: Any, words: Sequence[str]) -> bool:
        if word in words:
            return True
        self.fault(path, f"'{word}' is not one of {', '.join(words)}")
        return False

    def case_rules(self, tree: Mapping[str, Any]) -> tuple[CaseRule, ...]:
        found = []
        above = ("standard", "cases")
        for at, item in self.maps(_inner(tree, *above), "by", above):
            path = (*above, "by", at)
            kind = self.choice(item, (*path, "type"), get_args(CaseType), "") or None
            found.append(
                CaseRule(
                    kind,
                    self.text(item, "tier", "") or None,
                    self.number(item, (*path, "reply_hours")),
                    self.number(item, (*path, "resolve_hours")),
                )
            )
        return tuple(found)

    def ideal(self, tree: Mapping[str, Any]) -> tuple[Criterion, ...]:
        found = []
        above = ("standard", "prospects")
        for at, item in self.maps(_inner(tree, *above), "ideal", above):
            path = (*above, "ideal", at)
            field = item.get("field")
            if not isinstance(field, str) or not field:
                self.fault(path, "a criterion needs a field")
                continue
            made = Criterion(
                field,
                self.words(item, "in", path),
                self.number(item, (*path, "min"), None),
                self.number(item, (*path, "max"), None),
                item.get("filled") in ("yes", "true"),
            )
            if made == Criterion(field):
                self.fault(path, f"criterion '{field}' needs in, min, max or filled: yes")
            else:
                found.append(made)
        return tuple(found)

    def readiness(self, tree: Mapping[str, Any]) -> tuple[Answer, ...]:
        found: list[Answer] = []
        for at, item in self.maps(tree, "readiness"):
            path = ("readiness", at)
            name = item.get("item")
            score = self.whole(item, (*path, "score"), 0, 4)
            if not isinstance(name, str) or not name:
                self.fault(path, "an answer needs its item")
            elif any(answer.item == name for answer in found):
                self.fault((*path, "item"), f"item '{name}' stands twice")
            elif score is not None:
                day = item.get("date")
                found.append(
                    Answer(
                        name,
                        score,
                        self.text(item, "evidence", "") or None,
                        self.day(day, (*path, "date")) if day else None,
                    )
                )
        return tuple(found)

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
                full = f"{key}.{name}" if name else key
                if full not in STANDARD or text in (None, ""):
                    continue
                try:
                    found[full] = read_threshold(full, text)
                except ValueError as error:
                    self.fault(path, str(error))
        return found


def _inner(tree: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """The map at a path of keys; an empty one where there is none."""
    for key in keys:
        found = tree.get(key)
        tree = found if isinstance(found, dict) else {}
    return tree
