"""A cell as text: as a person reads it, and as a program reads it."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.money import quantized
from crmcli.model.money import show_money
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Money
from crmcli.reports.table import Price
from crmcli.reports.table import Table

BASIS_ALONE = {"seen": "as the rep saw it", "computed": "computed, not said"}


def heading(column: Column) -> str:
    """The words above a column."""
    return column.label or column.key.replace("_", " ")


def screen(value: Any, type: str = "text") -> str:  # noqa: PLR0911  # one for each type
    """The cell as a person reads it, on one line or several; '' is unknown.

    Rates are whole percents, halves up; numbers have two decimals at most; a time is given to
    the minute, as its writer's clock had it.
    """
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        if not math.isfinite(value):
            return ""
        return f"{math.floor(value * 100 + _half(value))} %" if type == "rate" else _rounded(value)
    if isinstance(value, Money):
        return show_money(value.amount, value.currency, exact=isinstance(value, Price))
    if isinstance(value, tuple | list) and type != "evidence":
        return ", ".join(screen(each) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(
            f"{key}: {screen(each)}" for key, each in value.items() if each is not None
        )
    if type == "time" and value:
        return str(value)[:16].replace("T", " ")
    return bare(value)


def _half(value: float | Decimal) -> Any:
    return Decimal("0.5") if isinstance(value, Decimal) else 0.5


def _rounded(value: float | Decimal) -> str:
    if isinstance(value, float):
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return bare(value)


def bare(value: Any) -> str:  # noqa: PLR0911  # one for each type
    """The cell as a program reads it: exact, dates ISO, an amount without its currency.

    Items of a list are joined by `;`, with a backslash before a `;` or a backslash of their own.
    Evidence is the ids behind it. Unknown is ''.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return quantized(value.amount, value.currency, exact=isinstance(value, Price))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return _joined(value)
    return str(value)


def _joined(items: Any) -> str:
    if items and isinstance(items[0], Evidence):
        return " ".join(each.id for each in items)
    if items and isinstance(items[0], Mapping):
        from crmcli.render.json_text import to_json  # noqa: PLC0415

        return to_json(items)
    return ";".join(bare(each).replace("\\", "\\\\").replace(";", "\\;") for each in items)


def flat(table: Table) -> tuple[tuple[Column, ...], list[list[Any]]]:
    """Columns and rows with a column `currency` after the first amount, unless there is one."""
    first = next((at for at, c in enumerate(table.columns) if c.type == "money"), None)
    if first is None or "currency" in table.keys:
        return table.columns, [list(row) for row in table.rows]
    amounts = [at for at, c in enumerate(table.columns) if c.type == "money"]
    after = first + 1
    columns = (*table.columns[:after], Column("currency"), *table.columns[after:])
    rows = []
    for row in table.rows:
        currency = next((row[at].currency for at in amounts if row[at] is not None), None)
        rows.append([*row[:after], currency, *row[after:]])
    return columns, rows


def evidence_of(table: Table, row: tuple[Any, ...]) -> tuple[Evidence, ...]:
    """All evidence of a row."""
    found: list[Evidence] = []
    for column, cell in zip(table.columns, row, strict=True):
        if column.type == "evidence" and cell:
            found += cell
    return tuple(found)


def evidence_line(item: Evidence, alone: bool) -> str:
    """`2026-11-10 p-4t8wz01m promise late 6 days (computed)`.

    `alone`: the verdict rests on this one basis, so it is said in full.
    """
    basis = BASIS_ALONE.get(item.basis, item.basis) if alone else item.basis
    words = (bare(item.date), item.id, item.kind, item.text, f"({basis})" if basis else "")
    return " ".join(word for word in words if word)


def evidence_lines(items: tuple[Evidence, ...]) -> list[str]:
    """A line for each."""
    alone = len({item.basis for item in items}) == 1
    return [evidence_line(item, alone) for item in items]


def shown(table: Table) -> list[tuple[int, Column]]:
    """The columns that a person is shown, with their places in a row.

    Evidence is shown below the row; where nothing else was asked for, its ids are in it.
    """
    places = {column.key: (at, column) for at, column in enumerate(table.columns)}
    keys = [key for key in table.shown if key in places] or list(table.keys)
    return [places[key] for key in keys if places[key][1].type != "evidence"] or [*places.values()]


def grouped(table: Table) -> list[Table]:
    """The table in parts, one for each value of its `group`, in the order of their first rows.

    Without a group: the table itself.
    """
    if table.group not in table.keys:
        return [table]
    at = table.keys.index(table.group)
    found: dict[Any, list[tuple[Any, ...]]] = {}
    for row in table.rows:
        found.setdefault(row[at], []).append(row)
    return [table._replace(title=screen(value), rows=tuple(rows)) for value, rows in found.items()]


def title(table: Table) -> str:
    """What stands above the whole: the question, or the title where a bare table does not do."""
    by_title = table.single or table.parts or table.group
    return table.question or (table.title if by_title else "")


def window(table: Table) -> str:
    """`2026-05-14 to 2026-11-09, as of 2026-11-09`; '' where there is none."""
    words = []
    if table.since and table.until:
        words.append(f"{table.since} to {table.until}")
    if table.as_of:
        words.append(f"as of {table.as_of}")
    return ", ".join(words)


def is_empty(table: Table) -> bool:
    """True if there is no row, in no part either."""
    return not table.rows and all(is_empty(part) for part in table.parts)


def is_blank(cell: Any) -> bool:
    """True for what is unknown, and for an empty text or list."""
    return cell is None or cell in ("", (), [])


def card_fields(table: Table) -> list[tuple[Column, Any]]:
    """The filled fields of one record, but for its lists of maps and its evidence."""
    return [
        (column, cell)
        for column, cell in _of_card(table)
        if not is_blank(cell) and column.type not in ("records", "evidence")
    ]


def card_blanks(table: Table) -> str:
    """The names of the fields of one record that hold nothing."""
    return ", ".join(heading(column) for column, cell in _of_card(table) if is_blank(cell))


def _of_card(table: Table) -> list[tuple[Column, Any]]:
    return [(column, table.rows[0][at]) for at, column in shown(table)]


def card_lists(table: Table) -> list[Table]:
    """The lists of maps of one record as tables: a column for each key that any map has filled."""
    if not table.single or not table.rows:
        return []
    return [
        _inner(column, cell)
        for column, cell in zip(table.columns, table.rows[0], strict=True)
        if column.type == "records" and cell
    ]


def _inner(column: Column, items: tuple[Mapping[str, Any], ...]) -> Table:
    keys = dict.fromkeys(key for item in items for key, v in item.items() if not is_blank(v))
    rows = tuple(tuple(item.get(key) for key in keys) for item in items)
    types = (_type([row[at] for row in rows]) for at in range(len(keys)))
    columns = tuple(Column(key, type) for key, type in zip(keys, types, strict=True))
    return Table(column.key, column.label, columns, rows)


def _type(values: list[Any]) -> str:
    known = [value for value in values if value is not None]
    if any(isinstance(value, bool) for value in known):
        return "text"
    if all(isinstance(value, (int, Decimal)) for value in known):
        return "number"
    return "date" if all(isinstance(value, date) for value in known) else "text"


def section_title(part: Table) -> str:
    """What stands above a part of an answer."""
    return part.title or part.name.replace("_", " ").capitalize()
