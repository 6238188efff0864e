"""Do we know each customer's background, needs and potential?"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.customers_at import customers_at
from crmcli.reports.doubles import doubles
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.profiles import Profile
from crmcli.reports.profiles import mean
from crmcli.reports.profiles import profiles
from crmcli.reports.profiles import unknown_fields
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.worth import worth

GROUPINGS = ("customer", "rep")
COLUMNS = (
    Column("customer"),  # a slug may be long, so it may be folded
    Column("tier"),
    Column("owner"),
    Column("filled", "number"),
    Column("required", "number"),
    Column("complete", "rate"),
    Column("missing", "list"),
    Column("verified", "date"),
    Column("fresh", "yes"),
    Column("potential", "money"),
    Column("potential_basis"),
    Column("potential_dated", "yes"),
    Column("share_of_wallet", "rate"),
    Column("needs", "number"),
    Column("remark"),
    Column("evidence", "evidence"),
)
SHOWN = ("customer", "tier", "owner", "complete", "missing", "fresh", "share_of_wallet", "remark")
FIELDS = (
    Column("field"),
    Column("required_of", "number"),
    Column("filled", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
)
OWNERS = (
    Column("rep"),
    Column("customers", "number"),
    Column("complete", "rate"),
    Column("potential_known", "number"),
    Column("n", "number"),
    Column("fresh", "number"),
    Column("needs_known", "number"),
)
DUPLICATES = (
    Column("customer"),  # slugs may be long, so they may be folded
    Column("other"),
    Column("because", "list"),
    Column("shared", "list"),
)
EXCEEDED = "potential exceeded: estimate again"
NO_WINDOW = "as of a day: --since and --until play no part"
EMPTY = "no customer yet: crm customer add NAME"
PROBLEMS = """
    SELECT count(*), count(DISTINCT file) FROM problems
"""


def knowledge(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "customer",
    tier: str | None = None,
) -> Table:
    """How complete and fresh the profile of each customer and prospect is, and what is missing.

    The tiers in crm.yaml say which fields are required; a customer without a known tier needs
    those of C. `decision-maker` is a person of that role, or an economic buyer, who has not left;
    `reachable` one with a mail address or a phone. A person needs neither industry nor
    decision-maker. `fresh`: last confirmed within a year; never confirmed is unknown, not stale.
    The potential counts as known with its basis, and as dated where a day, month or year of the
    estimate is given; it is judged for the tiers A and B. `share_of_wallet` is the revenue of the
    year / the potential. Fields are as they are now, whichever day is asked for; owner, tier and
    status are those of the day.

    Source: the six dimensions of data quality, DAMA UK (2013), of which completeness, uniqueness,
    timeliness and validity can be seen here.

    Accuracy is not claimed: nothing in the book can show it.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    window(policy, as_of, since, until)  # refuses an empty one
    values = worth(book, as_of)
    every = [
        one for one in profiles(book, as_of, values) if tier is None or one.customer.tier == tier
    ]
    mine = [one for one in every if rep in (None, one.customer.owner)]
    owners = _owners_part(book, every, rep)
    here = {one.id for one in customers_at(book, as_of) if one.status != "archived"}
    found = doubles(book, here)
    ids = None if rep is None and tier is None else {one.customer.id for one in mine}
    pairs = _duplicates_part(found, ids)
    fields = _fields_part(every, policy)
    parts = (fields, owners, pairs)
    ((problems, files),) = book.query(PROBLEMS)
    whole = Table(
        "knowledge",
        f"What we know of customers on {as_of}",
        COLUMNS,
        tuple(_row(one, policy) for one in mine),
        _notes(book.policy, every, problems, files),
        parts,
        _summary(every, len(found.rows), problems),
        SHOWN,
        EMPTY if tier is None else f"no customer of tier {tier}",
        question=__doc__ or "",
        as_of=as_of,
    )
    if since or until:
        whole = whole._replace(notes=(*whole.notes, NO_WINDOW))
    if by == "customer":
        return whole
    return whole._replace(columns=OWNERS, rows=owners.rows, shown=(), parts=(fields, pairs))


