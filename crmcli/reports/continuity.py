"""Would the relationship vanish if the rep left?"""

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.policy import Policy
from crmcli.reports.continuity_after import after_part
from crmcli.reports.continuity_after import changes
from crmcli.reports.continuity_ties import FAULTS
from crmcli.reports.continuity_ties import NO_DEPUTY
from crmcli.reports.continuity_ties import ONE_REP
from crmcli.reports.continuity_ties import Tie
from crmcli.reports.continuity_ties import ties
from crmcli.reports.customers_at import none_live
from crmcli.reports.handovers import handover_part
from crmcli.reports.people import people
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

COLUMNS = (
    Column("customer"),  # a slug may be long, so it may be folded
    Column("tier"),
    Column("owner"),
    Column("deputy"),
    Column("value", "money"),
    Column("contacts", "number"),
    Column("reps", "number"),
    Column("top_rep"),
    Column("top_share", "rate"),
    Column("effective_reps", "number"),
    Column("to_cover_half", "number"),
    Column("live_contacts", "number"),
    Column("flags", "list"),
    Column("evidence", "evidence"),
)
SHOWN = ("customer", "tier", "owner", "value", "contacts", "top_rep", "top_share", "flags")
REPS = (
    Column("rep"),
    Column("customers", "number"),
    Column("one_rep_customers", "number"),
    Column("at_stake", "money"),
    Column("at_stake_upper", "money"),
)


def continuity(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """On whom each relationship rests: how many of us, how many people there, and who steps in.

    For each live customer, over the contacts of the window: the rep with the largest share of
    them (a joint contact counts for each who was there), on how many reps they rest in effect,
    and how few have more than half. `live_contacts` are the people there whom somebody reached.
    `one-rep`: one of us has 80 % or more of at least 5 contacts; with fewer it is too few to
    tell, never fine. `one-contact`: a company where fewer than two people are known to us by
    contact. `no-deputy` and `no-owner`: there is none, or he has left. What is at stake if a rep
    leaves: his share of each customer's value, and as the upper figure all of the value of those
    whom he has alone, or owns without a deputy. Asked for one rep, the report shows the customers
    whom he owns or has most contacts with, and whether those taken over from him were handed
    over. The part after compares customers who changed owner with the others: 90 days later, was
    there a sign of life?

    Source: Palmatier, Scheer & Steenkamp, J. of Marketing Research 44 (2007); Bendapudi & Leone,
    J. of Marketing 66 (2002); for the number of people: Avelino et al. (2016).

    Association, not proof: customers are not handed over by lot. Friendship is not seen here,
    only contacts that were written down.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    values = worth(book, as_of)
    found = ties(book, as_of, span, values)
    chosen = [tie for tie in found if rep in (None, tie.customer.owner, tie.top_rep)]
    stakes = _stakes(book, found)
    past = changes(book)
    after = after_part(book, as_of, past)
    at_stake = [row[3].amount for row in stakes if row[3] is not None]
    return Table(
        "continuity",
        f"Continuity, {span.since} to {span.until}",
        COLUMNS,
        tuple(_row(tie, policy) for tie in chosen),
        _notes(found, values, is_compared=bool(after.rows)),
        (
            Table(
                "reps",
                "If a rep left",
                REPS,
                tuple(row for row in stakes if rep in (None, row[0])),
                empty="no rep has a customer",
            ),
            handover_part(book, as_of, span, past, rep),
            after,
        ),
        {
            "customers": len(found),
            **{flag.replace("-", "_"): _count(found, flag) for flag in FAULTS},
            "at_stake_max": money(max(at_stake, default=None), policy),
        },
        SHOWN,
        "no customer like that" if found else none_live(book, as_of),
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _count(found: Iterable[Tie], flag: str) -> int:
    return sum(flag in tie.flags for tie in found)


def _row(tie: Tie, policy: Policy) -> tuple[Any, ...]:
    customer = tie.customer
    return (
        customer.id,
        customer.tier,
        customer.owner,
        customer.deputy,
        money(tie.value, policy),
        tie.contacts,
        len(tie.counts),
        tie.top_rep,
        tie.top_share,
        tie.effective_reps,
        tie.to_cover_half,
        tie.live_contacts,
        tie.flags,
        tie.evidence,
    )


def _stakes(book: Readable, found: Sequence[Tie]) -> list[tuple[Any, ...]]:
    """The rows of the part `reps`: whoever owns a customer, or has had a contact with one."""
    names = {rep for tie in found for rep in tie.counts}
    names |= {tie.customer.owner for tie in found if tie.customer.owner}
    rows = []
    for rep in people(book).sorted(names):
        alone = [tie for tie in found if ONE_REP in tie.flags and tie.top_rep == rep]
        owned = [tie for tie in found if tie.customer.owner == rep]
        exposed = {tie.customer.id: tie for tie in alone}
        exposed |= {tie.customer.id: tie for tie in owned if NO_DEPUTY in tie.flags}
        with_him = [tie for tie in found if rep in tie.counts]
        share = _sum(_stake(tie) * tie.counts[rep] / sum(tie.counts.values()) for tie in with_him)
        known = any(tie.value is not None for tie in found)
        upper = _sum(_stake(tie) for tie in exposed.values())
        rows.append(
            (
                rep,
                len(owned),
                len(alone),
                money(share if known else None, book.policy),
                money(upper if known else None, book.policy),
            )
        )
    return rows


def _stake(tie: Tie) -> Decimal:
    """What could be lost: a loss, or the unknown, is nothing."""
    return max(tie.value or Decimal(), Decimal())


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal())


def _notes(found: Sequence[Tie], values: Worth, *, is_compared: bool) -> tuple[str, ...]:
    if not found:
        return ()
    losses = sum(tie.value is not None and tie.value < 0 for tie in found)
    unknown = sum(tie.value is None for tie in found)
    known = values.source is not None
    notes = {
        "one rep: every relationship rests on you": any(tie.one_of_us for tie in found),
        f"value: {values.basis} of the year": known,
        "no sale yet, so what is at stake is unknown: crm sale add CUSTOMER PRODUCT": not known,
        f"{counted(losses, 'customer')} with a negative value: not at stake": losses,
        f"{counted(unknown, 'customer')} of unknown value: not at stake": known and unknown,
        "after: association, not proof": is_compared,
    }
    return (*(note for note, holds in notes.items() if holds), *values.notes)
