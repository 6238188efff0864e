"""Full text: how words are stored so that they are found, and what `customer find` finds."""

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple
from typing import Protocol

from crmcli.model.names import digits
from crmcli.model.names import fold

# Letters of scripts that put no spaces between words: Han, kana, hangul.
_CJK = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_LETTER = f"[{_CJK}]"
_APART = f"[{_CJK}]|[^{_CJK}]+"
_PIECE = f"[{_CJK}]+|[^\\W{_CJK}]+"
_LIKE_SIGN = re.compile("(?=[%_!])")
_FEWEST_DIGITS = 4
_SNIPPET = 60
_WRITTEN = (
    "background", "needs", "summary", "next_step", "lesson", "what", "remedy", "comment",
)  # fmt: skip


@cache
def pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern; these take 7 ms, which a read that searches for nothing is spared."""
    return re.compile(text)


class Hit(NamedTuple):
    """Where a text was found. `where` is name, alias, contact, mail, phone or a field.

    `id` is that of the contact, interaction, case or rating; None where the customer itself was hit.
    """

    customer: str
    where: str
    id: str | None
    snippet: str


class Asked(Protocol):
    """What answers SQL: the index."""

    @property
    def has_full_text(self) -> bool:
        """Whether `words` is a full-text table."""
        ...

    def query(self, sql: str, params: Mapping[str, object] = ...) -> list[tuple[object, ...]]:
        """The rows."""
        ...


def spaced(text: str) -> str:
    """The form in which text is stored: each CJK character is a word of its own.

    The tokenizers of SQLite find no two-character word inside a Chinese sentence otherwise.
    Case and accents are left to them.
    """
    if text.isascii():
        return text
    return " ".join(pattern(_APART).findall(unicodedata.normalize("NFKC", text)))


def match(text: str) -> str:
    """The full-text query for what a person typed; empty if it has no letter and no digit.

    Every word must be there, a Latin one by its beginning; Chinese characters in this order.
    """
    pieces = pattern(_PIECE).findall(unicodedata.normalize("NFKC", text))
    return " ".join(
        f'"{spaced(piece)}"' if pattern(_CJK_LETTER).match(piece) else f'"{piece}"*'
        for piece in pieces
    )


def mail_key(mail: str) -> str:
    """The form in which mail addresses are compared."""
    return unicodedata.normalize("NFKC", mail).strip().casefold()


def word_starts(folded: str) -> list[str]:
    """What follows from the beginning of each further word of a folded name."""
    return [folded[found.start() :] for found in re.finditer(r"(?<!\w)\w", folded) if found.start()]


def find_text(index: Asked, text: str) -> list[Hit]:
    """Where the text stands in what is known of customers: names first, then what was written.

    A record of a customer that was merged into another counts for the one that was kept.
    """
    if not fold(text):
        return []
    hits = [*_in_names(index, text), *_in_words(index, text)]
    return list(dict.fromkeys(hits))


def _in_names(index: Asked, text: str) -> Iterable[Hit]:
    numbers = digits(text)
    looks_like_phone = len(numbers) >= _FEWEST_DIGITS and not re.search(r"[^\W\d_]", text)
    rows = index.query(
        """
        SELECT coalesce(c.merged_into, c.id), n.contact, n.how, c.name, c.aliases, p.name,
            p.email, p.other_emails, p.phone, p.mobile, p.other_phones
        FROM names n JOIN customers c ON c.id = n.id
            LEFT JOIN contacts p ON p.customer = n.id AND p.id = n.contact
        WHERE n.kind IN ('customer', 'contact') AND (
            instr(n.fold, :fold) > 0 AND n.how IN ('name', 'alias')
            OR instr(n.fold, :mail) > 0 AND n.how = 'mail'
            OR :phone <> '' AND instr(n.fold, :phone) > 0 AND n.how = 'phone')
        ORDER BY n.kind = 'contact', n.how <> 'name', c.id, n.contact
        """,
        {
            "fold": fold(text),
            "mail": mail_key(text),
            "phone": numbers if looks_like_phone else "",
        },
    )
    for customer, contact, how, name, aliases, person, *reached in rows:
        if contact is None:
            shown = name if how == "name" else aliases
            where = how
        else:
            where = "contact" if how == "name" else how
            mails, phones = reached[:2], reached[2:]
            values = {"contact": [person], "mail": [person, *mails], "phone": [person, *phones]}
            shown = ", ".join(_listed(str(value)) for value in values[str(where)] if value)
        yield Hit(str(customer), str(where), _text(contact), _listed(str(shown)))


def _in_words(index: Asked, text: str) -> Iterable[Hit]:
    query = match(text)
    if not query:
        return
    found = "words MATCH :query" if index.has_full_text else "w.text LIKE :like ESCAPE '!'"
    rows = index.query(
        f"""
        SELECT coalesce(c.merged_into, c.id), w.kind, w.field, coalesce(i.id, s.id, f.id),
            c.background, c.needs, i.summary, i.next_step, i.lesson, s.what, s.remedy, f.comment
        FROM words w
            LEFT JOIN interactions i ON w.kind = 'interaction' AND i.id = w.id
            LEFT JOIN cases s ON w.kind = 'case' AND s.id = w.id
            LEFT JOIN feedback f ON w.kind = 'feedback' AND f.id = w.id
            JOIN customers c ON c.id = CASE w.kind WHEN 'customer' THEN w.id
                ELSE coalesce(i.customer, s.customer, f.customer) END
        WHERE {found}
        ORDER BY w.kind, coalesce(i.day, s.opened, f.day) DESC, c.id, w.id DESC
        """,
        {"query": query, "like": f"%{_LIKE_SIGN.sub('!', spaced(text))}%"},
    )
    for customer, kind, field, id, *texts in rows:
        shown = dict(zip(_WRITTEN, texts, strict=True))[str(field)]
        where = str(kind) if id else str(field)
        yield Hit(str(customer), where, _text(id), snippet(_listed(str(shown)), text))


def snippet(text: str, wanted: str, width: int = _SNIPPET) -> str:
    """About `width` characters of the text around what was wanted, on one line."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    pieces = pattern(_PIECE).findall(wanted) or [wanted]
    places = [line.casefold().find(piece.casefold()) for piece in pieces]
    start = max(min((place for place in places if place >= 0), default=0) - width // 3, 0)
    start = min(start, len(line) - width)
    part = line[start : start + width]
    return f"{'…' if start else ''}{part}{'…' if start + width < len(line) else ''}"


def _listed(shown: str) -> str:
    """A list as a person reads it; the index holds lists as JSON text."""
    if not shown.startswith("["):
        return shown
    # Only a hit in a list needs it.
    import json  # noqa: PLC0415

    try:
        items = json.loads(shown)
    except ValueError:
        return shown
    return ", ".join(items) if all(isinstance(item, str) for item in items) else shown


def _text(value: object) -> str | None:
    return None if value is None else str(value)
