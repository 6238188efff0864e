"""Handing customers and open work over from one rep to another."""

import datetime
import json
from collections.abc import Sequence
from typing import Any

from crmcli.actions.gathering import counted
from crmcli.actions.gathering import gather
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.customer import Customer
from crmcli.model.errors import UsageError
from crmcli.model.record import Record

# What is open, and in whose hands it is; what is settled stays with whom it was settled by.
OPEN = {
    "customer": "owner = :rep AND status IS NOT 'archived' AND merged_into IS NULL",
    "deal": "owner = :rep AND archived IS NULL AND stage NOT IN (SELECT value FROM json_each(:closed))",
    "promise": "coalesce(owner, by) = :rep AND status = 'open' AND archived IS NULL",
    "task": "owner = :rep AND status = 'open' AND archived IS NULL",
    "case": "owner = :rep AND status <> 'resolved' AND archived IS NULL",
}  # fmt: skip


def hand_over(
    book: Book,
    rep: str,
    to: str,
    *,
    customers: Sequence[str] = (),
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Give `to` the customers, open deals, promises, tasks and cases that are in the hands of `rep`.

    `customers` are ids: only what is theirs, the customers included. Stages, days and who promised
    stay. Nothing to give is a change of nothing. Raises UsageError if both reps are one, if `to`
    is not in service, or if `rep` has nothing at one of the customers.
    """
    book.index.refresh()  # a person may have been asked since it last looked
    _refuse_heir(book, rep, to, on)
    found = {kind: _held(book, kind, rep, customers) for kind in OPEN}
    _refuse_strangers(found, rep, customers)
    numbers = counted({kind: len(records) for kind, records in found.items()})
    if not numbers:
        return Change((), f"nothing to hand over: {rep} holds nothing open", "rep unchanged")
    edits = [
        Edit(record, record.changed(on=on, by=by, note=note, **_fields(record, to)))
        for records in found.values()
        for record in records
    ]
    said = f"Handed over from {book.name_of('rep', rep)} to {book.name_of('rep', to)}: {numbers}"
    return Change(tuple(edits), said, "rep handed over", _notes(book, rep, customers))


def _refuse_heir(book: Book, rep: str, to: str, on: datetime.date) -> None:
    if rep == to:
        raise UsageError(f"{to} has it already", place="--to", remedy="Try: crm rep list")
    heir = book.rep(to)
    if heir.archived or (heir.left and heir.left <= on):
        raise UsageError(
            f"{to} is not in service any more", place="--to", remedy="Try: crm rep list"
        )


def _held(book: Book, kind: str, rep: str, customers: Sequence[str]) -> list[Record]:
    condition = OPEN[kind]
    params: dict[str, Any] = {"rep": rep}
    if kind == "deal":
        params["closed"] = json.dumps(
            [*book.policy.stages_of("won"), *book.policy.stages_of("lost")]
        )
    if customers:
        column = "id" if kind == "customer" else "customer"
        condition += f" AND {column} IN (SELECT value FROM json_each(:customers))"
        params["customers"] = json.dumps(customers)
    return gather(book, kind, condition, **params)


def _refuse_strangers(found: dict[str, list[Record]], rep: str, customers: Sequence[str]) -> None:
    named = {
        record.id if isinstance(record, Customer) else getattr(record, "customer", None)
        for records in found.values()
        for record in records
    }
    for id in customers:
        if id not in named:
            raise UsageError(
                f"{rep} holds nothing open at {id}",
                place="--customer",
                remedy=f"Try: crm customer list --rep {rep}",
            )


def _fields(record: Record, to: str) -> dict[str, Any]:
    if isinstance(record, Customer) and record.deputy == to:
        return {"owner": to, "deputy": None}  # nobody stands in for himself
    return {"owner": to}


def _notes(book: Book, rep: str, customers: Sequence[str]) -> tuple[str, ...]:
    if customers:
        return ()
    sql = "SELECT count(*) FROM customers WHERE deputy = :rep AND status IS NOT 'archived'"
    count = book.query(sql, rep=rep)[0][0]
    if not count:
        return ()
    where = f"crm customer list --where 'deputy = {rep}'"
    return (f"{rep} stays deputy of {counted({'customer': count})}: {where}",)
