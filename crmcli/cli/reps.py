"""crm rep: add, list, show, set, edit, archive."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="REP", help="An id, a name or a mail address.")]


@command(
    app, writes=True, examples=('crm rep add "Hana Novak" --email hana@example.com --manager mei',)
)
def add(
    run: Run,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    id: Annotated[Text, typer.Option(help="Instead of the one made of the name.")] = None,
    email: Annotated[Text, typer.Option(help="As git knows it, so that crm knows who is at the keyboard.")] = None,
    manager: Annotated[Text, typer.Option(metavar="REP", help="A rep, or the name of somebody else.")] = None,
    department: Text = None,
    level: Annotated[Text, typer.Option(help="head, manager or staff.")] = None,
    joined: Annotated[Text, typer.Option(metavar="DATE")] = None,
) -> None:  # fmt: skip
    """Add a rep."""
    from crmcli.actions import reps  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import customer_id  # noqa: PLC0415
    from crmcli.cli.reading import read  # noqa: PLC0415

    words = {
        "name": name, "email": email, "manager": manager, "department": department,
        "level": level, "joined": joined,
    }  # fmt: skip
    slug = customer_id(run, name, id, "r")
    run.save(lambda book: reps.add(book, id=slug, fields=read(run, "rep", words)))


@command(
    app,
    "list",
    reads=True,
    filters=("rep", "since", "until", "where", "all"),
    examples=("crm rep list", "crm rep list --json"),
)
def list_(run: Run, chosen: dict[str, Any]) -> int:
    """List the reps in service."""
    return answer_list(run, "rep", chosen)


@command(app, reads=True, examples=("crm rep show mei",))
def show(run: Run, rep: Ref) -> int:
    """One rep: customers, open promises, open deals."""
    from crmcli.reports.card import rep_card  # noqa: PLC0415

    return run.show(rep_card(run.book(), run.rep(rep), run.today))


@command(app, "set", writes=True, examples=("crm rep set lin department=service left=",))
def set_(
    run: Run,
    rep: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a rep; `left=DATE` when someone leaves."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "rep", rep, fields)


@command(app, examples=("crm rep edit lin",))
def edit(run: Run, rep: Ref) -> int:
    """Open the rep's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "rep", rep)


@command(app, writes=True, examples=("crm rep archive lin -n",))
def archive(run: Run, reps: Annotated[list[str], typer.Argument(metavar="REP...")]) -> None:
    """Take reps out of lists; what they did stays."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "rep", reps)
