"""crm sync, conflicts; and what git calls to merge one file."""

from typing import TYPE_CHECKING
from typing import Annotated
from typing import cast

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import ExitCode
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import UsageError
from crmcli.model.names import is_id
from crmcli.reports.table import Column
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.actions.conflicts import Take
    from crmcli.sync.syncing import Result

app = new_app()
Text = str | None
TAKES = ("kept", "other", "base")
MOST_NEWS = 20  # sentences on a screen


@command(app, reads=True, examples=("crm sync -n",))
def sync(
    run: Run,
    push: Annotated[bool, typer.Option("--push/--no-push", help="Send what is new here.")] = True,
    allow_mass_delete: Annotated[bool, typer.Option("--allow-mass-delete", help="Also when many records are gone.")] = False,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would come and go; change nothing.")] = False,
) -> int:  # fmt: skip
    """Commit, take in what others did, merge it field by field, check, send. Then say what is new."""
    from crmcli.sync.git import open_git  # noqa: PLC0415  # starts a program
    from crmcli.sync.news import new_questions  # noqa: PLC0415  # loads the records
    from crmcli.sync.news import news  # noqa: PLC0415
    from crmcli.sync.syncing import Wishes  # noqa: PLC0415
    from crmcli.sync.syncing import finish_merge  # noqa: PLC0415

    root, environ = run.root(), run.world.environ
    now_text = run.world.now.isoformat(timespec="seconds")
    if not dry_run:  # crm.yaml may be one of the files in which git has left markers
        for note in finish_merge(root, environ, run.path, now_text):
            run.note(note)
    run.book().take_index_as_it_stands()  # who I am; what came in is looked for afterwards
    wishes = Wishes(
        by=run.me_or_none(),
        command=run.path,
        now=run.world.now.timestamp(),
        now_text=now_text,
        commit=run.book().policy.commit != "off",
        push=push,
        allow_mass_delete=allow_mass_delete,
        prompts=run.world.terminal.stdin and not run.options.get("no_input"),
    )
    for note in open_git(root, environ).notes:
        run.note(note)
    if dry_run:
        from crmcli.sync.rehearsal import rehearse as exchange  # noqa: PLC0415
    else:
        from crmcli.sync.syncing import sync as exchange  # noqa: PLC0415
    result = exchange(root, environ, wishes)
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
    said = f"{would}{said}" if would and said else said[:1].upper() + said[1:]
    said = said or ("Nothing was sent" if result.code else "Nothing new")
    asked = f" {_counted(questions, 'question')} to settle: crm conflicts" if questions else ""
    return f"{said}.{asked}"


def _counted(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


@command(
    app,
    reads=True,
    examples=("crm conflicts", "crm conflicts -f json"),
)
def conflicts(
    run: Run,
    words: Annotated[list[str], typer.Argument(metavar="[settle] [REF [FIELD]]", help="A record; or settle, a record and a field.")] = [],
    take: Annotated[Text, typer.Option(metavar="WHICH", help="To settle: kept, other or base.")] = None,
    value: Annotated[Text, typer.Option(metavar="V", help="To settle: another value.")] = None,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="To settle: show the difference, write nothing.")] = False,
) -> int:  # fmt: skip
    """Questions that merging left open; `crm conflicts settle acme tier --take other` answers one."""
    from crmcli.reports.conflicts import conflicts as questions  # noqa: PLC0415

    if words[:1] == ["settle"]:
        run.options = {**run.options, "dry_run": dry_run}
        return _settle(run, words[1:], take, value)
    if len(words) > 1 or take or value is not None:
        raise UsageError(
            "one record, or settle", remedy="Try: crm conflicts settle REF FIELD --take other"
        )
    ids = (_asked(run, words[0])[1],) if words else ()
    return run.show(questions(run.book(), ids))


def _settle(run: Run, words: list[str], take: str | None, value: str | None) -> int:
    from crmcli.actions.conflicts import settle  # noqa: PLC0415  # loads the records

    if len(words) != 2 or (take is None) == (value is None):  # noqa: PLR2004  # record and field
        raise UsageError(
            "which record, which field, which value?",
            remedy="Try: crm conflicts settle REF FIELD --take kept|other|base, or --value V",
        )
    if take not in (*TAKES, None):
        raise run.not_one_of(str(take), TAKES, "--take")
    kind, id = _asked(run, words[0])
    run.save(
        lambda book: settle(
            book,
            kind,
            id,
            words[1],
            take=cast("Take | None", take),
            value=value,
            on=run.today,
            by=run.me_or_none(),
        )
    )
    return ExitCode.OK


def _asked(run: Run, ref: str) -> tuple[str, str]:
    """Kind and id of the record that a word means, of those with open questions."""
    book = run.book()
    found = [(kind, id) for kind, id in book.query("SELECT DISTINCT kind, id FROM conflicts")]
    exact = [each for each in found if each[1] == ref]
    hits = exact or [
        (kind, id)
        for kind, id in found
        if book.id_or_none(kind, ref) == id or (is_id(id) and id.partition("-")[2].startswith(ref))
    ]
    if len(hits) != 1:
        raise NotFoundError(f"no open question about '{ref}'", remedy="Try: crm conflicts")
    return hits[0]


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
    from crmcli.sync.join import knows_format  # noqa: PLC0415
    from crmcli.sync.join import stamped  # noqa: PLC0415
    from crmcli.sync.ways import FLAGGED  # noqa: PLC0415

    top = run.world.folder
    git = open_git(top, run.world.environ)
    code = drive(
        top / base,
        top / ours,
        top / theirs,
        path,
        environ=stamped(git, path, run.world.environ),
        marker_size=marker_size,
        by_fields=knows_format(git, path, run.world.environ),
    )
    return FLAGGED if code else ExitCode.OK
