"""Customers that were merged into another: whose records count for whom."""

from collections.abc import Sequence

from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered

MERGED = """
    SELECT id, merged_into FROM customers WHERE merged_into IS NOT NULL ORDER BY id
"""


@remembered
def survivors(book: Readable) -> dict[str, str]:
    """Each merged customer and the one he counts for; customers who stand alone are not in it."""
    into: dict[str, str] = dict(book.query(MERGED))
    found = {}
    for id in into:
        last, seen = id, {id}
        while last in into and into[last] not in seen:
            last = into[last]
            seen.add(last)
        found[id] = last
    return found


def with_merged(book: Readable, ids: Sequence[str]) -> tuple[str, ...]:
    """These customers, and those that were merged into one of them."""
    return (*ids, *(id for id, last in survivors(book).items() if last in ids and id not in ids))


def families(survivors: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Each survivor with all ids whose records are his, his own first."""
    found: dict[str, tuple[str, ...]] = {}
    for id, last in survivors.items():
        found[last] = (*found.get(last, (last,)), *([] if id == last else [id]))
    return found
