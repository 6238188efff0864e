"""crm interaction: add, list, show, set, edit, remove."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.log import log
from crmcli.cli.run import Run

app = new_app()
Ref = Annotated[str, typer.Argument(metavar="INTERACTION", help="An id or its beginning.")]

command(app, "add", writes=True, examples=('crm interaction add call acme "price is fine"',))(log)


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "tag", "since", "until", "where", "all"),
    examples=(
        "crm interaction list --customer acme -L 5",
        "crm interaction list --kind visit --since -30d",
    ),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    kind: Annotated[list[str], typer.Option(help="visit, call, meeting, email, message, note.")] = [],
    mood: Annotated[list[str], typer.Option(help="With this mood.")] = [],
    text: Annotated[str | None, typer.Option(metavar="WORD", help="With this word in the summary.")] = None,
) -> int:  # fmt: skip
    """List interactions, the newest first."""
    if text:
        chosen["where"] = [*chosen["where"], f"summary ~ {text}"]
    return answer_list(run, "interaction", {**chosen, "kind": kind, "mood": mood})


@command(app, reads=True, examples=("crm interaction show i-2m8c",))
def show(run: Run, interaction: Ref) -> int:
    """One interaction, with the promises made in it."""
    from crmcli.reports.card import interaction_card  # noqa: PLC0415

    book = run.book()
    return run.show(interaction_card(book, book.id_to_show("interaction", interaction), run.today))


@command(app, "set", writes=True, examples=("crm interaction set i-2m8c mood=pleased minutes=50",))
def set_(
    run: Run,
    interaction: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of an interaction; its row stays in its file."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "interaction", interaction, fields)


@command(app, examples=("crm interaction edit i-2m8c",))
def edit(run: Run, interaction: Ref) -> int:
    """Open the row as YAML in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "interaction", interaction)


@command(app, writes=True, examples=("crm interaction remove i-2m8c --yes -n",))
def remove(run: Run, interaction: Ref) -> None:
    """Take a row out of its file."""
    from crmcli.actions import interactions  # noqa: PLC0415  # a write loads the records

    if not run.options.get("dry_run"):
        run.confirm(f"remove interaction {interaction}?", f"crm interaction remove {interaction}")
    run.save(lambda book: interactions.remove(book, interaction, sure=bool(run.options.get("yes"))))
