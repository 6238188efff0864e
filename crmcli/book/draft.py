"""A record in the hands of an editor: the draft, and taking over what it became."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from typing import NamedTuple

from crmcli.book.plain_file import content
from crmcli.book.plain_file import digest
from crmcli.book.plan import on_disk
from crmcli.book.records import read_file
from crmcli.book.records import read_row_text
from crmcli.book.records import row_text
from crmcli.book.write import keep_draft
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.kinds import BY_NAME
from crmcli.model.kinds import BY_RECORD
from crmcli.model.record import Record

if TYPE_CHECKING:
    from crmcli.book.book import Book


class Draft(NamedTuple):
    """A record's text in a file of its own; `before` is the digest of what it was taken from."""

    id: str
    path: Path
    target: str
    before: str
    row: Record | None


def begin(book: "Book", kind: str, ref: str) -> Draft:
    """Put a record's text into a draft; a row of a CSV file as YAML.

    A file that cannot be read may be edited too: that is how it is mended.
    Raises NotFoundError if there is no such record.
    """
    row = None
    if BY_NAME[kind].is_row:
        row = book.record(kind, ref)
        id, target = row.id, book.path_of(kind, row.id)
        text = row_text(row).encode("utf-8")
        before = digest(on_disk(book.root, target) or b"")
    else:
        id, target = book.file_of(kind, ref)
        data = on_disk(book.root, target)
        text = data or b""
        before = digest(text)
    path = keep_draft(book.root, f"draft-{id}.yaml", text)
    return Draft(id, path, target, before, row)


def take(book: "Book", draft: Draft) -> None:
    """Write what the draft became. The caller holds the lock.

    Raises ConflictError if the file changed since the draft was begun, BadDataError with the
    line if the draft cannot be read as a record.
    """
    now = on_disk(book.root, draft.target)
    if now is None or digest(now) != draft.before:
        raise ConflictError(
            "changed while you were editing",
            place=draft.target,
            remedy="Compare it with your draft",
        )
    text = content(draft.path) or b""
    if draft.row is not None:
        row = read_row_text(draft.path.name, text, type(draft.row), draft.id)
        edits = () if row == draft.row else (Edit(draft.row, row),)
        kind = BY_RECORD[type(draft.row)].name
        day: date = draft.row.day  # type: ignore[attr-defined]  # every row has one
        book.apply(Change(edits, "", f"{kind} {draft.id} edited"), day)
        return
    if not text.endswith(b"\n"):
        text += b"\n"
    records, problems = read_file(draft.target, text)
    if not records:
        problem = problems[0]
        place = f"{draft.path.name}:{problem.line}" if problem.line else draft.path.name
        raise BadDataError(problem.what, place=place, remedy=problem.remedy)
    book.replace(draft.target, draft.before, text)
