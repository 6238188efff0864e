"""`crm check --fix`: what is mended is shown first, then asked for, then done."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from crmcli.book.diff import diff
from crmcli.book.intent import is_pending
from crmcli.book.lock import is_noted
from crmcli.book.mend import Mend
from crmcli.book.mend import carry_out
from crmcli.book.mend import mends
from crmcli.book.plan import on_disk
from crmcli.book.write import leftovers
from crmcli.book.write import sweep
from crmcli.cli.run import Run
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import ExitCode
from crmcli.model.errors import Problem
from crmcli.render.visible import visible
from crmcli.sync.merge_text import merge_text
from crmcli.sync.repository import refuse_open_merge
from crmcli.sync.upkeep import Repair
from crmcli.sync.upkeep import mend as mend_git
from crmcli.sync.upkeep import repairs


class Plan(NamedTuple):
    """What would be mended in files, what a command that was cut off has left, and the diff."""

    found: tuple[Mend, ...]
    git: tuple[Repair, ...]
    left: tuple[str, ...]
    difference: str

    @property
    def said(self) -> tuple[str, ...]:
        of_git = (each.said for each in self.git)
        of_files = (sentence for each in self.found for sentence in each.said)
        return (*self.left, *of_git, *of_files)


def rehearse(run: Run, problems: Sequence[Problem]) -> int:
    """Show what would be mended and write nothing; the exit code is that of the real run."""
    plan = _plan(run, problems)
    if run.options.get("json"):
        from crmcli.render.json_text import to_json  # noqa: PLC0415  # only for --json

        run.world.stdout.write(to_json({"dry_run": True, "diff": plan.difference}) + "\n")
    else:
        _show(run, plan.difference, plan.said or ("nothing, since all of it needs a guess",))
    mended = {each.write.path for each in plan.found} | {each.place for each in plan.git}
    rest = [p for p in problems if p.level == "error" and not (p.fixable and p.file in mended)]
    return ExitCode.BAD_DATA if rest else ExitCode.OK


def mend(run: Run, problems: Sequence[Problem]) -> bool:
    """Mend after a yes; False if there is nothing to mend.

    Raises NeedsAnswerError where nobody can be asked, ConflictError if a file changed meanwhile.
    """
    by = run.me_or_none()  # it asks the index, which finishes a command that was cut off
    plan = _plan(run, problems)
    if not plan.said:
        run.hint("nothing that can be mended without a guess")
        return False
    is_text = not (run.options.get("json") or run.options.get("format"))
    if is_text and not run.options.get("quiet"):
        _show(run, plan.difference, () if run.options.get("yes") else plan.said)
    run.confirm("Mend this?", "crm check --fix")
    book = run.book()
    refuse_open_merge(book.root)
    with book.writing(run.path, run.world.now.isoformat(timespec="seconds")):
        sweep(book.root)
        mend_git(book.root, run.world.environ, plan.git)
        paths = [each.write.path for each in plan.found]
        with suppress(
            BadDataError, ConflictError
        ):  # crm.yaml, which says whether, may be what is mended
            run.take_in(paths)
        carry_out(book.root, plan.found)
        warning = run.commit(paths, f"check: {len(paths)} files mended", by)
    for sentence in plan.said:
        if is_text and not run.options.get("quiet"):
            run.world.stdout.write(f"{visible(sentence)}\n")
        else:
            run.hint(sentence)
    if warning:
        run.note(warning)
    for note in book.notes:
        run.note(note)
    run.forget_book()  # what it knows of bad files was true before
    return True


def _plan(run: Run, problems: Sequence[Problem]) -> Plan:
    root = run.root()
    found = mends(
        problems,
        lambda path: on_disk(root, path),
        today=run.today,
        by=run.me_or_none(),
        merge=lambda path, base, ours, theirs: merge_text(path, base, ours, theirs).data,
    )
    left = [f"Removed {path}, left by a command that was cut off" for path in leftovers(root)]
    if is_pending(root):
        left.append("Finished a command that was cut off")
    if is_noted(root):
        left.append("Let go of the lock of a command that was cut off")
    places = {problem.place for problem in problems if problem.fixable}
    known = repairs(root, run.world.environ, run.world.now.timestamp())
    git = [each for each in known if each.place in places]
    difference = diff(root, [each.write for each in found])
    return Plan(tuple(found), tuple(git), tuple(left), difference)


def _show(run: Run, difference: str, sentences: Sequence[str]) -> None:
    run.world.stdout.write("".join(f"{visible(line)}\n" for line in difference.splitlines()))
    for sentence in sentences:
        run.note(f"Would do: {sentence}")
