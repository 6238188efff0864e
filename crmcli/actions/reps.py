"""Adding reps."""

from typing import Any

from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import ExistsError
from crmcli.model.rep import Rep


def add(book: Book, *, id: str, fields: dict[str, Any]) -> Change:
    """Add a rep.

    Raises ExistsError if the id is taken.
    """
    if book.exists("rep", id):
        raise ExistsError(f"rep '{id}' exists", remedy=f"Try: crm rep show {id}, or another --id")
    rep = Rep(id=id, **fields)
    mail = f" <{rep.email}>" if rep.email else ""
    return Change((Edit(None, rep),), f"Added rep {id}: {rep.name}{mail}", "rep added")
