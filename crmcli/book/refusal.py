"""What the system refuses, said in a sentence that names the file and the cause."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from crmcli.model.errors import CrmError

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "Make room, then try again"),
    errno.EDQUOT: ("the disk quota is used up", "Make room, then try again"),
    errno.EFBIG: ("the file is larger than is allowed here", "Raise the limit, then try again"),
    errno.EIO: ("the disk reports an error", "Check the disk, then try again"),
    errno.EROFS: ("the disk is read-only", "Make it writable, then try again"),
    errno.EACCES: ("no permission to write here", "Check who may write there: ls -ld"),
    errno.EPERM: ("no permission to write here", "Check who may write there: ls -ld"),
    errno.ENAMETOOLONG: ("the name is too long", "Try a shorter one"),
}


@contextmanager
def named(place: str, *, what: str = "cannot write", remedy: str | None = None) -> Iterator[None]:
    """Turn an OSError of the body into a CrmError, with the OSError as its cause."""
    try:
        yield
    except OSError as error:
        cause, advice = _CAUSES.get(error.errno or 0, (error.strerror or str(error), "Try again"))
        raise CrmError(f"{what}: {cause}", place=place, remedy=remedy or advice) from error
