"""Which customers did we please, which did we offend, which are we about to lose?"""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.backtest import asked_days
from crmcli.reports.backtest import backtest as tried_on_the_past
from crmcli.reports.customers_at import none_live
from crmcli.reports.feedback_at import off_scale_note
from crmcli.reports.feedback_at import said
from crmcli.reports.merged import survivors
from crmcli.reports.pricing import money
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.verdicts import AT_RISK
from crmcli.reports.verdicts import OFFENDED
from crmcli.reports.verdicts import PLEASED
from crmcli.reports.verdicts import STEADY
from crmcli.reports.verdicts import UNKNOWN
from crmcli.reports.verdicts import WORDS
from crmcli.reports.verdicts import Verdict
from crmcli.reports.verdicts import verdicts
from crmcli.reports.window import Window
from crmcli.reports.window import window
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

COLUMNS = (
    Column("customer"),  # a slug may be long, so it may be folded
    Column("tier"),
    Column("owner"),
    Column("verdict"),
    Column("pleased", "yes"),
    Column("offended", "yes"),
    Column("at_risk", "yes"),
    Column("reasons", "list"),
    Column("value", "money"),
    Column("silence", "number"),
    Column("cadence", "number"),
    Column("overdue", "number"),
    Column("silence_score", "number"),
    Column("own_pauses", "number"),
    Column("last_contact", "date"),
    Column("health", "number"),
    Column("parts_known", "number", "of 6 known"),
    Column("basis"),
    Column("evidence", "evidence"),
)
SHOWN = ("customer", "tier", "owner", "reasons", "value", "silence", "health", "parts_known")
HEALTH = (
    Column("customer"),
    Column("contact", "number"),
    Column("satisfaction", "number"),
    Column("promises", "number"),
    Column("failures", "number"),
    Column("value", "number"),
    Column("breadth", "number"),
    Column("known", "number"),
    Column("health", "number"),
)


