"""The cards: one record whole, with what hangs on it."""

from datetime import date
from typing import Any

from crmcli.reports.card_rhythm import rhythm
from crmcli.reports.card_verdict import with_verdict
from crmcli.reports.deals import deals
from crmcli.reports.listing import listing
from crmcli.reports.listing import typed
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

LAST = 10  # interactions, and ratings, on a card, unless all are asked for
CASE = "id opened type what owner status days_open late"
RATING = "id at kind item score rater comment"

HISTORY_COLUMNS = (
    Column("date", "date"),
    Column("by"),
    Column("field"),
    Column("value"),
    Column("note"),
    Column("agreed"),
)
HISTORY = """
    SELECT h.date, h.by, h.field, h.value, h.note, h.agreed FROM history h
    WHERE h.kind = :kind AND h.id = :id
    ORDER BY h.seq DESC, h.field, h.id
"""
CONSENT_COLUMNS = (
    Column("contact", "id"),
    Column("channel"),
    Column("purpose"),
    Column("state"),
    Column("date", "date"),
    Column("source"),
    Column("expires", "date"),
)
CONSENTS = """
    SELECT n.contact, n.channel, n.purpose, n.state, n.date, n.source, n.expires FROM consents n
    WHERE n.customer = :customer AND (:contact IS NULL OR n.contact = :contact)
    ORDER BY n.contact, n.seq
"""


def customer_card(book: Readable, id: str, as_of: date, *, full: bool = False) -> Table:
    """A customer with people, open deals, promises and cases, tasks, the last contacts and ratings.

    `full`: also what is settled, and all interactions.
    """
    base = listing(book, "customer", as_of, filters={"id": [id]})
    mine: dict[str, Any] = {"customer": [id]}
    contacts = _part(
        listing(book, "contact", as_of, filters=mine, archived=full),
        "contacts",
        "id name role phone email",
    )
    promises = listing(book, "promise", as_of, filters=mine, archived=full)
    own_deals = deals(book, as_of, filters=mine, archived=full)
    tasks = listing(book, "task", as_of, filters=mine, archived=full)
    cases = listing(book, "case", as_of, filters=mine, archived=full)
    feedback = listing(book, "feedback", as_of, filters=mine, until=as_of)
    if not full:
        cases = _unresolved(cases)
        promises = _only(promises, "status", "open")
        own_deals = _only(own_deals, "stage_role", "open")
        tasks = _only(tasks, "status", "open")
    interactions = listing(book, "interaction", as_of, filters=mine, until=as_of)
    if not full:
        interactions, feedback = _newest(interactions), _newest(feedback)
    judged = with_verdict(book, base, id, as_of)
    parts = (
        *judged.parts,
        contacts,
        *_consent(contacts),
        _part(own_deals, "deals", "id name stage amount close days_in_stage next_step next_date stale"),
        _part(promises, "promises", "id due what by owner status days_late"),
        _part(cases, "cases", CASE),
        _part(tasks, "tasks", "id due what owner status"),
        _part(interactions, "interactions", "id at kind rep mood summary"),
        _part(feedback, "feedback", RATING),
        _history(book, "customer", id),
    )  # fmt: skip
    name = base.rows[0][base.keys.index("name")]
    return judged._replace(
        name="customer",
        title=_heading(name, id),
        single=True,
        parts=parts,
        pictures=rhythm(book, id, as_of),
        shown=(
            *judged.shown, "status", "tier", "owner", "deputy", "kind", "industry", "region", "source",
            "potential", "potential_basis", "background", "needs", "tags", "aliases", "website",
            "address", "last_contact", "last_contact_by", "days_silent", "mood", "open_promises",
            "late_promises", "open_deals", "open_cases", "quiet_until", "quiet_reason", "merged_into",
        ),
    )  # fmt: skip


def _consent(contacts: Table) -> tuple[Table, ...]:
    """What those people said about being contacted who said anything."""
    at, name_at = contacts.keys.index("consent"), contacts.keys.index("name")
    rows = tuple((row[0], row[name_at], row[at]) for row in contacts.rows if row[at])
    columns = (Column("id", "id"), Column("name"), Column("consent", "list"))
    return (Table("consent", "Consent", columns, rows),) if rows else ()


def contact_card(book: Readable, customer: str, contact: str, as_of: date) -> Table:
    """A person with consent and the last interactions."""
    id = f"{customer}/{contact}"
    base = listing(book, "contact", as_of, filters={"id": [id]})
    interactions = listing(book, "interaction", as_of, filters={"contact": [id]}, until=as_of)
    consents = book.query(CONSENTS, customer=customer, contact=contact)
    parts = (
        Table("consent_events", "Consent", CONSENT_COLUMNS, typed(CONSENT_COLUMNS, consents)),
        _part(interactions._replace(rows=interactions.rows[:LAST]), "interactions", "id at kind rep mood summary"),
    )  # fmt: skip
    name = base.rows[0][base.keys.index("name")]
    return base._replace(
        name="contact", title=_heading(name, id), single=True, parts=parts, shown=()
    )


def deal_card(book: Readable, id: str, as_of: date) -> Table:
    """A deal with its interactions, tasks and history."""
    base = deals(book, as_of, filters={"id": [id]})
    interactions = listing(book, "interaction", as_of, filters={"deal": [id]}, until=as_of)
    tasks = listing(book, "task", as_of, filters={"deal": [id]})
    parts = (
        _part(interactions, "interactions", "id at kind rep mood summary next_step next_date"),
        _part(tasks, "tasks", "id due what owner status"),
        _history(book, "deal", id),
    )
    return _carded(base, "deal", id, "name", parts)


