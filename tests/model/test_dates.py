"""Date words: every form, every direction, every refusal."""

import datetime
from datetime import date
from datetime import timedelta
from datetime import timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.dates import OPTION_LOOKS
from crmcli.model.dates import read_date
from crmcli.model.dates import read_moment
from crmcli.model.dates import split_promise
from crmcli.model.days import weekday_echo
from crmcli.model.errors import BadValueError
from crmcli.model.errors import ExitCode

SATURDAY = date(2026, 11, 21)
TAIPEI = timezone(timedelta(hours=8))
NOW = datetime.datetime(2026, 11, 21, 10, 0, 30, 500, tzinfo=TAIPEI)
EXAMPLES = "Try: 2026-11-27, next friday, +3d, 下週五, 月底   (crm help dates)"


def read(text, look="forward", today=SATURDAY, **more):
    return str(read_date(text, today=today, look=look, **more).date)


def refusal(text, option="due", today=SATURDAY):
    with pytest.raises(BadValueError) as caught:
        read_date(text, today=today, **OPTION_LOOKS[option])
    assert caught.value.code == ExitCode.USAGE
    return str(caught.value)


def full(day):
    return day if len(day) == len("2026-12-01") else f"2026-{day}"


# words | day, or the day ahead / the day back; the year is 2026 where none is written
DAYS = """
2026-12-01, 2026/12/1, 2026.12.01, 20261201 | 12-01
２０２６－１２－０１ | 12-01
today | 11-21
tomorrow | 11-22
yesterday | 11-20
今天, 今日 | 11-21
明天, 明日 | 11-22
昨天, 昨日 | 11-20
後天, 后天 | 11-23
大後天, 大后天 | 11-24
前天 | 11-19
大前天 | 11-18
fri, friday, FRI, " Friday " | 11-27 / 11-20
週五, 周五, 星期五, 禮拜五, 礼拜五 | 11-27 / 11-20
sat, 週六, 周六 | 11-28 / 11-14
sun, 週日, 周日, 週天, 星期天 | 11-22 / 11-15
mon, 週一 | 11-23 / 11-16
tue, tues, tuesday, 週二 | 11-24 / 11-17
thu, thur, thurs, thursday, 週四 | 11-26 / 11-19
this friday, this fri, 本週五, 這週五, 这周五, 這個週五, 这个星期五 | 11-20
next friday, next fri, 下週五, 下周五, 下星期五, 下禮拜五, 下個禮拜五, 下个星期五 | 11-27
last friday, 上週五, 上個週五 | 11-13
next sat | 11-28
next sunday, 下週日 | 11-29
下下週五, 下下個週五 | 12-04
上上週五 | 11-06
+3d, in 3 days, +3 days, in 3d | 11-24
三天後, 三天后, 3天後, 3 天 後, 三天內, 三天内, 三天以內, 三天之後, 三天以后 | 11-24
3d, 3 days, 三天, 3天 | 11-24 / 11-18
-3d, 3 days ago, 三天前, 三天以前, 三天之前 | 11-18
2w, 2 weeks, 兩週, 两周 | 12-05 / 11-07
十天後 | 12-01
十五天後 | 12-06
二十一天後 | 12-12
+1m, in a month, 一個月後 | 12-21
in a week, +1w, 一週後, 一個星期後 | 11-28
a week | 11-28 / 11-14
a week ago, 一週前 | 11-14
兩週後, 两周后, 二週後 | 12-05
兩個月後 | 2027-01-21
一年後, +1y, in 1 year | 2027-11-21
一年前, a year ago | 2025-11-21
sow, start of week, start of this week | 11-16
eow, end of week | 11-22
eoww | 11-27
som, start of month, 月初, 本月初 | 11-01
eom, end of month, end of the month, 月底, 本月底, 月末, 這個月底 | 11-30
end of next month, 下月底, 下個月底, 下个月底 | 12-31
start of last month, 上月初 | 10-01
eoq, eoy, end of year, 季末, 季底, 年底, 今年底 | 12-31
soq, 季初 | 10-01
soy, 年初 | 01-01
明年底, end of next year | 2027-12-31
去年初 | 2025-01-01
下個月15號, 下月15日 | 12-15
上個月十五號 | 10-15
15th, 15日, 15號, 15号, 十五號 | 12-15 / 11-15
1st | 12-01 / 11-01
21st, Nov 21, 21 november | 11-21
31st | 12-31 / 10-31
12月1日, 十二月一日, 12月1號, １２月１日, 12 月 1 日 | 12-01 / 2025-12-01
Dec 1, 1 Dec, 1st of December, december 1st | 12-01 / 2025-12-01
Nov 3 | 2027-11-03 / 11-03
Feb 29 | 2028-02-29 / 2024-02-29
2026年12月1日, 民國115年12月1日, 民国 115 年 12 月 1 日 | 12-01
Dec 1 2026, 1 Dec, 2026, December 1st 2026 | 12-01
2026-W48-5 | 11-27
"""
# the comma of `1 Dec, 2026` is its own
DAY_ROWS = [
    (word.strip().strip('"'), *(full(day.strip()) for day in (days.split("/") * 2)[:2]))
    for row in DAYS.replace("1 Dec, 2026", "1 Dec; 2026").strip().splitlines()
    for words, days in [row.split(" | ")]
    for word in words.replace("Dec; ", "Dec， ").split(", ")
]


