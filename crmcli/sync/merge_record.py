"""Two versions of one record, as trees of text, made into one: nothing is lost, clashes are kept."""

from collections.abc import Mapping
from collections.abc import Sequence
from functools import cache
from typing import Any
from typing import NamedTuple

from crmcli.book.records import key_order
from crmcli.book.shapes import shapes
from crmcli.model.kinds import BY_FOLDER
from crmcli.model.policy import TOP_KEYS
from crmcli.sync.merge import Merged
from crmcli.sync.merge import Rule
from crmcli.sync.merge import Side
from crmcli.sync.merge import counted
from crmcli.sync.merge import disputed
from crmcli.sync.merge import in_order
from crmcli.sync.merge import later_wins
from crmcli.sync.merge import merge_value
from crmcli.sync.merge import most_restrictive
from crmcli.sync.merge import side
from crmcli.sync.merge import stays
from crmcli.sync.merge import united
from crmcli.sync.merge import written

Tree = Mapping[str, Any]
Path = tuple[str, ...]
QUESTIONS = "conflicts"
IDENTITIES = ("id", "name", "type")  # by which the mappings of a list are known
# Beside those that follow from the model, by folder.
OWN_RULES: Mapping[str, Mapping[str, Rule]] = {
    "customers": {"contacts.*.consent": most_restrictive},
    "promises": {"status": disputed, "customer": stays},
}
LAST = 1_000_000  # behind all fields of a schema


class MergedRecord(NamedTuple):
    """The tree, with its open questions in it.

    `revived`: the fields that one side removed and the other changed, so that they stay.
    """

    tree: dict[str, Any]
    revived: tuple[str, ...] = ()


def merge_record(
    folder: str,
    base: Tree | None,
    ours: Tree,
    theirs: Tree,
    times: tuple[int, int] = (0, 0),
) -> MergedRecord:
    """Merge two versions of a record of this folder; `base` None: both sides added it.

    `times`: of the newest commit of the file on each side, 0 where unknown.
    Symmetric: swapping the sides (and their times) gives the same result.
    """
    (theirs_at, _, theirs), (ours_at, _, ours) = sorted(
        ((times[0], written(ours), ours), (times[1], written(theirs), theirs)),
        key=lambda each: each[:2],
    )
    before = _chosen_alike(base or {}, ours, theirs)
    merging = _Merging(folder, before, ours, theirs, (ours_at, theirs_at))
    return merging.result()


def ranks(folder: str, path: Path = ()) -> dict[str, int]:
    """The place of each known key in the order of the file, at a path inside a record."""
    if not path:
        kind = BY_FOLDER.get(folder)
        names = key_order(kind.record) if kind else TOP_KEYS
    else:
        names = _names_inside(folder, path)
    return {name: place for place, name in enumerate(names)}


def _names_inside(folder: str, path: Path) -> tuple[str, ...]:
    """The fields of what stands in a list of a record, as of a contact; none anywhere else."""
    kind = BY_FOLDER.get(folder)
    field = shapes(kind.record).get(path[0]) if kind else None
    item = field.shape.item if field else None
    is_item = item is not None and len(path) == 2  # noqa: PLR2004  # field, id
    return tuple(shapes(item.struct)) if is_item and item and item.struct else ()


@cache
def rules_of(folder: str) -> Mapping[str, Rule]:
    """The rules of the records in a folder, by field; a part is named by its path, `*` for any id.

    All other fields, unknown ones too, go by what they hold: mappings by key, lists of mappings
    by id, other lists as sets, plain values by the later stamp.
    """
    kind = BY_FOLDER.get(folder)
    frozen = kind.record.FROZEN if kind else ()
    return {"history": united, QUESTIONS: united, **dict.fromkeys(frozen, stays), **OWN_RULES.get(folder, {})}  # fmt: skip


def identity(*lists: Any) -> str | None:
    """The key by which the items of these lists (None: there is none) are known one by one.

    None where they have no such key, or one value twice.
    """
    found = [each for each in lists if each is not None]
    items = [item for each in found for item in each]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    for key in IDENTITIES:
        if all(isinstance(item.get(key), str) for item in items) and all(
            len({item[key] for item in each}) == len(each) for each in found
        ):
            return key
    return None


