"""Planning campaigns, and keeping those out of them who may not be contacted."""

import datetime
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

from crmcli.actions.consents import refuse
from crmcli.actions.consents import verdict_on
from crmcli.actions.fields import ReadDay
from crmcli.actions.fields import assign
from crmcli.actions.records import changed
from crmcli.actions.soundness import refuse_faults
from crmcli.book.book import Book
from crmcli.model.campaign import Campaign
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.consent import Judged
from crmcli.model.errors import BadValueError
from crmcli.model.errors import PolicyError


def add(book: Book, *, id: str, fields: dict[str, Any]) -> Change:
    """Plan a campaign. Raises BadValueError if it ends before it starts."""
    campaign = Campaign(id=id, **fields)
    refuse_faults(None, campaign)
    said = f"Added campaign {book.label(campaign)}"
    if campaign.start:
        said += f", {campaign.start}" + (f" to {campaign.end}" if campaign.end else "")
    how = [word for word in (campaign.channel, campaign.purpose) if word]
    return Change(
        (Edit(None, campaign),),
        f"{said}: {', '.join(how)}" if how else said,
        f"campaign {id} added",
    )


def set_fields(
    book: Book,
    ref: str,
    assignments: Sequence[str],
    *,
    day: ReadDay,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Set fields of a campaign by `FIELD=VALUE` words, `members+=REF` among them.

    Raises PolicyError, with the reason and the event it rests on, for a member whom consent does
    not let us contact over its channel for its purpose on that day; BadValueError for a word that
    the field does not take; NotFoundError for the ref.
    """
    campaign = book.campaign(ref)
    values = assign(book, campaign, assignments, day)
    if values.get("name", "") is None:
        raise BadValueError("name cannot be unknown")
    new = campaign.with_fields(**values)
    is_other = (new.channel, new.purpose) != (campaign.channel, campaign.purpose)
    old = () if is_other else campaign.members
    refuse_members(book, new, [member for member in new.members if member not in old], on)
    return changed(book, campaign, values, on=on, by=by, note=note)


def refuse_members(
    book: Book, campaign: Campaign, members: Iterable[str], day: datetime.date
) -> None:
    """Raises PolicyError if consent does not allow the campaign to reach these on the day."""
    refused = [
        (member, found) for member in members if (found := _refused(book, campaign, member, day))
    ]
    if refused:
        refuse(refused, str(campaign.channel), str(campaign.purpose))


def _refused(book: Book, campaign: Campaign, member: str, day: datetime.date) -> Judged | None:
    """The no that stands against a member; None if there is none."""
    if campaign.channel is None or campaign.purpose is None:
        missing = "channel" if campaign.channel is None else "purpose"
        raise PolicyError(
            f"{campaign.id} has no {missing}, so nobody can have agreed to it",
            remedy=f"Try: crm campaign set {campaign.id} channel=email purpose=marketing",
        )
    customer, _, contact = member.partition("/")
    found = verdict_on(
        book.customer(customer), contact or None, campaign.channel, campaign.purpose,
        day=day, required_for=book.policy.standard("consent.required_for"),
    )  # fmt: skip
    # Where nobody can be reached, nobody said no: but there is nobody to reach either.
    return found if found.person is None or not found.verdict.allowed else None
