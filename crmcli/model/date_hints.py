"""What to type instead: why a text is no date, and which word was likely meant."""

import re
from collections.abc import Callable
from collections.abc import Iterator
from datetime import date

from crmcli.model.date_words import CHINESE_NUMBERS
from crmcli.model.date_words import find
from crmcli.model.date_words import normalized
from crmcli.model.days import MONTHS
from crmcli.model.days import WEEKDAYS
from crmcli.model.days import NoSuchDayError
from crmcli.model.days import make_day
from crmcli.model.errors import BadValueError

EXAMPLES = "2026-11-27, next friday, +3d, 下週五, 月底   (crm help dates)"

VOCABULARY = tuple(
    [name.lower() for name in WEEKDAYS + MONTHS]
    + ["today", "tomorrow", "yesterday", "this", "next", "last", "start", "end", "ago"]
    + ["week", "weeks", "month", "months", "quarter", "year", "years", "day", "days"]
)

# Where a word gave a day in the past, it was likely one of these changes of it; tried in order.
AHEAD = (
    ("this ", ""),
    ("last ", ""),
    ("this ", "next "),
    ("last ", "next "),
    ("start of the ", "start of next "),
    ("start of ", "start of next "),
    ("sow", "start of next week"),
    ("som", "start of next month"),
    ("soq", "start of next quarter"),
    ("soy", "start of next year"),
    ("yesterday", "tomorrow"),
    (" ago", ""),
    ("-", "+"),
    ("本月", ""),
    ("本", ""),
    ("本", "下"),
    ("這個月", ""),
    ("這個", ""),
    ("這", ""),
    ("這", "下"),
    ("上個月", ""),
    ("上個", ""),
    ("上上", "下"),
    ("上", ""),
    ("上", "下"),
    ("月初", "下月初"),
    ("季初", "下季初"),
    ("年初", "明年初"),
    ("去", ""),
    ("今", "明"),
    ("去", "明"),
    ("昨", "明"),
    ("前", "後"),
)
# The same for a day that is still to come.
BACK = (
    ("this ", ""),
    ("next ", ""),
    ("next ", "last "),
    ("end of the ", "end of last "),
    ("end of ", "end of last "),
    ("eow", "end of last week"),
    ("eom", "end of last month"),
    ("eoq", "end of last quarter"),
    ("eoy", "end of last year"),
    ("tomorrow", "yesterday"),
    ("in ", ""),
    ("+", "-"),
    ("本", ""),
    ("這個", ""),
    ("這", ""),
    ("下個月", ""),
    ("下個", ""),
    ("下下", "上"),
    ("下", ""),
    ("下", "上"),
    ("月底", "上月底"),
    ("季底", "上季底"),
    ("年底", "去年底"),
    ("明", "昨"),
    ("後", "前"),
    ("內", "前"),
)


def likely_words(words: str, step: int) -> Iterator[str]:
    """Words that may have been meant by normalized `words`, where `step` is the way to look."""
    for old, new in AHEAD if step > 0 else BACK:
        if old in words:
            yield words.replace(old, new, 1)


def not_a_date(text: str, *, today: date, step: int, reason: str | None = None) -> BadValueError:
    """The refusal of a text: the reason, if one is given or seen, and what to type instead."""
    words = normalized(text)
    reason = reason or _reason(words, today, step)
    meant = None if reason else _meant(words, today, step)
    return BadValueError(
        f"'{text}' is not a date" + (f": {reason}" if reason else ""),
        remedy=(f"Did you mean '{meant}'? " if meant else "") + f"Try: {EXAMPLES}",
    )


def _meant(words: str, today: date, step: int) -> str | None:
    if not words.isascii():
        return None
    # Only a mistake needs it, and it brings difflib.
    from crmcli.model.nearest import nearest  # noqa: PLC0415

    found: list[str] = []
    for word in words.split():
        alike: tuple[str, ...] = ()
        if word.isalpha() and word not in VOCABULARY:
            near_length = [each for each in VOCABULARY if abs(len(each) - len(word)) <= 1]
            alike = nearest(word, near_length, 1)
        found += alike or (word,)
    meant = " ".join(found)
    return meant if _is_date(meant, today, step) else None


