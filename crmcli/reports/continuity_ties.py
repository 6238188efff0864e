"""How each customer is tied to us: through which of our reps, and which people there."""

from collections import Counter
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.statistics import cover_half
from crmcli.model.statistics import effective
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.customers_at import live
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.table import Evidence
from crmcli.reports.touches import Touch
from crmcli.reports.touches import touches
from crmcli.reports.window import Window
from crmcli.reports.worth import Worth

ONE_REP = "one-rep"
ONE_CONTACT = "one-contact"
NO_DEPUTY = "no-deputy"
NO_OWNER = "no-owner"
FAULTS = (ONE_REP, ONE_CONTACT, NO_DEPUTY, NO_OWNER)
TOO_FEW = "too few to tell"
NOTHING = "nothing in the window"
STAFF = """
    SELECT id, left IS NOT NULL AND left <= :as_of FROM reps ORDER BY id
"""
PEOPLE = """
    SELECT customer, id FROM contacts WHERE left IS NULL OR left > :as_of ORDER BY customer, id
"""


class Tie(NamedTuple):
    """A live customer and who keeps the contact. Shares are of `counts`, the contacts by rep.

    A joint contact counts for each rep, and once in `contacts`. `evidence` is the last contact of
    each rep. `one_of_us`: the house is one person, so `one-rep` says nothing.
    """

    customer: CustomerAt
    value: Decimal | None
    contacts: int
    counts: Mapping[str, int]
    top_rep: str | None
    top_share: float | None
    effective_reps: float | None
    to_cover_half: int | None
    live_contacts: int
    flags: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    one_of_us: bool

    @property
    def faults(self) -> int:
        """How many flags say that something is wrong."""
        return sum(flag in FAULTS for flag in self.flags)


def ties(book: Readable, as_of: date, span: Window, values: Worth) -> list[Tie]:
    """The live customers: most flags first, then the most valuable, unknown values last."""
    staff = {id: bool(gone) for id, gone in book.query(STAFF, as_of=as_of.isoformat())}
    gone = {id for id, is_gone in staff.items() if is_gone}
    contacts: dict[str, list[Touch]] = defaultdict(list)
    for touch in touches(book, span):
        if touch.customer is not None:
            contacts[touch.customer].append(touch)
    heirs = survivors(book)
    rows = book.query(PEOPLE, as_of=as_of.isoformat())
    persons = {(heirs.get(customer, customer), id) for customer, id in rows}
    judge = _Judge(book, gone, persons, one_of_us=len(staff) - len(gone) == 1)
    found = [
        judge.tie(customer, contacts.get(customer.id, ()), values.of(customer.id))
        for customer in live(customers_at(book, as_of))
    ]
    found.sort(key=lambda tie: (-tie.faults, tie.value is None, -(tie.value or 0), tie.customer.id))
    return found


class _Judge:
    def __init__(
        self, book: Readable, gone: set[str], persons: set[tuple[str, str]], *, one_of_us: bool
    ) -> None:
        self.limit = book.policy.standard("continuity.top_share")
        self.fewest = book.policy.standard("continuity.min_interactions")
        self.people = book.policy.standard("continuity.min_contacts")
        self.gone = gone
        self.persons = persons
        self.one_of_us = one_of_us

    def tie(self, customer: CustomerAt, its: Sequence[Touch], value: Decimal | None) -> Tie:
        counts = Counter(rep for touch in its for rep in touch.reps)
        total = counts.total()
        top = min(counts, key=lambda rep: (-counts[rep], rep), default=None)
        share = counts[top] / total if top is not None else None
        met = {
            touch.contact
            for touch in its
            if touch.two_way and (customer.id, touch.contact) in self.persons
        }
        return Tie(
            customer,
            value,
            len(its),
            counts,
            top,
            share,
            effective(list(counts.values())),
            cover_half(list(counts.values())),
            len(met),
            tuple(self._flags(customer, share, total, len(met))),
            _last(its),
            self.one_of_us,
        )

    def _flags(self, customer: CustomerAt, share: float | None, total: int, met: int) -> list[str]:
        flags = []
        if share is None:
            flags.append(NOTHING)
        elif total < self.fewest:
            flags.append(TOO_FEW)
        elif share >= self.limit and not self.one_of_us:
            flags.append(ONE_REP)
        if met < self.people and customer.kind != "person":
            flags.append(ONE_CONTACT)
        deputy = customer.deputy
        if deputy is None or deputy in self.gone or deputy == customer.owner:
            flags.append(NO_DEPUTY)
        if customer.owner is None or customer.owner in self.gone:
            flags.append(NO_OWNER)
        return flags


def _last(its: Sequence[Touch]) -> tuple[Evidence, ...]:
    """The last contact of each rep, newest first."""
    last = {rep: touch for touch in its for rep in touch.reps}
    found = [
        Evidence(
            date.fromisoformat(touch.day),
            touch.id,
            touch.kind,
            "computed",
            f"last contact of {rep}",
        )
        for rep, touch in sorted(last.items())
    ]
    return tuple(sorted(found, key=lambda one: one.date or date.min, reverse=True))
