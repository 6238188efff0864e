"""Units of products against channels, industries and the like: more or less than expected."""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.association import cross_table
from crmcli.model.policy import Policy
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deal_results import total
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import Line

NOT_NAMED = "not named"
AGAINST = ("channel", "industry", "tier", "region", "rep")


class Crossed(NamedTuple):
    """The units of a product in a column of the cross table, and what was to be expected.

    `index` is 100 where they are alike. None where there is nothing to compare with. `revenue` in
    the book's currency, None is unknown.
    """

    product: str
    column: str
    units: Decimal
    expected: float | None
    indexed: float | None
    residual: float | None
    revenue: Decimal | None

    def is_judged(self, policy: Policy) -> bool:
        """Whether enough is expected for its residual to say something."""
        return self.expected is not None and self.expected >= policy.standard(
            "products.min_expected"
        )

    def flag(self, policy: Policy) -> str | None:
        """`weak` or `strong` where it is far from what was to be expected."""
        if self.residual is None or not self.is_judged(policy):
            return None
        limit = policy.standard("products.residual")
        if self.residual < -limit:
            return "weak"
        return "strong" if self.residual > limit else None


def columns_of(book: Readable, as_of: date, against: str) -> Callable[[Line], str]:
    """In which column a line stands; customers are taken as they were on the day."""
    known: Mapping[str, CustomerAt] = {each.id: each for each in customers_at(book, as_of)}

    def column(line: Line) -> str:
        if against == "channel":
            return line.channel or NOT_NAMED
        who = known.get(line.customer or "")
        if against == "rep":
            return line.rep or (who.owner if who else None) or NOT_NAMED
        return (getattr(who, against) if who else None) or NOT_NAMED

    return column


def crossing(sold: Sequence[Line], column: Callable[[Line], str]) -> list[Crossed]:
    """A cell for each product and each column, by product and column; not named last.

    A product with a cell below 0, or whose units in all are not above 0, has nothing expected;
    nor has a column or a table whose units are not above 0, nor one row or one column alone.
    Source: S. J. Haberman, Biometrics 29 (1973), 205-220.
    """
    cells: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in sold:
        cells[line.product or NOT_NAMED, column(line)].append(line)
    products = sorted({product for product, _ in cells}, key=_place)
    columns = sorted({name for _, name in cells}, key=_place)
    units = [
        [sum((line.quantity for line in cells.get((p, c), ())), Decimal()) for c in columns]
        for p in products
    ]
    by_column = [sum(column) for column in zip(*units, strict=True)]
    compared = min(len(products), len(columns)) > 1 and sum(by_column) > 0
    table = cross_table([[float(each) for each in row] for row in units])
    found = []
    for product, row, expected in zip(products, units, table, strict=True):
        sound = compared and sum(row) > 0 and min(row) >= 0
        for name, own, whole, cell in zip(columns, row, by_column, expected, strict=True):
            its = cells.get((product, name), ())
            known = sound and whole > 0
            found.append(
                Crossed(
                    product,
                    name,
                    own,
                    cell.expected if known else None,
                    cell.indexed if known else None,
                    cell.residual if known else None,
                    total(line.revenue for line in its),
                )
            )
    return found


def _place(name: str) -> tuple[bool, str]:
    return name == NOT_NAMED, name
