"""The repository that a book lives in: made by init, looked at by status."""

from collections.abc import Mapping
from pathlib import Path

from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.sync.git import git
from crmcli.sync.git import setting

NEW = (".gitattributes", ".gitignore", "crm.yaml", "reps", "customers", "deals", "promises", "tasks", "interactions")  # fmt: skip


def identity(folder: Path, environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Name and mail address by which git knows the user; None for what it does not know."""
    return setting(folder, "user.name", environ), setting(folder, "user.email", environ)


def is_inside(folder: Path, environ: Mapping[str, str]) -> bool:
    """Whether the folder lies in a work tree of git."""
    try:
        answer = git(folder, "rev-parse", "--is-inside-work-tree", environ=environ, reads=True)
    except CrmError:
        return False
    return answer.code == 0 and answer.out.strip() == "true"


def refuse_open_merge(folder: Path) -> None:
    """Raise ConflictError while a merge or a rebase waits to be finished in the book's repository.

    It looks at files only, since it stands before every write.
    """
    for parent in (folder, *folder.parents):
        home = parent / ".git"
        if home.is_dir():
            for name in ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD"):
                if (home / name).exists():
                    raise ConflictError(
                        "git has a merge or rebase that is not finished",
                        place=name,
                        remedy="Try: git status, then git commit or git rebase --continue",
                    )
            return
        if home.exists():
            return


def begin(folder: Path, environ: Mapping[str, str], remote: str | None) -> bool:
    """Make a repository with a first commit of the book; False if there is one, or no git.

    `remote` becomes `origin`. Without a name and a mail address the repository is made, and the
    commit is left to be made. Raises CrmError if git refuses the remote.
    """
    if is_inside(folder, environ):
        made = False
    else:
        try:
            answer = git(folder, "init", "-q", "-b", "main", environ=environ)
        except CrmError:
            return False
        if answer.code != 0:
            return False
        made = True
        paths = [name for name in NEW if (folder / name).exists()]
        git(folder, "add", "--", *paths, environ=environ)
        git(folder, "commit", "-q", "-m", "book begun", "--", *paths, environ=environ)
    if remote:
        answer = git(folder, "remote", "add", "--", "origin", remote, environ=environ)
        if answer.code != 0:
            raise CrmError(f"git does not take the remote: {answer.err.strip()}", place="--remote")
    return made


def state(folder: Path, environ: Mapping[str, str]) -> str:
    """How the book stands with git, in a few words."""
    if not is_inside(folder, environ):
        return "not in git"
    answer = git(
        folder, "status", "--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--", ".",
        environ=environ, reads=True,
    )  # fmt: skip
    changed = len([entry for entry in answer.out.split("\0") if entry])
    return f"{changed} files not committed" if changed else "all committed"
