"""The words that may have been meant by one that is not known."""

from collections.abc import Iterable

from crmcli.model.names import fold


def nearest(word: str, words: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Up to `n` of `words` that look like `word`, the likest first; empty if none does.

    Compared folded, with the whole of each and with each of its words: `acne` finds `Acme Battery`.
    """
    # Only a mistake needs it, and it costs 3 ms.
    from difflib import get_close_matches  # noqa: PLC0415

    wholes = [(fold(each), each) for each in words]
    parts = [(part, each) for whole, each in wholes for part in whole.split()]
    meant: dict[str, list[str]] = {}
    for key, each in wholes + parts:
        meant.setdefault(key, []).append(each)
    likest = get_close_matches(fold(word), meant, n=max(2 * n, 1))
    found = dict.fromkeys(each for key in likest for each in meant[key])
    return tuple(found)[:n]
