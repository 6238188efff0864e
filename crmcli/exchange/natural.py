"""Finding a record again that has no id of another program: by what it says."""

import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crmcli.book.book import Book
from crmcli.model.names import fold
from crmcli.reports.listing import ORIGINAL_DUE

FIRST_DUE = """coalesce((SELECT h.value FROM history h WHERE h.kind = 'task' AND h.id = t.id
    AND h.field = 'due' AND h.value IS NOT NULL ORDER BY h.seq LIMIT 1), t.due)"""
SQL = {
    "deal": "SELECT id, customer, name, products, opened, close, amount FROM deals ORDER BY id",
    "promise": f"SELECT p.id, p.customer, p.what, p.by, p.made, {ORIGINAL_DUE} FROM promises p ORDER BY p.id",
    "task": f"SELECT t.id, t.customer, t.what, {FIRST_DUE} FROM tasks t ORDER BY t.id",
    "case": "SELECT id, customer, what, opened FROM cases ORDER BY id",
    "feedback": "SELECT id, customer, at, rep, kind, item, score, comment FROM feedback ORDER BY id",
    "campaign": "SELECT id, name, start FROM campaigns ORDER BY id",
    "sale": "SELECT id, order_id, customer, product, date, quantity, price, channel FROM sales ORDER BY id",
    "interaction": "SELECT id, customer, at, rep, kind, summary FROM interactions ORDER BY id",
}
SALE = ("order", "customer", "product", "date", "quantity", "price", "channel")
ORDER_LINE = 3  # of these tell a line whose order has a number
Key = tuple[str, ...]


class Natural:
    """Each record answers once, so that two equal rows of a file stay two records."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._known: dict[str, dict[Key, list[str]]] = {}
        self._answered: set[tuple[str, str]] = set()

    def find(self, kind: str, fields: Mapping[str, Any]) -> str | None:
        """The id of a record of the book that says the same; None if there is none left."""
        if kind not in self._known:
            known: dict[Key, list[str]] = defaultdict(list)
            for id, *row in reversed(self.book.query(SQL[kind])):
                for key in _less(kind, _of_row(kind, row)):
                    known[key].append(id)
            self._known[kind] = known
        for key in _less(kind, _of_fields(kind, fields)):
            left = self._known[kind].get(key, [])
            while left:
                id = left.pop()
                if (kind, id) not in self._answered:
                    self._answered.add((kind, id))
                    return id
        return None


def _of_row(kind: str, row: list[Any]) -> Key:
    if kind != "deal":
        return _key(*row)
    customer, name, products, *rest = row
    return _deal(customer, name, json.loads(products) if products else [], *rest)


def _of_fields(kind: str, fields: Mapping[str, Any]) -> Key:
    get = fields.get
    if kind == "deal":
        return _deal(
            get("customer"), get("name"), get("products") or [],
            get("opened"), get("close"), get("amount"),
        )  # fmt: skip
    names = {
        "promise": ("customer", "what", "by", "made", "due"),
        "task": ("customer", "what", "due"),
        "case": ("customer", "what", "opened"),
        "feedback": ("customer", "at", "rep", "kind", "item", "score", "comment"),
        "campaign": ("name", "start"),
        "sale": SALE,
        "interaction": ("customer", "at", "rep", "kind", "summary"),
    }[kind]
    return _key(*(get(name) for name in names))


def _less(kind: str, key: Key) -> tuple[Key, ...]:
    """The keys by which a record answers, the closest first: an order's line is known by its product."""
    if kind != "sale" or not key[0]:
        return (key,)
    return (key, key[:ORDER_LINE])


def _deal(customer: Any, name: Any, products: Any, *rest: Any) -> Key:
    if name:
        return _key("name", customer, name)
    return _key("rest", customer, "\n".join(products), *rest)


def _key(*parts: Any) -> Key:
    return tuple("" if part is None else fold(_plain(part)) for part in parts)


def _plain(part: Any) -> str:
    return f"{part:f}" if isinstance(part, Decimal) else str(part)
