"""Does our effort go where the potential is?"""

from collections import Counter
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.association import spearman
from crmcli.model.policy import Policy
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.effort import Effort
from crmcli.reports.effort import assumed_note
from crmcli.reports.effort import efforts
from crmcli.reports.merged import survivors
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.touches import TWO_WAY
from crmcli.reports.window import Window
from crmcli.reports.window import window
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

COLUMNS = (
    Column("customer"),
    Column("tier"),
    Column("owner"),
    Column("potential", "money"),
    Column("potential_share", "rate"),
    Column("minutes", "number"),
    Column("effort_share", "rate"),
    Column("index", "number"),
    Column("flag"),
    Column("planned", "number"),
    Column("done", "number"),
    Column("last_contact", "date"),
    Column("value", "money"),
    Column("share_of_wallet", "rate"),
)
SHOWN = ("customer", "tier", "potential", "minutes", "index", "flag", "planned", "done")
TIERS = (
    Column("tier"),
    Column("customers", "number"),
    Column("planned", "number"),
    Column("done", "number"),
    Column("attainment", "rate"),
    Column("minutes", "number"),
    Column("potential", "money"),
)
LAST_CONTACTS = """
    SELECT customer, max(day) FROM interactions
    WHERE kind <> 'note' AND customer IS NOT NULL AND day <= :as_of
    GROUP BY customer
    ORDER BY customer
"""
REACHED = f"""
    SELECT DISTINCT customer, day FROM interactions
    WHERE customer IS NOT NULL AND day BETWEEN :since AND :until AND {TWO_WAY}
    ORDER BY customer, day
"""
GUIDE = "1 means in proportion; it is a guide, not an optimum: returns on visits diminish"
EMPTY = "no customer with a potential: crm customer set CUSTOMER potential=MONEY"


class Place(NamedTuple):
    """A customer with a potential, and what we gave him in the window.

    `planned` are the contacts that his cadence owes, `done` the days with a two-way contact.
    `ratio` is his share of our minutes by his share of the potential; None without any minutes.
    """

    who: CustomerAt
    potential: Decimal
    potential_share: float
    minutes: Decimal
    effort_share: float | None
    ratio: float | None
    planned: float
    done: int

    def flag(self, policy: Policy) -> str | None:
        """Whether he gets far less, or far more, than his share."""
        if self.ratio is None:
            return None
        if self.ratio < policy.standard("allocation.low"):
            return "under-served"
        return "over-served" if self.ratio > policy.standard("allocation.high") else None


