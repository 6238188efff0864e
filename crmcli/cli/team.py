"""crm sync, conflicts, history, undo; and what git calls to merge one file."""

from typing import TYPE_CHECKING
from typing import Annotated

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import ExitCode
from crmcli.reports.table import Column
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.sync.syncing import Result

app = new_app()
Text = str | None
MOST_NEWS = 20  # sentences on a screen


@command(app, reads=True, examples=("crm sync -n",))
def sync(
    run: Run,
    push: Annotated[bool, typer.Option("--push/--no-push", help="Send what is new here.")] = True,
    allow_mass_delete: Annotated[bool, typer.Option("--allow-mass-delete", help="Also when many records are gone.")] = False,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would come and go; change nothing.")] = False,
) -> int:  # fmt: skip
    """Commit, take in what others did, merge it field by field, check, send. Then say what is new."""
    from crmcli.sync.news import new_questions  # noqa: PLC0415  # loads the records
    from crmcli.sync.news import news  # noqa: PLC0415
    from crmcli.sync.rehearsal import rehearse  # noqa: PLC0415  # starts a program
    from crmcli.sync.syncing import Wishes  # noqa: PLC0415
    from crmcli.sync.syncing import sync as exchange  # noqa: PLC0415

    wishes = Wishes(
        by=run.me_or_none(),
        command=run.path,
        now=run.world.now.timestamp(),
        now_text=run.world.now.isoformat(timespec="seconds"),
        commit=run.book().policy.commit != "off",
        push=push,
        allow_mass_delete=allow_mass_delete,
        prompts=run.world.terminal.stdin and not run.options.get("no_input"),
    )
    do = rehearse if dry_run else exchange
    result = do(run.root(), run.world.environ, wishes)
    book = run.book()
    book.index.refresh()
    names = dict(book.query("SELECT id, name FROM customers"))
    told = news(result.news, lambda id: names.get(id) or id or "nobody")
    questions = int(book.query("SELECT count(*) FROM conflicts")[0][0])
    if dry_run:
        questions += new_questions(result.news)
    for note in result.notes:
        run.note(note)
    table = _answer(result, told, questions)
    if run.options.get("format") or run.options.get("json") or run.options.get("fields"):
        return run.show(table) or result.code
    lines = [_sentence(result, questions, dry_run=dry_run), *told[:MOST_NEWS]]
    if len(told) > MOST_NEWS:
        lines.append(f"and {len(told) - MOST_NEWS} more: crm history")
    return run.show_lines(lines, table) or result.code


def _answer(result: "Result", told: list[str], questions: int) -> Table:
    columns = (
        Column("sent", "number"), Column("taken", "number"), Column("questions", "number"),
        Column("committed", "number"), Column("remote"), Column("from", "list"), Column("news", "list"),
    )  # fmt: skip
    row = (
        result.sent,
        sum(result.taken.values()),
        questions,
        result.committed,
        result.remote,
        tuple(f"{who} {n}" for who, n in sorted(result.taken.items())),
        tuple(told),
    )
    summary = {"sent": row[0], "taken": row[1], "questions": questions}
    return Table("sync", "Sync", columns, (row,), summary=summary, single=True)


def _sentence(result: "Result", questions: int, *, dry_run: bool) -> str:
    """`Sent 1 change, took in 3 (chen 1, mei 2). 1 question to settle: crm conflicts`."""
    would = "Would have " if dry_run else ""
    parts = []
    if result.committed:
        parts.append(f"committed {_counted(result.committed, 'file')} edited by hand")
    if result.sent:
        parts.append(f"sent {_counted(result.sent, 'change')}")
    if result.taken:
        whose = ", ".join(f"{who} {n}" for who, n in sorted(result.taken.items()))
        parts.append(f"took in {sum(result.taken.values())} ({whose})")
    said = ", ".join(parts)
    said = f"{would}{said}" if would and said else said[:1].upper() + said[1:] or "Nothing new"
    asked = f" {_counted(questions, 'question')} to settle: crm conflicts" if questions else ""
    return f"{said}.{asked}"


def _counted(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


@command(app, "merge-driver", hidden=True)
def merge_driver(
    run: Run,
    base: Annotated[str, typer.Argument(metavar="BASE")],
    ours: Annotated[str, typer.Argument(metavar="OURS")],
    theirs: Annotated[str, typer.Argument(metavar="THEIRS")],
    path: Annotated[str, typer.Argument(metavar="PATH")],
    marker_size: Annotated[int, typer.Argument(metavar="SIZE")] = 7,
) -> int:
    """Merge one file field by field; for git only."""
    from crmcli.sync.driver import merge_driver as drive  # noqa: PLC0415  # starts a program
    from crmcli.sync.git import open_git  # noqa: PLC0415
    from crmcli.sync.join import FLAGGED  # noqa: PLC0415
    from crmcli.sync.join import stamped  # noqa: PLC0415

    top = run.world.folder
    environ = stamped(open_git(top, run.world.environ), path, run.world.environ)
    code = drive(
        top / base, top / ours, top / theirs, path, environ=environ, marker_size=marker_size
    )
    return FLAGGED if code else ExitCode.OK
