"""Campaigns with all that follows from their contacts and from what was sold."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.model.consent import Person
from crmcli.reports.campaign_contacts import CampaignContact
from crmcli.reports.campaign_contacts import Plan
from crmcli.reports.campaign_contacts import campaign_contacts
from crmcli.reports.campaign_contacts import plans
from crmcli.reports.campaign_effect import Arms
from crmcli.reports.campaign_effect import arms
from crmcli.reports.campaign_effect import in_arms
from crmcli.reports.campaign_response import Reach
from crmcli.reports.campaign_response import reach
from crmcli.reports.campaign_response import until
from crmcli.reports.campaign_sales import Share
from crmcli.reports.campaign_sales import Sold
from crmcli.reports.campaign_sales import shares
from crmcli.reports.reachable import reachable
from crmcli.reports.readable import Readable
from crmcli.reports.window import Window


class Judged(NamedTuple):
    """A campaign with all that follows from its contacts and from what was sold.

    `bought` is what both arms bought in its days, `given` what is attributed to it; None: there
    is a hold-out, which tells more.
    """

    plan: Plan
    days: int
    reached: Reach
    arms: Arms
    bought: Sequence[Sold]
    given: Sequence[Share] | None
    ends: str | None

    @property
    def entries(self) -> list[Sold]:
        """What was sold that any of its figures rests on."""
        return [*self.bought, *(share.sold for share in self.given or ())]


def judged_campaigns(
    book: Readable, as_of: date, span: Window, sold: Sequence[Sold], method: str | None
) -> list[Judged]:
    """The campaigns under way on some day of the window, the newest first.

    `sold` is everything sold up to the day, `method` how sales are attributed.
    """
    usual = book.policy.standard("campaigns.response")
    every = plans(book)
    days = {plan.id: plan.response_days or usual for plan in every}
    contacts: dict[str, list[CampaignContact]] = defaultdict(list)
    for contact in campaign_contacts(book, as_of):
        if contact.campaign in days:
            contacts[contact.campaign].append(contact)
    naming: dict[str, list[Sold]] = defaultdict(list)
    for line in sold:
        naming[line.campaign or ""].append(line)
    people: dict[str, list[Person]] = defaultdict(list)
    for person in reachable(book) if contacts else ():
        people[person.id.partition("/")[0]].append(person)
    delivered = {id: [each for each in some if each.delivered] for id, some in contacts.items()}
    given = shares(sold, delivered, days, method)
    found = []
    for plan in every:
        if not _is_under_way(plan, span, as_of):
            continue
        reached = reach(contacts[plan.id], naming[plan.id], people, days[plan.id], as_of)
        both = arms(plan, reached)
        ends = until(plan.start, days[plan.id]) if plan.start else None
        bought = in_arms(sold, both, plan.start, ends) if plan.start and ends else []
        own = None if plan.holdout else given.get(plan.id, [])
        bought = bought if plan.holdout else []
        found.append(Judged(plan, days[plan.id], reached, both, bought, own, ends))
    return found


def _is_under_way(plan: Plan, span: Window, as_of: date) -> bool:
    """Whether it was, on some day of the window; one without a start is taken to be."""
    first, last = span.bounds
    if plan.start and plan.start > min(last, as_of.isoformat()):
        return False
    return plan.end is None or plan.end >= first
