"""What one run of crm is about: its day, its book, who I am, how answers are to look."""

import datetime
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crmcli.book.book import Book
from crmcli.book.book import find_root
from crmcli.cli.world import World
from crmcli.model.dates import OPTION_LOOKS
from crmcli.model.dates import Day
from crmcli.model.dates import read_date
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NoBookError
from crmcli.model.errors import UsageError
from crmcli.render.answer import FORMATS
from crmcli.render.answer import Style


class Context:
    """The world, the options and the book of one run, and what follows from them."""

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
        """Read a date word as that option reads it."""
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

    # looks

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

    def columns(self) -> int:
        """How wide a text on stdout may be; 0: as wide as it is, for it goes to no terminal."""
        return self._width() if self.world.terminal.stdout else 0

    def _width(self) -> int:
        columns = self.world.environ.get("COLUMNS", "")
        return int(columns) if columns.isdigit() and int(columns) > 0 else self.world.terminal.width

    def colour(self, terminal: bool) -> bool:
        """Whether a stream gets colour: an option before the environment, that before the terminal."""
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
