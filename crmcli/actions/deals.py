"""Opening deals and moving them: won, lost, or a stage on."""

import datetime
from decimal import Decimal
from typing import Any

from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.deal import Deal
from crmcli.model.deal import DealEvent
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.money import show_money


def add(
    book: Book, *, id: str, fields: dict[str, Any], by: str | None, on: datetime.date, echo: str
) -> Change:
    """Open a deal; without a stage it starts at the first open one.

    `echo` shows the day it should close, empty where none is given.
    """
    stage = fields.get("stage") or book.policy.stages_of("open")[0]
    opened = fields.get("opened") or on
    values = {"owner": by, **fields, "stage": stage, "opened": opened}
    event = DealEvent(
        date=opened,
        by=by,
        stage=stage,
        close=values.get("close"),
        amount=values.get("amount"),
        owner=values.get("owner"),
    )
    deal = Deal(id=id, **values, history=(event,))
    customer = book.name_of("customer", deal.customer)
    facts = [deal.name, stage, _amount(book, deal), f"close {echo}" if echo else None]
    said = f"Added deal {id} with {customer}: {', '.join(fact for fact in facts if fact)}"
    return Change((Edit(None, deal),), said, f"deal {id} added")


def move(
    book: Book, ref: str, stage: str, *, on: datetime.date, by: str | None, note: str | None
) -> Change:
    """Take a deal to another stage.

    Raises AlreadyError if it is there, BadValueError if it was not opened yet on that day. A won
    stage is `win`; a lost one needs `lose` for its reason (UsageError).
    """
    deal = book.deal(ref)
    role = book.policy.role(stage)
    if role == "lost":
        raise UsageError(
            "a lost deal needs its reason", remedy=f"Try: crm deal lose {deal.id} --reason price"
        )
    if role == "won":
        return win(book, ref, amount={}, stage=stage, on=on, by=by, note=note)
    if deal.stage == stage:
        raise AlreadyError(f"deal {deal.id} is already at {stage}")
    _refuse_early(deal, on)
    reopened = {}
    if book.policy.role(deal.stage) != "open":  # the day it closed was real; no new one is known
        reopened = {"close": None, "lost_reason": None, "competitor": None}
    moved = deal.changed(on=on, by=by, note=note, stage=stage, **reopened)
    said = f"Moved {deal.id} from {deal.stage} to {stage} on {on}: {_title(book, deal)}"
    return Change((Edit(deal, moved),), said, f"deal {deal.id} moved")


def win(
    book: Book,
    ref: str,
    *,
    amount: dict[str, Any],
    on: datetime.date,
    by: str | None,
    note: str | None,
    stage: str | None = None,
) -> Change:
    """Close a deal as won; its close becomes that day. `amount` holds amount and currency if given.

    Raises AlreadyError if it is won, BadValueError if it was not opened yet on that day.
    """
    deal = book.deal(ref)
    if book.policy.role(deal.stage) == "won":
        raise AlreadyError(f"deal {deal.id} is already {deal.stage}")
    _refuse_early(deal, on)
    stage = stage or book.policy.stages_of("won")[0]
    fields = {**amount, "lost_reason": None}
    won = deal.changed(on=on, by=by, note=note, stage=stage, close=on, **fields)
    worth = _amount(book, won)
    said = f"Won {deal.id} on {on}{f', {worth}' if worth else ''}: {_title(book, deal)}"
    notes = () if won.amount is not None else (f"no amount: crm deal set {deal.id} amount=...",)
    return Change((Edit(deal, won),), said, f"deal {deal.id} won", notes)


def lose(
    book: Book,
    ref: str,
    *,
    reason: str,
    competitor: str | None,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Close a deal as lost, with the reason; its close becomes that day.

    Raises AlreadyError if it is lost, BadValueError if it was not opened yet on that day.
    """
    deal = book.deal(ref)
    if book.policy.role(deal.stage) == "lost":
        raise AlreadyError(f"deal {deal.id} is already {deal.stage}")
    _refuse_early(deal, on)
    fields: dict[str, Any] = {"lost_reason": reason}
    if competitor:
        fields["competitor"] = competitor
    stage = book.policy.stages_of("lost")[0]
    lost = deal.changed(on=on, by=by, note=note, stage=stage, close=on, **fields)
    said = f"Lost {deal.id} on {on} ({reason}): {_title(book, deal)}"
    return Change((Edit(deal, lost),), said, f"deal {deal.id} lost")


def _refuse_early(deal: Deal, on: datetime.date) -> None:
    if deal.opened and on < deal.opened:
        raise BadValueError(f"{on} is before {deal.id} was opened ({deal.opened})", place="--on")


def _title(book: Book, deal: Deal) -> str:
    customer = book.name_of("customer", deal.customer)
    return f"{customer}, {deal.name}" if deal.name else customer


def _amount(book: Book, deal: Deal) -> str | None:
    amount: Decimal | None = deal.amount
    return None if amount is None else show_money(amount, deal.currency or book.policy.currency)
