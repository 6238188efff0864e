"""Amounts, percents, minutes and numbers: as typed, as stored, as shown."""

import re
import unicodedata
from decimal import ROUND_CEILING
from decimal import ROUND_FLOOR
from decimal import Decimal
from decimal import getcontext
from typing import Never

from crmcli.model.currencies import CURRENCIES
from crmcli.model.currencies import SHARED_SIGNS
from crmcli.model.currencies import SIGNS
from crmcli.model.currencies import decimals_of
from crmcli.model.errors import BadValueError
from crmcli.model.nearest import nearest

PRICE_DECIMALS = 6
MAX_DIGITS = 18  # before the point; more would be rounded by the index and by spreadsheets

_AMOUNT_EXAMPLES = "Try: 1200000, 1,200,000, 120k, 1.2m, 120萬, USD 500   (crm help money)"
_CODE_EXAMPLES = "Try: an ISO 4217 code, as TWD, USD, EUR   (crm help money)"
_NUMBER_EXAMPLES = "Try: 12, 1,200, 0.125"
_MINUTES_EXAMPLES = "Try: 90, 45m, 1h30"

_UNITS = {"bn": 9, "k": 3, "m": 6, "萬": 4, "万": 4, "億": 8, "亿": 8}  # powers of ten
_SHAPE = re.compile(
    r"(?P<sign>-?) ?(?P<head>[^0-9-]*?) ?(?P<minus>-?)(?P<number>[0-9](?:[0-9., ]*[0-9])?)"
    r" ?(?P<tail>[^0-9]*)"
)
_PLAIN = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]+)?")
_POINT_OR_GROUP = re.compile(r"([1-9][0-9]{0,2})\.([0-9]{2})0")
_COMMA_AS_POINT = re.compile(r"[0-9]+,[0-9]{1,2}|[0-9]{1,3}(?:[. ][0-9]{3})+,[0-9]+")
_POINTS_AS_COMMAS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_COMMAS_ASTRAY = re.compile(r"[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?")
_MINUTES = re.compile(r"(?:([0-9]{1,3}) ?h ?)?(?:([0-9]{1,5}) ?m?)?")


def read_money(
    text: str, *, currency: str, decimals_max: int | None = None, negative: bool = False
) -> tuple[Decimal, str]:
    """The amount and its currency, which is `currency` where the text names none.

    Takes as many decimals as the currency has, or `decimals_max`. Without trailing zeros beyond
    those of the currency; a whole amount has no decimals. `negative` allows a minus.
    Raises BadValueError for anything that could be read in two ways.
    """
    head, number, unit, tail = _parts(text, negative=negative)
    code = _currency(text, head, tail, number, currency)
    own = decimals_of(code)
    allowed = own if decimals_max is None else decimals_max
    amount = _value(text, number, unit, own)
    if -_exponent(amount) > allowed:
        count = {0: "no decimals", 1: "1 decimal"}.get(allowed, f"{allowed} decimals")
        step = Decimal(1).scaleb(-allowed)
        near = (amount.quantize(step, way) for way in (ROUND_FLOOR, ROUND_CEILING))
        whose = f"{code} has" if decimals_max is None else "a price has up to"
        raise BadValueError(
            f"{_quoted(text)}: {whose} {count}", remedy="Write " + " or ".join(map(str, near))
        )
    return amount, code


def read_decimal(text: str, *, negative: bool = False) -> Decimal:
    """A plain number, as a quantity or a rate: up to 6 decimals, no currency, no unit.

    Raises BadValueError.
    """
    typed = _clean(text)
    bare = typed.removeprefix("-")
    if not _PLAIN.fullmatch(bare) or (bare != typed and not negative):
        raise BadValueError(f"{_quoted(text)} is not a number", remedy=_NUMBER_EXAMPLES)
    number = _value(text, typed, unit="", own=1)
    if -_exponent(number) > PRICE_DECIMALS:
        raise BadValueError(f"{_quoted(text)} has more than {PRICE_DECIMALS} decimals")
    return number


