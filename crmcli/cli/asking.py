"""Asking before a change that moves much at once, with what it would do in sight."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmcli.cli.run import Run

if TYPE_CHECKING:
    from crmcli.book.book import Book
    from crmcli.model.change import Change


def ask_first(
    run: Run,
    action: "Callable[[Book], Change]",
    question: str,
    remedy: str,
    *,
    demands: bool = True,
) -> None:
    """Say on a terminal what would be done, and ask; elsewhere --yes is demanded, or not (`demands`).

    What cannot be done is refused before anybody is asked. `action` is asked again under the
    book's lock, so what happens meanwhile is seen. Raises as `Run.confirm`.
    """
    if run.options.get("dry_run"):
        return
    change = action(run.book())
    may_ask = run.world.terminal.stdin and not run.options.get("no_input")
    if not change.edits or run.options.get("yes") or not (may_ask or demands):
        return
    if may_ask:
        run.note(f"Would do: {change.sentence}")
    run.confirm(question, remedy)