@pytest.mark.parametrize(("word", "ahead", "back"), DAY_ROWS)
def test_a_word_means_its_day_on_a_saturday(word, ahead, back):
    assert (read(word, "forward"), read(word, "back")) == (ahead, back)


PERIODS = [
    ("2026-W48, next week, 下週, 下個星期", "2026-11-23", "2026-11-29"),
    ("this week, 本週, 這週", "2026-11-16", "2026-11-22"),
    ("last week, 上週", "2026-11-09", "2026-11-15"),
    ("2026-12, next month, 下個月, 下月", "2026-12-01", "2026-12-31"),
    ("this month, 本月, 這個月", "2026-11-01", "2026-11-30"),
    ("last month, 上個月, 上月", "2026-10-01", "2026-10-31"),
    ("2026-Q4, q4, this quarter, 本季", "2026-10-01", "2026-12-31"),
    ("next quarter, 下季", "2027-01-01", "2027-03-31"),
    ("last quarter, 上季", "2026-07-01", "2026-09-30"),
    ("2027, next year, 明年", "2027-01-01", "2027-12-31"),
    ("this year, 今年", "2026-01-01", "2026-12-31"),
    ("last year, 去年", "2025-01-01", "2025-12-31"),
    ("nov, november, 11月, 十一月", "2026-11-01", "2026-11-30"),
]


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [(word, first, last) for words, first, last in PERIODS for word in words.split(", ")],
)
@pytest.mark.parametrize("look", ["forward", "back"])
def test_a_period_has_a_first_and_a_last_day(word, first, last, look):
    assert read(word, look, period="first") == first
    assert read(word, look, period="last") == last


@pytest.mark.parametrize(
    ("word", "ahead", "back"),
    [
        ("q1", ("2027-01-01", "2027-03-31"), ("2026-01-01", "2026-03-31")),
        ("dec", ("2026-12-01", "2026-12-31"), ("2025-12-01", "2025-12-31")),
        ("12月", ("2026-12-01", "2026-12-31"), ("2025-12-01", "2025-12-31")),
        ("十二月", ("2026-12-01", "2026-12-31"), ("2025-12-01", "2025-12-31")),
        ("may", ("2027-05-01", "2027-05-31"), ("2026-05-01", "2026-05-31")),
    ],
)
def test_a_bare_month_or_quarter_looks_as_the_option_looks(word, ahead, back):
    for look, (first, last) in (("forward", ahead), ("back", back)):
        assert (read(word, look, period="first"), read(word, look, period="last")) == (first, last)


FRIDAYS = ("fri", "this fri", "next fri", "下週五", "last fri", "eow", "eoww")


