"""The two ways to go wrong: a person's mistake, and trouble in a file."""

from enum import IntEnum
from typing import Any
from typing import NamedTuple


class ExitCode(IntEnum):
    """What the process hands back to the shell."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    NOT_FOUND = 3
    BAD_DATA = 4
    NO_BOOK = 5
    CONFLICT = 6
    POLICY = 7
    THRESHOLD = 10
    INTERRUPTED = 130


EXIT_CODE_MEANINGS = {
    ExitCode.OK: "done; also an empty list, also a pipe closed early",
    ExitCode.FAILURE: "other failure; already so (kept, done, won); an extra is missing",
    ExitCode.USAGE: "bad command, option or value; an answer is needed and nobody is there to ask",
    ExitCode.NOT_FOUND: "not found, or ambiguous; a new id that exists",
    ExitCode.BAD_DATA: "crm check found errors, the asked record is broken, an import has bad rows",
    ExitCode.NO_BOOK: "no book here or above",
    ExitCode.CONFLICT: "the file changed meanwhile, holds conflict markers, or the book is locked",
    ExitCode.POLICY: "refused by policy (consent)",
    ExitCode.THRESHOLD: "the condition of --fail-if is true",
    ExitCode.INTERRUPTED: "interrupted",
}


class Candidate(NamedTuple):
    """A record that may have been meant."""

    kind: str
    id: str
    name: str


class Problem(NamedTuple):
    """Trouble in a file: where, what, and what to do. `place` is `path` or `path:line`."""

    place: str
    what: str
    remedy: str | None = None
    level: str = "error"  # error | warning | note
    record: str | None = None
    field: str | None = None
    fixable: bool = False

    @property
    def file(self) -> str:
        """The path inside the book, without the line."""
        path, _, line = self.place.rpartition(":")
        return path if line.isdigit() else self.place

    @property
    def line(self) -> int | None:
        """The line in that file, from 1; None where there is none."""
        path, _, line = self.place.rpartition(":")
        return int(line) if path and line.isdigit() else None

    def __str__(self) -> str:
        text = f"{self.place}: {self.what}"
        return f"{text}. {self.remedy}" if self.remedy else text


class CrmError(Exception):
    """A person asked for something that cannot be done.

    `what` says what is wrong, `place` where (`file:line` or an option), `remedy` what to do.
    """

    code = ExitCode.FAILURE
    kind = "failure"

    def __init__(
        self,
        what: str,
        *,
        place: str | None = None,
        remedy: str | None = None,
        candidates: tuple[Candidate, ...] = (),
    ) -> None:
        super().__init__(what)
        self.what = what
        self.place = place
        self.remedy = remedy
        self.candidates = candidates

    def __str__(self) -> str:
        line = f"{self.place}: {self.what}" if self.place else self.what
        return f"{line}\n{self.remedy}" if self.remedy else line

    def as_json(self) -> dict[str, Any]:
        """The error object of the JSON contract.

        `file` is a path; an option or a command in its place goes before the message.
        """
        file, line, message = self.place, None, self.what
        if self.place:
            path, _, number = self.place.rpartition(":")
            if path and number.isdigit():
                file, line = path, int(number)
            elif "." not in self.place:
                file, message = None, f"{self.place}: {self.what}"
        return {
            "code": int(self.code),
            "kind": self.kind,
            "message": message,
            "hint": self.remedy,
            "candidates": [c._asdict() for c in self.candidates],
            "file": file,
            "line": line,
        }


class AlreadyError(CrmError):
    """It is so already: kept, done, won."""

    kind = "already"


class MissingExtraError(CrmError):
    """A library that comes with an extra is not installed."""

    kind = "missing_extra"


class UsageError(CrmError):
    """A bad command, option or combination."""

    code = ExitCode.USAGE
    kind = "usage"


class BadValueError(UsageError):
    """A value that its option or field does not take."""

    kind = "bad_value"


class NeedsAnswerError(UsageError):
    """A question that nobody is there to answer."""

    kind = "needs_answer"


class NotFoundError(CrmError):
    """No record of that name."""

    code = ExitCode.NOT_FOUND
    kind = "not_found"


class AmbiguousError(NotFoundError):
    """Several records of that name."""

    kind = "ambiguous"


class ExistsError(NotFoundError):
    """A new id that is taken."""

    kind = "exists"


class BadDataError(CrmError):
    """The files hold something that cannot be read."""

    code = ExitCode.BAD_DATA
    kind = "bad_data"


class NoBookError(CrmError):
    """No book here or above."""

    code = ExitCode.NO_BOOK
    kind = "no_book"


class ConflictError(CrmError):
    """The file says something else than was expected."""

    code = ExitCode.CONFLICT
    kind = "conflict"


class LockedError(ConflictError):
    """Another command is writing."""

    kind = "locked"


class PolicyError(CrmError):
    """Refused by a rule of the house."""

    code = ExitCode.POLICY
    kind = "policy"
