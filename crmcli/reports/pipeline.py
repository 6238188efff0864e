"""What is in the pipeline, what is stuck, and what is it worth?"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.deal_results import Lesson
from crmcli.reports.deal_results import total
from crmcli.reports.deal_signs import OpenDeal
from crmcli.reports.people import ALL
from crmcli.reports.people import NO_CUSTOMER
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.pipeline_at import Choice
from crmcli.reports.pipeline_at import Pipeline
from crmcli.reports.pipeline_at import pipeline_at
from crmcli.reports.pipeline_notes import notes
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Item
from crmcli.reports.table import Money
from crmcli.reports.table import Picture
from crmcli.reports.table import Table
from crmcli.reports.window import window

GROUPINGS = ("stage", "rep", "month", "customer")
COLUMNS = (
    Column("deals", "number"),
    Column("amount", "money"),
    Column("probability", "number"),
    Column("weighted", "money"),
    Column("overridden", "number"),
    Column("measured", "rate"),
    Column("measured_n", "number"),
    Column("stale", "number"),
    Column("no_next_step", "number"),
    Column("past_close", "number"),
    Column("no_amount", "number"),
    Column("not_priced", "number"),
)
OF_STAGES = ("probability", "measured", "measured_n")
MARKS = {
    "overridden": "overridden",
    "stale": "stale",
    "no_next_step": "no-next-step",
    "past_close": "past-close",
    "no_amount": "no-amount",
    "not_priced": "not-priced",
}
SHOWN = ("deals", "amount", "probability", "weighted", "measured", "stale", "no_next_step")
DEALS = (
    Column("id", "id"),
    Column("deal"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("owner"),
    Column("stage"),
    Column("amount", "money"),
    Column("currency"),
    Column("amount_book", "money"),
    Column("probability", "number"),
    Column("weighted", "money"),
    Column("age", "number"),
    Column("in_stage", "number"),
    Column("quiet", "number"),
    Column("close", "date"),
    Column("pushes", "number"),
    Column("next_step"),
    Column("next_date", "date"),
    Column("flags", "list"),
    Column("stalled_until", "date"),
    Column("stalled_reason"),
    Column("evidence", "evidence"),
)
DEALS_SHOWN = ("id", "customer", "stage", "amount", "close", "flags")
EMPTY = 'no open deal: crm deal add CUSTOMER "NAME" --amount MONEY'


def pipeline(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "stage",
    customer: str | None = None,
    stage: str | None = None,
) -> Table:
    """Open deals by stage (or by rep, month of close, customer), and all of them.

    Amounts are in the book's currency; a deal without an amount, or in a currency without a rate,
    is counted and in no sum. A deal is weighted by its own probability, else by its stage's.
    Beside that stated figure stands the measured one: the share won of all deals that closed
    after they had reached the stage, from 20 of them on. The value by age takes for each deal the
    chance that one still open after so many days is won yet. A deal's age counts from its clock
    stage (the second open one, unless crm.yaml says another). It is stale when it was quiet for
    longer than its stage allows, aged when it is older than nine of ten won deals were when they
    were won. One that waits for a known reason is not stale. What is measured rests on
    everyone's deals, whichever are shown; what was won is that of the window, by closing day.

    Source: stage probabilities, days until a deal is stale, and velocity (open deals x win rate x
    mean won amount / mean cycle) are common conventions of sales operations; the chance by age is
    that of O. O. Aalen and S. Johansen, Scandinavian J. of Statistics 5 (1978), 141-150.

    What it cannot know: contacts and next steps that nobody wrote down, and how a change of
    prices or people will shift what was true of the closed deals. Rates of exchange are those in
    crm.yaml now, whatever the day.

    Raises BadValueError for an unknown grouping or stage, UsageError for an empty window.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    found = pipeline_at(book, as_of, span, Choice(rep, customer, stage))
    columns = tuple(one for one in COLUMNS if by == "stage" or one.key not in OF_STAGES)
    rows = _by_stage(found, policy) if by == "stage" else _by_group(book, by, found, columns)
    return Table(
        "pipeline",
        f"Pipeline by {by}",
        (Column(by), *columns),
        rows if found.deals else (),
        notes(found, span, policy),
        (_deals_part(found.deals, policy),),
        _summary(found, policy),
        tuple(key for key in (by, *SHOWN) if by == "stage" or key not in OF_STAGES),
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
        pictures=(_bars(by, columns, rows),) if found.deals else (),
    )