@pytest.mark.parametrize(
    ("days", "back", "ahead"),
    [
        ([16, 17, 18, 19], 13, (20, 20, 27, 27, 13, 22, 20)),
        ([20], 13, (27, 20, 27, 27, 13, 22, 20)),
        ([21, 22], 20, (27, 20, 27, 27, 13, 22, 27)),
    ],
)
def test_fridays_by_the_weekday_of_today(days, back, ahead):
    for day in days:
        today = date(2026, 11, day)
        assert tuple(int(read(word, today=today)[-2:]) for word in FRIDAYS) == ahead
        assert read("fri", "back", today=today) == f"2026-11-{back}"


@pytest.mark.parametrize(
    ("today", "word", "first", "last"),
    [
        (date(2026, 12, 28), "next week", "2027-01-04", "2027-01-10"),
        (date(2027, 1, 1), "this week", "2026-12-28", "2027-01-03"),
        (date(2027, 1, 1), "2026-W53", "2026-12-28", "2027-01-03"),
        (date(2026, 12, 31), "+2m", "2027-02-28", "2027-02-28"),
        (date(2027, 1, 31), "+1m", "2027-02-28", "2027-02-28"),
        (date(2028, 2, 29), "+1y", "2029-02-28", "2029-02-28"),
        (date(2026, 12, 31), "next month", "2027-01-01", "2027-01-31"),
        (date(2027, 1, 1), "last quarter", "2026-10-01", "2026-12-31"),
        (date(2026, 12, 31), "31st", "2026-12-31", "2026-12-31"),
        (date(2027, 2, 1), "31st", "2027-03-31", "2027-03-31"),
        (date(2096, 3, 1), "Feb 29", "2104-02-29", "2104-02-29"),
    ],
)
def test_years_and_months_end(today, word, first, last):
    assert read(word, today=today, period="first") == first
    assert read(word, today=today, period="last") == last


@pytest.mark.parametrize(
    ("option", "word", "day"),
    [
        ("due", "next week", "2026-11-29"),
        ("on_next", "next week", "2026-11-23"),
        ("on_next", "this week", "2026-11-21"),
        ("on_next", "2026-10", "2026-10-01"),
        ("snooze", "this month", "2026-11-21"),
        ("start", "this month", "2026-11-21"),
        ("start", "last month", "2026-10-01"),
        ("since", "last month", "2026-10-01"),
        ("since", "30d", "2026-10-22"),
        ("until", "this month", "2026-11-30"),
        ("until", "yesterday", "2026-11-20"),
        ("end", "下個月", "2026-12-31"),
        ("as_of", "last month", "2026-10-31"),
        ("as_of", "this month", "2026-11-21"),
        ("as_of", "fri", "2026-11-20"),
        ("at", "fri", "2026-11-20"),
        ("joined", "2024-03-01", "2024-03-01"),
        ("any", "fri", "2026-11-27"),
        ("any", "yesterday", "2026-11-20"),
        ("due", "today", "2026-11-21"),
        ("due", "2026-10-01", "2026-10-01"),
        ("due", "2026-10", "2026-10-31"),
    ],
)
def test_an_option_looks_its_own_way(option, word, day):
    assert str(read_date(word, today=SATURDAY, **OPTION_LOOKS[option]).date) == day


