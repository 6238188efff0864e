"""crm feedback: add, list, show, set, edit, remove."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.lists import answer_list
from crmcli.cli.run import Run

app = new_app()
Text = str | None
Ref = Annotated[str, typer.Argument(metavar="FEEDBACK", help="An id or its beginning, as 2zf.")]


@command(
    app,
    writes=True,
    examples=(
        'crm feedback add acme 9 --kind nps --comment "quick and honest"',
        "crm feedback add beta-ltd 4 --kind conduct --item helpful --expected 3 --rep lin",
        'crm feedback add 王小明 --kind compliment --rep mei --comment "跑了三趟才裝好"',
    ),
)
def add(
    run: Run,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    score: Annotated[Text, typer.Argument(metavar="SCORE", help="nps 0-10, csat 1-5, ces 1-7, conduct 1-5; a compliment has none.")] = None,
    kind: Annotated[Text, typer.Option(help="nps, csat, ces, conduct or compliment; it is asked for.")] = None,
    item: Annotated[Text, typer.Option(help="Of conduct: friendly, helpful, considerate, thoughtful, polite, empathy, interaction.")] = None,
    expected: Annotated[Text, typer.Option(metavar="N", help="The score that they had expected.")] = None,
    contact: Annotated[Text, typer.Option(metavar="CONTACT", help="Who said it.")] = None,
    rep: Annotated[Text, typer.Option(metavar="REP", help="Who is rated; the house if not given.")] = None,
    rater: Annotated[Text, typer.Option(help="customer or observer.")] = None,
    at: Annotated[Text, typer.Option(metavar='"DATE [HH:MM]"', help="When; now if not given.")] = None,
    case: Annotated[Text, typer.Option(metavar="CASE", help="The case it is about.")] = None,
    interaction: Annotated[Text, typer.Option(metavar="I", help="The interaction it is about.")] = None,
    comment: Annotated[Text, typer.Option(metavar="TEXT", help="In their words.")] = None,
) -> None:  # fmt: skip
    """Write down what a customer, or an observer, says of us."""
    from crmcli.actions import feedback  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import moment  # noqa: PLC0415
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.cli.reading import with_contact  # noqa: PLC0415
    from crmcli.model.errors import UsageError  # noqa: PLC0415

    if kind is None:
        raise UsageError(
            "which kind of feedback is it?",
            place="--kind",
            remedy="Try: --kind nps, csat, ces, conduct or compliment",
        )
    words = {
        "customer": customer, "score": score, "kind": kind, "item": item, "expected": expected,
        "contact": contact, "rep": rep, "rater": rater, "case": case, "interaction": interaction,
        "comment": comment,
    }  # fmt: skip
    stored, echo = moment(run, at)
    run.save(
        lambda book: feedback.add(
            book,
            id=run.new_id("f"),
            fields={**with_contact(book, read(run, "feedback", words)), "at": stored, "by": run.me()},
            day=echo,
        )
    )  # fmt: skip


@command(
    app,
    "list",
    reads=True,
    filters=("customer", "rep", "tag", "since", "until", "where", "all"),
    examples=(
        "crm feedback list --kind nps --since -90d",
        "crm feedback list --rep mei --where 'score <= 2'",
    ),
)
def list_(
    run: Run,
    chosen: dict[str, Any],
    kind: Annotated[list[str], typer.Option(help="nps, csat, ces, conduct, compliment.")] = [],
    item: Annotated[list[str], typer.Option(help="Of conduct, with this item.")] = [],
    rater: Annotated[list[str], typer.Option(help="customer or observer.")] = [],
) -> int:
    """List feedback, the newest first; `--rep` is who was rated."""
    return answer_list(run, "feedback", {**chosen, "kind": kind, "item": item, "rater": rater})


@command(app, reads=True, examples=("crm feedback show 2zf",))
def show(run: Run, feedback: Ref) -> int:
    """One rating or compliment, with what it is about."""
    from crmcli.reports.card import feedback_card  # noqa: PLC0415

    book = run.book()
    return run.show(feedback_card(book, book.id_to_show("feedback", feedback), run.today))


@command(app, "set", writes=True, examples=('crm feedback set 2zf comment="too slow"',))
def set_(
    run: Run,
    feedback: Ref,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...")],
) -> None:
    """Change fields of a rating; its row stays in its file."""
    from crmcli.cli.reading import set_fields  # noqa: PLC0415

    set_fields(run, "feedback", feedback, fields)


@command(app, examples=("crm feedback edit 2zf",))
def edit(run: Run, feedback: Ref) -> int:
    """Open the row as YAML in the editor."""
    from crmcli.cli.edit import edit_record  # noqa: PLC0415

    return edit_record(run, "feedback", feedback)


@command(app, writes=True, examples=("crm feedback remove 2zf --yes -n",))
def remove(run: Run, feedback: Ref) -> None:
    """Take a row out of its file."""
    from crmcli.actions import feedback as actions  # noqa: PLC0415  # a write loads the records

    if not run.options.get("dry_run"):
        run.confirm(f"remove feedback {feedback}?", f"crm feedback remove {feedback}")
    run.save(lambda book: actions.remove(book, feedback))
