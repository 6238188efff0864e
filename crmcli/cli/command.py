"""How a command is declared: its own words, and the options that every command of its sort has."""

import inspect
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Annotated
from typing import Any
from typing import NamedTuple
from typing import get_args
from typing import get_origin

import typer
from typer.models import OptionInfo

from crmcli.cli.run import Run
from crmcli.cli.world import World

FORMATS = ("table", "plain", "tsv", "csv", "json", "jsonl", "yaml", "markdown", "html")
SHARED_EPILOG = "Also, on every command: -C -q --me --as-of --color --no-input (crm help options)"


class Session(NamedTuple):
    """What stands before the command's own words: the world, and the root's options."""

    world: World
    options: Mapping[str, Any]


def new_app() -> typer.Typer:
    """A group of commands, plain in its help and without typer's own completion."""
    return typer.Typer(
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def option(
    name: str, kind: Any, *flags: str, help: str, default: Any = None, **more: Any
) -> inspect.Parameter:
    """One shared option, as a parameter that typer understands."""
    annotation = Annotated[kind, typer.Option(*flags, help=help, **more)]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


COMMON = (
    option("book", str | None, "-C", "--book", metavar="DIR", help="The book.", hidden=True),
    option("me", str | None, "--me", metavar="REP", help="Who I am.", hidden=True),
    option("as_of", str | None, "--as-of", metavar="DATE", help="The day that counts as today.", hidden=True),
    option("quiet", bool, "-q", "--quiet", help="Only ids; no hints.", default=False, hidden=True),
    option("color", str | None, "--color", metavar="WHEN", help="auto, always or never.", hidden=True),
    option("no_input", bool, "--no-input", help="Never ask.", default=False, hidden=True),
)  # fmt: skip
ANSWERING = (
    option("format", str | None, "-f", "--format", metavar="F", help=f"{', '.join(FORMATS)}."),
    option("json", bool, "--json", help="Short for --format json.", default=False),
)
READING = (
    *ANSWERING,
    option("fields", str | None, "--fields", metavar="A,B", help="Which fields, in which order; 'help' lists them."),
    option("sort", list[str], "--sort", metavar="[-]FIELD", help="Order by a field; may be repeated.", default=()),
    option("limit", int | None, "-L", "--limit", metavar="N", help="The first N only.", min=0),
    option("no_header", bool, "--no-header", help="plain, tsv and csv without their first line.", default=False),
    option("output", str | None, "-o", "--output", metavar="FILE", help="Write there instead."),
    option("no_pager", bool, "--no-pager", help="Never page.", default=False),
    option("fail_if", str | None, "--fail-if", metavar="'KEY op N'", help="Exit code 10 when true, as 'rows>0'."),
    option("raw", bool, "--raw", help="csv: cells as they are, also those that a spreadsheet would run.", default=False),
    option("excel", bool, "--excel", help="csv: with a byte order mark.", default=False),
    option("evidence", str | None, "--evidence", metavar="N|all|none", help="How many records are named behind a verdict.", hidden=True),
)  # fmt: skip
WRITING = (
    option("dry_run", bool, "-n", "--dry-run", help="Show the difference, write nothing.", default=False),
    option("yes", bool, "-y", "--yes", help="Answer yes.", default=False),
    option("json", bool, "--json", help="Print the record as JSON.", default=False),
)  # fmt: skip
MESSAGE = option("message", str | None, "-m", "--message", metavar="TEXT", help="Kept in the line of history.")  # fmt: skip
FILTERS = {
    "customer": option("customer", list[str], "--customer", metavar="REF", help="Of this customer.", default=()),
    "rep": option("rep", list[str], "--rep", metavar="REP", help="Of this rep.", default=()),
    "owner": option("owner", list[str], "--owner", metavar="REP", help="Who must keep it now.", default=()),
    "stage": option("stage", list[str], "--stage", metavar="S", help="At this stage.", default=()),
    "status": option("status", list[str], "--status", metavar="S", help="With this status.", default=()),
    "tag": option("tag", list[str], "--tag", metavar="T", help="With this tag; twice: with both.", default=()),
    "since": option("since", str | None, "--since", metavar="DATE", help="From this day on."),
    "until": option("until", str | None, "--until", metavar="DATE", help="Up to this day."),
    "where": option("where", list[str], "--where", metavar="'FIELD OP VALUE'", help="Any field; OP is = != < <= > >= ~ !~.", default=()),
    "all": option("all", bool, "--all", help="With archived ones.", default=False),
}  # fmt: skip


def command(
    app: typer.Typer,
    name: str | None = None,
    *,
    reads: bool = False,
    writes: bool = False,
    message: bool = False,
    filters: Sequence[str] = (),
    examples: Sequence[str] = (),
    hidden: bool = False,
    own_help: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command whose body takes a Run and then its own words.

    The shared options are put beside the body's own and end up in the Run, so a body sees only
    what is its own. `filters` names those of FILTERS that it takes; they reach it as one mapping
    `chosen`. `examples` stand in its help and are run by a test.
    With `own_help` the body answers --help itself.
    """

    def declare(body: Callable[..., Any]) -> Callable[..., Any]:
        own = [
            p
            for p in inspect.signature(body).parameters.values()
            if p.name not in ("run", "chosen")
        ]
        shared = [*COMMON, *(READING if reads else ()), *(WRITING if writes else ())]
        shared = list({p.name: p for p in reversed(shared)}.values())[::-1]  # both have --json
        if message:
            shared.append(MESSAGE)
        picked = [FILTERS[key] for key in filters]
        taken = {p.name for p in own}
        shared = [p for p in shared if p.name not in taken]

        def call(ctx: typer.Context, **values: Any) -> Any:
            session: Session = ctx.obj
            options = dict(session.options)
            for parameter in shared:
                value = values.pop(parameter.name)
                if value is not None and value is not False:
                    options[parameter.name] = value
            if picked:
                values["chosen"] = {p.name: values.pop(p.name) for p in picked}
            return body(Run(session.world, options, ctx.command_path), **values)

        context = inspect.Parameter(
            "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        keyword_own = [_named(p) for p in own]
        parameters = [context, *keyword_own, *picked, *shared]
        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads it
        call.__annotations__ = {p.name: p.annotation for p in parameters}
        call.__name__ = body.__name__
        call.__doc__ = _help(body.__doc__ or "", examples)
        settings: dict[str, Any] | None = {"help_option_names": []} if own_help else None
        return app.command(name, epilog=SHARED_EPILOG, hidden=hidden, context_settings=settings)(
            call
        )

    return declare


def _named(parameter: inspect.Parameter) -> inspect.Parameter:
    """The parameter with a word for its value in help: `--region REGION`."""
    annotation = parameter.annotation
    if get_origin(annotation) is not Annotated:
        annotation = Annotated[annotation, typer.Option()]
    kind, info = get_args(annotation)
    if isinstance(info, OptionInfo) and info.metavar is None and kind is not bool:
        info.metavar = parameter.name.upper().replace("_", "-")
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _help(text: str, examples: Sequence[str]) -> str:
    text = inspect.cleandoc(text)
    if not examples:
        return text
    lines = "\n".join(f"  {line}" for line in examples)
    return f"{text}\n\n\b\nExamples:\n{lines}"
