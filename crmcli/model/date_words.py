"""The grammar of date words, English and Chinese: what a word means on a given day."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from datetime import timedelta
from typing import Any
from typing import NamedTuple

from crmcli.model.days import MONTHS
from crmcli.model.days import WEEKDAYS
from crmcli.model.days import NoSuchDayError
from crmcli.model.days import add_months
from crmcli.model.days import make_day
from crmcli.model.days import month_length
from crmcli.model.days import moved
from crmcli.model.days import weekday_from

FRIDAY = 4
UNITS = {"week": 0, "month": 1, "quarter": 3, "year": 12}  # length in months; a week has none
CHINESE_UNITS = {"週": "week", "月": "month", "季": "quarter", "年": "year"}
CHINESE_SPANS = {"天": "d", "週": "w", "月": "m", "年": "y"}
LEAP_YEAR = 2024


class Found(NamedTuple):
    """What a word means: a period, or one day where `first` is `last`.

    `other` is the day of its other reading, None where there is none.
    `written` dates carry their year: they mean what they say, even in the past.
    """

    first: date
    last: date
    other: date | None = None
    written: bool = False


Rule = Callable[..., Found | None]


_ONE_CHARACTER = str.maketrans("周后内这个号两国礼点", "週後內這個號兩國禮點")
_CJK = "[\u4e00-\u9fff]"


def normalized(text: str) -> str:
    """The text as the grammar reads it: NFKC, lower case, traditional, one space between words."""
    text = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    text = text.translate(_ONE_CHARACTER).replace("星期", "週").replace("禮拜", "週")
    return re.sub(f" (?={_CJK})|(?<={_CJK}) ", "", text)


def find(words: str, today: date, step: int) -> Found | None:
    """What normalized words mean today; None if they are no date.

    `step` is 1 or -1: where words without a direction of their own look, ahead or back.
    Raises NoSuchDayError for a day that the calendar does not have.
    """
    try:
        if words in WORDS:
            known, arguments = WORDS[words]
            return known(today, step, *arguments)
        for pattern, rule in PATTERNS:
            match = re.fullmatch(pattern, words)
            found = rule(today, step, **match.groupdict()) if match else None
            if found:
                return found
    except OverflowError as error:
        raise NoSuchDayError("years go from 1 to 9999") from error
    return None


def _one(day: date, other: date | None = None, *, written: bool = False) -> Found:
    return Found(day, day, None if other == day else other, written)


def _months(first: date, size: int, *, written: bool = False) -> Found:
    last = add_months(first, size - 1)
    return Found(first, last.replace(day=month_length(last.year, last.month)), written=written)


def _in_days(today: date, step: int, days: int) -> Found:
    return _one(today + timedelta(days=days))


def _weekday(today: date, step: int, number: int) -> Found:
    on_the_day = today if today.weekday() == number else None
    return _one(weekday_from(today, step, number), on_the_day)


def _weekday_of_week(today: date, step: int, week: int, number: int) -> Found:
    day = _period(today, step, week, "week").first + timedelta(days=number)
    other = None
    if abs(week) == 1 or (week == 0 and day < today):
        other = weekday_from(today, week or 1, number)
    return _one(day, other)


def _period(today: date, step: int, shift: int, unit: str) -> Found:
    size = UNITS[unit]
    if not size:
        monday = today + timedelta(days=7 * shift - today.weekday())
        return Found(monday, monday + timedelta(days=6))
    month = (today.month - 1) // size * size + 1
    return _months(add_months(date(today.year, month, 1), shift * size), size)


def _start(today: date, step: int, shift: int, unit: str) -> Found:
    return _one(_period(today, step, shift, unit).first)


def _end(today: date, step: int, shift: int, unit: str) -> Found:
    period = _period(today, step, shift, unit)
    if unit != "week":
        return _one(period.last)
    friday = period.first + timedelta(days=FRIDAY)
    return _one(period.last, friday if shift else _end_of_work_week(today, step).first)


def _end_of_work_week(today: date, step: int) -> Found:
    return _one(today if today.weekday() == FRIDAY else weekday_from(today, 1, FRIDAY))


def _bare_months(today: date, step: int, month: int, size: int) -> Found:
    found = _months(make_day(today.year, month, 1), size)
    if (step > 0 and found.last < today) or (step < 0 and found.first > today):
        return _months(add_months(found.first, 12 * step), size)
    return found


def _number(text: str) -> int:
    return int(text) if text.isdigit() else CHINESE_NUMBERS.get(text, 0)


def _day_of_month(
    today: date,
    step: int,
    *,
    month: str,
    day: str,
    year: str | None = None,
    roc: str | None = None,
) -> Found | None:
    name = MONTH_NAMES.get(month)
    if month.isascii() and month.isalpha() and not name:
        return None
    number, nth = name or _number(month), _number(day)
    if year or roc:
        in_year = int(year) if year else int(roc or 0) + 1911
        return _one(make_day(in_year, number, nth), written=True)
    at_most = month_length(LEAP_YEAR, number)
    if not 1 <= nth <= at_most:
        raise NoSuchDayError(f"{MONTHS[number - 1]} has {at_most} days at most")
    first = today.replace(month=number, day=1)
    while not _fits(first, nth, today, step):
        first = add_months(first, 12 * step)
    return _one(first.replace(day=nth))


def _nth(today: date, step: int, *, day: str, which: str | None = None, mark: str = "") -> Found:
    nth = _number(day)
    if which:
        first = add_months(today.replace(day=1), WHICH[which])
        return _one(make_day(first.year, first.month, nth))
    if not 1 <= nth <= month_length(LEAP_YEAR, 1):
        raise NoSuchDayError("a month has 31 days at most")
    first = today.replace(day=1)
    while not _fits(first, nth, today, step):
        first = add_months(first, step)
    as_a_span = mark == "日" and not day.isdigit()  # 三日: the 3rd, and not three days
    return _one(first.replace(day=nth), moved(today, step * nth, "d") if as_a_span else None)


def _fits(first: date, day: int, today: date, step: int) -> bool:
    if day > month_length(first.year, first.month):
        return False
    return step * (first.replace(day=day) - today).days >= 0


def _iso_week(today: date, step: int, *, year: str, week: str, day: str | None) -> Found:
    fourth = make_day(int(year), 1, 4)  # always in the first week; 28 December in the last
    weeks = fourth.replace(month=12, day=28).isocalendar().week
    if not 1 <= int(week) <= weeks:
        raise NoSuchDayError(f"{year} has {weeks} weeks")
    monday = fourth + timedelta(days=7 * (int(week) - 1) - fourth.weekday())
    if day:
        return _one(monday + timedelta(days=int(day) - 1), written=True)
    return Found(monday, monday + timedelta(days=6), written=True)


def _year(today: date, step: int, *, year: str) -> Found:
    return _months(make_day(int(year), 1, 1), 12, written=True)


def _month(today: date, step: int, *, month: str, year: str | None = None) -> Found:
    if year:
        return _months(make_day(int(year), int(month), 1), 1, written=True)
    return _bare_months(today, step, _number(month), 1)


def _quarter(today: date, step: int, *, quarter: str, year: str | None) -> Found:
    month = 3 * int(quarter) - 2
    if year:
        return _months(make_day(int(year), month, 1), 3, written=True)
    return _bare_months(today, step, month, 3)


def _span(
    today: date,
    step: int,
    *,
    unit: str,
    count: str = "1",
    sign: str | None = None,
    way: str | None = None,
) -> Found | None:
    number, unit = _number(count), CHINESE_SPANS.get(unit[-1], unit[0])
    if not number or (sign and way):
        return None
    if not (sign or way):
        ahead, back = moved(today, number, unit), moved(today, -number, unit)
        return _one(ahead, back) if step > 0 else _one(back, ahead)
    ago = sign == "-" or (way is not None and way.endswith(("ago", "前")))
    return _one(moved(today, -number if ago else number, unit))


def _chinese_numbers() -> dict[str, int]:
    ones = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
    tens = {"": 0, "十": 10} | {f"{ten}十": 10 * number for ten, number in ones.items()}
    numbers = {ten + one: tens[ten] + (ones | {"": 0})[one] for ten in tens for one in ("", *ones)}
    del numbers[""], numbers["一十"]
    return numbers | {"兩": 2}


CHINESE_NUMBERS = _chinese_numbers()
MONTH_NAMES = {
    word: number
    for number, name in enumerate(MONTHS, 1)
    for word in (name.lower(), name[:3].lower())
} | {"sept": 9}
WHICH = {
    f"{word}{measure}": shift
    for word, shift in {"本": 0, "這": 0, "下": 1, "下下": 2, "上": -1, "上上": -2}.items()
    for measure in ("", "個")
}
ENGLISH_WHICH = {"this ": 0, "next ": 1, "last ": -1}
NEAR_DAYS = {
    -3: "大前天",
    -2: "前天",
    -1: "yesterday 昨天 昨日",
    0: "today 今天 今日",
    1: "tomorrow 明天 明日",
    2: "後天",
    3: "大後天",
}
CHINESE_YEARS = {"今年": 0, "明年": 1, "去年": -1}


# A word that has no number in it: its rule, and the arguments after today and step.
Entries = dict[str, tuple[Rule, tuple[Any, ...]]]


def _near_words() -> Entries:
    words: Entries = {"eoww": (_end_of_work_week, ())}
    words |= {name: (_bare_months, (month, 1)) for name, month in MONTH_NAMES.items()}
    for days, names in NEAR_DAYS.items():
        words |= dict.fromkeys(names.split(), (_in_days, (days,)))
    return words


def _weekday_words() -> Entries:
    english = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
    english |= {name[:3]: number for name, number in english.items()}
    english |= {"tues": 1, "thur": 3, "thurs": 3}
    chinese = {f"週{name}": number for number, name in enumerate("一二三四五六日")} | {"週天": 6}
    words: Entries = {name: (_weekday, (number,)) for name, number in (english | chinese).items()}
    for names, prefixes in ((english, ENGLISH_WHICH), (chinese, WHICH)):
        for name, number in names.items():
            for prefix, week in prefixes.items():
                words[prefix + name] = (_weekday_of_week, (week, number))
    return words


def _english_periods() -> Entries:
    words: Entries = {}
    for unit in UNITS:
        for prefix, shift in ENGLISH_WHICH.items():
            words[prefix + unit] = (_period, (shift, unit))
        for name, rule in (("start", _start), ("end", _end)):
            words[f"{name[0]}o{unit[0]}"] = (rule, (0, unit))
            for prefix, shift in ({"": 0, "the ": 0} | ENGLISH_WHICH).items():
                words[f"{name} of {prefix}{unit}"] = (rule, (shift, unit))
    return words


def _chinese_periods() -> Entries:
    periods = {name: (shift, "year") for name, shift in CHINESE_YEARS.items()}
    for name, unit in CHINESE_UNITS.items():
        if unit != "year":
            periods |= {prefix + name: (shift, unit) for prefix, shift in WHICH.items()}
    words: Entries = {name: (_period, period) for name, period in periods.items()}
    periods |= {name: (0, unit) for name, unit in CHINESE_UNITS.items()}
    for name, period in periods.items():
        if period[1] != "week":  # 週末 is the weekend
            for edge, rule in (("初", _start), ("底", _end), ("末", _end)):
                words[name + edge] = (rule, period)
    return words


WORDS = _near_words() | _weekday_words() | _english_periods() | _chinese_periods()

_N = "(?:[0-9]{1,3}|[一二三四五六七八九十兩]{1,3})"
_DAY = "(?P<day>[0-9]{1,2})"
_YEAR = "(?P<year>[0-9]{4})"
_UNIT = "(?P<unit>days?|weeks?|months?|years?|[dwmy])"
_CHINESE_DAY = f"(?P<month>{_N})月(?P<day>{_N})[日號]"

# Text, compiled at first use: a command that reads no such word does not pay for it.
PATTERNS: tuple[tuple[str, Rule], ...] = (
    (f"{_YEAR}([-/.])(?P<month>[0-9]{{1,2}})\\2{_DAY}", _day_of_month),
    (f"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})", _day_of_month),
    (f"{_YEAR}年{_CHINESE_DAY}", _day_of_month),
    (f"民國(?P<roc>[0-9]{{1,3}})年{_CHINESE_DAY}", _day_of_month),
    (_CHINESE_DAY, _day_of_month),
    (f"(?P<month>[a-z]{{3,9}}) {_DAY}(?:st|nd|rd|th)?(?:,? {_YEAR})?", _day_of_month),
    (f"{_DAY}(?:st|nd|rd|th)?(?: of)? (?P<month>[a-z]{{3,9}})(?:,? {_YEAR})?", _day_of_month),
    (f"{_DAY}(?:st|nd|rd|th)", _nth),
    (f"(?:(?P<which>{'|'.join(WHICH)})月)?(?P<day>{_N})(?P<mark>[日號])", _nth),
    (f"{_YEAR}-w(?P<week>[0-9]{{1,2}})(?:-(?P<day>[1-7]))?", _iso_week),
    (_YEAR, _year),
    (f"{_YEAR}-(?P<month>[0-9]{{2}})", _month),
    (f"(?P<month>{_N})月", _month),
    (f"(?:{_YEAR}-)?q(?P<quarter>[1-4])", _quarter),
    (f"(?P<sign>[-+]|in )?(?P<count>[0-9]{{1,3}}) ?{_UNIT}(?P<way> ago)?", _span),
    ("(?P<sign>in )?an? (?P<unit>day|week|month|year)(?P<way> ago)?", _span),
    (f"(?P<count>{_N})(?P<unit>天|個?週|個月)(?P<way>[以之]?[前後內])?", _span),
    (f"(?P<count>{_N})(?P<unit>年)(?P<way>[以之]?[前後內])", _span),  # 115年 is no span
)
