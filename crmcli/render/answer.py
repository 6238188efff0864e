"""The door: a table and a style in, the text to write out."""

from collections.abc import Callable
from importlib import import_module

from crmcli.model.errors import UsageError
from crmcli.render.cells import is_empty
from crmcli.render.style import FORMATS
from crmcli.render.style import Style
from crmcli.render.visible import visible
from crmcli.reports.table import Table

__all__ = ["FORMATS", "Style", "render", "sidenotes"]

WRITERS = {
    "table": ("crmcli.render.terminal", "terminal_text"),
    "plain": ("crmcli.render.plain", "plain_text"),
    "tsv": ("crmcli.render.separated", "tsv_text"),
    "csv": ("crmcli.render.separated", "csv_text"),
    "json": ("crmcli.render.json_text", "json_text"),
    "jsonl": ("crmcli.render.json_text", "jsonl_text"),
    "yaml": ("crmcli.render.yaml_form", "yaml_text"),
    "markdown": ("crmcli.render.markdown", "markdown_text"),
    "html": ("crmcli.render.html", "html_text"),
}


def render(table: Table, style: Style) -> str:
    """The text for stdout or a file; it ends in a line feed unless it is empty.

    Raises UsageError for a part that the answer does not have, MissingExtraError for html
    without its library.
    """
    form = style.form
    return _writer(form)(_wanted(table, style), style)


def sidenotes(table: Table, style: Style) -> list[str]:
    """What is said beside the answer, on stderr.

    Notes that its format does not carry, the sentence for an empty answer, and how many cells a
    spreadsheet would run.
    """
    form = style.form
    whole, table = table, _wanted(table, style)
    said = []
    if not table.rows and not table.single and table.empty:
        said.append(table.empty)
    carried = form in ("json", "yaml") and whole.question
    on_page = form in ("table", "markdown") and not is_empty(table)
    if not (carried or on_page or form == "html"):
        said += table.notes
        if form in ("json", "yaml"):
            said += [note for part in table.parts for note in part.notes]
    if form == "csv":
        said += _formula_note(table, style)
    return [visible(line) for line in said]


def _wanted(table: Table, style: Style) -> Table:
    """The part that was asked for, with the question and window of the whole.

    JSON and YAML always have their one shape.
    """
    if not style.part or style.form in ("json", "yaml"):
        return table
    part = table.part(style.part)
    if part is None:
        names = ", ".join(each.name for each in table.parts) or "none"
        raise UsageError(f"no part '{style.part}' here", place="--part", remedy=f"Parts: {names}")
    return part._replace(
        question=table.question, as_of=table.as_of, since=table.since, until=table.until
    )


def _formula_note(table: Table, style: Style) -> list[str]:
    from crmcli.render.separated import formulas  # noqa: PLC0415

    count = formulas(table, style)
    if not count:
        return []
    cells = "1 cell" if count == 1 else f"{count} cells"
    if style.raw:
        return [f"{cells} that a spreadsheet would run as a formula; without --raw each gets a '"]
    return [f"{cells} with a ' in front, or a spreadsheet would run them; --raw leaves it out"]


def _writer(form: str) -> Callable[[Table, Style], str]:
    """The function of a format, loaded only when it is asked for."""
    module, function = WRITERS[form]
    writer: Callable[[Table, Style], str] = getattr(import_module(module), function)
    return writer
