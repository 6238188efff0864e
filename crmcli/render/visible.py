"""Data shown as data: the one gate that every value passes before it reaches a screen."""

import unicodedata

# Controls, format characters (bidi, zero width, tags), lone surrogates, line and paragraph
# separators: a terminal obeys them or hides them.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def is_hidden(character: str) -> bool:
    """Whether a terminal would obey or hide this character instead of printing it."""
    return unicodedata.category(character) in HIDDEN


def escaped(character: str) -> str:
    r"""The character in letters: `\n \r \t`, `\x1b`, `\u202e` or `\U000e0041`."""
    code = ord(character)
    if character in SHORT:
        return SHORT[character]
    if code < 1 << 8:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def visible(text: str) -> str:
    """The text on one line, with whatever a terminal would obey or hide written in letters."""
    if text.isprintable():
        return text
    return "".join([escaped(c) if is_hidden(c) else c for c in text])


def one_line(text: str) -> str:
    """As `visible`, for a cell of one line: the line feed that ends a text is left out."""
    return visible(text.removesuffix("\n").removesuffix("\r"))


def block(text: str) -> str:
    """As `visible`, but line feeds stay line feeds: for text that may take several lines."""
    if text.isprintable():
        return text
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))
