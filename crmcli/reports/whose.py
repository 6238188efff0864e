"""Questions narrowed to a few customers, so that the answer about one of them is fast."""

import json
from collections.abc import Sequence

from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable


def household(book: Readable, customer: str) -> tuple[str, ...]:
    """All ids whose records count for a customer, his own first."""
    return families(survivors(book)).get(customer, (customer,))


def narrowed(only: Sequence[str] | None, column: str = "customer") -> str:
    """The clause that keeps rows of these customers, with `listed` as `:customers`; None: all."""
    if only is None:
        return ""
    return f"AND {column} IN (SELECT value FROM json_each(:customers))"


def listed(only: Sequence[str] | None) -> str:
    """The ids as JSON, for `:customers`."""
    return json.dumps(only or ())
