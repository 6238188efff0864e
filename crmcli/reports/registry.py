"""The questions that the book can answer, and where each answer is."""

from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from inspect import getdoc
from typing import NamedTuple

from crmcli.reports.questions import QUESTIONS
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.table import Column
from crmcli.reports.table import Table

GROUPS = (
    "The whole house",
    "Relationships",
    "Promises",
    "Reps and conduct",
    "Visits",
    "Continuity",
    "Knowledge and potential",
    "Pipeline",
    "Value",
    "Service cases",
    "Campaigns and consent",
    "Products, channels and demand",
    "Organisation and readiness",
)


class Report(NamedTuple):
    """A report: the function `name` in `crmcli.reports.<module>`.

    `options` are those beside as_of, since and until, with the words each takes (none: any).
    `detail` is the part that lists things one by one; `overview` the one whose rows a screen shows
    in place of the report's own, which are too many or too wide for it.
    """

    name: str
    question: str
    group: str
    module: str
    options: Mapping[str, tuple[str, ...]]
    detail: str
    overview: str = ""

    def load(self) -> Callable[..., Table]:
        """The report itself; only its own file is imported."""
        found: Callable[..., Table] = getattr(
            import_module(f"crmcli.reports.{self.module}"), self.name
        )
        return found

    def explanation(self) -> str:
        """What it shows and how it is computed, as its own docstring says."""
        paragraphs = (getdoc(self.load()) or "").split("\n\n")
        return "\n\n".join(text for text in paragraphs if not text.startswith("Raises "))


