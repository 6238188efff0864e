"""How should we treat which customer?"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.life import life_at
from crmcli.reports.pricing import money
from crmcli.reports.pricing import shown
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import sale_days
from crmcli.reports.table import Column
from crmcli.reports.table import Item
from crmcli.reports.table import Picture
from crmcli.reports.table import Table
from crmcli.reports.window import year_or
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

COLUMNS = (
    Column("customer"),
    Column("tier"),
    Column("owner"),
    Column("value", "money"),
    Column("tenure", "number"),
    Column("silence_score", "number"),
    Column("cell"),
    Column("advice"),
)
SHOWN = ("customer", "tier", "value", "tenure", "silence_score", "cell")
CELLS = (
    Column("cell"),
    Column("customers", "number"),
    Column("value", "money"),
    Column("share", "rate"),
    Column("advice"),
)
GROWING = (
    Column("customer"),
    Column("status"),
    Column("potential", "money"),
    Column("first_sale", "date"),
    Column("owner"),
)
ADVICE = {
    "friend": "keep close, never take for granted",
    "butterfly": "raise loyalty (李翊玮 2004), or take the profit while it lasts"
    " (Reinartz & Kumar 2002)",
    "barnacle": "offer related products, ask for referrals",
    "stranger": "serve at low cost",
}
PLACES = {  # of the picture, line by line; the loyal on the right
    "butterfly": "high value, not loyal",
    "friend": "high value, loyal",
    "stranger": "low value, not loyal",
    "barnacle": "low value, loyal",
}
IN_A_CELL = 12  # customers that the picture names
NAMES = {  # by (high value, loyal)
    (True, True): "friend",
    (True, False): "butterfly",
    (False, True): "barnacle",
    (False, False): "stranger",
}
COSTLY = "lower the cost to serve"
EMPTY = "no customer bought in these days whose first purchase is old enough: crm help sale"


def matrix(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Put the customers who bought into four cells by value and loyalty, each with advice.

    Only those count who bought in the year (or in the days given) and whose first purchase is a
    year old or older. High value is above the median of these customers. Loyal is a tenure, the
    days since the first purchase, of at least their median, with a present silence that is not
    unusual: a silence score of 0.20 or more, or, in a book with too few pauses, no more than twice
    the days owed. `crm.yaml` may set the limits (matrix). Younger customers and prospects stand in
    the part `growing` by their potential: big customers grow from small ones.

    Source: Reinartz and Kumar, HBR 2002; Zeithaml, Rust and Lemon, California Management Review
    2001; for butterflies also the view of 李翊玮, 2004.

    It cannot know why a customer stays or goes, nor what he buys elsewhere.
    """
    policy = book.policy
    span = year_or(policy, as_of, since, until)
    found = worth(book, as_of, span=span)
    everyone = customers_at(book, as_of)
    known = {each.id: each for each in everyone}
    firsts: dict[str, date] = {}
    for id, day in sale_days(book, as_of):
        firsts.setdefault(id, date.fromisoformat(day))
    tenures = {id: (as_of - firsts[id]).days for id in found.figures if id in firsts}
    least = policy.standard("matrix.min_tenure")
    old = {id: tenure for id, tenure in tenures.items() if tenure >= least}
    cuts = _cuts(found, old, policy)
    placed = _placed(found, old, cuts, _scores(book, as_of, old, known))
    owners = {each.id: each.owner for each in everyone}
    picked = [one for one in placed if rep in (None, owners.get(one.id))]
    young = [
        each
        for each in everyone
        if each.id not in old and (each.is_prospect or each.id in found.figures)
    ]
    his = [each for each in young if rep in (None, each.owner)]
    return Table(
        "matrix",
        f"Customers by {found.basis} and loyalty, {span.since} to {span.until}",
        COLUMNS,
        tuple(_row(one, known.get(one.id), policy) for one in picked),
        _notes(found, placed, cuts, policy),
        (_cells_part(placed, policy), _growing_part(his, firsts, policy)),
        {
            "customers": len(placed),
            **{cell: sum(one.cell == cell for one in placed) for cell in ADVICE},
            "growing": len(young),
        },
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
        pictures=_grid(placed),
    )


class _Placed(NamedTuple):
    """A customer and his cell, None where his value is unknown. `tenure` in days."""

    id: str
    value: Decimal | None
    tenure: int
    score: float | None
    cell: str | None

    @property
    def advice(self) -> str | None:
        """What to do about him."""
        if self.cell == "barnacle" and self.value is not None and self.value <= 0:
            return f"{ADVICE['barnacle']}; {COSTLY}"
        return ADVICE.get(self.cell or "")


