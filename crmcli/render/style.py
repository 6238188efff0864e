"""How an answer is to look: what the options and the terminal say."""

from typing import NamedTuple

FORMATS = ("table", "plain", "tsv", "csv", "json", "jsonl", "yaml", "markdown", "html")


class Style(NamedTuple):
    """The wishes for one answer.

    `format` '' means a table on a terminal and plain in a pipe. `width` is in columns, 0: no
    limit. `part` names the further table that is wanted instead of the main one. `evidence` is
    the number of lines under a verdict, None: all. `raw` leaves cells that a spreadsheet would
    run as they are; `excel` puts a byte order mark in front.
    """

    format: str = ""
    terminal: bool = False
    width: int = 80
    colour: bool = False
    header: bool = True
    part: str | None = None
    evidence: int | None = 3
    raw: bool = False
    excel: bool = False

    @property
    def form(self) -> str:
        """The format, decided."""
        return self.format or ("table" if self.terminal else "plain")
