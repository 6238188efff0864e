"""A new book: its folder, its crm.yaml with the defaults to be seen and changed, its first rep."""

from collections.abc import Iterable
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from crmcli.book import write
from crmcli.book.config import FORMAT
from crmcli.book.lock import lock
from crmcli.book.paths import ASIDE_SUFFIX
from crmcli.book.paths import CONFIG
from crmcli.book.paths import INTENT
from crmcli.book.paths import LOCAL
from crmcli.book.paths import TEMP_PREFIX
from crmcli.book.paths import find_root
from crmcli.book.plain_file import content
from crmcli.book.plain_file import digest
from crmcli.book.records import new_text
from crmcli.book.yaml_text import scalar
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import CrmError
from crmcli.model.policy import COMMITS
from crmcli.model.policy import PURPOSES
from crmcli.model.policy import SOURCES
from crmcli.model.policy import STAGES
from crmcli.model.policy import TIERS
from crmcli.model.policy import Stage
from crmcli.model.rep import Rep
from crmcli.model.standard import STANDARD

# Line ends must be the same in every clone, since a version of a file is known by its bytes.
ATTRIBUTES = ("* text eol=lf", "*.yaml merge=crm", "*.csv merge=crm")
IGNORED = (f"{LOCAL}/", INTENT, f"{TEMP_PREFIX}*", f"*{ASIDE_SUFFIX}")

# The limits that a house is likely to set for itself; a new crm.yaml shows them.
FIRST_LIMITS = (
    "window",
    "cadence",
    "reply_hours",
    "visits.kinds",
    "visits.report_hours",
    "visits.required",
    "reps.promises_kept",
    "reps.visits_on_time",
    "reps.replies_in_time",
    "reps.cadence_met",
    "reps.cases_in_time",
    "reps.csat_top2",
    "cases.reply_hours",
    "cases.resolve_hours",
    "value.minute_cost",
    "value.case_cost",
    "consent.required_for",
)


def create(
    folder: Path,
    rep: Rep,
    *,
    name: str,
    currency: str,
    now_text: str,
    country: str | None = None,
    commit: str = COMMITS[0],
) -> tuple[str, ...]:
    """Make a book in that folder, which is made too if it is missing; the paths of its files.

    Record folders come with their first record. Lines that a .gitattributes or .gitignore lacks
    are added; a file of the rep that is there stays. `now_text` is for the lock, as there.
    Raises AlreadyError if the folder is a book, CrmError inside another one.
    """
    _refuse_book(folder)
    config = config_text(name=name, currency=currency, country=country, commit=commit)
    write.make_root(folder)
    # crm.yaml makes it a book, so it comes last: cut off before it, init can be run again.
    files = {
        ".gitattributes": _with_lines(folder / ".gitattributes", ATTRIBUTES),
        ".gitignore": _with_lines(folder / ".gitignore", IGNORED),
        f"reps/{rep.id}.yaml": new_text(rep).encode(),
        CONFIG: config.encode(),
    }
    with lock(folder, "crm init", now_text):
        for path, text in files.items():
            before = _now(folder / path)
            if before is None or path.startswith("."):
                expected = None if before is None else digest(before)
                write.commit(folder, [write.Write(path, text, expected)])
    return tuple(files)


def config_text(
    *, name: str, currency: str, country: str | None = None, commit: str = COMMITS[0]
) -> str:
    """The text of a new crm.yaml: what differs from book to book, then the defaults.

    What is commented out has its default already and shows how to change it.
    """
    return "\n".join(_config_lines(name, currency, country, commit)) + "\n"


def _config_lines(name: str, currency: str, country: str | None, commit: str) -> Iterator[str]:
    yield "# What this book goes by. All of it may be changed by hand; crm check looks it over."
    yield f"name: {scalar(name)}"
    yield f"format: {FORMAT}"
    yield f"currency: {scalar(currency)}"
    if country:
        yield f"country: {scalar(country)}"
    else:
        yield "# country: TW               # of phone numbers without a country code"
    yield f"commit: {commit}                # when a change goes into git: {', '.join(COMMITS)}"
    yield ""
    yield "# The way of a deal. probability is in percent; after stale_after days without a"
    yield "# change it is called stale."
    yield "stages:"
    yield from (f"- {_stage(stage)}" for stage in STAGES)
    yield ""
    yield "# Classes of customers; cadence is how many days may pass between two signs of life."
    yield "tiers:"
    yield from (f"  {tier.name}: {{cadence: {tier.cadence}}}" for tier in TIERS)
    yield ""
    yield "# What one unit is worth in the book's currency."
    yield from ("# rates:", "#   EUR: 1.08", "")
    yield "# What the house can do, and the days it needs for it."
    yield from ("# capabilities:", "# - {type: replacement, days: 5}", "")
    yield from ("# products:", "# - {id: charger, name: Charger 20 A}", "")
    yield f"# sources: {_list(SOURCES)}"
    yield f"# channels: {_list(('direct', 'dealer', 'online'))}"
    yield f"# purposes: {_list(PURPOSES)}"
    yield ""
    yield "# The standard: the limits that the reports go by. Days, unless the name says hours."
    yield "# Here are some, with their defaults; crm schema book knows them all."
    yield from _standard_lines()


def _standard_lines() -> Iterator[str]:
    yield "# standard:"
    group = ""
    for key in FIRST_LIMITS:
        before, _, name = key.rpartition(".")
        if before != group:
            yield f"#   {before}:"
            group = before
        yield f"#   {'  ' if before else ''}{name}: {_shown(STANDARD[key])}"


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return _list(default)
    if default is None:
        return "               # unknown until it is given"
    return scalar(Decimal(str(default)) if isinstance(default, float) else default)


def _stage(stage: Stage) -> str:
    known = {key: value for key, value in stage._asdict().items() if value is not None}
    return "{" + ", ".join(f"{key}: {value}" for key, value in known.items()) + "}"


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(words)}]"


def _refuse_book(folder: Path) -> None:
    root = find_root(folder.resolve())
    if root == folder.resolve():
        raise AlreadyError(f"'{folder}' is a book already", remedy=f"Try: crm -C '{folder}' today")
    if root:
        raise CrmError(
            f"'{folder}' is inside the book '{root}'", remedy="Try: crm init in another folder"
        )


def _with_lines(path: Path, lines: tuple[str, ...]) -> bytes:
    """The bytes of that file with the lines that it lacks at its end."""
    old = _now(path) or b""
    # Bytes: the file is not ours, and need not be UTF-8.
    known = {line.strip() for line in old.splitlines()}
    gap = b"" if not old or old.endswith(b"\n") else b"\n"
    missing = [line.encode() for line in lines if line.encode() not in known]
    return old + gap + b"".join(line + b"\n" for line in missing) if missing else old


def _now(path: Path) -> bytes | None:
    """What is there; None if nothing is. Raises CrmError for a link and the like."""
    try:
        data = content(path)
    except FileNotFoundError:
        return None
    if data is None:
        raise CrmError("is no ordinary file", place=path.name, remedy="Remove it, then try again")
    return data
