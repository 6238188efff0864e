"""What each promise adds to a row of the report on promises."""

from collections import Counter
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.overcommitment import is_beyond
from crmcli.reports.overcommitment import is_listed
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import UNKNOWN
from crmcli.reports.promise_dates import agreed
from crmcli.reports.promise_dates import days_late
from crmcli.reports.promise_dates import is_late
from crmcli.reports.promise_dates import strict
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.window import Window


class Judged(NamedTuple):
    """A promise with the words of both measures, the figures it counts in, and its days late."""

    promise: PromiseAt
    strict: str
    agreed: str
    marks: tuple[str, ...]
    late: int | None


class Group(NamedTuple):
    """The promises of one row."""

    counts: Counter[str]
    lateness: list[int]
    members: list[Judged]


def judged(promise: PromiseAt, policy: Policy, as_of: date, span: Window) -> Judged:
    """See what a promise counts in. Words are those of promise_dates."""
    day = as_of.isoformat()
    since, until = span.bounds
    standing = promise.standing
    by_strict, by_agreed = strict(standing, day), agreed(standing, day)
    original, last = standing.original_due, standing.agreed_due
    in_strict = original is not None and since <= original <= until
    in_agreed = last is not None and since <= last <= until
    made = promise.made is not None and since <= promise.made <= until
    # Lists show at once what a rate counts only on its date, so these go by the day it happened.
    settled = standing.settled or original
    settled_now = settled is not None and since <= settled <= until
    late = is_late(standing, day) and not promise.archived
    undated = original is None and (made or not promise.made or standing.status == "open")
    marks = {
        "made": made,
        "undated": undated,
        "n": in_strict and by_strict in (KEPT, MISSED),
        "kept": in_strict and by_strict == KEPT,
        "agreed_n": in_agreed and by_agreed in (KEPT, MISSED),
        "agreed_kept": in_agreed and by_agreed == KEPT,
        "late": late,
        "broken": settled_now and standing.status == "broken",
        "withdrawn_by_us": settled_now and standing.status == "withdrawn-by-us",
        "renegotiated": original != last and (in_strict or in_agreed),
        "beyond": made and is_beyond(promise, policy),
        "unlisted": made and not is_listed(promise, policy),
        "disputed": standing.disputed,
        "unknown": in_strict and by_strict == UNKNOWN,
    }
    lateness = None
    if late or (in_agreed and standing.status == "kept"):
        lateness = days_late(standing, day)
    held = tuple(name for name, holds in marks.items() if holds)
    return Judged(promise, by_strict, by_agreed, held, lateness)


def grouped(
    items: Iterable[Judged], key: Callable[[PromiseAt], str | None]
) -> dict[str | None, Group]:
    """The promises by what `key` says of them; None gathers those that belong to no row."""
    groups: dict[str | None, Group] = defaultdict(lambda: Group(Counter(), [], []))
    for item in items:
        group = groups[key(item.promise)]
        group.counts.update(item.marks)
        group.members.append(item)
        if item.late is not None:
            group.lateness.append(item.late)
    return groups


def united(groups: Iterable[Group]) -> Group:
    """All groups as one."""
    everything = Group(Counter(), [], [])
    for group in groups:
        everything.counts.update(group.counts)
        everything.lateness.extend(group.lateness)
        everything.members.extend(group.members)
    return everything
