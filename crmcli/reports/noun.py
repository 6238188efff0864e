"""How a kind is listed: its columns, its filters, its order."""

from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

ID = Column("id", "id")
SLUG = Column("id")  # made of a name, so it may be long and is folded where a name would be


class Noun(NamedTuple):
    """How a kind is listed.

    `columns` pair each public column with its SQL. `filters` turn a filter's name into a
    condition with `{values}` for the names of its parameters; `day` is the column that --since
    and --until look at; `live` holds for what is not in the archive. `params` gives further values
    for its SQL; `finish` fills in what SQL cannot compute.
    """

    title: str
    columns: tuple[tuple[Column, str], ...]
    source: str
    order: str
    live: str
    day: str
    filters: Mapping[str, str]
    shown: tuple[str, ...]
    empty: str
    params: Callable[[Readable, date], Mapping[str, Any]] | None = None
    finish: Callable[[Readable, Table, date], Table] | None = None


def plain(*keys: str, table: str) -> tuple[tuple[Column, str], ...]:
    """Columns of text with the names that they have in the table."""
    return tuple((Column(key), f"{table}.{key}") for key in keys)
