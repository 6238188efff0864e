"""What the targets of a rep must be: of a known measure, in a period in which he is with us."""

from collections.abc import Iterator

from crmcli.book.contents import Contents
from crmcli.book.contents import Rule
from crmcli.model.errors import Problem
from crmcli.model.nearest import nearest
from crmcli.model.rep import Rep
from crmcli.model.targets import MEASURES
from crmcli.model.targets import period_days


def targets_can_be_reached(book: Contents) -> Iterator[Problem]:
    for rep, item in book.items(Rep):
        seen: set[tuple[str, str]] = set()
        for at, target in enumerate(rep.targets):
            key = ("targets", at)
            if target.measure not in MEASURES:
                near = nearest(target.measure, MEASURES, 1)
                remedy = f"Did you mean '{near[0]}'?" if near else f"One of {', '.join(MEASURES)}"
                what = f"a target for '{target.measure}', which is no measure"
                yield book.problem(item, (*key, "measure"), what, remedy)
            days = period_days(target.period)
            if days is None:
                what = f"a target for '{target.period}', which is no period"
                yield book.problem(item, (*key, "period"), what, "As 2026, 2026-Q4 or 2026-11")
            elif rep.left and rep.left < days[0]:
                what = f"a target for {target.period}, but {rep.id} left on {rep.left}"
                yield book.problem(item, (*key, "period"), what, "Give it to somebody else")
            if (target.period, target.measure) in seen:
                what = f"two targets for {target.measure} in {target.period}"
                yield book.problem(item, key, what, "Keep one of them")
            seen.add((target.period, target.measure))


TARGET_RULES: tuple[Rule, ...] = (targets_can_be_reached,)
