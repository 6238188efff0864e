"""The book: one folder of records, asked through its index, changed through its files."""

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from crmcli.book.index import Index
from crmcli.book.index import open_index
from crmcli.book.intent import is_pending
from crmcli.book.paths import find_root
from crmcli.book.resolve import resolve
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import Problem
from crmcli.model.policy import Policy
from crmcli.model.words import plural

if TYPE_CHECKING:
    from crmcli.book.write import Write
    from crmcli.model.campaign import Campaign
    from crmcli.model.case import Case
    from crmcli.model.change import Change
    from crmcli.model.customer import Contact
    from crmcli.model.customer import Customer
    from crmcli.model.deal import Deal
    from crmcli.model.interaction import Interaction
    from crmcli.model.promise import Promise
    from crmcli.model.record import Record
    from crmcli.model.rep import Rep
    from crmcli.model.sale import Sale
    from crmcli.model.task import Task

__all__ = ["Book", "find_root"]

Tick = Callable[[int, int], None]


class Book:
    """A folder with a crm.yaml.

    Questions go to the index, which the first of them brings up to date. Records are read from
    their files, and nothing is ever written from the index.
    """

    def __init__(self, root: Path, *, tick: Tick | None = None) -> None:
        self.root = root
        self._tick = tick
        self._index: Index | None = None
        self._walk = True
        self._notes: list[str] = []

    # asking

    @property
    def index(self) -> Index:
        """The index, opened when it is first asked."""
        if self._index is None:
            if is_pending(self.root):
                self._finish_cut_off()
            self._index = open_index(self.root, tick=self._tick)
        return self._index

    @property
    def notes(self) -> list[str]:
        """What a person should be told beside any answer."""
        return [*self._notes, *(self._index.notes if self._index else ())]

    def _finish_cut_off(self) -> None:
        """Finish what a command that was cut off had begun, so that no half of it is read."""
        from crmcli.book.lock import lock  # noqa: PLC0415  # hardly ever needed by a read

        try:
            with lock(self.root, "a read", "") as told:
                self._notes += told
        except CrmError as error:
            self._notes.append(f"a command was cut off and cannot be finished here: {error.what}")

    @property
    def policy(self) -> Policy:
        """What crm.yaml says, with the defaults where it says nothing."""
        return self.index.policy

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows that the index gives; parameters are `:name` in the text."""
        return self.index.query(sql, params, walk=self._walk)

    def take_index_as_it_stands(self) -> None:
        """Let questions be answered without a walk over the files: a capture needs one customer.

        What is found is read again from its file; what is not found is looked for by a walk.
        """
        self._walk = False

    def problems(self) -> list[Problem]:
        """What cannot be read, as the last refresh found it."""
        return self.index.problems()

    def find(self, text: str) -> list[tuple[str, str, str, str | None, str]]:
        """Where a text stands: (customer, its name, where, id of contact or interaction, snippet)."""
        from crmcli.book.search import find_text  # noqa: PLC0415  # only one command searches

        self.index.refresh()
        hits = find_text(self.index, text)
        names = dict(self.query("SELECT id, name FROM customers ORDER BY id"))
        return [(h.customer, names.get(h.customer, ""), h.where, h.id, h.snippet) for h in hits]

    # naming

    def id_of(self, kind: str, ref: str) -> str:
        """The id that a person's word for a record means.

        Raises NotFoundError with the nearest names, AmbiguousError with the candidates.
        """
        return resolve(self.index, kind, ref, walk=self._walk)

    def id_or_none(self, kind: str, ref: str) -> str | None:
        """The same; None where no record is meant."""
        try:
            return self.id_of(kind, ref)
        except NotFoundError:
            return None

    def id_to_show(self, kind: str, ref: str) -> str:
        """The id of a record that is to be shown whole.

        Raises BadDataError or ConflictError if its file cannot be read, NotFoundError as `id_of`.
        """
        try:
            return self.id_of(kind, ref)
        except NotFoundError:
            self._refuse_broken(ref)
            raise

    def contact_id(self, ref: str, customer: str | None = None) -> tuple[str, str]:
        """The ids of the customer and the contact that a word means. Raises as `id_of`."""
        ref = f"{customer}/{ref}" if customer and "/" not in ref else ref
        owner, _, contact = self.id_of("contact", ref).partition("/")
        return owner, contact

    def exists(self, kind: str, id: str) -> bool:
        """Whether a record of that id is in the book."""
        return (self.root / f"{plural(kind)}" / f"{id}.yaml").exists()

    def name_of(self, kind: str, id: str | None) -> str:
        """The name of a customer or rep, for a sentence; the id where no name is known."""
        if id is None:
            return f"no {kind}"
        table = {"customer": "customers", "rep": "reps"}[kind]
        rows = self.query(f"SELECT name FROM {table} WHERE id = :id", id=id)
        name: str = (rows[0][0] if rows else None) or id
        return name

    def kind_of(self, record: "Record") -> str:
        """The name of a record's kind."""
        from crmcli.model.kinds import BY_RECORD  # noqa: PLC0415  # loads the records

        return BY_RECORD[type(record)].name

    def label(self, record: "Record") -> str:
        """A record in a sentence: its id, and its name where that says more."""
        name = getattr(record, "name", None)
        return f"{record.id} ({name})" if name and name != record.id else record.id

    def reps_in_service(self) -> list[tuple[str, str | None]]:
        """Id and mail address of the reps who are not in the archive."""
        sql = "SELECT id, email FROM reps WHERE archived IS NULL AND left IS NULL ORDER BY id"
        return [(id, email) for id, email in self.query(sql)]

    # reading records

    def record(self, kind: str, ref: str) -> "Record":
        """The record that a word means, read from its file.

        Raises NotFoundError if there is none or several, BadDataError if the file cannot be read,
        ConflictError if it holds conflict markers.
        """
        from crmcli.book.plan import on_disk  # noqa: PLC0415  # loads the records
        from crmcli.book.records import read_file  # noqa: PLC0415

        try:
            id = self.id_of(kind, ref)
        except NotFoundError:
            self._refuse_broken(ref)
            raise
        path = self.path_of(kind, id)
        data = on_disk(self.root, path)
        if data is None:
            raise NotFoundError(f"no {kind} '{ref}'", remedy=f"Try: crm {kind} list")
        records, problems = read_file(path, data)
        for record in records:
            if record.id == id:
                return record
        for problem in problems:
            raise self._broken(problem)
        raise NotFoundError(f"no {kind} '{ref}'", remedy=f"Try: crm {kind} list")

    def customer(self, ref: str) -> "Customer":
        """The customer that a word means. Raises as `record`."""
        return self.record("customer", ref)  # type: ignore[return-value]  # the kind is the type

    def deal(self, ref: str) -> "Deal":
        """The deal that a word means. Raises as `record`."""
        return self.record("deal", ref)  # type: ignore[return-value]

    def promise(self, ref: str) -> "Promise":
        """The promise that a word means. Raises as `record`."""
        return self.record("promise", ref)  # type: ignore[return-value]

    def case(self, ref: str) -> "Case":
        """The case that a word means. Raises as `record`."""
        return self.record("case", ref)  # type: ignore[return-value]

    def campaign(self, ref: str) -> "Campaign":
        """The campaign that a word means. Raises as `record`."""
        return self.record("campaign", ref)  # type: ignore[return-value]

    def sale(self, ref: str) -> "Sale":
        """The line of an order that a word means. Raises as `record`."""
        return self.record("sale", ref)  # type: ignore[return-value]

    def interaction(self, ref: str) -> "Interaction":
        """The interaction that a word means. Raises as `record`."""
        return self.record("interaction", ref)  # type: ignore[return-value]

    def task(self, ref: str) -> "Task":
        """The task that a word means. Raises as `record`."""
        return self.record("task", ref)  # type: ignore[return-value]

    def rep(self, ref: str) -> "Rep":
        """The rep that a word means. Raises as `record`."""
        return self.record("rep", ref)  # type: ignore[return-value]

    def contact(self, ref: str, customer: str | None = None) -> "tuple[Customer, Contact]":
        """The contact that a word means, with the customer. Raises as `record`."""
        owner, id = self.contact_id(ref, customer)
        record = self.customer(owner)
        contact = record.contact(id)
        if contact is None:
            raise NotFoundError(f"no contact '{ref}'", remedy=f"Try: crm customer show {owner}")
        return record, contact

    def path_of(self, kind: str, id: str) -> str:
        """The path of a record inside the book.

        Raises NotFoundError if the index does not know it.
        """
        rows = self.query(f"SELECT file FROM {plural(kind)} WHERE id = :id", id=id)
        if not rows and not self._walk:
            self._walk = True
            rows = self.query(f"SELECT file FROM {plural(kind)} WHERE id = :id", id=id)
        if not rows:
            raise NotFoundError(f"no {kind} '{id}'", remedy=f"Try: crm {kind} list")
        path: str = rows[0][0]
        return path

    def file_of(self, kind: str, ref: str) -> tuple[str, str]:
        """Id and path of the record that a word means, also of one whose file cannot be read.

        Raises NotFoundError as `id_of`.
        """
        try:
            id = self.id_of(kind, ref)
        except NotFoundError:
            for problem in self.problems():
                if problem.record == ref and problem.file.startswith(f"{plural(kind)}/"):
                    return ref, problem.file
            raise
        return id, self.path_of(kind, id)

    def _refuse_broken(self, ref: str) -> None:
        for problem in self.problems():
            if problem.level == "error" and (
                problem.record == ref or Path(problem.file).stem == ref
            ):
                raise self._broken(problem)

    @staticmethod
    def _broken(problem: Problem) -> BadDataError | ConflictError:
        error = ConflictError if "conflict marker" in problem.what else BadDataError
        return error(problem.what, place=problem.place, remedy=problem.remedy)

    # writing

    @contextmanager
    def writing(self, command: str, now_text: str) -> Iterator[list[str]]:
        """Hold the book alone; what a command that was cut off had begun is finished first.

        Raises LockedError with the holder after five seconds, ConflictError in an open merge.
        """
        from crmcli.book.lock import lock  # noqa: PLC0415  # only a write needs the lock

        with lock(self.root, command, now_text) as told:
            yield told

    def apply(
        self, change: "Change", today: date, *, before: Callable[[list[str]], None] | None = None
    ) -> tuple[str, ...]:
        """Write a change, all of it or nothing; the paths written. The caller holds the lock.

        `before` is handed the paths of the files that are there already, just before they change.

        Raises ConflictError if a changed key on disk is not the change's old value.
        """
        from crmcli.book.write import commit  # noqa: PLC0415  # only a write writes

        writes = self.plan(change, today)
        if before is not None:
            before([write.path for write in writes if write.before is not None])
        commit(self.root, writes, tick=self._tick if len(writes) > 1 else None)
        paths = tuple(write.path for write in writes)
        if paths:
            self.index.note_written(paths)
        return paths

    def plan(self, change: "Change", today: date) -> "list[Write]":
        """What `apply` would write."""
        from crmcli.book.plan import plan  # noqa: PLC0415  # loads the records

        return plan(self.root, change, today.year, self._path_of_record)

    def _path_of_record(self, record: "Record") -> str:
        return self.path_of(self.kind_of(record), record.id)

    def diff(self, change: "Change", today: date) -> str:
        """What `apply` would change, as a unified diff; empty for nothing."""
        from crmcli.book.diff import diff  # noqa: PLC0415  # only a dry run needs it

        return diff(self.root, self.plan(change, today))

    def replace(self, path: str, expected: str | None, data: bytes | None) -> None:
        """Put a whole file in place, for what has no record: an edited draft, crm.yaml, a merge.

        `expected` is the digest of what must be there, None for nothing. The caller holds the
        lock. Raises ConflictError if something else is there.
        """
        from crmcli.book.write import Write  # noqa: PLC0415  # only a write writes
        from crmcli.book.write import commit  # noqa: PLC0415

        commit(self.root, [Write(path, data, expected)])
        self.index.note_written((path,))

    # free questions

    def ask(self, sql: str, seconds: float) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Answer a person's own SELECT, strictly read-only: column names and rows.

        Raises CrmError for what is no SELECT or takes longer than `seconds`.
        """
        from crmcli.book.ask import ask  # noqa: PLC0415  # one command only

        self.index.refresh()
        return ask(self.index, sql, seconds)
