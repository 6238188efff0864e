"""One run of crm: its book, its day, who I am; how an answer is shown and a change is saved."""

import datetime
import os
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from crmcli.book.book import Book
from crmcli.book.book import find_root
from crmcli.cli.world import World
from crmcli.model.dates import OPTION_LOOKS
from crmcli.model.dates import Day
from crmcli.model.dates import read_date
from crmcli.model.errors import BadValueError
from crmcli.model.errors import ExistsError
from crmcli.model.errors import ExitCode
from crmcli.model.errors import NeedsAnswerError
from crmcli.model.errors import NoBookError
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import UsageError
from crmcli.model.names import is_id
from crmcli.render.answer import FORMATS
from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.render.answer import sidenotes
from crmcli.render.visible import visible
from crmcli.reports.select import chosen_fields
from crmcli.reports.select import fails
from crmcli.reports.select import first
from crmcli.reports.select import ordered
from crmcli.reports.select import where
from crmcli.reports.table import Table

if TYPE_CHECKING:
    from crmcli.model.change import Change

TRIES = 5  # for a random id that is taken


class Run:
    """What a command body needs: `book()`, `day(word, option)`, `me()`, `show(table)`, `save(action)`."""

    def __init__(self, world: World, options: Mapping[str, Any], path: str) -> None:
        self.world = world
        self.options = options
        self.path = path  # the command's words, as `crm promise add`
        self._book: Book | None = None
        self._warned = False

    # the day

    @property
    def today(self) -> datetime.date:
        """The day that counts as today: --as-of, else CRM_TODAY, else the world's."""
        word = self.options.get("as_of")
        if word:
            return read_date(
                word, today=self._given_day() or self.world.today, **OPTION_LOOKS["as_of"]
            ).date
        return self._given_day() or self.world.today

    @property
    def day_is_given(self) -> bool:
        """True if today was overridden, so that no time of day is known."""
        return bool(self.options.get("as_of") or self._given_day())

    def _given_day(self) -> datetime.date | None:
        text = self.world.environ.get("CRM_TODAY")
        if not text:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise BadValueError(
                f"'{text}' is not an ISO date",
                place="CRM_TODAY",
                remedy="Try: CRM_TODAY=2026-11-27",
            ) from None

    def day(self, word: str, option: str) -> Day:
        """Read a date word as that option reads it (CONVENTIONS: the way the option looks)."""
        return read_date(word, today=self.today, **OPTION_LOOKS[option])

    def day_or_none(self, word: str | None, option: str) -> datetime.date | None:
        """The same, where nothing may be given."""
        return None if word is None else self.day(word, option).date

    # the book and I

    def book(self) -> Book:
        """The book this run is about.

        Raises NoBookError if there is none.
        """
        if self._book is None:
            self._book = Book(self.root(), tick=self.ticker("reading the book"))
        return self._book

    def forget_book(self) -> None:
        """Answer without the book from here on: it cannot be read."""
        self._book = None

    def root(self) -> Path:
        """The book's folder: -C, else CRM_BOOK, else the nearest one above."""
        given = self.options.get("book") or self.world.environ.get("CRM_BOOK")
        if given:
            root = (self.world.folder / Path(given).expanduser()).absolute()
            if (root / "crm.yaml").is_file():
                return root
            raise NoBookError(f"no book in {given}", remedy=f"Try: crm init {given}")
        found = find_root(self.world.folder)
        if found is None:
            raise NoBookError(
                "no book here or above", remedy="Try: crm init     or: crm -C DIR ..."
            )
        return found

    def ticker(self, word: str) -> Callable[[int, int], None]:
        """Shows how far a long job is, on stderr, if that is a terminal."""
        if not self.world.terminal.stderr:
            return lambda done, total: None
        from crmcli.render.progress import progress  # noqa: PLC0415  # only a terminal needs it

        return progress(self.world.stderr, terminal=True, word=word)

    def me(self) -> str:
        """The id of the rep that I am.

        Raises UsageError if nobody can be told, NotFoundError for an unknown --me.
        """
        found = self.me_or_none()
        if found is None:
            raise UsageError(
                "who are you? No rep of this book has your mail address in git",
                remedy="Try: --me REP, or CRM_REP=REP   (crm rep list)",
            )
        return found

    def me_or_none(self) -> str | None:
        """The same, or None: reading needs nobody."""
        word = self.options.get("me") or self.world.environ.get("CRM_REP")
        if word:
            return self.book().id_of("rep", word)
        reps = self.book().reps_in_service()
        if len(reps) == 1:
            return reps[0][0]
        if not reps:
            return None
        from crmcli.sync.git import user_email  # noqa: PLC0415  # starts a program

        email = user_email(self.book().root, self.world.environ)
        mine = [id for id, mail in reps if email and mail and mail.casefold() == email.casefold()]
        return mine[0] if len(mine) == 1 else None

    def rep(self, word: str | None) -> str:
        """The rep that a word names; `me` and nothing are me."""
        return self.me() if word in (None, "me") else self.book().id_of("rep", str(word))

    def new_id(self, letter: str) -> str:
        """A new random id, as `p-4t8wz01m`."""
        return f"{letter}-{self.world.new_id()}"

    # answering

    def style(self) -> Style:
        """How an answer is to look, by the options and the terminal."""
        form = "json" if self.options.get("json") else self.options.get("format", "")
        if form and form not in FORMATS:
            raise self.not_one_of(form, FORMATS, "--format")
        evidence = self.options.get("evidence", "3")
        if evidence not in ("all", "none") and not evidence.isdigit():
            raise BadValueError(f"'{evidence}' is not a number, all or none", place="--evidence")
        to_file = bool(self.options.get("output"))
        return Style(
            format=form,
            terminal=self.world.terminal.stdout and not to_file,
            width=self._width(),
            colour=self.colour(self.world.terminal.stdout and not to_file),
            header=not self.options.get("no_header", False),
            part=self.options.get("part"),
            evidence=None if evidence == "all" else 0 if evidence == "none" else int(evidence),
            raw=bool(self.options.get("raw")),
            excel=bool(self.options.get("excel")),
        )

    def not_one_of(self, word: str, known: tuple[str, ...], place: str) -> BadValueError:
        """The mistake of a word that a closed list does not hold."""
        from crmcli.model.nearest import nearest  # noqa: PLC0415  # only a mistake needs it

        near = nearest(word, known, 1)
        listed = ", ".join(known)
        return BadValueError(
            f"'{word}' is not one of {listed}",
            place=place,
            remedy=f"Did you mean '{near[0]}'?" if near else None,
        )

    def _width(self) -> int:
        columns = self.world.environ.get("COLUMNS", "")
        return int(columns) if columns.isdigit() and int(columns) > 0 else self.world.terminal.width

    def colour(self, terminal: bool) -> bool:
        """Whether a stream gets colour; CONVENTIONS rule 14 gives the order."""
        when = self.options.get("color", "auto")
        if when not in ("auto", "always", "never"):
            raise self.not_one_of(when, ("auto", "always", "never"), "--color")
        env = self.world.environ
        if when != "auto":
            return bool(when == "always")
        if env.get("NO_COLOR"):
            return False
        if any(env.get(key, "") not in ("", "0") for key in ("CLICOLOR_FORCE", "FORCE_COLOR")):
            return True
        return terminal and env.get("CLICOLOR") != "0" and env.get("TERM") != "dumb"

    def show(self, table: Table) -> int:
        """Answer with a table; returns the exit code, which --fail-if decides."""
        clauses = self.options.get("where", ())
        if clauses:
            table = where(table, clauses, self.book().policy, self._read_any_date)
        table = ordered(table, self.options.get("sort", ()))
        failed = fails(table, self.options.get("fail_if"))
        total = len(table.rows)
        table = first(table, self.options.get("limit"))
        fields = self.options.get("fields")
        if fields == "help":
            self.world.stdout.write(" ".join(table.keys) + "\n")
            return ExitCode.OK
        table = chosen_fields(table, fields)
        style = self.style()
        self.write(render(table, style), style)
        if not self.options.get("quiet"):
            notes = sidenotes(table, style)
            if len(table.rows) < total:
                notes.append(f"{len(table.rows)} of {total}")
            for note in notes:
                self.note(note)
        self.warn_of_bad_files()
        return ExitCode.THRESHOLD if failed else ExitCode.OK

    def _read_any_date(self, word: str) -> datetime.date:
        return read_date(word, today=self.today, **OPTION_LOOKS["any"]).date

    def write(self, text: str, style: Style) -> None:
        """Put an answer where it is wanted: a file, a pager, stdout."""
        output = self.options.get("output")
        if output and output != "-":
            from crmcli.book.write import write_output  # noqa: PLC0415  # only for -o

            path = self.world.folder / Path(output).expanduser()
            root = self._book.root if self._book else None
            write_output(path, text.encode("utf-8", "surrogateescape"), book_root=root)
            return
        lines = text.count("\n")
        if (
            style.terminal
            and lines > self.world.terminal.height
            and not self.options.get("no_pager")
        ):
            from crmcli.cli.programs import page  # noqa: PLC0415  # starts a program

            if page(text, self.world.environ):
                return
        self.world.stdout.write(text)

    def note(self, text: str) -> None:
        """Say something beside the answer, on stderr."""
        self.world.stderr.write(f"{visible(text)}\n")

    def hint(self, text: str) -> None:
        """Say what could be done next, on stderr, unless quiet."""
        if not self.options.get("quiet"):
            self.note(text)

    def show_lines(self, lines: list[str], table: Table) -> int:
        """Answer with sentences; the table behind them is what --fail-if looks at."""
        text = "".join(f"{visible(line)}\n" for line in lines)
        self.write(text, self.style())
        self.warn_of_bad_files()
        failed = fails(table, self.options.get("fail_if"))
        return ExitCode.THRESHOLD if failed else ExitCode.OK

    def warn_of_bad_files(self) -> None:
        """Say once on stderr that some files could not be read."""
        if self._book is None or self._warned:
            return
        self._warned = True
        for note in self._book.notes:
            self.note(note)
        problems = self._book.problems()
        if problems:
            from crmcli.render.errors import show_problem  # noqa: PLC0415  # only when needed

            as_json = self.style().format in ("json", "jsonl")
            self.world.stderr.write(show_problem(problems[0], as_json=as_json))
            if len(problems) > 1 and not as_json:
                self.note(f"and {len(problems) - 1} more: crm check")

    # changing

    def save(self, action: "Callable[[Book], Change]") -> "Change":
        """Let an action decide under the book's lock, write what it decided, and say so."""
        from crmcli.sync.repository import refuse_open_merge  # noqa: PLC0415  # starts programs

        book = self.book()
        if self.options.get("dry_run"):
            change = action(book)
            self._show_plan(book, change)
            return change
        refuse_open_merge(book.root)
        by = self.me_or_none()
        for attempt in range(TRIES):
            try:
                with book.writing(self.path, self.world.now.isoformat(timespec="seconds")):
                    change = action(book)
                    paths = book.apply(change, self.today)
                    warning = self.commit(paths, change.subject, by)
                break
            except ExistsError as error:
                if attempt == TRIES - 1 or not is_id(error.place or ""):
                    raise
        self.tell(change)
        if warning:
            self.note(warning)
        return change

    def commit(self, paths: Sequence[str], subject: str, by: str | None) -> str | None:
        """Commit what was just written, if the book is in git; why not, or None.

        The caller holds the book's lock, since two commits at once would spoil one another.
        """
        book = self.book()
        if book.policy.commit != "each":
            return None
        from crmcli.sync.commits import commit  # noqa: PLC0415  # starts a program

        op = self.path.removeprefix("crm ")
        return commit(book.root, paths, subject, op=op, by=by, environ=self.world.environ)

    def _show_plan(self, book: Book, change: "Change") -> None:
        diff = book.diff(change, self.today)
        if self.options.get("json"):
            from crmcli.render.json_text import to_json  # noqa: PLC0415  # only for --json

            self.world.stdout.write(to_json({"dry_run": True, "diff": diff}) + "\n")
            return
        self.world.stdout.write("".join(f"{visible(line)}\n" for line in diff.splitlines()))
        if not diff:
            self.note("nothing would change")
            return
        for sentence in (change.sentence, *change.more):
            self.note(f"Would do: {sentence}")

    def tell(self, change: "Change") -> None:
        """Say what was done: a sentence, the ids alone, or the records as JSON."""
        edits = [edit for edit in change.edits if edit.new is not None]
        shown = change.shown or tuple(e.record.id for e in edits if e.old is None)
        if self.options.get("quiet"):
            ids = shown or tuple(edit.record.id for edit in edits)
            self.world.stdout.write("".join(f"{id}\n" for id in ids))
        elif self.options.get("json"):
            from crmcli.cli.written import as_json  # noqa: PLC0415  # only for --json

            self.world.stdout.write(as_json(self.book(), change, self.today) + "\n")
        else:
            said = (change.sentence, *change.more)
            self.world.stdout.write("".join(f"{visible(sentence)}\n" for sentence in said))
        for note in change.notes:
            self.hint(note)

    # asking

    def confirm(self, question: str, remedy: str) -> None:
        """Ask for a yes on a terminal, or demand --yes.

        Raises NeedsAnswerError where nobody can be asked, UsageError on a no.
        """
        if self.options.get("yes"):
            return
        if self.options.get("no_input") or not self.world.terminal.stdin:
            raise NeedsAnswerError(
                f"{question.rstrip('?')} needs a yes", remedy=f"Try: {remedy} --yes"
            )
        self.world.stderr.write(f"{visible(question)} [y/N] ")
        self.world.stderr.flush()
        if self.world.stdin.readline().strip().casefold() not in ("y", "yes"):
            raise UsageError("nothing done")

    def text(self, value: str | None, what: str) -> str:
        """A TEXT argument: as given, from stdin for `-`, from the editor on a terminal.

        Raises NeedsAnswerError where none of them gives any.
        """
        if value == "-":
            if self.world.terminal.stdin:
                self.note("reading from the terminal; end with Ctrl-D")
            value = self.world.stdin.read()
        elif value is None:
            if self.options.get("no_input") or not self.world.terminal.stdin:
                raise NeedsAnswerError(
                    f"{what} is missing", place=self.path, remedy=f"Try: {self.path} -h"
                )
            from crmcli.cli.programs import edit_text  # noqa: PLC0415  # starts a program

            value = edit_text("", self.world.environ, suffix=".txt")
        value = value.strip()
        if not value:
            raise BadValueError(f"{what} is empty", place=self.path)
        return value


def open_file(path: str, world: World) -> bytes:
    """The bytes of a file argument; `-` is stdin.

    Raises NotFoundError if there is no such file.
    """
    if path == "-":
        buffer = getattr(world.stdin, "buffer", None)
        if buffer is None:
            return world.stdin.read().encode("utf-8", "surrogateescape")
        data: bytes = buffer.read()
        return data
    full = world.folder / Path(path).expanduser()
    try:
        return full.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"no file '{path}'") from None
    except OSError as error:
        raise NotFoundError(f"{path}: {os.strerror(error.errno or 0)}") from None
