"""What each promise adds to a row of the report on promises."""

from collections import Counter
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from itertools import compress
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

MARKS = (
    "made",
    "undated",
    "n",
    "kept",
    "agreed_n",
    "agreed_kept",
    "late",
    "broken",
    "withdrawn_by_us",
    "renegotiated",
    "beyond",
    "unlisted",
    "disputed",
    "unknown",
)


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


def judged(promise: PromiseAt, policy: Policy, as_of: str, span: tuple[str, str]) -> Judged:
    """See what a promise counts in. `as_of` and `span` are ISO days."""
    since, until = span
    standing = promise.standing
    original, last = standing.original_due, standing.agreed_due
    by_strict = strict(standing, as_of)
    by_agreed = by_strict if last == original else agreed(standing, as_of)
    in_strict = original is not None and since <= original <= until
    in_agreed = last is not None and since <= last <= until
    made = promise.made is not None and since <= promise.made <= until
    # Lists show at once what a rate counts only on its date, so these go by the day it happened.
    settled = standing.settled or original
    settled_now = settled is not None and since <= settled <= until
    late = is_late(standing, as_of) and not promise.archived
    marks = (
        made,
        original is None and (made or not promise.made or standing.status == "open"),
        in_strict and by_strict in (KEPT, MISSED),
        in_strict and by_strict == KEPT,
        in_agreed and by_agreed in (KEPT, MISSED),
        in_agreed and by_agreed == KEPT,
        late,
        settled_now and standing.status == "broken",
        settled_now and standing.status == "withdrawn-by-us",
        original != last and (in_strict or in_agreed),
        made and is_beyond(promise, policy),
        made and not is_listed(promise, policy),
        standing.disputed,
        in_strict and by_strict == UNKNOWN,
    )
    counted = late or (in_agreed and standing.status == "kept")
    lateness = days_late(standing, as_of) if counted else None
    return Judged(promise, by_strict, by_agreed, tuple(compress(MARKS, marks)), lateness)


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
