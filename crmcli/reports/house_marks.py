"""How each question of the house is marked: good, watch, act or unknown, and by which figure."""

from collections.abc import Callable
from datetime import date
from typing import Any
from typing import NamedTuple
from typing import Protocol

from crmcli.model.policy import Policy
from crmcli.model.statistics import newcombe
from crmcli.model.statistics import wilson
from crmcli.reports import registry
from crmcli.reports.people import ALL
from crmcli.reports.rates import rate_words
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import Remembering
from crmcli.reports.table import Table
from crmcli.reports.window import window

GOOD, WATCH, ACT, UNKNOWN = "good", "watch", "act", "unknown"
NO_MARK = "no mark"


class Judged(NamedTuple):
    """The mark of a question, the figure that decides it in words, and how many it rests on."""

    mark: str
    figure: str
    n: int | None


class Asked:
    """The reports, each worked out once and, where asked for, once more for the window before.

    Without days of one's own each report looks at those that are usual for it.
    """

    def __init__(self, book: Readable, as_of: date, since: date | None, until: date | None) -> None:
        self.book = Remembering(book)
        self.policy: Policy = book.policy
        before = window(self.policy, as_of, since, until).before
        self._days = {
            False: (as_of, since, until),
            True: (before.until, *(before if since or until else (None, None))),
        }

    def table(self, report: str, *, before: bool = False) -> Table:
        """What the report says."""
        return registry.told(self.book, report, *self._days[before])

    def figure(self, report: str, key: str, *, before: bool = False) -> Any:
        """A number of the report's summary, else of its row of all; None where it has none.

        Raises KeyError if the report knows no such figure.
        """
        table = self.table(report, before=before)
        if key in table.summary:
            return table.summary[key]
        at = table.keys.index(key) if key in table.keys else None
        if at is None:
            raise KeyError(f"{report} has no figure {key}")
        return next((row[at] for row in table.rows if row[0] == ALL), None)

    def count(self, report: str, key: str, *, before: bool = False) -> int:
        """The same as a whole number, 0 where it is not known, or where no key is given."""
        return int(self.figure(report, key, before=before) or 0) if key else 0


class Rule(Protocol):
    """How a figure becomes a mark."""

    @property
    def figure(self) -> str:
        """The key, or keys, of the figure."""

    @property
    def limits(self) -> tuple[str, str, str]:
        """In words: when it is good, when to watch, when to act; empty where never."""

    def judge(self, report: str, asked: Asked) -> Judged:
        """The mark."""


class Standard(NamedTuple):
    """A rate against the standard of the house, with its interval."""

    k: str
    n: str
    standard: str
    less: str = ""  # what is taken from n

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return f"{self.k} of {self.n}" + (f" - {self.less}" if self.less else "")

    @property
    def limits(self) -> tuple[str, str, str]:
        """The limits in words."""
        name = f"`{self.standard}`"
        low, high = f"lower bound at least {name}", f"upper bound below {name}"
        return low, f"{name} lies between the bounds", high

    def judge(self, report: str, asked: Asked) -> Judged:
        """By the bounds of the rate; unknown without a case."""
        n = asked.count(report, self.n) - asked.count(report, self.less)
        return against(asked.policy, self.standard, asked.count(report, self.k), n)


def against(policy: Policy, standard: str, k: int, n: int) -> Judged:
    """Good, watch or act by the bounds (95 %) of k of n; unknown without a case."""
    bounds = wilson(k, n)
    if bounds is None:
        return Judged(UNKNOWN, "none yet", 0)
    wanted = policy.standard(standard)
    words = f"{rate_words(k, n, policy.standard('min_n'))}; standard {wanted * 100:.0f} %"
    return Judged(GOOD if bounds[0] >= wanted else ACT if bounds[1] < wanted else WATCH, words, n)


class NoneOf(NamedTuple):
    """Things of which there should be none. `n`: among how many; `less` of these are unknown."""

    key: str
    n: str
    words: str
    otherwise: str = ACT
    less: str = ""

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return self.key

    @property
    def limits(self) -> tuple[str, str, str]:
        """The limits in words."""
        return "0", "1 and more" * (self.otherwise == WATCH), "1 and more" * (self.otherwise == ACT)

    def judge(self, report: str, asked: Asked) -> Judged:
        """Good where there is none; unknown where there was nothing to look at."""
        found = asked.figure(report, self.key)
        n = asked.count(report, self.n) - asked.count(report, self.less)
        if found is None or not n:
            return Judged(UNKNOWN, "nothing to look at", n)
        return Judged(self.otherwise if found else GOOD, f"{found} of {n} {self.words}", n)


