"""The doors for dates that a person types: a day, a moment, a promise with its day."""

import re
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from typing import Literal
from typing import NamedTuple
from typing import TypedDict

from crmcli.model.date_hints import EXAMPLES
from crmcli.model.date_hints import likely_words
from crmcli.model.date_hints import not_a_date
from crmcli.model.date_words import Found
from crmcli.model.date_words import find
from crmcli.model.date_words import normalized
from crmcli.model.days import NoSuchDayError
from crmcli.model.days import weekday_echo
from crmcli.model.errors import BadValueError

LONGEST = 64  # characters of a date
TIMED = (  # [DATE] HH:MM[:SS] [offset]
    "(?:(.*)(?:[ t]|(?<=[\u4e00-\u9fff])))?"
    "([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?) ?(z|[-+][0-9]{2}(?::?[0-9]{2})?)?"
)

Look = Literal["forward", "back"]
Period = Literal["first", "last", "refuse", "first-or-today", "last-or-today"]


class Day(NamedTuple):
    """A day, and how to say it back: `Fri 2026-11-27 (fri)`, or as it is where ISO was typed."""

    date: date
    echo: str


class Moment(NamedTuple):
    """A moment as a file holds it, an ISO time with its offset or a bare day; and its echo."""

    text: str
    echo: str


class Reading(TypedDict, total=False):
    """How an option reads a date: arguments of `read_date`."""

    look: Look
    period: Period
    past: bool
    future: bool


_DEADLINE: Reading = {"look": "forward", "period": "last", "past": False}
_PLAN: Reading = {"look": "forward", "period": "first-or-today", "past": False}
_EVENT: Reading = {"look": "back", "period": "refuse", "future": False}

OPTION_LOOKS: Mapping[str, Reading] = {
    "due": _DEADLINE,
    "close": _DEADLINE,
    "expires": _DEADLINE,
    "by": _DEADLINE,
    "end": {"look": "forward", "period": "last"},
    "until": {"look": "forward", "period": "last"},
    "on_next": _PLAN,
    "snooze": _PLAN,
    "start": {"look": "forward", "period": "first-or-today"},
    "since": {"look": "back", "period": "first"},
    "as_of": {"look": "back", "period": "last-or-today"},
    "at": _EVENT,
    "on": _EVENT,
    "made": _EVENT,
    "opened": _EVENT,
    "reported": _EVENT,
    "accepted": _EVENT,
    "joined": _EVENT,
    "any": {"look": "forward", "period": "refuse"},
}


def read_date(
    text: str,
    *,
    today: date,
    look: Look = "forward",
    period: Period = "refuse",
    past: bool = True,
    future: bool = True,
) -> Day:
    """Read a date or a date word.

    `look`: where a word without a direction of its own looks. `period`: which of its days a week,
    month, quarter or year means. `past` False refuses words for a day before today (dates written
    with their year are taken), `future` False refuses every day after today.
    Raises BadValueError, which says what to type instead.
    """
    step = 1 if look == "forward" else -1
    found = _found(text, today, step)
    day = _pick(found, today, period)
    if day is None:
        raise _not_one_day(text, found, today, future=future)
    if day < today and not past and not found.written:
        what, way = f"{_typed(text)} was {day}", 1
    elif day > today and not future:
        is_day = "" if normalized(text) == str(day) else f" {day},"
        what, way = f"{_typed(text)} is{is_day} still to come", -1
    else:
        return Day(day, _echo(text, day, found.other))
    raise BadValueError(what, remedy=_remedy(normalized(text), today, way, period))


def read_moment(text: str, *, today: date, now: datetime) -> Moment:
    """Read `DATE [HH:MM [offset]]`, an ISO time with T, or HH:MM of today; never in the future.

    `now` has an offset, which a time without one gets. A day without a time stays a bare day;
    today without a time is `now`, where `now` is of that day.
    Raises BadValueError.
    """
    timed = re.fullmatch(TIMED, normalized(text)) if len(text) <= LONGEST else None
    if not timed:
        day = read_date(text, today=today, **OPTION_LOOKS["at"])
        is_now = day.date == today == now.date()
        return Moment(now.replace(microsecond=0).isoformat() if is_now else str(day.date), day.echo)

    words, clock, offset = timed.groups("")
    found = _found(words or "today", today, -1, whole=text)
    if found.first != found.last:
        raise _not_one_day(words, found, today, future=False)
    try:
        moment = datetime.fromisoformat(f"{found.first}T{clock.zfill(5)}{offset.upper()}")
    except ValueError:
        reason = "a time is 00:00 to 23:59, an offset as +08:00"
        raise not_a_date(_typed(text), today=today, step=-1, reason=reason) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
    said = f"{clock.zfill(5)} {offset.upper()}".rstrip()
    # The clock says nothing about a today that the user chose.
    by_clock = today == now.date()
    if moment > now if by_clock else found.first > today:
        raise BadValueError(
            f"{_typed(text)} is {found.first} {said}, still to come",
            remedy=f"Try: {today} {now:%H:%M}" if by_clock else f"Try: {today}",
        )
    return Moment(moment.isoformat(), _echo(text, found.first, found.other, said))


