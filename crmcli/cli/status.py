"""What `crm status` tells: the book, who I am, counts, git, and for a bug report the rest."""

import locale
import platform
import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version

from crmcli.cli.run import Run
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExitCode
from crmcli.sync.repository import state

LIBRARIES = ("typer", "rich", "PyYAML", "tabulate", "msgspec", "filelock")
COUNTS = {
    "customers": "SELECT count(*) FROM customers WHERE status IS NOT 'archived'",
    "reps": "SELECT count(*) FROM reps WHERE archived IS NULL",
    "open_deals": "SELECT count(*) FROM deals WHERE archived IS NULL AND stage NOT IN (SELECT value FROM json_each(:closed))",
    "open_promises": "SELECT count(*) FROM promises WHERE status = 'open' AND archived IS NULL",
    "late_promises": "SELECT count(*) FROM promises WHERE status = 'open' AND archived IS NULL AND due < :today",
    "interactions": "SELECT count(*) FROM interactions",
    "conflicts": "SELECT count(*) FROM conflicts",
}


def facts(run: Run, *, full: bool) -> dict[str, str | int | None]:
    """What there is to know, by name. With `full` also in a folder whose book is broken."""
    found: dict[str, str | int | None] = {}
    try:
        found |= _book(run)
    except CrmError as error:
        if not full or error.code not in (ExitCode.NO_BOOK, ExitCode.BAD_DATA):
            raise
        found["problem"] = error.what
    return found | _machine(run) if full else found


def _book(run: Run) -> dict[str, str | int | None]:
    from crmcli.reports.listing import closed_stages  # noqa: PLC0415  # keeps a broken book away

    book = run.book()
    params = {"today": run.today.isoformat(), "closed": closed_stages(book)}
    counts = {
        name: book.query(sql, **{k: v for k, v in params.items() if f":{k}" in sql})[0][0]
        for name, sql in COUNTS.items()
    }
    return {
        "name": book.policy.name or book.root.name,
        "book": str(book.root),
        "currency": book.policy.currency,
        "me": run.me_or_none(),
        **counts,
        "unreadable": len({problem.file for problem in book.problems()}),
        "git": state(book.root, run.world.environ),
    }


def _machine(run: Run) -> dict[str, str | int | None]:
    env = run.world.environ
    return {
        "crm": _version("crmcli"),
        "python": f"{platform.python_version()} on {platform.system()} {platform.release()}",
        **{name.lower(): _version(name) for name in LIBRARIES},
        "encoding": sys.stdout.encoding,
        "file_names": sys.getfilesystemencoding(),
        "locale": env.get("LC_ALL") or env.get("LANG") or locale.getlocale()[0],
        "terminal": f"{run.world.terminal.width} columns, {env.get('TERM', 'no TERM')}",
        "today": run.today.isoformat(),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
