"""Typed amounts of a record, which share one currency."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from crmcli.model.errors import BadValueError
from crmcli.model.money import PRICE_DECIMALS
from crmcli.model.money import read_money
from crmcli.model.sale import Sale

MONEY = ("amount", "potential", "cost", "price", "list_price")


def read_amounts(
    record: type[Struct], words: Mapping[str, str], *, house: str, usual: str | None = None
) -> dict[str, Any]:
    """The amounts of such a record and their currency, None where it is the `house`'s.

    An amount that names no currency is in that of the others, or else in the `usual` one; '' is
    unknown. Raises BadValueError for what is no amount, or for two currencies.
    """
    usual = usual or house
    filled = {name: word for name, word in words.items() if word != ""}
    found = {name: _amount(record, name, word, usual) for name, word in filled.items()}
    named = {currency for _, currency in found.values()} - {usual}
    if named:  # the others may have named none
        found = {name: _amount(record, name, word, min(named)) for name, word in filled.items()}
    currencies = sorted({currency for _, currency in found.values()})
    if len(currencies) > 1:
        raise BadValueError(
            f"{' and '.join(filled)} are in {' and '.join(currencies)}",
            remedy="Write them in one currency",
        )
    values: dict[str, Any] = dict.fromkeys(words)
    values |= {name: amount for name, (amount, _) in found.items()}
    if currencies:
        values["currency"] = None if currencies == [house] else currencies[0]
    return values


def change_amounts(record: Struct, words: Mapping[str, str], *, house: str) -> dict[str, Any]:
    """The same for a record that has amounts: those that stay keep their currency.

    Raises BadValueError where a new amount is in another one.
    """
    stays = [
        name for name in MONEY if name not in words and getattr(record, name, None) is not None
    ]
    if not words or not stays:
        return read_amounts(type(record), words, house=house)
    currency: str = getattr(record, "currency", None) or house
    values = read_amounts(type(record), words, house=house, usual=currency)
    if (values.get("currency") or house) != currency and "currency" in values:
        raise BadValueError(
            f"{' and '.join(stays)} in {currency} would stay",
            remedy=f"Try: all amounts of one currency, {' '.join(f'{name}=...' for name in stays)} too",
        )
    return values


def _amount(record: type[Struct], name: str, word: str, currency: str) -> tuple[Decimal, str]:
    # What one unit costs may have more decimals than the currency; a refund is below zero.
    if record is Sale:
        return read_money(
            word, currency=currency, decimals_max=PRICE_DECIMALS, negative=name == "price"
        )
    return read_money(word, currency=currency)
