"""The tree of commands: which word lives in which module; a module is loaded when it is typed."""

from importlib import import_module
from typing import Annotated
from typing import Any
from typing import NamedTuple

import typer
import typer.main
from typer.core import TyperCommand
from typer.core import TyperGroup

from crmcli.cli.command import SHARED_EPILOG
from crmcli.cli.command import Session
from crmcli.model.errors import UsageError
from crmcli.model.nearest import nearest

START = """crm keeps customers, visits and promises in a plain folder.

  crm demo                     a made-up book to try
  crm init                     start your own book here
  crm log visit acme "..."     write down a visit

All commands: crm -h     Topics: crm help dates, money, formats, git, privacy ...
"""


class Word(NamedTuple):
    """A word after `crm`. A noun holds verbs; any other is a command of its own."""

    group: str
    module: str
    help: str
    noun: bool = False


TREE = {
    "init": Word("Start", "start", "Make a book in this folder."),
    "demo": Word("Start", "start", "Make a book to try things on."),
    "today": Word("Start", "start", "What needs me now, and why."),
    "status": Word("Start", "start", "Which book this is, who I am, what it holds."),
    "help": Word("Start", "helping", "Explain a topic or a command."),
    "log": Word("Capture", "log", "Write down a visit, call, meeting, mail, message or note."),
    "customer": Word("Records", "customers", "Customers: who they are and how it stands.", noun=True),
    "contact": Word("Records", "contacts", "The people at a customer.", noun=True),
    "deal": Word("Records", "deals", "What may be sold, and how far it is.", noun=True),
    "promise": Word("Records", "promises", "What was promised, and what became of it.", noun=True),
    "interaction": Word("Records", "interactions", "Visits, calls, meetings, mails, messages, notes.", noun=True),
    "case": Word("Records", "cases", "Complaints, requests, questions, faults, and what came of them.", noun=True),
    "task": Word("Records", "tasks", "Our own things to do; planned visits.", noun=True),
    "feedback": Word("Records", "feedback", "What customers and observers say of us.", noun=True),
    "campaign": Word("Records", "campaigns", "One message to many, to those alone who agreed.", noun=True),
    "sale": Word("Records", "sales", "What was sold and taken back, line by line.", noun=True),
    "rep": Word("Records", "reps", "Those of us who serve customers.", noun=True),
    "pipeline": Word("Review", "review", "What is in the pipeline, what is stuck, what it is worth."),
    "report": Word("Review", "review", "Answer a question about the house; alone: list the questions."),
    "sync": Word("Team", "team", "Exchange changes with the others, and say what is new."),
    "history": Word("Team", "past", "Who changed what, and when."),
    "undo": Word("Team", "past", "Reverse my own last command."),
    "conflicts": Word("Team", "team", "Questions that merging left open; settle them."),
    "merge-driver": Word("", "team", "Merge one file; for git only."),
    "import": Word("Data", "importing", "Take in records from a file of another program."),
    "export": Word("Data", "exporting", "Hand over records, or the whole book."),
    "check": Word("Data", "data", "Every problem in the files, with file and line."),
    "schema": Word("Data", "data", "The JSON Schema of a kind of record."),
    "sql": Word("Data", "data", "Ask the index in SQL, read-only."),
    "completion": Word("Data", "data", "Print the completion script for a shell."),
    "complete": Word("", "completing", "Candidates for a shell, one a line."),
}  # fmt: skip
GROUPS = ("Start", "Capture", "Records", "Review", "Team", "Data")


def _module(word: Word) -> typer.Typer:
    app: typer.Typer = import_module(f"crmcli.cli.{word.module}").app
    return app


def _name(info: Any) -> str:
    name: str = info.name or info.callback.__name__
    return name


def _command_of(app: typer.Typer, name: str) -> Any:
    for info in app.registered_commands:
        if _name(info) == name:
            return typer.main.get_command_from_info(
                info, pretty_exceptions_short=False, rich_markup_mode=None
            )
    return None