def split_promise(text: str, *, today: date) -> tuple[str, Day]:
    """Split `quote by fri`, `週五前報價`, `送樣品，月底前` or `三天內回覆` into what and its day.

    Raises BadValueError if there is no day, nothing promised, or a day in the past.
    """
    reading = OPTION_LOOKS["by"]
    for match in reversed(list(re.finditer(r"\sby\s", text, re.IGNORECASE))):
        what, right = text[: match.start()], text[match.end() :]
        for words in (right, re.sub("[之以]?前$", "", right)):
            if len(words) <= LONGEST and _names_a_day(words, today):
                return _promised(what, read_date(words, today=today, **reading))
    refusal = None
    for what, words, mark in _deadlines(text):
        whole = _means(words + mark, today)
        base = _means(words, today)
        if whole and mark.endswith("前"):
            refusal = refusal or BadValueError(
                f"{words}{mark} is {weekday_echo(whole.first)}", remedy=f"Try: {what} by {words}內"
            )
        elif whole:
            return _promised(what, read_date(words + mark, today=today, **reading))
        elif base and (mark.endswith("前") or base.first != base.last):
            return _promised(what, read_date(words, today=today, **reading))
    raise refusal or BadValueError(
        "a promise needs a day",
        remedy="Try: TEXT by 2026-11-27, by next friday, by +3d, by 下週五, by 月底   (crm help dates)",
    )


def _deadlines(text: str) -> Iterator[tuple[str, str, str]]:
    """Each start and end of the text before 前 or 內: what is left, the words, the mark."""
    marks = "[之以]?[前內内]"
    starts = range(1, min(len(text), LONGEST) + 1)
    ends = range(max(len(text) - LONGEST, 0), len(text))
    pieces = [(text[at:], text[:at]) for at in starts] + [(text[:at], text[at:]) for at in ends]
    for what, piece in pieces:
        match = re.fullmatch(f"(.+?)({marks})", piece)
        if match:
            yield what.strip(" \t，,、；;：:"), match[1], match[2]


def _promised(what: str, day: Day) -> tuple[str, Day]:
    what = what.strip()
    if not what:
        raise BadValueError("a promise needs to say what", remedy=f"Try: TEXT by {day.date}")
    return what, day


def _found(text: str, today: date, step: int, *, whole: str | None = None) -> Found:
    """What `text` means. Raises BadValueError about `whole`, of which it may be a part."""
    reason = None
    whole = whole or text
    if len(text) > LONGEST:
        whole, reason = text[:LONGEST] + "…", f"a date has at most {LONGEST} characters"
    else:
        try:
            found = find(normalized(text), today, step)
        except NoSuchDayError as error:
            reason = str(error)
        else:
            if found:
                return found
    raise not_a_date(_typed(whole), today=today, step=step, reason=reason)


def _pick(found: Found, today: date, period: Period) -> date | None:
    """The day that is meant; None if a period is not one day here."""
    if found.first == found.last or period == "first":
        return found.first
    if period == "last":
        return found.last
    if period == "last-or-today":
        return min(found.last, today)
    if period == "first-or-today":
        return today if found.first <= today <= found.last else found.first
    return None


def _not_one_day(text: str, found: Found, today: date, *, future: bool) -> BadValueError:
    ends = [str(end) for end in (found.first, found.last) if future or end <= today]
    return BadValueError(
        f"'{_typed(text)}' is {found.first} to {found.last}: one day is needed",
        remedy=f"Try: {' or '.join(ends) or today}",
    )


def _remedy(words: str, today: date, way: int, period: Period) -> str:
    """The likely word for a day on the wrong side of today; `way` is the right side."""
    for likely in likely_words(words, way):
        found = _means(likely, today, way)
        day = _pick(found, today, period) if found else None
        if day and way * (day - today).days >= 0:
            return f"Try: {likely} ({day})"
    return f"Try: {EXAMPLES}" if way > 0 else f"Try: today ({today})"


def _means(text: str, today: date, step: int = 1) -> Found | None:
    try:
        return find(normalized(text), today, step)
    except NoSuchDayError:
        return None


def _names_a_day(text: str, today: date) -> bool:
    """True also for a day that does not exist: that is worth its own refusal."""
    try:
        return find(normalized(text), today, 1) is not None
    except NoSuchDayError:
        return True


def _echo(text: str, day: date, other: date | None, time: str = "") -> str:
    words = normalized(text)
    if words.startswith(str(day)):
        return words.upper()
    because = _typed(text) + (f", not {other}" if other else "")
    return f"{weekday_echo(day)} {time}".rstrip() + f" ({because})"


def _typed(text: str) -> str:
    return " ".join(text.split())
