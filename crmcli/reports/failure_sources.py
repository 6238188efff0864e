"""Where failures are told of: cases, ratings, interactions, promises, mails, silences."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.cases_at import CaseAt
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.feedback_at import Said
from crmcli.reports.good_events import COMPUTED
from crmcli.reports.good_events import SAID
from crmcli.reports.good_events import SEEN
from crmcli.reports.good_events import rating_words
from crmcli.reports.good_events import said_by_customers
from crmcli.reports.life import Life
from crmcli.reports.merged import survivors
from crmcli.reports.promise_dates import days_between
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.readable import Readable
from crmcli.reports.replies import LATE
from crmcli.reports.replies import UNANSWERED
from crmcli.reports.replies import inbounds
from crmcli.reports.visit_filing import DAY
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

UNNAMED = "unnamed"

OFFENCES = """
    SELECT id, customer, day, rep, mood, failure, step, summary
    FROM interactions
    WHERE (failure IS NOT NULL OR mood = 'offended') AND kind <> 'note'
        AND day BETWEEN :since AND :until AND customer IS NOT NULL {whose}
    ORDER BY day, id
"""
RATED = """
    SELECT id, failure, step, rep FROM interactions
    WHERE id IN (SELECT value FROM json_each(:ids))
"""
OF_INTERACTIONS = """
    SELECT id, case_id FROM interactions WHERE case_id IS NOT NULL ORDER BY case_id, id
"""
OF_PROMISES = """
    SELECT id, case_id FROM promises WHERE case_id IS NOT NULL ORDER BY id
