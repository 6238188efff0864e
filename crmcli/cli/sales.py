"""crm sale: add, list, show, set, edit, remove."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="SALE", help="An id or its beginning.")]


@command(
    app,
    writes=True,
    examples=(
        "crm sale add acme chg-60 --quantity 2 --price 21500 --channel direct",
        "crm sale add beta-ltd lfp-12 --quantity -1 --price 6500 --on 2026-11-02",
    ),
)
def add(
    run: Run,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="An id or a name of the products in crm.yaml.")],
    quantity: Annotated[str, typer.Option(metavar="N", help="Units; below zero is a return.")] = "1",
    price: Annotated[Text, typer.Option(metavar="MONEY", help="Of one unit; 0 for a gift.")] = None,
    list_price: Annotated[Text, typer.Option("--list-price", metavar="MONEY", help="Of one unit, before any discount.")] = None,
    cost: Annotated[Text, typer.Option(metavar="MONEY", help="What one unit costs us.")] = None,
    channel: Annotated[Text, typer.Option(help="One of the channels in crm.yaml.")] = None,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day of the sale.")] = "today",
    order: Annotated[Text, typer.Option(metavar="NUMBER", help="The number of the order.")] = None,
    rep: Annotated[Text, typer.Option(metavar="REP", help="Who sold it; the customer's owner if not given.")] = None,
    deal: Annotated[Text, typer.Option(metavar="DEAL", help="The deal it came from.")] = None,
    campaign: Annotated[Text, typer.Option(metavar="CAMPAIGN", help="The campaign that brought it.")] = None,
    promised: Annotated[Text, typer.Option(metavar="DATE", help="The day delivery was promised for.")] = None,
    delivered: Annotated[Text, typer.Option(metavar="DATE", help="The day it was delivered.")] = None,
    delivered_quantity: Annotated[Text, typer.Option("--delivered-quantity", metavar="N", help="How much of it; all if not given.")] = None,
) -> None:  # fmt: skip
    """Write down a line of an order; most come by crm import."""
    from crmcli.actions import sales  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415

    day = run.day(on, "on")
    words = {
        "customer": customer, "product": product, "quantity": quantity, "price": price,
        "list_price": list_price, "cost": cost, "channel": channel, "order": order, "deal": deal,
        "campaign": campaign, "promised_on": promised, "delivered_quantity": delivered_quantity,
    }  # fmt: skip
    days = {"date": day.date, "delivered_on": run.day_or_none(delivered, "on")}
    run.save(
        lambda book: sales.add(
            book,
            id=run.new_id("b"),
            fields={
                **read(run, "sale", words),
                **days,
                "rep": run.rep(rep) if rep else None,
            },
            echo=day.echo,
        )
    )


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "tag", "since", "until", "where", "all"),
    examples=(
        "crm sale list --customer acme -L 5",
        "crm sale list --product chg-60 --since -90d",
        "crm sale list --where 'quantity < 0'",
    ),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    product: Annotated[list[str], typer.Option(help="Of this product.")] = [],
    channel: Annotated[list[str], typer.Option(help="Over this channel.")] = [],
    order: Annotated[list[str], typer.Option(metavar="NUMBER", help="Of this order.")] = [],
    campaign: Annotated[
        list[str], typer.Option(metavar="CAMPAIGN", help="That name this campaign.")
    ] = [],
) -> int:
    """List sales, the newest first."""
    own = {"product": product, "channel": channel, "order": order, "campaign": campaign}
    return answer_list(run, "sale", {**chosen, **own})


@command(app, reads=True, examples=("crm sale show b-02d1",))
def show(run: Run, sale: Ref) -> int:
    """One line of an order."""
    from crmcli.reports.card import sale_card  # noqa: PLC0415

    book = run.book()
    return run.show(sale_card(book, book.id_to_show("sale", sale), run.today))


@command(app, "set", writes=True, examples=("crm sale set b-02d1 delivered_on=2026-10-11",))
def set_(
    run: Run,
    sale: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a sale; its row stays in its file."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "sale", sale, fields)


@command(app, examples=("crm sale edit b-02d1",))
def edit(run: Run, sale: Ref) -> int:
    """Open the row as YAML in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "sale", sale)


@command(app, writes=True, examples=("crm sale remove b-02d1 --yes -n",))
def remove(run: Run, sale: Ref) -> None:
    """Take a row out of its file. What came back is no removal: add it with a quantity below zero."""
    from crmcli.actions import sales  # noqa: PLC0415  # a write loads the records

    if not run.options.get("dry_run"):
        run.confirm(f"remove sale {sale}?", f"crm sale remove {sale}")
    run.save(lambda book: sales.remove(book, sale))
