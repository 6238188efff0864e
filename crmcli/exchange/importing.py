"""Files of other programs into one change: what each was taken for, its bad rows, what is new."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.book.book import Book
from crmcli.exchange.columns import KINDS
from crmcli.exchange.draft import Draft
from crmcli.exchange.file import BadRow
from crmcli.exchange.file import File
from crmcli.exchange.file import count_of
from crmcli.exchange.known import Known
from crmcli.exchange.reading import Source
from crmcli.exchange.taking import Wishes
from crmcli.exchange.taking import Work
from crmcli.model.change import Change

SHOWN_NEAR = 20

Tick = Callable[[int, int], None]


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
    files = [File(work, source) for source in sources]
    files.sort(key=lambda file: KINDS.index(file.kind))
    for file in files:
        file.announce()
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


def _change(work: Work, files: Sequence[File], notes: tuple[str, ...]) -> Change:
    edits = work.draft.edits
    new = Counter(type(edit.new).__name__.lower() for edit in edits if edit.old is None)
    sentence = " ".join(file.sentence() for file in files)
    if work.made["customer"]:
        sentence += f" {count_of(work.made['customer'], 'customer')} made for them."
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(new.items())) or "nothing new"
    return Change(edits, sentence, f"import: {counts}", notes)


def _notes(work: Work) -> Iterator[str]:
    near = list(work.known.near)
    for kind, text, name in near[:SHOWN_NEAR]:
        stays = "kept as it stands" if kind == "product" else "taken for it"
        yield f"{kind} '{text}' is nearly '{name}': {stays}"
    if len(near) > SHOWN_NEAR:
        yield f"and {len(near) - SHOWN_NEAR} more that are nearly a known name"
    for told in work.refused[:SHOWN_NEAR]:
        yield f"no member, for consent does not allow it: {told}"
    if len(work.refused) > SHOWN_NEAR:
        yield f"and {len(work.refused) - SHOWN_NEAR} more who are no members"
    if work.kept:
        which = ", ".join(f"{name} {count}" for name, count in sorted(work.kept.items()))
        yield f"kept where the file says otherwise: {which}. Try: --overwrite to take the file's"
