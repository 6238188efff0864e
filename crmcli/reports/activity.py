"""In what state a customer is, by his signs of life alone."""

from collections.abc import Iterable
from datetime import date

from crmcli.model.policy import Policy
from crmcli.model.statistics import silence_score
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.life import Life
from crmcli.reports.window import Window

ACTIVITIES = ("new", "won-back", "active", "quiet", "gone-quiet", "never")


def activities(
    customers: Iterable[CustomerAt], life: Life, span: Window, policy: Policy
) -> dict[str, str]:
    """The state of each customer on the day of `life`, one of ACTIVITIES.

    `new`: first heard of in the last 180 days. `won-back`: came back in the window after a pause
    that was unusual for him. Else how usual the present silence is; in a book with too few pauses
    to tell, by the days owed: up to once active, up to twice quiet.
    """
    judge = _Judge(life, span, policy)
    return {each.id: judge.activity(each) for each in customers}


class _Judge:
    def __init__(self, life: Life, span: Window, policy: Policy) -> None:
        self.life, self.policy = life, policy
        self.since, self.until = span.since.toordinal(), span.until.toordinal()
        self.unusual = policy.standard("relationships.silence_score")
        self.usual = policy.standard("matrix.silence_score")
        self.weight = policy.standard("relationships.silence_k")
        self.measured = len(life.pool) >= policy.standard("relationships.silence_pool")

    def activity(self, who: CustomerAt) -> str:
        days = self.life.days.get(who.id, ())
        if not days:
            return "never"
        if self.life.as_of - days[0] < self.policy.standard("base.new_days"):
            return "new"
        if self.measured and self._is_won_back(who.id):
            return "won-back"
        score = self.life.score(who.id, self.policy)
        if score is None:
            owed = (self.life.as_of - days[-1]) / max(1, who.cadence)
            return "active" if owed <= 1 else "quiet" if owed <= 2 else "gone-quiet"  # noqa: PLR2004 (twice)
        if score >= self.usual:
            return "active"
        return "quiet" if score >= self.unusual else "gone-quiet"

    def _is_won_back(self, id: str) -> bool:
        """Whether a pause ended in the window that was unusual beside his pauses before it."""
        days, pauses = self.life.days[id], self.life.pauses(id)
        for at in range(len(pauses) - 1, -1, -1):
            if days[at + 1] < self.since:
                return False
            if days[at + 1] <= self.until:
                score = silence_score(pauses[:at], self.life.pool, pauses[at], self.weight)
                if score is not None and score < self.unusual:
                    return True
        return False


def last_heard(life: Life, customer: str) -> date | None:
    """The day of the last sign of life; None if there never was one."""
    last = life.last(customer)
    return None if last is None else date.fromordinal(last)
