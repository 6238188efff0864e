"""crm log: write down what happened, with mood, promises and the next step, in one line."""

from typing import Annotated

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run

app = new_app()
Text = str | None
EXAMPLES = (
    'crm log visit acme "agreed the scope" --mood pleased --promise "send the quote by friday"',
    'crm log call beta-ltd "wants a demo" --next "call back" --on +7d',
    'crm log visit 王小明 "抱怨交貨太慢" --mood offended --failure neglect --promise "主管親自道歉 by 下週五"',
)


def log(
    run: Run,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="visit, call, meeting, email, message or note.")],
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="An id, a name, or part of one.")],
    text: Annotated[Text, typer.Argument(metavar="TEXT", help="What was said; - reads it from stdin.")] = None,
    at: Annotated[Text, typer.Option(metavar='"DATE [HH:MM]"', help="When; now if not given.")] = None,
    contact: Annotated[Text, typer.Option(metavar="CONTACT", help="With whom.")] = None,
    mood: Annotated[Text, typer.Option(help="delighted, pleased, neutral, unhappy, offended.")] = None,
    failure: Annotated[Text, typer.Option(help="neglect, disappointment, lost-face, disregard.")] = None,
    direction: Annotated[Text, typer.Option(help="in or out.")] = None,
    outcome: Annotated[Text, typer.Option(help="reached, no-answer, bounced, not-held, no-reply-needed.")] = None,
    also: Annotated[list[str], typer.Option(metavar="REP", help="Who came along; may be repeated.")] = [],
    step: Annotated[Text, typer.Option(help="inquiry, quote, order, delivery, installation, invoice, support.")] = None,
    minutes: Annotated[Text, typer.Option(metavar="N", help="90, or 1h30.")] = None,
    promise: Annotated[list[str], typer.Option(metavar='"TEXT by DATE"', help="Promised in it; may be repeated.")] = [],
    next: Annotated[Text, typer.Option("--next", metavar="TEXT", help="The next step.")] = None,
    on: Annotated[Text, typer.Option("--on", metavar="DATE", help="The day of the next step.")] = None,
    deal: Annotated[Text, typer.Option(metavar="DEAL", help="The deal it was about.")] = None,
    case: Annotated[Text, typer.Option(metavar="CASE", help="The case it was about.")] = None,
    campaign: Annotated[Text, typer.Option(metavar="CAMPAIGN", help="The campaign that it was part of.")] = None,
    reported: Annotated[Text, typer.Option(metavar='"DATE [HH:MM]"', help="When the report was filed; now if not given.")] = None,
    lesson: Annotated[Text, typer.Option(metavar="TEXT", help="What to do better.")] = None,
    rep: Annotated[Text, typer.Option(metavar="REP", help="Who did it; me if not given.")] = None,
) -> None:  # fmt: skip
    """Write down a visit, call, meeting, mail, message or note; all of it or nothing."""
    from crmcli.actions import interactions  # noqa: PLC0415  # a write loads the records
    from crmcli.cli.reading import moment  # noqa: PLC0415
    from crmcli.cli.reading import promised  # noqa: PLC0415
    from crmcli.cli.reading import read  # noqa: PLC0415
    from crmcli.cli.reading import with_contact  # noqa: PLC0415
    from crmcli.model.errors import UsageError  # noqa: PLC0415
    from crmcli.model.money import read_minutes  # noqa: PLC0415

    if on is not None and next is None:
        raise UsageError("--on is the day of --next", remedy='Try: --next "call back" --on friday')
    book = run.book()
    book.take_index_as_it_stands()
    words = {
        "kind": kind, "customer": customer, "contact": contact, "mood": mood, "failure": failure,
        "direction": direction, "outcome": outcome, "also": also or None, "step": step,
        "minutes": None if minutes is None else str(read_minutes(minutes)),
        "next_step": next, "deal": deal, "case": case, "campaign": campaign,
        "lesson": lesson,
    }  # fmt: skip
    day = None if on is None else run.day(on, "on_next")
    stored, shown = moment(run, at)
    filed, _ = moment(run, reported)
    read(
        run,
        "interaction",
        {**words, **dict.fromkeys(("customer", "contact", "deal", "case", "campaign", "also"))},
    )
    summary = run.text(text, "what was said")
    made = [promised(run, word) for word in promise]
    run.save(
        lambda book: interactions.log(
            book,
            id=run.new_id("i"),
            fields={
                **with_contact(book, read(run, "interaction", {**words, "summary": summary})),
                "at": stored,
                "reported": filed,
                "rep": run.rep(rep),
                "next_date": day.date if day else None,
            },
            promised=[item._replace(id=run.new_id("p")) for item in made],
            by=run.me_or_none(),
            day=shown,
            next_echo=day.echo if day else "",
        )
    )


command(app, writes=True, examples=EXAMPLES)(log)
