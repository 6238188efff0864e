"""crm campaign: add, list, show, set, edit, archive."""

from functools import partial
from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="An id or its beginning, or part of the name.")]  # fmt: skip


@command(
    app,
    writes=True,
    examples=(
        'crm campaign add "Spring check" --channel email --purpose marketing --start 2027-03-01 --end 2027-03-19 --cost 15k',
    ),
)
def add(
    run: Run,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    channel: Annotated[Text, typer.Option(help="email, phone, sms, message, post or visit.")] = None,
    purpose: Annotated[Text, typer.Option(help="marketing, service, survey, greeting or sharing, as in crm.yaml.")] = None,
    start: Annotated[Text, typer.Option(metavar="DATE", help="The first day.")] = None,
    end: Annotated[Text, typer.Option(metavar="DATE", help="The last day.")] = None,
    cost: Annotated[Text, typer.Option(metavar="MONEY", help="What it costs in all.")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Me if not given.")] = None,
) -> None:  # fmt: skip
    """Plan a campaign. Members come in with crm campaign set CAMPAIGN members+=REF."""
    from crmcli.actions import campaigns  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.model.errors import BadValueError  # noqa: PLC0415

    if not name.strip():
        raise BadValueError("the name is empty")
    words = {
        "name": name, "channel": channel, "purpose": purpose, "start": start, "end": end,
        "cost": cost, "owner": owner,
    }  # fmt: skip
    run.save(
        lambda book: campaigns.add(
            book,
            id=run.new_id("g"),
            fields={"owner": run.me_or_none(), **read(run, "campaign", words)},
        )
    )


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "status", "since", "until", "where", "all"),
    examples=("crm campaign list --status active", "crm campaign list --customer beta-ltd"),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    channel: Annotated[list[str], typer.Option(help="Over this channel.")] = [],
) -> int:
    """List campaigns, the newest first; with --customer those that reach it."""
    return answer_list(run, "campaign", {**chosen, "channel": channel})


@command(app, reads=True, examples=("crm campaign show winter",))
def show(run: Run, campaign: Ref) -> int:
    """One campaign, with its members, who was contacted, and the sales that name it."""
    from crmcli.reports.campaign_card import campaign_card  # noqa: PLC0415

    book = run.book()
    return run.show(campaign_card(book, book.id_to_show("campaign", campaign), run.today))


@command(
    app,
    "set",
    writes=True,
    message=True,
    examples=(
        "crm campaign set winter members+=王小明/wu holdout+=金順五金 -n",
        "crm campaign set winter end=2026-12-31",
    ),
)
def set_(
    run: Run,
    campaign: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a campaign; `members+=REF` takes a customer, or CUSTOMER/CONTACT.

    Refused with exit code 7 where consent does not allow its channel and purpose.
    """
    from crmcli.actions import campaigns  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read_day  # noqa: PLC0415

    run.save(
        lambda book: campaigns.set_fields(
            book,
            campaign,
            fields,
            day=partial(read_day, run),
            on=run.today,
            by=run.me_or_none(),
            note=run.options.get("message"),
        )
    )


@command(app, examples=("crm campaign edit winter",))
def edit(run: Run, campaign: Ref) -> int:
    """Open the campaign's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "campaign", campaign)


@command(app, writes=True, message=True, examples=("crm campaign archive winter -n",))
def archive(run: Run, campaigns: Annotated[list[str], typer.Argument(metavar="CAMPAIGN...", help="One or several.")]) -> None:  # fmt: skip
    """Take campaigns out of lists; reports keep them."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "campaign", campaigns)
