"""The kinds of record: one row each, for whoever walks over all of them."""

from typing import Literal
from typing import NamedTuple

from crmcli.model.campaign import Campaign
from crmcli.model.case import Case
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.feedback import Feedback
from crmcli.model.interaction import Interaction
from crmcli.model.promise import Promise
from crmcli.model.pulse import Pulse
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.sale import Sale
from crmcli.model.task import Task
from crmcli.model.words import plural

Home = Literal["file", "file by year", "row by rep and month", "row by month"]


class Kind(NamedTuple):
    """What a kind is called, how its ids begin, and how its records are kept."""

    name: str
    letter: str | None  # of its ids; None: the id is a slug of the name
    record: type[Record]
    home: Home
    under: str = ""  # the folder above its own

    @property
    def plural(self) -> str:
        """Its table in the index, and mostly its folder."""
        return plural(self.name)

    @property
    def folder(self) -> str:
        """Its folder inside the book."""
        return f"{self.under}/{self.plural}" if self.under else self.plural

    @property
    def is_row(self) -> bool:
        """Whether its records are rows of CSV files."""
        return self.home.startswith("row")

    @property
    def rep_field(self) -> str | None:
        """The field that names the rep in whose folder a row stands; None: no such folder."""
        return {"interaction": "rep", "feedback": "by"}.get(self.name)


KINDS = (
    Kind("rep", None, Rep, "file"),
    Kind("customer", None, Customer, "file"),
    Kind("deal", "d", Deal, "file by year"),
    Kind("promise", "p", Promise, "file by year"),
    Kind("task", "t", Task, "file by year"),
    Kind("case", "s", Case, "file by year"),
    Kind("campaign", "g", Campaign, "file by year"),
    Kind("interaction", "i", Interaction, "row by rep and month"),
    Kind("feedback", "f", Feedback, "row by rep and month"),
    Kind("sale", "b", Sale, "row by month"),
    Kind("pulse", "q", Pulse, "row by month", "feedback"),
)

BY_NAME = {kind.name: kind for kind in KINDS}
BY_FOLDER = {kind.folder: kind for kind in KINDS}
BY_RECORD = {kind.record: kind for kind in KINDS}
