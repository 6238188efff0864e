"""A book that remembers what reports worked out of it, so that several of them share the work."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from typing import Concatenate
from typing import ParamSpec
from typing import TypeVar
from typing import cast

from crmcli.model.policy import Policy
from crmcli.reports.readable import Readable

P = ParamSpec("P")
T = TypeVar("T")


class Remembering:
    """The same book; what `remembered` functions find in it is kept as long as this lives.

    It must not live longer than one answer: a book that changes is not noticed.
    """

    def __init__(self, book: Readable) -> None:
        self._book = book
        self.kept: dict[Any, Any] = {}

    @property
    def policy(self) -> Policy:
        """What crm.yaml says, with the defaults where it says nothing."""
        return self._book.policy

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows that the index gives; parameters are `:name` in the text."""
        return self._book.query(sql, **params)


def remembered(
    function: Callable[Concatenate[Readable, P], T],
) -> Callable[Concatenate[Readable, P], T]:
    """Work out once for a book that remembers; every time for another.

    Whoever gets the result must not change it: others get the same.
    """

    @wraps(function)
    def ask(book: Readable, *args: P.args, **kwargs: P.kwargs) -> T:
        if not isinstance(book, Remembering):
            return function(book, *args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if not _is_key(key):
            return function(book, *args, **kwargs)
        if key not in book.kept:
            book.kept[key] = function(book, *args, **kwargs)
        found: T = book.kept[key]
        return found

    return cast("Callable[Concatenate[Readable, P], T]", ask)


def _is_key(arguments: Any) -> bool:
    """Whether it can be looked up: a list among the arguments cannot."""
    try:
        hash(arguments)
    except TypeError:
        return False
    return True
