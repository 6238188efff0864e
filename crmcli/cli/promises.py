"""crm promise: add, list, show, set, edit, keep, break, renegotiate, withdraw, assign, archive."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="PROMISE", help="An id or its beginning, as 4t8.")]
Refs = Annotated[list[str], typer.Argument(metavar="PROMISE...", help="One or several.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day it happened.")]


@command(
    app,
    writes=True,
    examples=(
        'crm promise add acme "replace the two faulty chargers" --due friday --type replacement',
        "crm promise add 王小明 主管親自道歉 --due 下週五",
    ),
)
def add(
    run: Run,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    what: Annotated[Text, typer.Argument(metavar="TEXT", help="What was promised; - reads it from stdin.")] = None,
    due: Annotated[Text, typer.Option(metavar="DATE", help="The day it is to be done; it is asked for.")] = None,
    contact: Annotated[Text, typer.Option(metavar="CONTACT", help="To whom.")] = None,
    by: Annotated[Text, typer.Option(metavar="REP", help="Who promised; me if not given.")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Who must keep it, if someone else.")] = None,
    type: Annotated[Text, typer.Option(help="As in crm.yaml's capabilities: quote, delivery ...")] = None,
    made: Annotated[Text, typer.Option(metavar="DATE", help="Today if not given.")] = None,
    interaction: Annotated[Text, typer.Option(metavar="I", help="The interaction in which it was made.")] = None,
) -> None:  # fmt: skip
    """Write down a promise."""
    from crmcli.actions import promises  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.cli.reading import with_contact  # noqa: PLC0415
    from crmcli.model.errors import UsageError  # noqa: PLC0415

    if due is None:
        raise UsageError(
            "a promise needs a day",
            place="--due",
            remedy="Try: --due friday, --due +3d, --due 下週五",
        )
    words = {
        "what": run.text(what, "what was promised"), "customer": customer, "due": due,
        "contact": contact, "by": by, "owner": owner, "type": type, "made": made,
        "made_in": interaction,
    }  # fmt: skip
    day = run.day(due, "due")
    run.save(
        lambda book: promises.add(
            book,
            id=run.new_id("p"),
            fields=with_contact(book, read(run, "promise", words)),
            by=run.rep(by),
            on=run.today,
            echo=day.echo,
        )
    )


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "owner", "status", "tag", "since", "until", "where", "all"),
    examples=(
        "crm promise list --status late",
        "crm promise list --status open --until eom --json",
    ),
)
def list_(run: Run, chosen: dict[str, Any]) -> int:
    """List promises by due day; `--status late` is open and past due."""
    return answer_list(run, "promise", chosen)


@command(app, reads=True, examples=("crm promise show 4t8",))
def show(run: Run, promise: Ref) -> int:
    """One promise, with its history and where it was made."""
    from crmcli.reports.card import promise_card  # noqa: PLC0415

    book = run.book()
    return run.show(promise_card(book, book.id_to_show("promise", promise), run.today))


@command(app, "set", writes=True, message=True, examples=("crm promise set 4t8 type=replacement",))
def set_(
    run: Run,
    promise: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a promise; its day is moved by `renegotiate`."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "promise", promise, fields)


@command(app, examples=("crm promise edit 4t8",))
def edit(run: Run, promise: Ref) -> int:
    """Open the promise's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "promise", promise)


@command(
    app,
    writes=True,
    message=True,
    examples=("crm promise keep 4t8 --on yesterday", 'crm promise keep 4t8 dt8 -m "on the phone"'),
)
def keep(run: Run, promises: Refs, on: On = "today") -> None:
    """Mark promises as kept; late or in time is worked out."""
    from crmcli.actions import promises as actions  # noqa: PLC0415  # a write loads the records

    run.save(
        lambda book: actions.keep(
            book, promises, on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(
    app, "break", writes=True, message=True, examples=('crm promise break 4t8 --reason "no stock"',)
)
def break_(
    run: Run,
    promises: Refs,
    reason: Annotated[Text, typer.Option(metavar="TEXT", help="Why it could not be kept; it is asked for.")] = None,
    on: On = "today",
) -> None:  # fmt: skip
    """Mark promises as broken, with the reason."""
    from crmcli.actions import promises as actions  # noqa: PLC0415  # a write loads the records
    from crmcli.model.errors import UsageError  # noqa: PLC0415

    if not reason:
        raise UsageError(
            "a broken promise needs its reason", place="--reason", remedy='Try: --reason "no stock"'
        )
    run.save(
        lambda book: actions.break_(
            book, promises, reason=reason, on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(
    app, writes=True, message=True, examples=("crm promise renegotiate 4t8 --due +7d --agreed yes",)
)
def renegotiate(
    run: Run,
    promise: Ref,
    due: Annotated[str, typer.Option(metavar="DATE", help="The new day.")],
    agreed: Annotated[Text, typer.Option(metavar="yes|no", help="Did the customer agree?")] = None,
    on: On = "today",
) -> None:
    """Move the day of an open promise; the old one stays in its history."""
    from crmcli.actions import promises as actions  # noqa: PLC0415  # a write loads the records
    from crmcli.actions.fields import choice  # noqa: PLC0415

    day = run.day(due, "due")
    run.save(
        lambda book: actions.renegotiate(
            book,
            promise,
            due=day.date,
            echo=day.echo,
            agreed=None if agreed is None else choice("agreed", agreed, ("yes", "no")),
            on=run.day(on, "on").date,
            by=run.me_or_none(),
            note=run.options.get("message"),
        )
    )


@command(
    app,
    writes=True,
    message=True,
    examples=('crm promise withdraw 4t8 --by-customer --reason "bought elsewhere"',),
)
def withdraw(
    run: Run,
    promise: Ref,
    by_customer: Annotated[bool, typer.Option("--by-customer", help="They no longer want it.")] = False,
    by_us: Annotated[bool, typer.Option("--by-us", help="We no longer offer it.")] = False,
    reason: Annotated[Text, typer.Option(metavar="TEXT")] = None,
    on: On = "today",
) -> None:  # fmt: skip
    """Close a promise that is no longer wanted, or no longer offered."""
    from crmcli.actions import promises as actions  # noqa: PLC0415  # a write loads the records
    from crmcli.model.errors import UsageError  # noqa: PLC0415

    if by_customer == by_us:
        raise UsageError("who withdrew it?", remedy="Try: --by-customer, or --by-us")
    run.save(
        lambda book: actions.withdraw(
            book,
            promise,
            by_customer=by_customer,
            reason=reason,
            on=run.day(on, "on").date,
            by=run.me_or_none(),
            note=run.options.get("message"),
        )
    )


@command(app, writes=True, message=True, examples=("crm promise assign 4t8 lin",))
def assign(
    run: Run,
    promise: Ref,
    rep: Annotated[str, typer.Argument(metavar="REP", help="Who must keep it from now on.")],
    on: On = "today",
) -> None:
    """Let someone else keep a promise; who promised it stays."""
    from crmcli.actions import promises as actions  # noqa: PLC0415  # a write loads the records

    run.save(
        lambda book: actions.hand_to(
            book, promise, run.rep(rep), on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(app, writes=True, message=True, examples=("crm promise archive 4t8",))
def archive(run: Run, promises: Refs) -> None:
    """Take promises out of lists; they stay in every rate of the past."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "promise", promises)
