"""Do customers stay?"""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.customers_at import customers_at
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import sale_days
from crmcli.reports.spells import Spell
from crmcli.reports.spells import lasting
from crmcli.reports.spells import spells
from crmcli.reports.spells import stories
from crmcli.reports.spells import won_back
from crmcli.reports.stays import stayed
from crmcli.reports.stays import stays_by
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.window import year

GROUPINGS = ("tier", "owner", "industry", "cohort")
WORDS = {"industry": "sector"}  # its plural is regular
DAYS = (30, 90, 180, 365, 730)
YEAR = 365
COLUMNS = (
    Column("group"),
    Column("before", "number"),
    Column("kept", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("shrunk", "rate"),
    Column("survival_365", "rate"),
    Column("at_risk_365", "number"),
    Column("won_back", "number"),
)
SHOWN = ("group", "before", "kept", "rate", "shrunk", "survival_365", "at_risk_365", "won_back")
SURVIVAL = (
    Column("days", "number"),
    Column("at_risk", "number"),
    Column("survival", "rate"),
    Column("few", "yes"),
)
EMPTY = "no sale in the year before and no status that changed: crm help sale"


def retention(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "tier",
) -> Table:
    """Count who bought in the year before, and who of them bought again in the year.

    Groups are tiers, owners, industries, or cohorts: the year of the first purchase. A purchase is
    an order line, or a won deal in a book without any line. Beside it stands survival, by the
    status that was written down: from a customer's first active day until he first lapsed or was
    lost, by Kaplan and Meier; who was archived or merged was watched until that day and is not
    lost. `survival_365` is the share that lasts a year, `at_risk_365` on how many it rests; beyond
    the longest time watched it is blank. Won back are those who turned active in the window after
    they had lapsed or been lost. For a rep the groups of his customers are shown, with everyone's
    figures.

    Source: Kaplan and Meier 1958; Wilson 1927; Kleinman 1973 (shrinkage).

    It cannot tell a customer who left from one who will buy again later.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    everyone = customers_at(book, as_of)
    group = _grouping(book, as_of, by, {each.id: getattr(each, by, None) for each in everyone})
    kept = stays_by(stayed(book, as_of), group)
    told = stories(book, as_of)
    watched = spells(book, told, as_of)
    by_group: dict[str | None, list[Spell]] = defaultdict(list)
    for spell in watched:
        by_group[group(spell.customer)].append(spell)
    back: dict[str | None, int] = defaultdict(int)
    for customer in won_back(book, told, span):
        back[group(customer)] += 1
    keys = _order(book, by, {*kept, *by_group, *back})
    pairs = [kept.get(key, (0, 0)) for key in keys]
    min_n = policy.standard("min_n")
    his = {group(each.id) for each in everyone if each.owner == rep}
    rows = [
        _row(key or NOT_KNOWN, rate, by_group[key], back[key])
        for key, rate in zip(keys, compared_rates(pairs, min_n), strict=True)
        if rep is None or key in his
    ]
    whole = one_rate(sum(k for k, _ in pairs), sum(n for _, n in pairs), min_n)
    total = _row(ALL, whole, watched, sum(back.values()))
    values = dict(zip((column.key for column in COLUMNS), total, strict=True))
    names = ("before", "kept", "rate", "survival_365", "won_back")
    return Table(
        "retention",
        f"Customers who stay, by {by}",
        COLUMNS,
        (*rows, total) if keys else (),
        _notes(book, as_of, pairs, watched, by) if keys else (),
        (_survival_part(watched, policy),),
        {name: values[name] for name in names},
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _grouping(
    book: Readable, as_of: date, by: str, profile: Mapping[str, str | None]
) -> Callable[[str], str | None]:
    """What a customer's group is, by his id; None is not known."""
    if by != "cohort":
        return profile.get
    firsts: dict[str, str] = {}
    for customer, day in sale_days(book, as_of):
        firsts.setdefault(customer, day[:4])
    return firsts.get


def _order(book: Readable, by: str, keys: set[str | None]) -> list[str | None]:
    """Tiers in the book's order, owners by name, others by theirs; not known last."""
    known = [key for key in keys if key is not None]
    if by == "owner":
        ordered = people(book).sorted(known)
    else:
        names = [tier.name for tier in book.policy.tiers] if by == "tier" else []
        places = {name: place for place, name in enumerate(names)}
        ordered = sorted(known, key=lambda key: (places.get(key, len(places)), key))
    return [*ordered, *([None] if None in keys else [])]


def _row(name: str, rate: Rate, watched: Sequence[Spell], back: int) -> tuple[Any, ...]:
    (year_on,) = lasting(watched, (YEAR,))
    return (
        name,
        rate.n,
        rate.k,
        rate.rate,
        rate.low,
        rate.high,
        rate.shrunk,
        year_on.share,
        year_on.at_risk,
        back,
    )


def _notes(
    book: Readable,
    as_of: date,
    pairs: Sequence[tuple[int, int]],
    watched: Sequence[Spell],
    by: str,
) -> tuple[str, ...]:
    before = year(book.policy, as_of).before
    said = {
        f"before: bought {before.since} to {before.until}; kept: and in the year after": True,
        difference_note(pairs, f"{WORDS.get(by, by)}s", "customers kept"): True,
        f"no sale {before.since} to {before.until}: yearly retention unknown": not any(
            n for _, n in pairs
        ),
        "no customer with a history of his status: survival unknown": not watched,
    }
    return tuple(note for note, holds in said.items() if note and holds)


def _survival_part(watched: Sequence[Spell], policy: Policy) -> Table:
    """The share that lasts; `few` marks what rests on too few."""
    min_n = policy.standard("min_n")
    rows = tuple(
        (one.days, one.at_risk, one.share, one.at_risk < min_n) for one in lasting(watched, DAYS)
    )
    title = "Share still with us after so many days"
    return Table("survival", title, SURVIVAL, rows if watched else ())
