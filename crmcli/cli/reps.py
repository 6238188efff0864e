"""crm rep: add, list, show, set, edit, archive, handover."""

from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

if TYPE_CHECKING:
    from crmcli.book.book import Book
    from crmcli.model.change import Change
    from crmcli.reports.table import Table

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


@command(
    app,
    reads=True,
    writes=True,
    message=True,
    examples=(
        "crm rep handover lin",
        "crm rep handover lin --format markdown -o lin.md",
        "crm rep handover lin --to mei -n",
        "crm rep handover lin --to mei --customer 宏昇 -o brief.md",
    ),
)
def handover(
    run: Run,
    rep: Ref,
    to: Annotated[Text, typer.Option("--to", metavar="REP", help="Who takes over; left out: only the brief.")] = None,
    customer: Annotated[list[str], typer.Option(metavar="REF", help="Only this customer; may be repeated.")] = [],
) -> int:  # fmt: skip
    """Hand customers and open work over, with a brief for whoever follows.

    Customers, open deals, promises and tasks move; stages, days and who promised stay.
    """
    from crmcli.reports.brief import brief  # noqa: PLC0415

    book = run.book()
    leaving = run.rep(rep)
    ids = tuple(dict.fromkeys(book.id_of("customer", ref) for ref in customer))
    table = brief(book, leaving, run.today, customers=ids)
    if to is None:
        return _show_brief(run, table, read=True)
    moved = _moved(run, leaving, run.rep(to), ids)
    is_wanted = run.options.get("output") or not (
        run.options.get("quiet") or run.options.get("json")
    )
    if not moved.edits or run.options.get("dry_run") or not is_wanted:
        return 0
    # It was made before the move: now there is nothing that the rep holds.
    return _show_brief(run, table, read=False)


def _moved(run: Run, leaving: str, heir: str, customers: tuple[str, ...]) -> "Change":
    from crmcli.actions.handover import hand_over  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.asking import ask_first  # noqa: PLC0415

    def action(book: "Book") -> "Change":
        return hand_over(
            book,
            leaving,
            heir,
            customers=customers,
            on=run.today,
            by=run.me_or_none(),
            note=run.options.get("message"),
        )

    ask_first(run, action, "hand over?", f"crm rep handover {leaving} --to {heir}", demands=False)
    return run.save(action)


def _show_brief(run: Run, table: "Table", *, read: bool) -> int:
    """A brief is for a person: in a file, and behind what was done, it is Markdown unless told."""
    from crmcli.reports.brief import pages  # noqa: PLC0415

    output = run.options.get("output")
    told = run.options.get("format") or run.options.get("json")
    if not told and (output or not (read or run.world.terminal.stdout)):
        run.options = {**run.options, "format": "markdown"}
    if run.style().form in ("table", "markdown", "html") and not run.options.get("fields"):
        table = pages(table)
    code = run.show(table)
    if output and output != "-":
        run.hint(f"The brief is in {output}.")
    return code
