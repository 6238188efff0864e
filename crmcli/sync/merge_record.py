"""Two versions of one record, as trees of text, made into one: nothing is lost, clashes are kept."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from crmcli.book.records import key_order
from crmcli.book.shapes import shapes
from crmcli.model.customer import Contact
from crmcli.model.kinds import BY_FOLDER
from crmcli.model.policy import TOP_KEYS
from crmcli.sync.merge import Merged
from crmcli.sync.merge import Side
from crmcli.sync.merge import in_order
from crmcli.sync.merge import later_wins
from crmcli.sync.merge import merge_value
from crmcli.sync.merge import rules_of
from crmcli.sync.merge import side
from crmcli.sync.merge import united
from crmcli.sync.merge import written

Tree = Mapping[str, Any]
Path = tuple[str, ...]
QUESTIONS = "conflicts"
IDENTITIES = ("id", "name", "type")  # by which the mappings of a list are known
LAST = 1_000_000  # behind all fields of a schema


class MergedRecord(NamedTuple):
    """The tree, with its open questions in it; those that this merge added; what came back.

    `revived`: the fields that one side removed and the other changed, so that they stay.
    """

    tree: dict[str, Any]
    clashes: tuple[dict[str, str], ...] = ()
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
    merging = _Merging(folder, base or {}, ours, theirs, (ours_at, theirs_at))
    return merging.result()


def ranks(folder: str, path: Path = ()) -> dict[str, int]:
    """The place of each known key in the order of the file, at a path inside a record."""
    if not path:
        kind = BY_FOLDER.get(folder)
        names = key_order(kind.record) if kind else TOP_KEYS
    elif folder == "customers" and path[0] == "contacts":
        names = tuple(shapes(Contact)) if len(path) == 2 else ()  # noqa: PLR2004  # contacts, id
    else:
        names = ()
    return {name: place for place, name in enumerate(names)}


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
        new = [item for item in self.clashes if item not in (open_ones or ())]
        if new:
            tree[QUESTIONS] = [*(open_ones or ()), *new]
        return MergedRecord(tree, tuple(self.clashes), tuple(self.revived))

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
        moved = len(path) == 1 and path[0] in self.moved
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


def _pattern(path: Path) -> str:
    """The name of a field in the table of rules: ids, at each second place, are a star."""
    return ".".join("*" if place % 2 else name for place, name in enumerate(path))


def _told(base: Tree, tree: Tree, other: Tree) -> set[str]:
    """The fields that lines of history tell of which only this side has."""
    known = {written(event) for each in (base, other) for event in _events(each)}
    fields: set[str] = set()
    for event in _events(tree):
        if written(event) not in known:
            cleared = event.get("cleared")
            fields.update(event, cleared if isinstance(cleared, list) else ())
    return fields - {"date", "by", "note", "agreed", "cleared", "history"}


def _events(tree: Tree) -> Sequence[Mapping[str, Any]]:
    history = tree.get("history")
    if not isinstance(history, list):
        return ()
    return [event for event in history if isinstance(event, Mapping)]
