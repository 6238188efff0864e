"""What a search found, as a table."""

from collections.abc import Sequence
from typing import Any

from crmcli.reports.table import Column
from crmcli.reports.table import Table

COLUMNS = (
    Column("customer", "id"),
    Column("customer_name"),
    Column("where"),
    Column("id", "id"),
    Column("text"),
)


def found(hits: Sequence[tuple[Any, ...]], text: str) -> Table:
    """One row per place where the text was found, the best first.

    A hit is (customer, customer's name, where, id of the contact or interaction, snippet).
    """
    return Table(
        "found", f"Found: {text}", COLUMNS, tuple(hits), empty=f"nothing found for '{text}'"
    )