"""


class Told(NamedTuple):
    """A failure as one record tells of it. Days are ISO text; `case` is the one it names.

    `mendable` False: never put right by us, only settled by the customer. `accepted` is the day
    on which the customer said that it is settled. `began` as in Failure.
    """

    rule: str
    customer: str
    day: str
    basis: str
    type: str
    step: str | None
    rep: str | None
    id: str
    kind: str
    text: str
    what: str | None
    case: str | None
    began: str
    mendable: bool
    resolved: str | None = None
    accepted: str | None = None


def cases_of_interactions(book: Readable, cases: Iterable[CaseAt]) -> dict[str, str]:
    """The case that an interaction is about: the one it names, else the first opened in it."""
    opened = {case.opened_in: case.id for case in reversed([*cases]) if case.opened_in}
    return opened | dict(book.query(OF_INTERACTIONS))


def complaints(cases: Iterable[CaseAt], as_of: date) -> list[Told]:
    """B1: cases of type complaint, on the day opened; resolved unless opened again since.

    One whose day nobody wrote down counts on the day it was resolved, else on the day asked; one
    resolved on an unknown day, on the day it was accepted or opened.
    """
    found = []
    for case in cases:
        if case.type != "complaint" or case.customer is None:
            continue
        day = case.opened_day or case.resolved_day or as_of.isoformat()
        accepted = case.accepted and case.accepted[:DAY]
        resolved = (case.resolved_day or accepted or day) if case.status == "resolved" else None
        again = f", opened again {case.reopenings[-1]}" if case.reopenings else ""
        found.append(
            Told(
                "B1", case.customer, day, SAID, case.failure or UNNAMED, case.step, case.owner,
                case.id, "case", f"complaint{again}", case.what, case.id, day, True,
                resolved, accepted,
            )
        )  # fmt: skip
    return found


def bad_ratings(
    book: Readable, span: Window, cases: Mapping[str, str], only: Sequence[str] | None
) -> list[Told]:
    """B2: a low csat, nps or conduct item that a customer gave in these days.

    Type and step are those of the interaction that it is about.
    """
    every = said_by_customers(book, span, only)
    low = [one for one in every if one.customer and _is_low(one, book.policy)]
    ids = [one.interaction for one in low if one.interaction]
    about = {id: rest for id, *rest in book.query(RATED, ids=listed(ids))} if ids else {}
    found = []
    for one in low:
        failure, step, rep = about.get(one.interaction, (None, None, None))
        found.append(
            Told(
                "B2", str(one.customer), one.day, SAID, failure or UNNAMED, step, one.rep or rep,
                one.id, "feedback", rating_words(one._replace(comment=None)), one.comment,
                one.case or cases.get(one.interaction or ""), one.day, False,
            )
        )  # fmt: skip
    return found


def _is_low(one: Said, policy: Policy) -> bool:
    if one.kind not in ("csat", "nps", "conduct") or one.score is None:
        return False
    limit: int = policy.standard(f"bad.{one.kind}")
    return one.score <= limit


def offences(
    book: Readable, span: Window, cases: Mapping[str, str], only: Sequence[str] | None
) -> list[Told]:
    """B3: contacts of these days with a failure noted, or an offended customer."""
    since, until = span.bounds
    heirs = survivors(book)
    found = []
    for id, customer, day, rep, mood, failure, step, summary in book.query(
        OFFENCES.format(whose=narrowed(only)), since=since, until=until, customers=listed(only)
    ):
        words = " and ".join(
            word for word in (failure, mood if mood == "offended" else None) if word
        )
        found.append(
            Told(
                "B3", heirs.get(customer, customer), day, SEEN, failure or UNNAMED, step, rep,
                id, "interaction", words, summary, cases.get(id), day, False,
            )
        )  # fmt: skip
    return found


def missed_promises(book: Readable, as_of: date, promises: Iterable[PromiseAt]) -> list[Told]:
    """B4: those of the promises to customers that were not kept by the day agreed.

    Dated on the day after it, or when broken or withdrawn by us, if that was earlier. An archived
    one that is open, and a disputed one, are none.
    """
    cases = dict(book.query(OF_PROMISES))
    found = []
    for promise in promises:
        told = _missed(promise, as_of.isoformat(), cases.get(promise.id))
        if told is not None:
            found.append(told)
    return found


def _missed(promise: PromiseAt, as_of: str, case: str | None) -> Told | None:
    standing = promise.standing
    status, settled, due = standing.status, standing.settled, standing.agreed_due
    if promise.customer is None or standing.disputed:
        return None
    late = days_between(due, as_of if status == "open" else settled)
    if status in ("broken", "withdrawn-by-us"):
        day = min(filter(None, (settled, due and _next_day(due))), default=None)
        if day is None or day > as_of:
            return None
        resolved, text = None, "broken" if status == "broken" else "withdrawn by us"
    elif late is None or late <= 0 or (status == "open" and promise.archived):
        return None
    else:
        day, resolved = _next_day(str(due)), settled
        text = {
            "open": f"late {_days(late)}",
            "kept": f"kept {_days(late)} late",
        }.get(status, f"withdrawn by the customer {_days(late)} late")
    return Told(
        "B4", promise.customer, day, COMPUTED, "disappointment", None, promise.by, promise.id,
        "promise", text, promise.what, case, day, status not in ("broken", "withdrawn-by-us"),
        resolved,
    )  # fmt: skip


def late_answers(
    book: Readable,
    as_of: date,
    span: Window,
    cases: Mapping[str, str],
    only: Sequence[str] | None,
) -> list[Told]:
    """B5: what needed an answer and had none by its deadline; resolved by the answer."""
    # What is due in these days may have come shortly before them.
    early = max(1, span.since.toordinal() - 1 - book.policy.standard("reply_hours") // 24)
    wider = Window(date.fromordinal(early), span.until)
    found = []
    for one in inbounds(book, wider, as_of, only=only, also_earlier=True):
        if one.state not in (LATE, UNANSWERED):
            continue
        day, answered = one.deadline[:DAY], one.answered and one.answered[:DAY]
        words = f"{one.kind} of {one.day} unanswered"
        if answered:
            words = f"{one.kind} of {one.day} answered {answered}"
        found.append(
            Told(
                "B5", one.customer, day, COMPUTED, "neglect", one.step, one.rep, one.id,
                "interaction", words, None, one.case or cases.get(one.id), one.day, True,
                answered,
            )
        )  # fmt: skip
    return found


def silences(
    life: Life, customers: Iterable[CustomerAt], policy: Policy, span: Window
) -> list[Told]:
    """B6: silences of more than twice the present cadence, dated or ended in these days.

    They end with the next sign of life. The rep is the customer's owner.
    """
    factor = policy.standard("relationships.silence_factor")
    first, last = span.since.toordinal(), span.until.toordinal()
    found = []
    for customer in customers:
        days = life.days.get(customer.id, ())
        owed = int(factor * customer.cadence)
        for before, after in pairwise((*days, None)):
            assert before is not None
            start = before + owed + 1
            if (after or life.as_of) < start or start > last or (after or last) < first:
                continue
            day = date.fromordinal(start).isoformat()
            resolved = date.fromordinal(after).isoformat() if after else None
            words = f"silent {_days((after or life.as_of) - before)}, cadence {customer.cadence}"
            found.append(
                Told(
                    "B6", customer.id, day, COMPUTED, "neglect", None, customer.owner, customer.id,
                    "customer", words, None, None, day, True, resolved,
                )
            )  # fmt: skip
    return found


def _next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"
