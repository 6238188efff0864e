"""crm import: take in records from files of other programs."""

from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.cli.run import open_file

if TYPE_CHECKING:
    from crmcli.book.book import Book
    from crmcli.exchange.importing import Outcome
    from crmcli.exchange.reading import Source
    from crmcli.exchange.taking import Wishes
    from crmcli.model.change import Change

app = new_app()
Text = str | None
MATCHES = ("ref", "email", "phone", "name")


@command(
    app,
    "import",
    writes=True,
    examples=("crm import interactions/mei/2026-11.csv -n",),
)
def import_(
    run: Run,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="One or several; - is stdin.")],
    form: Annotated[Text, typer.Option("--from", metavar="F", help="csv, tsv, jsonl, json or yaml; by content and name if not given.")] = None,
    kind: Annotated[Text, typer.Option("--as", metavar="KIND", help="rep, customer, contact, deal, campaign, case, interaction, promise, task, feedback or sale; by the columns if not given.")] = None,
    column: Annotated[list[str], typer.Option("--column", metavar="'THEIRS=OURS'", help="Which field a column is; 'THEIRS=' leaves it out.")] = [],
    value: Annotated[list[str], typer.Option("--value", metavar="'FIELD:THEIRS=OURS'", help="What a word of theirs means.")] = [],
    match: Annotated[Text, typer.Option(help="Find again by ref, email, phone or name alone.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Change filled fields too.")] = False,
    encoding: Annotated[Text, typer.Option(metavar="E", help="As cp950, gb18030, cp1252.")] = None,
    delimiter: Annotated[Text, typer.Option(metavar="C", help="Of csv: , ; or tab.")] = None,
    date_order: Annotated[Text, typer.Option(metavar="ORDER", help="ymd, dmy or mdy, where the dates do not tell.")] = None,
    decimal: Annotated[Text, typer.Option(metavar="SIGN", help="point or comma, where the numbers do not tell.")] = None,
    currency: Annotated[Text, typer.Option(metavar="CUR", help="Of amounts that name none.")] = None,
    owner: Annotated[Text, typer.Option(metavar="REP", help="Of rows that name none.")] = None,
    customer: Annotated[Text, typer.Option(metavar="REF", help="Of rows that name none.")] = None,
    tag: Annotated[list[str], typer.Option(metavar="T", help="Put on every customer; may be repeated.")] = [],
    since: Annotated[Text, typer.Option(metavar="DATE", help="Only rows from this day on.")] = None,
    system: Annotated[str, typer.Option(metavar="NAME", help="Where their ids come from, as hubspot.")] = "import",
    keep: Annotated[list[str], typer.Option(metavar="COLUMN", help="Keep a column that fits no field, in the background or note.")] = [],
    skip_bad: Annotated[Text, typer.Option(metavar="FILE", help="Take the good rows, put the bad ones there.")] = None,
) -> None:  # fmt: skip
    """Take in records from CSV, TSV, JSON or YAML. Run again, the same file changes nothing."""
    from crmcli.exchange.cells import DECIMALS  # noqa: PLC0415  # a write loads the records
    from crmcli.exchange.cells import ORDERS  # noqa: PLC0415
    from crmcli.exchange.columns import kind_word  # noqa: PLC0415
    from crmcli.exchange.importing import take_in  # noqa: PLC0415
    from crmcli.exchange.reading import FORMS  # noqa: PLC0415
    from crmcli.exchange.reading import read_source  # noqa: PLC0415

    for word, known, place in (
        (form, FORMS, "--from"), (match, MATCHES, "--match"),
        (date_order, ORDERS, "--date-order"), (decimal, tuple(DECIMALS), "--decimal"),
    ):  # fmt: skip
        if word is not None and word not in known:
            raise run.not_one_of(word, known, place)
    sources = [
        read_source(name, open_file(name, run.world), form=form, encoding=encoding, delimiter=delimiter)
        for name in files
    ]  # fmt: skip
    asked = {"columns": _pairs(column), "values": _values(value), "date_order": date_order,
             "decimal": decimal, "system": system, "match": match, "overwrite": overwrite,
             "currency": currency, "tags": tuple(tag), "keep": tuple(keep),
             "kind": kind and kind_word(kind, "--as"), "since": run.day_or_none(since, "since")}  # fmt: skip
    _be_nobody_yet(run, sources)
    found: list[Outcome] = []

    def action(book: "Book") -> "Change":
        wishes = _wishes(run, book, asked, owner, customer)
        outcome = take_in(book, sources, wishes, run.ticker("importing"))
        if not found:
            for line in outcome.said:
                run.hint(line)
        found.append(outcome)
        _tell_bad(run, outcome, stops=skip_bad is None)
        return outcome.change

    run.save(action)
    if skip_bad and found[-1].bad and not run.options.get("dry_run"):
        _write_bad(run, skip_bad, found[-1], sources)


