"""crm contact: add, list, show, set, edit, consent, remove."""

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
Ref = Annotated[str, typer.Argument(metavar="CONTACT", help="CUSTOMER/CONTACT, or a name.")]


@command(
    app,
    writes=True,
    examples=('crm contact add acme "Anna Weber" --role user --email anna.weber@acme.example',),
)
def add(
    run: Run,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    id: Annotated[Text, typer.Option(help="Instead of the one made of the name.")] = None,
    role: Annotated[Text, typer.Option(help="decision-maker, economic-buyer, champion, influencer, gatekeeper, user.")] = None,
    title: Text = None,
    department: Text = None,
    email: Text = None,
    phone: Text = None,
    mobile: Text = None,
    language: Text = None,
    birthday: Text = None,
    note: Annotated[Text, typer.Option(metavar="TEXT")] = None,
) -> None:  # fmt: skip
    """Add a person at a customer."""
    from crmcli.actions import contacts  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.model.errors import BadValueError  # noqa: PLC0415
    from crmcli.model.names import is_slug  # noqa: PLC0415

    if not name.strip():
        raise BadValueError("the name is empty")
    if id is not None and not is_slug(id):
        raise BadValueError(
            f"'{id}' cannot be an id", place="--id", remedy="Try: letters and digits joined by -"
        )
    words = {
        "name": name, "role": role, "title": title, "department": department, "email": email,
        "phone": phone, "mobile": mobile, "language": language, "birthday": birthday, "note": note,
    }  # fmt: skip
    run.save(lambda book: contacts.add(book, customer, id=id, fields=read(run, "contact", words)))


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "tag", "since", "until", "where", "all"),
    examples=(
        "crm contact list --role decision-maker",
        "crm contact list --customer acme",
        "crm contact list --may email/marketing",
    ),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    role: Annotated[list[str], typer.Option(help="With this role.")] = [],
    may: Annotated[Text, typer.Option(metavar="CHANNEL/PURPOSE", help="Whom consent lets us contact so.")] = None,
) -> int:  # fmt: skip
    """List the people at our customers."""
    return answer_list(run, "contact", {**chosen, "role": role, "may": may})


@command(app, reads=True, examples=("crm contact show beta-ltd/chen",))
def show(run: Run, contact: Ref) -> int:
    """One person, with consent and the last contacts."""
    from crmcli.reports.card import contact_card  # noqa: PLC0415

    book = run.book()
    customer, person = book.contact_id(contact)
    return run.show(contact_card(book, customer, person, run.today))


@command(app, "set", writes=True, examples=("crm contact set beta-ltd/chen role=champion left=",))
def set_(
    run: Run,
    contact: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a person; `left=DATE` when someone leaves."""
    from crmcli.actions import contacts  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import read_day  # noqa: PLC0415

    run.save(lambda book: contacts.set_fields(book, contact, fields, day=partial(read_day, run)))


@command(app, examples=("crm contact edit acme/chen",))
def edit(run: Run, contact: Ref) -> int:
    """Open the file of this person's customer in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    customer, _ = run.book().contact_id(contact)
    return edit_record(run, "customer", customer, instead=f"crm contact set {contact}")


@command(
    app,
    reads=True,
    writes=True,
    examples=(
        "crm contact consent acme/chen",
        "crm contact consent acme/chen --channel email --purpose marketing",
        'crm contact consent acme/chen --channel email --purpose marketing --state withdrawn --source "her mail"',
    ),
)
def consent(
    run: Run,
    contact: Ref,
    channel: Annotated[Text, typer.Option(help="email, phone, sms, message, post, visit or all.")] = None,
    purpose: Annotated[Text, typer.Option(help="marketing, service, survey, greeting, sharing or all, as in crm.yaml.")] = None,
    state: Annotated[Text, typer.Option(help="given, declined or withdrawn.")] = None,
    source: Annotated[Text, typer.Option(metavar="TEXT", help="Where it was said, as a form or a mail.")] = None,
    wording: Annotated[Text, typer.Option(metavar="TEXT", help="What was agreed to, or a version of it.")] = None,
    basis: Annotated[Text, typer.Option(help="consent, contract, legal-obligation, vital-interest, public-interest, legitimate-interest.")] = None,
    expires: Annotated[Text, typer.Option(metavar="DATE", help="The last day on which it holds.")] = None,
    on: Annotated[Text, typer.Option("--on", metavar="DATE", help="The day it was said; today if not given.")] = None,
) -> int:  # fmt: skip
    """May we contact this person? With --state: write down what was said about it."""
    words = {
        "channel": channel, "purpose": purpose, "state": state, "source": source,
        "wording": wording, "basis": basis, "expires": expires, "on": on,
    }  # fmt: skip
    from crmcli.cli.consents import add_consent  # noqa: PLC0415  # words that only this one needs
    from crmcli.cli.consents import read_asked  # noqa: PLC0415

    asked = ("channel", "purpose")
    if any(word is not None for name, word in words.items() if name not in asked):
        return add_consent(run, contact, words)
    from crmcli.reports.contact_consent import contact_consent  # noqa: PLC0415

    book = run.book()
    customer, person = book.contact_id(contact)
    way, use = read_asked(run, channel, purpose)
    found = contact_consent(book, customer, person, run.today, channel=way, purpose=use)
    return run.show(found)


@command(app, writes=True, examples=("crm contact remove beta-ltd/chen --yes -n",))
def remove(run: Run, contact: Ref) -> None:
    """Take a person out of the customer's file."""
    from crmcli.actions import contacts  # noqa: PLC0415  # a write loads the records

    if not run.options.get("dry_run"):
        run.confirm(f"remove contact {contact}?", f"crm contact remove {contact}")
    run.save(lambda book: contacts.remove(book, contact, sure=bool(run.options.get("yes"))))
