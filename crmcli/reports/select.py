"""What a reader asks of any answer: which rows, in which order, how many, which fields."""

import datetime
import operator
from collections.abc import Callable
from collections.abc import Sequence
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.money import read_money
from crmcli.model.names import fold
from crmcli.model.nearest import nearest
from crmcli.model.policy import Policy
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table

# Longer signs first: `!=` must not be read as `=` with a field that ends in `!`.
SIGNS = ("!=", "<=", ">=", "!~", "=", "<", ">", "~")
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
EXAMPLES = {
    "--where": "Try: --where 'tier = A', --where 'amount >= 10k', --where 'name ~ battery'",
    "--fail-if": "Try: --fail-if 'rows>0'",
}
ReadDate = Callable[[str], datetime.date]


def where(table: Table, clauses: Sequence[str], policy: Policy, read_date: ReadDate) -> Table:
    """Keep the rows for which every clause `FIELD OP VALUE` holds.

    `FIELD = ''` asks for unknown ones. An amount is compared in the book's currency; a row
    without a rate is left out, and a note counts it.
    Raises BadValueError for a clause that cannot be read, with the nearest field.
    """
    for clause in clauses:
        field, sign, value = _split(clause, "--where")
        at = _position(table, field, "--where")
        test, unpriced = _test(table.columns[at], sign, value, policy, read_date)
        rows = tuple(row for row in table.rows if test(row[at]))
        missing = sum(1 for row in table.rows if unpriced(row[at]))
        notes = table.notes
        if missing:
            notes = (*notes, f"{missing} left out: no rate for their currency")
        table = table._replace(rows=rows, notes=notes)
    return table


def _split(clause: str, place: str) -> tuple[str, str, str]:
    for at in range(len(clause)):
        for sign in SIGNS:
            if clause.startswith(sign, at):
                value = clause[at + len(sign) :].strip()
                quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
                return clause[:at].strip(), sign, value[1:-1] if quoted else value
    raise BadValueError(f"'{clause}' has no sign", place=place, remedy=EXAMPLES[place])


def _position(table: Table, field: str, place: str) -> int:
    if field in table.keys:
        return table.keys.index(field)
    near = nearest(field, table.keys, 1)
    remedy = f"Did you mean '{near[0]}'?" if near else f"Fields: {' '.join(table.keys)}"
    raise BadValueError(f"no field '{field}'", place=place, remedy=remedy)


Test = Callable[[Any], bool]


def _never(_: Any) -> bool:
    return False


def _test(
    column: Column, sign: str, value: str, policy: Policy, read_date: ReadDate
) -> tuple[Test, Test]:
    """Whether a cell fits, and whether it could not be judged for want of a rate."""
    if value == "":
        return _is_empty(sign), _never
    if sign in ("~", "!~"):
        needle = fold(value)
        return (lambda cell: (needle in fold(_text(cell))) == (sign == "~")), _never
    if column.type == "list":
        return _holds(column, sign, value), _never
    if column.type == "money":
        return _costs(sign, value, policy)
    return _compares(column, sign, _typed(column, value, read_date)), _never


def _is_empty(sign: str) -> Test:
    if sign not in ("=", "!="):
        raise BadValueError("an empty value goes with = and != only", place="--where")
    return lambda cell: (cell is None or cell in ((), "")) == (sign == "=")


def _holds(column: Column, sign: str, value: str) -> Test:
    if sign not in ("=", "!="):
        raise BadValueError(f"{column.key} is a list: use = != ~ !~", place="--where")
    wanted = fold(value)
    return lambda cell: any(fold(item) == wanted for item in cell or ()) == (sign == "=")


def _costs(sign: str, value: str, policy: Policy) -> tuple[Test, Test]:
    limit = policy.priced(*read_money(value, currency=policy.currency))

    def price(cell: Money | None) -> Decimal | None:
        return None if cell is None else policy.priced(cell.amount, cell.currency)

    def fits(cell: Money | None) -> bool:
        found = price(cell)
        return found is not None and bool(COMPARE[sign](found, limit))

    return fits, lambda cell: cell is not None and price(cell) is None


