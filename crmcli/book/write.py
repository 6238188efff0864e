"""Writing: the one place that opens, renames, links or removes anything, whole or not at all."""

import errno
import os
import stat
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path
from pathlib import PurePosixPath
from typing import NamedTuple

from crmcli.book import intent
from crmcli.book import paths
from crmcli.book.intent import Step
from crmcli.book.plain_file import content
from crmcli.book.plain_file import digest
from crmcli.book.plain_file import free_name
from crmcli.book.plain_file import is_real_folder
from crmcli.book.plain_file import version
from crmcli.book.refusal import named
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExistsError

# Every call that changes the disk goes through these names, so that tests can make each one fail.
open_ = os.open
write_ = os.write
fsync_ = os.fsync
close_ = os.close
rename_ = os.replace
link_ = os.link
unlink_ = os.unlink
mkdir_ = os.mkdir
rmdir_ = os.rmdir
chmod_ = os.chmod

_PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
_REWRITE = os.O_WRONLY | os.O_TRUNC | _PLAIN

_OWNER_FILE = 0o600
_OWNER_FOLDER = 0o700
_INTENT_LIMIT = 256 * 1024 * 1024

_NO_LINKS = {
    errno.EPERM,
    errno.EACCES,
    errno.EINVAL,
    errno.EMLINK,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
}


class Write(NamedTuple):
    """A file to be put in place. `path` is relative to the book, with `/`.

    `data` is the whole new content, None to remove the file. `before` is the `digest` of what
    must be there now, None if nothing may be there.
    """

    path: str
    data: bytes | None
    before: str | None


