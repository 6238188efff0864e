"""The front door: the real world in, the one catch of CrmError, the exit code out."""

import datetime
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from typing import NoReturn

VERSION = "0.1.0"
INTERRUPTED = 130
WIDEST_HELP = 100  # columns; longer lines are hard to read
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32


def main() -> NoReturn:
    """Run crm on the real world and end the process."""
    gc.disable()  # one run is short: collecting took a third of a large report (measured)
    argv = sys.argv[1:]
    if argv == ["--version"]:
        sys.stdout.write(f"crm {VERSION}\n")
        raise SystemExit(0)
    _speak_utf8()
    world = real_world()
    code = run(argv, world)
    try:
        world.stdout.flush()
    except (BrokenPipeError, ValueError):
        _close_quietly()
    raise SystemExit(code)


def run(argv: Sequence[str], world: Any) -> int:
    """Run one command line on a world; returns the exit code, never raises CrmError."""
    from crmcli.cli import tree  # noqa: PLC0415  # --version needs none of it
    from crmcli.cli.mistakes import report  # noqa: PLC0415

    with redirect_stdout(world.stdout), redirect_stderr(world.stderr):
        try:
            code = tree.root().main(
                args=list(argv),
                prog_name="crm",
                standalone_mode=False,
                obj=(world, VERSION),
                terminal_width=_help_width(world),
            )
        except (BrokenPipeError, SystemExit):  # typer ends the process where a pipe is closed
            _close_quietly()
            return 0
        except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  # the one catch; a bug is raised again
            return report(error, argv, world)
        if code == INTERRUPTED:  # typer has taken the exception and gives its code alone
            return report(KeyboardInterrupt(), argv, world)
    return code if isinstance(code, int) else 0


def _speak_utf8() -> None:
    """Begin again in UTF-8 where the locale is another, or a Chinese file name could not be read."""
    if sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        words = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, words, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606  # ourselves


def _help_width(world: Any) -> int:
    columns = world.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() else 0
    return min(width or world.terminal.width or WIDEST_HELP, WIDEST_HELP)


def real_world() -> Any:
    """The day, the folder, the terminal and chance as they are."""
    from crmcli.cli.world import World  # noqa: PLC0415  # --version needs none of it

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    now = datetime.datetime.now().astimezone()
    return World(
        folder=Path.cwd(),
        today=now.date(),
        now=now,
        environ=dict(os.environ),
        terminal=_terminal(),
        new_id=_new_id,
        stdin=sys.stdin or _nothing(),
        stdout=sys.stdout or _nothing(),
        stderr=sys.stderr or _nothing(),
    )


def _terminal() -> Any:
    from shutil import get_terminal_size  # noqa: PLC0415  # --version needs none of it

    from crmcli.cli.world import Terminal  # noqa: PLC0415

    size = get_terminal_size((80, 24))
    return Terminal(
        stdin=_is_terminal(sys.stdin),
        stdout=_is_terminal(sys.stdout),
        stderr=_is_terminal(sys.stderr),
        width=size.columns,
        height=size.lines,
    )


def _is_terminal(stream: Any) -> bool:
    try:
        return stream is not None and bool(stream.isatty())
    except ValueError:  # closed
        return False


def _nothing() -> Any:
    return Path(os.devnull).open("r+", encoding="utf-8")  # for the life of the process


def _new_id() -> str:
    import secrets  # noqa: PLC0415  # only a write needs chance

    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def _close_quietly() -> None:
    # Python flushes stdout once more on exit; a reader that has gone must not make it complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
