"""TSV and CSV: whole tables for other programs, headed by the public names of the columns."""

import re
import unicodedata
from typing import Any

from crmcli.render.cells import bare
from crmcli.render.cells import flat
from crmcli.render.style import Style
from crmcli.render.visible import escaped
from crmcli.render.visible import is_hidden
from crmcli.reports.table import Column
from crmcli.reports.table import Table

# What a spreadsheet might run; a number or a day is none, whatever it begins with.
TEXTS = frozenset({"text", "list", "records"})
NUMBER_OR_PHONE = re.compile(r"-?[0-9][0-9.,]*|\+[0-9][0-9 ().-]*")


def tsv_text(table: Table, style: Style) -> str:
    r"""One record a line; `\t \n \r` and `\\` in a cell, so that it reads back exactly."""
    columns, rows = flat(table)
    lines = ["\t".join(column.key for column in columns)] if style.header else []
    for row in rows:
        cells = [bare(cell).replace("\\", "\\\\") for cell in row]
        lines.append("\t".join([_safe(cell, style, "") for cell in cells]))
    return "".join(f"{line}\n" for line in lines)


def csv_text(table: Table, style: Style) -> str:
    """RFC 4180; a cell that a spreadsheet would run gets one `'` in front, unless `raw`."""
    from crmcli.book.csv_text import to_csv  # noqa: PLC0415

    columns, rows = flat(table)
    header = [column.key for column in columns] if style.header else []
    kept = "\n\t" if style.terminal else "\n\t\r"
    cells = [
        [
            _guarded(_safe(bare(cell), style, kept), column, style)
            for cell, column in zip(row, columns, strict=True)
        ]
        for row in rows
    ]
    text = to_csv(header, cells)
    return f"\ufeff{text}" if style.excel else text


def formulas(table: Table, style: Style) -> int:
    """How many cells a spreadsheet would run."""
    columns, rows = flat(table)
    guarding = style._replace(raw=False)
    return sum(
        _guarded(text, column, guarding) != text
        for row in rows
        for cell, column in zip(row, columns, strict=True)
        if (text := bare(cell))
    )


def _guarded(text: str, column: Column, style: Style) -> str:
    """The cell as a spreadsheet may open it; `excel` saves the `+` of a phone number too."""
    from crmcli.book.csv_text import guard  # noqa: PLC0415

    harmless = not style.excel and NUMBER_OR_PHONE.fullmatch(text)
    if style.raw or harmless or column.type not in TEXTS:
        return text
    return guard(text)


def _safe(text: Any, style: Style, kept: str) -> str:
    """Controls in letters; joiners in names and emoji stay whole where no terminal obeys them."""
    if text.isprintable():
        return str(text)
    hidden = {c for c in text if is_hidden(c) and c not in kept}
    if not style.terminal:
        hidden = {c for c in hidden if unicodedata.category(c) != "Cf"}
    return "".join([escaped(c) if c in hidden else c for c in text])
