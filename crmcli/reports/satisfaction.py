"""Are customers satisfied, above all those who matter?"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.statistics import nps
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.customers_at import live
from crmcli.reports.feedback_at import Said
from crmcli.reports.feedback_at import off_scale_note
from crmcli.reports.feedback_at import said
from crmcli.reports.feedback_at import sound
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import People
from crmcli.reports.people import people
from crmcli.reports.pricing import counted
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

GROUPINGS = ("tier", "month", "rep", "department", "channel")
KINDS = ("nps", "csat", "ces")
PROMOTER, DETRACTOR = 9, 6  # of 10
SATISFIED, EASY = 4, 5  # of 5, of 7
COLUMNS = (
    Column("nps", "number"),
    Column("nps_n", "number"),
    Column("nps_low", "number"),
    Column("nps_high", "number"),
    Column("csat", "rate"),
    Column("csat_n", "number"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("ces", "rate"),
    Column("ces_n", "number"),
    Column("weighted_csat", "rate"),
    Column("coverage", "rate"),
    Column("value_covered", "rate"),
    Column("csat_k", "number"),
    Column("ces_k", "number"),
    Column("shrunk", "rate"),
    Column("outside", "yes"),
    Column("answered", "number"),
    Column("live", "number"),
    Column("remark"),
)
SHOWN = ("nps", "nps_n", "csat", "csat_n", "weighted_csat", "coverage", "value_covered", "remark")
ANSWERS = (
    Column("id", "id"),
    Column("at", "time"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("rep"),
    Column("kind"),
    Column("score", "number"),
    Column("comment"),
)
EMPTY = "no rating in these days: crm feedback add CUSTOMER SCORE"
CHANNELS = """
    SELECT f.id, coalesce(s.channel, i.kind)
    FROM feedback f LEFT JOIN cases s ON s.id = f.case_id
        LEFT JOIN interactions i ON i.id = f.interaction
    WHERE f.day BETWEEN :since AND :until
    ORDER BY f.id