def _pairs(words: list[str]) -> tuple[tuple[str, str], ...]:
    from crmcli.model.errors import BadValueError  # noqa: PLC0415

    pairs = []
    for word in words:
        theirs, equals, ours = word.rpartition("=")
        if not equals or not theirs.strip():
            raise BadValueError(
                f"'{word}' is no pair", place="--column", remedy="Try: --column 'THEIRS=OURS'"
            )
        pairs.append((theirs.strip(), ours.strip()))
    return tuple(pairs)


def _values(words: list[str]) -> dict[tuple[str, str], str]:
    from crmcli.model.errors import BadValueError  # noqa: PLC0415
    from crmcli.model.names import fold  # noqa: PLC0415

    values = {}
    for word in words:
        field, colon, rest = word.partition(":")
        theirs, equals, ours = rest.rpartition("=")
        if not colon or not equals or not field.strip():
            raise BadValueError(
                f"'{word}' tells no value",
                place="--value",
                remedy="Try: --value 'stage:Engaging=qualified'",
            )
        values[field.strip(), fold(theirs)] = ours.strip()
    return values


def _wishes(
    run: Run, book: "Book", asked: dict[str, Any], owner: str | None, customer: str | None
) -> "Wishes":
    from crmcli.exchange.taking import Wishes  # noqa: PLC0415
    from crmcli.exchange.values import Asked  # noqa: PLC0415
    from crmcli.model.money import read_currency  # noqa: PLC0415

    cells = {name: asked[name] for name in ("values", "date_order", "decimal", "system")}
    rows = {name: asked[name] for name in asked if name not in cells}
    if rows["currency"]:
        rows["currency"] = read_currency(rows["currency"])
    return Wishes(
        **rows,
        asked=Asked(**cells, zone=run.world.now.tzinfo),
        today=run.today,
        new_id=run.new_id,
        me=run.me_or_none(),
        owner=run.rep(owner) if owner else None,
        customer=book.id_of("customer", customer) if customer else None,
    )


def _be_nobody_yet(run: Run, sources: "list[Source]") -> None:
    """Let a rep who comes only with these files be named by --me or CRM_REP all the same."""
    from crmcli.exchange.columns import guess  # noqa: PLC0415
    from crmcli.model.errors import NotFoundError  # noqa: PLC0415

    try:
        run.me_or_none()
    except NotFoundError:
        if not any(source.documents or guess(source.header) == "rep" for source in sources):
            raise
        run.options = {name: word for name, word in run.options.items() if name != "me"}
        environ = {name: word for name, word in run.world.environ.items() if name != "CRM_REP"}
        run.world = run.world._replace(environ=environ)


def _tell_bad(run: Run, outcome: "Outcome", *, stops: bool) -> None:
    """Name every bad row, those of one reason together; raises BadDataError where that stops all."""
    from crmcli.exchange.bad import problems_of  # noqa: PLC0415  # only when needed
    from crmcli.model.errors import BadDataError  # noqa: PLC0415
    from crmcli.render.errors import show_problem  # noqa: PLC0415

    if not outcome.bad:
        return
    for problem in problems_of(outcome.bad):
        run.world.stderr.write(show_problem(problem, as_json=bool(run.options.get("json"))))
    if stops:
        rows = len({(bad.source.name, bad.row.line) for bad in outcome.bad})
        count = "1 row is bad" if rows == 1 else f"{rows:,} rows are bad"
        raise BadDataError(
            f"{count}, so nothing was written", remedy="Try: --skip-bad FILE takes the good ones"
        )


def _write_bad(run: Run, file: str, outcome: "Outcome", sources: "list[Source]") -> None:
    from pathlib import Path  # noqa: PLC0415

    from crmcli.book.write import write_output  # noqa: PLC0415
    from crmcli.exchange.bad import bad_rows  # noqa: PLC0415

    text, count = bad_rows(outcome.bad, sources)
    path = run.world.folder / Path(file).expanduser()
    write_output(path, text.encode("utf-8", "surrogateescape"), book_root=run.root())
    run.hint(f"{count} bad row{'' if count == 1 else 's'} left out, see {file}")
