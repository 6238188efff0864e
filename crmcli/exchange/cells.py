"""Dates and numbers as a whole column writes them: never decided by one cell alone."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from crmcli.model.errors import BadDataError
from crmcli.model.errors import BadValueError

ORDERS = ("ymd", "dmy", "mdy")
DECIMALS = {"point": ".", "comma": ","}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS_A_YEAR = 12
CENTURY_TURN = 70  # two digits from here on are 19xx
NO_YEAR = 1604  # what address books write for a birthday without a year

_ZERO = re.compile(r"0+[-/.]0+[-/.]0+")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号號]?")
_PARTS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[-/. ]+([a-z]{3,9})[-/., ]+(\d{4})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")
_BIRTHDAY = re.compile(r"--(\d{2})-?(\d{2})")
_TIMED = re.compile(
    r"(?P<day>.+?)[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r" *(?P<half>[ap]\.?m\.?)? *(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_CORE = re.compile(r"[0-9](?:[0-9.,'’ ]*[0-9])?")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)


class Dates(NamedTuple):
    """How a column writes its dates: the order of day, month and year where the year is last."""

    order: str | None

    def read(self, text: str) -> datetime.date | None:
        """The day of a cell, whatever time follows it; None for a date of zeros.

        Raises BadValueError.
        """
        clean = _clean(text)
        timed = _TIMED.fullmatch(clean)
        day = (timed["day"] if timed else clean).rstrip("T ,").lower()
        if _ZERO.fullmatch(day):
            return None
        numbers = self._numbers(day)
        if numbers is not None:
            try:
                return datetime.date(*numbers)
            except ValueError:
                pass
        raise BadValueError(
            f"'{text}' is not a date{self._as_read()}", remedy="Write it as 2026-11-27"
        )

    def moment(self, text: str, zone: datetime.tzinfo | None) -> str | None:
        """An ISO time with its offset, by default that of `zone`; a day alone stays a bare day.

        None for a date of zeros. Raises BadValueError.
        """
        day = self.read(text)
        timed = _TIMED.fullmatch(_clean(text))
        if day is None or timed is None:
            return None if day is None else day.isoformat()
        hour = int(timed["hour"])
        if timed["half"]:
            hour = hour % 12 + (12 if timed["half"][0] in "pP" else 0)
        try:
            clock = datetime.time(hour, int(timed["minute"]), int(timed["second"] or 0))
        except ValueError:
            raise BadValueError(f"'{text}' is not a time") from None
        offset = zone if timed["zone"] is None else _zone(timed["zone"])
        return datetime.datetime.combine(day, clock, offset).isoformat()

    def birthday(self, text: str) -> str | None:
        """A birthday as it is kept: an ISO day, or `--MM-DD` where the year is not known."""
        yearless = _BIRTHDAY.fullmatch(_clean(text))
        if yearless:
            month, day = yearless.groups()
            self.read(f"2000-{month}-{day}")
            return f"--{month}-{day}"
        found = self.read(text)
        if found is None:
            return None
        return f"--{found:%m-%d}" if found.year == NO_YEAR else found.isoformat()

    def _numbers(self, day: str) -> tuple[int, int, int] | None:
        for form in (_YEAR_FIRST, _CHINESE):
            if found := form.fullmatch(day):
                return _date([int(part) for part in found.groups() if part])
        if found := _DAY_MONTH.fullmatch(day):
            return _named(found[3], found[2], found[1])
        if found := _MONTH_DAY.fullmatch(day):
            return _named(found[3], found[1], found[2])
        if found := _PARTS.fullmatch(day):
            first, second, third = found.groups()
            if self.order == "ymd":
                whole = len(first) == len(third) == 2  # noqa: PLR2004  # digits
                return (_year(first), int(second), int(third)) if whole else None
            date, month = (second, first) if self.order == "mdy" else (first, second)
            return _year(third), int(month), int(date)
        return None

    def _as_read(self) -> str:
        words = {"y": "year", "m": "month", "d": "day"}
        return f", read as {'/'.join(words[letter] for letter in self.order)}" if self.order else ""


def decide_dates(texts: Iterable[str], *, given: str | None, column: str, place: str) -> Dates:
    """How a column writes its dates: a value above 12 decides the order for all of it.

    Raises BadDataError where the values leave the order open, or contradict each other.
    """
    if given:
        return Dates(given)
    days, months, open_ones = [], [], []
    for text in texts:
        clean = _clean(text)
        timed = _TIMED.fullmatch(clean)
        found = _PARTS.fullmatch(timed["day"] if timed else clean)
        if not found or _ZERO.fullmatch(found[0]):
            continue
        first, second = int(found[1]), int(found[2])
        if len(found[3]) == 2:  # noqa: PLR2004  # digits
            raise _ask(column, place, f"{text} has a year of two digits", ORDERS)
        if first > MONTHS_A_YEAR:
            days.append(text)
        elif second > MONTHS_A_YEAR:
            months.append(text)
        elif first != second:
            open_ones.append(text)
    if days and months:
        raise _ask(column, place, f"{days[0]} and {months[0]} are of two orders", ORDERS[1:])
    if not days and not months and open_ones:
        raise _ask(column, place, f"{open_ones[0]} can be read in two ways", ORDERS[1:])
    return Dates("mdy" if months else "dmy")


def _ask(column: str, place: str, what: str, orders: tuple[str, ...]) -> BadDataError:
    return BadDataError(
        f"column '{column}': {what}, and nothing in it decides",
        place=place,
        remedy=f"Try: --date-order {' or '.join(orders)}",
    )


class Numbers(NamedTuple):
    """How a column writes its numbers: `.` or `,` before the decimals."""

    decimal: str

    def read(self, text: str) -> str:
        """The same text with its number as we write it, `1.200,50` as `1200.5`."""
        clean = unicodedata.normalize("NFKC", text).strip()
        found = _CORE.search(clean)
        if found is None:
            return clean
        group = "," if self.decimal == "." else "."
        bare = re.sub("[ '’]", "", found[0]).replace(group, "")
        if bare.count(self.decimal) > 1:
            return clean
        whole, _, rest = bare.partition(self.decimal)
        rest = rest.rstrip("0")
        number = f"{whole}.{rest}" if rest else whole
        return clean[: found.start()] + number + clean[found.end() :]


def decide_numbers(texts: Iterable[str], *, given: str | None, column: str, place: str) -> Numbers:
    """How a column writes its numbers; `1,200` alone is twelve hundred, `1.200` alone is asked.

    `given` is `point` or `comma`. Raises BadDataError where the values do not tell, or contradict.
    """
    if given:
        return Numbers(DECIMALS[given])
    votes: dict[str, str] = {}
    for text in texts:
        found = _CORE.search(unicodedata.normalize("NFKC", text))
        vote = _vote(re.sub("[ '’]", "", found[0])) if found else None
        if vote:
            votes.setdefault(vote, text)
    if "." in votes and "," in votes:
        what = f"{votes['.']} and {votes[',']} are written in two ways"
    elif "." not in votes and "," not in votes and "?" in votes:
        what = f"{votes['?']} can be read in two ways"
    else:
        return Numbers("," if "," in votes else ".")
    raise BadDataError(
        f"column '{column}': {what}, and nothing in it decides",
        place=place,
        remedy="Try: --decimal point or --decimal comma",
    )


def _vote(number: str) -> str | None:
    """Which sign stands before the decimals; `?`: it may be either, None: there is none."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return max(".,", key=number.rfind)
    if points + commas > 1:
        return "," if points else "."
    sign = "." if points else "," if commas else None
    if sign is None:
        return None
    whole, _, rest = number.partition(sign)
    thousands = len(rest) == 3 and len(whole) <= 3 and whole != "0"  # noqa: PLR2004  # digits
    if not thousands:
        return sign
    return "?" if sign == "." else None


def is_scientific(text: str) -> bool:
    """Whether a spreadsheet has made `9.12346E+08` of an id or a phone: its digits are lost."""
    return _SCIENTIFIC.fullmatch(text.strip()) is not None


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _year(text: str) -> int:
    if len(text) == 4:  # noqa: PLR2004  # digits
        return int(text)
    return int(text) + (1900 if int(text) >= CENTURY_TURN else 2000)


def _named(year: str, month: str, day: str) -> tuple[int, int, int] | None:
    known = month[:3] in MONTHS
    return (int(year), MONTHS.index(month[:3]) + 1, int(day)) if known else None


def _date(numbers: list[int]) -> tuple[int, int, int]:
    year, month, day = numbers
    return year, month, day


def _zone(text: str) -> datetime.tzinfo:
    if text.upper() in ("Z", "UTC"):
        return datetime.UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-offset if text[0] == "-" else offset)
