"""A campaign: one message, over one channel, for one purpose, to many."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import ClassVar

from crmcli.model import words
from crmcli.model.consent import ALL
from crmcli.model.record import Conflict
from crmcli.model.record import Record


class Campaign(Record, frozen=True, kw_only=True, omit_defaults=True):
    """`members` are customers, or people as `customer/contact`; `holdout` customers left alone.

    The hold-out is what the effect is measured against. `response_days` after a delivery count
    as its response.
    """

    PARAGRAPHS: ClassVar[tuple[str, ...]] = ("members", "holdout", "conflicts")

    name: str
    channel: words.Channel | None = None
    purpose: str | None = None
    start: date | None = None
    end: date | None = None
    cost: Decimal | None = None
    currency: str | None = None
    owner: str | None = None
    response_days: int | None = None
    archived: date | None = None
    refs: tuple[str, ...] = ()

    members: tuple[str, ...] = ()
    holdout: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def faults(self) -> Iterator[tuple[str, str]]:
        """What a campaign cannot be: the field, and what is wrong."""
        if self.start and self.end and self.end < self.start:
            yield "end", f"end {self.end} is before start {self.start}"
        if self.purpose == ALL:
            yield "purpose", "a campaign has one purpose, not all of them"
        if self.cost is not None and self.cost < 0:
            yield "cost", f"cost {self.cost} is below zero"
        both = {member.partition("/")[0] for member in self.members} & set(self.holdout)
        for customer in sorted(both):
            yield "holdout", f"{customer} is to be reached and to be left alone"