@pytest.mark.parametrize(
    ("today", "look", "word", "echo"),
    [
        (21, "forward", "2026-11-27", "2026-11-27"),
        (21, "forward", "下週五", "Fri 2026-11-27 (下週五)"),
        (21, "forward", " Next  Friday ", "Fri 2026-11-27 (Next Friday)"),
        (16, "forward", "next friday", "Fri 2026-11-27 (next friday, not 2026-11-20)"),
        (16, "forward", "下週五", "Fri 2026-11-27 (下週五, not 2026-11-20)"),
        (16, "forward", "next mon", "Mon 2026-11-23 (next mon)"),
        (20, "forward", "next friday", "Fri 2026-11-27 (next friday)"),
        (21, "back", "last friday", "Fri 2026-11-13 (last friday, not 2026-11-20)"),
        (16, "back", "last friday", "Fri 2026-11-13 (last friday)"),
        (21, "forward", "this friday", "Fri 2026-11-20 (this friday, not 2026-11-27)"),
        (16, "forward", "this friday", "Fri 2026-11-20 (this friday)"),
        (20, "forward", "fri", "Fri 2026-11-27 (fri, not 2026-11-20)"),
        (21, "forward", "fri", "Fri 2026-11-27 (fri)"),
        (21, "forward", "next sunday", "Sun 2026-11-29 (next sunday, not 2026-11-22)"),
        (21, "forward", "下週日", "Sun 2026-11-29 (下週日, not 2026-11-22)"),
        (16, "forward", "eow", "Sun 2026-11-22 (eow, not 2026-11-20)"),
        (16, "forward", "end of next week", "Sun 2026-11-29 (end of next week, not 2026-11-27)"),
        (21, "forward", "eoww", "Fri 2026-11-27 (eoww)"),
        (21, "forward", "2w", "Sat 2026-12-05 (2w, not 2026-11-07)"),
        (21, "back", "30d", "Thu 2026-10-22 (30d, not 2026-12-21)"),
        (21, "forward", "三日", "Thu 2026-12-03 (三日, not 2026-11-24)"),
        (21, "forward", "3日", "Thu 2026-12-03 (3日)"),
        (21, "forward", "三天", "Tue 2026-11-24 (三天, not 2026-11-18)"),
        (21, "forward", "+3m", "Sun 2027-02-21 (+3m)"),
        (21, "forward", "民國115年12月1日", "Tue 2026-12-01 (民國115年12月1日)"),
    ],
)
def test_the_echo_says_the_day_and_the_other_reading(today, look, word, echo):
    assert read_date(word, today=date(2026, 11, today), look=look).echo == echo


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-02-30", ": February 2026 has 28 days"),
        ("2026-13-01", ": a year has 12 months"),
        ("0000-01-01", ": years go from 1 to 9999"),
        ("2026-W54", ": 2026 has 53 weeks"),
        ("2025-W53", ": 2025 has 52 weeks"),
        ("Feb 30", ": February has 29 days at most"),
        ("31 apr", ": April has 30 days at most"),
        ("32nd", ": a month has 31 days at most"),
        ("下周八", ""),
        ("1", ": 1st or +1d?"),
        ("2", ": 2nd or +2d?"),
        ("3", ": 3rd or +3d?"),
        ("13", ": 13th or +13d?"),
        ("15", ": 15th or +15d?"),
        ("45", ": +45d?"),
        ("0", ""),
        ("weekend", ""),
        ("週末", ""),
        ("soon", ""),
        ("asap", ""),
        ("", ""),
        ("+0d", ""),
        ("in 3 days ago", ""),
        ("三三天", ""),
        ("3 foo", ""),
        ("115年", ""),
        ("明天 下午三點", ": write 明天 15:00"),
        ("明天早上九點半", ": write 明天 09:30"),
        ("3pm", ": write 15:00"),
        ("12am", ": write 00:00"),
        ("tomorrow 3:15 pm", ": write tomorrow 15:15"),
        ("foo 3pm", ""),
        ("13pm", ""),
        ("晚上十二點", ""),
        ("tomorrow 15:00", ": a time is HH:MM, and only --at and --reported take one"),
        ("foo 15:00", ""),
        ("01/12/2026", ": write 2026-12-01 or 2026-01-12"),
        ("12/25", ": write 2026-12-25"),
        ("1/2", ": write 2027-02-01 or 2027-01-02"),
        ("25/12/2026", ": write 2026-12-25"),
        ("1/2/26", ": write 2026-02-01 or 2026-01-02"),
        ("115/12/01", ": write 2026-12-01 or 民國115年12月1日"),
        ("115/13/01", ": a year has 12 months"),
        ("26-12-01", ": write 2026-12-01 or 2001-12-26"),
        ("45/45/2026", ""),
    ],
)
def test_what_is_no_date_is_refused_with_five_examples(text, why):
    assert refusal(text) == f"'{text}' is not a date{why}\n{EXAMPLES}"


