"""The days that a report looks at: a window, and the one before it."""

from datetime import date
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.policy import Policy


class Window(NamedTuple):
    """All days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has, at least 1."""
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Window":
        """The same number of days, ending on the day before; cut where the calendar begins."""
        last = self.since.toordinal() - 1
        return Window(_day(last - self.days + 1), _day(last))

    @property
    def bounds(self) -> tuple[str, str]:
        """Its first and last day as ISO text."""
        return self.since.isoformat(), self.until.isoformat()


def window(policy: Policy, as_of: date, since: date | None, until: date | None) -> Window:
    """The window of a report: by default the last `standard.window` days up to `as_of`.

    An `until` after `as_of` is cut to it. Raises UsageError when `since` lies after the end.
    """
    end = as_of if until is None else min(until, as_of)
    start = _day(end.toordinal() - policy.standard("window") + 1) if since is None else since
    if start > end:
        why = "" if until == end else f" (--until {until})" if until else ""
        raise UsageError(
            f"--since {start} is after the last day of the report, {end}{why}",
            remedy="Try: an earlier --since, or a later --until or --as-of",
        )
    if start == date.min:
        raise BadValueError(f"--since {start} leaves no day before the window")
    return Window(start, end)


def year(policy: Policy, as_of: date) -> Window:
    """The `standard.year` days (365) that end on `as_of`."""
    return Window(_day(as_of.toordinal() - policy.standard("year") + 1), as_of)


def year_or(policy: Policy, as_of: date, since: date | None, until: date | None) -> Window:
    """The days that are given; without `since` the year that ends on `until`, else on `as_of`.

    Raises UsageError when `since` lies after the end.
    """
    if since is None:
        return year(policy, as_of if until is None else min(until, as_of))
    return window(policy, as_of, since, until)


def past_note(as_of: date) -> str:
    """What is said when the day was asked for: not everything is known as of then."""
    return f"as of {as_of}: fields without a history, and crm.yaml, as they are now"


def _day(ordinal: int) -> date:
    return date.fromordinal(max(1, ordinal))
