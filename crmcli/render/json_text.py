"""JSON: the public contract; keys are only ever added, at the end."""

import json
import math
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.money import quantized
from crmcli.render.style import Style
from crmcli.render.visible import is_hidden
from crmcli.reports.table import Evidence
from crmcli.reports.table import Money
from crmcli.reports.table import Price
from crmcli.reports.table import Table


def to_json(value: Any, *, indent: bool = False) -> str:
    """The value as JSON, without a line feed at the end.

    UTF-8 stays readable; only what a terminal would obey or hide is escaped.
    """
    text = json.dumps(
        built_in(value),
        ensure_ascii=False,
        allow_nan=False,
        default=date.isoformat,
        indent=2 if indent else None,
    )
    if indent:
        return "\n".join(_escaped(line) for line in text.split("\n"))
    return _escaped(text)


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    return "".join([json.dumps(c)[1:-1] if is_hidden(c) else c for c in line])


def built_in(value: Any) -> Any:  # noqa: PLR0911  # one for each type
    """The value in dict, list, str, int, float, date, bool and None.

    Money is `{"amount": "1200.00", "currency": "TWD"}`; what is not finite is unknown.
    """
    if isinstance(value, Money):
        amount = quantized(value.amount, value.currency, exact=isinstance(value, Price))
        return {"amount": amount, "currency": value.currency}
    if isinstance(value, Evidence):
        return built_in(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): built_in(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [built_in(each) for each in value]
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def objects(table: Table) -> Iterator[dict[str, Any]]:
    """Each row as an object; an unknown list is empty."""
    lists = {c.key for c in table.columns if c.type in ("list", "records", "evidence")}
    for row in table.rows:
        yield {
            key: [] if cell is None and key in lists else built_in(cell)
            for key, cell in zip(table.keys, row, strict=True)
        }


def tree(table: Table) -> Any:
    """The whole answer: an object for one record or a report, else an array of objects."""
    parts = {part.name: list(objects(part)) for part in table.parts}
    if table.single and table.rows:
        return {**next(objects(table)), **parts}
    if not table.question:
        return list(objects(table))
    return {
        "report": table.name,
        "question": table.question,
        "as_of": built_in(table.as_of),
        "since": built_in(table.since),
        "until": built_in(table.until),
        "rows": list(objects(table)),
        "parts": parts,
        "summary": built_in(table.summary),
        "notes": list(table.notes),
    }


def json_text(table: Table, style: Style) -> str:
    """One line in a pipe, indented on a terminal."""
    return to_json(tree(table), indent=style.terminal) + "\n"


def jsonl_text(table: Table, style: Style) -> str:
    """A line for each row."""
    return "".join([to_json(each) + "\n" for each in objects(table)])
