"""Whom may we contact, how, and did we respect it?"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date

from crmcli.model.consent import ALL
from crmcli.model.consent import CHANNELS
from crmcli.model.consent import Person
from crmcli.model.consent import may_contact
from crmcli.model.policy import Policy
from crmcli.reports.consent_parts import people_part
from crmcli.reports.consent_parts import violations_part
from crmcli.reports.customers_at import customers_at
from crmcli.reports.rates import one_rate
from crmcli.reports.reachable import reachable
from crmcli.reports.reachable import required_for
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

COLUMNS = (
    Column("channel"),
    Column("purpose"),
    Column("people", "number"),
    Column("reachable", "number"),
    Column("withdrawn", "number"),
    Column("declined", "number"),
    Column("expired", "number"),
    Column("unknown", "number"),
    Column("coverage", "rate"),
)
EMPTY = "no contacts yet: crm contact add CUSTOMER NAME"


def consent(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    customer: str | None = None,
) -> Table:
    """How many people we may contact over each channel and for each purpose, and where we did not ask.

    People are those who have not left, at customers who are not in the archive, and have an
    address for the channel. What a person said last decides; of several things said on one day
    the most restrictive, and what has ended no longer holds. Nobody who said nothing may be
    contacted for a purpose that needs consent; the other purposes need none, but who withdrew or
    declined is out for them too. Coverage is reachable among people. The part `violations` names
    the outbound contacts of campaigns, made in the window, that were not allowed on their day; one
    that names no person is judged for everyone there with an address for the channel, and one no
    is a no. With one customer, the part `people` lists every word on the matter. A customer's
    people belong to the owner on the day, a violation to whoever made the contact. In the summary,
    `people` is everyone, and `reachable` are those with a channel over which they may be contacted
    for some purpose that needs consent.

    Source: record of consent, ISO/IEC TS 27560:2023.

    Consent that was given and never written down is not there, and contacts that name no campaign
    are not judged: what they were for, the book does not say.
    Raises UsageError for an empty window.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    homes = {each.id: each for each in customers_at(book, as_of) if each.status != "archived"}
    everyone = reachable(book)
    mine = [
        person
        for person in everyone
        if person.is_there(as_of)
        and (home := homes.get(person.id.partition("/")[0])) is not None
        and rep in (None, home.owner)
        and customer in (None, home.id)
    ]
    purposes = tuple(purpose for purpose in policy.purposes if purpose != ALL)
    needed = required_for(policy)
    violations, judged, unjudged = violations_part(
        book, as_of, span, everyone, rep=rep, customer=customer
    )
    said = () if customer is None else (people_part(everyone, customer, as_of),)
    return Table(
        "consent",
        f"Consent on {as_of}",
        COLUMNS,
        tuple(_rows(mine, purposes, policy, as_of)) if mine else (),
        _notes(mine, purposes, needed, unjudged),
        (violations, *said),
        {
            "people": len(mine),
            "reachable": sum(_is_reachable(each, purposes, needed, as_of) for each in mine),
            "violations": len(violations.rows),
            "judged": judged,
        },
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _rows(
    people: Sequence[Person], purposes: Sequence[str], policy: Policy, as_of: date
) -> list[tuple[object, ...]]:
    needed = required_for(policy)
    min_n = policy.standard("min_n")
    rows: list[tuple[object, ...]] = []
    for channel in CHANNELS:
        able = [person for person in people if person.ways.has(channel)]
        for purpose in purposes:
            verdicts = [may_contact(p.events, channel, purpose, as_of, needed) for p in able]
            yes = sum(verdict.allowed for verdict in verdicts)
            counts: Mapping[str, int] = Counter(verdict.state for verdict in verdicts)
            states = (counts[state] for state in ("withdrawn", "declined", "expired", "unknown"))
            coverage = one_rate(yes, len(able), min_n).rate
            rows.append((channel, purpose, len(able), yes, *states, coverage))
    return rows


def _is_reachable(
    person: Person, purposes: Sequence[str], needed: Sequence[str], as_of: date
) -> bool:
    return any(
        may_contact(person.events, channel, purpose, as_of, needed).allowed
        for channel in CHANNELS
        if person.ways.has(channel)
        for purpose in purposes
        if purpose in needed
    )


def _notes(
    people: Sequence[Person], purposes: Sequence[str], needed: Sequence[str], unjudged: int
) -> tuple[str, ...]:
    notes = []
    free = [purpose for purpose in purposes if purpose not in needed]
    if free:
        notes.append(
            f"{', '.join(free)} need no consent: the unknown may be contacted for them, "
            "those who withdrew or declined may not"
        )
    if people and not any(person.events for person in people):
        notes.append(
            "nobody was ever asked: crm contact consent CUSTOMER/CONTACT --state given ..."
        )
    if unjudged:
        some = "1 contact was" if unjudged == 1 else f"{unjudged} contacts were"
        notes.append(f"{some} not judged: no customer, or a campaign without channel or purpose")
    return tuple(notes)
