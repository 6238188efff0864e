"""Writing down a visit, call, meeting, mail, message or note, with the promises made in it."""

import datetime
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from crmcli.actions.consents import verdict_on
from crmcli.actions.gathering import counted
from crmcli.actions.promises import new_promise
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.consent import reason
from crmcli.model.errors import UsageError
from crmcli.model.interaction import Interaction

NAMING = (
    ("promise", "promises", "made_in"),
    ("case", "cases", "opened_in"),
    ("feedback", "feedback", "interaction"),
)


class Promised(NamedTuple):
    """A promise made in the interaction: its new id, what, the day, and the day as shown."""

    id: str
    what: str
    due: datetime.date
    echo: str


def log(
    book: Book,
    *,
    id: str,
    fields: dict[str, Any],
    promised: Sequence[Promised],
    by: str | None,
    day: str,
    next_echo: str,
) -> Change:
    """Write down an interaction and the promises made in it, as one change.

    `by` writes it down. `day` shows the day of the interaction; `next_echo` that of the next step,
    empty without one. Raises BadValueError for a promise that is due before that day.
    """
    interaction = Interaction(id=id, **fields)
    edits = [Edit(None, interaction)]
    name = book.name_of("customer", interaction.customer)
    said = f"Logged {interaction.kind} {id} with {name}, {day}"
    if interaction.mood or interaction.failure:
        failure = f"({interaction.failure})" if interaction.failure else ""
        said += f", {' '.join(word for word in (interaction.mood, failure) if word)}"
    for item in promised:
        promise = new_promise(
            item.id,
            {
                "what": item.what,
                "customer": interaction.customer,
                "contact": interaction.contact,
                "due": item.due,
                "made_in": id,
                "by": interaction.rep,
            },
            by=by,
            on=interaction.day,
        )
        edits.append(Edit(None, promise))
        said += f"; promised {item.id}, due {item.echo}"
    if interaction.next_step:
        said += f"; next: {interaction.next_step}"
        said += f", {next_echo}" if next_echo else ""
    ids = " ".join(edit.record.id for edit in edits)
    return Change(tuple(edits), f"{said}.", f"interaction {ids} logged", _notes(book, interaction))


def _notes(book: Book, interaction: Interaction) -> tuple[str, ...]:
    notes = []
    for kind, ref in (("deal", interaction.deal), ("case", interaction.case)):
        customer = getattr(book.record(kind, ref), "customer", None) if ref else None
        if customer and customer != interaction.customer:
            notes.append(f"{ref} is a {kind} of {customer}, not of {interaction.customer}")
    return (*notes, *_consent_notes(book, interaction))


def _consent_notes(book: Book, interaction: Interaction) -> Iterator[str]:
    """What consent says against a contact that a campaign made: what has happened is kept."""
    if not (interaction.campaign and interaction.customer and interaction.direction == "out"):
        return
    campaign = book.campaign(interaction.campaign)
    if interaction.kind == "note" or campaign.channel is None or campaign.purpose is None:
        return
    found = verdict_on(
        book.customer(interaction.customer), interaction.contact, campaign.channel, campaign.purpose,
        day=interaction.day, required_for=book.policy.standard("consent.required_for"),
    )  # fmt: skip
    if not found.verdict.allowed:
        told = reason(found, campaign.channel)
        yield f"{campaign.purpose} by {campaign.channel} was not allowed: {told}"


def remove(book: Book, ref: str, *, sure: bool) -> Change:
    """Take an interaction's row out of its file.

    Raises UsageError if records name it and nobody said that this is meant (`sure`).
    """
    interaction = book.interaction(ref)
    named = {
        kind: book.query(f"SELECT count(*) FROM {table} WHERE {field} = :id", id=interaction.id)[0][
            0
        ]
        for kind, table, field in NAMING
    }
    if any(named.values()) and not sure:
        verb = "names" if sum(named.values()) == 1 else "name"
        raise UsageError(
            f"{counted(named)} {verb} {interaction.id}",
            remedy=f"Try: crm interaction remove {interaction.id} --yes",
        )
    said = f"Removed {interaction.kind} {interaction.id} of {interaction.at[:10]}"
    return Change(
        (Edit(interaction, None),),
        said,
        f"interaction {interaction.id} removed",
        shown=(interaction.id,),
    )