def relationships(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    customer: str | None = None,
    tier: str | None = None,
    only: str | None = None,
    backtest: str | None = None,
) -> Table:
    """Show each active or lapsed customer with a verdict, its reasons, and the records behind it.

    Offended: a failure still stands, see below. At risk: at least one reason, such as a silence
    of more than twice the cadence, one unusual for this customer, sales down to less than half,
    several failures that are not settled, a decision-maker who left, a contract that ends without
    an open deal, or a bad mood when last met. Pleased: a good rating, a compliment, a customer
    brought to us, or a good mood in these days, and not offended. The three are told
    independently; the verdict is the first that holds, then steady (a sign of life or feedback in
    these days), then unknown. Silence alone never makes a customer offended.

    A failure is a complaint, a low rating, an interaction with a failure or an offended mood, a
    promise not kept by the day agreed, or a mail without an answer by its deadline; what is told
    of one case in several records is one failure. An open complaint and an open promise stand at
    any age, the others while they lie in these days and the customer has not shown that it is
    well. A promise only a few days late offends nobody yet.

    Silence is counted in days since the last two-way contact or sale. The silence score is the
    share of pauses at least as long as this one, own pauses first, those of all customers beside;
    small is unusual. Health is the plain mean of six parts of 0 to 100, with how many are known:
    contact, satisfaction, promises, failures, value, breadth; with fewer than three there is none.
    --only keeps those who are pleased, offended or at risk, whatever else they are.
    --backtest tries the measures of silence on the book's own past.

    Source: recency against a cadence: Wübben and Wangenheim, Journal of Marketing 72(3) (2008)
    82-93. No probability to be alive is computed: by such models every one-time buyer is alive
    for good (Fader, Hardie and Lee, Marketing Science 24 (2005) 275-284). Equal weights: Dawes,
    American Psychologist 34 (1979) 571-582. Bands of a recommendation: Reichheld, Harvard
    Business Review 81(12) (2003) 46-54.

    What nobody wrote down is not in it: most unhappy customers never complain, and a mood is what
    the rep saw. Why a customer is silent cannot be known from the silence.
    """
    policy = book.policy
    _check(policy, tier, only)
    span = window(policy, as_of, since, until)
    brought = worth(book, as_of)
    wanted = survivors(book).get(customer, customer) if customer else None
    every = verdicts(book, as_of, span)
    chosen = [
        one
        for one in every
        if rep in (None, one.of.customer.owner)
        and wanted in (None, one.of.customer.id)
        and tier in (None, one.of.customer.tier)
        and (only is None or _is(one, only))
    ]
    chosen.sort(key=lambda one: _place(one, brought))
    parts = [_health(chosen, policy)]
    if backtest:
        parts.append(tried_on_the_past(book, as_of, asked_days(backtest, policy)))
    return Table(
        "relationships",
        f"Relationships, {span.since} to {span.until}{_basis(brought)}",
        COLUMNS,
        tuple(_row(one, brought, policy) for one in chosen),
        _notes(book, every, brought, span),
        tuple(parts),
        _summary(chosen, brought),
        SHOWN,
        "no active or lapsed customer like that" if every else none_live(book, as_of),
        group="verdict",
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _check(policy: Policy, tier: str | None, only: str | None) -> None:
    tiers = [known.name for known in policy.tiers]
    for word, known, name in ((tier, tiers, "tier"), (only, WORDS, "only")):
        if word is not None and word not in known:
            raise BadValueError(f"--{name} '{word}' is not one of {', '.join(known)}")


def _is(one: Verdict, word: str) -> bool:
    flags = {OFFENDED: one.offended, AT_RISK: one.at_risk, PLEASED: one.pleased}
    return flags.get(word, one.word == word)


def _place(one: Verdict, brought: Worth) -> tuple[Any, ...]:
    id = one.of.customer.id
    value, silence = brought.of(id), one.of.silence
    return (
        WORDS.index(one.word),
        value is None,
        -(value or 0),
        silence is None,
        -(silence or 0),
        id,
    )


def _row(one: Verdict, brought: Worth, policy: Policy) -> tuple[Any, ...]:
    of = one.of
    last = of.last_contact
    return (
        of.customer.id,
        of.customer.tier,
        of.customer.owner,
        one.word,
        one.pleased,
        one.offended,
        one.at_risk,
        one.reasons,
        money(brought.of(of.customer.id), policy),
        of.silence,
        of.customer.cadence,
        None if of.silence is None else of.silence / of.customer.cadence,
        of.score,
        len(of.pauses),
        date.fromisoformat(last) if last else None,
        one.health.score(policy),
        one.health.known,
        one.basis,
        one.evidence,
    )


def _health(chosen: Sequence[Verdict], policy: Policy) -> Table:
    rows = tuple(
        (one.of.customer.id, *one.health, one.health.known, one.health.score(policy))
        for one in chosen
    )
    title = "Health, each part 0 to 100"
    return Table("health", title, HEALTH, rows, empty="no customer, so no health")


def _basis(brought: Worth) -> str:
    return "" if brought.source is None else f", value: {brought.basis} of the year"


def _notes(
    book: Readable, every: Sequence[Verdict], brought: Worth, span: Window
) -> tuple[str, ...]:
    answers = said(book, span)
    notes = [*off_scale_note(answers)]
    if every and not answers:
        notes.append("no feedback in these days: crm feedback add CUSTOMER SCORE says more")
    elif every and brought.source is None:
        notes.append("no sale and no won deal yet: crm sale add says more")
    if any(one.of.silence is not None and one.of.score is None for one in every):
        notes.append("too few pauses in this book: no silence score")
    notes.extend(note for note in (brought.missing, *brought.notes) if note)
    return tuple(notes)


def _summary(chosen: Sequence[Verdict], brought: Worth) -> Mapping[str, Any]:
    at_stake = [one for one in chosen if one.at_risk or one.offended]
    known = [brought.of(one.of.customer.id) for one in at_stake]
    return {
        "customers": len(chosen),
        "pleased": sum(one.pleased for one in chosen),
        "offended": sum(one.offended for one in chosen),
        "at_risk": sum(one.at_risk for one in chosen),
        "steady": sum(one.word == STEADY for one in chosen),
        "unknown": sum(one.word == UNKNOWN for one in chosen),
        "value_at_risk": None
        if brought.source is None
        else sum((value for value in known if value is not None), Decimal()),
    }
