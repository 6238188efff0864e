"""Which prospects fit us, and do existing customers buy more readily?"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.model.policy import Policy
from crmcli.reports.closings import Closing
from crmcli.reports.closings import closings
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.ideal import FIELDS
from crmcli.reports.ideal import Fit
from crmcli.reports.ideal import Profile
from crmcli.reports.ideal import criterion_words
from crmcli.reports.ideal import fit
from crmcli.reports.ideal import meets
from crmcli.reports.ideal import profiles
from crmcli.reports.life import life_at
from crmcli.reports.merged import survivors
from crmcli.reports.new_or_existing import first_purchases
from crmcli.reports.new_or_existing import new_or_existing_part
from crmcli.reports.next_steps import next_steps
from crmcli.reports.rates import rate_words
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.window import year

COLUMNS = (
    Column("customer"),
    Column("status"),
    Column("owner"),
    Column("fit", "rate"),
    Column("met", "number"),
    Column("not_met", "number"),
    Column("unknown", "number"),
    Column("potential", "money"),
    Column("open_deals", "number"),
    Column("last_contact", "date"),
    Column("next_step"),
    Column("silence", "number"),
    Column("next_date", "date"),
    Column("not_met_fields", "list"),
    Column("unknown_fields", "list"),
)
SHOWN = (
    "customer",
    "owner",
    "fit",
    "unknown",
    "potential",
    "open_deals",
    "last_contact",
    "next_step",
)
EMPTY = "no lead and no prospect: crm customer add NAME --status prospect"
LAST = """
    SELECT customer, max(day) FROM interactions
    WHERE kind <> 'note' AND day <= :as_of AND customer IS NOT NULL
    GROUP BY customer
    ORDER BY customer
"""


def prospects(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Leads and prospects, best fit first, with their potential and how things stand with them.

    What an ideal customer is stands in crm.yaml under prospects.ideal: fields with the words, the
    least or the most they may hold, or that they are filled at all. Fit is criteria met of those
    met and not met; a blank field is unknown, and with more than half unknown there is no fit. Each
    criterion is held against the customers with a deal won in the year, and against those who only
    lost one, so that the standard itself can be judged. Silence is days since the last sign of
    life: a contact in both directions, or a sale. The next step is the earlier of that of the
    latest contact which set one and of an open task. A part tells whether deals of the window
    were won more readily from customers who had bought before.

    Source: a written standard of who is a customer, as practice; the difference of two rates: R. G.
    Newcombe, Statistics in Medicine 17 (1998), 873-890.

    What it cannot know: whether the criteria are the right ones; the won and lost customers show
    only how often these met them, of the fields that are filled. Profiles have no history, so they
    are taken as they are now; status, owner and tier are those of the day.

    Raises UsageError for an empty window.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    steps = ladder(policy)
    deals = deals_at(book, as_of)
    closed = closings(book, as_of, deals, steps)
    customers = customers_at(book, as_of)
    known = profiles(book, customers)
    chosen = [one for one in customers if one.is_prospect and rep in (None, one.owner)]
    fits = {one.id: fit(known[one.id], policy.ideal) for one in chosen}
    chosen.sort(key=lambda one: _place(one, fits[one.id].share))
    open_deals = Counter(
        deal.customer for deal in deals if deal.role == "open" and not deal.archived
    )
    rows = _rows(book, as_of, chosen, fits, open_deals)
    own = [one for one in closed.within(span) if rep in (None, one.owner)]
    first = first_purchases(book, as_of, closed.every)
    return Table(
        "prospects",
        "Leads and prospects",
        COLUMNS,
        tuple(rows),
        (
            *_notes(rows, policy),
            *_criteria_notes(closed.within(year(policy, as_of)), known, policy),
        ),
        (new_or_existing_part(own, first, policy.standard("min_n")),),
        _summary(rows),
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _place(one: CustomerAt, share: float | None) -> tuple[Any, ...]:
    return share is None, -(share or 0), one.potential is None, -(one.potential or 0), one.id


def _rows(
    book: Readable,
    as_of: date,
    chosen: Sequence[CustomerAt],
    fits: Mapping[str, Fit],
    open_deals: Mapping[str | None, int],
) -> list[tuple[Any, ...]]:
    heirs, life, ahead = survivors(book), life_at(book, as_of), next_steps(book, as_of)
    last: dict[str, str] = {}
    for customer, day in book.query(LAST, as_of=as_of.isoformat()):
        heir = heirs.get(customer, customer)
        last[heir] = max(day, last.get(heir, day))
    rows = []
    for one in chosen:
        its, step = fits[one.id], ahead.get(one.id)
        rows.append(
            (
                one.id,
                one.status,
                one.owner,
                its.share,
                len(its.met),
                len(its.not_met),
                len(its.unknown),
                None if one.potential is None else Money(one.potential, book.policy.currency),
                open_deals.get(one.id, 0),
                _date(last.get(one.id)),
                step.what if step else None,
                life.silence(one.id),
                _date(step.date if step else None),
                its.not_met,
                its.unknown,
            )
        )
    return rows


def _notes(rows: Sequence[tuple[Any, ...]], policy: Policy) -> tuple[str, ...]:
    if not rows:
        return ()
    at = [column.key for column in COLUMNS].index("last_contact")
    never = sum(row[at] is None for row in rows)
    said = {
        f"{never} of {len(rows)} never contacted": never,
        "no prospects.ideal in crm.yaml: a list of criteria there gives a fit": not policy.ideal,
    }
    return tuple(note for note, holds in said.items() if holds)


def _criteria_notes(
    closed: Sequence[Closing], known: Mapping[str, Profile], policy: Policy
) -> tuple[str, ...]:
    """How many of the won and of the lost customers of the year meet each criterion."""
    won = {one.deal.customer for one in closed if one.won}
    lost = {one.deal.customer for one in closed} - won
    notes = []
    for criterion in policy.ideal:
        said = criterion_words(criterion)
        if criterion.field not in FIELDS:
            notes.append(
                f"prospects.ideal in crm.yaml names no field of a customer: {criterion.field}"
            )
            continue
        shares = []
        for customers in (won, lost):
            judged = [meets(known[id], criterion) for id in customers if id and id in known]
            n = sum(one is not None for one in judged)
            shares.append(rate_words(judged.count(True), n, policy.standard("min_n")))
        if won or lost:
            notes.append(
                f"{said}: {shares[0]} of the won customers of the year, {shares[1]} of the lost"
            )
    return tuple(notes)


def _summary(rows: Sequence[tuple[Any, ...]]) -> Mapping[str, Any]:
    keys = [column.key for column in COLUMNS]
    cells = [dict(zip(keys, row, strict=True)) for row in rows]
    return {
        "prospects": len(cells),
        "fit_known": sum(row["fit"] is not None for row in cells),
        "open_deals": sum(row["open_deals"] for row in cells),
        "never_contacted": sum(row["last_contact"] is None for row in cells),
        "no_next_step": sum(row["next_date"] is None for row in cells),
    }


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
