"""The brief: what whoever follows a rep must know about the customers."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.reports import brief_parts as parts
from crmcli.reports.deals import deals
from crmcli.reports.listing import listing
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

COLUMNS = (
    Column("customer", "id"),
    Column("customer_name", label="customer"),
    Column("tier"),
    Column("status"),
    Column("owner"),
    Column("deputy"),
    Column("since", "date"),
    Column("industry"),
    Column("region"),
    Column("referred_by", "id"),
    Column("contract_end", "date"),
    Column("background"),
    Column("needs", "list"),
    Column("tags", "list"),
    Column("known_by", "list", "who else knows them"),
    Column("last_contact", "date"),
    Column("last_contact_by"),
    Column("days_silent", "number"),
    Column("mood"),
    Column("quiet_until", "date"),
    Column("quiet_reason"),
    Column("open_promises", "number"),
    Column("late_promises", "number", "late"),
    Column("open_deals", "number"),
    Column("open_cases", "number"),
    Column("people", "records", "the people, and how they like to be treated"),
    Column("next", "records", "due next"),
    Column("promises", "records", "open promises"),
    Column("deals", "records", "open deals"),
    Column("cases", "records", "open cases"),
    Column("tasks", "records", "open tasks"),
    Column("angers", "records", "what angered them"),
    Column("story", "records", "the story"),
)
OVERVIEW = (
    "customer_name", "tier", "status", "last_contact", "mood", "open_promises", "late_promises",
    "open_deals",
)  # fmt: skip
# Of a card; what is counted here stands below in full.
CARD = tuple(
    column.key
    for column in COLUMNS
    if column.type != "records"
    and column.key not in ("customer", "customer_name", "open_promises", "late_promises", "open_deals", "open_cases")
)  # fmt: skip
UNSETTLED = {"status": ["open", "acknowledged"]}
PEOPLE = "SELECT customer || '/' || id, name FROM contacts ORDER BY customer, id"
REP = "SELECT name FROM reps WHERE id = :rep"


def brief(book: Readable, rep: str, as_of: date, *, customers: Sequence[str] = ()) -> Table:
    """Tell a successor what matters: one row per customer, the better tier first.

    The customers are those that the rep owns and those where he has something open, or just
    `customers`. What is open at a customer is all of it, in whose hands it may be. Fields are the
    current ones; what is computed, and what happened, is as of `as_of`.
    """
    held = _held(book, rep, as_of)
    ids = list(customers or dict.fromkeys(id for table in held for id in _customers(table)))
    base = listing(book, "customer", as_of, filters={"id": ids or [""]})
    rows = [dict(zip(base.keys, row, strict=True)) for row in base.rows]
    told = _told(book, rep, [row["id"] for row in rows], as_of)
    for row in rows:
        row["customer"], row["customer_name"] = row["id"], row["name"]
        row |= {key: by.get(row["id"], ()) for key, by in told.items()}
        row["since"] = row["since"] or None
    tiers = {tier.name: at for at, tier in enumerate(book.policy.tiers)}
    rows.sort(key=lambda row: (tiers.get(row["tier"], len(tiers)), row["id"]))
    name = next((name for (name,) in book.query(REP, rep=rep)), None) or rep
    return Table(
        "handover",
        "Handover",
        COLUMNS,
        tuple(tuple(row[column.key] for column in COLUMNS) for row in rows),
        notes=() if customers else _homeless(held),
        summary=_summary(rows),
        shown=OVERVIEW,
        empty=f"{name} holds nothing open",
        question=f"What must whoever follows {name} know?",
        as_of=as_of,
    )


def pages(table: Table) -> Table:
    """The brief for a person to read: a page for each customer instead of long cells."""
    keys = table.keys
    cards = []
    for row in table.rows:
        id, name = row[keys.index("customer")], row[keys.index("customer_name")]
        columns = tuple(
            c._replace(label=f"{name}: {c.label}") if c.type == "records" else c
            for c in table.columns
        )
        title = name if name == id else f"{name} ({id})"
        cards.append(Table(id, title, columns, (row,), shown=CARD, single=True))
    return table._replace(parts=tuple(cards))


def _held(book: Readable, rep: str, as_of: date) -> tuple[Table, ...]:
    """What the rep owns or has open: customers, deals, promises, tasks, cases."""
    mine: dict[str, Sequence[str]] = {"rep": [rep]}
    open_ones = {"status": ["open"]}
    return (
        listing(book, "customer", as_of, filters=mine),
        _open_deals(deals(book, as_of, filters=mine)),
        listing(book, "promise", as_of, filters={"owner": [rep], **open_ones}),
        listing(book, "task", as_of, filters=mine | open_ones),
        listing(book, "case", as_of, filters=mine | UNSETTLED),
    )


def _customers(table: Table) -> list[str]:
    at = table.keys.index("id" if table.name == "customers" else "customer")
    return [row[at] for row in table.rows if row[at]]


def _homeless(held: tuple[Table, ...]) -> tuple[str, ...]:
    """What is open without a customer, which is on no page."""
    notes = []
    for table in held[1:]:
        at = table.keys.index("customer")
        ids = [row[table.keys.index("id")] for row in table.rows if row[at] is None]
        if ids:
            notes.append(f"{table.name} without a customer: {', '.join(ids)}")
    return tuple(notes)


def _open_deals(table: Table) -> Table:
    at = table.keys.index("stage_role")
    return table._replace(rows=tuple(row for row in table.rows if row[at] == "open"))


def _told(book: Readable, rep: str, ids: list[str], as_of: date) -> dict[str, Mapping[str, Any]]:
    """What is told of the customers beside their own fields: by column, then by customer."""
    if not ids:
        return {}
    names = dict(book.query(PEOPLE))
    there: dict[str, Sequence[str]] = {"customer": ids}
    still_open = there | {"status": ["open"]}
    return {
        "since": parts.owned_since(book, rep, as_of),
        "known_by": parts.known_by(book, rep, as_of),
        "people": parts.people(book, ids, as_of),
        "next": parts.due_next(book, as_of),
        "promises": parts.items(
            listing(book, "promise", as_of, filters=still_open), "due what by owner days_late id"
        ),
        "deals": parts.items(
            _open_deals(deals(book, as_of, filters=there)),
            "name stage amount close owner next_step next_date stale id",
        ),
        "cases": parts.items(
            listing(book, "case", as_of, filters=there | UNSETTLED),
            "opened type what failure owner status deadline id",
        ),
        "tasks": parts.items(listing(book, "task", as_of, filters=still_open), "due what owner id"),
        "angers": parts.angers(book, ids, as_of, names),
        "story": parts.story(book, ids, as_of, names),
    }


def _summary(rows: list[dict[str, Any]]) -> dict[str, int]:
    counts = ("open_promises", "late_promises", "open_deals", "open_cases")
    return {"customers": len(rows)} | {key: sum(row[key] for row in rows) for key in counts}
