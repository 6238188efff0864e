"""Names as people type them and as files bear them: folding, slugs, ids, phones."""

import re
import unicodedata

SLUG_BYTES = 180

_ID = re.compile(r"[a-z]-[0-9a-hjkmnp-tv-z]{8}")
_RESERVED = re.compile(r"con|prn|aux|nul|com[1-9]|lpt[1-9]")

# Patterns that few commands need are compiled at their first use: a millisecond at each start.

# What no reader can see (Unicode: default ignorable), so two names that look alike are alike.
_INVISIBLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_LATIN_ACCENTS = "(?<=[a-z\u00df-\u024f\u0250-\u02af])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+"
# Letters with a stroke or of two parts, which no normal form takes apart.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}
)
_GAPS = re.compile(r"[\s\-_\u2010-\u2015]+")

_TYPED_DIGITS = str.maketrans("oil", "011")

_LEGAL_FORM = (
    r"(?: (?:limited|ltd|inc|incorporated|corp|corporation|co|company|llc|llp|lp|plc"
    r"|gmbh|ggmbh|mbh|ag|kg|kgaa|ohg|ug|gbr|se|sa|sas|sarl|srl|sl|spa|bv|nv|ab|aps|oy|oyj"
    r"|as|asa|sro|doo|kft|zrt|sp z oo|pty|pte|pvt|private|sdn|bhd|kk))+$"
)
# A branch (分公司) or a daughter (子公司) is not its parent.
_CHINESE_FORM = (
    r"(?<=.)(?:股份有限公司|有限責任公司|有限责任公司|有限公司|(?<![分子])公司"
    r"|株式会社|有限会社|合同会社|주식회사)$"
    r"|^(?:株式会社|有限会社|合同会社|주식회사)(?=.)"
)

_GREEK_OR_CYRILLIC = "[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f]"
_LATIN = "[a-zA-Z\u00c0-\u024f]"


def fold(text: str) -> str:
    """The form in which names are compared: case, width, accents and gaps do not count.

    Spaces, hyphens and underscores are one space. Folding twice changes nothing.
    """
    if text.isascii():
        plain = text.lower()
    else:
        plain = _without_accents(unicodedata.normalize("NFKC", text).casefold())
    return _GAPS.sub(" ", plain).strip()


def slug(name: str) -> str:
    """The id that a customer or contact gets from its name: a file name on every system.

    Letters and digits of any script in lower case, joined by `-`, at most 180 bytes of UTF-8.
    A slug is its own slug. Raises ValueError if the name has no letter and no digit.
    """
    lower = _without_accents(unicodedata.normalize("NFKC", name).lower())
    shown = "".join(each if _kind(each) in "LNM" else " " for each in lower)
    # A mark without its letter would cling to the hyphen before it.
    words = (_without_leading_marks(word) for word in shown.split())
    text = _cut("-".join(word for word in words if word))
    if not text:
        raise ValueError("a name needs a letter or a digit")
    return f"{text}-1" if _RESERVED.fullmatch(text) or is_id(text) else text


def is_id(text: str) -> bool:
    """Whether the text is a whole id, as `p-4t8wz01m`."""
    return _ID.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether the text is a slug as `slug` makes them; an id is none."""
    try:
        return slug(text) == text
    except ValueError:
        return False


def read_id(text: str) -> str:
    """A typed id, or its beginning, in the letters that ids have: `P-4TO` is `p-4t0`."""
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    if typed[1:2] == "-":
        return typed[:2] + typed[2:].translate(_TYPED_DIGITS)
    return typed.translate(_TYPED_DIGITS)


def digits(phone: str) -> str:
    """The digits of a phone number, as 0-9, for comparing; empty if it has none."""
    wide = unicodedata.normalize("NFKC", phone)
    return "".join(str(unicodedata.decimal(each)) for each in wide if each.isdecimal())


def bare_name(name: str) -> str:
    """A name without its legal form, gaps and punctuation, for finding likely duplicates.

    A name that is nothing but a legal form stays. Empty if there is no letter and no digit.
    """
    plain = re.sub(r"[.'’]", "", fold(name))
    words = "".join(each if _kind(each) in "LNM" else " " for each in plain).split()
    joined = "".join(re.sub(_LEGAL_FORM, "", " ".join(words)).split())
    return re.sub(_CHINESE_FORM, "", joined)


def has_mixed_scripts(text: str) -> bool:
    """Whether one word mixes Latin with Greek or Cyrillic letters, which look alike."""
    return any(
        re.search(_LATIN, word) and re.search(_GREEK_OR_CYRILLIC, word)
        for word in fold(text).split()
    )


def _without_accents(text: str) -> str:
    """Lower-case text with bare Latin letters; marks of other scripts stay, being no accents."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", re.sub(_INVISIBLE, "", text))
    bare = re.sub(_LATIN_ACCENTS, "", apart).translate(_PLAIN_LETTERS)
    return unicodedata.normalize("NFKC", bare)


def _kind(character: str) -> str:
    """L letter, N number, M mark that belongs to its letter; anything else parts words."""
    category = unicodedata.category(character)
    return "other" if category == "Me" else category[0]


def _without_leading_marks(word: str) -> str:
    start = next((n for n, each in enumerate(word) if _kind(each) != "M"), len(word))
    return word[start:]


def _cut(text: str) -> str:
    cut = text.encode()[:SLUG_BYTES].decode(errors="ignore")
    if cut == text:
        return text
    end = len(cut)
    while end and _kind(text[end]) == "M":
        end -= 1
    return (text[:end] or cut).rstrip("-")
