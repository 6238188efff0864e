"""The lock: one command at a time changes the book, and who comes too late learns who has it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from crmcli.book import paths
from crmcli.book import write
from crmcli.book.refusal import named
from crmcli.model.errors import CrmError
from crmcli.model.errors import LockedError

if TYPE_CHECKING:
    from filelock import BaseFileLock

SECONDS = 5.0
_TRIES = 5
_HINT_BYTES = 4096


def _acquire(path: Path, seconds: float) -> "BaseFileLock | None":
    """A held lock, None if another process kept it for so many seconds."""
    import filelock  # noqa: PLC0415 - a command that only reads does not pay for it

    held = filelock.FileLock(path, mode=0o600)
    try:
        held.acquire(timeout=seconds, poll_interval=0.02)
    except filelock.Timeout:
        return None
    return held


# By this name, so that tests can make it fail.
acquire_ = _acquire


@contextmanager
def lock(
    root: Path, command: str, now_text: str, *, seconds: float = SECONDS
) -> Iterator[list[str]]:
    """Hold the book alone; first finish what a command that was cut off left behind.

    `command` and `now_text` (the time, as it is to be shown) are told to whoever waits in vain.
    Gives sentences about what was finished, for the screen.
    Raises LockedError with the holder after `seconds`, ConflictError as `write.recover` does,
    CrmError if `.crm` or the lock is not what it should be.
    """
    path = write.make_crm_folder(root) / "lock"
    held = _hold(root, path, seconds)
    try:
        # The old note stays until all is swept, else a kill in between would hide the need for it.
        was_cut_off = bool(_hint(path))
        told = write.recover(root)
        if was_cut_off or told:
            write.sweep(root)
        write.note(path, _holder(command, now_text))
        try:
            yield told
        except CrmError as error:
            # A person's mistake leaves nothing behind; a disk that refuses may.
            if not isinstance(error.__cause__, OSError):
                write.note(path, "")
            raise
        # An empty note says that this command has left nothing to sweep.
        write.note(path, "")
    finally:
        held.release()


def is_noted(root: Path) -> bool:
    """Whether the lock names a command: one at work, or one that was cut off."""
    return bool(_hint(root / paths.LOCAL / "lock"))


def _hold(root: Path, path: Path, seconds: float) -> "BaseFileLock":
    for _ in range(_TRIES):
        _refuse_links(path)
        with named(".crm/lock", what="cannot lock the book"):
            held = acquire_(path, seconds)
        if held is None:
            raise LockedError(
                f"another command is writing{_described(_hint(path))}",
                remedy="Try again when it is done",
            )
        if _is_at(held, path):
            return held
        # Someone deleted `.crm` between: this lock guards a file that nobody can find.
        held.release()
        write.make_crm_folder(root)
    raise LockedError("the lock keeps disappearing", place=".crm/lock", remedy="Try again")


def _refuse_links(path: Path) -> None:
    """Raise unless the lock is a plain file with one name, or is not there yet."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise CrmError("is no ordinary file", place=".crm/lock", remedy="Remove it, then try again")


def _is_at(held: "BaseFileLock", path: Path) -> bool:
    handle = held._context.lock_file_fd  # noqa: SLF001 - older versions have no other way
    if handle is None:
        return False
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _holder(command: str, now_text: str) -> str:
    import json  # noqa: PLC0415 - only a command that writes pays for it

    host = os.uname().nodename if hasattr(os, "uname") else ""
    content = {"pid": os.getpid(), "host": host, "command": command, "since": now_text}
    return json.dumps(content, ensure_ascii=False) + "\n"


def _hint(path: Path) -> bytes:
    """What the last holder wrote into the lock; empty if it ended well, or cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HINT_BYTES)
    except OSError:
        return b""


def _described(hint: bytes) -> str:
    import json  # noqa: PLC0415 - only a command that waited in vain pays for it

    try:
        holder: Any = json.loads(hint)
    except ValueError:
        holder = None
    if not isinstance(holder, dict):
        return ""
    return (
        f": {holder.get('command')} (process {holder.get('pid')} on {holder.get('host')}, "
        f"since {holder.get('since')})"
    )