def read_currency(text: str) -> str:
    """The code of a currency typed as code, sign or word: `twd`, `NT$`, `人民幣`.

    Raises BadValueError if it is not known, or the sign of several.
    """
    typed = _clean(text)
    code = _known_currency(typed)
    if code is None and typed in SHARED_SIGNS:
        some = " or ".join(SHARED_SIGNS[typed][:3])
        raise BadValueError(
            f"{_quoted(text)} is the sign of several currencies", remedy=f"Write {some}"
        )
    return code or _refuse_code(text.strip())


def read_percent(text: str) -> int:
    """A probability, 0 to 100, with or without `%`. Raises BadValueError."""
    typed = _clean(text).removesuffix("%").rstrip()
    if not re.fullmatch("[0-9]{1,3}", typed) or int(typed) > 100:  # noqa: PLR2004 (per hundred)
        raise BadValueError(
            f"{_quoted(text)} is not a whole percentage from 0 to 100", remedy="Try: 50 or 50%"
        )
    return int(typed)


def read_minutes(text: str) -> int:
    """Minutes, from `90`, `45m`, `2h`, `1h30` or `1h30m`. Raises BadValueError."""
    found = _MINUTES.fullmatch(_clean(text))
    hours, minutes = found.groups() if found else (None, None)
    if hours is None and minutes is None:
        raise BadValueError(f"{_quoted(text)} is not a time in minutes", remedy=_MINUTES_EXAMPLES)
    if hours and minutes and int(minutes) > 59:  # noqa: PLR2004 (the clock's)
        raise BadValueError(
            f"{_quoted(text)}: an hour has 60 minutes",
            remedy=f"Write {60 * int(hours) + int(minutes)}",
        )
    return 60 * int(hours or 0) + int(minutes or 0)


def read_whole(text: str, low: int, high: int | None = None) -> int:
    """A whole number from `low` to `high`, both included; None is no limit.

    Raises BadValueError.
    """
    typed = _clean(text)
    number = int(typed) if re.fullmatch(f"-?[0-9]{{1,{MAX_DIGITS}}}", typed) else None
    if number is None or number < low or (high is not None and number > high):
        limits = f"from {low} to {high}" if high is not None else f"from {low} up"
        raise BadValueError(f"{_quoted(text)} is not a whole number {limits}")
    return number


def show_money(amount: Decimal, currency: str, *, exact: bool = False) -> str:
    """`TWD 1,200,000`: the code first, grouped by three, decimals only if there are any.

    Rounded to the decimals of the currency, unless `exact` (unit prices).
    """
    number = f"{amount:z,.{_shown_decimals(amount, currency, exact)}f}"
    whole, _, decimals = number.partition(".")
    return f"{currency} {number if decimals.strip('0') else whole}"


def quantized(amount: Decimal, currency: str, *, exact: bool = False) -> str:
    """`1200000.00`: the amount with the currency's own number of decimals, for JSON.

    Rounded to them, unless `exact` (unit prices).
    """
    return f"{amount:z.{_shown_decimals(amount, currency, exact)}f}"


def _shown_decimals(amount: Decimal, currency: str, exact: bool) -> int:
    own = decimals_of(currency)
    return max(own, -_exponent(amount)) if exact else own


def _exponent(amount: Decimal) -> int:
    """The power of ten of the last digit that is not a zero after the point; 0 for whole amounts."""
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "no typed or stored amount is infinite"
    return min(0, exponent)


def _parts(text: str, *, negative: bool) -> tuple[str, str, str, str]:
    """What stands before the number, the number with its minus, its unit, what stands after."""
    typed = _clean(text)
    found = _SHAPE.fullmatch(typed)
    if typed.startswith("(") or found is None:
        if typed.startswith("(") and typed.endswith(")") and _PLAIN.fullmatch(typed[1:-1]):
            _refuse_minus(text, typed[1:-1])
        raise BadValueError(f"{_quoted(text)} is not an amount", remedy=_AMOUNT_EXAMPLES)
    number, tail = found["number"], found["tail"]
    if found["sign"] or found["minus"]:
        if not negative or (found["sign"] and found["minus"]):
            _refuse_minus(text, number)
        number = f"-{number}"
    if _known_currency(tail) is None:
        unit = next((unit for unit in _UNITS if tail.startswith(unit)), "")
        rest = tail[len(unit) :].strip()
        if not rest or rest in SHARED_SIGNS or _known_currency(rest):
            return found["head"], number, unit, rest
    return found["head"], number, "", tail


