"""The lists beside the report on cases: what came too late, what is handled alike, what fails."""

from collections import Counter
from collections import defaultdict
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date

from crmcli.model.policy import Policy
from crmcli.model.statistics import homogeneity
from crmcli.model.statistics import median
from crmcli.model.statistics import quantile
from crmcli.reports.case_times import TimedCase
from crmcli.reports.failures import Failure
from crmcli.reports.failures import incidents
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.rates import LEVEL
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window

MISSED = (
    Column("id", "id"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("type"),
    Column("owner"),
    Column("opened", "time"),
    Column("missed"),
    Column("deadline", "time"),
    Column("done", "time"),
)
MISSED_SHOWN = ("id", "customer", "owner", "missed", "deadline", "done")
ALIKE = (
    Column("type"),
    Column("resolved", "number"),
    Column("median", "number"),
    Column("p90", "number"),
    Column("spread", "number"),
    Column("remedies", "number"),
    Column("reps_differ"),
)
STEPS = (
    Column("step"),
    Column("failures", "number"),
    Column("share", "rate"),
    Column("per_100_contacts", "number"),
    Column("customers", "number"),
    Column("evidence", "evidence"),
)
NO_STEP = "step not named"
CONTACTS = """
    SELECT count(*) FROM interactions WHERE kind <> 'note' AND day BETWEEN :since AND :until
"""


def missed_part(items: Iterable[TimedCase]) -> Table:
    """Answers and resolutions that came late or not at all, by deadline."""
    rows = [
        (
            item.case.id,
            item.case.customer,
            item.case.type,
            item.case.owner,
            item.case.opened,
            word,
            step.deadline,
            step.done,
        )
        for item in items
        for word, step in (("answer", item.reply), ("resolution", item.resolve))
        if step.due and not step.met
    ]
    rows.sort(key=lambda row: (row[6] or "", row[0], row[5]))
    empty = "every answer and resolution that was due came in time"
    title = "Answers and resolutions missed"
    return Table("missed", title, MISSED, tuple(rows), shown=MISSED_SHOWN, empty=empty)


def alike_part(
    items: Iterable[TimedCase], span: Window, policy: Policy, only: Collection[str]
) -> Table:
    """How evenly the cases of a type are handled, for types of `only` with at least five resolved.

    Hours until the resolutions of the window; `spread` is p90 / median, None for a median of 0.
    `remedies` counts different ones. `reps_differ` is about resolving in time.
    """
    since, until = span.bounds
    types: Mapping[str, list[TimedCase]] = defaultdict(list)
    for item in items:
        if any(since <= day <= until for day in item.case.resolutions):
            types[item.case.type or NOT_KNOWN].append(item)
    rows = []
    for type, members in sorted(types.items(), key=lambda pair: (pair[0] == NOT_KNOWN, pair[0])):
        if type in only and len(members) >= policy.standard("min_n"):
            steps = [item.resolve for item in members]
            hours = [step.hours for step in steps if step.now and step.hours is not None]
            middle, p90 = median(hours), quantile(hours, 0.9)
            spread = p90 / middle if middle and p90 is not None else None
            remedies = {item.case.remedy for item in members if item.case.remedy}
            differ = _reps_differ(members)
            rows.append((type, len(members), middle, p90, spread, len(remedies), differ))
    empty = "no type with enough resolved cases to compare"
    return Table("alike", "Are like cases handled alike?", ALIKE, tuple(rows), empty=empty)


def _reps_differ(members: Sequence[TimedCase]) -> str:
    tried: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for item in members:
        if item.case.owner and item.resolve.due:
            tried[item.case.owner] += 1
            hits[item.case.owner] += item.resolve.met
    if len(tried) == 1:
        return "one rep"
    found = homogeneity([(hits[rep], tried[rep]) for rep in sorted(tried)])
    if found is None:
        return "too few to test"
    return "yes" if found[2] < LEVEL else "no evidence"


def steps_part(book: Readable, as_of: date, span: Window, rep: str | None) -> Table:
    """At which step we failed customers in these days, most failures first.

    `per_100_contacts` is out of all contacts of these days. `rep`: the steps at which he failed.
    """
    since, until = span.bounds
    steps: Mapping[str, list[Failure]] = defaultdict(list)
    for failure in incidents(book, as_of, span):
        if since <= failure.day <= until:
            steps[failure.step or NO_STEP].append(failure)
    total = sum(map(len, steps.values()))
    ((contacts,),) = book.query(CONTACTS, since=since, until=until)
    rows = [
        (
            step,
            len(its),
            len(its) / total,
            100 * len(its) / contacts if contacts else None,
            len({failure.customer for failure in its}),
            tuple(failure.evidence for failure in reversed(its)),
        )
        for step, its in steps.items()
        if rep is None or any(failure.rep == rep for failure in its)
    ]
    rows.sort(key=lambda row: (-row[1], row[0] == NO_STEP, row[0]))
    title = "At which step we fail"
    return Table("steps", title, STEPS, tuple(rows), empty="no failure in these days")
