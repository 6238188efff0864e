"""The words that may have been meant by one that is not known."""

from collections.abc import Iterable

from crmcli.model.names import fold

NEARLY = 0.15  # how much less alike than the likest another may be


def nearest(word: str, words: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Up to `n` of `words` that look like `word`, the likest first; empty if none does.

    What is clearly less like it than the likest is left out. Compared folded, with the whole of each and with each of its words: `acne` finds `Acme Battery`.
    """
    # Only a mistake needs it, and it costs 3 ms.
    from difflib import SequenceMatcher  # noqa: PLC0415
    from difflib import get_close_matches  # noqa: PLC0415

    wholes = [(fold(each), each) for each in words]
    parts = [(part, each) for whole, each in wholes for part in whole.split()]
    meant: dict[str, list[str]] = {}
    for key, each in wholes + parts:
        meant.setdefault(key, []).append(each)
    typed = fold(word)
    likest = get_close_matches(typed, meant, n=max(2 * n, 1))
    alike = [SequenceMatcher(None, key, typed).ratio() for key in likest]
    near = [key for key, ratio in zip(likest, alike, strict=True) if alike[0] - ratio < NEARLY]
    found = dict.fromkeys(each for key in near for each in meant[key])
    return tuple(found)[:n]
