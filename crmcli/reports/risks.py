"""Why a customer may be about to leave us: each reason with its evidence."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.failures import SETTLED
from crmcli.reports.failures import Failure
from crmcli.reports.good_events import COMPUTED
from crmcli.reports.good_events import SEEN
from crmcli.reports.pricing import shown
from crmcli.reports.promise_dates import days_between
from crmcli.reports.standing import Standing
from crmcli.reports.table import Evidence
from crmcli.reports.window import Window


class Risk(NamedTuple):
    """A reason, and what it rests on."""

    reason: str
    evidence: tuple[Evidence, ...]


class _Asked(NamedTuple):
    """A customer, and the days and limits by which he is judged."""

    of: Standing
    as_of: date
    span: Window
    policy: Policy

    def limit(self, key: str) -> float:
        value: float = self.policy.standard(f"relationships.{key}")
        return value

    def since(self, day: str) -> int:
        """Days from that day to the day asked."""
        return int(days_between(day, self.as_of.isoformat()) or 0)

    def line(self, day: str | None, text: str) -> tuple[Evidence, ...]:
        when = date.fromisoformat(day) if day else self.as_of
        return (Evidence(when, self.of.customer.id, "customer", COMPUTED, text),)


Found = tuple[Evidence, ...]


def risks(of: Standing, as_of: date, span: Window, policy: Policy) -> tuple[Risk, ...]:
    """The reasons that hold, in the order of RULES; none: not at risk."""
    asked = _Asked(of, as_of, span, policy)
    found = ((reason, rule(asked)) for reason, rule in RULES.items())
    return tuple(Risk(reason, evidence) for reason, evidence in found if evidence)


def _silence(asked: _Asked) -> Found:
    silence, cadence = asked.of.silence, asked.of.customer.cadence
    if silence is None or silence <= asked.limit("silence_factor") * cadence:
        return ()
    return asked.line(
        asked.of.last_sign, f"last sign of life, silent {silence} days, cadence {cadence}"
    )


def _out_of_rhythm(asked: _Asked) -> Found:
    score, pauses = asked.of.score, asked.of.pauses
    if score is None or len(pauses) < asked.limit("silence_gaps"):
        return ()
    if score >= asked.limit("silence_score"):
        return ()
    longest = f"the longest of {len(pauses)} pauses was {max(pauses)}"
    return asked.line(asked.of.last_sign, f"silent {asked.of.silence} days, {longest}")


def _value_down(asked: _Asked) -> Found:
    halves = asked.of.halves
    if halves is None or halves.share is None or halves.orders < asked.limit("value_orders"):
        return ()
    if float(halves.share) >= asked.limit("value_drop"):
        return ()
    now, before = shown(halves.now, asked.policy), shown(halves.before, asked.policy)
    days = f"{asked.limit('value_days'):.0f} days"
    return asked.line(None, f"sales of {now} in {days}, {before} in the {days} before")


def _failures(asked: _Asked) -> Found:
    every = asked.of.incidents
    since, until = asked.span.bounds
    old = [
        one for one in every if one.standing and asked.since(one.day) > asked.limit("failure_days")
    ]
    recent = [one for one in every if one.state != SETTLED and since <= one.day <= until]
    if len(recent) < asked.limit("failures"):
        recent = []
    chosen: dict[str, Failure] = {one.id: one for one in (*old, *recent)}
    return tuple(one.evidence for one in chosen.values())


def _contact_left(asked: _Asked) -> Found:
    people, day = asked.of.key_people, asked.as_of.isoformat()
    if any(person.id in asked.of.met for person in people):
        return ()
    gone = [
        person
        for person in people
        if person.left
        and person.left <= day
        and asked.since(person.left) < asked.limit("contact_left")
    ]
    return tuple(
        line
        for person in gone
        for line in asked.line(person.left, f"{person.name} ({person.role}) left")
    )


def _contract(asked: _Asked) -> Found:
    end = asked.of.contract_end
    if end is None or asked.of.has_open_deal:
        return ()
    return asked.line(end, "end of the contract, and no open deal")


def _mood(asked: _Asked) -> Found:
    last = asked.of.mood
    if last is None or last.mood not in ("unhappy", "offended"):
        return ()
    words = f"{last.mood}: {last.summary}" if last.summary else last.mood
    return (Evidence(date.fromisoformat(last.day), last.id, "interaction", SEEN, words),)


RULES: dict[str, Callable[[_Asked], Found]] = {
    "silence": _silence,
    "out-of-rhythm": _out_of_rhythm,
    "value-down": _value_down,
    "failures": _failures,
    "contact-left": _contact_left,
    "contract": _contract,
    "mood": _mood,
}
