"""crm customer: add, list, show, set, edit, archive, find, merge."""

from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run
from crmcli.model.errors import UsageError

if TYPE_CHECKING:
    from crmcli.book.book import Book
    from crmcli.model.change import Change

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="CUSTOMER", help="An id, a name, or part of one.")]


@command(
    app,
    writes=True,
    examples=(
        'crm customer add "Gamma Ltd" --tier A --status active',
        "crm customer add 大同電機 --tag 老客戶 --tag '[vip]' --contact 林志明 --role decision-maker",
        'crm customer add "Delta AG" --potential 1.2m --potential-basis "own count" --need "same-week delivery"',
    ),
)
def add(
    run: Run,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As the house calls itself.")],
    kind: Annotated[Text, typer.Option(help="company or person.")] = None,
    status: Annotated[Text, typer.Option(help="lead, prospect, active, lapsed, lost.")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Who looks after it; me if not given.")] = None,
    deputy: Annotated[Text, typer.Option(metavar="REP", help="Who else could carry it on.")] = None,
    tier: Annotated[Text, typer.Option(help="As in crm.yaml; A, B, C by default.")] = None,
    industry: Text = None,
    region: Text = None,
    source: Annotated[Text, typer.Option(help="How they came to us, as 'referral'.")] = None,
    potential: Annotated[Text, typer.Option(metavar="MONEY", help="What they could buy in a year.")] = None,
    potential_basis: Annotated[Text, typer.Option(metavar="TEXT", help="How we know.")] = None,
    background: Annotated[Text, typer.Option(metavar="TEXT")] = None,
    need: Annotated[list[str], typer.Option(metavar="TEXT", help="May be repeated.")] = [],
    tag: Annotated[list[str], typer.Option(metavar="T", help="May be repeated.")] = [],
    alias: Annotated[list[str], typer.Option(metavar="TEXT", help="Another name; may be repeated.")] = [],
    referred_by: Annotated[Text, typer.Option(metavar="CUSTOMER")] = None,
    website: Text = None,
    address: Text = None,
    id: Annotated[Text, typer.Option(metavar="SLUG", help="Instead of the one made of the name.")] = None,
    contact: Annotated[Text, typer.Option(metavar="NAME", help="A first person there.")] = None,
    role: Annotated[Text, typer.Option(help="That person's, as decision-maker.")] = None,
    email: Annotated[Text, typer.Option(help="That person's.")] = None,
    phone: Annotated[Text, typer.Option(help="That person's.")] = None,
) -> None:  # fmt: skip
    """Add a customer. Its id is made of the name and never changes."""
    from crmcli.actions import customers  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import customer_id  # noqa: PLC0415
    from crmcli.cli.reading import person_fields  # noqa: PLC0415
    from crmcli.cli.reading import read  # noqa: PLC0415

    words = {
        "name": name, "kind": kind, "status": status, "owner": owner, "deputy": deputy,
        "tier": tier, "industry": industry, "region": region, "source": source,
        "potential": potential, "potential_basis": potential_basis, "background": background,
        "needs": need or None, "tags": tag or None, "aliases": alias or None,
        "referred_by": referred_by, "website": website, "address": address,
    }  # fmt: skip
    slug = customer_id(run, name, id)
    run.save(
        lambda book: customers.add(
            book,
            id=slug,
            fields=read(run, "customer", words),
            person=person_fields(run, contact, role=role, email=email, phone=phone),
            on=run.today,
            by=run.me_or_none(),
        )
    )
    run.hint(f'Next: crm log visit {slug} "..."')


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "status", "tag", "since", "until", "where", "all"),
    examples=(
        "crm customer list --tier A --silent 30",
        "crm customer list --where 'potential >= 500k' --sort -potential",
    ),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    tier: Annotated[list[str], typer.Option(help="Of this tier.")] = [],
    silent: Annotated[int | None, typer.Option(metavar="N", min=0, help="No contact for N days or more.")] = None,
) -> int:  # fmt: skip
    """List customers; --since and --until look at the last contact."""
    return answer_list(run, "customer", {**chosen, "tier": tier, "silent": silent})


@command(app, reads=True, examples=("crm customer show acme", "crm customer show acme --json"))
def show(
    run: Run,
    customer: Ref,
    full: Annotated[bool, typer.Option("--full", help="All that is on record.")] = False,
) -> int:
    """Who they are, their people, what is open, the last contacts, how it stands."""
    from crmcli.reports.card import customer_card  # noqa: PLC0415

    book = run.book()
    id = book.id_to_show("customer", customer)
    return run.show(customer_card(book, id, run.today, full=full))


@command(
    app,
    "set",
    writes=True,
    message=True,
    examples=("crm customer set acme tier=B tags+=vip deputy=lin", "crm customer set acme region="),
)
def set_(
    run: Run,
    customer: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="FIELD= makes it unknown; += and -= on lists.")],
) -> None:  # fmt: skip
    """Change fields of a customer."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "customer", customer, fields)


@command(app, writes=False, examples=("crm customer edit acme",))
def edit(run: Run, customer: Ref) -> int:
    """Open the customer's file in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "customer", customer)


@command(app, writes=True, message=True, examples=("crm customer archive beta-ltd -n",))
def archive(
    run: Run,
    customers: Annotated[list[str], typer.Argument(metavar="CUSTOMER...", help="One or several.")],
) -> None:
    """Take customers out of lists and open work; their past stays."""
    from crmcli.cli.reading import archive_records  # noqa: PLC0415

    archive_records(run, "customer", customers)


@command(
    app,
    writes=True,
    examples=('crm customer snooze acme +14d --reason "on leave until then"',),
)
def snooze(
    run: Run,
    customer: Ref,
    until: Annotated[str, typer.Argument(metavar="DATE", help="Quiet until this day.")],
    reason: Annotated[Text, typer.Option(metavar="TEXT", help="Why; it is asked for.")] = None,
) -> None:
    """Do not count a customer as gone quiet until a day, for a reason."""
    from crmcli.cli.reading import snooze_record  # noqa: PLC0415

    snooze_record(run, "customer", customer, until, reason, ("quiet_until", "quiet_reason"))


@command(
    app,
    reads=True,
    examples=(
        "crm customer find charger",
        "crm customer find 交貨",
        "crm customer find --duplicates",
    ),
)
def find(
    run: Run,
    text: Annotated[Text, typer.Argument(metavar="TEXT", help="Words in any script.")] = None,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="Who may be the same one, and why.")] = False,
) -> int:  # fmt: skip
    """Search names, people, mail, phone, background, needs and what was said."""
    from crmcli.reports.doubles import doubles  # noqa: PLC0415
    from crmcli.reports.found import found  # noqa: PLC0415

    if (text is None) is not duplicates:
        raise UsageError(
            "what is to be found?" if text is None else "--duplicates looks through all customers",
            remedy="Try: crm customer find TEXT, or crm customer find --duplicates",
        )
    return run.show(doubles(run.book()) if text is None else found(run.book().find(text), text))


@command(
    app,
    writes=True,
    message=True,
    examples=("crm customer merge beta-ltd acme -n",),
)
def merge(
    run: Run,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="The one that stays.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The one that goes into it.")],
) -> None:
    """Make one of two: all of OTHER points at KEEP, and where they differ you are asked."""
    from crmcli.actions import merging  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.asking import ask_first  # noqa: PLC0415

    def action(book: "Book") -> "Change":
        return merging.merge(
            book, keep, other, on=run.today, by=run.me_or_none(), note=run.options.get("message")
        )

    ask_first(run, action, "merge?", f"crm customer merge {keep} {other}")
    run.save(action)