def _bars(by: str, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> Picture:
    """What each row weighs, within what it would bring."""
    keys = [column.key for column in columns]
    amount, weighted = (keys.index(key) + 1 for key in ("amount", "weighted"))
    items = [
        Item(str(row[0]), _values(row[weighted], row[amount]), _share(row[weighted], row[amount]))
        for row in rows[:-1]
    ]
    return Picture("bars", f"Weighted, of the amount, by {by}", tuple(items))


def _values(*amounts: Money | None) -> tuple[float | None, ...]:
    return tuple(None if each is None else float(each.amount) for each in amounts)


def _share(part: Money | None, whole: Money | None) -> str:
    if part is None or whole is None or not whole.amount:
        return "amount not known" if whole is None else ""
    return f"{part.amount / whole.amount * 100:.0f} %"


def _by_stage(found: Pipeline, policy: Policy) -> tuple[tuple[Any, ...], ...]:
    """A row for each open stage in the book's order, also without a deal, then all."""
    rows = []
    for name in found.stages:
        stage = policy.stage(name)
        figures = _figures([one for one in found.deals if one.deal.stage == name], policy)
        figures |= _measured(found.lesson, name, policy)
        figures["probability"] = stage.probability if stage else None
        head = name if stage else f"(unknown: {name})"
        rows.append((head, *(figures[column.key] for column in COLUMNS)))
    figures = _figures(found.deals, policy)
    return (*rows, (ALL, *(figures.get(column.key) for column in COLUMNS)))


def _by_group(
    book: Readable, by: str, found: Pipeline, columns: Sequence[Column]
) -> tuple[tuple[Any, ...], ...]:
    """A row for each rep, month or customer with an open deal, then all; unknown stands last."""
    nobody = NO_CUSTOMER if by == "customer" else NOT_KNOWN
    groups: dict[str, list[OpenDeal]] = {}
    for one in found.deals:
        keys = {"rep": one.deal.owner, "month": (one.deal.close or "")[:7]}
        groups.setdefault(keys.get(by, one.deal.customer) or nobody, []).append(one)
    order = sorted(groups, key=lambda key: (key == nobody, key))
    if by == "rep":
        order = people(book).sorted(groups)
    rows = []
    for key, members in (*((key, groups[key]) for key in order), (ALL, found.deals)):
        figures = _figures(members, book.policy)
        rows.append((key, *(figures[column.key] for column in columns)))
    return tuple(rows)


def _figures(deals: Iterable[OpenDeal], policy: Policy) -> dict[str, Any]:
    members = list(deals)
    flags = [flag for one in members for flag in one.flags]
    return {
        "deals": len(members),
        "amount": _money(total(one.deal.book_amount for one in members), policy),
        "weighted": _money(total(one.weighted for one in members), policy),
        **{key: flags.count(flag) for key, flag in MARKS.items()},
    }


def _measured(learned: Lesson, stage: str, policy: Policy) -> dict[str, Any]:
    won, n = learned.measured.get(stage, (0, 0))
    enough = n >= max(1, policy.standard("pipeline.measured_min"))
    return {"measured": won / n if enough else None, "measured_n": n}


def _summary(found: Pipeline, policy: Policy) -> Mapping[str, Any]:
    figures = _figures(found.deals, policy)
    crop = found.harvest
    return {
        "deals": figures["deals"],
        "amount": figures["amount"],
        "weighted": figures["weighted"],
        "age_adjusted": _money(found.adjusted, policy),
        "stale": figures["stale"],
        "aged": sum("aged" in one.flags for one in found.deals),
        "past_close": figures["past_close"],
        "no_next_step": figures["no_next_step"],
        "won": crop.won,
        "won_amount": _money(crop.amount, policy),
        "win_rate": one_rate(crop.won, crop.closed, policy.standard("min_n")).rate,
    }


def _deals_part(deals: Iterable[OpenDeal], policy: Policy) -> Table:
    rows = []
    for one in deals:
        deal = one.deal
        stalled = "stalled" in one.flags
        rows.append(
            (
                deal.id,
                deal.name,
                deal.customer,
                deal.owner,
                deal.stage,
                None if deal.amount is None else Money(deal.amount, deal.currency),
                deal.currency,
                _money(deal.book_amount, policy),
                one.probability,
                _money(one.weighted, policy),
                one.age,
                one.in_stage,
                one.quiet,
                _date(deal.close),
                len(one.pushes),
                one.next.what if one.next else None,
                _date(one.next.date if one.next else None),
                one.flags,
                _date(deal.stalled_until) if stalled else None,
                deal.stalled_reason if stalled else None,
                one.evidence,
            )
        )
    return Table("deals", "Open deals", DEALS, tuple(rows), shown=DEALS_SHOWN, empty=EMPTY)


def _money(amount: Decimal | None, policy: Policy) -> Money | None:
    return None if amount is None else Money(amount, policy.currency)


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
