"""What a brief tells of each customer: the people, what angered them, who else knows them, the story."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.reports.listing import listing
from crmcli.reports.readable import Readable
from crmcli.reports.table import Table
from crmcli.reports.today import today

Item = dict[str, Any]
Items = Mapping[str, tuple[Item, ...]]  # by customer

LONGEST = 10  # interactions of a story, and things that angered: the newest ones
AHEAD = 30  # days of what is due next

BAD_MOODS = ("unhappy", "offended")
BAD_ENDS = {"broken": "broken promise", "withdrawn-by-us": "promise withdrawn by us"}

SETTLED = """
    SELECT h.id, max(h.date) FROM history h
    WHERE h.kind = 'promise' AND h.field = 'status' AND h.date <= :as_of
    GROUP BY h.id ORDER BY h.id
"""
REFUSED = """
    SELECT n.customer, n.contact, n.channel, n.purpose FROM consents n
    WHERE n.state IN ('declined', 'withdrawn') AND n.date <= :as_of AND NOT EXISTS (
        SELECT 1 FROM consents m
        WHERE m.customer = n.customer AND m.contact = n.contact AND m.channel = n.channel
            AND m.purpose = n.purpose AND m.date <= :as_of AND (m.date, m.seq) > (n.date, n.seq))
    ORDER BY n.customer, n.contact, n.channel, n.purpose
"""
KNOWN = """
    SELECT m.customer, coalesce(r.name, m.rep), count(DISTINCT m.id), max(m.day) FROM (
        SELECT id, customer, rep, kind, day FROM interactions
        UNION ALL
        SELECT i.id, i.customer, value, i.kind, i.day FROM interactions i, json_each(i.also)
    ) m LEFT JOIN reps r ON r.id = m.rep
    WHERE m.kind <> 'note' AND m.rep <> :rep AND m.day <= :as_of AND m.customer IS NOT NULL
    GROUP BY m.customer, m.rep ORDER BY m.customer, max(m.day) DESC, m.rep
"""
OWNED = """
    SELECT id, max(date) FROM history
    WHERE kind = 'customer' AND field = 'owner' AND value = :rep AND date <= :as_of
    GROUP BY id ORDER BY id