class _Staged:
    """What a command has put on the disk so far and must take away if it fails."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.temps: list[Path] = []
        self.folders: list[Path] = []
        self.real: set[Path] = {root}

    def take_away(self) -> None:
        for temp in self.temps:
            with suppress(OSError):
                unlink_(temp)
        for folder in reversed(self.folders):
            with suppress(OSError):
                rmdir_(folder)


def commit(
    root: Path, writes: Sequence[Write], *, tick: Callable[[int, int], None] | None = None
) -> None:
    """Write these files, all of them or none; the caller holds the book's lock.

    What changes nothing is left out. When it returns, the new files are on the disk for good.
    `tick` is told how many files of how many have been written out.
    Raises ConflictError if a file is no longer what `before` says, ExistsError if a new one
    exists, CrmError if the disk refuses; the old files are whole then.
    """
    changes = [each for each in writes if each.before != _after(each)]
    if len({each.path for each in changes}) < len(changes):
        raise ValueError("the same file twice in one command")
    if not changes:
        return
    if intent.is_pending(root):
        raise ConflictError("an earlier command is not finished", remedy="Try the same again")
    staged = _Staged(root)
    with ExitStack() as undo:
        undo.callback(_take_back, staged)
        steps = []
        for done, change in enumerate(changes, 1):
            steps.append(_stage(staged, change))
            if tick:
                tick(done, len(changes))
        for step in steps:
            _expect(root, step)
        if len(steps) == 1:
            with named(steps[0].path):
                _put(root, steps[0])
                _fsync_folder((root / steps[0].path).parent)
            left = []
        else:
            _announce(staged, steps)
            left = _finish(root, steps)
        undo.pop_all()
    if left:
        raise ConflictError("; ".join(left), remedy="Compare the two, then try again")


def recover(root: Path) -> list[str]:
    """Finish what a command that was cut off had begun; the caller holds the book's lock.

    Gives a sentence for each thing done, for the screen. May be cut off and repeated.
    Raises ConflictError if a file was changed since; its new content is then kept beside it.
    """
    if not intent.is_pending(root):
        return []
    with named(paths.INTENT):
        data = content(root / paths.INTENT, _INTENT_LIMIT)
        try:
            steps = intent.decode(root, data or b"")
        except intent.ForeignIntentError as error:
            aside = free_name(root / paths.INTENT)
            rename_(root / paths.INTENT, aside)
            _fsync_folder(root)
            return [f"{paths.INTENT}: {error}; it was not obeyed and is now {aside.name}"]
    left = _finish(root, steps)
    if left:
        raise ConflictError("; ".join(left), remedy="Compare the two, then try again")
    return [f"finished a command that was cut off ({len(steps)} files)"]


def sweep(root: Path) -> int:
    """Remove temporary files that a killed command left; gives their number.

    The caller holds the lock and has recovered, so that no intent names any of them.
    """
    found = leftovers(root)
    for path in found:
        with named(path):
            unlink_(root / path)
    return len(found)


def leftovers(root: Path) -> list[str]:
    """The temporary files in the book; those of a command at work are among them."""
    found = []
    folders = [root]
    while folders:
        folder = folders.pop()
        with named(str(folder)), os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if folder != root or entry.name in paths.FOLDERS:
                        folders.append(folder / entry.name)
                elif intent.TEMP.fullmatch(entry.name):
                    found.append((folder / entry.name).relative_to(root).as_posix())
    return sorted(found)


def write_output(path: Path, data: bytes, *, book_root: Path | None) -> None:
    """Put an answer into a file that the person named; an old file is replaced whole or stays.

    Raises CrmError for a link, a folder, a device, a place that belongs to the book's own files,
    and if the disk refuses.
    """
    with named(str(path)):
        folder = path.parent.resolve()
        if not folder.is_dir():
            raise CrmError(f"no folder '{path.parent}'", remedy=f"Try: mkdir -p '{path.parent}'")
        target = folder / path.name
        mode = _output_mode(path, target)
        if book_root and _is_the_books(target, book_root.resolve()):
            raise CrmError(
                f"'{path}' is a place of the book's own files",
                remedy=f"Try: -o '../{path.name}', or another folder",
            )
        staged = _Staged(folder)
        with ExitStack() as undo:
            undo.callback(staged.take_away)
            temp = _write_temp(staged, folder, data, mode)
            rename_(temp, target)
            undo.pop_all()
        _fsync_folder(folder)


def keep_draft(root: Path, name: str, data: bytes) -> Path:
    """Put a draft into `.crm`, for the owner alone, in place of one of that name; its path."""
    folder = make_crm_folder(root)
    staged = _Staged(folder)
    with named(name), ExitStack() as undo:
        undo.callback(staged.take_away)
        rename_(_write_temp(staged, folder, data, _OWNER_FILE), folder / name)
        undo.pop_all()
    return folder / name


def drop_draft(path: Path) -> None:
    """Take a draft away; the record is safe, so one that cannot be taken away waits for the next."""
    with suppress(OSError):
        unlink_(path)


def make_root(folder: Path) -> None:
    """Make the folder of a new book and those above it that are missing, for the owner alone.

    A folder that exists and is empty becomes the owner's alone; one that holds anything stays.
    """
    with named(str(folder)):
        missing = []
        above = folder
        while not above.exists():
            missing.append(above)
            above = above.parent
        for each in reversed(missing):
            _mkdir(each)
        if not missing and all(entry.name == ".git" for entry in folder.iterdir()):
            chmod_(folder, _OWNER_FOLDER)


def make_crm_folder(root: Path) -> Path:
    """The book's own `.crm`, made if it is missing.

    Raises CrmError if something else bears that name, as a link in a book that someone sent.
    """
    folder = root / paths.LOCAL
    with named(paths.LOCAL):
        with suppress(FileExistsError):
            mkdir_(folder, _OWNER_FOLDER)
        if not is_real_folder(folder):
            raise CrmError("is no folder", place=paths.LOCAL, remedy="Remove it, then try again")
    return folder


def note(path: Path, text: str) -> None:
    """Replace the text of an existing file in place: for the lock file, where it is only a hint.

    Whatever goes wrong is passed over, since nothing depends on it.
    """
    with suppress(OSError):
        handle = open_(path, _REWRITE)
        try:
            write_(handle, text.encode())
        finally:
            close_(handle)


def _after(change: Write) -> str | None:
    return None if change.data is None else digest(change.data)


def _take_back(staged: _Staged) -> None:
    # Once the intent is in place, the temporary files belong to whoever finishes it.
    if not intent.is_pending(staged.root):
        staged.take_away()


def _stage(staged: _Staged, change: Write) -> Step:
    """Write the new content out beside its place."""
    with named(change.path):
        folder = _folder(staged, change.path)
        if change.data is None:
            return Step(change.path, change.before, None, None)
        temp = _write_temp(staged, folder, change.data, _OWNER_FILE)
    return Step(change.path, change.before, _after(change), temp.name)


def _folder(staged: _Staged, path: str) -> Path:
    """The folder of that path, made if it is missing, each part a real folder in the book."""
    parts = path.split("/")
    own = parts[0].lower() in {".git", paths.LOCAL}
    if own or any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
        raise CrmError(f"'{path}' is no path of this book")
    folder = staged.root
    for part in parts[:-1]:
        folder /= part
        if folder in staged.real:
            continue
        if not os.path.lexists(folder):
            staged.folders.append(folder)
            _mkdir(folder)
        elif not is_real_folder(folder):
            raise CrmError(
                f"'{folder.relative_to(staged.root)}' is no folder, but a link or a file",
                place=path,
                remedy="Put a real folder there, then try again",
            )
        staged.real.add(folder)
    return folder


def _write_temp(staged: _Staged, folder: Path, data: bytes, mode: int) -> Path:
    temp = folder / f"{paths.TEMP_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
    # Noted before it exists: an interrupt may come between the two.
    staged.temps.append(temp)
    handle = open_(temp, _CREATE, mode)
    try:
        rest = memoryview(data)
        while rest:
            written = write_(handle, rest)
            if not written:
                raise OSError(errno.EIO, "nothing was written")
            rest = rest[written:]
        fsync_(handle)
    finally:
        close_(handle)
    return temp


def _expect(root: Path, step: Step) -> None:
    """Raise unless the file is what the command took it for."""
    with named(step.path):
        now = version(root / step.path)
    if now == step.before:
        return
    if now == "":
        raise CrmError(
            "is no ordinary file", place=step.path, remedy="Remove the link, then try again"
        )
    if step.before is None:
        raise _exists(step.path)
    raise ConflictError(
        "was changed meanwhile" if now else "was removed meanwhile",
        place=step.path,
        remedy="Nothing was written. Look at it, then try again",
    )


def _announce(staged: _Staged, steps: Sequence[Step]) -> None:
    """Put the intent in place: from here on the command is finished, never taken back."""
    for step in steps:
        if not intent.is_record_path(step.path):
            raise CrmError(f"'{step.path}' is no record file of a book")
    with named(paths.INTENT):
        temp = _write_temp(staged, staged.root, intent.encode(staged.root, steps), _OWNER_FILE)
        _link(temp, staged.root / paths.INTENT)
        _fsync_folder(staged.root)


def _finish(root: Path, steps: Iterable[Step]) -> list[str]:
    """Take the steps that are still to be taken, then remove the intent; what could not be done."""
    left = []
    folders = set()
    with named(paths.INTENT, remedy="It is begun: the next crm command finishes it"):
        for step in steps:
            with named(step.path, remedy="It is begun: the next crm command finishes it"):
                trouble = _settle(root, step)
            if trouble:
                left.append(trouble)
            folders.add((root / step.path).parent)
        for folder in sorted(folders):
            if is_real_folder(folder):
                _fsync_folder(folder)
        unlink_(root / paths.INTENT)
        _fsync_folder(root)
    return left


def _settle(root: Path, step: Step) -> str | None:
    """Take one step unless it is taken; what is wrong if the file is neither old nor new."""
    target = root / step.path
    above = target.relative_to(root).parents[:-1]  # without the root, which may be a link
    if not all(is_real_folder(root / each) for each in above):
        return f"{step.path}: its folder is gone or is a link"
    now = version(target)
    temp = target.with_name(step.temp) if step.temp else None
    waiting = temp is not None and version(temp) == step.after
    if now == step.after:
        if temp and waiting:
            unlink_(temp)
    elif now == step.before and (waiting or temp is None):
        _put(root, step)
    elif now == step.before:
        return f"{step.path}: its new content is gone; it is as it was"
    elif temp is None:
        return f"{step.path}: was changed meanwhile, so it was not removed"
    elif waiting:
        aside = free_name(target)
        rename_(temp, aside)
        return f"{step.path}: was changed meanwhile; the new content is beside it as {aside.name}"
    # Otherwise the step was taken and the file edited by hand since.
    return None


def _put(root: Path, step: Step) -> None:
    target = root / step.path
    if step.temp is None:
        unlink_(target)
    elif step.before is None:
        _link(target.with_name(step.temp), target)
    else:
        rename_(target.with_name(step.temp), target)


def _link(temp: Path, target: Path) -> None:
    """Give a new file its name; unlike a rename this never replaces another."""
    try:
        link_(temp, target)
    except FileExistsError:
        raise _exists(target.name) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise _exists(target.name) from None
        rename_(temp, target)
    else:
        unlink_(temp)


def _mkdir(folder: Path) -> None:
    mkdir_(folder, _OWNER_FOLDER)
    _fsync_folder(folder.parent)


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # which has no such thing
        return
    handle = open_(folder, os.O_RDONLY)
    try:
        fsync_(handle)
    finally:
        close_(handle)


def _output_mode(path: Path, target: Path) -> int:
    """The mode of the file to be replaced, the owner's alone for a new one."""
    if not os.path.lexists(target):
        return _OWNER_FILE
    found = target.lstat().st_mode
    if stat.S_ISREG(found):
        return stat.S_IMODE(found)
    if stat.S_ISDIR(found):
        raise CrmError(f"'{path}' is a folder", remedy="Name a file in it")
    what = "a link" if stat.S_ISLNK(found) else "no ordinary file"
    raise CrmError(f"'{path}' is {what}, so it is not replaced", remedy="Name another file")


def _is_the_books(target: Path, root: Path) -> bool:
    if not target.is_relative_to(root):
        return False
    # Lower case, since on some systems Customers/ and customers/ are one folder.
    first = target.relative_to(root).parts[0].lower()
    return first in paths.FOLDERS or first == paths.CONFIG or first.startswith(".")


def _exists(path: str) -> ExistsError:
    # The place is the id, so that whoever made it by chance can make another.
    return ExistsError(
        "exists already",
        place=PurePosixPath(path).stem,
        remedy="Nothing was written. Try again with another id",
    )
