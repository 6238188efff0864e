"""The intent: what a command of several files is about to put in place, so the next can finish it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

from crmcli.book import paths

TEMP = re.compile(re.escape(paths.TEMP_PREFIX) + r"[0-9]{1,10}-[0-9a-f]{8}")
_HASH = re.compile(r"[0-9a-f]{64}")


class Step(NamedTuple):
    """One file of a command; hashes are sha256 in hex.

    `before` is None for a new file; `after` and `temp` are None for one that goes.
    `temp` is the name, in the same folder, under which the new content waits.
    """

    path: str
    before: str | None
    after: str | None
    temp: str | None


class ForeignIntentError(Exception):
    """An intent that this book did not write, or that is damaged. It is never obeyed."""


def is_pending(root: Path) -> bool:
    """Whether a command of several files was cut off and waits to be finished."""
    # Without following links: a planted link counts as something to look at.
    try:
        (root / paths.INTENT).lstat()
    except OSError:
        return False
    return True


def is_record_path(path: str) -> bool:
    """Whether the relative path is that of a record file or of crm.yaml."""
    return path == paths.CONFIG or paths.folder_of(path) is not None


def encode(root: Path, steps: Sequence[Step]) -> bytes:
    """The text of the intent, bound to this very folder."""
    import json  # noqa: PLC0415 - only a command of several files pays for it

    device, inode = _identity(root)
    content = {"device": device, "inode": inode, "steps": steps}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(root: Path, data: bytes) -> tuple[Step, ...]:
    """The steps of an intent that this folder wrote, each of them a record of this book.

    Raises ForeignIntentError with the reason if it is anything else.
    """
    import json  # noqa: PLC0415 - only a command that finds an intent pays for it

    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise ForeignIntentError("it is damaged") from None
    if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
        raise ForeignIntentError("it is damaged")
    if (content.get("device"), content.get("inode")) != _identity(root):
        raise ForeignIntentError("it was written in another folder")
    return tuple(_step(item) for item in content["steps"])


def _identity(root: Path) -> tuple[int, int]:
    found = root.stat()
    return found.st_dev, found.st_ino


def _step(item: Any) -> Step:
    if not isinstance(item, list) or len(item) != len(Step._fields):
        raise ForeignIntentError("it is damaged")
    path, before, after, temp = item
    if not isinstance(path, str) or not is_record_path(path):
        raise ForeignIntentError(f"it names {path!r}, which is no record of a book")
    hashes = all(each is None or _fits(_HASH, each) for each in (before, after))
    if not hashes or (after is None) != (temp is None) or before == after:
        raise ForeignIntentError("it is damaged")
    if temp is not None and not _fits(TEMP, temp):
        raise ForeignIntentError(f"it names {temp!r}, which is no temporary file of crm")
    return Step(path, before, after, temp)


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
