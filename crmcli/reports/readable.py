"""What a report needs of a book."""

from typing import Any
from typing import Protocol

from crmcli.model.policy import Policy


class Readable(Protocol):
    """A book as reports see it: questions in SQL, and the numbers of the house."""

    @property
    def policy(self) -> Policy:
        """What crm.yaml says, with the defaults where it says nothing."""

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows that the index gives; parameters are `:name` in the text."""
