"""crm deal: add, list, show, set, edit, move, win, lose, snooze, archive."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[
    str, typer.Argument(metavar="DEAL", help="The beginning of an id, or part of a name.")
]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day it happened.")]


@command(
    app,
    writes=True,
    examples=('crm deal add acme "Rack batteries" --amount 480k --close eoq --stage proposal',),
)
def add(
    run: Run,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is about.")],
    stage: Annotated[Text, typer.Option(help="As in crm.yaml; the first open one if not given.")] = None,
    amount: Annotated[Text, typer.Option(metavar="MONEY", help="As 480k, USD 500, 120萬.")] = None,
    close: Annotated[Text, typer.Option(metavar="DATE", help="When it should close.")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Me if not given.")] = None,
    probability: Annotated[Text, typer.Option(metavar="N", help="0..100, in place of the stage's.")] = None,
    type: Annotated[Text, typer.Option(help="new-business, renewal, upsell, cross-sell.")] = None,
    source: Text = None,
    contact: Annotated[Text, typer.Option(metavar="CONTACT")] = None,
    product: Annotated[list[str], typer.Option(metavar="P", help="May be repeated.")] = [],
    opened: Annotated[Text, typer.Option(metavar="DATE", help="Today if not given.")] = None,
) -> None:  # fmt: skip
    """Open a deal with a customer."""
    from crmcli.actions import deals  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.cli.reading import with_contact  # noqa: PLC0415

    words = {
        "customer": customer, "name": name, "stage": stage, "amount": amount, "close": close,
        "owner": owner, "probability": probability, "type": type, "source": source,
        "contact": contact, "products": product or None, "opened": opened,
    }  # fmt: skip
    echo = run.day(close, "close").echo if close else ""
    run.save(
        lambda book: deals.add(
            book,
            id=run.new_id("d"),
            fields=with_contact(book, read(run, "deal", words)),
            by=run.me_or_none(),
            on=run.today,
            echo=echo,
        )
    )


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "stage", "tag", "since", "until", "where", "all"),
    examples=("crm deal list --stage proposal", "crm deal list --where 'stale = yes'"),
)
def list_(run: Run, chosen: dict[str, Any]) -> int:
    """List deals by the day they close."""
    return answer_list(run, "deal", chosen)


@command(app, reads=True, examples=("crm deal show corner",))
def show(run: Run, deal: Ref) -> int:
    """One deal, with its history, contacts and tasks."""
    from crmcli.reports.card import deal_card  # noqa: PLC0415

    book = run.book()
    return run.show(deal_card(book, book.id_to_show("deal", deal), run.today))


@command(
    app, "set", writes=True, message=True, examples=("crm deal set corner close=eoq amount=500k",)
)
def set_(
    run: Run,
    deal: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a deal; stage, close, amount and owner leave a line of history."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "deal", deal, fields)


@command(app, examples=("crm deal edit corner",))
def edit(run: Run, deal: Ref) -> int:
    """Open the deal's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "deal", deal)


@command(app, writes=True, message=True, examples=("crm deal move corner proposal",))
def move(
    run: Run,
    deal: Ref,
    stage: Annotated[str, typer.Argument(metavar="STAGE")],
    on: On = "today",
) -> None:
    """Take a deal to another stage."""
    from crmcli.actions import deals  # noqa: PLC0415  # a write loads the records
    from crmcli.actions.fields import choice  # noqa: PLC0415

    stages = tuple(known.name for known in run.book().policy.stages)
    run.save(
        lambda book: deals.move(
            book, deal, choice("stage", stage, stages), on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(app, writes=True, message=True, examples=("crm deal win corner --amount 475k",))
def win(
    run: Run,
    deal: Ref,
    amount: Annotated[Text, typer.Option(metavar="MONEY", help="What it was won for.")] = None,
    on: On = "today",
) -> None:
    """Close a deal as won."""
    from crmcli.actions import deals  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415

    run.save(
        lambda book: deals.win(
            book, deal, amount=read(run, "deal", {"amount": amount}), on=run.day(on, "on").date, by=run.me_or_none(), note=run.options.get("message")
        )
    )  # fmt: skip


@command(
    app,
    writes=True,
    message=True,
    examples=("crm deal lose corner --reason price --competitor Volta",),
)
def lose(
    run: Run,
    deal: Ref,
    reason: Annotated[str, typer.Option(help="price, competition, budget, features, timing, no-decision-maker, unresponsive, poor-fit, other.")],
    competitor: Annotated[Text, typer.Option(metavar="NAME")] = None,
    on: On = "today",
) -> None:  # fmt: skip
    """Close a deal as lost, with the reason."""
    from crmcli.actions import deals  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415

    run.save(
        lambda book: deals.lose(
            book,
            deal,
            reason=read(run, "deal", {"lost_reason": reason})["lost_reason"],
            competitor=competitor,
            on=run.day(on, "on").date,
            by=run.me_or_none(),
            note=run.options.get("message"),
        )
    )


@command(app, writes=True, examples=('crm deal snooze corner 2w --reason "budget round"',))
def snooze(
    run: Run,
    deal: Ref,
    until: Annotated[str, typer.Argument(metavar="DATE", help="It rests until this day.")],
    reason: Annotated[Text, typer.Option(metavar="TEXT", help="Why; it is asked for.")] = None,
) -> None:
    """Let a deal rest until a day, for a reason; it is not stale until then."""
    from crmcli.cli.reading import snooze_record  # noqa: PLC0415

    snooze_record(run, "deal", deal, until, reason, ("stalled_until", "stalled_reason"))


@command(app, writes=True, message=True, examples=("crm deal archive corner -n",))
def archive(run: Run, deals: Annotated[list[str], typer.Argument(metavar="DEAL...")]) -> None:
    """Take deals out of lists and the pipeline; their past stays."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "deal", deals)
