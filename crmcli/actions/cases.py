"""Opening cases, telling the customer that we have them, resolving and reopening them."""

import datetime
from typing import Any

from crmcli.actions.soundness import refuse_faults
from crmcli.book.book import Book
from crmcli.model.case import Case
from crmcli.model.case import CaseEvent
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import BadValueError


def add(book: Book, *, id: str, fields: dict[str, Any], by: str | None, echo: str) -> Change:
    """Open a case. `fields` holds at least `what`, `customer` and the moment `opened`.

    It is its opener's unless `fields` tells whose; `echo` shows the day of the opening.
    """
    values = {"owner": by, **fields, "status": "open"}
    on = datetime.date.fromisoformat(values["opened"][:10])
    event = CaseEvent(date=on, by=by, status="open", owner=values["owner"])
    case = Case(id=id, **values, history=(event,))
    customer = book.name_of("customer", case.customer)
    said = f"Opened {case.type or 'case'} {id} for {customer}, {echo}: {case.what}"
    return Change((Edit(None, case),), said, f"case {id} added", _notes(book, case))


def _notes(book: Book, case: Case) -> tuple[str, ...]:
    if not case.opened_in:
        return ()
    told = book.interaction(case.opened_in)
    if told.customer and told.customer != case.customer:
        return (f"{told.id} is an interaction with {told.customer}, not with {case.customer}",)
    return ()


def acknowledge(
    book: Book, ref: str, *, at: str, by: str | None, replied: bool, note: str | None
) -> Change:
    """Note that we told the customer, at that moment, that we have the case.

    `replied`: it was the first answer on the matter too. Raises NotFoundError if `ref` names no
    case or several, AlreadyError if it is resolved or this tells nothing new, BadValueError if
    the moment is before what the case has been through.
    """
    case = book.case(ref)
    _refuse_early(case, at)
    new = case.acknowledge(at, by=by, replied=replied, note=note)
    refuse_faults(case, new, "--on")
    both = " and answered" if new.replied != case.replied else ""
    verb = f"Acknowledged{both}" if new.acknowledged != case.acknowledged else "Answered"
    said = f"{verb} {case.id} on {at[:10]}{_after(case, at)}: {case.what}"
    return Change((Edit(case, new),), said, f"case {case.id} acknowledged")


def resolve(
    book: Book,
    ref: str,
    *,
    at: str,
    by: str | None,
    remedy: str | None,
    accepted: datetime.date | None,
    note: str | None,
) -> Change:
    """Close a case as resolved at that moment.

    `accepted` is the day on which the customer said that it is settled. Raises as `acknowledge`.
    """
    case = book.case(ref)
    _refuse_early(case, at)
    new = case.resolve(at, by=by, remedy=remedy, accepted=accepted, note=note)
    refuse_faults(case, new, "--accepted" if accepted else "--on")
    how = f" ({remedy})" if remedy else ""
    agreed = f", accepted {accepted}" if accepted else ""
    said = f"Resolved {case.id} on {at[:10]}{_after(case, at)}{agreed}{how}: {case.what}"
    return Change((Edit(case, new),), said, f"case {case.id} resolved")


def reopen(book: Book, ref: str, *, on: datetime.date, by: str | None, note: str | None) -> Change:
    """Take up a resolved case again. Raises as `acknowledge`, AlreadyError if it is open."""
    case = book.case(ref)
    new = case.reopen(on=on, by=by, note=note)
    _refuse_early(case, on.isoformat())
    why = f" ({note})" if note else ""
    said = f"Reopened {case.id} on {on}{why}: {case.what}"
    return Change((Edit(case, new),), said, f"case {case.id} reopened")


def _refuse_early(case: Case, at: str) -> None:
    """A state cannot begin before the one before it: the history would tell another end."""
    lines = [event for event in reversed(case.history) if event.status]
    last = max(lines, key=lambda event: event.date, default=None)  # of one day the later line
    if last is not None and at[:10] < last.date.isoformat():
        was = "opened" if last.status == "open" else last.status
        raise BadValueError(f"{at[:10]} is before {case.id} was {was} ({last.date})", place="--on")


def _after(case: Case, at: str) -> str:
    if not case.opened:
        return ""
    first, last = (datetime.date.fromisoformat(moment[:10]) for moment in (case.opened, at))
    days = (last - first).days
    return f", after {days}d" if days else ", the same day"
