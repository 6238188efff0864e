"""crm export: hand over records, or the whole book."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import CrmError
from crmcli.model.errors import UsageError
from crmcli.model.words import plural

if TYPE_CHECKING:
    from crmcli.exchange.exporting import Selection
    from crmcli.reports.table import Table

app = new_app()
Text = str | None
FORMS = ("csv", "tsv", "json", "jsonl", "yaml", "sqlite")
ENDINGS = {".db": "sqlite", ".yml": "yaml", ".ndjson": "jsonl", **{f".{f}": f for f in FORMS}}


@command(
    app,
    "export",
    filters=("customer", "rep", "status", "tag", "since", "until"),
    examples=(
        "crm export customer --to csv",
        "crm export deal --customer acme --to json",
        "crm export contact --to csv --redact phone,email,note",
        "crm export contact --may email/marketing --to csv",
    ),
)
def export(
    run: Run,
    chosen: dict[str, Any],
    kinds: Annotated[list[str], typer.Argument(metavar="KIND...", help="rep, customer, contact, deal, campaign, case, interaction, promise, task, feedback, sale; all if none.")] = [],
    to: Annotated[Text, typer.Option("--to", metavar="F", help="csv, tsv, json, jsonl, yaml or sqlite; by -o if not given.")] = None,
    output: Annotated[Text, typer.Option("-o", "--output", metavar="PATH", help="A file; for several kinds a folder, but for yaml and sqlite.")] = None,
    excel: Annotated[bool, typer.Option("--excel", help="csv: with a byte order mark.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="csv: cells as they are, also those that a spreadsheet would run.")] = False,
    redact: Annotated[Text, typer.Option(metavar="FIELD,...", help="Leave these fields blank.")] = None,
    may: Annotated[Text, typer.Option(metavar="CHANNEL/PURPOSE", help="contact: whom consent lets us contact so.")] = None,
    campaign: Annotated[Text, typer.Option(metavar="CAMPAIGN", help="contact: the people it is to reach; refused if consent does not allow one.")] = None,
) -> None:  # fmt: skip
    """Hand over records. yaml is complete, with ids and history; sqlite is the whole book."""
    if to == "sqlite" and output is None and len(kinds) == 1:
        kinds, output = [], kinds[0]  # the whole book has no kinds to name, so this is its file
    named = _kinds(kinds)
    form = _form(run, to, output)
    blank = tuple(name.strip() for name in (redact or "").split(",") if name.strip())
    if blank:
        run.note(f"redacted: {', '.join(blank)}")
    if form == "sqlite":
        if named or may or campaign or any(chosen.values()):
            raise UsageError(
                "sqlite takes the whole book", remedy="Try: crm export --to sqlite -o PATH"
            )
        _whole_book(run, output, blank)
        return
    if may or campaign:
        named = _contacts_alone(named)
    selection = _selection(run, named, chosen)
    if may or campaign:
        selection = selection._replace(**_people(run, may, campaign))
    if form == "yaml":
        _complete(run, selection, output, blank, named=bool(named))
    else:
        _tables(run, selection, output, blank, {"format": form, "excel": excel, "raw": raw})


def _kinds(words: list[str]) -> tuple[str, ...]:
    from crmcli.exchange.columns import kind_word  # noqa: PLC0415  # loads the records

    return tuple(dict.fromkeys(kind_word(word, "KIND") for word in words))


def _contacts_alone(named: tuple[str, ...]) -> tuple[str, ...]:
    if named not in ((), ("contact",)):
        raise UsageError(
            "--may and --campaign choose among contacts", remedy="Try: crm export contact --may ..."
        )
    return ("contact",)


def _people(run: Run, may: str | None, campaign: str | None) -> dict[str, Any]:
    """Who is to be handed over; with `may` those who are not allowed are left out, not refused."""
    from crmcli.cli.consents import campaign_people  # noqa: PLC0415
    from crmcli.cli.consents import read_may  # noqa: PLC0415

    chosen: dict[str, Any] = {}
    if may is not None:
        chosen["may"] = read_may(run, may)
    if campaign is not None:
        chosen["people"] = campaign_people(run, campaign, refuses=may is None)
    return chosen


def _form(run: Run, to: str | None, output: str | None) -> str:
    form = to or ENDINGS.get(Path(output or "").suffix.lower())
    if form is None:
        raise UsageError("in which form?", place="--to", remedy=f"Try: --to {' or '.join(FORMS)}")
    if form not in FORMS:
        raise run.not_one_of(form, FORMS, "--to")
    return form


def _selection(run: Run, kinds: tuple[str, ...], chosen: Mapping[str, Any]) -> "Selection":
    from crmcli.exchange.exporting import Selection  # noqa: PLC0415
    from crmcli.exchange.exporting import fitting  # noqa: PLC0415

    given = {
        name: tuple(chosen[name]) for name in ("customer", "rep", "status", "tag") if chosen[name]
    }
    fit = fitting(kinds, given)
    ids = {
        "customer": tuple(run.book().id_of("customer", word) for word in given.get("customer", ())),
        "rep": tuple(run.rep(word) for word in given.get("rep", ())),
    }
    return Selection(
        fit,
        {
            kind: {name: ids.get(name) or _words(run, kind, name, words) for name, words in given.items()}
            for kind in fit
        },
        run.day_or_none(chosen["since"], "since"),
        run.day_or_none(chosen["until"], "until"),
    )  # fmt: skip


def _words(run: Run, kind: str, name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    from crmcli.cli.lists import WORDS  # noqa: PLC0415
    from crmcli.model.labels import read_word  # noqa: PLC0415

    known = WORDS.get(f"{kind}.{name}")
    if known is None:
        return words
    found = []
    for word in words:
        stored = read_word(name, word, known)
        if stored is None:
            raise run.not_one_of(word, known, f"--{name}")
        found.append(stored)
    return tuple(found)


def _tables(
    run: Run,
    selection: "Selection",
    output: str | None,
    blank: tuple[str, ...],
    look: Mapping[str, Any],
) -> None:
    from crmcli.exchange.exporting import redacted  # noqa: PLC0415
    from crmcli.exchange.exporting import tables  # noqa: PLC0415
    from crmcli.render.answer import Style  # noqa: PLC0415
    from crmcli.render.answer import render  # noqa: PLC0415
    from crmcli.render.answer import sidenotes  # noqa: PLC0415

    style = Style(**look)
    found = redacted(tables(run.book(), selection, run.today), blank)
    for table in found:
        text = render(table, style)
        for note in sidenotes(table._replace(empty=""), style):
            run.note(f"{table.name}: {note}")
        _put(
            run,
            text.encode("utf-8", "surrogateescape"),
            _place(run, output, table, len(found), style.format),
        )
    _tell(run, {table.name: len(table.rows) for table in found}, output)


def _place(run: Run, output: str | None, table: "Table", tables: int, form: str) -> Path | None:
    path = None if output in (None, "-") else run.world.folder / Path(str(output)).expanduser()
    if tables == 1:
        return path / f"{table.name}.{form}" if path and path.is_dir() else path
    if path is None:
        raise UsageError(
            "several kinds go into a folder", place="-o", remedy="Try: -o DIR, or name one KIND"
        )
    if not path.is_dir():
        raise CrmError(f"no folder '{output}'", place="-o", remedy=f"Try: mkdir -p '{output}'")
    return path / f"{table.name}.{form}"


def _complete(
    run: Run, selection: "Selection", output: str | None, blank: tuple[str, ...], *, named: bool
) -> None:
    from crmcli.exchange.documents import dump_records  # noqa: PLC0415
    from crmcli.exchange.exporting import COMPLETE  # noqa: PLC0415
    from crmcli.exchange.exporting import complete  # noqa: PLC0415
    from crmcli.exchange.exporting import without  # noqa: PLC0415

    if not named:
        selection = selection._replace(kinds=tuple(k for k in selection.kinds if k in COMPLETE))
    found = complete(run.book(), selection, run.today)
    text = dump_records(without(found.records, blank) if blank else found.records)
    path = None if output in (None, "-") else run.world.folder / Path(str(output)).expanduser()
    _put(run, text.encode(), path)
    counts = {
        kind: sum(run.book().kind_of(r) == kind for r in found.records) for kind in selection.kinds
    }
    _tell(run, {plural(kind): count for kind, count in counts.items()}, output)
    if found.unknown:
        run.note(
            f"{found.unknown} keys or columns that crm does not know stay behind: crm check --level note"
        )


def _whole_book(run: Run, output: str | None, blank: tuple[str, ...]) -> None:
    from crmcli.book.handover import columns_handed_over  # noqa: PLC0415
    from crmcli.book.handover import hand_over  # noqa: PLC0415
    from crmcli.exchange.exporting import check_fields  # noqa: PLC0415

    if output is None or (output == "-" and run.world.terminal.stdout):
        raise UsageError("sqlite goes into a file", place="-o", remedy="Try: -o book.sqlite")
    check_fields(blank, columns_handed_over())
    data = hand_over(run.book().index, blank)
    _put(run, data, None if output == "-" else run.world.folder / Path(output).expanduser())
    _tell(run, {"the whole book": 1}, output)


def _put(run: Run, data: bytes, path: Path | None) -> None:
    if path is None:
        buffer = getattr(run.world.stdout, "buffer", None)
        if buffer is None:
            run.world.stdout.write(data.decode("utf-8", "surrogateescape"))
        else:
            run.world.stdout.flush()
            buffer.write(data)
        return
    from crmcli.book.write import write_output  # noqa: PLC0415  # only for -o

    write_output(path, data, book_root=run.root())


def _tell(run: Run, counts: Mapping[str, int], output: str | None) -> None:
    run.warn_of_bad_files()
    if output in (None, "-"):
        return
    words = [
        name if " " in name else f"{count:,} {name.removesuffix('s') if count == 1 else name}"
        for name, count in counts.items()
    ]
    run.hint(f"Exported {', '.join(words)} to {output}")