def _grid(placed: Sequence[_Placed]) -> tuple[Picture, ...]:
    """Who is in which cell: high value above, the loyal ones on the right."""
    if not placed:
        return ()
    items = []
    for cell, place in PLACES.items():
        there = [one.id for one in placed if one.cell == cell]
        more = [f"and {len(there) - IN_A_CELL} more"] * (len(there) > IN_A_CELL)
        items.append(Item(f"{cell}: {place}", (), ", ".join([*there[:IN_A_CELL], *more])))
    return (Picture("grid", "Value and loyalty", tuple(items)),)


class _Cuts(NamedTuple):
    """Above which value it is high, from which tenure (days) on it is long; None without rows."""

    value: Decimal | None
    tenure: float | None


def _cuts(found: Worth, tenures: Mapping[str, int], policy: Policy) -> _Cuts:
    own, days = (policy.standard(f"matrix.{key}") for key in ("value_cut", "tenure_cut"))
    values = [found.figures[id].value for id in tenures]
    return _Cuts(
        median(value for value in values if value is not None) if own is None else own,
        median(tenures.values()) if days is None else float(days),
    )


def _scores(
    book: Readable, as_of: date, ids: Iterable[str], known: Mapping[str, CustomerAt]
) -> dict[str, tuple[float | None, bool]]:
    """The silence score of each, and whether that silence is a usual one."""
    policy, life = book.policy, life_at(book, as_of)
    usual = policy.standard("matrix.silence_score")
    factor = policy.standard("relationships.silence_factor")
    found: dict[str, tuple[float | None, bool]] = {}
    for id in ids:
        score = life.score(id, policy)
        if score is None:
            cadence = known[id].cadence if id in known else policy.cadence(None)
            found[id] = (None, (life.silence(id) or 0) <= factor * cadence)
        else:
            found[id] = (score, score >= usual)
    return found


def _placed(
    found: Worth,
    tenures: Mapping[str, int],
    cuts: _Cuts,
    scores: Mapping[str, tuple[float | None, bool]],
) -> list[_Placed]:
    """By cell, then the largest value first; those of unknown value last."""
    placed = []
    for id, figure in found.ranked():
        if id not in tenures:
            continue
        score, heard = scores[id]
        loyal = cuts.tenure is not None and tenures[id] >= cuts.tenure and heard
        cell = None
        if figure.value is not None and cuts.value is not None:
            cell = NAMES[figure.value > cuts.value, loyal]
        placed.append(_Placed(id, figure.value, tenures[id], score, cell))
    order = {cell: place for place, cell in enumerate(ADVICE)}
    return sorted(placed, key=lambda one: order.get(one.cell or "", len(order)))


def _row(one: _Placed, who: CustomerAt | None, policy: Policy) -> tuple[object, ...]:
    return (
        one.id,
        who.tier if who else None,
        who.owner if who else None,
        money(one.value, policy),
        one.tenure,
        one.score,
        one.cell,
        one.advice,
    )


def _notes(found: Worth, placed: Sequence[_Placed], cuts: _Cuts, policy: Policy) -> tuple[str, ...]:
    if not placed:
        return found.notes
    missing = f" ({found.missing})" if found.missing else ""
    high = any(one.cell in ("friend", "butterfly") for one in placed)
    values = {one.value for one in placed}
    said = {
        f"value: {found.basis}{missing}": True,
        f"high value: above {shown(cuts.value, policy)}": high,
        "all values are equal: nobody is above the median": not high and len(values) == 1,
        "nobody is above the cut": not high and len(values) > 1,
        f"long tenure: {cuts.tenure:g} days and more" if cuts.tenure is not None else "": True,
        "too few pauses in this book for a silence score: twice the days owed count": (
            all(one.score is None for one in placed)
        ),
        "unknown value: in no cell": None in values,
    }
    return (*(note for note, holds in said.items() if note and holds), *found.notes)


def _cells_part(placed: Sequence[_Placed], policy: Policy) -> Table:
    """The four cells, also the empty ones."""
    total = sum((one.value for one in placed if one.value is not None), Decimal())
    rows = []
    for cell, advice in ADVICE.items():
        values = [one.value for one in placed if one.cell == cell and one.value is not None]
        brought = sum(values, Decimal())
        share = float(brought / total) if total > 0 else None
        rows.append((cell, len(values), money(brought, policy), share, advice))
    return Table("cells", "Cells", CELLS, tuple(rows) if placed else ())


def _growing_part(young: Iterable[CustomerAt], firsts: Mapping[str, date], policy: Policy) -> Table:
    """Those too young for the matrix, the largest potential first."""
    ordered = sorted(
        young, key=lambda each: (each.potential is None, -(each.potential or 0), each.id)
    )
    rows = tuple(
        (each.id, each.status, money(each.potential, policy), firsts.get(each.id), each.owner)
        for each in ordered
    )
    return Table("growing", "Not in the matrix yet, by potential", GROWING, rows)
