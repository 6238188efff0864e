"""The verdict on each customer: pleased, offended, about to be lost, steady or unknown."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.failures import OPEN
from crmcli.reports.failures import Failure
from crmcli.reports.good_events import COMPUTED
from crmcli.reports.good_events import SEEN
from crmcli.reports.health import Health
from crmcli.reports.health import health
from crmcli.reports.promise_dates import days_between
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.risks import Risk
from crmcli.reports.risks import risks
from crmcli.reports.standing import Standing
from crmcli.reports.standing import standings
from crmcli.reports.table import Evidence
from crmcli.reports.window import Window

OFFENDED, AT_RISK, PLEASED = "offended", "at-risk", "pleased"
STEADY, UNKNOWN = "steady", "unknown"
WORDS = (OFFENDED, AT_RISK, PLEASED, STEADY, UNKNOWN)  # the first that holds is the verdict
BASES = {SEEN: "as the rep saw it", COMPUTED: "computed, not said"}


class Verdict(NamedTuple):
    """What is said of a customer, and why.

    The flags are independent of each other, `word` is the first that holds. `offences` are the
    failures that offended him. `why` tells why nothing can be said.
    """

    of: Standing
    word: str
    pleased: bool
    offended: bool
    offences: Sequence[Failure]
    risks: Sequence[Risk]
    health: Health
    why: str

    @property
    def at_risk(self) -> bool:
        """Whether there is a reason to fear that we lose him."""
        return bool(self.risks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why he is at risk; or why nothing can be said of him."""
        return tuple(risk.reason for risk in self.risks) or ((self.why,) if self.why else ())

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All records behind the flags, newest first."""
        return _ordered([*self._of(OFFENDED), *self._of(AT_RISK), *self._of(PLEASED)])

    @property
    def basis(self) -> str | None:
        """What the verdict rests on, where the customer himself said nothing."""
        bases = {one.basis for one in self._of(self.word)}
        return BASES.get(bases.pop()) if len(bases) == 1 else None

    def _of(self, flag: str) -> list[Evidence]:
        if flag == OFFENDED:
            return [one.evidence for one in self.offences]
        if flag == AT_RISK:
            return [line for risk in self.risks for line in risk.evidence]
        return [one.evidence for one in self.of.goods] if flag == PLEASED and self.pleased else []


@remembered
def verdicts(
    book: Readable, as_of: date, span: Window, *, only: Sequence[str] | None = None
) -> list[Verdict]:
    """The verdict on each live customer on the day, by id. `only` as in `standings`."""
    policy = book.policy
    return [
        _verdict(standing, as_of, span, policy)
        for standing in standings(book, as_of, span, only=only)
    ]


def _verdict(of: Standing, as_of: date, span: Window, policy: Policy) -> Verdict:
    offences = [one for one in of.incidents if one.standing and not _in_grace(one, as_of, policy)]
    pleased = bool(of.goods) and not offences
    found = risks(of, as_of, span, policy)
    since, until = span.bounds
    alive = bool(of.ratings) or since <= (of.last_sign or "") <= until
    held = (bool(offences), bool(found), pleased, alive, True)
    word = next(word for word, holds in zip(WORDS, held, strict=True) if holds)
    return Verdict(
        of=of,
        word=word,
        pleased=pleased,
        offended=bool(offences),
        offences=offences,
        risks=found,
        health=health(of, policy),
        why=_unheard(of) if word == UNKNOWN else "",
    )


def _in_grace(failure: Failure, as_of: date, policy: Policy) -> bool:
    """Whether it is a promise still open that was due only a few days ago."""
    if failure.rule != "B4" or not failure.mendable or failure.state != OPEN:
        return False
    # A failure is dated on the day after the one agreed.
    past = int(days_between(failure.day, as_of.isoformat()) or 0) + 1
    grace: int = policy.standard("relationships.promise_grace")
    return past <= grace


def _unheard(of: Standing) -> str:
    if of.last_sign:
        return f"nothing since {of.last_sign}"
    if of.last_contact:
        return f"tried on {of.last_contact}, never reached"
    return "never contacted"


def _ordered(lines: list[Evidence]) -> tuple[Evidence, ...]:
    """Newest first; a record that stands for two things is named once, a customer for each."""
    named = {(line.id, line.text if line.kind == "customer" else ""): line for line in lines[::-1]}
    found = sorted(named.values(), key=lambda line: (line.id, line.text))
    found.sort(key=lambda line: line.date or date.min, reverse=True)
    return tuple(found)
