"""Plain text for pipes: one record a line, tabs between the cells, nothing shortened."""

from crmcli.render.cells import bare
from crmcli.render.cells import flat
from crmcli.render.style import Style
from crmcli.render.visible import one_line
from crmcli.render.visible import visible
from crmcli.reports.table import Table


def plain_text(table: Table, style: Style) -> str:
    """The rows with a header line; '' if there is none."""
    if not table.rows:
        return ""
    columns, rows = flat(table)
    lines = ["\t".join(visible(column.key) for column in columns)] if style.header else []
    lines += ["\t".join([one_line(bare(cell)) for cell in row]) for row in rows]
    return "\n".join(lines) + "\n"
