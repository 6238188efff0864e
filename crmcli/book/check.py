"""Everything that is wrong in a book, as far as its files can tell."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crmcli.book.check_links import LINK_RULES
from crmcli.book.check_people import PEOPLE_RULES
from crmcli.book.check_story import STORY_RULES
from crmcli.book.check_targets import TARGET_RULES
from crmcli.book.config import read_config
from crmcli.book.contents import Contents
from crmcli.book.paths import ASIDE_SUFFIX
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.paths import is_conflicted_copy
from crmcli.book.paths import name_problem
from crmcli.book.paths import original_name
from crmcli.book.plain_file import content
from crmcli.book.walk import shown
from crmcli.book.walk import walk
from crmcli.book.yaml_text import read_tree
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import Problem
from crmcli.model.policy import Policy

MANY_FILES = 600_000
ATTRIBUTES = ".gitattributes"
ATTRIBUTES_BYTES = 1024 * 1024
UNION = re.compile(rb"\smerge=union(?:\s|$)")

Tick = Callable[[int, int], None]


def check(
    root: Path,
    policy: Policy | None = None,
    paths: Sequence[str] | None = None,
    tick: Tick | None = None,
) -> tuple[list[Problem], int]:
    """Find every problem of the book, ordered by file and line; and the number of files read.

    Everything is read from the files, and nothing from the index. `policy` is that of crm.yaml
    unless another is given; where crm.yaml cannot be read, the rules that join records wait for
    it. `paths` are files or folders
    inside the book: all of it is read, but only what is wrong in these is told. `tick` is called
    with the files done and the files in all. Never raises for what the files hold.
    """
    found = walk(root)
    folders = ((path, files) for path, files in found.folders.items() if path)
    names = [f"{path}/{name}" for path, files in folders for name in files.entries()]
    records = sorted(path for path in names if folder_of(path))
    own_policy, config_problems = _config(root)
    contents = Contents(root, policy or own_policy or Policy())
    for done, path in enumerate(records, 1):
        contents.read(path)
        if tick is not None:
            tick(done, len(records))
    problems = [
        *found.problems,
        *config_problems,
        *_attribute_problems(root),
        *_name_problems(root, names),
        *_twins(names),
        *_too_many(len(names)),
        *contents.problems,
    ]
    for rule in (
        (*LINK_RULES, *PEOPLE_RULES, *STORY_RULES, *TARGET_RULES) if policy or own_policy else ()
    ):
        problems += rule(contents)
    wanted = [each for each in problems if paths is None or _is_in(each.file, paths)]
    return sorted(wanted, key=_order), len(records) + 1


def _config(root: Path) -> tuple[Policy | None, tuple[Problem, ...]]:
    try:
        config = read_config(root)
    except CrmError as error:
        fixable = isinstance(error, ConflictError)  # conflict markers
        return None, (Problem(error.place or CONFIG, error.what, error.remedy, fixable=fixable),)
    return config.policy, (*config.problems, *_config_questions(config.tree), *_config_end(root))


def _config_questions(tree: Mapping[str, Any]) -> Iterator[Problem]:
    """What a merge left open in crm.yaml, which is settled by hand as all of it is."""
    items = tree.get("conflicts")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            said = ", ".join(
                f"{key} {item[key]}" for key in ("kept", "other", "base") if key in item
            )
            what = f"a merge left a question open about {item.get('field')}: {said}"
            remedy = "Write what is to hold, and take the line out of conflicts"
            yield Problem(CONFIG, what, remedy, "warning", field="conflicts")


def _config_end(root: Path) -> Iterator[Problem]:
    data = (root / CONFIG).read_bytes()
    for note in read_tree(data).notes if not data.endswith(b"\n") else ():
        yield Problem(f"{CONFIG}:{note.line}", note.what, note.remedy, "warning", fixable=True)


def _attribute_problems(root: Path) -> Iterator[Problem]:
    try:
        data = content(root / ATTRIBUTES, ATTRIBUTES_BYTES) or b""
    except OSError:
        return
    for at, line in enumerate(data.splitlines(), 1):
        if UNION.search(line) and not line.startswith(b"#"):
            what = "merge=union keeps both versions of a changed line, which spoils records"
            yield Problem(f"{ATTRIBUTES}:{at}", what, "Remove it", fixable=True)


def _name_problems(root: Path, names: Iterable[str]) -> Iterator[Problem]:
    for path in names:
        if path.endswith(ASIDE_SUFFIX):
            what = "was edited while a command was interrupted, and is kept here"
            remedy = "Compare it with the file beside it, then remove it"
            yield Problem(shown(path), what, remedy, level="warning")
        elif (problem := name_problem(path)) is not None:
            yield problem._replace(place=shown(path), fixable=_is_spare(root, path))
    for entry in sorted(root.iterdir()):
        if is_conflicted_copy(entry.name):
            what = "is a conflicted copy that a sync program made, and is not read"
            remedy = "Compare it with the other file, then remove it"
            spare = _is_spare(root, entry.name)
            yield Problem(shown(entry.name), what, remedy, fixable=spare)


def _is_spare(root: Path, path: str) -> bool:
    """Whether it is a conflicted copy with the very bytes of its original."""
    original = original_name(path)
    if original is None:
        return False
    try:
        data = content(root / path)
        return data is not None and data == content(root / original)
    except OSError:
        return False


def _twins(names: Iterable[str]) -> Iterator[Problem]:
    """Names that are one file on a system that does not tell case or normal forms apart."""
    alike: dict[str, list[str]] = defaultdict(list)
    for path in names:
        alike[path if path.isascii() and path.islower() else _folded(path)].append(path)
    for group in alike.values():
        for path in group if len(group) > 1 else ():
            others = ", ".join(shown(each) for each in sorted(group) if each != path)
            what = f"is one file with {others} on some systems: they differ in case or accents only"
            yield Problem(shown(path), what, "Rename one of them")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _too_many(files: int) -> Iterator[Problem]:
    if files > MANY_FILES:
        what = f"the book has {files:,} files; above {MANY_FILES:,} it gets slow"
        yield Problem(CONFIG, what, "Split it into several books", level="warning")


def _is_in(file: str, paths: Iterable[str]) -> bool:
    return any(file == path or file.startswith(f"{path.rstrip('/')}/") for path in paths)


def _order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line or 0, problem.field or "", problem.what
