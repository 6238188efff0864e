"""The change that an import builds up: each record once, however many rows speak of it."""

from crmcli.book.book import Book
from crmcli.book.plan import on_disk
from crmcli.book.records import read_file
from crmcli.exchange.known import Known
from crmcli.model.change import Edit
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_RECORD
from crmcli.model.record import Record


class Draft:
    """Records as they will be. They are read from their files, never from the index."""

    def __init__(self, book: Book, known: Known) -> None:
        self.book = book
        self.known = known
        self._edits: dict[tuple[str, str], Edit] = {}
        self._months: dict[str, dict[str, Record]] = {}

    def record(self, kind: str, id: str) -> Record:
        """The record as it stands now, with what the import has done to it so far.

        Raises BadValueError if its file cannot be read.
        """
        edit = self._edits.get((kind, id))
        if edit is not None:
            return edit.record
        path = self.known.files(kind)[id]
        record = self._read(path).get(id)
        if record is None:
            raise BadValueError(f"{path} cannot be read", remedy=f"Try: crm check {path}")
        self._edits[kind, id] = Edit(record, record)
        return record

    def put(self, record: Record) -> None:
        """Let a record be so from now on."""
        key = (BY_RECORD[type(record)].name, record.id)
        old = self._edits.get(key)
        self._edits[key] = Edit(old.old if old else None, record)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What changed, records of reps and customers first."""
        changed = [edit for edit in self._edits.values() if edit.old != edit.new]
        order = list(BY_RECORD)
        return tuple(sorted(changed, key=lambda edit: order.index(type(edit.record))))

    def has(self, kind: str, id: str) -> bool:
        """Whether the import has to do with this record."""
        return (kind, id) in self._edits

    def is_new(self, kind: str, id: str) -> bool:
        """Whether the import adds this record."""
        edit = self._edits.get((kind, id))
        return edit is not None and edit.old is None

    def _read(self, path: str) -> dict[str, Record]:
        if path in self._months:
            return self._months[path]
        data = on_disk(self.book.root, path)
        found = {record.id: record for record in read_file(path, data)[0]} if data else {}
        if path.endswith(".csv"):  # one file holds many
            self._months[path] = found
        return found
