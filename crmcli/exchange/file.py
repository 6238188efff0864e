"""One file on its way into the draft: its rows, the bad ones, and what is said of it."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from crmcli.book.shapes import TEXT_BYTES
from crmcli.exchange.columns import KEEP_IN
from crmcli.exchange.columns import KINDS
from crmcli.exchange.columns import Columns
from crmcli.exchange.columns import guess
from crmcli.exchange.columns import map_columns
from crmcli.exchange.documents import KIND
from crmcli.exchange.documents import record_of
from crmcli.exchange.people import take_person
from crmcli.exchange.reading import Row
from crmcli.exchange.reading import Source
from crmcli.exchange.taking import Taken
from crmcli.exchange.taking import Work
from crmcli.exchange.taking import add
from crmcli.exchange.taking import is_there
from crmcli.exchange.taking import take
from crmcli.exchange.values import PHONES
from crmcli.exchange.values import Read
from crmcli.exchange.values import reader
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.names import digits
from crmcli.model.names import fold
from crmcli.model.words import plural

DAYS = {
    "deal": "close",
    "promise": "due",
    "task": "due",
    "interaction": "at",
    "case": "opened",
    "feedback": "at",
    "campaign": "start",
    "sale": "date",
}
FEWEST_PHONES = 3  # with so many and no leading zero at all, a spreadsheet may have eaten them


class BadRow(NamedTuple):
    """A row that cannot be taken: where it stands, why, what to do."""

    source: Source
    row: Row
    what: str
    remedy: str | None


class File:
    """One file on its way into the draft."""

    def __init__(self, work: Work, source: Source) -> None:
        self.work = work
        self.source = source
        self.bad: list[BadRow] = []
        self.counts: Counter[str] = Counter()
        self.seen: dict[tuple[str, Any], int] = {}
        self.kind = _kind(source, work.wishes.kind)
        self.size = len(source.rows) or len(source.documents)
        if source.documents:
            self.columns = Columns((), (), own=True)
            return
        self.columns = map_columns(self.kind, source.header, work.wishes.columns)
        self.kept = _kept_columns(self.kind, source, work.wishes.keep)
        self._check_options()

    def _check_options(self) -> None:
        wishes = self.work.wishes
        if wishes.tags and self.kind not in ("customer", "contact"):
            raise UsageError(f"a {self.kind} has no tags", place="--tag")
        if wishes.since and self.kind not in DAYS:
            raise UsageError(f"a {self.kind} has no day of its own", place="--since")
        known = {fold(c.target) for c in self.columns.taken} | set(map(fold, self.source.header))
        known |= {name.rpartition(".")[2] for name in known}
        for field, _ in wishes.asked.values:
            if fold(field) not in known:
                raise BadValueError(
                    f"no column of {self.source.name} is '{field}'", place="--value",
                    remedy=f"There are: {', '.join(c.target for c in self.columns.taken)}",
                )  # fmt: skip

    # taking

    def rows(self) -> Iterator[None]:
        """Take one row after the other."""
        if self.source.documents:
            yield from self._documents()
            return
        readers = self._readers()
        self.work.by_id = self.columns.own
        self._expect()
        for row in self.source.rows:
            try:
                self._row(row, readers)
            except BadValueError as error:
                self._bad(row, error)
            yield

    def _readers(self) -> list[tuple[int, str, Read]]:
        found = []
        for at, header, target in self.columns.taken:
            texts = [text for row in self.source.rows if (text := row.cells[at].strip())]
            read = reader(
                self.kind, target, header, texts,
                known=self.work.known, asked=self.work.wishes.asked,
                place=self.source.name, own=self.columns.own,
            )  # fmt: skip
            found.append((at, target, read))
        return found

    def announce(self) -> None:
        """Let cases name the interactions of this file, an export of ours, before they have come."""
        if self.kind != "interaction" or not self.columns.own or self.source.documents:
            return
        at = next((column.at for column in self.columns.taken if column.target == "id"), None)
        ids = () if at is None else (row.cells[at].strip() for row in self.source.rows)
        self.work.known.announce(id for id in ids if id)

    def _expect(self) -> None:
        """Let rows name what comes later in the file: a manager, a customer that referred another."""
        if self.kind not in ("rep", "customer"):
            return
        places = {column.target: column.at for column in self.columns.taken}
        for row in self.source.rows:
            id, name = (row.cells[places[t]].strip() if t in places else "" for t in ("id", "name"))
            self.work.known.expect(self.kind, id, name)

    def _row(self, row: Row, readers: Sequence[tuple[int, str, Read]]) -> None:
        if row.fault:
            raise BadValueError(row.fault)
        values: dict[str, Any] = {}
        faults: list[BadValueError] = []
        for at, target, read in readers:
            text = row.cells[at]
            if not text.strip():
                continue
            try:
                value = read(text)
            except BadValueError as error:
                faults.append(error)
                continue
            if value is not None:
                values[target] = (
                    values.get(target, ()) + value if isinstance(value, tuple) else value
                )
        if faults:
            for fault in faults:
                self._bad(row, fault)
            return
        if (
            self.kind == "deal"
            and "stage" not in values
            and any(t == "stage" for _, t, _ in readers)
        ):
            raise BadValueError("stage is missing")
        self._refuse_twice(row, values)
        if self._is_too_old(values):
            self.counts["too old"] += 1
            return
        self._keep(row, values)
        self._count(self._take(values), values)

    def _take(self, values: dict[str, Any]) -> Taken:
        if self.kind == "contact":
            return take_person(self.work, values)
        return take(self.work, self.kind, values)

    def _count(self, taken: Taken, values: dict[str, Any]) -> None:
        self.counts[taken] += 1
        if self.kind in ("deal", "task", "promise", "case", "sale") and not values.get("customer"):
            self.counts["no customer"] += not self.work.wishes.customer

    def _refuse_twice(self, row: Row, values: dict[str, Any]) -> None:
        """An id, and the name of a customer or rep, can stand for one record only."""
        keys: list[tuple[str, Any]] = [("id", values.get("id"))]
        keys += [("id", ref) for ref in (*values.get("ref", ()), *values.get("refs", ()))]
        if self.columns.own:  # there the id alone tells, and a double is what the book holds
            del keys[1:]
        elif self.kind in ("customer", "rep"):
            keys.append(("name", fold(values.get("name", ""))))
        elif self.kind == "contact" and values.get("email"):
            keys.append(("mail", fold(values["email"])))
        for word, key in keys:
            if not key:
                continue
            first = self.seen.setdefault((word, key), row.line)
            if first != row.line:
                said = "" if word == "name" else f" {str(key).removeprefix('import:')}"
                raise BadValueError(f"its {word}{said} stands in {self._unit} {first} too")

    def _is_too_old(self, values: dict[str, Any]) -> bool:
        since = self.work.wishes.since
        if since is None:
            return False
        day = values.get(DAYS[self.kind])
        return day is None or str(day)[:10] < since.isoformat()

    def _keep(self, row: Row, values: dict[str, Any]) -> None:
        lines = [
            f"{self.source.header[at]}: {row.cells[at]}"
            for at in self.kept
            if row.cells[at].strip()
        ]
        if lines:
            field = KEEP_IN[self.kind]
            text = "\n".join([*filter(None, [values.get(field)]), *lines])
            if len(text.encode()) > TEXT_BYTES:
                raise BadValueError(f"{field} would be longer than {TEXT_BYTES // 1024} KiB")
            values[field] = text

    def _documents(self) -> Iterator[None]:
        for line, tree in self.source.documents:
            try:
                self.counts[_take_document(self.work, tree)] += 1
            except BadValueError as error:
                self._bad(Row(line, ()), error)
            yield

    def _bad(self, row: Row, error: BadValueError) -> None:
        self.bad.append(BadRow(self.source, row, error.what, error.remedy))

    # saying

    @property
    def _unit(self) -> str:
        return "record" if self.source.form == "json" else "line"

    def said(self) -> Iterator[str]:
        """What the file was taken for, which columns became what, and which were left out."""
        source = self.source
        count = count_of(self.size, "record" if source.documents else "row")
        what = "a complete export" if source.documents else f"as {plural(self.kind)}"
        shape = {",": "", "\t": ", tab"}.get(source.delimiter, f", '{source.delimiter}'")
        form = f"{source.form}{shape if source.form == 'csv' else ''}, {source.encoding}"
        yield f"{source.name}: {form}, {count}, taken {what}"
        pairs = [f"{c.header} -> {c.target}" for c in self.columns.taken if c.header != c.target]
        if pairs:
            yield f"  {', '.join(pairs)}"
        left = [
            f"{name} ({count_of(filled, 'value')})"
            for at, name in self.columns.left
            if at not in getattr(self, "kept", ())
            and (filled := sum(bool(row.cells[at].strip()) for row in source.rows))
        ]
        if left:
            yield f"  left out, for no field fits: {', '.join(left)}"

    def sentence(self) -> str:
        """What came of it."""
        name = "record" if self.source.documents else self.kind
        counts = self.counts
        parts = [
            f"{count_of(counts[word], name) if at == 0 else f'{counts[word]:,}'} {word}"
            for at, word in enumerate(w for w in ("added", "changed", "unchanged") if counts[w])
        ]
        if not counts["added"] and not counts["changed"]:
            if not counts["unchanged"]:
                return f"Nothing changed: {self.source.name} holds no row to take."
            those = f"the {name} of {self.source.name} is"
            if counts["unchanged"] > 1:
                those = f"the {count_of(counts['unchanged'], name)} of {self.source.name} are"
            return f"Nothing changed: {those} here already."
        return f"Imported {self.source.name}: {', '.join(parts)}."

    def notes(self) -> Iterator[str]:
        """What a person should look at."""
        if self.counts["no customer"]:
            yield f"{self.source.name}: {count_of(self.counts['no customer'], self.kind)} without a customer"
        if self.counts["too old"]:
            yield f"{self.source.name}: {count_of(self.counts['too old'], 'row')} before --since left out"
        for at, header, target in self.columns.taken:
            if target not in PHONES:
                continue
            numbers = [text for row in self.source.rows if (text := row.cells[at].strip())]
            bare = [text for text in numbers if not text.startswith(("0", "+", "("))]
            if len(bare) == len(numbers) >= FEWEST_PHONES and all(map(digits, bare)):
                yield f"column '{header}': no number begins with 0 or +; a spreadsheet may have cut them"


def _kind(source: Source, asked: str | None) -> str:
    if source.documents:
        kinds: set[str] = {tree[KIND] for _, tree in source.documents}
        return min(kinds, key=KINDS.index)
    kind = asked or guess(source.header)
    if kind is None:
        hint = ""
        if {"product", "price", "sales price", "series"} & set(map(fold, source.header)):
            hint = "; products are listed in crm.yaml"
        raise UsageError(
            f"these columns do not tell what it holds: {', '.join(source.header)}{hint}",
            place=source.name,
            remedy=f"Try: --as KIND ({', '.join(KINDS)})",
        )
    return kind


def _kept_columns(kind: str, source: Source, keep: Sequence[str]) -> tuple[int, ...]:
    if keep and kind not in KEEP_IN:
        raise UsageError(
            f"a {kind} has no text in which columns could be kept", place="--keep",
            remedy=f"It goes for: {', '.join(KEEP_IN)}",
        )  # fmt: skip
    places = []
    for name in keep:
        found = [at for at, header in enumerate(source.header) if fold(header) == fold(name)]
        if not found:
            raise BadValueError(f"{source.name} has no column '{name}'", place="--keep")
        places.append(found[0])
    return tuple(places)


def _take_document(work: Work, tree: dict[str, Any]) -> Taken:
    new = record_of(tree)
    kind = tree[KIND]
    if not is_there(work, kind, new.id):
        add(work, new)
        return "added"
    old = work.draft.record(kind, new.id)
    fields = {name: getattr(new, name) for name in new.__struct_fields__ if name != "id"}
    if isinstance(old, Customer) and not work.wishes.overwrite:
        there = {contact.id for contact in old.contacts}
        missing = tuple(c for c in fields.pop("contacts") if c.id not in there)
        filled = old.with_fields(contacts=(*old.contacts, *missing))
        work.draft.put(filled.with_fields(**work.fills(filled, fields)))
    else:
        work.draft.put(old.with_fields(**work.fills(old, fields)))
    return "unchanged" if work.draft.record(kind, new.id) == old else "changed"


def count_of(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
