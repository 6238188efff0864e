"""Which of two values holds, or how both do: the rules of a merge, one for each kind of field."""

import difflib
import json
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Hashable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from typing import NamedTuple
from typing import TypeVar

from crmcli.model.consent import ALL
from crmcli.model.consent import SEVEREST

Value = Any  # text, or lists and mappings of text; None: there is none
Key = TypeVar("Key", bound=Hashable)


class Side(NamedTuple):
    """What one side says, and a stamp that all clones compute alike; no two values have one."""

    value: Value
    stamp: tuple[int, str, str]


class Merged(NamedTuple):
    """The value that holds, and those that do not and that someone should look at."""

    value: Value
    lost: tuple[Value, ...] = ()


ABOUT = ("channel", "purpose")  # what a consent is about
Rule = Callable[[Value, Side, Side], Merged]  # base, ours, theirs


def side(value: Value, time: int = 0) -> Side:
    """A value as one side has it. `time`: of the newest commit of the file there, 0 if unknown."""
    return Side(value, (time, written(value), type(value).__name__))


def written(value: Value) -> str:
    """A value on one line of text: text as it is, others as compact JSON, none as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def counted(items: Iterable[Value] | None) -> dict[tuple[str, int], Value]:
    """Items by what they hold, and by how many alike stand before them: what stands twice is two."""
    found: dict[tuple[str, int], Value] = {}
    for item in items or ():
        text, nth = written(item), 0
        while (text, nth) in found:
            nth += 1
        found[text, nth] = item
    return found


def merge_value(
    rule: Rule, base: Value, ours: Side, theirs: Side, *, moved: bool = False
) -> Merged:
    """Merge one field; what only one side changed holds, and a rule decides the rest.

    `moved`: both sides are known to have set it, even to what it was before.
    Symmetric: swapping `ours` and `theirs` gives the same Merged.
    """
    if ours.value == theirs.value or (theirs.value == base and not moved):
        return Merged(ours.value)
    if ours.value == base and not moved:
        return Merged(theirs.value)
    return rule(base, ours, theirs)


def later_wins(base: Value, ours: Side, theirs: Side) -> Merged:
    """A plain field: the later stamp wins, a change wins over a removal, lines merge one by one."""
    loser, winner = sorted((ours, theirs), key=lambda side: side.stamp)
    if winner.value is None or loser.value is None:
        return Merged(loser.value if winner.value is None else winner.value)
    if all(isinstance(value, str) and "\n" in value for value in (base, winner.value, loser.value)):
        kept = merge_lines(base, winner.value, loser.value)
        other = merge_lines(base, loser.value, winner.value)
        return Merged(kept, () if kept == other else (other,))
    return Merged(winner.value, (loser.value,))


def stays(base: Value, ours: Side, theirs: Side) -> Merged:
    """A field that never changes once written: the base stays, both sides are kept as questions."""
    if base is None:
        return later_wins(base, ours, theirs)
    first, second = sorted((ours, theirs), key=lambda side: side.stamp)
    return Merged(base, tuple(side.value for side in (first, second) if side.value is not None))


def disputed(base: Value, ours: Side, theirs: Side) -> Merged:
    """The status of a promise: kept against broken is neither, until someone settles it."""
    values = sorted((str(ours.value), str(theirs.value)))
    if values == ["broken", "kept"]:
        return Merged(base or "open", tuple(values))
    return later_wins(base, ours, theirs)


def united(base: Value, ours: Side, theirs: Side) -> Merged:
    """A set, or a list of events: additions of both, removals of both, known by their content."""
    old, one, two = (counted(value) for value in (base, ours.value, theirs.value))
    items = {**two, **one}
    wanted = [key for key in items if (key in one and key in two) or key not in old]
    order = in_order(old, one, two, wanted, lambda key: _day(items[key]))
    return Merged([items[key] for key in order] or None)


def most_restrictive(base: Value, ours: Side, theirs: Side) -> Merged:
    """Consent: all events, and one more where the sides said opposite things of one purpose.

    That one has the more restrictive state and the later day, and is about what both spoke of:
    `all` and one channel are that channel. As the most restrictive event of a day wins, it holds
    after any order of merges.
    """
    events = united(base, ours, theirs).value or []
    said = [_newest(base, one.value, other.value) for one, other in ((ours, theirs), (theirs, ours))]  # fmt: skip
    pairs = [(one, two) for one in said[0].values() for two in said[1].values()]
    for pair in sorted(pairs, key=lambda pair: sorted(map(written, pair))):
        about = {key: _shared(*(event[key] for event in pair)) for key in ABOUT}
        given = [event["state"] == "given" for event in pair]
        if given[0] == given[1] or None in about.values():
            continue
        strictest = min(pair, key=lambda event: SEVEREST.index(event["state"]))
        day = max(event["date"] for event in pair)
        event = {**about, "state": strictest["state"], "date": day, "source": "merge"}
        if event not in events:
            events.append(event)
    return Merged(events or None)


def _shared(one: str, two: str) -> str | None:
    """What both speak of; None if it is nothing."""
    return one if two in (one, ALL) else two if one == ALL else None


def _newest(base: Value, value: Value, other: Value) -> Mapping[tuple[str, str], Any]:
    """The event that counts among those that only this side added, by channel and purpose."""
    known = {written(item) for each in (base, other) for item in each or ()}
    found: dict[tuple[str, str], Any] = {}
    for event in value or ():
        if written(event) in known or not _is_consent(event):
            continue
        about = (event["channel"], event["purpose"])
        before = found.get(about)
        if before is None or _weight(event) > _weight(before):
            found[about] = event
    return found


def _is_consent(event: Value) -> bool:
    return (
        isinstance(event, Mapping)
        and all(isinstance(event.get(key), str) for key in (*ABOUT, "date"))
        and event.get("state") in SEVEREST
    )


def _weight(event: Mapping[str, str]) -> tuple[str, int]:
    return event["date"], -SEVEREST.index(event["state"])


def _day(item: Value) -> str:
    return str(item.get("date", "")) if isinstance(item, Mapping) else ""


def in_order(
    base: Iterable[Key],
    ours: Iterable[Key],
    theirs: Iterable[Key],
    wanted: Collection[Key],
    rank: Callable[[Key], Any],
) -> list[Key]:
    """The order of what is wanted: that of the base, unless one side chose another.

    What one side added stays behind what it follows there; at one place, and at the end for what
    neither side has, by `rank`, then by itself. Symmetric.
    """
    left = set(wanted)
    base, ours, theirs = ([key for key in keys if key in left] for keys in (base, ours, theirs))
    shared = set(ours) & set(theirs)
    old, mine, yours = ([key for key in keys if key in shared] for keys in (base, ours, theirs))
    our_gaps, their_gaps = _gaps(ours, shared), _gaps(theirs, shared)
    result: list[Key] = []
    for anchor in (None, *_anchors(old, mine, yours, rank)):
        if anchor is not None:
            result.append(anchor)
        result += _woven(our_gaps.get(anchor, []), their_gaps.get(anchor, []), rank)
    return result + sorted(left.difference(result), key=lambda key: (rank(key), key))


def _anchors(
    base: list[Key], ours: list[Key], theirs: list[Key], rank: Callable[[Key], Any]
) -> list[Key]:
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    new = set(ours).difference(base)
    return base + sorted(new, key=lambda key: (rank(key), key))


def _gaps(keys: list[Key], anchors: Collection[Key]) -> dict[Key | None, list[Key]]:
    """What stands behind each anchor, up to the next one; None: before the first."""
    found: dict[Key | None, list[Key]] = {}
    behind: Key | None = None
    for key in keys:
        if key in anchors:
            behind = key
        else:
            found.setdefault(behind, []).append(key)
    return found


def _woven(ours: list[Key], theirs: list[Key], rank: Callable[[Key], Any]) -> list[Key]:
    """Two lists as one, each in its own order."""
    ours, theirs = ours[::-1], theirs[::-1]
    result = []
    while ours and theirs:
        mine, yours = ((rank(keys[-1]), keys[-1]) for keys in (ours, theirs))
        result.append((ours if mine <= yours else theirs).pop())
    return result + ours[::-1] + theirs[::-1]


def merge_lines(base: str, first: str, second: str) -> str:
    """Merge texts line by line; where both changed the same lines, those of `first` hold.

    Changes that touch one another count as the same lines.
    """
    old, one, two = (text.split("\n") for text in (base, first, second))
    result: list[str] = []
    for (a, b, c), (a_end, b_end, c_end), same in _regions(old, one, two):
        before, mine, yours = old[a:a_end], one[b:b_end], two[c:c_end]
        result += yours if same or mine == before else mine
    return "\n".join(result)


Place = tuple[int, int, int]  # a line of base, first and second


def _regions(
    base: Sequence[str], first: Sequence[str], second: Sequence[str]
) -> Iterable[tuple[Place, Place, bool]]:
    """From where to where the texts are the same, and in between not."""
    blocks = [
        difflib.SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
        for side in (first, second)
    ]
    ends: list[tuple[Place, Place]] = [((0, 0, 0), (0, 0, 0))]
    for one in blocks[0]:
        for two in blocks[1]:
            start = max(one.a, two.a)
            stop = min(one.a + one.size, two.a + two.size)
            if start < stop:
                offsets = (0, one.b - one.a, two.b - two.a)
                begin, end = (tuple(at + by for by in offsets) for at in (start, stop))
                ends.append((begin, end))  # type: ignore[arg-type]  # three each
    last = (len(base), len(first), len(second))
    ends.append((last, last))
    for (_, at), (begin, end) in pairwise(ends):
        yield at, begin, False
        yield begin, end, True