class _Merging:
    """One merge of one record."""

    def __init__(
        self, folder: str, base: Tree, ours: Tree, theirs: Tree, times: tuple[int, int]
    ) -> None:
        self.folder = folder
        self.rules = rules_of(folder)
        self.trees = (base, ours, theirs)
        self.times = times
        self.moved = _told(base, ours, theirs) & _told(base, theirs, ours)
        self.clashes: list[dict[str, str]] = []
        self.revived: list[str] = []

    def result(self) -> MergedRecord:
        tree = self._mapping((), *self.trees)
        open_ones = tree.get(QUESTIONS)
        if open_ones is not None and not isinstance(open_ones, list):
            open_ones = [{"field": QUESTIONS, "other": written(open_ones)}]
        base, ours, theirs = self.trees
        again = [*_asked_anew(base, ours, theirs), *_asked_anew(base, theirs, ours)]
        new = [item for item in (*again, *self.clashes) if item not in (open_ones or ())]
        if new:
            tree[QUESTIONS] = [*(open_ones or ()), *new]
        return MergedRecord(tree, tuple(self.revived))

    def _mapping(self, path: Path, base: Any, ours: Tree, theirs: Tree) -> dict[str, Any]:
        base = base if isinstance(base, Mapping) else {}
        places = ranks(self.folder, path)
        keys = {**ours, **theirs}
        order = in_order(base, ours, theirs, keys, lambda key: places.get(key, LAST))
        found = {
            key: self._value((*path, key), base.get(key), ours.get(key), theirs.get(key))
            for key in order
        }
        return {key: value for key, value in found.items() if value is not None}

    def _value(self, path: Path, base: Any, ours: Any, theirs: Any) -> Any:
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self._mapping(path, base, ours, theirs)
        rule = self.rules.get(_pattern(path))
        lists = all(value is None or isinstance(value, list) for value in (base, ours, theirs))
        if lists and rule is None:
            key = identity(base, ours, theirs)
            if key is not None:
                return self._items(path, key, base, ours, theirs)
            rule = united
        elif not lists and isinstance(base or ours or theirs, list):
            rule = later_wins
        moved = ".".join(path) in self.moved
        sides = (side(ours, self.times[0]), side(theirs, self.times[1]))
        merged = merge_value(rule or later_wins, base, *sides, moved=moved)
        self._remember(path, base, sides, merged)
        return merged.value

    def _items(self, path: Path, key: str, base: Any, ours: Any, theirs: Any) -> Any:
        """A list of mappings, by id and then field by field."""
        old, one, two = ({item[key]: item for item in each or ()} for each in (base, ours, theirs))
        found = {
            name: self._value((*path, name), old.get(name), one.get(name), two.get(name))
            for name in sorted({*one, *two})
        }
        wanted = [name for name, item in found.items() if item is not None]
        order = in_order(old, one, two, wanted, lambda name: name)
        return [found[name] for name in order] or None

    def _remember(self, path: Path, base: Any, sides: tuple[Side, Side], merged: Merged) -> None:
        field = ".".join(path)
        for lost in merged.lost:
            item = {"field": field, "kept": merged.value, "other": lost, "base": base}
            self.clashes.append({key: written(v) for key, v in item.items() if v is not None})
        removed = None in (sides[0].value, sides[1].value)
        if removed and base is not None and merged.value not in (None, base):
            self.revived.append(field)


def _chosen_alike(base: Tree, ours: Tree, theirs: Tree) -> Tree:
    """A base that is a merge itself, with the winners that the sides chose.

    git merges several merge bases without knowing their times, so a field may have won there that
    lost on the sides; an answer to that question would then look like no change.
    """
    asked = [{written(item) for item in _maps(tree, QUESTIONS)} for tree in (ours, theirs)]
    for item in _maps(base, QUESTIONS):
        sides = {"kept": item.get("other"), "other": item.get("kept")}
        turned = {key: value for key, value in {**item, **sides}.items() if value is not None}
        is_turned = any(written(turned) in side for side in asked)
        if is_turned and not any(written(item) in side for side in asked):
            path = str(item.get("field")).split(".")
            changed = _with_value(base, path, item.get("kept"), item.get("other"))
            questions = [turned if each == item else each for each in _maps(base, QUESTIONS)]
            base = {**changed, QUESTIONS: questions}
    return base


def _with_value(tree: Any, path: Sequence[str], old: Any, new: Any) -> Any:
    """The tree with another value at a path, if the old one stands there."""
    if not path:
        return new if tree == old else tree
    name, rest = path[0], path[1:]
    if isinstance(tree, Mapping) and name in tree:
        return {**tree, name: _with_value(tree[name], rest, old, new)}
    if isinstance(tree, list):
        key = identity(tree)
        return [
            _with_value(item, rest, old, new) if key and item[key] == name else item
            for item in tree
        ]
    return tree


def _pattern(path: Path) -> str:
    """The name of a field in the table of rules: ids, at each second place, are a star."""
    return ".".join("*" if place % 2 else name for place, name in enumerate(path))


def _new_lines(base: Tree, tree: Tree, other: Tree) -> list[Mapping[str, Any]]:
    """The lines of history that only this side has."""
    old, mine, yours = (counted(_maps(each, "history")) for each in (base, tree, other))
    return [event for key, event in mine.items() if key not in old and key not in yours]


def _told(base: Tree, tree: Tree, other: Tree) -> set[str]:
    """The fields that this side set, be it to what they were, as its own lines of history say.

    A line with another value than the present one came with a merge that it lost.
    """
    new = _new_lines(base, tree, other)
    told = {field for event in new for field in event if event[field] == tree.get(field)}
    cleared = {field for event in new for field in event.get("cleared", ()) if field not in tree}
    return (told | cleared) - {"date", "by", "note", "agreed"}


def _asked_anew(base: Tree, tree: Tree, other: Tree) -> list[Mapping[str, Any]]:
    """Questions that the other side answered without knowing what this side's lines tell of it."""
    told = {field for event in _new_lines(base, tree, other) for field in event}
    answered = {written(item) for item in _maps(other, QUESTIONS)}
    return [
        item
        for item in _maps(tree, QUESTIONS)
        if item.get("field") in told and written(item) not in answered
    ]


def _maps(tree: Tree, field: str) -> Sequence[Mapping[str, Any]]:
    items = tree.get(field)
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else ()
