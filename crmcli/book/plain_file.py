"""Looking at what lies at a path, without ever following a link."""

import os
import stat
from pathlib import Path

from crmcli.book import paths

# Without O_NONBLOCK a planted FIFO would make the reader wait for ever.
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)


def digest(data: bytes) -> str:
    """The sha256 of a file's bytes in hex, by which a version of it is known."""
    import hashlib  # noqa: PLC0415 - a command that only reads does not pay for it

    return hashlib.sha256(data).hexdigest()


def content(path: Path, limit: int | None = None) -> bytes | None:
    """The bytes of an ordinary file; None if it is anything else, or longer than `limit` bytes.

    Raises FileNotFoundError if there is nothing.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    with open(os.open(path, _READ), "rb") as file:  # noqa: PTH123 - a Path cannot refuse links
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or (limit is not None and found.st_size > limit):
            return None
        return file.read()


def version(path: Path) -> str | None:
    """The digest of the file there; None if there is nothing, "" if it is no ordinary file."""
    if not os.path.lexists(path):
        return None
    data = content(path)
    return "" if data is None else digest(data)


def is_real_folder(path: Path) -> bool:
    """Whether a folder is there, and not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def free_name(path: Path) -> Path:
    """NAME.crm-new beside that path, or NAME.2.crm-new and so on while one is there already."""
    aside = path.with_name(f"{path.name}{paths.ASIDE_SUFFIX}")
    number = 2
    while os.path.lexists(aside):
        aside = path.with_name(f"{path.name}.{number}{paths.ASIDE_SUFFIX}")
        number += 1
    return aside