class AllOf(NamedTuple):
    """Things of which there should be all. Never act: each of them is some work."""

    key: str
    n: str
    words: str

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return f"{self.key} of {self.n}"

    @property
    def limits(self) -> tuple[str, str, str]:
        """The limits in words."""
        return "all", "fewer than all", ""

    def judge(self, report: str, asked: Asked) -> Judged:
        """Good where it is so of all; unknown where there was nothing to look at."""
        found, n = asked.figure(report, self.key), asked.figure(report, self.n)
        if found is None or not n:
            return Judged(UNKNOWN, "nothing to look at", n)
        return Judged(GOOD if found >= n else WATCH, f"{found} of {n} {self.words}", n)


class Fewer(NamedTuple):
    """Things of which there should be none, and surely not more than before; `less` as above."""

    key: str
    n: str
    words: str
    less: str = ""

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return f"{self.key} of {self.n}"

    @property
    def limits(self) -> tuple[str, str, str]:
        """The limits in words."""
        return "0", "1 and more", "a larger share than in the window before (interval beyond 0)"

    def judge(self, report: str, asked: Asked) -> Judged:
        """Good where there is none; act where there are surely more than before."""
        found = NoneOf(self.key, self.n, self.words, WATCH, self.less).judge(report, asked)
        if found.mark != WATCH:
            return found
        compared = Change(self.key, self.n, self.words, ACT, self.less).judge(report, asked)
        return found._replace(mark=ACT) if compared.mark == ACT else found


class Change(NamedTuple):
    """A rate against that of the window before. `more_is`: what a rise is."""

    k: str
    n: str
    words: str
    more_is: str = GOOD
    less: str = ""

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return f"{self.k} of {self.n}"

    @property
    def limits(self) -> tuple[str, str, str]:
        """The limits in words."""
        up, down = "higher than in the window before", "lower than in the window before"
        good, act = (up, down) if self.more_is == GOOD else (down, up)
        return f"{good} (interval beyond 0)", "no evidence of change", f"{act} (interval beyond 0)"

    def judge(self, report: str, asked: Asked) -> Judged:
        """By the interval of the difference (Newcombe); unknown with fewer than five on a side."""
        k = asked.count(report, self.k)
        n = asked.count(report, self.n) - asked.count(report, self.less)
        least = asked.policy.standard("min_n")
        if n == 0:
            return Judged(UNKNOWN, "none yet", 0)
        words = f"{rate_words(k, n, least)} {self.words}"
        was, of, unknown = (
            asked.count(report, key, before=True) for key in (self.k, self.n, self.less)
        )
        if min(n, of - unknown) < least:
            return Judged(UNKNOWN, f"{words}; too few to compare", n)
        found = newcombe(k, n, was, of - unknown)
        assert found is not None  # both have cases
        low, high = found[1:] if self.more_is == GOOD else (-found[2], -found[1])
        mark = GOOD if low > 0 else ACT if high < 0 else WATCH
        return Judged(mark, f"{words}; before {was} of {of - unknown}", n)


class Plain(NamedTuple):
    """A figure for which no limit would be honest."""

    key: str
    words: str
    n: str = ""

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return self.key

    @property
    def limits(self) -> tuple[str, str, str]:
        """No limits."""
        return "no mark", "", ""

    def judge(self, report: str, asked: Asked) -> Judged:
        """The figure without a mark; unknown where it is not known."""
        found = asked.figure(report, self.key)
        n = asked.figure(report, self.n) if self.n else None
        if found is None or (self.n and not n):
            return Judged(UNKNOWN, "not known", n)
        return Judged(NO_MARK, f"{_shown(found)} {self.words}", n)


class Share(NamedTuple):
    """A rate for which no limit would be honest."""

    k: str
    n: str
    words: str

    @property
    def figure(self) -> str:
        """The key of the figure."""
        return f"{self.k} of {self.n}"

    @property
    def limits(self) -> tuple[str, str, str]:
        """No limits."""
        return "no mark", "", ""

    def judge(self, report: str, asked: Asked) -> Judged:
        """The rate without a mark; unknown without a case."""
        k, n = asked.count(report, self.k), asked.count(report, self.n)
        if not n:
            return Judged(UNKNOWN, "none yet", 0)
        words = rate_words(k, n, asked.policy.standard("min_n"))
        return Judged(NO_MARK, f"{words} {self.words}", n)


class Own(NamedTuple):
    """A mark with a rule of its own."""

    figure: str
    limits: tuple[str, str, str]
    rule: Callable[[str, Asked], Judged]

    def judge(self, report: str, asked: Asked) -> Judged:
        """What the rule says."""
        return self.rule(report, asked)


def _shown(value: Any) -> str:
    if hasattr(value, "currency"):
        return f"{value.currency} {value.amount:,.0f}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
