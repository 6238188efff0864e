"""Files of other programs into one change: what each was taken for, its bad rows, what is new."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from crmcli.book.book import Book
from crmcli.exchange.columns import KEEP_IN
from crmcli.exchange.columns import KINDS
from crmcli.exchange.columns import Columns
from crmcli.exchange.columns import guess
from crmcli.exchange.columns import map_columns
from crmcli.exchange.documents import KIND
from crmcli.exchange.documents import record_of
from crmcli.exchange.draft import Draft
from crmcli.exchange.known import Known
from crmcli.exchange.people import take_person
from crmcli.exchange.reading import Row
from crmcli.exchange.reading import Source
from crmcli.exchange.taking import Taken
from crmcli.exchange.taking import Wishes
from crmcli.exchange.taking import Work
from crmcli.exchange.taking import add
from crmcli.exchange.taking import is_there
from crmcli.exchange.taking import take
from crmcli.exchange.values import PHONES
from crmcli.exchange.values import Read
from crmcli.exchange.values import reader
from crmcli.model.change import Change
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.names import digits
from crmcli.model.names import fold

DAYS = {"deal": "close", "promise": "due", "task": "due", "interaction": "at"}
FEWEST_PHONES = 3  # with so many and no leading zero at all, a spreadsheet may have eaten them
SHOWN_NEAR = 20

Tick = Callable[[int, int], None]


class BadRow(NamedTuple):
    """A row that cannot be taken: where it stands, why, what to do."""

    source: Source
    row: Row
    what: str
    remedy: str | None


class Outcome(NamedTuple):
    """What an import comes to. `said` tells what each file was taken for; nothing is written yet."""

    change: Change
    said: tuple[str, ...]
    bad: tuple[BadRow, ...]


def take_in(book: Book, sources: Sequence[Source], wishes: Wishes, tick: Tick) -> Outcome:
    """Make one change of all rows that can be taken, reps and customers before what names them.

    Raises BadDataError where a column's dates or numbers can be read in two ways, UsageError
    where it does not show what a file holds or an option does not fit.
    """
    known = Known(book)
    work = Work(Draft(book, known), known, wishes)
    files = [_File(work, source) for source in sources]
    files.sort(key=lambda file: KINDS.index(file.kind))
    total = sum(file.size for file in files)
    done = 0
    for file in files:
        for _ in file.rows():
            done += 1
            if done % 100 == 0:
                tick(done, total)
    tick(total, total)
    bad = tuple(row for file in files for row in file.bad)
    notes = [note for file in files for note in file.notes()]
    return Outcome(
        _change(work, files, (*notes, *_notes(work))),
        tuple(line for file in files for line in file.said()),
        bad,
    )


def _change(work: Work, files: Sequence["_File"], notes: tuple[str, ...]) -> Change:
    edits = work.draft.edits
    new = Counter(type(edit.new).__name__.lower() for edit in edits if edit.old is None)
    sentence = " ".join(file.sentence() for file in files)
    if work.made["customer"]:
        sentence += f" {_count(work.made['customer'], 'customer')} made for them."
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(new.items())) or "nothing new"
    return Change(edits, sentence, f"import: {counts}", notes)


class _File:
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
        if self.kind in ("deal", "task", "promise") and not values.get("customer"):
            self.counts["no customer"] += not self.work.wishes.customer

    def _refuse_twice(self, row: Row, values: dict[str, Any]) -> None:
        """An id, and the name of a customer or rep, can stand for one record only."""
        keys: list[tuple[str, Any]] = [("id", values.get("id"))]
        keys += [("id", ref) for ref in (*values.get("ref", ()), *values.get("refs", ()))]
        if self.kind in ("customer", "rep"):
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
            values[field] = "\n".join([*filter(None, [values.get(field)]), *lines])

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
        count = _count(self.size, "record" if source.documents else "row")
        what = "a complete export" if source.documents else f"as {self.kind}s"
        shape = {",": "", "\t": ", tab"}.get(source.delimiter, f", '{source.delimiter}'")
        form = f"{source.form}{shape if source.form == 'csv' else ''}, {source.encoding}"
        yield f"{source.name}: {form}, {count}, taken {what}"
        pairs = [f"{c.header} -> {c.target}" for c in self.columns.taken if c.header != c.target]
        if pairs:
            yield f"  {', '.join(pairs)}"
        left = [
            f"{name} ({_count(filled, 'value')})"
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
            f"{_count(counts[word], name) if at == 0 else f'{counts[word]:,}'} {word}"
            for at, word in enumerate(w for w in ("added", "changed", "unchanged") if counts[w])
        ]
        if not counts["added"] and not counts["changed"]:
            there = f"the {_count(counts['unchanged'], name)} of {self.source.name} {'is' if counts['unchanged'] == 1 else 'are'} here already"
            nothing = f"{self.source.name} holds no row to take"
            return f"Nothing changed: {there if counts['unchanged'] else nothing}."
        return f"Imported {self.source.name}: {', '.join(parts)}."

    def notes(self) -> Iterator[str]:
        """What a person should look at."""
        if self.counts["no customer"]:
            yield f"{self.source.name}: {_count(self.counts['no customer'], self.kind)} without a customer"
        if self.counts["too old"]:
            yield f"{self.source.name}: {_count(self.counts['too old'], 'row')} before --since left out"
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


def _notes(work: Work) -> Iterator[str]:
    near = list(work.known.near)
    for kind, text, name in near[:SHOWN_NEAR]:
        stays = "kept as it stands" if kind == "product" else "taken for it"
        yield f"{kind} '{text}' is nearly '{name}': {stays}"
    if len(near) > SHOWN_NEAR:
        yield f"and {len(near) - SHOWN_NEAR} more that are nearly a known name"
    if work.kept:
        which = ", ".join(f"{name} {count}" for name, count in sorted(work.kept.items()))
        yield f"kept where the file says otherwise: {which}. Try: --overwrite to take the file's"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