def _currency(text: str, head: str, tail: str, number: str, book: str) -> str:
    """The one currency that the signs and words around the number agree on."""
    named = {}
    shared = []
    for words in (head, tail):
        for word in [words] if _known_currency(words) else words.split():
            code = _known_currency(word)
            if code:
                named[code] = word
            elif word in SHARED_SIGNS:
                shared.append(word)
            elif re.fullmatch("[a-z]{3}", word):
                _refuse_code(word.upper(), text)
            else:
                raise BadValueError(f"{_quoted(text)} is not an amount", remedy=_AMOUNT_EXAMPLES)
    if len(named) > 1:
        both = " or ".join(f"{code} {number}" for code in named)
        raise BadValueError(f"{_quoted(text)} names two currencies", remedy=f"Write {both}")
    code = next(iter(named), book)
    for sign in shared:
        if code not in SHARED_SIGNS[sign]:
            some = " or ".join(f"{each} {number}" for each in SHARED_SIGNS[sign][:3])
            raise BadValueError(f"{_quoted(text)}: {sign} is not {code}", remedy=f"Write {some}")
    return code


def _value(text: str, number: str, unit: str, own: int) -> Decimal:
    """The number times its unit; `own` decimals are kept even where they are zeros."""
    bare = number.removeprefix("-")
    two_ways = _POINT_OR_GROUP.fullmatch(bare)
    if two_ways and own < 3:  # noqa: PLR2004 (1.200 is plain where a currency has three)
        whole, decimals = two_ways.groups()
        grouped = f"{whole}{decimals}0{unit}"
        point = f" or {whole}.{decimals}{unit}" if own or unit else ""
        raise BadValueError(
            f"{_quoted(text)} can be read in two ways", remedy=f"Write {grouped}{point}"
        )
    if not _PLAIN.fullmatch(bare):
        meant = _meant(bare)
        remedy = f"Write {meant}{unit}" if meant else _AMOUNT_EXAMPLES
        raise BadValueError(f"{_quoted(text)} is not an amount", remedy=remedy)
    digits = number.replace(",", "").replace(" ", "")
    if len(digits) > getcontext().prec:  # what follows must be exact
        _refuse_size(text)
    amount = Decimal(digits).scaleb(_UNITS.get(unit, 0))
    if abs(amount) >= 10**MAX_DIGITS:
        _refuse_size(text)
    needed = -_exponent(amount)
    return amount.quantize(Decimal(1).scaleb(-max(needed, own) if needed else 0))


def _meant(number: str) -> str | None:
    """What a number in another country's writing is in ours; None if that cannot be told."""
    if _COMMA_AS_POINT.fullmatch(number):
        return number.replace(".", "").replace(" ", "").replace(",", ".")
    if _POINTS_AS_COMMAS.fullmatch(number):
        return number.replace(".", "")
    if _COMMAS_ASTRAY.fullmatch(number):
        return number.replace(",", "")
    return None


def _clean(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return " ".join(wide.lower().split())


def _known_currency(typed: str) -> str | None:
    code = typed.upper()
    return code if code in CURRENCIES else SIGNS.get(typed)


def _quoted(text: str) -> str:
    longest = 40
    return f"'{text}'" if len(text) <= longest else f"'{text[:longest]}…'"


def _refuse_code(code: str, text: str | None = None) -> Never:
    near = nearest(code, CURRENCIES)
    what = f"{_quoted(code)} is not a known currency code"
    raise BadValueError(
        what if text is None else f"{_quoted(text)}: {what}",
        remedy=f"Did you mean {' or '.join(near)}?" if near else _CODE_EXAMPLES,
    )


def _refuse_minus(text: str, number: str) -> Never:
    raise BadValueError(f"{_quoted(text)}: an amount is not negative", remedy=f"Write {number}")


def _refuse_size(text: str) -> Never:
    raise BadValueError(f"{_quoted(text)} has more than {MAX_DIGITS} digits")