def test_short_numbers_look_back_where_the_option_does():
    assert "write 2026-02-01 or 2026-01-02" in refusal("1/2", "at")
    assert "write 2025-12-25" in refusal("12/25", "at")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("next fryday", "next friday"), ("tommorow", "tomorrow"), ("3 dyas", "3 days")],
)
def test_a_slip_of_the_finger_is_told(text, meant):
    assert refusal(text) == f"'{text}' is not a date\nDid you mean '{meant}'? {EXAMPLES}"


def test_a_date_has_at_most_64_characters():
    assert read(" " * 60 + "fri") == "2026-11-27"
    assert "at most 64 characters" in refusal(" " * 62 + "fri")


@pytest.mark.parametrize("option", ["due", "on_next", "close", "expires", "by", "snooze"])
def test_a_word_for_a_day_that_is_over_is_refused(option):
    expected = "this friday was 2026-11-20\nTry: friday (2026-11-27)"
    assert refusal("this friday", option) == expected


@pytest.mark.parametrize(
    ("word", "day", "likely"),
    [
        ("yesterday", "2026-11-20", "tomorrow (2026-11-22)"),
        ("本週五", "2026-11-20", "週五 (2026-11-27)"),
        ("last friday", "2026-11-13", "friday (2026-11-27)"),
        ("last week", "2026-11-15", "next week (2026-11-29)"),
        ("-3d", "2026-11-18", "+3d (2026-11-24)"),
        ("3 days ago", "2026-11-18", "3 days (2026-11-24)"),
        ("三天前", "2026-11-18", "三天後 (2026-11-24)"),
        ("som", "2026-11-01", "start of next month (2026-12-01)"),
        ("月初", "2026-11-01", "下月初 (2026-12-01)"),
        ("去年底", "2025-12-31", "年底 (2026-12-31)"),
        ("本月15號", "2026-11-15", "15號 (2026-12-15)"),
    ],
)
def test_the_likely_word_is_offered_for_a_day_that_is_over(word, day, likely):
    assert refusal(word) == f"{word} was {day}\nTry: {likely}"


@pytest.mark.parametrize("option", ["at", "on", "made", "opened", "reported", "accepted", "joined"])
def test_what_has_happened_is_never_still_to_come(option):
    assert refusal("2026-11-22", option) == ("2026-11-22 is still to come\nTry: today (2026-11-21)")
    assert refusal("next friday", option) == (
        "next friday is 2026-11-27, still to come\nTry: friday (2026-11-20)"
    )
    assert refusal("last week", option) == (
        "'last week' is 2026-11-09 to 2026-11-15: one day is needed\nTry: 2026-11-09 or 2026-11-15"
    )
    assert refusal("this week", option).endswith("Try: 2026-11-16")
    assert refusal("next week", option).endswith("Try: 2026-11-21")


