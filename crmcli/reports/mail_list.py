"""Who is to be reached by a campaign, and who of them may not be."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from crmcli.model.consent import Judged
from crmcli.model.consent import Person
from crmcli.model.consent import judged
from crmcli.reports.listing import listing
from crmcli.reports.reachable import reachable
from crmcli.reports.reachable import required_for
from crmcli.reports.readable import Readable


class MailList(NamedTuple):
    """The people of a campaign by id, and its members whom consent keeps out, with the verdict.

    `channel` and `purpose` are the campaign's; where either is unknown, nobody can be judged and
    every member is in `refused` without a verdict.
    """

    people: tuple[str, ...]
    refused: tuple[tuple[str, Judged | None], ...]
    channel: str | None
    purpose: str | None


def mail_list(book: Readable, campaign: str, as_of: date) -> MailList:
    """Judge each member on the day: a person alone, a customer by everyone there it can reach."""
    base = listing(book, "campaign", as_of, filters={"id": [campaign]})
    cells = dict(zip(base.keys, base.rows[0], strict=True))
    channel, purpose = cells["channel"], cells["purpose"]
    if channel is None or purpose is None:
        return MailList((), tuple((member, None) for member in cells["members"]), channel, purpose)
    houses: dict[str, list[Person]] = defaultdict(list)
    for person in reachable(book):
        houses[person.id.partition("/")[0]].append(person)
    needed = required_for(book.policy)
    people: dict[str, None] = {}
    refused: list[tuple[str, Judged]] = []
    for member in cells["members"]:
        house = houses[member.partition("/")[0]]
        found = judged(house, channel, purpose, as_of, needed, named=member)
        if found.person is None or not found.verdict.allowed:
            refused.append((member, found))
        named = [person for person in house if person.id == member]
        there = [p for p in house if p.is_there(as_of) and p.ways.has(channel)]
        people |= dict.fromkeys(person.id for person in named or there)
    return MailList(tuple(people), tuple(refused), channel, purpose)
