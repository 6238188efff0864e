"""crm history, undo: what git remembers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer

from crmcli.cli.asking import ask_first
from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import CrmError
from crmcli.model.errors import NotFoundError
from crmcli.reports.table import Column
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.book.book import Book
    from crmcli.model.change import Change
    from crmcli.model.record import Record
    from crmcli.sync.clone import Clone
    from crmcli.sync.past import Entry

app = new_app()
MOST = 100  # changes shown where no number is given


@command(
    app,
    reads=True,
    filters=("since", "until"),
    examples=("crm history acme", "crm history --by mei --since 2026-11-01 -L 20"),
)
def history(
    run: Run,
    chosen: dict[str, Any],
    ref: Annotated[str | None, typer.Argument(metavar="REF", help="One record; else all of the book.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="REP", help="Written by this rep.")] = None,
) -> int:  # fmt: skip
    """Who changed what, and when, newest first, as git has it."""
    clone = _clone(run, "history")
    kind, id = _record(run, ref) if ref else (None, None)
    paths = (run.book().path_of(kind, id),) if kind and id else (".",)
    limit = run.options.get("limit")
    most = MOST if limit is None and ref is None else limit
    rows: list[tuple[Any, ...]] = []
    for row in _rows(run, clone, paths, id, by, chosen):
        if most is not None and len(rows) == most:
            run.hint(f"the newest {most}; more: -L N, --since, or crm history REF")
            break
        rows.append(row)
    columns = (
        Column("when", "time"), Column("who"), Column("command"), Column("kind"),
        Column("record", "id"), Column("field"), Column("from"), Column("to"), Column("author"),
        Column("commit", "id"),
    )  # fmt: skip
    shown = ("when", "who", "record", "field", "from", "to")
    return run.show(
        Table(
            "history", "History", columns, tuple(rows), shown=shown, empty="no changes of that sort"
        )
    )


def _rows(
    run: Run,
    clone: "Clone",
    paths: tuple[str, ...],
    id: str | None,
    by: str | None,
    chosen: dict[str, Any],
) -> Iterator[tuple[Any, ...]]:
    from crmcli.model.kinds import BY_RECORD  # noqa: PLC0415  # loads the records
    from crmcli.sync.past import entries  # noqa: PLC0415  # starts a program
    from crmcli.sync.past import steps  # noqa: PLC0415
    from crmcli.sync.versions import differences  # noqa: PLC0415
    from crmcli.sync.versions import pairs  # noqa: PLC0415

    rep = run.rep(by) if by else None
    since, until = (run.day_or_none(chosen.get(name), name) for name in ("since", "until"))
    found = (
        entry
        for entry in entries(clone, paths)
        if (rep is None or entry.who == rep)
        and (since is None or entry.when[:10] >= since.isoformat())
        and (until is None or entry.when[:10] <= until.isoformat())
    )
    for entry, files in steps(clone, found, paths):
        for pair in (pair for file in files for pair in pairs(file)):
            record = pair[1] if pair[1] is not None else pair[0]
            if record is None or (id is not None and record.id != id):
                continue
            kind = BY_RECORD[type(record)].name
            what = "added" if pair[0] is None else "removed" if pair[1] is None else ""
            for field, old, new in differences(pair):
                yield (
                    entry.when, entry.who, entry.op or None, kind, record.id, field or what,
                    old, new, entry.author, entry.id,
                )  # fmt: skip


def _record(run: Run, ref: str) -> tuple[str, str]:
    """Kind and id of the record that a word means, whatever its kind."""
    from crmcli.model.kinds import KINDS  # noqa: PLC0415  # loads the records

    book = run.book()
    nameable = (kind for kind in KINDS if not kind.under)  # nobody asks for one answer of a pulse
    for kind in sorted(nameable, key=lambda kind: kind.name != "customer"):  # meant most often
        id = book.id_or_none(kind.name, ref)
        if id is not None:
            return kind.name, id
    book.id_of("customer", ref)  # raises, with the nearest names
    raise NotFoundError(f"no record '{ref}'")


def _clone(run: Run, what: str) -> "Clone":
    from crmcli.sync.clone import open_clone  # noqa: PLC0415  # starts a program
    from crmcli.sync.commits import has_repository  # noqa: PLC0415

    if not has_repository(run.root()):
        raise CrmError(f"{what} needs git", remedy="Try: git init, then crm sync")
    return open_clone(run.root(), run.world.environ)


@command(app, writes=True, examples=("crm undo --list",))
def undo(
    run: Run,
    list_: Annotated[bool, typer.Option("--list", help="Only show what could be undone, newest first.")] = False,
) -> int:  # fmt: skip
    """Reverse my own last command, as a new change; a second time, the one before it."""
    from crmcli.sync.git import user_email  # noqa: PLC0415  # starts a program
    from crmcli.sync.undoing import own_writes  # noqa: PLC0415
    from crmcli.sync.undoing import undo as reverse  # noqa: PLC0415

    clone = _clone(run, "undo")
    me = run.me_or_none()
    writes = own_writes(clone, me, user_email(run.root(), run.world.environ))
    if list_:
        return _list(run, writes)
    entry = next(writes, None)
    if entry is None:
        raise CrmError("nothing of yours is left to undo", remedy="Try: crm history")

    def now(kind: str, id: str) -> "Record | None":
        try:
            return run.book().record(kind, id)
        except NotFoundError:
            return None

    def action(book: "Book") -> "Change":
        return reverse(clone, entry, now, on=run.today, by=me)

    ask_first(run, action, "Undo that?", "crm undo")
    run.save(action)
    return 0


def _list(run: Run, writes: "Iterator[Entry]") -> int:
    rows = tuple(
        (entry.when, entry.op, entry.subject, entry.id)
        for _, entry in zip(range(MOST), writes, strict=False)
    )
    columns = (Column("when", "time"), Column("command"), Column("subject"), Column("commit", "id"))
    shown = ("when", "command", "subject")
    return run.show(
        Table("undo", "What could be undone", columns, rows, shown=shown, empty="nothing to undo")
    )
