"""Faults at each call that changes the disk, tried one after the other in a forked child."""

import errno
import os
import re
import shutil
import traceback
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from typing import NamedTuple

from crmcli.book import lock as lock_module
from crmcli.book import write as write_module
from crmcli.model.errors import CrmError

CALLS = (
    *((write_module, f"{call}_") for call in ("open", "write", "fsync", "close", "rename")),
    *((write_module, f"{call}_") for call in ("link", "unlink", "mkdir", "rmdir")),
    (lock_module, "acquire_"),
)
ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO, "efbig": errno.EFBIG}
KINDS = ("kill", "interrupt", "interrupt-after", *ERRORS, "short", "short-kill")
LASTING = (*ERRORS, "short")  # the kinds that may go on for ever
KILLED = 137
INTERRUPTED = 130
BUG = 99

Operation = Callable[[], object]


class Fault(NamedTuple):
    """What happens at which call, counted from 1, and whether at all later ones too."""

    kind: str
    at: int
    for_ever: bool = False


class Outcome(NamedTuple):
    """How the child ended, and whether it came as far as the fault."""

    code: int
    reached: bool


class Storage:
    """The calls that change the disk: it counts and records them, and makes one go wrong."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.log: list[tuple[str, ...]] = []
        self._open: dict[int, str] = {}

    def install(self, replace: Callable[[Any, str, Any], None] = setattr) -> None:
        """Put itself between the program and the system; `replace` is setattr, or a patch's."""
        for module, name in CALLS:
            replace(module, name, self._wrapped(name, getattr(module, name)))

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any) -> Any:
            if name in ("write_", "fsync_", "close_"):
                shown = (self._open.get(args[0], "?"),)
            else:
                shown = tuple(str(arg) for arg in args if isinstance(arg, Path))
            self.log.append((name, *shown))
            result = self._go_wrong(name, call, args) if self._is_due() else call(*args)
            if name == "open_":
                self._open[result] = shown[0]
            return result

        return counted

    def _is_due(self) -> bool:
        if self.fault is None:
            return False
        count = len(self.log)
        return count == self.fault.at or (self.fault.for_ever and count > self.fault.at)

    def _go_wrong(self, name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        assert self.fault
        kind = self.fault.kind
        if kind == "kill":
            os._exit(KILLED)
        if kind == "interrupt":
            raise KeyboardInterrupt
        if kind in ERRORS:
            raise OSError(ERRORS[kind], os.strerror(ERRORS[kind]))
        if kind.startswith("short") and name == "write_":
            result = call(args[0], bytes(args[1])[: len(args[1]) // 2])
            if kind == "short-kill":
                os._exit(KILLED)
            return result
        if kind == "interrupt-after":
            with suppress(OSError):
                call(*args)
            raise KeyboardInterrupt
        return call(*args)


def run(operation: Operation, fault: Fault) -> Outcome:
    """Run the operation in a child in which the fault happens; an int that it gives is its code."""
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        storage = Storage(fault)
        code = BUG
        try:
            storage.install()
            code = _code_of(operation)
        finally:
            if code == BUG:
                traceback.print_exc()
            os.write(telling, str(len(storage.log)).encode())
            os._exit(code)
    os.close(telling)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(told) as pipe:
        calls = int(pipe.read() or fault.at)
    return Outcome(code, calls >= fault.at)


def _code_of(operation: Operation) -> int:
    try:
        result = operation()
    except CrmError as error:
        return int(error.code)
    except KeyboardInterrupt:
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def faults_of(kind: str, *, for_ever: bool = False) -> Iterator[Fault]:
    """That fault at the first call, at the second, and so on; the caller stops."""
    at = 0
    while True:
        at += 1
        yield Fault(kind, at, for_ever)


def shape(root: Path) -> frozenset[tuple[str, int]]:
    """What a killed command left, without what chance has put into its names."""
    return frozenset(
        (re.sub(r"-[0-9]+-[0-9a-f]{8}$", "", str(path.relative_to(root))), path.stat().st_size)
        for path in root.rglob("*")
    )


def fresh_copy_of(state: Path, root: Path) -> None:
    """A copy of a book whose intent is bound to the copy, as the original's is to itself."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(state, root)
    intent = root / ".crm.intent"
    if intent.exists():
        old, new = str(state.stat().st_ino), str(root.stat().st_ino)
        intent.write_text(intent.read_text().replace(f'"inode":{old}', f'"inode":{new}'))


def disorder(log: list[tuple[str, ...]], root: Path) -> list[str]:
    """What in this record of calls would let a power cut lose or empty a file."""
    found = []
    intent = str(root / ".crm.intent")
    is_dirty: dict[str, bool] = {}  # a file with bytes, or a folder with names, not yet fsynced
    announced = any(call[0] == "link_" and call[2] == intent for call in log)
    is_announced = False
    for name, *paths in log:
        if name == "write_":
            is_dirty[paths[0]] = True
        elif name == "fsync_":
            is_dirty[paths[0]] = False
            is_announced |= paths[0] == str(root) and announced
        elif name in ("rename_", "link_"):
            source, target = paths
            if is_dirty.get(source, True):
                found.append(f"{name} of {source} before its fsync")
            if announced and target != intent and not is_announced:
                found.append(f"{name} of {target} before the intent is safe")
            is_dirty[str(Path(target).parent)] = True
        elif name == "unlink_" and paths[0] == intent:
            found += [
                f"the intent went before the fsync of {path}"
                for path, dirty in is_dirty.items()
                if dirty and path != str(root) and Path(path).is_dir()
            ]
            is_dirty[str(root)] = True
        elif name in ("unlink_", "mkdir_") and paths[0] != str(root / ".crm"):
            is_dirty[str(Path(paths[0]).parent)] = True
    found += [
        f"no fsync of {path} before the end"
        for path, dirty in is_dirty.items()
        if dirty and Path(path).is_dir() and ".crm" not in Path(path).parts
    ]
    return found
