"""A deal: what may be sold, to whom, for how much, and how far it is."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from crmcli.model import words
from crmcli.model.record import Conflict
from crmcli.model.record import Event
from crmcli.model.record import Record


class DealEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a deal's history."""

    stage: str | None = None
    close: date | None = None
    amount: Decimal | None = None
    owner: str | None = None


class Deal(Record, frozen=True, kw_only=True, omit_defaults=True):
    """`close` is the expected day while the deal is open, and the real one afterwards.

    `amount` is in `currency`, by default the book's. `probability` (0..100) stands in place of
    the stage's where it is set.
    """

    TRACKED: ClassVar[tuple[str, ...]] = ("stage", "close", "amount", "owner")
    PARAGRAPHS: ClassVar[tuple[str, ...]] = ("stage", "opened", "history", "conflicts")

    name: str | None = None
    customer: str | None = None
    contact: str | None = None
    owner: str | None = None

    stage: str
    amount: Decimal | None = None
    currency: str | None = None
    close: date | None = None
    probability: int | None = None

    opened: date | None = None
    type: words.DealType | None = None
    source: str | None = None
    products: tuple[str, ...] = ()
    stalled_until: date | None = None
    stalled_reason: str | None = None
    lost_reason: words.LostReason | None = None
    competitor: str | None = None
    archived: date | None = None
    refs: tuple[str, ...] = ()

    history: tuple[DealEvent, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
