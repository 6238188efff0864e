"""What questions did merging leave open?"""

from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

COLUMNS = (
    Column("record", "id"),
    Column("kind"),
    Column("field"),
    Column("kept"),
    Column("other"),
    Column("base"),
)
SHOWN = ("record", "field", "kept", "other", "base")
OPEN = "SELECT id, kind, field, kept, other, base FROM conflicts ORDER BY kind, id, field, other"


def conflicts(book: Readable, ids: tuple[str, ...] = ()) -> Table:
    """List the open questions, of these records or of all, one row each.

    `kept` is the value that stands, `other` the one kept aside, `base` that before both; None is
    no value.
    """
    rows = tuple(row for row in book.query(OPEN) if not ids or row[0] in ids)
    return Table(
        "conflicts",
        "Open questions",
        COLUMNS,
        rows,
        shown=SHOWN,
        empty="no open questions",
        summary={"questions": len(rows)},
    )
