"""What a person reads, or a program, when something is wrong."""

from typing import Any

from crmcli.model.errors import CrmError
from crmcli.model.errors import Problem
from crmcli.render.visible import block
from crmcli.render.visible import visible


def show_error(error: CrmError, *, as_json: bool = False) -> str:
    """Place and what is wrong, the records that may have been meant, what to do: a line each.

    As JSON: one line `{"error": {...}}`. Ends in a line feed.
    """
    if as_json:
        from crmcli.render.json_text import to_json  # noqa: PLC0415

        return to_json({"error": error.as_json()}) + "\n"
    remedy = error.remedy or ""
    lines = [f"{error.place}: {error.what}" if error.place else error.what]
    lines += [
        f"  {each.id}  {each.name}" if each.name not in ("", each.id) else f"  {each.id}"
        for each in error.candidates
        if each.id not in remedy
    ]
    return "".join(f"{block(line)}\n" for line in [*lines, remedy] if line)


def show_problem(problem: Problem | str, *, as_json: bool = False) -> str:
    """A warning: trouble in a file that stops nothing, or a sentence. Ends in a line feed."""
    if not as_json:
        return f"{visible(str(problem))}\n"
    from crmcli.render.json_text import to_json  # noqa: PLC0415

    if isinstance(problem, str):
        problem = Problem("", problem, level="note")
    warning: dict[str, Any] = {
        "kind": problem.level if problem.level == "note" else "bad_data",
        "message": problem.what,
        "hint": problem.remedy,
        "candidates": [],
        "file": problem.file or None,
        "line": problem.line,
    }
    return to_json({"warning": warning}) + "\n"
