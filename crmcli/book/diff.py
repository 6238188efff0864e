"""What a write would change, for --dry-run."""

from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

from crmcli.book.plan import on_disk
from crmcli.book.write import Write


def diff(root: Path, writes: Sequence[Write]) -> str:
    """A unified diff of these writes against the files as they are; empty for nothing."""
    parts: list[str] = []
    for write in writes:
        before = on_disk(root, write.path)
        old = _lines(before)
        new = _lines(write.data)
        names = (
            f"a/{write.path}" if before is not None else "/dev/null",
            f"b/{write.path}" if write.data is not None else "/dev/null",
        )
        parts += unified_diff(old, new, *names, lineterm="")
    return "".join(f"{line}\n" for line in parts)


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8", "replace").split("\n")[:-1]
