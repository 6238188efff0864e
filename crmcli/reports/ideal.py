"""How far a customer is what the house calls an ideal one."""

import json
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.policy import Criterion
from crmcli.model.standard import decimal
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.readable import Readable

TEXTS = (
    "referred_by",
    "potential_basis",
    "potential_date",
    "verified",
    "contract_end",
    "website",
    "address",
    "tax_id",
    "background",
)
LISTS = ("needs", "tags", "aliases")
KNOWN_ON_THE_DAY = (
    "name",
    "kind",
    "status",
    "owner",
    "tier",
    "deputy",
    "industry",
    "region",
    "source",
    "potential",
)
FIELDS = (*KNOWN_ON_THE_DAY, *TEXTS, *LISTS)
PROFILES = f"""
    SELECT id, {", ".join((*TEXTS, *LISTS))} FROM customers WHERE merged_into IS NULL ORDER BY id
"""

Profile = Mapping[str, Any]  # field -> text, number or tuple of text; what is blank is not in it


class Fit(NamedTuple):
    """The fields of the criteria that a customer meets, does not meet, and leaves blank."""

    met: tuple[str, ...]
    not_met: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Met of those known, 0..1; None if more than half are unknown, or there are none."""
        known = len(self.met) + len(self.not_met)
        return len(self.met) / known if known and len(self.unknown) <= known else None


def profiles(book: Readable, customers: Iterable[CustomerAt]) -> dict[str, Profile]:
    """What is known of each of these customers; potential in the book's currency."""
    more = {}
    for id, *cells in book.query(PROFILES):
        texts, lists = cells[: len(TEXTS)], cells[len(TEXTS) :]
        more[id] = dict(zip(TEXTS, texts, strict=True)) | {
            field: tuple(json.loads(cell or "[]")) for field, cell in zip(LISTS, lists, strict=True)
        }
    return {
        one.id: {
            field: value
            for field, value in (*zip(one._fields, one, strict=True), *more[one.id].items())
            if value not in (None, "", ()) and field in FIELDS
        }
        for one in customers
    }


def fit(profile: Profile, criteria: Sequence[Criterion]) -> Fit:
    """Hold a profile against the criteria."""
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for criterion in criteria:
        found[meets(profile, criterion)].append(criterion.field)
    return Fit(tuple(found[True]), tuple(found[False]), tuple(found[None]))


def meets(profile: Profile, criterion: Criterion) -> bool | None:
    """Whether a customer meets a criterion; None where the field is blank, or is no number.

    A blank field is not met where nothing but filling it is asked.
    """
    if criterion.field not in FIELDS:
        return None
    value = profile.get(criterion.field)
    if value is None:
        return False if criterion.filled else None
    if criterion.among and not _is_among(value, criterion.among):
        return False
    if criterion.low is None and criterion.high is None:
        return True
    number = value if isinstance(value, Decimal) else decimal(str(value))
    if number is None:
        return None
    above = criterion.low is None or number >= criterion.low
    return above and (criterion.high is None or number <= criterion.high)


def criterion_words(criterion: Criterion) -> str:
    """The criterion as a person says it: `potential at least 700000`."""
    said = [criterion.field]
    if criterion.among:
        said.append(f"one of {', '.join(criterion.among)}")
    if criterion.low is not None:
        said.append(f"at least {criterion.low:,f}")
    if criterion.high is not None:
        said.append(f"at most {criterion.high:,f}")
    return " ".join(said) if len(said) > 1 else f"{criterion.field} filled"


def _is_among(value: Any, words: Sequence[str]) -> bool:
    values = value if isinstance(value, tuple) else (str(value),)
    wanted = {word.casefold() for word in words}
    return any(each.casefold() in wanted for each in values)
