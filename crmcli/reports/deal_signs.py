"""The open deals one by one: how old, how quiet, what is next, and what is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.deal_contacts import Contact
from crmcli.reports.deal_contacts import NextStep
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.deals_at import listed
from crmcli.reports.promise_dates import days_between
from crmcli.reports.readable import Readable
from crmcli.reports.table import Evidence

FLAGS = (
    "stale",
    "aged",
    "past-close",
    "no-next-step",
    "overridden",
    "no-amount",
    "not-priced",
    "stalled",
)
# What the line of a win or a loss says of `close` is no push.
CLOSES = """
    SELECT h.id, h.date, h.value, s.value
    FROM json_each(:ids) asked
    CROSS JOIN history h
        ON h.kind = 'deal' AND h.id = asked.value AND h.field = 'close' AND h.date <= :as_of
    LEFT JOIN history s
        ON s.kind = 'deal' AND s.id = h.id AND s.seq = h.seq AND s.field = 'stage'
    ORDER BY h.id, h.date, h.seq
"""


class Push(NamedTuple):
    """The expected close was moved to a later day. ISO days."""

    date: str
    before: str
    after: str


class OpenDeal(NamedTuple):
    """An open deal on a day. Amounts in the book's currency, ages in days, None = unknown.

    `clock` is the day its age counts from, None before the clock stage.
    """

    deal: DealAt
    probability: int | None
    weighted: Decimal | None
    age: int | None
    in_stage: int | None
    quiet: int | None
    pushes: Sequence[Push]
    next: NextStep | None
    flags: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class Signs(NamedTuple):
    """What is known beside the deals themselves, by deal id."""

    contacts: Mapping[str, Contact]
    steps: Mapping[str, NextStep]
    pushes: Mapping[str, Sequence[Push]]
    aged: float | None


def pushes(
    book: Readable, as_of: date, deals: Iterable[DealAt], ladder: Ladder
) -> dict[str, list[Push]]:
    """Each time that the expected close of a deal was moved to a later day, oldest first."""
    params = {"as_of": as_of.isoformat(), "ids": listed(deals)}
    found: dict[str, list[Push]] = defaultdict(list)
    expected: dict[str, str] = {}
    for id, day, close, stage in book.query(CLOSES, **params):
        if not close or ladder.roles.get(stage or "", "open") != "open":
            continue
        before = expected.get(id)
        if before and close > before:
            found[id].append(Push(day, before, close))
        expected[id] = close
    return found


def stated(deal: DealAt, stage: str | None, policy: Policy) -> int | None:
    """The probability (0..100) said of a deal at a stage: its own, else the stage's; None: none."""
    known = policy.stage(stage or "")
    return deal.probability if deal.probability is not None or not known else known.probability


def weighted(deal: DealAt, policy: Policy) -> Decimal | None:
    """Its amount in the book's currency x the probability stated; None if one is unknown."""
    probability = stated(deal, deal.stage, policy)
    if deal.book_amount is None or probability is None:
        return None
    return deal.book_amount * probability / 100


def open_deal(deal: DealAt, age: int | None, signs: Signs, policy: Policy, as_of: date) -> OpenDeal:
    """Judge one open deal; `age` as the ladder's clock has it."""
    day = as_of.isoformat()
    stage = policy.stage(deal.stage or "")
    probability = stated(deal, deal.stage, policy)
    contact, step = signs.contacts.get(deal.id), signs.steps.get(deal.id)
    last = _last_sign(deal, contact)
    quiet = days_between(last, day)
    limit = stage.stale_after if stage else None
    stalled = deal.stalled_until is not None and deal.stalled_until >= day
    stale = quiet is not None and limit is not None and quiet > limit and not stalled
    flags = {
        "stale": stale,
        "aged": age is not None and signs.aged is not None and age > signs.aged,
        "past-close": deal.close is not None and deal.close < day,
        "no-next-step": step is None,
        "overridden": deal.probability is not None,
        "no-amount": deal.amount is None,
        "not-priced": deal.amount is not None and deal.book_amount is None,
        "stalled": stalled,
    }
    its_pushes = signs.pushes.get(deal.id, ())
    return OpenDeal(
        deal=deal,
        probability=probability,
        weighted=weighted(deal, policy),
        age=age,
        in_stage=days_between(deal.moved or deal.opened, day),
        quiet=quiet,
        pushes=its_pushes,
        next=step,
        flags=tuple(flag for flag in FLAGS if flags[flag]),
        evidence=_evidence(deal, contact, last if stale else None, quiet, its_pushes),
    )


def _last_sign(deal: DealAt, contact: Contact | None) -> str | None:
    days = (contact.day if contact else None, deal.moved, deal.opened)
    return max((day for day in days if day), default=None)


def _evidence(
    deal: DealAt,
    contact: Contact | None,
    stale_since: str | None,
    quiet: int | None,
    moves: Iterable[Push],
) -> tuple[Evidence, ...]:
    found = [
        Evidence(
            date.fromisoformat(push.date),
            deal.id,
            "deal",
            "computed",
            f"close moved from {push.before} to {push.after}",
        )
        for push in moves
    ]
    if stale_since:
        since = date.fromisoformat(stale_since)
        if contact and contact.day == stale_since:
            words = f"last contact, quiet for {quiet} days"
            found.append(Evidence(since, contact.id, "interaction", "computed", words))
        else:
            what = "last change of stage" if deal.moved == stale_since else "opened"
            words = f"{what}, quiet for {quiet} days"
            found.append(Evidence(since, deal.id, "deal", "computed", words))
    found.sort(key=lambda entry: entry.id)
    found.sort(key=lambda entry: entry.date or date.min, reverse=True)
    return tuple(found)