def _is_date(words: str, today: date, step: int) -> bool:
    try:
        return find(words, today, step) is not None
    except NoSuchDayError:
        return False


def _reason(words: str, today: date, step: int) -> str | None:
    for pattern, reason in REASONS:
        match = re.fullmatch(pattern, words)
        if match:
            return reason(today, step, **match.groupdict())
    return None


def _bare_number(today: date, step: int, *, number: str) -> str | None:
    count = int(number)
    if not count:
        return None
    ending = {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th") if count // 10 != 1 else "th"
    return f"{count}{ending} or +{count}d?" if count <= 31 else f"+{count}d?"  # noqa: PLR2004


def _clock(
    today: date, step: int, *, day: str | None, half: str, hour: str, minute: str | None
) -> str | None:
    """A time of day in words, on the clock's face of 12 hours."""
    number = int(hour) if hour.isdigit() else CHINESE_NUMBERS.get(hour, 0)
    minutes = {None: 0, "半": 30}[minute] if minute in (None, "半") else int(minute)
    midnight = half == "晚上" and number == 12  # noqa: PLR2004  # of which day?
    if not (1 <= number <= 12 and minutes < 60) or midnight:  # noqa: PLR2004
        return None
    if day and not _is_date(day, today, step):
        return None
    number = number % 12 + (12 if half in ("pm", "下午", "晚上") else 0)
    return f"write {day or ''} {number:02}:{minutes:02}".replace("  ", " ")


def _time(today: date, step: int, *, day: str) -> str | None:
    if day and not _is_date(day, today, step):
        return None
    return "a time is HH:MM, and only --at and --reported take one"


def _roc_year(today: date, step: int, *, year: str, month: str, day: str) -> str:
    try:
        found = make_day(int(year) + 1911, int(month), int(day))
    except NoSuchDayError as error:
        return str(error)
    return f"write {found} or 民國{int(year)}年{int(month)}月{int(day)}日"


def _no_order(
    today: date, step: int, *, one: str, mark: str, two: str, three: str | None
) -> str | None:
    """Numbers whose order nobody knows: every order that gives a day."""
    first, second = int(one), int(two)
    orders = [(second, first), (first, second)]  # month, day
    if three is None:
        days = [(_near_year(today, step, *order), *order) for order in orders]
    else:
        short = len(three) < len("2026")
        days = [(int(three) + (2000 if short else 0), *order) for order in orders]
        if short and mark == "-":
            days.insert(0, (2000 + first, second, int(three)))
    shown = dict.fromkeys(str(date(*day)) for day in days if _exists(*day))
    return f"write {' or '.join(shown)}" if shown else None


def _near_year(today: date, step: int, month: int, day: int) -> int:
    if step > 0:
        return today.year + ((month, day) < (today.month, today.day))
    return today.year - ((month, day) > (today.month, today.day))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        make_day(year, month, day)
    except NoSuchDayError:
        return False
    return True


_HOUR = "(?P<hour>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_SHORT = "(?P<one>[0-9]{1,2})(?P<mark>[-/.])(?P<two>[0-9]{1,2})"

REASONS: tuple[tuple[str, Callable[..., str | None]], ...] = (
    ("(?P<number>[0-9]{1,3})", _bare_number),
    ("(?P<year>[0-9]{3})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})", _roc_year),
    (f"{_SHORT}(?:[-/.](?P<three>[0-9]{{4}}|[0-9]{{2}}))?", _no_order),
    ("(?:(?P<day>.*) )?(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))? ?(?P<half>[ap]m)", _clock),
    (
        f"(?P<day>.*?)(?P<half>[上下]午|早上|晚上){_HOUR}點(?:(?P<minute>半|[0-9]{{1,2}})分?)?",
        _clock,
    ),
    ("(?P<day>.*?)[ t]?[0-9]{1,2}:[0-9]{2}.*", _time),
)
