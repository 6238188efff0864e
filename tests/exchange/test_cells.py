import datetime

import pytest

from crmcli.exchange.cells import decide_dates
from crmcli.exchange.cells import decide_numbers
from crmcli.exchange.cells import is_scientific
from crmcli.model.errors import BadDataError
from crmcli.model.errors import BadValueError

TAIPEI = datetime.timezone(datetime.timedelta(hours=8))


def dates(*texts: str, order: str | None = None) -> list[str | None]:
    column = decide_dates(texts, given=order, column="day", place="a.csv")
    return [None if (day := column.read(text)) is None else day.isoformat() for text in texts]


def numbers(*texts: str, sign: str | None = None) -> list[str]:
    column = decide_numbers(texts, given=sign, column="worth", place="a.csv")
    return [column.read(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    ["2026-11-03", "2026/11/3", "2026.11.03", "20261103", "2026年11月3日", "２０２６-１１-０３", "3 Nov 2026", "3-Nov-2026", "Nov 3, 2026", "November 3rd 2026", "2026-11-03 09:30", "2026-11-03T09:30:00+08:00", "3. November 2026"],
)  # fmt: skip
def test_a_day_that_cannot_be_mistaken_is_taken(text: str) -> None:
    assert dates(text) == ["2026-11-03"]


def test_a_value_above_12_decides_for_the_whole_column() -> None:
    assert dates("03/04/2026", "25/04/2026") == ["2026-04-03", "2026-04-25"]
    assert dates("03/04/2026", "04/25/2026 10:00") == ["2026-03-04", "2026-04-25"]
    assert dates("05.05.2026") == ["2026-05-05"]


@pytest.mark.parametrize("texts", [("03/04/2026",), ("03/04/2026", "2026-01-01", "05-06-2026")])
def test_an_open_order_is_asked_for(texts: tuple[str, ...]) -> None:
    with pytest.raises(BadDataError) as told:
        dates(*texts)
    assert "column 'day': 03/04/2026 can be read in two ways" in str(told.value)
    assert "--date-order dmy or mdy" in str(told.value)
    assert dates(*texts, order="mdy")[0] == "2026-03-04"


def test_two_orders_in_one_column_are_asked_for() -> None:
    with pytest.raises(BadDataError, match="two orders"):
        dates("25/04/2026", "04/25/2026")
    with pytest.raises(BadValueError, match="read as day/month/year"):
        dates("25/04/2026", "04/25/2026", order="dmy")


def test_years_of_two_digits_need_the_order() -> None:
    with pytest.raises(BadDataError, match="two digits"):
        dates("25-04-26")
    assert dates("25-04-26", order="dmy") == ["2026-04-25"]
    assert dates("25-04-26", order="ymd") == ["2025-04-26"]
    assert dates("01/02/70", "01/02/69", order="dmy") == ["1970-02-01", "2069-02-01"]


@pytest.mark.parametrize("text", ["0000-00-00", "00/00/0000", "0/0/00"])
def test_a_date_of_zeros_is_none(text: str) -> None:
    assert dates(text) == [None]


@pytest.mark.parametrize("text", ["2026-02-30", "soon", "2026", "115/12/01", "31/31/2026"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="is not a date"):
        dates(text, order="dmy")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026-11-03", "2026-11-03"),
        ("2026-11-03 09:30", "2026-11-03T09:30:00+08:00"),
        ("2026-11-03T09:30:15Z", "2026-11-03T09:30:15+00:00"),
        ("2026-11-03T09:30-05:00", "2026-11-03T09:30:00-05:00"),
        ("25/11/2026 9:05 PM", "2026-11-25T21:05:00+08:00"),
        ("2026-11-03 12:00 am", "2026-11-03T00:00:00+08:00"),
        ("0000-00-00", None),
    ],
)
def test_a_time_gets_the_zone_it_lacks(text: str, stored: str | None) -> None:
    column = decide_dates([text], given=None, column="at", place="a.csv")
    assert column.moment(text, TAIPEI) == stored


def test_a_time_that_is_none_is_refused() -> None:
    column = decide_dates([], given=None, column="at", place="a.csv")
    with pytest.raises(BadValueError, match="not a time"):
        column.moment("2026-11-03 25:00", TAIPEI)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("--03-07", "--03-07"), ("1604-03-07", "--03-07"), ("1980-03-07", "1980-03-07")],
)
def test_a_birthday_may_lack_its_year(text: str, kept: str) -> None:
    assert decide_dates([text], given=None, column="b", place="a.csv").birthday(text) == kept


def test_the_column_tells_which_sign_stands_before_decimals() -> None:
    assert numbers("1.200,50", "3.400", "7") == ["1200.5", "3400", "7"]
    assert numbers("1,200.50", "3,400", "7") == ["1200.5", "3400", "7"]
    assert numbers("12,5", "1.200") == ["12.5", "1200"]
    assert numbers("12.5", "1.200") == ["12.5", "1.2"]
    assert numbers("1.200.000") == ["1200000"]
    assert numbers("0.125", "0.5") == ["0.125", "0.5"]
    assert numbers("1'200.50", "1 200 000") == ["1200.5", "1200000"]


def test_signs_and_units_around_a_number_stay() -> None:
    assert numbers("NT$1,200", "USD 5.50", "1.2m", "(500)", "-7") == [
        "NT$1200",
        "USD 5.5",
        "1.2m",
        "(500)",
        "-7",
    ]


def test_1_200_alone_is_asked_for_and_1comma200_is_not() -> None:
    assert numbers("1,200", "3,400") == ["1200", "3400"]
    with pytest.raises(BadDataError, match="two ways") as told:
        numbers("1.200", "3.400")
    assert "--decimal point or --decimal comma" in str(told.value)
    assert numbers("1.200", sign="comma") == ["1200"]
    assert numbers("1.200", sign="point") == ["1.2"]
    with pytest.raises(BadDataError, match="two ways"):
        numbers("1,5", "1.5")


def test_what_is_no_number_stays_as_it_is() -> None:
    assert numbers("n/a", "1,5,2.3.4") == ["n/a", "1,5,2.3.4"]


def test_cut_digits_are_seen() -> None:
    assert is_scientific("9.12346E+08")
    assert is_scientific("9,1e8")
    assert not is_scientific("0912345678")
    assert not is_scientific("1C1I7A6R")
