"""A rep: one of us who serves customers."""

import datetime
from decimal import Decimal
from typing import ClassVar
from typing import Literal

from msgspec import Struct

from crmcli.model import words
from crmcli.model.record import Conflict
from crmcli.model.record import Record


class Target(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a rep is to reach in a period."""

    period: str
    measure: str
    value: Decimal


class Training(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A training a rep took."""

    date: datetime.date
    topic: str
    hours: Decimal | None = None
    exam: Literal["passed", "failed", "none"] | None = None


class Rep(Record, frozen=True, kw_only=True, omit_defaults=True):
    """`manager` is a rep's id, or a name where the manager is no rep of this book."""

    PARAGRAPHS: ClassVar[tuple[str, ...]] = ("targets", "training", "conflicts")

    name: str
    email: str | None = None
    manager: str | None = None
    department: str | None = None
    level: words.RepLevel | None = None
    joined: datetime.date | None = None
    left: datetime.date | None = None
    signed_standard: datetime.date | None = None
    archived: datetime.date | None = None
    refs: tuple[str, ...] = ()

    targets: tuple[Target, ...] = ()
    training: tuple[Training, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
