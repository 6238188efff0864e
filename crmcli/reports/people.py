"""The reps as rows of a report: sorted by name, never by a figure."""

from collections.abc import Iterable
from typing import NamedTuple

from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered

REPS = """
    SELECT id, name, department FROM reps ORDER BY id
"""
NOT_KNOWN = "not known"
NO_CUSTOMER = "no customer"
ALL = "all"


class People(NamedTuple):
    """Names and departments by rep id."""

    names: dict[str, str]
    departments: dict[str, str]

    def sorted(self, reps: Iterable[str]) -> list[str]:
        """Rep ids by name, then id; one without a record stands by his id, unknown comes last."""
        return sorted(reps, key=self._place)

    def _place(self, rep: str) -> tuple[bool, str, str]:
        return rep == NOT_KNOWN, self.names.get(rep, rep).casefold(), rep


@remembered
def people(book: Readable) -> People:
    """All reps of the book, those who left too."""
    rows = book.query(REPS)
    return People(
        {id: name or id for id, name, _ in rows},
        {id: department for id, _, department in rows if department},
    )