def _compares(column: Column, sign: str, wanted: Any) -> Test:
    compare = COMPARE[sign]
    if column.type in ("text", "id"):
        return lambda cell: bool(compare(fold(cell or ""), wanted))
    if column.type == "time":
        return lambda cell: cell is not None and bool(compare(cell[:10], wanted))
    if sign == "!=":
        return lambda cell: bool(cell != wanted)
    return lambda cell: cell is not None and bool(compare(cell, wanted))


def _typed(column: Column, value: str, read_date: ReadDate) -> Any:
    if column.type == "date":
        return read_date(value)
    if column.type == "time":
        return read_date(value).isoformat()
    if column.type in ("number", "rate"):
        try:
            return Decimal(value)
        except InvalidOperation:
            raise BadValueError(
                f"{column.key}: '{value}' is not a number", place="--where"
            ) from None
    if column.type == "yes":
        if value not in ("yes", "no", "true", "false"):
            raise BadValueError(f"{column.key} is yes or no", place="--where")
        return value in ("yes", "true")
    return fold(value)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return str(cell.amount)
    if isinstance(cell, tuple):
        return " ".join(_text(item) for item in cell)
    return str(cell)


def ordered(table: Table, fields: Sequence[str]) -> Table:
    """Order the rows by fields, `-field` downwards; unknown ones last, ties as they were."""
    rows = list(table.rows)
    for field in reversed(fields):
        down = field.startswith("-")
        at = _position(table, field.removeprefix("-"), "--sort")
        known = [row for row in rows if row[at] is not None]
        known.sort(key=lambda row: _sort_key(row[at]), reverse=down)
        rows = known + [row for row in rows if row[at] is None]
    return table._replace(rows=tuple(rows)) if fields else table


def _sort_key(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell.casefold()
    if isinstance(cell, Money):
        return cell.amount  # amounts may stand among numbers
    if isinstance(cell, tuple):
        return tuple(_text(item) for item in cell)
    return cell


def first(table: Table, count: int | None) -> Table:
    """The first `count` rows; all of them for None."""
    return table if count is None else table._replace(rows=table.rows[:count])


def chosen_fields(table: Table, fields: str | None) -> Table:
    """The columns named, in that order. `currency` comes with an amount, named or not.

    Raises BadValueError for a field that the answer does not have.
    """
    if not fields:
        return table
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if "currency" in names and "currency" not in table.keys:
        names = _without_currency(table, names)
    places = [_position(table, name, "--fields") for name in names]
    return table._replace(
        columns=tuple(table.columns[at] for at in places),
        rows=tuple(tuple(row[at] for at in places) for row in table.rows),
        shown=(),
    )


def _without_currency(table: Table, names: Sequence[str]) -> list[str]:
    amounts = [column.key for column in table.columns if column.type == "money"]
    if amounts and not set(amounts) & set(names):
        raise BadValueError(
            "currency stands beside an amount",
            place="--fields",
            remedy=f"Try: --fields {amounts[0]},currency",
        )
    return [name for name in names if name != "currency"] if amounts else list(names)


def fails(table: Table, condition: str | None) -> bool:
    """Whether the condition of --fail-if holds; an unknown number never makes it true.

    Raises UsageError for a condition that cannot be read.
    """
    if not condition:
        return False
    key, sign, value = _split(condition, "--fail-if")
    if sign not in COMPARE:
        raise UsageError(f"'{sign}' does not go with --fail-if", place="--fail-if")
    numbers = {"rows": len(table.rows), **table.summary}
    if key not in numbers:
        known = ", ".join(numbers)
        raise BadValueError(f"no number '{key}'", place="--fail-if", remedy=f"There are: {known}")
    try:
        limit = Decimal(value)
    except InvalidOperation:
        raise BadValueError(f"'{value}' is not a number", place="--fail-if") from None
    found = numbers[key]
    if isinstance(found, Money):
        found = found.amount
    return found is not None and bool(COMPARE[sign](found, limit))
