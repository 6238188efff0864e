"""crm init, demo, today, status: the first ten minutes, and each morning."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import BadValueError
from crmcli.model.names import slug
from crmcli.render.visible import visible
from crmcli.reports.table import Column
from crmcli.reports.table import Table

app = new_app()
Text = str | None
SOON = 3  # days ahead that `today` looks

# The currency of the place that a locale names, where there is little doubt.
CURRENCIES = {
    "TW": "TWD", "CN": "CNY", "HK": "HKD", "SG": "SGD", "JP": "JPY", "US": "USD", "GB": "GBP",
    "CH": "CHF", "CA": "CAD", "AU": "AUD", "IN": "INR", "KR": "KRW", "SE": "SEK", "DK": "DKK",
    "NO": "NOK", "PL": "PLN", "CZ": "CZK", "BR": "BRL", "MX": "MXN", "NZ": "NZD",
    **dict.fromkeys(
        ("DE", "AT", "FR", "ES", "IT", "NL", "BE", "FI", "IE", "PT", "GR", "LU", "SK", "SI",
         "EE", "LV", "LT", "HR", "MT", "CY"), "EUR",
    ),
}  # fmt: skip


@command(
    app,
    writes=False,
    examples=("crm init my-book --currency TWD", "crm init --remote git@example.com:team/book.git"),
)
def init(
    run: Run,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="This folder if none is given.")] = ".",
    name: Annotated[Text, typer.Option(metavar="TEXT", help="The book's name; the folder's if not given.")] = None,
    currency: Annotated[Text, typer.Option(metavar="CUR", help="As TWD or EUR; by the locale if not given.")] = None,
    rep: Annotated[Text, typer.Option(metavar="ID", help="Your id as a rep.")] = None,
    email: Annotated[Text, typer.Option(metavar="ADDR", help="Your mail address; git's if not given.")] = None,
    git: Annotated[bool, typer.Option("--git/--no-git", help="Make a git repository if there is none.")] = True,
    remote: Annotated[Text, typer.Option(metavar="URL", help="Where the team's repository is.")] = None,
) -> None:  # fmt: skip
    """Make a book in a folder: crm.yaml, you as its first rep, and a git repository."""
    from crmcli.book.create import create  # noqa: PLC0415  # a write loads the records
    from crmcli.model.money import read_currency  # noqa: PLC0415
    from crmcli.model.rep import Rep  # noqa: PLC0415
    from crmcli.sync import repository  # noqa: PLC0415  # starts a program

    root = (run.world.folder / Path(folder).expanduser()).resolve()
    env = run.world.environ
    person, mail = repository.identity(root if root.is_dir() else run.world.folder, env)
    person = person or env.get("USER") or env.get("USERNAME") or "me"
    email = email or mail
    code = read_currency(currency) if currency else _currency(env)
    id = _rep_id(rep or run.options.get("me") or env.get("CRM_REP"), person, email)
    paths = create(
        root,
        Rep(id=id, name=person, email=email),
        name=name or root.name,
        currency=code,
        now_text=run.world.now.isoformat(timespec="seconds"),
    )
    made = git and repository.begin(root, env, remote)
    store = ", git" if git and (made or repository.is_inside(root, env)) else ""
    who = f"{id} <{email}>" if email else id
    said = f"Made the book '{name or root.name}' ({code}{store}) with you as rep {who}."
    run.world.stdout.write(f"{visible(said)}\n" if not run.options.get("quiet") else f"{root}\n")
    if store:
        _first_commit(run, root, paths, id)
    run.hint('Next: crm customer add "Acme Battery" --tier A')


def _first_commit(run: Run, root: Path, paths: Sequence[str], by: str | None) -> None:
    from crmcli.sync.commits import commit  # noqa: PLC0415  # starts a program

    warning = commit(root, paths, "book begun", op="init", by=by, environ=run.world.environ)
    if warning:
        run.note(warning)


def _currency(env: Mapping[str, str]) -> str:
    for key in ("LC_ALL", "LC_MONETARY", "LANG"):
        place = env.get(key, "").partition(".")[0].partition("_")[2]
        if place in CURRENCIES:
            return CURRENCIES[place]
    return "USD"


def _rep_id(given: str | None, person: str, email: str | None) -> str:
    for text in (
        given,
        person.split(maxsplit=1)[0] if person.split() else "",
        (email or "").partition("@")[0],
    ):
        try:
            id = slug(text or "")
        except ValueError:
            continue
        if given and id != given:
            raise BadValueError(
                f"'{given}' cannot be an id", place="--rep", remedy=f"Try: --rep {id}"
            )
        return id
    return "me"


@command(app, examples=("crm demo my-demo", "crm demo -q"))
def demo(
    run: Run,
    folder: Annotated[Text, typer.Argument(metavar="DIR", help="A new or empty folder; a temporary one if none.")] = None,
) -> int:  # fmt: skip
    """Make a book to try things on, the same every time, ending today; show what it says."""
    from crmcli.book.sample import copy_sample  # noqa: PLC0415  # reads the whole sample
    from crmcli.reports.registry import entry  # noqa: PLC0415
    from crmcli.reports.today import today as make_today  # noqa: PLC0415
    from crmcli.sync import repository  # noqa: PLC0415  # starts a program

    root = (
        run.world.folder / Path(folder).expanduser()
        if folder
        else Path(mkdtemp(prefix="crm-demo-"))
    )
    copy_sample(root, run.today)
    if repository.begin(root, run.world.environ, None):
        _first_commit(run, root, ["."], None)
    if run.options.get("quiet"):
        run.world.stdout.write(f"{root}\n")
        return 0
    run.options = {**run.options, "book": str(root), "no_pager": True}
    run.world.stdout.write(f"A made-up book is in {visible(str(root))}\n\n")
    book = run.book()
    run.show(make_today(book, run.today, rep="mei", days=SOON))
    run.world.stdout.write("\n")
    run.show(entry("pipeline").load()(book, run.today)._replace(parts=()))
    where = f"-C {visible(str(root))}"
    run.world.stderr.write("\nTry:\n")
    for words in ("customer show acme", "report house", 'log visit acme "..."'):
        run.world.stderr.write(f"  crm {where} {words}\n")
    return 0


@command(
    app,
    reads=True,
    examples=(
        "crm today --rep mei",
        "crm today --everyone --days 7",
        "crm today --everyone --json",
    ),
)
def today(
    run: Run,
    rep: Annotated[Text, typer.Option(metavar="REP", help="Another rep.")] = None,
    days: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many days to look ahead.")
    ] = SOON,
    everyone: Annotated[bool, typer.Option("--everyone", help="The whole book.")] = False,
) -> int:
    """What needs me now, and why: promises, replies, next steps, tasks, deals, silence."""
    from crmcli.reports.today import today as make_today  # noqa: PLC0415

    who = None if everyone else run.rep(rep) if rep else run.me_or_none()
    if who is None and not everyone:
        run.hint(
            "nobody is known to be you, so this is the whole book; --me REP, or crm help environment"
        )
    return run.show(make_today(run.book(), run.today, rep=who, days=days))


@command(app, reads=True, examples=("crm status", "crm status --full"))
def status(
    run: Run,
    full: Annotated[bool, typer.Option("--full", help="What a bug report needs.")] = False,
) -> int:
    """Which book this is, who I am, what it holds, and what cannot be read."""
    from crmcli.cli.status import facts  # noqa: PLC0415

    found = facts(run, full=full)
    if "problem" in found:
        run.forget_book()
    columns = tuple(
        Column(key, "number" if isinstance(value, int) else "text") for key, value in found.items()
    )
    table = Table("status", "Status", columns, (tuple(found.values()),), single=True)
    if run.options.get("format") or run.options.get("json") or run.options.get("fields") or full:
        return run.show(table)
    return run.show_lines([_sentence(found)], table)


def _sentence(found: dict[str, str | int | None]) -> str:
    me = f" You are {found['me']}." if found["me"] else " Nobody is known to be you: --me REP."
    late = f" ({found['late_promises']} late)" if found["late_promises"] else ""
    bad = (
        f" {_counted(found['unreadable'], 'file')} not readable: crm check."
        if found["unreadable"]
        else ""
    )
    counts = ", ".join(
        _counted(found[key], word)
        for key, word in (
            ("customers", "customer"),
            ("reps", "rep"),
            ("open_promises", "open promise"),
        )
    )
    return f"Book '{found['name']}' ({found['currency']}): {counts}{late}.{me} Git: {found['git']}.{bad}"


def _counted(number: str | int | None, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
