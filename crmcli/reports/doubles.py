"""Customers that may be the same one, entered twice."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from crmcli.model.doubles import Sign
from crmcli.model.doubles import signs
from crmcli.reports.listing import typed
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

COLUMNS = (
    Column("customer", "id"),
    Column("customer_name"),
    Column("other", "id"),
    Column("other_name"),
    Column("why", "list"),
    Column("shared", "list"),
)
CUSTOMERS = """
    SELECT id, name, aliases, status FROM customers
    WHERE merged_into IS NULL
    ORDER BY id
"""
PEOPLE = """
    SELECT customer, email, other_emails, phone, mobile, other_phones FROM contacts
    ORDER BY customer, id
"""
TYPES = {"aliases": "list", "other_emails": "list", "other_phones": "list"}


def doubles(book: Readable, among: Collection[str] | None = None) -> Table:
    """List pairs of customers with an equal name (bare of its legal form), mail or phone.

    Where more than two share something, each is paired with the first of them. `shared` is what
    they share, as the second one has it. `among`: the ids of those to look at; None: all that
    are not archived.
    """
    names = {}
    holders: dict[Sign, dict[str, str]] = defaultdict(dict)
    for id, name, aliases, status in _rows(book, CUSTOMERS, "id", "name", "aliases", "status"):
        if status == "archived" if among is None else id not in among:
            continue
        names[id] = name
        for sign, word in signs((name, *aliases), (), ()):
            holders[sign].setdefault(id, word)
    keys = ("customer", "email", "other_emails", "phone", "mobile", "other_phones")
    for customer, mail, mails, phone, mobile, phones in _rows(book, PEOPLE, *keys):
        if customer in names:
            for sign, word in signs((), (mail, *mails), (phone, mobile, *phones)):
                holders[sign].setdefault(customer, word)
    pairs: dict[tuple[str, str], dict[Sign, str]] = defaultdict(dict)
    for sign, words in holders.items():
        first, *others = sorted(words)
        for other in others:
            pairs[first, other][sign] = words[other]
    rows = tuple(
        (
            one, names[one], other, names[other],
            tuple(dict.fromkeys(sign.why for sign in found)), tuple(dict.fromkeys(found.values())),
        )
        for (one, other), found in sorted(pairs.items())
    )  # fmt: skip
    return Table("doubles", "Likely doubles", COLUMNS, rows, empty="no likely doubles")


def _rows(book: Readable, sql: str, *keys: str) -> tuple[tuple[Any, ...], ...]:
    return typed([Column(key, TYPES.get(key, "text")) for key in keys], book.query(sql))
