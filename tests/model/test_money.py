"""Money, percents, minutes and numbers: every row of the table, and the edges."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.currencies import CURRENCIES
from crmcli.model.currencies import SHARED_SIGNS
from crmcli.model.currencies import SIGNS
from crmcli.model.errors import BadValueError
from crmcli.model.money import quantized
from crmcli.model.money import read_currency
from crmcli.model.money import read_decimal
from crmcli.model.money import read_minutes
from crmcli.model.money import read_money
from crmcli.model.money import read_percent
from crmcli.model.money import read_whole
from crmcli.model.money import show_money


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("1200000", "1200000", "TWD"),
        ("1,200,000", "1200000", "TWD"),
        ("1 200 000", "1200000", "TWD"),
        ("1\u00a0200\u202f000", "1200000", "TWD"),
        ("1200000.00", "1200000", "TWD"),
        ("1,200,000.50", "1200000.50", "TWD"),
        ("1200.5", "1200.50", "TWD"),
        ("120k", "120000", "TWD"),
        ("120 K", "120000", "TWD"),
        ("1.2m", "1200000", "TWD"),
        ("1.2M", "1200000", "TWD"),
        ("1.5bn", "1500000000", "TWD"),
        ("1.5 BN", "1500000000", "TWD"),
        ("120萬", "1200000", "TWD"),
        ("120万", "1200000", "TWD"),
        ("１２０萬", "1200000", "TWD"),
        ("1.2億", "120000000", "TWD"),
        ("1.2亿", "120000000", "TWD"),
        ("120萬元", "1200000", "TWD"),
        ("TWD 1,200", "1200", "TWD"),
        ("1200 twd", "1200", "TWD"),
        ("TWD1200", "1200", "TWD"),
        ("NT$1,200", "1200", "TWD"),
        ("新台幣1200", "1200", "TWD"),
        ("新臺幣 1,200元", "1200", "TWD"),
        ("USD 500", "500", "USD"),
        ("500 usd", "500", "USD"),
        ("US$500", "500", "USD"),
        ("USD $500", "500", "USD"),
        ("$500 CAD", "500", "CAD"),
        ("US$ 1.5bn", "1500000000", "USD"),
        ("1.2m usd", "1200000", "USD"),
        ("HK$500", "500", "HKD"),
        ("S$500", "500", "SGD"),
        ("A$500", "500", "AUD"),
        ("C$500", "500", "CAD"),
        ("€500", "500", "EUR"),
        ("500 €", "500", "EUR"),
        ("£500", "500", "GBP"),
        ("₩500", "500", "KRW"),
        ("RMB 500", "500", "CNY"),
        ("人民幣500", "500", "CNY"),
        ("5mop", "5", "MOP"),
        ("0", "0", "TWD"),
        ("0.00", "0", "TWD"),
        ("0.125 KWD", "0.125", "KWD"),
        ("KWD 1.200", "1.200", "KWD"),
        ("JPY 12.00", "12", "JPY"),
    ],
)
def test_an_amount_is_read_as_it_was_meant(typed, amount, currency):
    read = read_money(typed, currency="TWD")
    assert (str(read[0]), read[1]) == (amount, currency)


@pytest.mark.parametrize(
    ("typed", "book"),
    [
        ("1200元", "TWD"),
        ("1200元", "CNY"),
        ("1200元", "HKD"),
        ("$500", "TWD"),
        ("$500", "NZD"),
        ("¥500", "JPY"),
        ("￥500", "CNY"),
    ],
)
def test_a_shared_sign_means_the_currency_of_the_book(typed, book):
    assert read_money(typed, currency=book)[1] == book


@pytest.mark.parametrize(
    ("typed", "book", "what", "remedy"),
    [
        ("1200元", "EUR", "元 is not EUR", "Write TWD 1200 or CNY 1200 or HKD 1200"),
        ("$500", "EUR", "$ is not EUR", "Write USD 500 or TWD 500 or HKD 500"),
        ("¥500", "TWD", "¥ is not TWD", "Write JPY 500 or CNY 500"),
        ("1.200", "TWD", "two ways", "Write 1200 or 1.20"),
        ("1.200", "JPY", "two ways", "Write 1200"),
        ("1.200m", "JPY", "two ways", "Write 1200m or 1.20m"),
        ("1,20", "TWD", "is not an amount", "Write 1.20"),
        ("1,2m", "TWD", "is not an amount", "Write 1.2m"),
        ("1.200,50", "TWD", "is not an amount", "Write 1200.50"),
        ("1 200,50", "TWD", "is not an amount", "Write 1200.50"),
        ("1.200.000", "TWD", "is not an amount", "Write 1200000"),
        ("12,00,000", "TWD", "is not an amount", "Write 1200000"),
        ("12.345", "TWD", "TWD has 2 decimals", "Write 12.34 or 12.35"),
        ("JPY 12.5", "TWD", "JPY has no decimals", "Write 12 or 13"),
        ("-500", "TWD", "an amount is not negative", "Write 500"),
        ("−500", "TWD", "an amount is not negative", "Write 500"),
        ("USD -500", "TWD", "an amount is not negative", "Write 500"),
        ("(500)", "TWD", "an amount is not negative", "Write 500"),
        ("XYZ 500", "TWD", "'XYZ' is not a known currency code", "Try: an ISO 4217 code"),
        ("500 TDW", "EUR", "'TDW' is not a known currency code", "Did you mean TWD"),
        ("USD 500 EUR", "TWD", "names two currencies", "Write USD 500 or EUR 500"),
        ("9" * 19, "TWD", "has more than 18 digits", None),
        ("9" * 17 + "bn", "TWD", "has more than 18 digits", None),
        ("1." + "1" * 5000, "TWD", "has more than 18 digits", None),
    ],
)
def test_what_could_mean_two_things_is_refused_with_what_to_write(typed, book, what, remedy):
    with pytest.raises(BadValueError) as refused:
        read_money(typed, currency=book)
    assert what in refused.value.what
    assert refused.value.what.startswith(f"'{typed[:40]}")
    assert (refused.value.remedy or "").startswith(remedy or "")
    assert len(refused.value.what) < 120


@pytest.mark.parametrize(
    "typed",
    [
        "1e6",
        "nan",
        "inf",
        "10%",
        "三十萬",
        "abc",
        "",
        ".5",
        "5.",
        "1'200",
        "1_000",
        "1 20",
        "1,200,",
        "500 usdt",
        "٥٠٠",
        "--5",
        "k",
        "$",
        "0x10",
        "(5",
        "5 5k",
    ],
)
def test_what_is_no_amount_is_refused_with_examples(typed):
    with pytest.raises(BadValueError) as refused:
        read_money(typed, currency="TWD", negative=True)
    assert refused.value.remedy


def test_refund_lines_may_be_negative():
    assert read_money("-500", currency="TWD", negative=True) == (Decimal(-500), "TWD")
    assert read_money("USD -1.2k", currency="TWD", negative=True) == (Decimal(-1200), "USD")
    with pytest.raises(BadValueError):
        read_money("(500)", currency="TWD", negative=True)


def test_unit_prices_may_have_six_decimals():
    read = read_money("12.345", currency="TWD", decimals_max=6)
    assert str(read[0]) == "12.345"
    assert read_money("0.000001", currency="JPY", decimals_max=6)[0] == Decimal("0.000001")
    with pytest.raises(BadValueError, match="up to 6 decimals"):
        read_money("0.0000001", currency="TWD", decimals_max=6)


@given(st.text(alphabet="0123456789.,-() kmbnNTUSD$¥元萬億%e"))
def test_an_amount_is_read_or_refused_and_never_crashes(text):
    try:
        amount, currency = read_money(text, currency="TWD", negative=True)
    except BadValueError:
        return
    assert amount.is_finite()
    assert read_money(show_money(amount, currency), currency="EUR", negative=True) == (
        amount,
        currency,
    )


@given(st.decimals(min_value=0, max_value=10**15, places=2), st.sampled_from(["TWD", "USD", "EUR"]))
def test_what_is_shown_is_read_back(amount, currency):
    assert read_money(show_money(amount, currency), currency="JPY") == (amount, currency)
    assert Decimal(quantized(amount, currency)) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "shown", "json"),
    [
        ("1200000", "TWD", "TWD 1,200,000", "1200000.00"),
        ("1200000.00", "TWD", "TWD 1,200,000", "1200000.00"),
        ("1200.5", "TWD", "TWD 1,200.50", "1200.50"),
        ("0", "TWD", "TWD 0", "0.00"),
        ("-500", "USD", "USD -500", "-500.00"),
        ("-0.001", "USD", "USD 0", "0.00"),
        ("12.6", "JPY", "JPY 13", "13"),
        ("1.2", "KWD", "KWD 1.200", "1.200"),
        ("1E+6", "TWD", "TWD 1,000,000", "1000000.00"),
        ("9" * 40, "JPY", "JPY " + "9" + ",999" * 13, "9" * 40),
    ],
)
def test_money_is_shown_with_its_code_first(amount, currency, shown, json):
    assert show_money(Decimal(amount), currency) == shown
    assert quantized(Decimal(amount), currency) == json


def test_an_exact_price_keeps_its_decimals():
    price = Decimal("12.345600")
    assert show_money(price, "TWD", exact=True) == "TWD 12.3456"
    assert quantized(price, "TWD", exact=True) == "12.3456"
    assert quantized(Decimal(3), "TWD", exact=True) == "3.00"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("twd", "TWD"), (" USD ", "USD"), ("NT$", "TWD"), ("人民幣", "CNY"), ("€", "EUR")],
)
def test_a_currency_is_named_by_code_sign_or_word(typed, code):
    assert read_currency(typed) == code


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [("$", "Write USD or TWD or HKD"), ("TDW", "Did you mean TWD"), ("", "Try")],
)
def test_an_unknown_currency_is_refused(typed, remedy):
    with pytest.raises(BadValueError) as refused:
        read_currency(typed)
    assert refused.value.remedy.startswith(remedy)


def test_the_table_of_currencies_is_whole():
    assert len(CURRENCIES) == 166
    assert {len(code) for code in CURRENCIES} == {3}
    assert [CURRENCIES[code] for code in ("TWD", "JPY", "KWD", "CLF")] == [2, 0, 3, 4]
    assert set(SIGNS.values()) | {c for some in SHARED_SIGNS.values() for c in some} <= set(
        CURRENCIES
    )


@pytest.mark.parametrize(
    ("typed", "percent"), [("0", 0), ("100", 100), ("50%", 50), ("50 ％", 50), ("７０", 70)]
)
def test_a_probability_is_a_whole_percentage(typed, percent):
    assert read_percent(typed) == percent


@pytest.mark.parametrize("typed", ["101", "-1", "0.5", "50.5", "", "%", "half", "1000"])
def test_what_is_no_percentage_is_refused(typed):
    with pytest.raises(BadValueError, match="from 0 to 100"):
        read_percent(typed)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("90", 90), ("1h30", 90), ("1h30m", 90), ("1H 30M", 90), ("45m", 45), ("2h", 120), ("0", 0)],
)
def test_minutes_are_read_as_minutes_or_hours(typed, minutes):
    assert read_minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["", "h", "m", "1.5h", "1:30", "-5", "an hour", "1h90", "5s"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(BadValueError):
        read_minutes(typed)


def test_an_hour_has_sixty_minutes():
    with pytest.raises(BadValueError) as refused:
        read_minutes("1h60")
    assert refused.value.remedy == "Write 120"
    assert read_minutes("1h59") == 119


def test_a_whole_number_keeps_its_limits():
    assert [read_whole(typed, 1, 5) for typed in ("1", "５", " 3 ")] == [1, 5, 3]
    assert read_whole("1000", 0) == 1000
    assert read_whole("-3", -5, 5) == -3
    for typed in ("0", "6", "1.0", "", "x", "9" * 5000):
        with pytest.raises(BadValueError, match="from 1 to 5"):
            read_whole(typed, 1, 5)
    with pytest.raises(BadValueError, match="from 0 up"):
        read_whole("-1", 0)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        ("1,200", "1200"),
        ("0.125", "0.125"),
        ("2.50", "2.5"),
        ("1.000001", "1.000001"),
    ],
)
def test_a_plain_number_is_read(typed, number):
    assert str(read_decimal(typed)) == number


@pytest.mark.parametrize("typed", ["", "12k", "USD 5", "-1", "1.200", "1,20", "0.0000001", "1e3"])
def test_what_is_no_plain_number_is_refused(typed):
    with pytest.raises(BadValueError):
        read_decimal(typed)


def test_a_plain_number_may_be_negative_where_it_is_allowed():
    assert read_decimal("-1.5", negative=True) == Decimal("-1.5")