@pytest.mark.parametrize(
    ("text", "stored", "echo"),
    [
        ("2026-11-20", "2026-11-20", "2026-11-20"),
        ("yesterday", "2026-11-20", "Fri 2026-11-20 (yesterday)"),
        ("today", "2026-11-21T10:00:30+08:00", "Sat 2026-11-21 (today)"),
        ("9:05", "2026-11-21T09:05:00+08:00", "Sat 2026-11-21 09:05 (9:05)"),
        ("fri 14:30", "2026-11-20T14:30:00+08:00", "Fri 2026-11-20 14:30 (fri 14:30)"),
        ("昨天 15:00", "2026-11-20T15:00:00+08:00", "Fri 2026-11-20 15:00 (昨天 15:00)"),
        ("昨天１５：００", "2026-11-20T15:00:00+08:00", "Fri 2026-11-20 15:00 (昨天１５：００)"),
        ("2026-11-20 14:30", "2026-11-20T14:30:00+08:00", "2026-11-20 14:30"),
        ("2026-11-20T14:30", "2026-11-20T14:30:00+08:00", "2026-11-20T14:30"),
        ("2026-11-20T14:30:15+09:00", "2026-11-20T14:30:15+09:00", "2026-11-20T14:30:15+09:00"),
        ("2026-11-20 14:30 -0500", "2026-11-20T14:30:00-05:00", "2026-11-20 14:30 -0500"),
        ("2026-11-20T06:30Z", "2026-11-20T06:30:00+00:00", "2026-11-20T06:30Z"),
        ("today 11:00 +09:00", "2026-11-21T11:00:00+09:00", None),
        ("tomorrow 00:30 +23:00", "2026-11-22T00:30:00+23:00", None),
    ],
)
def test_a_moment_is_stored_with_its_offset_or_as_a_bare_day(text, stored, echo):
    moment = read_moment(text, today=SATURDAY, now=NOW)
    assert moment.text == stored
    assert echo in (None, moment.echo)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("14:30", "14:30 is 2026-11-21 14:30, still to come\nTry: 2026-11-21 10:00"),
        ("today 10:01", "today 10:01 is 2026-11-21 10:01, still to come\nTry: 2026-11-21 10:00"),
        ("tomorrow", "tomorrow is 2026-11-22, still to come\nTry: yesterday (2026-11-20)"),
        ("2026-11-22 09:00", "2026-11-22 09:00, still to come\nTry: 2026-11-21 10:00"),
        ("fri 25:00", "'fri 25:00' is not a date: a time is 00:00 to 23:59, an offset as +08:00"),
        ("fri 10:00 +99:00", "is not a date: a time is 00:00 to 23:59"),
        ("foo 10:00", "'foo 10:00' is not a date\n"),
        ("2026-02-30 10:00", "'2026-02-30 10:00' is not a date: February 2026 has 28 days"),
        ("last week 10:00", "one day is needed"),
        ("last week", "one day is needed"),
        ("soon", f"'soon' is not a date\n{EXAMPLES}"),
        ("x" * 99, "at most 64 characters"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(text, what):
    with pytest.raises(BadValueError) as caught:
        read_moment(text, today=SATURDAY, now=NOW)
    assert what in str(caught.value)


@pytest.mark.parametrize("today", [date(2026, 10, 1), date(2027, 3, 1)])
def test_the_clock_says_nothing_about_a_today_that_was_chosen(today):
    assert read_moment("today", today=today, now=NOW).text == str(today)
    assert read_moment("23:30", today=today, now=NOW).text == f"{today}T23:30:00+08:00"
    with pytest.raises(BadValueError, match="still to come"):
        read_moment("tomorrow 00:10", today=today, now=NOW)


@pytest.mark.parametrize(
    ("text", "what", "day", "echo"),
    [
        ("quote by fri", "quote", "11-27", "Fri 2026-11-27 (fri)"),
        ("Quote BY Fri", "Quote", "11-27", "Fri 2026-11-27 (Fri)"),
        ("stand by our price by 2026-12-01", "stand by our price", "12-01", "2026-12-01"),
        ("quote by next week", "quote", "11-29", "Sun 2026-11-29 (next week)"),
        ("道歉並給交期 by 下週五", "道歉並給交期", "11-27", "Fri 2026-11-27 (下週五)"),
        ("回覆 by 三天內", "回覆", "11-24", "Tue 2026-11-24 (三天內)"),
        ("回覆 by 下週五前", "回覆", "11-27", "Fri 2026-11-27 (下週五)"),
        ("週五之前把報價發給客戶", "把報價發給客戶", "11-27", "Fri 2026-11-27 (週五)"),
        ("周五以前，把报价发给客户", "把报价发给客户", "11-27", "Fri 2026-11-27 (周五)"),
        ("送樣品，月底前", "送樣品", "11-30", "Mon 2026-11-30 (月底)"),
        ("送樣品下週五前", "送樣品", "11-27", "Fri 2026-11-27 (下週五)"),
        ("2026年12月1日前完成", "完成", "12-01", "Tue 2026-12-01 (2026年12月1日)"),
        ("三天內回覆", "回覆", "11-24", "Tue 2026-11-24 (三天內)"),
        ("三天之内回复", "回复", "11-24", "Tue 2026-11-24 (三天之内)"),
        ("回覆，一週以內", "回覆", "11-28", "Sat 2026-11-28 (一週以內)"),
        ("本週內回覆", "回覆", "11-22", "Sun 2026-11-22 (本週)"),
        ("三個月前的報價要重做，月底前", "三個月前的報價要重做", "11-30", "Mon 2026-11-30 (月底)"),
    ],
)
def test_a_promise_is_split_into_what_and_when(text, what, day, echo):
    split, due = split_promise(text, today=SATURDAY)
    assert (split, str(due.date), due.echo) == (what, full(day), echo)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("三天前送到", "三天前 is Wed 2026-11-18\nTry: 送到 by 三天內"),
        ("call by phone", "a promise needs a day\nTry: TEXT by 2026-11-27"),
        ("quote soon", "a promise needs a day\n"),
        ("目前沒有", "a promise needs a day\n"),
        ("月底內回覆", "a promise needs a day\n"),
        ("", "a promise needs a day\n"),
        (" by fri", "a promise needs to say what\n"),
        ("週五前", "a promise needs to say what\n"),
        ("quote by this friday", "this friday was 2026-11-20\nTry: friday (2026-11-27)"),
        ("本週五前報價", "本週五 was 2026-11-20\nTry: 週五 (2026-11-27)"),
        ("quote by 2026-02-30", "'2026-02-30' is not a date: February 2026 has 28 days\n"),
        ("quote by " + "fri " * 30, "a promise needs a day\n"),
    ],
)
def test_a_promise_without_a_day_to_keep_it_is_refused(text, error):
    with pytest.raises(BadValueError) as caught:
        split_promise(text, today=SATURDAY)
    assert str(caught.value).startswith(error)


