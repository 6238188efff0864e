"""The pulse: what our own people answered, without names."""

import datetime

from crmcli.model.record import Record


class Pulse(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to one statement, 1 (not at all) to 5 (fully). `conflicts` is compact JSON."""

    date: datetime.date
    item: str
    score: int
    conflicts: str | None = None

    @property
    def day(self) -> datetime.date:
        """The day of the answer."""
        return self.date
