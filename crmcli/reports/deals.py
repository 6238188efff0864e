"""The list of deals, with how far, how old and how quiet each is."""

from collections.abc import Container
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.reports.deal_contacts import DealContacts
from crmcli.reports.deal_signs import OpenDeal
from crmcli.reports.deal_signs import Signs
from crmcli.reports.deal_signs import open_deal
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.deals_at import listed
from crmcli.reports.listing import listing_of
from crmcli.reports.noun import ID
from crmcli.reports.noun import Noun
from crmcli.reports.promise_dates import days_between
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table

DEALS = Noun(
    title="Deals",
    columns=(
        (ID, "d.id"),
        (Column("name"), "d.name"),
        (Column("customer", "id"), "d.customer"),
        (Column("customer_name"), "c.name"),
        (Column("contact"), "d.contact"),
        (Column("owner"), "d.owner"),
        (Column("stage"), "d.stage"),
        (Column("amount", "money"), "d.amount || ' ' || coalesce(d.currency, :currency)"),
        (Column("close", "date"), "d.close"),
        (Column("probability", "number"), "d.probability"),
        (Column("type"), "d.type"),
        (Column("source"), "d.source"),
        (Column("products", "list"), "d.products"),
        (Column("stalled_until", "date"), "d.stalled_until"),
        (Column("stalled_reason"), "d.stalled_reason"),
        (Column("lost_reason"), "d.lost_reason"),
        (Column("competitor"), "d.competitor"),
        (Column("opened", "date"), "d.opened"),
        (Column("archived", "date"), "d.archived"),
        (Column("refs", "list"), "d.refs"),
    ),
    source="deals d LEFT JOIN customers c ON c.id = d.customer",
    order="d.close IS NULL, d.close, d.id",
    live="d.archived IS NULL",
    day="d.close",
    filters={
        "id": "d.id IN ({values})",
        "customer": "d.customer IN ({values})",
        "rep": "d.owner IN ({values})",
        "stage": "d.stage IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "customer_name", "name", "stage", "amount", "close", "owner", "days_in_stage"),
    empty='no deals. Try: crm deal add acme "Rack batteries" --amount 480k --close eoq',
)
COMPUTED = (
    Column("stage_role"),
    Column("probability_used", "number"),
    Column("probability_overridden", "yes"),
    Column("weighted", "money"),
    Column("closed", "date"),
    Column("days_in_stage", "number"),
    Column("days_open", "number"),
    Column("next_step"),
    Column("next_date", "date"),
    Column("last_contact", "date"),
    Column("stale", "yes"),
)


def deals(
    book: Readable,
    as_of: date,
    *,
    filters: Mapping[str, Sequence[Any]] | None = None,
    since: date | None = None,
    until: date | None = None,
    archived: bool = False,
) -> Table:
    """List deals by the day they close; arguments as those of `listing`.

    Fields are the current ones; ages, silence and the next step are as of `as_of`.
    """
    table = listing_of(
        book, DEALS, "deals", as_of, filters=filters, since=since, until=until, archived=archived
    )
    if not table.rows:
        return table._replace(columns=table.columns + COMPUTED)
    wanted = {row[0] for row in table.rows}
    everyone = deals_at(book, as_of)
    known = {deal.id: deal for deal in everyone if deal.id in wanted}
    open_ones = judged(book, as_of, everyone, only=wanted)
    ids = listed(known.values())
    contacts = dict(book.query(LAST_CONTACT, as_of=as_of.isoformat(), ids=ids))
    steps = ladder(book.policy)
    rows = []
    for row in table.rows:
        deal = known.get(row[0])
        computed: tuple[Any, ...] = (None,) * len(COMPUTED)
        if deal is not None:
            last = contacts.get(deal.id)
            judgement = open_ones.get(deal.id)
            computed = _computed(book, deal, judgement, as_of, last=last, closed=steps.closed(deal))
        rows.append(row + computed)
    return table._replace(columns=table.columns + COMPUTED, rows=tuple(rows))


LAST_CONTACT = """
    SELECT asked.value, (SELECT i.day FROM interactions i
        WHERE i.deal = asked.value AND i.kind <> 'note' AND i.day <= :as_of
        ORDER BY i.day DESC, i.id DESC LIMIT 1)
    FROM json_each(:ids) asked
    ORDER BY asked.value
"""


def judged(
    book: Readable,
    as_of: date,
    deals: Sequence[DealAt],
    *,
    only: Container[str] | None = None,
) -> dict[str, OpenDeal]:
    """The open ones among all deals of a day, judged, by id; those in the archive are left out.

    `only` names those that are asked for.
    """
    steps = ladder(book.policy)
    open_ones = [
        deal
        for deal in deals
        if deal.role == "open" and not deal.archived and (only is None or deal.id in only)
    ]
    about = DealContacts(book, as_of, deals, steps)
    signs = Signs(about.last(open_ones), about.next_steps(open_ones), {}, None)
    return {
        deal.id: open_deal(
            deal, days_between(steps.clock_day(deal), as_of.isoformat()), signs, book.policy, as_of
        )
        for deal in open_ones
    }


def _computed(
    book: Readable,
    deal: DealAt,
    one: OpenDeal | None,
    as_of: date,
    *,
    last: str | None,
    closed: str | None,
) -> tuple[Any, ...]:
    day = as_of.isoformat()
    stage = book.policy.stage(deal.stage or "")
    stated = stage.probability if stage else None
    weighted = one.weighted if one else None
    step = one.next if one else None
    return (
        deal.role,
        stated if deal.probability is None else deal.probability,
        deal.probability is not None,
        None if weighted is None else Money(weighted, book.policy.currency),
        _date(closed),
        days_between(deal.moved or deal.opened, day),
        days_between(deal.opened, closed or day),
        step.what if step else None,
        _date(step.date if step else None),
        _date(last),
        one is not None and "stale" in one.flags,
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
