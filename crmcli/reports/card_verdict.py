"""What a customer's card says of how it stands: verdict, reasons, health, value."""

from datetime import date

from crmcli.reports.pricing import money
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.verdicts import verdicts
from crmcli.reports.whose import household
from crmcli.reports.window import window
from crmcli.reports.worth import value_of

COLUMNS = (
    Column("verdict"),
    Column("reasons", "list"),
    Column("basis"),
    Column("health"),
    Column("value", "money"),
    Column("evidence", "evidence"),
)
HEALTH = (
    Column("contact", "number"),
    Column("satisfaction", "number"),
    Column("promises", "number"),
    Column("failures", "number"),
    Column("value", "number"),
    Column("breadth", "number"),
)


def with_verdict(book: Readable, base: Table, id: str, as_of: date) -> Table:
    """The card with the verdict of the day, as `crm report relationships` has it.

    `health` is in words with its coverage, a part has its six parts; `value` is that of the year.
    A customer who is neither active nor lapsed on the day has no verdict, and all of it is None.
    """
    policy = book.policy
    span = window(policy, as_of, None, None)
    found = verdicts(book, as_of, span, only=household(book, id))
    cells: tuple[object, ...] = (None,) * len(COLUMNS)
    parts: tuple[Table, ...] = ()
    shown: tuple[str, ...] = ()
    for one in found:
        cells = (
            one.word,
            one.reasons,
            one.basis,
            one.health.words(policy),
            money(value_of(book, as_of, id), policy),
            one.evidence,
        )
        title = "Health, each part 0 to 100"
        parts = (Table("health_parts", title, HEALTH, (tuple(one.health),)),)
        keys = {"verdict": True, "reasons": one.reasons, "basis": one.basis}
        shown = (*(key for key, holds in keys.items() if holds), "health", "value")
    rows = tuple((*row, *cells) for row in base.rows)
    columns = (*base.columns, *COLUMNS)
    return base._replace(columns=columns, rows=rows, parts=parts, shown=shown)
