"""`edit`: a record's file, or a row as YAML, in the user's editor."""

from crmcli.cli.run import Run
from crmcli.model.errors import CrmError
from crmcli.model.errors import NeedsAnswerError
from crmcli.model.names import is_id


def edit_record(run: Run, kind: str, ref: str, *, instead: str | None = None) -> int:
    """Open a record in the editor and take over what it became.

    The lock is not held while the editor is open; a file that changed meanwhile is refused and
    the draft kept. `instead` is the command that needs no terminal. Raises NeedsAnswerError
    where there is none.
    """
    if not run.world.terminal.stdin or run.options.get("no_input"):
        raise NeedsAnswerError(
            "an editor needs a terminal",
            remedy=f"Try: {instead or f'crm {kind} set {ref}'} FIELD=VALUE",
        )
    from crmcli.book import draft as drafts  # noqa: PLC0415  # loads the records
    from crmcli.book.write import drop_draft  # noqa: PLC0415
    from crmcli.cli.programs import run_editor  # noqa: PLC0415  # starts a program
    from crmcli.sync.repository import refuse_open_merge  # noqa: PLC0415  # starts programs

    book = run.book()
    refuse_open_merge(book.root)
    by = run.me_or_none()
    draft = drafts.begin(book, kind, ref)
    before = draft.path.read_bytes()
    while True:
        run_editor(draft.path, run.world.environ)
        if draft.path.read_bytes() == before:
            drop_draft(draft.path)
            run.hint("nothing changed")
            return 0
        try:
            with book.writing(run.path, run.world.now.isoformat(timespec="seconds")):
                run.take_in((draft.target,))
                drafts.take(book, draft)
                warning = run.commit((draft.target,), _subject(kind, draft.id), by)
        except CrmError as error:
            run.note(str(error))
            if not _again(run):
                raise CrmError(
                    "nothing written; your draft is kept",
                    place=str(draft.path),
                    remedy=f"Try: crm {kind} edit {ref}",
                ) from None
            continue
        drop_draft(draft.path)
        run.world.stdout.write(f"Edited {kind} {draft.id}\n")
        if warning:
            run.note(warning)
        return 0


def _subject(kind: str, id: str) -> str:
    # A slug is a name, and names do not go into git's log.
    return f"{kind} {id} edited" if is_id(id) else f"{kind} edited"


def _again(run: Run) -> bool:
    run.world.stderr.write("Open it again? [Y/n] ")
    run.world.stderr.flush()
    answer = run.world.stdin.readline()
    return bool(answer) and answer.strip().casefold() in ("", "y", "yes")