def _row(one: Profile, policy: Policy) -> tuple[Any, ...]:
    exceeded = one.share is not None and one.share > 1
    return (
        one.customer.id,
        one.customer.tier,
        one.customer.owner,
        one.filled,
        len(one.required),
        one.complete,
        one.missing,
        date.fromisoformat(one.verified) if one.verified else None,
        one.fresh,
        money(one.customer.potential, policy),
        one.potential_basis,
        one.potential_dated,
        None if one.share is None else float(one.share),
        one.needs,
        EXCEEDED if exceeded else None,
        _evidence(one),
    )


def _evidence(one: Profile) -> tuple[Evidence, ...]:
    """When the profile was confirmed and the potential estimated, newest first."""
    days = ((one.verified, "profile confirmed"), (one.potential_day, "potential estimated"))
    found = [
        Evidence(date.fromisoformat(day), one.customer.id, "customer", "", words)
        for day, words in days
        if day
    ]
    return tuple(sorted(found, key=lambda each: each.date or date.min, reverse=True))


def _fields_part(every: Iterable[Profile], policy: Policy) -> Table:
    """How often each field is filled where it is required, in the order of the tiers' lists."""
    required: dict[str, list[bool]] = defaultdict(list)
    for one in every:
        for field in one.required:
            required[field].append(field not in one.missing)
    named = [name for tier in policy.tiers for name in policy.required(tier.name)]
    min_n = policy.standard("min_n")
    rows = []
    for field in dict.fromkeys((*named, *required)):
        if field in required:
            its = required[field]
            rate = one_rate(sum(its), len(its), min_n)
            rows.append((field, len(its), rate.k, rate.rate, rate.low, rate.high))
    return Table("fields", "Field by field", FIELDS, tuple(rows), empty="no field is required")


def _owners_part(book: Readable, every: Iterable[Profile], rep: str | None) -> Table:
    """What each rep knows of his customers; `complete` is the mean over them."""
    owned: dict[str, list[Profile]] = defaultdict(list)
    for one in every:
        owned[one.customer.owner or NOT_KNOWN].append(one)
    rows = tuple(
        (
            owner,
            len(owned[owner]),
            mean([one.complete for one in owned[owner] if one.complete is not None]),
            *_potential(owned[owner]),
            sum(one.fresh is True for one in owned[owner]),
            sum(one.needs > 0 for one in owned[owner]),
        )
        for owner in people(book).sorted(owned)
        if rep in (None, owner)
    )
    return Table("owners", "Owner by owner", OWNERS, rows, empty="no customer has an owner")


def _potential(every: Iterable[Profile]) -> tuple[int, int]:
    """Of how many the potential is known, and of how many it should be."""
    judged = [one.potential_known for one in every if one.potential_known is not None]
    return sum(judged), len(judged)


def _duplicates_part(found: Table, ids: set[str] | None) -> Table:
    """Pairs that look like one customer, those with one of these ids; None: all."""
    rows = tuple(
        (one, other, why, shared)
        for one, _, other, _, why, shared in found.rows
        if ids is None or {one, other} & ids
    )
    return Table("duplicates", found.title, DUPLICATES, rows, empty=found.empty)


def _notes(policy: Policy, every: Sequence[Profile], problems: int, files: int) -> tuple[str, ...]:
    if not every:
        return ()
    owned: dict[str | None, list[Profile]] = defaultdict(list)
    for one in every:
        owned[one.customer.owner].append(one)
    pairs = [_potential(its) for owner, its in owned.items() if owner]
    unconfirmed = sum(one.verified is None for one in every)
    strange = unknown_fields(policy)
    said = {
        difference_note(pairs, "reps", "potentials known"): True,
        f"{unconfirmed} never confirmed (verified): whether fresh is unknown": unconfirmed,
        f"required in crm.yaml, but no field: {', '.join(strange)}": strange,
        f"{counted(problems, 'problem')} in {counted(files, 'file')}: crm check": problems,
    }
    return tuple(note for note, holds in said.items() if note and holds)


def _summary(every: Sequence[Profile], duplicates: int, problems: int) -> Mapping[str, Any]:
    known, judged = _potential(every)
    return {
        "customers": len(every),
        "complete": mean([one.complete for one in every if one.complete is not None]),
        "potential_known": known,
        "potential_known_n": judged,
        "fresh": sum(one.fresh is True for one in every),
        "duplicates": duplicates,
        "problems": problems,
    }
