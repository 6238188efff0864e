"""Who leads whom: a way up that comes back to where it began leads nowhere."""

from collections.abc import Iterator

from crmcli.book.contents import Contents
from crmcli.book.contents import Rule
from crmcli.model.errors import Problem
from crmcli.model.rep import Rep


def managers_form_no_circle(book: Contents) -> Iterator[Problem]:
    bosses = {rep.id: rep.manager for rep, _ in book.items(Rep)}
    for rep, item in book.items(Rep):
        way = [rep.id]
        above = rep.manager
        while above is not None and above not in way:
            way.append(above)
            above = bosses.get(above)
        if above == rep.id:
            what = f"a circle of managers: {' < '.join((*way, rep.id))}"
            remedy = "Give one of them another manager, or none"
            yield book.problem(item, ("manager",), what, remedy)


PEOPLE_RULES: tuple[Rule, ...] = (managers_form_no_circle,)
