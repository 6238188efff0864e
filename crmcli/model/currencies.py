"""Currencies: the ISO 4217 codes with their decimals, and the signs and words people type."""

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"

# Metals, test codes and units of account without decimals of their own are no money here.
CURRENCIES: dict[str, int] = {
    code: decimals
    for decimals, codes in (
        (0, _NO_DECIMALS),
        (2, _TWO_DECIMALS),
        (3, _THREE_DECIMALS),
        (4, _FOUR_DECIMALS),
    )
    for code in codes.split()
}

# As typed, after NFKC and in lower case.
SIGNS: dict[str, str] = {
    sign: code
    for code, signs in (
        ("TWD", "nt$ ntd nt 新台幣 新臺幣 新台币 台幣 臺幣 台币"),
        ("USD", "us$ 美元 美金"),
        ("HKD", "hk$ 港幣 港币 港元"),
        ("SGD", "s$ 新加坡元 新加坡幣 新加坡币"),
        ("AUD", "a$ au$ 澳元 澳幣 澳币"),
        ("CAD", "c$ ca$ 加元 加幣 加币"),
        ("EUR", "€ 歐元 欧元"),
        ("GBP", "£ 英鎊 英镑"),
        ("KRW", "₩ 韓元 韩元"),
        ("JPY", "日圓 日元 円"),
        ("CNY", "rmb 人民幣 人民币"),
    )
    for sign in signs.split()
}

# Signs of several currencies: they stand for the book's, if it is one of these.
SHARED_SIGNS: dict[str, tuple[str, ...]] = {
    "元": ("TWD", "CNY", "HKD"),
    "¥": ("JPY", "CNY"),
    "$": (
        *("USD", "TWD", "HKD", "SGD", "AUD", "CAD", "NZD", "BBD", "BMD", "BND", "BSD", "BZD"),
        *("FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD"),
    ),
}


def decimals_of(currency: str) -> int:
    """How many decimals the currency has; 2 for a code that is not listed."""
    return CURRENCIES.get(currency, 2)