class Words(TyperGroup):
    """A group that names the nearest word when it does not know one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = nearest(args[0], self.list_commands(ctx), 1)
            path = "crm" if ctx.parent is None else ctx.command_path
            raise UsageError(
                f"no such command '{args[0]}'",
                remedy=f"Did you mean '{known[0]}'?" if known else f"Try: {path} -h",
            )
        return super().resolve_command(ctx, args)


class Verbs(Words):
    """A noun's commands; each is built when it is named, and a bare noun explains itself."""

    def __init__(self, word: str, app: typer.Typer) -> None:
        super().__init__(
            name=word,
            help=TREE[word].help,
            epilog=SHARED_EPILOG,
            context_settings={"help_option_names": ["-h", "--help"]},
            rich_markup_mode=None,
        )
        self._app = app

    def list_commands(self, ctx: Any) -> list[str]:
        return [_name(info) for info in self._app.registered_commands if not info.hidden]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _command_of(self._app, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(find(self.name or ""))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            raise typer.Exit
        return super().parse_args(ctx, args)


class Root(Words):
    """`crm` itself: its words come from TREE, so top help loads no module."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name, word in TREE.items() if word.group]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        word = TREE.get(cmd_name)
        if word is None:
            return None
        app = _module(word)
        return Verbs(cmd_name, app) if word.noun else _command_of(app, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for group in GROUPS:
            rows = [(name, word.help) for name, word in TREE.items() if word.group == group]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)


def _root(
    ctx: typer.Context,
    book: Annotated[str | None, typer.Option("-C", "--book", metavar="DIR", help="The book; else CRM_BOOK, or the nearest folder with a crm.yaml.")] = None,
    me: Annotated[str | None, typer.Option("--me", metavar="REP", help="Who I am; else CRM_REP, or the rep with git's mail address.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day that counts as today; else CRM_TODAY.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Writes: only ids. Reads: no hints.")] = False,
    color: Annotated[str | None, typer.Option("--color", metavar="WHEN", help="auto, always or never.")] = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> int:  # fmt: skip
    world, number = ctx.obj
    if version:
        world.stdout.write(f"crm {number}\n")
        raise typer.Exit
    given = {
        "book": book,
        "me": me,
        "as_of": as_of,
        "quiet": quiet,
        "color": color,
        "no_input": no_input,
    }
    ctx.obj = Session(world, {key: value for key, value in given.items() if value})
    if ctx.invoked_subcommand is None:
        world.stdout.write(START)
    return 0


def root() -> Any:
    """The command `crm`; call its `main` with (world, version) as obj."""
    app = typer.Typer(
        cls=Root,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A CRM over plain files: customers, visits and promises in a folder.",
    )
    app.callback()(_root)
    return typer.main.get_group(app)


def walk() -> list[tuple[str, TyperCommand]]:
    """Every command with its words, as `promise add`; for the reference and for tests."""
    found = []
    for name, word in TREE.items():
        if not word.group:
            continue
        app = _module(word)
        names = [_name(info) for info in app.registered_commands]
        found += [
            (f"{name} {verb}" if word.noun else name, _command_of(app, verb))
            for verb in (names if word.noun else [name])
        ]
    return found


def find(*words: str) -> list[tuple[str, str]]:
    """What may follow these words: the verbs of a noun, or the options of a command."""
    word = TREE[words[0]]
    app = _module(word)
    if word.noun and len(words) == 1:
        return [
            (_name(info), (info.callback.__doc__ or "").partition("\n")[0] if info.callback else "")
            for info in app.registered_commands
            if not info.hidden
        ]
    found = _command_of(app, words[1] if word.noun else words[0])
    if found is None:
        return []
    options = [p for p in found.params if p.param_type_name == "option"]
    return [(flag, p.help or "") for p in options for flag in p.opts if flag.startswith("--")]
