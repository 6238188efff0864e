"""The health of a relationship: a plain mean of what is known, with how much is known."""

from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.words import SCALES
from crmcli.reports.failures import OPEN
from crmcli.reports.failures import SETTLED
from crmcli.reports.standing import Standing

WHOLE = 100


class Health(NamedTuple):
    """Six parts of 0 to 100, None where unknown.

    Source of equal weights: Dawes, American Psychologist 34 (1979) 571-582.
    """

    contact: float | None
    satisfaction: float | None
    promises: float | None
    failures: float | None
    value: float | None
    breadth: float | None

    @property
    def known(self) -> int:
        """How many parts are known."""
        return sum(part is not None for part in self)

    def score(self, policy: Policy) -> float | None:
        """The mean of the known parts; None with fewer than `relationships.health_parts`."""
        known = [part for part in self if part is not None]
        if not known or len(known) < policy.standard("relationships.health_parts"):
            return None
        return sum(known) / len(known)

    def words(self, policy: Policy) -> str:
        """`71 (4 of 6 known)`, or `unknown (2 of 6 known)`."""
        score = self.score(policy)
        head = "unknown" if score is None else f"{score:.0f}"
        return f"{head} ({self.known} of {len(self)} known)"


def health(of: Standing, policy: Policy) -> Health:
    """The parts of a customer's health.

    contact: how near the last sign of life is to his cadence. satisfaction: the mean rating.
    promises: those kept by the day first promised. failures: 0 with an open one that stands, 50
    with one that is not settled, else 100. value: sales against those before. breadth: people met.
    """
    return Health(
        _contact(of), _satisfaction(of), _promises(of), _failures(of), _value(of),
        _breadth(of, policy),
    )  # fmt: skip


def _contact(of: Standing) -> float | None:
    if of.silence is None:
        return None
    return WHOLE * min(1, of.customer.cadence / max(of.silence, 1))


def _satisfaction(of: Standing) -> float | None:
    shares = []
    for one in of.ratings:
        if one.kind in SCALES and one.score is not None:
            low, high = SCALES[one.kind]
            shares.append((one.score - low) / (high - low))
    return WHOLE * sum(shares) / len(shares) if shares else None


def _promises(of: Standing) -> float | None:
    return WHOLE * of.kept / of.promised if of.promised else None


def _failures(of: Standing) -> float | None:
    if not (of.incidents or of.two_way or of.ratings):
        return None
    if any(one.standing and one.state == OPEN for one in of.incidents):
        return 0
    return WHOLE / 2 if any(one.state != SETTLED for one in of.incidents) else WHOLE


def _value(of: Standing) -> float | None:
    share = of.halves.share if of.halves else None
    # What came back may be more than what was sold: no part of a health is below 0.
    return None if share is None else WHOLE * max(0, min(1, float(share)))


def _breadth(of: Standing, policy: Policy) -> float | None:
    if of.customer.kind != "company" or not of.two_way:
        return None
    wanted: int = policy.standard("continuity.min_contacts")
    return WHOLE * min(1, len(of.met) / max(wanted, 1))
