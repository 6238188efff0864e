"""The house's own settings: crm.yaml as a Policy, with what cannot be used in it."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import NamedTuple

from crmcli.book.lines import KeyPath
from crmcli.book.lines import place
from crmcli.book.paths import CONFIG
from crmcli.book.plain_file import content
from crmcli.book.yaml_text import MAX_BYTES
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import YamlTree
from crmcli.book.yaml_text import read_tree
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import NoBookError
from crmcli.model.errors import Problem
from crmcli.model.nearest import nearest
from crmcli.model.policy import TOP_KEYS
from crmcli.model.policy import Policy
from crmcli.model.policy_tree import read_policy
from crmcli.model.standard import STANDARD

FORMAT = 1

# The keys of the maps inside a list or map of crm.yaml.
ITEM_KEYS: Mapping[str, tuple[str, ...]] = {
    "stages": ("name", "probability", "role", "stale_after"),
    "tiers": ("cadence", "required"),
    "capabilities": ("type", "days"),
    "products": ("id", "name", "cost", "stock", "received"),
    "readiness": ("item", "score", "evidence", "date"),
}


class Config(NamedTuple):
    """crm.yaml: the policy it makes, what is wrong in it, and its text tree."""

    policy: Policy
    problems: tuple[Problem, ...]
    tree: Mapping[str, Any]


def read_config(root: Path) -> Config:
    """Read the crm.yaml of a book.

    Raises NoBookError if there is none, and what `parse_config` raises.
    """
    try:
        data = content(root / CONFIG, MAX_BYTES)
    except FileNotFoundError:
        raise NoBookError("no book here: crm.yaml is missing", remedy="Try: crm init") from None
    if data is None:
        raise BadDataError("is no ordinary file, or larger than 1 MiB", place=CONFIG)
    return parse_config(data)


def parse_config(data: bytes) -> Config:
    """Make a policy of the bytes of crm.yaml; what cannot be used keeps its default.

    Raises BadDataError if it is no YAML, or of a newer format than this program knows;
    ConflictError if it holds the conflict markers of a merge.
    """
    try:
        read = read_tree(data)
    except YamlProblem as problem:
        where = f"{CONFIG}:{problem.line}" if problem.line else CONFIG
        error = ConflictError if problem.markers else BadDataError
        raise error(problem.what, place=where, remedy=problem.remedy) from None
    problems = _format_problems(read)
    policy, faults = read_policy(read.tree)
    for fault in faults:
        field = ".".join(map(str, fault.path))
        problems.append(Problem(place(CONFIG, read.lines, fault.path), fault.what, field=field))
    problems += _unknown_keys(read)
    return Config(policy, tuple(problems), read.tree)


def refuse_newer(data: bytes) -> None:
    """Raise BadDataError if this crm.yaml is of a newer format than this program knows.

    One that cannot be read is passed over.
    """
    try:
        read = read_tree(data)
    except YamlProblem:
        return
    _format_problems(read)


def _format_problems(read: YamlTree) -> list[Problem]:
    text = read.tree.get("format")
    if text == str(FORMAT):
        return []
    where = place(CONFIG, read.lines, ("format",))
    if text is None:
        return [Problem(CONFIG, "'format' is missing", f"Add a line: format: {FORMAT}")]
    if not isinstance(text, str) or not text.isascii() or not text.isdigit():
        return [Problem(where, "format is not a whole number", f"Write format: {FORMAT}")]
    if len(text) > 9 or int(text) > FORMAT:  # noqa: PLR2004  # digits enough for any format
        raise BadDataError(
            f"format {text[:9]} is newer than this crm knows ({FORMAT})",
            place=where,
            remedy="Get a newer version of crm",
        )
    return [Problem(where, f"format '{text}' is not known", f"Write format: {FORMAT}")]


def _unknown_keys(read: YamlTree) -> Iterator[Problem]:
    tree = read.tree
    yield from _unknown(tree, TOP_KEYS, (), read)
    standard = tree.get("standard")
    if isinstance(standard, dict):
        groups = {key.partition(".")[0] for key in STANDARD}
        yield from _unknown(standard, groups, ("standard",), read)
        for group, inner in standard.items():
            if group in groups and isinstance(inner, dict):
                names = [key.partition(".")[2] for key in STANDARD if key.startswith(f"{group}.")]
                yield from _unknown(inner, names, ("standard", group), read)
    for key, known in ITEM_KEYS.items():
        value = tree.get(key)
        items = value.items() if isinstance(value, dict) else enumerate(value or ())
        for at, item in items:
            if isinstance(item, dict):
                yield from _unknown(item, known, (key, at), read)


def _unknown(
    tree: Mapping[str, Any], known: Iterable[str], path: KeyPath, read: YamlTree
) -> Iterator[Problem]:
    words = tuple(known)
    for key in tree:
        if key not in words:
            near = nearest(key, words, 1)
            yield Problem(
                place(CONFIG, read.lines, (*path, key)),
                f"key '{key}' is not known, so it is passed over",
                f"Did you mean {near[0]}?" if near else None,
                level="note",
                field=".".join(map(str, (*path, key))),
            )
