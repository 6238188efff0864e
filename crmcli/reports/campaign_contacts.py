"""The contacts that campaigns made, and those that came back naming one."""

from datetime import date
from typing import NamedTuple

from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable

NAMING = """
    SELECT id, at, day, customer, contact, rep, direction, outcome, campaign FROM interactions
    WHERE campaign IS NOT NULL AND kind <> 'note' AND day <= :as_of
    ORDER BY day, at, id
"""
PLANS = """
    SELECT id, name, channel, purpose, start, end, cost, currency, owner, response_days, holdout
    FROM campaigns ORDER BY start IS NULL, start DESC, id
"""


class CampaignContact(NamedTuple):
    """A contact that names a campaign. `customer` is the one it counts for after a merge."""

    id: str
    at: str
    day: str
    customer: str | None
    contact: str | None
    rep: str
    direction: str | None
    outcome: str | None
    campaign: str

    @property
    def delivered(self) -> bool:
        """Whether we sent it, and it did not come back."""
        return self.direction == "out" and self.outcome != "bounced"


class Plan(NamedTuple):
    """A campaign as it is kept; days are ISO text, `cost` is in `currency`."""

    id: str
    name: str
    channel: str | None
    purpose: str | None
    start: str | None
    end: str | None
    cost: str | None
    currency: str | None
    owner: str | None
    response_days: int | None
    holdout: tuple[str, ...]


def campaign_contacts(book: Readable, as_of: date) -> list[CampaignContact]:
    """Those up to the day, by time and id; whoever made them, and in either direction."""
    heirs = survivors(book)
    found = [CampaignContact(*row) for row in book.query(NAMING, as_of=as_of.isoformat())]
    return [each._replace(customer=heirs.get(each.customer or "", each.customer)) for each in found]


def plans(book: Readable) -> list[Plan]:
    """All campaigns, those in the archive too, the newest first."""
    import json  # noqa: PLC0415  # most reads need none

    heirs = survivors(book)
    found = []
    for row in book.query(PLANS):
        plan = Plan(*row)
        ids = json.loads(row[-1]) if row[-1] else ()
        left_alone = tuple(dict.fromkeys(heirs.get(id, id) for id in ids))
        found.append(plan._replace(holdout=left_alone))
    return found
