"""What a YAML file should read after a change: new values, and all that the program does not know."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from crmcli.book.yaml_text import as_text


def same(one: Any, other: Any) -> bool:
    """Whether both read alike from a file."""
    return bool(as_text(one) == as_text(other))


def merged(tree: Any, old: Any, new: Any) -> Any:
    """The file's `tree` with the difference between `old` and `new`; unknown keys stay.

    Values that are known keep their types, so that they are written plain.
    """
    if same(old, new):
        return new if tree is None or same(tree, new) else tree
    if isinstance(tree, dict) and isinstance(old, Mapping) and isinstance(new, Mapping):
        result = {key: value for key, value in tree.items() if key in new or key not in old}
        for key, value in new.items():
            result[key] = merged(tree.get(key), old.get(key), value)
        return result
    lists = isinstance(tree, list) and isinstance(old, list) and isinstance(new, list)
    if lists and len(tree) == len(old):
        return [
            value if place is None else merged(tree[place], old[place], value)
            for place, value in zip(aligned(old, new), new, strict=True)
        ]
    return new


def aligned(old: list[Any], new: list[Any]) -> list[int | None]:
    """For each new item the place of the old one that it was; None where it was added.

    They are the same by content, else by `id`, else by standing at the same place without one.
    """
    olds, news = as_text(old), as_text(new)
    places: list[int | None] = [None] * len(news)
    left = dict.fromkeys(range(len(olds)))
    for alike in (_are_equal, _have_one_id):
        for at, after in enumerate(news):
            if places[at] is None:
                here = (at,) if at in left else ()
                found = (place for place in chain(here, left) if alike(olds[place], after))
                places[at] = place = next(found, None)
                if place is not None:
                    del left[place]
    for at, after in enumerate(news):
        if places[at] is None and at in left and _could_be(olds[at], after):
            places[at] = at
    return places


def _are_equal(old: Any, new: Any) -> bool:
    return bool(old == new)


def _have_one_id(old: Any, new: Any) -> bool:
    return _id(new) is not None and _id(old) == _id(new)


def _could_be(old: Any, new: Any) -> bool:
    return type(old) is type(new) and _id(old) is None and _id(new) is None


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else None