def promise_card(book: Readable, id: str, as_of: date) -> Table:
    """A promise with the interaction in which it was made, and its history."""
    base = listing(book, "promise", as_of, filters={"id": [id]})
    made_in = base.rows[0][base.keys.index("made_in")]
    rows = listing(book, "interaction", as_of, filters={"id": [made_in]}) if made_in else None
    parts: tuple[Table, ...] = (_history(book, "promise", id),)
    if rows is not None:
        parts = (_part(rows, "interactions", "id at kind rep mood summary"), *parts)
    return _carded(base, "promise", id, "what", parts)


def task_card(book: Readable, id: str, as_of: date) -> Table:
    """A task with its history."""
    base = listing(book, "task", as_of, filters={"id": [id]})
    return _carded(base, "task", id, "what", (_history(book, "task", id),))


def case_card(book: Readable, id: str, as_of: date) -> Table:
    """A case with the contacts, promises, tasks and feedback that name it, and its history."""
    base = listing(book, "case", as_of, filters={"id": [id]})
    mine: dict[str, Any] = {"case": [id]}
    parts = (
        _part(listing(book, "interaction", as_of, filters=mine, until=as_of), "interactions", "id at kind rep mood summary"),
        _part(listing(book, "promise", as_of, filters=mine), "promises", "id due what by status days_late"),
        _part(listing(book, "task", as_of, filters=mine), "tasks", "id due what owner status"),
        _part(listing(book, "feedback", as_of, filters=mine, until=as_of), "feedback", RATING),
        _history(book, "case", id),
    )  # fmt: skip
    return _carded(base, "case", id, "what", parts)


def feedback_card(book: Readable, id: str, as_of: date) -> Table:
    """A rating or compliment, with the interaction and the case that it is about."""
    base = listing(book, "feedback", as_of, filters={"id": [id]})
    row = dict(zip(base.keys, base.rows[0], strict=True))
    shown = {"interaction": "id at kind rep mood summary", "case": CASE}
    parts = tuple(
        _part(listing(book, kind, as_of, filters={"id": [row[kind]]}), f"{kind}s", keys)
        for kind, keys in shown.items()
        if row[kind]
    )
    return _carded(base, "feedback", id, "kind", parts)


def interaction_card(book: Readable, id: str, as_of: date) -> Table:
    """An interaction with the promises made in it."""
    base = listing(book, "interaction", as_of, filters={"id": [id]})
    promises = listing(book, "promise", as_of, filters={"made_in": [id]}, archived=True)
    part = _part(promises, "promises", "id due what by status days_late")
    return _carded(base, "interaction", id, "kind", (part,))


def sale_card(book: Readable, id: str, as_of: date) -> Table:
    """A line of an order, with the other lines of it."""
    base = listing(book, "sale", as_of, filters={"id": [id]})
    cells = dict(zip(base.keys, base.rows[0], strict=True))
    parts: tuple[Table, ...] = ()
    if cells["order"]:
        rest = listing(book, "sale", as_of, filters={"order": [cells["order"]]})
        others = rest._replace(rows=tuple(row for row in rest.rows if row[0] != id))
        parts = (
            _part(others, "others", "id product quantity price total")._replace(title="Same order"),
        )
    return _carded(base, "sale", id, "product", parts)


def rep_card(book: Readable, id: str, as_of: date) -> Table:
    """A rep with customers, open promises and open deals."""
    base = listing(book, "rep", as_of, filters={"id": [id]})
    mine: dict[str, Any] = {"rep": [id]}
    parts = (
        _part(listing(book, "customer", as_of, filters=mine), "customers", "id name status tier last_contact mood late_promises"),
        _part(_only(listing(book, "promise", as_of, filters={"owner": [id]}), "status", "open"), "promises", "id due customer_name what days_late"),
        _part(_only(deals(book, as_of, filters=mine), "stage_role", "open"), "deals", "id customer_name name stage amount close"),
    )  # fmt: skip
    counted = ("customers", "open_promises", "late_promises", "open_deals")
    # The counts would share their keys with the lists; the lists say it.
    places = [at for at, key in enumerate(base.keys) if key not in counted]
    base = base._replace(
        columns=tuple(base.columns[at] for at in places),
        rows=tuple(tuple(row[at] for at in places) for row in base.rows),
    )
    return _carded(base, "rep", id, "name", parts)


def _carded(base: Table, name: str, id: str, title: str, parts: tuple[Table, ...]) -> Table:
    said = base.rows[0][base.keys.index(title)]
    return base._replace(name=name, title=_heading(said, id), single=True, parts=parts, shown=())


def _heading(name: str | None, id: str) -> str:
    return id if name in (None, id) else f"{name} ({id})"


def _part(table: Table, name: str, shown: str) -> Table:
    return table._replace(name=name, title=name.capitalize(), shown=tuple(shown.split()), empty="")


def _newest(table: Table) -> Table:
    """The first rows of a list, and how many there are."""
    count = len(table.rows)
    if count <= LAST:
        return table
    note = f"{LAST} of {count} {table.name}: --full shows all"
    return table._replace(rows=table.rows[:LAST], notes=(note,))


def _unresolved(cases: Table) -> Table:
    at = cases.keys.index("status")
    return cases._replace(rows=tuple(row for row in cases.rows if row[at] != "resolved"))


def _only(table: Table, key: str, value: str) -> Table:
    at = table.keys.index(key)
    return table._replace(rows=tuple(row for row in table.rows if row[at] == value))


def _history(book: Readable, kind: str, id: str) -> Table:
    rows = book.query(HISTORY, kind=kind, id=id)
    return Table("history", "History", HISTORY_COLUMNS, typed(HISTORY_COLUMNS, rows))
