"""What makes two customers, or two people, look like the same one: a name, a mail, a phone."""

from collections.abc import Iterable
from collections.abc import Iterator
from typing import NamedTuple

from crmcli.model.names import bare_name
from crmcli.model.names import digits
from crmcli.model.names import fold

CLIENT_DIGITS = 8  # of a phone number: without country and area code
FEWEST_DIGITS = 6  # a shorter number is an extension, or none at all


class Sign(NamedTuple):
    """Something that two may have in common. `why` is name, mail or phone; equal signs are alike."""

    why: str
    key: str


def signs(
    names: Iterable[str | None], mails: Iterable[str | None], phones: Iterable[str | None]
) -> Iterator[tuple[Sign, str]]:
    """Each sign, with the word it was made of; a word that says nothing makes none."""
    for why, words, key in (
        ("name", names, bare_name), ("mail", mails, fold), ("phone", phones, _client)
    ):  # fmt: skip
        for word in words:
            made = key(word) if word else ""
            if word and made:
                yield Sign(why, made), word


def _client(phone: str) -> str:
    """The digits that are the same however the country and the area are written."""
    number = digits(phone)
    return number[-CLIENT_DIGITS:] if len(number) >= FEWEST_DIGITS else ""
