"""How it stands with each customer: all that a verdict, a risk and the health rest on."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import NamedTuple
from typing import TypeVar

from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.customers_at import live
from crmcli.reports.deals_at import deals_at
from crmcli.reports.failures import Failure
from crmcli.reports.failures import incidents
from crmcli.reports.feedback_at import Said
from crmcli.reports.good_events import Good
from crmcli.reports.good_events import good_events
from crmcli.reports.good_events import said_by_customers
from crmcli.reports.life import Life
from crmcli.reports.life import life_at
from crmcli.reports.life import life_of
from crmcli.reports.merged import survivors
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import strict
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.promises_at import promises_at
from crmcli.reports.promises_at import promises_of
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.sales_halves import Halves
from crmcli.reports.sales_halves import halves
from crmcli.reports.touches import TWO_WAY
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

T = TypeVar("T", Failure, Good, Said)

MET = f"""
    SELECT DISTINCT customer, contact FROM interactions
    WHERE customer IS NOT NULL AND day BETWEEN :since AND :until AND {TWO_WAY} {{whose}}
    ORDER BY customer, contact
"""
MOODS = f"""
    SELECT customer, day, id, mood, summary FROM interactions
    WHERE customer IS NOT NULL AND mood IS NOT NULL AND day BETWEEN :since AND :until
        AND {TWO_WAY} {{whose}}
    ORDER BY day, at, id
"""
# Rolled up in the index; only where that is of a later day, the rows are asked.
LAST = """
    SELECT l.customer, CASE WHEN l.day <= :until THEN l.day ELSE (
        SELECT max(i.day) FROM interactions i
        WHERE i.customer = l.customer AND i.kind <> 'note' AND i.day <= :until) END
    FROM last_contacts l
    WHERE 1 {whose}
    ORDER BY l.customer
"""
KEY_PEOPLE = """
    SELECT customer, id, name, role, left FROM contacts
    WHERE role IN ('decision-maker', 'economic-buyer', 'champion') {whose}
    ORDER BY customer, id
"""
LEFT = """
    SELECT customer, id FROM contacts WHERE left <= :as_of {whose} ORDER BY customer, id
"""
CONTRACTS = """
    SELECT id, contract_end FROM customers WHERE contract_end <= :limit {whose} ORDER BY id
