"""The kinds of record: one row each, for whoever walks over all of them."""

from typing import Literal
from typing import NamedTuple

from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.interaction import Interaction
from crmcli.model.promise import Promise
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.task import Task

Home = Literal["file", "file by year", "row by rep and month"]


class Kind(NamedTuple):
    """What a kind is called, how its ids begin, and how its records are kept."""

    name: str
    plural: str  # its folder, and its table in the index
    letter: str | None  # of its ids; None: the id is a slug of the name
    record: type[Record]
    home: Home


KINDS = (
    Kind("rep", "reps", None, Rep, "file"),
    Kind("customer", "customers", None, Customer, "file"),
    Kind("deal", "deals", "d", Deal, "file by year"),
    Kind("promise", "promises", "p", Promise, "file by year"),
    Kind("task", "tasks", "t", Task, "file by year"),
    Kind("interaction", "interactions", "i", Interaction, "row by rep and month"),
)

BY_NAME = {kind.name: kind for kind in KINDS}
BY_FOLDER = {kind.plural: kind for kind in KINDS}
BY_RECORD = {kind.record: kind for kind in KINDS}
