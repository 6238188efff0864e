"""crm case: add, list, show, set, edit, acknowledge, resolve, reopen, archive."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="CASE", help="An id or its beginning, as cda.")]
Refs = Annotated[list[str], typer.Argument(metavar="CASE...", help="One or several.")]
UNSETTLED = ("open", "acknowledged")
NONE = 'no open cases. Try: crm case list --all, or crm case add acme "the charger smokes"'


@command(
    app,
    writes=True,
    examples=(
        'crm case add acme "the charger smokes" --type complaint --failure disappointment',
        "crm case add 王小明 電池膨脹 --type fault --step delivery --opened yesterday",
    ),
)
def add(
    run: Run,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    what: Annotated[Text, typer.Argument(metavar="TEXT", help="What they came with; - reads it from stdin.")] = None,
    type: Annotated[Text, typer.Option(help="complaint, request, question or fault.")] = None,
    step: Annotated[Text, typer.Option(help="inquiry, quote, order, delivery, installation, invoice, support.")] = None,
    channel: Annotated[Text, typer.Option(help="email, phone, sms, message, post or visit.")] = None,
    failure: Annotated[Text, typer.Option(help="neglect, disappointment, lost-face, disregard.")] = None,
    contact: Annotated[Text, typer.Option(metavar="CONTACT", help="Who brought it.")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Who must see it through; me if not given.")] = None,
    opened: Annotated[Text, typer.Option(metavar='"DATE [HH:MM]"', help="When it came; now if not given.")] = None,
    interaction: Annotated[Text, typer.Option(metavar="I", help="The interaction in which it was told.")] = None,
) -> None:  # fmt: skip
    """Open a case: a complaint, a request, a question or a fault."""
    from crmcli.actions import cases  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import moment  # noqa: PLC0415
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.cli.reading import with_contact  # noqa: PLC0415

    words = {
        "customer": customer, "type": type, "step": step, "channel": channel, "failure": failure,
        "contact": contact, "owner": owner, "opened_in": interaction,
    }  # fmt: skip
    read(run, "case", words)
    words["what"] = run.text(what, "what they came with")
    stored, echo = moment(run, opened)
    run.save(
        lambda book: cases.add(
            book,
            id=run.new_id("s"),
            fields={**with_contact(book, read(run, "case", words)), "opened": stored},
            by=run.me_or_none(),
            echo=echo,
        )
    )


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "status", "tag", "since", "until", "where", "all"),
    examples=("crm case list --status late", "crm case list --type complaint --all --since -90d"),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    type: Annotated[list[str], typer.Option(help="complaint, request, question, fault.")] = [],
) -> int:
    """List what is not resolved, the oldest first; `--status resolved`, or `--all` for every one.

    `--status late` is past the deadline of the standard, to reply or to resolve.
    """
    chosen = {**chosen, "type": type}
    if chosen["status"] or chosen["all"]:
        return answer_list(run, "case", chosen)
    return answer_list(run, "case", chosen, default={"status": UNSETTLED}, empty=NONE)


@command(app, reads=True, examples=("crm case show cda",))
def show(run: Run, case: Ref) -> int:
    """One case, with what was done about it, and its history."""
    from crmcli.reports.card import case_card  # noqa: PLC0415

    book = run.book()
    return run.show(case_card(book, book.id_to_show("case", case), run.today))


@command(app, "set", writes=True, message=True, examples=("crm case set cda step=delivery",))
def set_(
    run: Run,
    case: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a case, as `accepted=yesterday` once the customer says it is settled."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "case", case, fields)


@command(app, examples=("crm case edit cda",))
def edit(run: Run, case: Ref) -> int:
    """Open the case's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "case", case)


@command(app, writes=True, message=True, examples=("crm case acknowledge 2m8 --replied",))
def acknowledge(
    run: Run,
    case: Ref,
    on: Annotated[Text, typer.Option("--on", metavar='"DATE [HH:MM]"', help="When we told them; now if not given.")] = None,
    replied: Annotated[bool, typer.Option("--replied", help="It was the first answer on the matter too.")] = False,
) -> None:  # fmt: skip
    """Note that we told the customer that we have it."""
    from crmcli.actions import cases  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import moment  # noqa: PLC0415

    at, _ = moment(run, on)
    run.save(
        lambda book: cases.acknowledge(
            book, case, at=at, by=run.me_or_none(), replied=replied, note=run.options.get("message")
        )
    )


@command(
    app,
    writes=True,
    message=True,
    examples=('crm case resolve cda --remedy "new charger sent" --accepted today',),
)
def resolve(
    run: Run,
    case: Ref,
    remedy: Annotated[Text, typer.Option(metavar="TEXT", help="What was done about it.")] = None,
    on: Annotated[Text, typer.Option("--on", metavar='"DATE [HH:MM]"', help="When; now if not given.")] = None,
    accepted: Annotated[Text, typer.Option(metavar="DATE", help="The day the customer said it is settled.")] = None,
) -> None:  # fmt: skip
    """Close a case as resolved."""
    from crmcli.actions import cases  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import moment  # noqa: PLC0415

    at, _ = moment(run, on)
    run.save(
        lambda book: cases.resolve(
            book,
            case,
            at=at,
            by=run.me_or_none(),
            remedy=remedy,
            accepted=run.day_or_none(accepted, "accepted"),
            note=run.options.get("message"),
        )
    )


@command(app, writes=True, message=True, examples=('crm case reopen 17w -m "it happened again"',))
def reopen(
    run: Run,
    case: Ref,
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="The day it came back.")
    ] = "today",
) -> None:
    """Take up a resolved case again."""
    from crmcli.actions import cases  # noqa: PLC0415  # a write loads the records

    run.save(
        lambda book: cases.reopen(
            book, case, on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(app, writes=True, message=True, examples=("crm case archive 17w",))
def archive(run: Run, cases: Refs) -> None:
    """Take cases out of lists; they stay in every rate of the past."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "case", cases)