PIECES = """
mon fri sun next last this week month year of end start in ago by a day 3 15 99 999 31st dec feb
eow q4 + - d w m y / : . 10:30 T 2026 2026-12 -W53 0 前 後 內 之 以 天 週 周 個 月 年 日 號 下 上 本 這 底
初 末 大 今 明 去 一 二 三 十 兩 五 民國 點 下午 ，
"""
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES.split()), max_size=6).map(" ".join),
    st.lists(st.sampled_from(PIECES.split()), max_size=6).map("".join),
)
OPTIONS = st.sampled_from(sorted(OPTION_LOOKS))


def answer_of(call, *args, **kwargs):
    """What a door gives; None where it refuses and says what to do."""
    try:
        return call(*args, **kwargs)
    except BadValueError as error:
        return None if error.remedy else "a refusal without a remedy"


@given(TEXTS, OPTIONS, st.dates())
def test_any_text_is_a_day_or_a_plain_refusal(text, option, today):
    reading = OPTION_LOOKS[option]
    found = answer_of(read_date, text, today=today, **reading)
    if found is not None:
        assert str(found.date) in found.echo
        assert reading.get("future", True) or found.date <= today


@given(TEXTS, st.dates(), st.datetimes(timezones=st.just(TAIPEI)))
def test_any_moment_is_iso_or_a_plain_refusal(text, today, now):
    moment = answer_of(read_moment, text, today=today, now=now)
    assert moment is None or datetime.datetime.fromisoformat(moment.text)


@given(TEXTS, TEXTS, st.dates())
def test_any_promise_is_split_or_plainly_refused(what, when, today):
    for text in (what, f"{what} by {when}", f"{when}前{what}", f"{what}{when}內"):
        found = answer_of(split_promise, text, today=today)
        assert found is None or (found[0] and str(found[1].date) in found[1].echo)


@given(st.dates(), st.dates(), OPTIONS)
def test_an_iso_day_is_itself_for_every_option(day, today, option):
    reading = OPTION_LOOKS[option]
    if reading.get("future", True) or day <= today:
        assert read_date(day.isoformat(), today=today, **reading) == (day, day.isoformat())
    else:
        assert "still to come" in refusal(day.isoformat(), option, today)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(["mon", "wed", "sun"]))
def test_a_weekday_is_one_to_seven_days_off(today, word):
    ahead = read_date(word, today=today).date
    back = read_date(word, today=today, look="back").date
    assert 1 <= (ahead - today).days <= 7
    assert 1 <= (today - back).days <= 7
    assert weekday_echo(ahead)[:3].lower() == weekday_echo(back)[:3].lower() == word
