"""crm pipeline, crm report: questions about the house."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.nearest import nearest
from crmcli.reports import registry
from crmcli.reports.remembering import Remembering
from crmcli.reports.table import Table
from crmcli.reports.window import past_note

app = new_app()
Text = str | None
SCREENFUL = 20  # rows of a part that are shown unasked


@command(
    app,
    reads=True,
    filters=("customer", "rep", "stage", "since", "until"),
    examples=("crm pipeline", "crm pipeline --by rep", "crm pipeline --deals --stage proposal"),
)
def pipeline(
    run: Run,
    chosen: dict[str, Any],
    by: Annotated[str, typer.Option(metavar="stage|rep|month|customer", help="What a row is.")] = "stage",
    deals: Annotated[bool, typer.Option("--deals", help="The deals one by one; --part deals.")] = False,
    part: Annotated[Text, typer.Option("--part", metavar="NAME", help="A further table of the answer.")] = None,
) -> int:  # fmt: skip
    """What is in the pipeline, what is stuck, and what is it worth?"""
    return answer(run, "pipeline", chosen, "deals" if deals else part, {"by": by})


@command(
    app,
    reads=True,
    own_help=True,
    filters=("customer", "rep", "stage", "since", "until"),
    examples=(
        "crm report",
        "crm report visits --since -90d",
        "crm report promises --by type --json",
        "crm report promises --part late",
        "crm report promises --help",
    ),
)
def report(
    run: Run,
    chosen: dict[str, Any],
    name: Annotated[Text, typer.Argument(metavar="NAME", help="A report; without one, the list of questions.")] = None,
    by: Annotated[Text, typer.Option(metavar="WHAT", help="What a row is, where the report offers a choice.")] = None,
    basis: Annotated[Text, typer.Option(metavar="WHAT", help="value: revenue, margin or contribution.")] = None,
    source: Annotated[Text, typer.Option(metavar="WHAT", help="value: from sales or from won deals.")] = None,
    clv: Annotated[bool, typer.Option("--clv", help="value: with the lifetime value.")] = False,
    against: Annotated[Text, typer.Option(metavar="WHAT", help="products: channel, industry, tier, region or rep.")] = None,
    lost: Annotated[bool, typer.Option("--lost", help="winloss: the cycles of lost deals.")] = False,
    period: Annotated[Text, typer.Option(metavar="PERIOD", help="targets: as 2026, 2026-Q4 or 2026-11.")] = None,
    rater: Annotated[Text, typer.Option(metavar="WHO", help="conduct: rated by customer or observer.")] = None,
    tier: Annotated[Text, typer.Option(metavar="TIER", help="relationships: customers of this tier.")] = None,
    only: Annotated[Text, typer.Option(metavar="WHAT", help="relationships: pleased, offended, at-risk, steady or unknown.")] = None,
    backtest: Annotated[Text, typer.Option(metavar="DAYS", help="relationships: silence tried on the book's past.")] = None,
    attribution: Annotated[Text, typer.Option(metavar="WAY", help="campaigns: sales given to the first, the last or all (linear).")] = None,
    detail: Annotated[bool, typer.Option("--detail", help="One by one: the visits, the deals, the late promises.")] = False,
    part: Annotated[Text, typer.Option("--part", metavar="NAME", help="A further table of the answer.")] = None,
    help: Annotated[bool, typer.Option("-h", "--help", help="This text; with NAME, how that report is worked out.")] = False,
) -> int:  # fmt: skip
    """Answer a question about the house; alone, list the questions."""
    if help:
        return _explain(run, name)
    if name is None:
        return run.show(registry.questions())
    names = registry.names()
    if name not in names:
        near = nearest(name, names, 1)
        raise UsageError(
            f"no report '{name}'",
            remedy=f"Did you mean '{near[0]}'?" if near else "Try: crm report",
        )
    if detail and part is None:
        part = registry.entry(name).detail
        if not part:
            raise UsageError(f"crm report {name} has no --detail")
    own = {
        "by": by,
        "basis": basis,
        "source": source,
        "clv": clv,
        "against": against,
        "lost": lost,
        "period": period,
        "rater": rater,
        "tier": tier,
        "only": only,
        "attribution": attribution,
        "backtest": backtest
        or ("standard" if (name, part) == ("relationships", "backtest") else None),
    }
    return answer(run, name, chosen, part, own)


def _explain(run: Run, name: str | None) -> int:
    """Tell what a report shows and how; without a name, the help of the command."""
    from crmcli.cli.helping import help_of  # noqa: PLC0415  # for one option only
    from crmcli.cli.helping import help_of_report  # noqa: PLC0415

    text = help_of(("report",)) if name is None else help_of_report(name, run.columns())
    run.world.stdout.write(text)
    return 0


def answer(
    run: Run, name: str, chosen: dict[str, Any], part: str | None, own: dict[str, Any]
) -> int:
    """Run a report with its options and show it, or one of its parts."""
    entry = registry.entry(name)
    book = run.book()
    given = {
        "rep": tuple(run.rep(word) for word in chosen["rep"]),
        "customer": tuple(book.id_of("customer", word) for word in chosen["customer"]),
        "stage": tuple(chosen["stage"]),
        **own,
    }
    options: dict[str, Any] = {}
    for key, value in given.items():
        if not value:
            continue
        if key not in entry.options:
            raise UsageError(
                f"crm report {name} has no --{key}", remedy=f"Try: crm help report {name}"
            )
        word = one(key, value) if isinstance(value, tuple) else value
        options[key] = _known(run, key, word, entry.options[key])
    table = entry.load()(
        Remembering(book),
        run.today,
        since=run.day_or_none(chosen["since"], "since"),
        until=run.day_or_none(chosen["until"], "until"),
        **options,
    )
    if run.day_is_given:
        table = table._replace(notes=(*table.notes, past_note(run.today)))
    if part is not None:
        found = table.part(part)
        if found is None:
            known = tuple(p.name for p in table.parts)
            near = nearest(part, known, 1)
            remedy = f"Did you mean '{near[0]}'?" if near else f"Parts: {', '.join(known)}"
            raise BadValueError(f"no part '{part}'", place="--part", remedy=remedy)
        table = found._replace(summary=table.summary)
    elif run.style().form == "table":
        # On a screen the overview stands first; --detail shows the deals or visits one by one.
        kept = tuple(p for p in table.parts if p.name != entry.detail or len(p.rows) <= SCREENFUL)
        table = table._replace(parts=() if name == "pipeline" else kept)
        if not run.options.get("fields"):
            table = _overview_first(table, entry.overview)
    return run.show(table)


def _known(run: Run, key: str, word: Any, words: tuple[str, ...]) -> Any:
    """The one of these words that was typed; anything where the option takes any word."""
    if not words:
        return word
    plain = str(word).strip().lower().replace("_", "-").replace(" ", "-")
    if plain not in words:
        raise run.not_one_of(word, words, f"--{key}")
    return plain


def _overview_first(table: Table, name: str) -> Table:
    """The answer with the rows of one of its parts in place of its own, if it has that part."""
    overview = table.part(name)
    if overview is None:
        return table
    rest = tuple(part for part in table.parts if part.name != name)
    return table._replace(
        columns=overview.columns, rows=overview.rows, shown=overview.shown, parts=rest
    )


def one(key: str, values: tuple[str, ...]) -> str:
    """The single value of an option that a report takes once."""
    if len(values) > 1:
        raise UsageError(f"--{key} may be given once here")
    return values[0]
