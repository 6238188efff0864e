"""Everything that the record files hold, read for a check: who is there, and where it stands."""

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from typing import TypeVar

from crmcli.book.lines import Lines
from crmcli.book.lines import place
from crmcli.book.paths import folder_of
from crmcli.book.paths import id_of_path
from crmcli.book.plain_file import content
from crmcli.book.records import Placed
from crmcli.book.records import read_closely
from crmcli.book.records import size_limit
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import read_tree
from crmcli.model.customer import Customer
from crmcli.model.errors import Problem
from crmcli.model.kinds import BY_FOLDER
from crmcli.model.kinds import BY_RECORD
from crmcli.model.policy import Policy
from crmcli.model.record import Record

R = TypeVar("R", bound=Record)


class Item(NamedTuple):
    """A record and where it stands. `line` of a row; None for a record with its own file."""

    record: Record
    path: str
    line: int | None


class Contents:
    """The records of a book, straight from its files."""

    def __init__(self, root: Path, policy: Policy) -> None:
        self.root = root
        self.policy = policy
        self.problems: list[Problem] = []
        self.twice: list[tuple[Item, Item]] = []  # of one id: the first read, and the other
        self._items: dict[type[Record], dict[str, Item]] = {row: {} for row in BY_RECORD}
        self._unread: dict[type[Record], set[str]] = {row: set() for row in BY_RECORD}
        self._lost_rows: set[type[Record]] = set()
        self._last_lines: tuple[str, Lines] = ("", {})

    def read(self, path: str) -> None:
        """Read one record file and remember what is in it."""
        folder = folder_of(path)
        assert folder is not None
        struct = BY_FOLDER[folder].record
        placed, problems = self._placed(path)
        self.problems += problems
        for record, line in placed:
            self._add(Item(record, path, line))
        self._remember_bad(path, struct, problems)

    def _placed(self, path: str) -> tuple[list[Placed], list[Problem]]:
        try:
            data = content(self.root / path, size_limit(path))
        except OSError as error:
            return [], [Problem(path, f"cannot be read: {error.strerror}")]
        if data is None:
            limit = size_limit(path) // 1024 // 1024
            return [], [Problem(path, f"is larger than {limit} MiB, or no ordinary file")]
        return read_closely(path, data)

    def _remember_bad(self, path: str, struct: type[Record], problems: list[Problem]) -> None:
        for problem in problems:
            if problem.level == "error":
                self._unread[struct].add(problem.record or id_of_path(path) or "")
                if problem.record is None and id_of_path(path) is None:
                    self._lost_rows.add(struct)

    def _add(self, item: Item) -> None:
        known = self._items[type(item.record)]
        first = known.setdefault(item.record.id, item)
        if first is not item:
            self.twice.append((first, item))

    def items(self, struct: type[R]) -> Iterator[tuple[R, Item]]:
        """The records of a kind, each with its place."""
        for item in self._items[struct].values():
            assert isinstance(item.record, struct)
            yield item.record, item

    def every(self) -> Iterator[Item]:
        """All records of all kinds."""
        for known in self._items.values():
            yield from known.values()

    def ids(self, struct: type[Record]) -> tuple[str, ...]:
        """The ids of a kind."""
        return tuple(self._items[struct])

    def get(self, struct: type[R], id: str | None) -> R | None:
        """The record of that id; None if there is none, or it cannot be read."""
        item = self._items[struct].get(id or "")
        if item is None:
            return None
        assert isinstance(item.record, struct)
        return item.record

    def knows(self, struct: type[Record], id: str) -> bool:
        """Whether there is such a record, or may be one in what could not be read."""
        return id in self._items[struct] or id in self._unread[struct] or struct in self._lost_rows

    def survivor(self, id: str | None) -> Customer | None:
        """The customer that stands for this one after merges; None if there is none."""
        customer = self.get(Customer, id)
        passed: set[str] = set()
        while customer is not None and customer.merged_into and customer.id not in passed:
            passed.add(customer.id)
            customer = self.get(Customer, customer.merged_into)
        return customer

    def problem(
        self,
        item: Item,
        key: tuple[str | int, ...],
        what: str,
        remedy: str | None = None,
        *,
        level: str = "warning",
    ) -> Problem:
        """Say something about a field of a record, with its line."""
        field = ".".join(part for part in key if isinstance(part, str))
        where = f"{item.path}:{item.line}" if item.line else self._place(item.path, key)
        return Problem(where, what, remedy, level, item.record.id, field or None)

    def _place(self, path: str, key: tuple[str | int, ...]) -> str:
        # Lines are looked up again only for what is wrong: those of a whole book would not fit.
        if self._last_lines[0] != path:
            try:
                data = content(self.root / path, size_limit(path))
                lines = read_tree(data).lines if data else {}
            except (OSError, YamlProblem):
                lines = {}
            self._last_lines = (path, lines)
        return place(path, self._last_lines[1], key)


Rule = Callable[[Contents], Iterator[Problem]]  # says where the records break it