"""


class Mood(NamedTuple):
    """How the customer was when we last met him. `day` is ISO text."""

    day: str
    id: str
    mood: str
    summary: str | None


class Key(NamedTuple):
    """A person who decides or speaks for us there. `left` is an ISO day, None: still there."""

    id: str
    name: str
    role: str
    left: str | None


class Standing(NamedTuple):
    """What is known of a customer. Days are ISO text; None is unknown, or never.

    `met` are the people in two-way contacts of the window who have not left. `two_way` tells
    whether there was such a contact. `score` is that of the silence. `kept` of `promised` promises
    were kept by the day first promised. `contract_end` only where it is near, or past;
    `has_open_deal` is known only then.
    """

    customer: CustomerAt
    incidents: Sequence[Failure]
    goods: Sequence[Good]
    ratings: Sequence[Said]
    silence: int | None
    pauses: Sequence[int]
    score: float | None
    last_sign: str | None
    last_contact: str | None
    two_way: bool
    met: frozenset[str]
    key_people: Sequence[Key]
    mood: Mood | None
    halves: Halves | None
    kept: int
    promised: int
    contract_end: str | None
    has_open_deal: bool


@remembered
def standings(
    book: Readable, as_of: date, span: Window, *, only: Sequence[str] | None = None
) -> list[Standing]:
    """How it stands with each live customer on the day, in the window that ends by it; by id.

    `only`: ids of customers, those merged into them too: the same answer about these, sooner.
    """
    customers = [one for one in live(customers_at(book, as_of)) if only is None or one.id in only]
    promises = (
        promises_at(book, as_of, span.since) if only is None else promises_of(book, as_of, only)
    )
    life = life_at(book, as_of) if only is None else life_of(book, as_of, only)
    found = _Found(book, as_of, span, only, promises)
    return [found.standing(customer, life) for customer in customers]


class _Found:
    """What the book holds, by customer."""

    def __init__(
        self,
        book: Readable,
        as_of: date,
        span: Window,
        only: Sequence[str] | None,
        promises: Sequence[PromiseAt],
    ) -> None:
        self.book = book
        heirs = survivors(book)
        since, until = span.bounds
        params = {
            "since": since,
            "until": until,
            "as_of": as_of.isoformat(),
            "customers": listed(only),
        }

        def ask(sql: str, column: str = "customer") -> Iterable[tuple[str, ...]]:
            rows = book.query(sql.format(whose=narrowed(only, column)), **params)
            return [(heirs.get(row[0], row[0]), *row[1:]) for row in rows]

        self.incidents = _by_customer(incidents(book, as_of, span, only=only, promises=promises))
        self.goods = _by_customer(good_events(book, as_of, span, only=only))
        self.ratings = _by_customer(said_by_customers(book, span, only))
        self.met: dict[str, set[str]] = defaultdict(set)
        self.two_way: set[str] = set()
        gone = set(ask(LEFT))
        for customer, person in ask(MET):
            self.two_way.add(customer)
            if person is not None and (customer, person) not in gone:
                self.met[customer].add(person)
        self.moods = {customer: Mood(*rest) for customer, *rest in ask(MOODS)}
        self.last: dict[str, str] = {}
        for customer, day in ask(LAST):
            if day:
                self.last[customer] = max(day, self.last.get(customer, ""))
        self.key_people: dict[str, list[Key]] = defaultdict(list)
        for customer, *key in ask(KEY_PEOPLE):
            self.key_people[customer].append(Key(*key))
        self.halves = halves(book, as_of, only=only)
        self.promised, self.kept = _kept(promises, as_of, span)
        days = book.policy.standard("relationships.contract")
        params["limit"] = (as_of + timedelta(days=days)).isoformat()
        self.contracts = {customer: end for customer, end, *_ in ask(CONTRACTS, "id")}
        self.dealing = _with_open_deal(book, as_of) if self.contracts else set()

    def standing(self, customer: CustomerAt, life: Life) -> Standing:
        id = customer.id
        last = life.last(id)
        return Standing(
            customer=customer,
            incidents=self.incidents.get(id, ()),
            goods=self.goods.get(id, ()),
            ratings=self.ratings.get(id, ()),
            silence=life.silence(id),
            pauses=life.pauses(id),
            score=life.score(id, self.book.policy),
            last_sign=date.fromordinal(last).isoformat() if last else None,
            last_contact=self.last.get(id),
            two_way=id in self.two_way,
            met=frozenset(self.met.get(id, ())),
            key_people=self.key_people.get(id, ()),
            mood=self.moods.get(id),
            halves=self.halves.get(id),
            kept=self.kept[id],
            promised=self.promised[id],
            contract_end=self.contracts.get(id),
            has_open_deal=id in self.dealing,
        )


def _by_customer(every: Iterable[T]) -> Mapping[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for one in every:
        if one.customer is not None:
            found[one.customer].append(one)
    return found


def _kept(
    promises: Iterable[PromiseAt], as_of: date, span: Window
) -> tuple[Counter[str], Counter[str]]:
    """How many promises to each customer count by the day first promised, and were kept by it."""
    since, until = span.bounds
    promised: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for promise in promises:
        due = promise.standing.original_due
        if promise.customer is None or due is None or not since <= due <= until:
            continue
        word = strict(promise.standing, as_of.isoformat())
        if word in (KEPT, MISSED):
            promised[promise.customer] += 1
            kept[promise.customer] += word == KEPT
    return promised, kept


def _with_open_deal(book: Readable, as_of: date) -> set[str]:
    return {
        deal.customer
        for deal in deals_at(book, as_of)
        if deal.customer and deal.role == "open" and not deal.archived
    }
