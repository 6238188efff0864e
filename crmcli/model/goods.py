"""What a deal is about: a product, and how many of it."""

import re
from decimal import Decimal
from typing import NamedTuple

_COUNTED = re.compile(r"(?P<product>\S.*?)\s+[x×]\s*(?P<units>[0-9]{1,12}(?:\.[0-9]{1,6})?)")


class Goods(NamedTuple):
    """A product and its units; None is unknown."""

    product: str
    units: Decimal | None


def read_goods(text: str) -> Goods:
    """`lfp-12 x 40` is 40 of lfp-12; `lfp-12` an unknown number of it."""
    found = _COUNTED.fullmatch(text.strip())
    if found is None:
        return Goods(text.strip(), None)
    return Goods(found["product"], Decimal(found["units"]))
