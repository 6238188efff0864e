"""crm task: add, list, show, set, edit, done, snooze, archive."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="TASK", help="An id or its beginning.")]
Refs = Annotated[list[str], typer.Argument(metavar="TASK...", help="One or several.")]


@command(
    app,
    writes=True,
    examples=(
        'crm task add "prepare the demo" --customer acme --due friday',
        'crm task add "autumn visit" --customer beta-ltd --kind visit --due +10d',
    ),
)
def add(
    run: Run,
    what: Annotated[Text, typer.Argument(metavar="TEXT", help="What is to be done; - reads it from stdin.")] = None,
    customer: Annotated[Text, typer.Option(metavar="CUSTOMER")] = None,
    due: Annotated[Text, typer.Option(metavar="DATE")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Me if not given.")] = None,
    kind: Annotated[Text, typer.Option(help="visit: a planned visit.")] = None,
    deal: Annotated[Text, typer.Option(metavar="DEAL")] = None,
    case: Annotated[Text, typer.Option(metavar="CASE")] = None,
    campaign: Annotated[Text, typer.Option(metavar="CAMPAIGN")] = None,
) -> None:  # fmt: skip
    """Add a task, or plan a visit."""
    from crmcli.actions import tasks  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415

    words = {
        "what": run.text(what, "what is to be done"), "customer": customer, "due": due,
        "owner": owner, "kind": kind, "deal": deal, "case": case,
        "campaign": campaign,
    }  # fmt: skip
    echo = run.day(due, "due").echo if due else ""
    run.save(
        lambda book: tasks.add(
            book, id=run.new_id("t"), fields=read(run, "task", words), by=run.me_or_none(), on=run.today, echo=echo
        )
    )  # fmt: skip


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "status", "tag", "since", "until", "where", "all"),
    examples=("crm task list --status open --rep me", "crm task list --kind visit"),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    kind: Annotated[list[str], typer.Option(help="visit: planned visits.")] = [],
) -> int:
    """List tasks by due day."""
    return answer_list(run, "task", {**chosen, "kind": kind})


@command(app, reads=True, examples=("crm task show t-q80",))
def show(run: Run, task: Ref) -> int:
    """One task, with its history."""
    from crmcli.reports.card import task_card  # noqa: PLC0415

    book = run.book()
    return run.show(task_card(book, book.id_to_show("task", task), run.today))


@command(app, "set", writes=True, message=True, examples=("crm task set t-q80 due=friday",))
def set_(
    run: Run,
    task: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a task, as `status=dropped reason=...`."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "task", task, fields)


@command(app, examples=("crm task edit t-q80",))
def edit(run: Run, task: Ref) -> int:
    """Open the task's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "task", task)


@command(app, writes=True, message=True, examples=("crm task done t-q80",))
def done(
    run: Run,
    tasks: Refs,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day it was done.")] = "today",
) -> None:
    """Mark tasks as done."""
    from crmcli.actions import tasks as actions  # noqa: PLC0415  # a write loads the records

    run.save(
        lambda book: actions.done(
            book, tasks, on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(
    app,
    writes=True,
    message=True,
    examples=('crm task snooze t-q80 "next monday" --reason "they count stock"',),
)
def snooze(
    run: Run,
    task: Ref,
    until: Annotated[str, typer.Argument(metavar="DATE", help="Out of sight until this day.")],
    reason: Annotated[Text, typer.Option(metavar="TEXT", help="Why.")] = None,
) -> None:
    """Put a task out of sight until a day."""
    from crmcli.actions import tasks as actions  # noqa: PLC0415  # a write loads the records

    day = run.day(until, "snooze")
    run.save(
        lambda book: actions.snooze(
            book, task, until=day.date, echo=day.echo, reason=reason or run.options.get("message")
        )
    )


@command(app, writes=True, message=True, examples=("crm task archive t-q80",))
def archive(run: Run, tasks: Refs) -> None:
    """Take tasks out of lists."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "task", tasks)
