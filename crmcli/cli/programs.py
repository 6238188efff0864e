"""The user's own programs: the editor and the pager."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from crmcli.model.errors import CrmError


def page(text: str, environ: Mapping[str, str]) -> bool:
    """Show text in the user's pager; False if there is none to use."""
    words = environ.get("CRM_PAGER", environ.get("PAGER", "less -FIRX"))
    command = shlex.split(words)
    if not command or command == ["cat"]:
        return False
    try:
        subprocess.run(command, input=text.encode("utf-8", "replace"), check=False)  # noqa: S603  # the user's own program
    except OSError:
        return False
    return True


def editor(environ: Mapping[str, str]) -> list[str]:
    """The words of the user's editor."""
    default = "notepad" if sys.platform == "win32" else "vi"
    for key in ("CRM_EDITOR", "VISUAL", "EDITOR"):
        if environ.get(key, "").strip():
            return shlex.split(environ[key])
    return [default]


def edit_text(
    text: str, environ: Mapping[str, str], *, suffix: str, keep: Path | None = None
) -> str:
    """Let the user edit text; returns what it became.

    `keep`: a file to work in, which stays; else a temporary one. Raises CrmError if the editor
    cannot be started or says that it failed.
    """
    if keep is None:
        handle, name = tempfile.mkstemp(suffix=suffix, prefix="crm-")
        os.close(handle)
        path = Path(name)
    else:
        path = keep
    try:
        path.write_text(text, encoding="utf-8", newline="")
        run_editor(path, environ)
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    finally:
        if keep is None:
            path.unlink(missing_ok=True)


def run_editor(path: Path, environ: Mapping[str, str]) -> None:
    """Open a file in the user's editor and wait.

    Raises CrmError if that fails.
    """
    words = editor(environ)
    try:
        done = subprocess.run([*words, str(path)], check=False)  # noqa: S603  # the user's own program
    except OSError as error:
        raise CrmError(
            f"cannot start the editor '{words[0]}': {error.strerror}",
            remedy="Try: CRM_EDITOR=nano crm ...",
        ) from None
    if done.returncode != 0:
        raise CrmError(f"the editor '{words[0]}' ended with {done.returncode}; nothing changed")
