"""The merge driver: what git starts for each file of the book that two sides changed."""

from collections.abc import Mapping
from pathlib import Path

from crmcli.book.write import write_output
from crmcli.model.errors import CrmError
from crmcli.sync.git import Git
from crmcli.sync.merge_text import Times
from crmcli.sync.merge_text import inside
from crmcli.sync.merge_text import merge_text

MERGED = 0
CLASHED = 1
MARKER_SIZE = 7  # longer ones are those of a merge of merge bases, whose commits nobody knows
LABELS = ("-L", "ours", "-L", "base", "-L", "theirs")
MOST_CLASHES = 127  # merge-file gives their number; above it says that it failed


def merge_driver(
    base: Path,
    ours: Path,
    theirs: Path,
    path: str,
    *,
    environ: Mapping[str, str],
    marker_size: int = MARKER_SIZE,
    by_fields: bool = True,
) -> int:
    """Merge three files and write the result into `ours`; the exit code that git expects.

    `path` is that of the file in the repository. Without `by_fields` its text is merged as git
    does, since this program does not know what its fields mean. 0: merged, questions that stayed open stand in
    the record. 1: it could not be merged by fields, so git's own text merge stands in `ours`,
    with markers if it clashed. No side is ever lost, whatever happens.
    """
    try:
        before, mine, yours = (file.read_bytes() for file in (base, ours, theirs))
    except OSError:  # nothing is touched, and git flags the file
        return CLASHED
    times = (None, None) if marker_size > MARKER_SIZE else stamps(environ)
    if not by_fields:
        return _without_fields((base, ours, theirs), path, environ, marker_size)
    try:
        # git gives an empty file where the two sides added one.
        data = merge_text(path, before or None, mine, yours, times).data
        _put(ours, data or b"")
    except Exception:  # noqa: BLE001  # git would take what a driver that broke left for the result
        _put(ours, mine)
        return _without_fields((base, ours, theirs), path, environ, marker_size)
    return MERGED


def stamps(environ: Mapping[str, str]) -> Times:
    """When each side changed the file last, in Unix seconds, as sync says it; None: not known."""
    return _time(environ.get("CRM_MERGE_OURS")), _time(environ.get("CRM_MERGE_THEIRS"))


def _time(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _without_fields(
    sides: tuple[Path, Path, Path], path: str, environ: Mapping[str, str], marker_size: int
) -> int:
    code = _merge_as_text(sides, environ, marker_size)
    return MERGED if code == 0 and inside(path) is None else CLASHED


def _merge_as_text(
    sides: tuple[Path, Path, Path], environ: Mapping[str, str], marker_size: int
) -> int:
    """Let git merge the texts into the second file; how many clashes are marked there."""
    base, ours, theirs = sides
    words = ("merge-file", "-q", f"--marker-size={marker_size}", *LABELS, "--")
    files = (str(file.resolve()) for file in (ours, base, theirs))
    try:
        # It runs no program, so the folder's settings need no guard.
        code = Git(ours.resolve().parent, environ).run(*words, *files).code
    except CrmError:
        code = None
    if code is None or not 0 <= code <= MOST_CLASHES:
        _put(ours, _both(ours.read_bytes(), theirs.read_bytes(), marker_size))
        return 1
    return code


def _both(ours: bytes, theirs: bytes, marker_size: int) -> bytes:
    """The whole of both sides between markers, so that nothing of either is lost."""
    signs = [sign * marker_size for sign in (b"<", b"=", b">")]
    lines = (signs[0] + b" ours", ours.removesuffix(b"\n"), signs[1], theirs.removesuffix(b"\n"), signs[2] + b" theirs")  # fmt: skip
    return b"\n".join(lines) + b"\n"


def _put(file: Path, data: bytes) -> None:
    """Write git's own file; its name is none of the book's."""
    write_output(file, data, book_root=None)
