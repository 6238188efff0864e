"""Whom a campaign reached, who answered, and who asked to be left alone."""

from collections import Counter
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import NamedTuple

from crmcli.model.consent import Person
from crmcli.reports.campaign_contacts import CampaignContact
from crmcli.reports.campaign_sales import Sold

NO = ("withdrawn", "declined")


class Unit(NamedTuple):
    """A person that a campaign reached, or a customer where nobody is named (`contact` None).

    `day` is that of the first delivery, as ISO text.
    """

    customer: str
    contact: str | None
    day: str


class Response(NamedTuple):
    """What a unit answered first: the day and id of a contact or an order line."""

    unit: Unit
    day: str
    id: str
    kind: str


class Reach(NamedTuple):
    """What became of a campaign's contacts. `deliveries` did not come back; units stand once."""

    sent: int
    deliveries: Sequence[CampaignContact]
    units: Sequence[Unit]
    responses: Sequence[Response]
    opt_outs: int


def reach(
    contacts: Sequence[CampaignContact],
    sold: Sequence[Sold],
    people: Mapping[str, Sequence[Person]],
    days: int,
    as_of: date,
) -> Reach:
    """Judge the contacts that name one campaign, and the sales that do.

    All are in the order of time, up to the day; `people` are those of each customer. A response,
    and a no, count from the first delivery to a unit until `days` later, both days included.
    """
    sent = [each for each in contacts if each.direction == "out"]
    deliveries = [each for each in sent if each.delivered]
    first: dict[tuple[str, str | None], Unit] = {}
    for each in deliveries:
        if each.customer is not None:
            key = (each.customer, each.contact)
            first.setdefault(key, Unit(each.customer, each.contact, each.day))
    units = tuple(first.values())
    answers: dict[str, list[CampaignContact]] = defaultdict(list)
    for each in contacts:
        if each.direction == "in" and each.customer is not None:
            answers[each.customer].append(each)
    bought: dict[str, list[Sold]] = defaultdict(list)
    for line in sold:
        if line.customer is not None and line.quantity > 0:
            bought[line.customer].append(line)
    at_customer = Counter(unit.customer for unit in units)
    responses = []
    for unit in units:
        alone = at_customer[unit.customer] == 1
        last = until(unit.day, days)
        found = [
            (each.day, "contact", each.id)
            for each in answers[unit.customer]
            if unit.day <= each.day <= last and _is_of(each, unit, alone=alone)
        ]
        found += [
            (line.day, "sale", line.id)
            for line in bought[unit.customer]
            if unit.day <= line.day <= last
        ]
        if found:
            day, kind, id = min(found)
            responses.append(Response(unit, day, id, kind))
    opt_outs = sum(_opted_out(unit, people, days, as_of) for unit in units)
    return Reach(len(sent), deliveries, units, tuple(responses), opt_outs)


def until(day: str, days: int) -> str:
    """The day that many days later, as ISO text; the last day there is where that is too far."""
    try:
        return (date.fromisoformat(day) + timedelta(days)).isoformat()
    except OverflowError:
        return date.max.isoformat()


def _is_of(answer: CampaignContact, unit: Unit, *, alone: bool) -> bool:
    """Whether an answer is the unit's; one that names nobody is that of the only unit there."""
    if unit.contact is None:
        return True
    return answer.contact == unit.contact or (answer.contact is None and alone)


def _opted_out(unit: Unit, people: Mapping[str, Sequence[Person]], days: int, as_of: date) -> bool:
    named = f"{unit.customer}/{unit.contact}"
    last = min(until(unit.day, days), as_of.isoformat())
    return any(
        event.state in NO and unit.day <= event.date.isoformat() <= last
        for person in people.get(unit.customer, ())
        if unit.contact is None or person.id == named
        for event in person.events
    )
