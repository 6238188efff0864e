"""What a write prints with --json: the records as they now are, in the keys of their list."""

from datetime import date
from typing import TYPE_CHECKING
from typing import Any

from crmcli.book.book import Book
from crmcli.render.json_text import objects
from crmcli.render.json_text import to_json
from crmcli.reports.deals import deals
from crmcli.reports.listing import listing

if TYPE_CHECKING:
    from crmcli.model.change import Change

AT_ONCE = 10_000  # ids in one question


def as_json(book: Book, change: "Change", today: date) -> str:
    """One record as an object, several as an array; nothing changed is an empty array.

    A new interaction gives `{"interaction": ..., "promises": [...]}`, with those made in it. What
    was taken out gives `{"removed": [ids]}`.
    """
    if change.subject.startswith("contact"):
        return _only(_rows(book, "contact", change.shown, today), change.shown)
    found: list[dict[str, Any]] = []
    ids: dict[str, list[str]] = {}
    for edit in change.edits:
        ids.setdefault(book.kind_of(edit.record), []).append(edit.record.id)
    for kind, some in ids.items():
        found += _rows(book, kind, some, today)
    if _is_log(book, change):
        return to_json({"interaction": found[0], "promises": found[1:]})
    return _only(found, tuple(edit.record.id for edit in change.edits))


def _is_log(book: Book, change: "Change") -> bool:
    if not change.edits or any(edit.old is not None for edit in change.edits):
        return False
    first, *rest = (edit.record for edit in change.edits)
    return book.kind_of(first) == "interaction" and all(
        getattr(record, "made_in", None) == first.id for record in rest
    )


def _only(found: list[dict[str, Any]], ids: tuple[str, ...]) -> str:
    if not found and ids:
        return to_json({"removed": list(ids)})
    return to_json(found[0] if len(found) == 1 else found)


def _rows(book: Book, kind: str, ids: Any, today: date) -> list[dict[str, Any]]:
    """The rows of these records, in the order of `ids`."""
    rows: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), AT_ONCE):
        filters = {"id": tuple(ids[start : start + AT_ONCE])}
        if kind == "deal":
            table = deals(book, today, filters=filters)
        else:
            table = listing(book, kind, today, filters=filters)
        rows |= {row["id"]: row for row in objects(table)}
    return [rows[id] for id in ids if id in rows]
