"""The repository that a book lives in: made by init, looked at by status and before a write."""

from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.sync.git import git
from crmcli.sync.git import setting

# What git leaves in its folder while something waits to be finished, and what goes on with it.
OPEN = {
    "MERGE_HEAD": "crm sync",
    "rebase-merge": "git rebase --continue, or git rebase --abort",
    "rebase-apply": "git status",
    "CHERRY_PICK_HEAD": "git cherry-pick --continue, or git cherry-pick --abort",
    "REVERT_HEAD": "git revert --continue, or git revert --abort",
}


def identity(folder: Path, environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Name and mail address by which git knows the user; None for what it does not know."""
    return setting(folder, "user.name", environ), setting(folder, "user.email", environ)


def is_inside(folder: Path, environ: Mapping[str, str]) -> bool:
    """Whether the folder lies in a work tree of git."""
    try:
        answer = git(folder, "rev-parse", "--is-inside-work-tree", environ=environ, reads=True)
    except CrmError:
        return False
    return answer.ok and answer.line == "true"


def refuse_open_merge(folder: Path, names: Iterable[str] = tuple(OPEN)) -> None:
    """Raise ConflictError while a merge or a rebase waits to be finished in the book's repository.

    It looks at files only, since it stands before every write.
    """
    home = git_folder(folder)
    if home is None:
        return
    for name in names:
        if (home / name).exists():
            raise ConflictError(
                "git has a merge or rebase that is not finished",
                place=name,
                remedy=f"Try: {OPEN[name]}",
            )


def git_folder(folder: Path) -> Path | None:
    """Where git keeps what belongs to the work tree around that folder; None if there is none."""
    for parent in (folder, *folder.parents):
        home = parent / ".git"
        if home.is_dir():
            return home
        if home.is_file():
            word, _, target = home.read_text("utf-8", "replace").strip().partition(": ")
            return parent / target if word == "gitdir" else None
    return None


def begin(folder: Path, environ: Mapping[str, str], remote: str | None) -> bool:
    """Make a repository for the book; False if it lies in one, or there is no git.

    `remote` becomes `origin`. Raises CrmError if git refuses the remote.
    """
    if is_inside(folder, environ):
        made = False
    else:
        try:
            made = git(folder, "init", "-q", "-b", "main", environ=environ).ok
        except CrmError:
            return False
        if not made:
            return False
    if remote:
        answer = git(folder, "remote", "add", "--", "origin", remote, environ=environ)
        if not answer.ok:
            raise CrmError(f"git does not take the remote: {answer.why}", place="--remote")
    return made


def state(folder: Path, environ: Mapping[str, str]) -> str:
    """How the book stands with git, in a few words."""
    if not is_inside(folder, environ):
        return "not in git"
    answer = git(
        folder, "status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--", ".",
        environ=environ, reads=True,
    )  # fmt: skip
    if not answer.ok:
        return f"git cannot tell: {answer.why}"
    changed = len(answer.items)
    return f"{changed} files not committed" if changed else "all committed"