REPORTS = (
    Report(
        "house",
        "How does the house stand, question by question?",
        "The whole house",
        "house",
        {"rep": ()},
        "",
    ),
    Report(
        "pipeline",
        "What is in the pipeline, what is stuck, and what is it worth?",
        "Pipeline",
        "pipeline",
        {"rep": (), "by": ("stage", "rep", "month", "customer"), "customer": (), "stage": ()},
        "deals",
    ),
    Report(
        "visits",
        "Do reps report after visits, and do we learn from them?",
        "Visits",
        "visits",
        {"rep": ()},
        "visits",
    ),
    Report(
        "promises",
        "Which promises do we keep, and which reps promise what the firm cannot do?",
        "Promises",
        "promises",
        {"rep": (), "by": ("rep", "customer", "type", "department")},
        "late",
    ),
    Report(
        "relationships",
        "Which customers did we please, which did we offend, which are we about to lose?",
        "Relationships",
        "relationships",
        {
            "rep": (),
            "customer": (),
            "tier": (),
            "only": ("pleased", "offended", "at-risk", "steady", "unknown"),
            "backtest": (),
        },
        "health",
    ),
    Report(
        "reps",
        "Which reps serve customers well, by our own standard?",
        "Reps and conduct",
        "reps",
        {"rep": ()},
        "",
        "overview",
    ),
    Report(
        "continuity",
        "Would the relationship vanish if the rep left?",
        "Continuity",
        "continuity",
        {"rep": ()},
        "",
    ),
    Report(
        "knowledge",
        "Do we know each customer's background, needs and potential?",
        "Knowledge and potential",
        "knowledge",
        {"rep": (), "by": ("customer", "rep"), "tier": ()},
        "",
    ),
    Report(
        "value",
        "Who brings the value, and who costs more than he brings?",
        "Value",
        "value",
        {
            "rep": (),
            "customer": (),
            "basis": ("revenue", "margin", "contribution"),
            "source": ("sales", "deals"),
            "clv": (),
        },
        "",
    ),
    Report(
        "reputation",
        "Do broken promises hurt us?",
        "Promises",
        "reputation",
        {"rep": ()},
        "followed",
    ),
    Report(
        "recovery",
        "When we failed a customer, did we put it right?",
        "Relationships",
        "recovery",
        {"rep": (), "by": ("type", "rep", "step")},
        "failures",
    ),
    Report(
        "conduct",
        "Do we meet customers with good manners, from the top down?",
        "Reps and conduct",
        "conduct",
        {
            "rep": (),
            "by": ("item", "rep", "level", "department"),
            "rater": ("customer", "observer"),
        },
        "",
    ),
    Report(
        "allocation",
        "Does our effort go where the potential is?",
        "Knowledge and potential",
        "allocation",
        {"rep": ()},
        "",
    ),
    Report(
        "matrix",
        "How should we treat which customer?",
        "Value",
        "matrix",
        {"rep": ()},
        "growing",
    ),
    Report(
        "cases",
        "Are service cases handled in time, and alike?",
        "Service cases",
        "cases",
        {"rep": (), "by": ("type", "rep", "channel", "tier")},
        "missed",
    ),
    Report(
        "winloss",
        "What do we win, what do we lose, and why?",
        "Pipeline",
        "winloss",
        {
            "rep": (),
            "by": ("rep", "product", "source", "type", "customer", "all"),
            "lost": (),
        },
        "cohorts",
    ),
    Report(
        "forecast",
        "What will close, and when?",
        "Pipeline",
        "forecast",
        {"rep": ()},
        "calibration",
    ),
    Report(
        "conversion",
        "Where do deals stall or die?",
        "Pipeline",
        "conversion",
        {"rep": ()},
        "",
    ),
    Report(
        "targets",
        "Are targets being met?",
        "Pipeline",
        "targets",
        {"rep": (), "period": ()},
        "",
    ),
    Report(
        "campaigns",
        "Did the campaign work?",
        "Campaigns and consent",
        "campaigns",
        {"rep": (), "attribution": ("first", "last", "linear")},
        "responders",
    ),
    Report(
        "consent",
        "Whom may we contact, how, and did we respect it?",
        "Campaigns and consent",
        "consent",
        {"rep": (), "customer": ()},
        "violations",
    ),
    Report(
        "products",
        "What sells where, to whom, and where badly?",
        "Products, channels and demand",
        "products",
        {"rep": (), "against": ("channel", "industry", "tier", "region", "rep")},
        "segments",
    ),
    Report(
        "satisfaction",
        "Are customers satisfied, above all those who matter?",
        "Relationships",
        "satisfaction",
        {"rep": (), "by": ("tier", "month", "rep", "department", "channel")},
        "answers",
    ),
    Report(
        "prospects",
        "Which prospects fit us, and do existing customers buy more readily?",
        "Knowledge and potential",
        "prospects",
        {"rep": ()},
        "",
    ),
    Report(
        "base",
        "Who are our customers, and in what state?",
        "Knowledge and potential",
        "base",
        {
            "rep": (),
            "by": ("status", "industry", "region", "tier", "source", "kind", "activity"),
        },
        "rfm",
    ),
    Report(
        "retention",
        "Do customers stay?",
        "Relationships",
        "retention",
        {"rep": (), "by": ("tier", "owner", "industry", "cohort")},
        "survival",
    ),
    Report(
        "discounts",
        "Who buys only at a discount?",
        "Value",
        "discounts",
        {"rep": (), "by": ("customer", "rep", "product")},
        "",
    ),
    Report(
        "delivery",
        "Do we deliver on time and in full?",
        "Promises",
        "delivery",
        {"rep": (), "by": ("product", "channel", "customer", "month")},
        "failed",
    ),
    Report(
        "demand",
        "How much will be wanted?",
        "Products, channels and demand",
        "demand",
        {"rep": ()},
        "months",
    ),
    Report(
        "recognition",
        "Who deserves thanks, and for what?",
        "Reps and conduct",
        "recognition",
        {"rep": ()},
        "",
    ),
    Report(
        "training",
        "How much training, and does it help?",
        "Reps and conduct",
        "training",
        {"rep": ()},
        "",
    ),
    Report(
        "breadth",
        "Do all of us serve, or only a few?",
        "Reps and conduct",
        "breadth",
        {"rep": (), "by": ("department", "level")},
        "people",
    ),
    Report(
        "organisation",
        "Has everyone one manager, and every customer one owner?",
        "Organisation and readiness",
        "organisation",
        {"rep": ()},
        "problems",
    ),
    Report(
        "readiness",
        "Are we ready, in the right order?",
        "Organisation and readiness",
        "readiness",
        {"rep": ()},
        "items",
    ),
    Report(
        "pulse",
        "What do our own people think?",
        "Reps and conduct",
        "pulse",
        {"rep": ()},
        "",
    ),
)


def names() -> tuple[str, ...]:
    """The names of all reports, in their order."""
    return tuple(report.name for report in REPORTS)


def entry(name: str) -> Report:
    """The report of that name. Raises KeyError if there is none."""
    return {report.name: report for report in REPORTS}[name]


@remembered
def told(book: Readable, name: str, as_of: date, since: date | None, until: date | None) -> Table:
    """What the report of that name says with no other options. Raises KeyError if there is none."""
    return entry(name).load()(book, as_of, since=since, until=until)


def questions() -> Table:
    """What one may ask, by groups, and as it was first asked; the report on all of it first."""
    first = REPORTS[0]
    rows: list[tuple[str, str, str, str | None]] = [(first.group, first.question, first.name, None)]
    rows += [(each.group, each.words, each.report, each.original) for each in QUESTIONS]
    columns = (Column("group"), Column("question"), Column("report"), Column("original"))
    return Table(
        "reports",
        "What the book can tell",
        columns,
        tuple(rows),
        notes=("crm report NAME answers; crm report NAME --help tells how",),
        shown=("question", "report"),
        group="group",
    )