"""


def satisfaction(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "tier",
) -> Table:
    """What customers answered when asked: would they recommend us, are they content, was it easy?

    `nps` is 100 x (share of 9 and 10 - share of 0 to 6), `csat` the share of 4 and 5 of 5, `ces`
    the share of 5 to 7 of 7, over the answers of the window. `weighted_csat` weighs each
    customer's own share of 4 and 5 by what he is worth in the year. `coverage` is the share of
    live customers who answered at all, `value_covered` the share of the live customers' value
    that they bring. Rows by rep or department are about the rep who was rated; their coverage is
    that of the customers whom they own. The channel is that of the case that an answer belongs
    to, else the kind of the contact. Below 5 answers there are counts only; an nps of fewer than
    30 is marked. Observers are not asked: their ratings are not in it.

    Source: Reichheld, HBR 81 (2003); Dixon, Freeman & Toman, HBR 88 (2010); Wilson, JASA 22
    (1927); Rocks, American Statistician 70 (2016).

    Silence is not satisfaction: what those feel who were not asked, or did not answer, is unknown.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    asked = [one for one in said(book, span) if one.kind in KINDS and one.rater == "customer"]
    answers = sound(asked)
    customers = customers_at(book, as_of)
    keys = _Keys(by, people(book), {one.id: one for one in customers}, _channels(book, by, span))
    groups: dict[str, list[Said]] = defaultdict(list)
    for one in answers:
        groups[keys.of_answer(one)].append(one)
    names = keys.ordered(groups)
    pairs = [_content(groups[name]) for name in names]
    rates = compared_rates(pairs, policy.standard("min_n"))
    everyone = frozenset(one.customer for one in answers if one.customer)
    cells = _Cells(policy, worth(book, as_of), live(customers), keys, everyone)
    about = {keys.of_answer(one) for one in answers if one.rep == rep}
    rows = [
        (name, *cells.of(groups[name], rate, name))
        for name, rate in zip(names, rates, strict=True)
        if rep is None or name in about
    ]
    total = cells.of(answers, one_rate(*_content(answers), policy.standard("min_n")), None)
    shown = [one for one in answers if rep in (None, one.rep)]
    return Table(
        "satisfaction",
        f"Satisfaction by {by}, {span.since} to {span.until}",
        (Column("group", label=by), *COLUMNS),
        (*rows, (ALL, *total)) if names else (),
        (*off_scale_note(asked), *_notes(answers, pairs, by, cells)),
        (_answers_part(shown),),
        dict(zip((column.key for column in COLUMNS[:-1]), total, strict=False)),
        ("group", *SHOWN),
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _channels(book: Readable, by: str, span: Any) -> Mapping[str, str | None]:
    if by != "channel":
        return {}
    since, until = span.bounds
    return dict(book.query(CHANNELS, since=since, until=until))


class _Keys(NamedTuple):
    """To which row an answer, and a customer, belongs."""

    by: str
    reps: People
    customers: Mapping[str, CustomerAt]
    channels: Mapping[str, str | None]

    def of_answer(self, one: Said) -> str:
        if self.by == "month":
            return one.day[:7]
        if self.by == "channel":
            return self.channels.get(one.id) or NOT_KNOWN
        if self.by == "tier":
            customer = self.customers.get(one.customer or "")
            return (customer and customer.tier) or NOT_KNOWN
        return self._of_rep(one.rep)

    def of_customer(self, customer: CustomerAt) -> str:
        """For rows by tier, rep or department."""
        if self.by == "tier":
            return customer.tier or NOT_KNOWN
        return self._of_rep(customer.owner)

    def ordered(self, names: Iterable[str]) -> list[str]:
        if self.by == "rep":
            return self.reps.sorted(names)
        return sorted(names, key=lambda name: (name == NOT_KNOWN, name))

    def _of_rep(self, rep: str | None) -> str:
        if rep is None or self.by == "rep":
            return rep or NOT_KNOWN
        return self.reps.departments.get(rep, NOT_KNOWN)


class _Cells(NamedTuple):
    """The cells of a row, behind its name."""

    policy: Policy
    worth: Worth
    live: Sequence[CustomerAt]
    keys: _Keys
    heard: frozenset[str]  # who answered at all

    def of(self, answers: Sequence[Said], content: Rate, name: str | None) -> tuple[Any, ...]:
        """`name` None: the row of all."""
        min_n = self.policy.standard("min_n")
        easy = one_rate(*_share(answers, "ces", EASY), min_n)
        scores = [one.score or 0 for one in answers if one.kind == "nps"]
        score = None
        if len(scores) >= min_n:
            best = sum(each >= PROMOTER for each in scores)
            worst = sum(each <= DETRACTOR for each in scores)
            score = nps(best, len(scores) - best - worst, worst)
        few = 0 < len(scores) < self.policy.standard("satisfaction.nps_few")
        base, heard = self.live, self.heard
        if name is not None and self.keys.by in ("month", "channel"):
            heard = frozenset(one.customer for one in answers if one.customer)
        elif name is not None:
            base = [customer for customer in base if self.keys.of_customer(customer) == name]
        answered = [customer for customer in base if customer.id in heard]
        return (
            score[0] if score else None,
            len(scores),
            score[1] if score else None,
            score[2] if score else None,
            content.rate,
            content.n,
            content.low,
            content.high,
            easy.rate,
            easy.n,
            self._weighted(answers) if content.rate is not None else None,
            len(answered) / len(base) if base else None,
            self._covered(answered, base),
            content.k,
            easy.k,
            content.shrunk,
            content.outside,
            len(answered),
            len(base),
            "few answers" if few else None,
        )

    def _value(self, customer: str) -> Decimal:
        """What he is worth, as a weight: losses and the unknown weigh nothing."""
        return max(Decimal(), self.worth.of(customer) or Decimal())

    def _weighted(self, answers: Sequence[Said]) -> float | None:
        """Each customer's own share of 4 and 5, weighed by his value."""
        own: dict[str, list[bool]] = defaultdict(list)
        for one in answers:
            if one.kind == "csat" and one.customer:
                own[one.customer].append((one.score or 0) >= SATISFIED)
        total = sum((self._value(customer) for customer in own), Decimal())
        if not total:
            return None
        parts = (self._value(customer) * sum(its) / len(its) for customer, its in own.items())
        return float(sum(parts, Decimal()) / total)

    def _covered(self, answered: Sequence[CustomerAt], base: Sequence[CustomerAt]) -> float | None:
        total = sum((self._value(customer.id) for customer in base), Decimal())
        if not total:
            return None
        return float(sum((self._value(customer.id) for customer in answered), Decimal()) / total)


def _share(answers: Iterable[Said], kind: str, limit: int) -> tuple[int, int]:
    scores = [one.score or 0 for one in answers if one.kind == kind]
    return sum(score >= limit for score in scores), len(scores)


def _content(answers: Iterable[Said]) -> tuple[int, int]:
    return _share(answers, "csat", SATISFIED)


def _answers_part(answers: Iterable[Said]) -> Table:
    """Each answer, newest first."""
    rows = [(o.id, o.at, o.customer, o.rep, o.kind, o.score, o.comment) for o in answers]
    rows.sort(key=lambda row: row[0])
    rows.sort(key=lambda row: row[1][:10], reverse=True)
    return Table("answers", "Answers", ANSWERS, tuple(rows), empty="no answer in these days")


def _notes(
    answers: Sequence[Said], pairs: Sequence[tuple[int, int]], by: str, cells: _Cells
) -> tuple[str, ...]:
    if not answers:
        return ()
    known = cells.worth.source is not None
    silent = sum(customer.id not in cells.heard for customer in cells.live)
    said = {
        difference_note(pairs, f"{by}s", "answers of 4 and 5"): True,
        f"{counted(len(answers), 'answer')} of {counted(len(cells.heard), 'customer')}: "
        "one may weigh much": True,
        f"{counted(silent, 'live customer')} gave none: silence is not satisfaction": silent,
        f"value: {cells.worth.basis} of the year": known,
        "no sale yet, so nobody's value is known: crm sale add CUSTOMER PRODUCT": not known,
    }
    return tuple(note for note, holds in said.items() if note and holds)
