"""What a person reads when something could not be done, and the exit code that goes with it."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from typer import Abort
from typer import Exit
from typer.exceptions import TyperException

from crmcli.cli.world import World
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExitCode
from crmcli.model.errors import UsageError
from crmcli.model.nearest import nearest

LIKE = 0.6  # how alike a typed option and a known one must be to be meant
OTHER_WORDS = {"--colour": "--color", "--verbose": "--full", "--out": "--output"}


def report(error: BaseException, argv: Sequence[str], world: World) -> int:
    """Show a mistake on stderr and return its exit code; a bug is raised again."""
    if isinstance(error, Exit):
        return error.exit_code
    if isinstance(error, (KeyboardInterrupt, Abort)):
        world.stderr.write("interrupted; nothing is half done\n")
        return ExitCode.INTERRUPTED
    if isinstance(error, TyperException):
        error = _usage(error, argv)
    if not isinstance(error, CrmError):
        _bug(error, world)
    else:
        from crmcli.render.errors import show_error  # noqa: PLC0415  # only when needed

        world.stderr.write(show_error(error, as_json=wants_json(argv)))
        return error.code
    return ExitCode.FAILURE


def wants_json(argv: Sequence[str]) -> bool:
    """True if the answer was to be JSON, so that a mistake is JSON too."""
    words = list(argv[: argv.index("--")]) if "--" in argv else list(argv)
    if "--json" in words or any(w in ("--format=json", "--format=jsonl", "-fjson") for w in words):
        return True
    return any(
        flag in ("-f", "--format") and form in ("json", "jsonl") for flag, form in pairwise(words)
    )


def _usage(error: Any, argv: Sequence[str]) -> UsageError:
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "crm"
    option = getattr(error, "option_name", None)
    if option and ctx is not None and "possibilities" in vars(error):
        known = [name for p in ctx.command.get_params(ctx) for name in p.opts]
        near = OTHER_WORDS.get(option) or _near_option(option, known)
        remedy = f"Did you mean {near}?" if near else f"Try: {path} -h"
        return UsageError(f"no such option {option}", place=path, remedy=remedy)
    if option and "requires an argument" in error.message:
        remedy = "Try: --fields help" if option == "--fields" else f"Try: {path} -h"
        return UsageError("its value is missing", place=option, remedy=remedy)
    text = error.format_message().strip().replace("a valid int range", "a whole number that fits")
    return UsageError(text[:1].lower() + text[1:].rstrip("."), place=path, remedy=f"Try: {path} -h")


def _near_option(option: str, known: Sequence[str]) -> str | None:
    # The dashes are alike in all of them and would make anything near.
    names = {name.lstrip("-"): name for name in known}
    found = nearest(option.lstrip("-"), tuple(names), 1)
    if not found:
        return None
    from difflib import SequenceMatcher  # noqa: PLC0415  # only a mistake needs it

    ratio = SequenceMatcher(None, option.lstrip("-"), found[0]).ratio()
    return names[found[0]] if ratio > LIKE else None


def _bug(error: BaseException, world: World) -> None:
    if world.environ.get("CRM_DEBUG") or os.environ.get("PYTEST_CURRENT_TEST"):
        raise error
    # The text of a bug may hold a customer's data, so only its kind and place are shown.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    world.stderr.write(
        f"a bug in crm: {type(error).__name__}{place}\n"
        "Your files are whole. Try: the same with CRM_DEBUG=1, and report what it prints\n"
    )
