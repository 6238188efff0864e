"""One run of crm: how an answer is shown, a change saved, a question asked."""

import datetime
import os
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.book.book import Book
from crmcli.book.book import find_root
from crmcli.cli.context import Context
from crmcli.cli.world import World
from crmcli.model.dates import OPTION_LOOKS
from crmcli.model.dates import read_date
from crmcli.model.errors import BadValueError
from crmcli.model.errors import ExistsError
from crmcli.model.errors import ExitCode
from crmcli.model.errors import NeedsAnswerError
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import UsageError
from crmcli.model.names import is_id
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


class Run(Context):
    """What a command body needs: `book()`, `day(word, option)`, `me()`, `show(table)`, `save(action)`."""

    # answering

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
            root = self._book.root if self._book else find_root(self.world.folder)
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
        """Say something beside the answer, on stderr; on a terminal no wider than it."""
        line = visible(text)
        columns = self._width() if self.world.terminal.stderr else 0
        if columns and len(line) > columns // 2:  # half: its characters may be wide
            from crmcli.render.width import fold  # noqa: PLC0415  # only a long one needs it

            line = "\n".join(fold(line, columns))
        self.world.stderr.write(f"{line}\n")

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
                    paths = book.apply(change, self.today, before=self.take_in)
                    warning = self.commit(paths, change.subject, by)
                break
            except ExistsError as error:
                if attempt == TRIES - 1 or not is_id(error.place or ""):
                    raise
        self.tell(change)
        if warning:
            self.note(warning)
        return change

    def take_in(self, paths: Sequence[str]) -> None:
        """Commit hand edits of files that a command is about to change, apart from the command."""
        if self.book().policy.commit == "each":
            from crmcli.sync.commits import take_in  # noqa: PLC0415  # starts a program

            take_in(self.book().root, paths, environ=self.world.environ)

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