def allocation(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Compare each customer's share of our minutes with his share of the potential.

    Live customers and prospects whose potential is known and above 0 have a row; the others are
    counted in a note. Minutes are those of the contacts in the window; where none are written down,
    the usual ones of the kind count (allocation.minutes).

    The index is the share of minutes divided by the share of potential: below 0.5 a customer is
    under-served, above 2 over-served. Planned contacts are the days of the window divided by the
    days between two contacts that he is owed; done are the days with a two-way contact. The note
    gives the rank correlation of minutes and potential. Value and share of wallet (sales divided by
    potential) are those of the year.

    Source: CALLPLAN, Lodish, Management Science 1971; Spearman 1904.

    It cannot know what one more visit would bring, and a potential is somebody's estimate.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    open_to_us = [each for each in customers_at(book, as_of) if each.is_live or each.is_prospect]
    rated = [each for each in open_to_us if each.potential is not None and each.potential > 0]
    spent = efforts(book, span)
    places = _places(rated, spent, _done(book, span), span)
    brought = worth(book, as_of)
    last = _last_contacts(book, as_of)
    flags = [place.flag(policy) for place in places]
    rho = spearman([place.minutes for place in places], [place.potential for place in places])
    unrated = len(open_to_us) - len(rated)
    assumed = assumed_note([spent[each.id] for each in rated if each.id in spent])
    notes = [
        GUIDE if places else "",
        _rho_words(rho, len(places)) if places else "",
        "no contact in these days: no share of effort" if places and not _total(places) else "",
        f"{counted(unrated, 'customer')} without a potential: in no row" if unrated else "",
        *assumed,
    ]
    return Table(
        "allocation",
        f"Effort and potential, {span.since} to {span.until}",
        COLUMNS,
        tuple(
            _row(place, last.get(place.who.id), brought, policy)
            for place in places
            if rep in (None, place.who.owner)
        ),
        tuple(note for note in notes if note),
        (_tiers(places, policy),),
        {
            "customers": len(places),
            "under_served": flags.count("under-served"),
            "over_served": flags.count("over-served"),
            "attainment": _attainment(places),
            "rho": rho,
        },
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _places(
    rated: Sequence[CustomerAt],
    spent: Mapping[str, Effort],
    done: Mapping[str, int],
    span: Window,
) -> list[Place]:
    """Those who get least for their potential first."""
    potential = sum((each.potential or Decimal() for each in rated), Decimal())
    minutes = {each.id: spent.get(each.id, Effort()).minutes for each in rated}
    total = sum(minutes.values(), Decimal())
    places = []
    for each in rated:
        own = each.potential or Decimal()
        effort = minutes[each.id] / total if total else None
        places.append(
            Place(
                who=each,
                potential=own,
                potential_share=float(own / potential),
                minutes=minutes[each.id],
                effort_share=None if effort is None else float(effort),
                ratio=None if effort is None else float(effort * potential / own),
                planned=_days_of_life(each, span) / max(1, each.cadence),
                done=done.get(each.id, 0),
            )
        )
    return sorted(places, key=lambda one: (one.ratio or 0, -one.potential, one.who.id))


def _days_of_life(who: CustomerAt, span: Window) -> int:
    """The days of the window, fewer for a customer born in it, at least 1."""
    if who.born is None:
        return span.days
    return max(1, min(span.days, (span.until - date.fromisoformat(who.born)).days))


def _done(book: Readable, span: Window) -> dict[str, int]:
    """On how many days of the window somebody was reached, by customer."""
    heirs = survivors(book)
    since, until = span.bounds
    rows = book.query(REACHED, since=since, until=until)
    return Counter(customer for customer, _ in {(heirs.get(id, id), day) for id, day in rows})


def _last_contacts(book: Readable, as_of: date) -> dict[str, date]:
    heirs = survivors(book)
    found: dict[str, str] = {}
    for customer, day in book.query(LAST_CONTACTS, as_of=as_of.isoformat()):
        owner = heirs.get(customer, customer)
        found[owner] = max(found.get(owner, ""), day)
    return {customer: date.fromisoformat(day) for customer, day in found.items()}


def _row(place: Place, last: date | None, brought: Worth, policy: Policy) -> tuple[object, ...]:
    who = place.who
    sales = brought.revenue(who.id)
    return (
        who.id,
        who.tier,
        who.owner,
        money(place.potential, policy),
        place.potential_share,
        place.minutes,
        place.effort_share,
        place.ratio,
        place.flag(policy),
        place.planned,
        place.done,
        last,
        money(brought.of(who.id), policy),
        None if sales is None else float(sales / place.potential),
    )


def _tiers(places: Sequence[Place], policy: Policy) -> Table:
    """A row for each tier that has a customer, in the book's order; without one last."""
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        groups[place.who.tier or NOT_KNOWN].append(place)
    known = [tier.name for tier in policy.tiers]
    order = {name: at for at, name in enumerate(known)}
    rows = tuple(
        (
            tier,
            len(its),
            sum(place.planned for place in its),
            sum(place.done for place in its),
            _attainment(its),
            _total(its),
            money(sum((place.potential for place in its), Decimal()), policy),
        )
        for tier, its in sorted(
            groups.items(),
            key=lambda item: (item[0] == NOT_KNOWN, order.get(item[0], len(order)), item[0]),
        )
    )
    return Table("tiers", "By tier", TIERS, rows)


def _attainment(places: Sequence[Place]) -> float | None:
    planned = sum(place.planned for place in places)
    return sum(place.done for place in places) / planned if planned else None


def _total(places: Sequence[Place]) -> Decimal:
    return sum((place.minutes for place in places), Decimal())


def _rho_words(rho: float | None, n: int) -> str:
    if rho is None:
        return f"whether effort follows potential: too few to tell, or all alike (n {n})"
    return f"effort and potential: rank correlation {rho:.2f} (n {n}; 1 is in step)"
