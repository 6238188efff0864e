"""crm check, schema, sql, completion."""

from typing import TYPE_CHECKING
from typing import Annotated

import typer

from crmcli.book.paths import CONFIG
from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import ExitCode
from crmcli.model.errors import NotFoundError
from crmcli.reports.table import Column
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.model.errors import Problem

app = new_app()
Text = str | None
LEVELS = ("error", "warning", "note")


@command(
    app,
    reads=True,
    writes=True,
    examples=("crm check", "crm check customers --level error", "crm check --fix -n"),
)
def check(
    run: Run,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders of the book; all of it if none.")] = [],
    level: Annotated[str, typer.Option(metavar="LEVEL", help="Show error, warning and above, or all down to note.")] = "note",
    fix: Annotated[bool, typer.Option("--fix", help="Mend what has one answer only, and show the rest.")] = False,
) -> int:  # fmt: skip
    """Every problem in the files, with file, line and what to do; exit code 4 if any is an error."""
    from crmcli.book.check import check as check_files  # noqa: PLC0415  # reads every file
    from crmcli.book.config import refuse_newer  # noqa: PLC0415
    from crmcli.sync.upkeep import problems as git_problems  # noqa: PLC0415  # starts a program

    if level not in LEVELS:
        raise run.not_one_of(level, LEVELS, "--level")
    root = run.root()
    for path in paths:
        if not (root / path).exists():
            raise NotFoundError(f"no file or folder '{path}' in the book", remedy="Try: crm check")
    refuse_newer((root / CONFIG).read_bytes())

    def look() -> "tuple[list[Problem], int]":
        found, files = check_files(root, None, paths or None, run.ticker("checking"))
        git = () if paths else git_problems(root, run.world.environ, run.world.now.timestamp())
        return [*found, *git], files

    problems, files = look()
    if fix:
        from crmcli.cli.mending import mend  # noqa: PLC0415  # loads what merges
        from crmcli.cli.mending import rehearse  # noqa: PLC0415

        if run.options.get("dry_run"):
            return rehearse(run, problems)
        if mend(run, problems):
            problems, files = look()
    shown = [p for p in problems if LEVELS.index(p.level) <= LEVELS.index(level)]
    columns = (
        Column("file"), Column("line", "number"), Column("level"), Column("record", "id"),
        Column("field"), Column("message"), Column("fixable", "yes"),
    )  # fmt: skip
    rows = tuple(
        (p.file, p.line, p.level, p.record, p.field, _said(p.what, p.remedy), p.fixable)
        for p in shown
    )
    counts = {name: sum(p.level == name for p in problems) for name in LEVELS}
    table = Table(
        "problems", "Problems", columns, rows, summary={f"{k}s": n for k, n in counts.items()}
    )
    said = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items() if n)
    if run.options.get("format") or run.options.get("json") or run.options.get("fields"):
        code = run.show(table)
    else:
        code = run.show_lines(
            [f"{p.place}: {p.level}: {_said(p.what, p.remedy)}" for p in shown], table
        )
    run.hint(f"{said or 'no problems'} in {files} file{'' if files == 1 else 's'}")
    return code or (ExitCode.BAD_DATA if counts["error"] else ExitCode.OK)


def _said(what: str, remedy: str | None) -> str:
    return f"{what}. {remedy}" if remedy else what


@command(app, examples=("crm schema", "crm schema customer"))
def schema(
    run: Run,
    kind: Annotated[
        Text, typer.Argument(metavar="KIND", help="customer, deal ... or book for crm.yaml.")
    ] = None,
) -> None:
    """The JSON Schema of a kind of record, for editors; alone, list the kinds."""
    from crmcli.book.schema import SCHEMA_KINDS  # noqa: PLC0415  # loads the records
    from crmcli.book.schema import json_schema  # noqa: PLC0415
    from crmcli.render.json_text import to_json  # noqa: PLC0415

    if kind is None:
        run.world.stdout.write("".join(f"{name}\n" for name in SCHEMA_KINDS))
        return
    run.world.stdout.write(to_json(json_schema(kind), indent=True) + "\n")


@command(
    app,
    reads=True,
    examples=(
        'crm sql "SELECT status, count(*) FROM customers GROUP BY status"',
        "crm sql --tables",
    ),
)
def sql(
    run: Run,
    query: Annotated[Text, typer.Argument(metavar="SQL", help="One SELECT; - reads it from stdin.")] = None,
    tables: Annotated[bool, typer.Option("--tables", help="The tables and their columns.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", min=0.001)] = 60.0,
) -> int:  # fmt: skip
    """Ask the index in SQL; nothing can be changed by it."""
    book = run.book()
    if tables:
        query = "SELECT m.name AS \"table\", group_concat(c.name, ' ') AS columns FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'words%' GROUP BY m.name"
        columns, rows = book.ask(query, timeout)
    else:
        columns, rows = book.ask(run.text(query, "SQL"), timeout)
    typed = tuple(
        Column(name, "number" if _numbers(rows, at) else "text") for at, name in enumerate(columns)
    )
    return run.show(Table("rows", "", typed, tuple(rows), empty="no rows"))


def _numbers(rows: list[tuple[object, ...]], at: int) -> bool:
    return any(row[at] is not None for row in rows) and all(
        row[at] is None or isinstance(row[at], (int, float)) for row in rows
    )


@command(app, examples=("crm completion bash", "crm completion fish"))
def completion(
    run: Run,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the completion script for a shell."""
    from crmcli.cli.completing import SCRIPTS  # noqa: PLC0415

    if shell not in SCRIPTS:
        raise run.not_one_of(shell, tuple(SCRIPTS), "SHELL")
    run.world.stdout.write(SCRIPTS[shell])
