"""The deals of a book as they stood on a day."""

import json
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports import whose
from crmcli.reports.history import past_values
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered

DEALS = """
    SELECT d.id, d.name, d.customer, d.owner, d.stage, d.amount, d.currency, d.close,
        d.probability, d.opened, d.stalled_until, d.stalled_reason, d.archived,
        CASE WHEN d.opened IS NULL THEN (SELECT min(h.date) FROM history h
            WHERE h.kind = 'deal' AND h.id = d.id) END
    FROM deals d
    WHERE 1 {whose}
    ORDER BY d.id
"""
STAGES = """
    SELECT id, date, value FROM history
    WHERE kind = 'deal' AND field = 'stage' AND date <= :as_of {whose}
    ORDER BY id, date, seq
"""
OF_CUSTOMERS = """AND id IN (
        SELECT id FROM deals WHERE customer IN (SELECT value FROM json_each(:customers)))"""
ALWAYS, NEVER = "0000", "9999"  # before and after every ISO day

Change = tuple[str, str]  # (day, the stage from that day on)
Spell = tuple[str, str]  # (first day, first day after it)


class DealAt(NamedTuple):
    """A deal on a day. Days are ISO text; None is unknown.

    `customer` is the one it counts for after a merge. `stage` None: it existed, but its stage on
    that day is unknown. `book_amount` is in the book's currency, None also where no rate is known.
    `changes` are the changes of its stage, oldest first.
    """

    id: str
    name: str | None
    customer: str | None
    owner: str | None
    stage: str | None
    role: str | None
    amount: Decimal | None
    currency: str
    book_amount: Decimal | None
    close: str | None
    probability: int | None
    opened: str | None
    stalled_until: str | None
    stalled_reason: str | None
    archived: bool
    born: str | None
    changes: Sequence[Change]

    @property
    def moved(self) -> str | None:
        """The day of the last change of stage."""
        return self.changes[-1][0] if self.changes else None


@remembered
def deals_at(
    book: Readable, as_of: date, *, customers: Sequence[str] | None = None
) -> list[DealAt]:
    """All deals that exist on the day, by id, archived ones too.

    A deal is born when it was opened, else with its first line of history. `customers`: ids whose
    deals alone are asked for, those merged into them too.
    """
    day = as_of.isoformat()
    policy = book.policy
    past = past_values(book, "deal", as_of)
    heirs = survivors(book)
    params = {"customers": whose.listed(customers)}
    lines = STAGES.format(whose="" if customers is None else OF_CUSTOMERS)
    changes = _changes(book.query(lines, as_of=day, **params))
    roles = {stage.name: stage.role for stage in policy.stages}
    found = []
    for row in book.query(DEALS.format(whose=whose.narrowed(customers, "d.customer")), **params):
        id, name, customer, owner, stage, amount, currency, close, probability, opened = row[:10]
        stalled_until, stalled_reason, archived, first = row[10:]
        born = opened or first
        if born and born > day:
            continue
        if past:
            owner, stage, amount, close = (
                past.get((id, field), value)
                for field, value in zip(
                    ("owner", "stage", "amount", "close"),
                    (owner, stage, amount, close),
                    strict=True,
                )
            )
        exact = None if amount is None else Decimal(amount)
        found.append(
            DealAt(
                id=id,
                name=name,
                customer=heirs.get(customer, customer),
                owner=owner,
                stage=stage,
                role=None if stage is None else roles.get(stage, "open"),
                amount=exact,
                currency=currency or policy.currency,
                book_amount=policy.priced(exact, currency),
                close=close,
                probability=probability,
                opened=opened,
                stalled_until=stalled_until,
                stalled_reason=stalled_reason,
                archived=archived is not None and archived <= day,
                born=born,
                changes=changes.get(id, ()),
            )
        )
    return found


def _changes(lines: Sequence[tuple[Any, ...]]) -> dict[str, list[Change]]:
    """The lines by deal, without those that name the stage it had, or none."""
    found: dict[str, list[Change]] = defaultdict(list)
    for id, day, stage in lines:
        its = found[id]
        if stage and (not its or its[-1][1] != stage):
            its.append((day, stage))
    return found


def listed(deals: Iterable[DealAt]) -> str:
    """The ids of deals as JSON, for `json_each(:ids)`."""
    return json.dumps([deal.id for deal in deals])


class Ladder(NamedTuple):
    """The stages that a deal climbs: the open ones in the book's order, and where its clock starts."""

    ranks: dict[str, int]
    roles: dict[str, str]
    clock: int

    def clock_day(self, deal: DealAt) -> str | None:
        """The first day at the clock stage or a later one; None before it.

        A deal that jumped from before it to won or lost takes the day it was opened.
        """
        for day, stage in deal.changes:
            if self.ranks.get(stage, -1) >= self.clock:
                return day
        return deal.opened if deal.role in ("won", "lost") else None

    def reach(self, deal: DealAt) -> int | None:
        """The rank of the furthest open stage it was ever in; a won deal reached them all."""
        if deal.role == "won":
            return len(self.ranks) - 1
        stages = (*(stage for _, stage in deal.changes), deal.stage or "")
        return max((self.ranks[stage] for stage in stages if stage in self.ranks), default=None)

    def closed(self, deal: DealAt) -> str | None:
        """The day that set the won or lost stage it has; None if it is open, or no line says so."""
        if deal.role not in ("won", "lost") or not deal.changes:
            return None
        day, stage = deal.changes[-1]
        return day if stage == deal.stage else None

    def open_spells(self, deal: DealAt, as_of: str) -> list[Spell]:
        """The times in which it was open, oldest first; the last one is without end if it still is."""
        changes = list(deal.changes)
        if changes and deal.stage and changes[-1][1] != deal.stage:
            changes.append((as_of, deal.stage))  # set by hand: nobody knows since when
        born = deal.born or ALWAYS
        if not changes or born < changes[0][0]:
            before = "" if changes else deal.stage or ""
            changes.insert(0, (born, before))
        spells: list[Spell] = []
        ends = [*(day for day, _ in changes[1:]), NEVER]
        for (start, stage), end in zip(changes, ends, strict=True):
            if self.roles.get(stage, "open") != "open":
                continue
            if spells and spells[-1][1] == start:
                spells[-1] = (spells[-1][0], end)
            else:
                spells.append((start, end))
        return spells


def ladder(policy: Policy) -> Ladder:
    """The ladder of a book; its clock starts at `pipeline.clock_stage`, else the second open stage."""
    stages = policy.stages_of("open")
    ranks = {stage: rank for rank, stage in enumerate(stages)}
    default = min(1, len(stages) - 1)
    roles = {stage.name: stage.role for stage in policy.stages}
    return Ladder(ranks, roles, ranks.get(policy.standard("pipeline.clock_stage"), default))
