"""Good events: what shows that a customer is well pleased, and on what day."""

from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.model.words import SCALES
from crmcli.reports.feedback_at import Said
from crmcli.reports.feedback_at import said
from crmcli.reports.feedback_at import sound
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.table import Evidence
from crmcli.reports.touches import TWO_WAY
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

SAID, SEEN, COMPUTED = "said", "seen", "computed"

PLEASED = f"""
    SELECT id, customer, day, rep, mood, summary
    FROM interactions
    WHERE mood IN ('pleased', 'delighted') AND day BETWEEN :since AND :until
        AND customer IS NOT NULL AND {TWO_WAY} {{whose}}
    ORDER BY day, id
"""
# Born with the first line of its history; without one nobody knows when it was brought.
BROUGHT = """
    SELECT c.id, c.referred_by, min(h.date), c.name
    FROM customers c JOIN history h ON h.kind = 'customer' AND h.id = c.id
    WHERE c.referred_by IS NOT NULL AND c.merged_into IS NULL {whose}
    GROUP BY c.id
    HAVING min(h.date) BETWEEN :since AND :until
    ORDER BY c.id
"""


class Good(NamedTuple):
    """A good event. `day` is an ISO day.

    `rule`: G1 a good csat, G2 a good nps, G3 a compliment, G4 brought us another customer,
    G5 the rep saw him pleased. `rep` is who is rated, or who met him; None: not known. `id` and
    `kind` are of the record behind it.
    """

    rule: str
    customer: str
    day: str
    basis: str
    id: str
    kind: str
    rep: str | None
    text: str

    @property
    def evidence(self) -> Evidence:
        """The event as a line under a verdict."""
        return Evidence(date.fromisoformat(self.day), self.id, self.kind, self.basis, self.text)


@remembered
def good_events(
    book: Readable, as_of: date, span: Window, *, only: Sequence[str] | None = None
) -> list[Good]:
    """The good events of these days, up to `as_of`, by day and id.

    Ratings are those of customers: what an observer gives is not said by the customer. `only`: ids
    of customers, those merged into them too.
    """
    span = Window(span.since, min(span.until, as_of))
    since, until = span.bounds
    heirs = survivors(book)
    params = {"since": since, "until": until, "customers": listed(only)}
    found = [
        Good(rule, one.customer, one.day, SAID, one.id, "feedback", one.rep, rating_words(one))
        for one in said_by_customers(book, span, only)
        for rule in _rule(one, book.policy.standard)
        if one.customer
    ]
    for id, customer, day, name in book.query(
        BROUGHT.format(whose=narrowed(only, "c.referred_by")), **params
    ):
        friend = heirs.get(customer, customer)
        if friend != id:
            found.append(Good("G4", friend, day, SAID, id, "customer", None, f"brought us {name}"))
    for id, customer, day, rep, mood, summary in book.query(
        PLEASED.format(whose=narrowed(only)), **params
    ):
        words = f"{mood}: {summary}" if summary else mood
        friend = heirs.get(customer, customer)
        found.append(Good("G5", friend, day, SEEN, id, "interaction", rep, words))
    found.sort(key=lambda good: (good.day, good.id))
    return found


def said_by_customers(
    book: Readable, span: Window, only: Sequence[str] | None = None
) -> list[Said]:
    """Ratings on their scale, and compliments, that customers gave in these days, by time and id."""
    return [one for one in sound(said(book, span, only=only)) if one.rater == "customer"]


def rating_words(one: Said) -> str:
    """A rating as words: `csat 2 of 5: too slow`."""
    head = f"{one.kind} {one.item}" if one.item else one.kind
    if one.kind in SCALES:
        head = f"{head} {one.score} of {SCALES[one.kind][1]}"
    return f"{head}: {one.comment}" if one.comment else head


def is_good(one: Said, standard: Callable[[str], int]) -> bool:
    """Whether a csat or nps is a good one."""
    return bool(_rule(one, standard)) and one.kind != "compliment"


def _rule(one: Said, standard: Callable[[str], int]) -> tuple[str, ...]:
    if one.kind == "compliment":
        return ("G3",)
    rule = {"csat": "G1", "nps": "G2"}.get(one.kind)
    if rule is None or one.score is None or one.score < standard(f"good.{one.kind}"):
        return ()
    return (rule,)
