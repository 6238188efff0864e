"""The pipeline on a day: the open deals chosen, and what the closed ones teach about them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.nearest import nearest
from crmcli.reports.deal_contacts import DealContacts
from crmcli.reports.deal_results import Harvest
from crmcli.reports.deal_results import Lesson
from crmcli.reports.deal_results import age_adjusted
from crmcli.reports.deal_results import harvest
from crmcli.reports.deal_results import lesson
from crmcli.reports.deal_results import results
from crmcli.reports.deal_signs import OpenDeal
from crmcli.reports.deal_signs import Signs
from crmcli.reports.deal_signs import open_deal
from crmcli.reports.deal_signs import pushes
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.merged import survivors
from crmcli.reports.promise_dates import days_between
from crmcli.reports.readable import Readable
from crmcli.reports.window import Window


class Choice(NamedTuple):
    """Which deals are shown; None: whatever it is. `rep` is the owner on the day."""

    rep: str | None = None
    customer: str | None = None
    stage: str | None = None

    def takes(self, deal: DealAt) -> bool:
        """Whether the deal is one of them, its stage aside."""
        return self.rep in (None, deal.owner) and self.customer in (None, deal.customer)


class Pipeline(NamedTuple):
    """`deals` by stage, amount (largest first, unknown last) and id. `stages` are the open ones.

    `harvest` is of the chosen deals, `lesson` of everyone's. `adjusted` is the age-adjusted value.
    `stageless` counts deals whose stage on that day is unknown.
    """

    deals: tuple[OpenDeal, ...]
    stages: tuple[str, ...]
    clock: str
    lesson: Lesson
    harvest: Harvest
    adjusted: Decimal | None
    stageless: int


def pipeline_at(book: Readable, as_of: date, span: Window, choice: Choice) -> Pipeline:
    """Look at the deals as they stood on the day; what was won and lost is that of `span`.

    Raises BadValueError for a stage that neither the book nor a deal knows.
    """
    steps = ladder(book.policy)
    if choice.customer is not None:
        heir = survivors(book).get(choice.customer, choice.customer)
        choice = choice._replace(customer=heir)
    everyone = deals_at(book, as_of)
    live = [deal for deal in everyone if deal.role == "open" and not deal.archived]
    stages = tuple(dict.fromkeys((*steps.ranks, *sorted({deal.stage or "" for deal in live}))))
    if choice.stage is not None:
        if choice.stage not in stages:
            near = nearest(choice.stage, stages, 1)
            raise BadValueError(
                f"--stage '{choice.stage}' is not one of {', '.join(stages)}",
                remedy=f"Did you mean '{near[0]}'?" if near else None,
            )
        stages = (choice.stage,)
    ages = {
        deal.id: days_between(steps.clock_day(deal), as_of.isoformat())
        for deal in everyone
        if deal.role == "open"
    }
    closed = results(everyone, steps)
    learned = lesson(closed, [age for age in ages.values() if age is not None], steps, book.policy)
    chosen = [deal for deal in live if choice.takes(deal) and deal.stage in stages]
    contacts = DealContacts(book, as_of, everyone, steps)
    signs = Signs(
        contacts.last(chosen),
        contacts.next_steps(chosen),
        pushes(book, as_of, chosen, steps),
        learned.aged,
    )
    judged = [open_deal(deal, ages[deal.id], signs, book.policy, as_of) for deal in chosen]
    judged.sort(key=lambda one: _place(one, stages))
    return Pipeline(
        deals=tuple(judged),
        stages=stages,
        clock=next((stage for stage, rank in steps.ranks.items() if rank == steps.clock), ""),
        lesson=learned,
        harvest=harvest([one for one in closed if choice.takes(one.deal)], span),
        adjusted=age_adjusted([(one.deal.book_amount, one.age) for one in judged], learned.curve),
        stageless=sum(deal.stage is None for deal in everyone if choice.takes(deal)),
    )


def _place(one: OpenDeal, stages: Sequence[str]) -> tuple[Any, ...]:
    amount = one.deal.book_amount
    return stages.index(one.deal.stage or ""), amount is None, -(amount or 0), one.deal.id