"""


def people(book: Readable, ids: Sequence[str], as_of: date) -> Items:
    """Those who are still there, and how they like to be treated.

    `not_wanted` are the channels and purposes that they refused.
    """
    refused: dict[str, list[str]] = defaultdict(list)
    for customer, contact, channel, purpose in book.query(REFUSED, as_of=as_of.isoformat()):
        refused[f"{customer}/{contact}"].append(f"{channel} for {purpose}")
    keys = "name role title phone mobile email language birthday note last_contact"
    found = []
    for row in _rows(listing(book, "contact", as_of, filters={"customer": ids}, archived=True)):
        if row["left"] is None or row["left"] > as_of:
            item = {key: row[key] for key in keys.split()}
            found.append(
                (row["customer"], item | {"not_wanted": ", ".join(refused[row["id"]]) or None})
            )
    return _by_customer(found)


def angers(book: Readable, ids: Sequence[str], as_of: date, names: Mapping[str, str]) -> Items:
    """What went wrong with them, newest first: failures, bad moods, complaints, promises broken."""
    settled = dict(book.query(SETTLED, as_of=as_of.isoformat()))
    found = []
    for row in _interactions(book, ids, as_of):
        if row["failure"] or row["mood"] in BAD_MOODS:
            what = ", ".join(word for word in (row["mood"], row["failure"]) if word)
            found.append(
                (row["customer"], _happened(row, row["at"][:10], what, row["summary"], names))
            )
    for row in _rows(listing(book, "promise", as_of, filters={"customer": ids}, archived=True)):
        day = settled.get(row["id"])
        if row["status"] in BAD_ENDS and day:
            text = f"{row['what']} ({row['reason']})" if row["reason"] else row["what"]
            what = BAD_ENDS[row["status"]]
            found.append((row["customer"], _happened(row, day, what, text, names)))
    for row in _rows(listing(book, "case", as_of, filters={"customer": ids}, until=as_of)):
        if row["opened"] and (row["failure"] or row["type"] == "complaint"):
            what = ", ".join(word for word in (row["type"] or "case", row["failure"]) if word)
            found.append(
                (row["customer"], _happened(row, row["opened"][:10], what, row["what"], names))
            )
    found.sort(key=lambda each: (each[1]["date"], each[1]["id"]), reverse=True)
    return _by_customer(found, LONGEST)


def story(book: Readable, ids: Sequence[str], as_of: date, names: Mapping[str, str]) -> Items:
    """The last interactions, notes too, and ratings, newest first."""
    keys = ("kind", "rep", "mood", "summary", "lesson", "next_step")
    found = [
        (
            row["customer"],
            {"date": date.fromisoformat(row["at"][:10]), "with": _person(row, names)}
            | {key: row[key] for key in keys}
            | {"id": row["id"]},
        )
        for row in _interactions(book, ids, as_of)
    ]
    found += [
        (
            row["customer"],
            {"date": date.fromisoformat(row["at"][:10]), "with": _person(row, names)}
            | dict.fromkeys(keys)
            | {"kind": "feedback", "rep": row["rep"], "summary": _rating(row), "id": row["id"]},
        )
        for row in _rows(listing(book, "feedback", as_of, filters={"customer": ids}, until=as_of))
        if row["comment"] or row["kind"] != "conduct"  # seven bare marks of a day tell no story
    ]
    found.sort(key=lambda each: each[1]["date"], reverse=True)
    return _by_customer(found, LONGEST)


def due_next(book: Readable, as_of: date) -> Items:
    """What is late, owed or due within AHEAD days, by its day; who must do it stands beside it."""
    found = [
        (row["customer"], {key: row[key] for key in ("due", "why", "what", "rep", "id")})
        for row in _rows(today(book, as_of, days=AHEAD))
    ]
    found.sort(key=lambda each: (each[1]["due"] is None, each[1]["due"] or as_of, each[1]["id"]))
    return _by_customer(found)


def known_by(book: Readable, rep: str, as_of: date) -> Mapping[str, tuple[str, ...]]:
    """The other reps who were in contact with each customer, the latest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for customer, name, count, day in book.query(KNOWN, rep=rep, as_of=as_of.isoformat()):
        times = "1 contact" if count == 1 else f"{count} contacts"
        found[customer].append(f"{name} ({times}, last {day})")
    return {customer: tuple(words) for customer, words in found.items()}


def owned_since(book: Readable, rep: str, as_of: date) -> Mapping[str, date]:
    """The day on which each customer came into the hands of a rep, where history tells it."""
    rows = book.query(OWNED, rep=rep, as_of=as_of.isoformat())
    return {id: date.fromisoformat(day) for id, day in rows}


def items(table: Table, keys: str) -> Items:
    """The rows of a list by their customer, with these keys alone."""
    return _by_customer([(r["customer"], {k: r[k] for k in keys.split()}) for r in _rows(table)])


def _interactions(book: Readable, ids: Sequence[str], as_of: date) -> list[Item]:
    return _rows(listing(book, "interaction", as_of, filters={"customer": ids}, until=as_of))


def _happened(row: Item, day: str, what: str, text: str | None, names: Mapping[str, str]) -> Item:
    with_ = _person(row, names)
    return {
        "date": date.fromisoformat(day), "what": what, "with": with_, "text": text, "id": row["id"],
    }  # fmt: skip


def _rating(row: Item) -> str:
    """`csat 2: too slow`."""
    mark = " ".join(str(row[key]) for key in ("kind", "item", "score") if row[key] is not None)
    return f"{mark}: {row['comment']}" if row["comment"] else mark


def _person(row: Item, names: Mapping[str, str]) -> str | None:
    return names.get(f"{row['customer']}/{row['contact']}", row["contact"])


def _rows(table: Table) -> list[Item]:
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def _by_customer(found: Sequence[tuple[Any, Item]], most: int | None = None) -> Items:
    by: dict[str, list[Item]] = defaultdict(list)
    for customer, item in found:
        by[customer].append(item)
    return {customer: tuple(some[:most]) for customer, some in by.items()}
