"""The hub: which one it is, what it has, and what it takes."""

from pathlib import Path
from typing import NamedTuple

from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.sync.clone import Clone
from crmcli.sync.git import Answer

SECONDS = 600  # a fetch or push that takes longer hangs
DEEPER = 10_000  # commits that a shallow clone gets when it lacks the common past


class Remote(NamedTuple):
    """A hub by its name in git, and the branch there.

    `is_named`: git's settings name one for our branch, this or another.
    """

    name: str
    branch: str
    prompts: bool = False
    is_named: bool = True

    @property
    def tracking(self) -> str:
        """The name under which a clone keeps what it last saw there."""
        return f"refs/remotes/{self.name}/{self.branch}"


class UnreachableError(CrmError):
    """The hub does not answer."""


def find_remote(clone: Clone, *, prompts: bool) -> Remote | None:
    """The remote to sync with: the branch's, else `origin`, else the only one; None if none.

    Raises CrmError if it lies inside the work tree: a hub that came with a folder runs its hooks.
    """
    names = clone.git.run("remote", reads=True).out.split()
    own = clone.git.run("config", "--get", f"branch.{clone.branch}.remote", reads=True).line
    name = next((each for each in (own, "origin", *names[:1]) if each in names), None)
    if name is None:
        return None
    for words in (("--all",), ("--push", "--all")):
        for url in clone.git.run("remote", "get-url", *words, "--", name, reads=True).out.split(
            "\n"
        ):
            _refuse_inside(clone, url)
    merge = clone.git.run("config", "--get", f"branch.{clone.branch}.merge", reads=True).line
    branch = merge.removeprefix("refs/heads/") if own == name and merge else clone.branch
    return Remote(name, branch, prompts, bool(own))


def fetch(clone: Clone, remote: Remote, *flags: str) -> str | None:
    """The newest commit at the hub, fetched; None if the branch is not there yet.

    Raises UnreachableError if the hub does not answer.
    """
    answer = clone.git.run(
        *("fetch", "-q", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance"),
        *("--upload-pack=git-upload-pack", *flags, "--end-of-options", remote.name),
        f"+refs/heads/{remote.branch}:{remote.tracking}",
        seconds=SECONDS,
        network=True,
        prompts=remote.prompts,
    )
    if answer.ok:
        return clone.commit_of(remote.tracking)
    there = clone.git.run(
        *("ls-remote", "--exit-code", "--upload-pack=git-upload-pack"),
        *("--end-of-options", remote.name, f"refs/heads/{remote.branch}"),
        reads=True,
        seconds=SECONDS,
        network=True,
        prompts=remote.prompts,
    )
    if there.code == 2:  # noqa: PLR2004  # git's word for: it answers, and has no such branch
        return None
    raise UnreachableError(answer.why)


def common_past(clone: Clone, remote: Remote, ours: str, theirs: str) -> str:
    """The commit from which both sides come; a shallow clone is deepened for it.

    Raises ConflictError if there is none.
    """
    base = clone.base_of(ours, theirs)
    if (
        base is None
        and clone.git.run("rev-parse", "--is-shallow-repository", reads=True).line == "true"
    ):
        fetch(clone, remote, f"--deepen={DEEPER}")
        base = clone.base_of(ours, theirs)
        if base is None:
            raise ConflictError(
                "this clone is too shallow to merge",
                remedy=f"Try: git fetch --unshallow {remote.name}, then crm sync",
            )
    if base is None:
        raise ConflictError(
            f"{remote.name} holds another book: its history has nothing in common with this one",
            remedy="Try: git remote -v",
        )
    return base


def push(clone: Clone, remote: Remote) -> Answer | None:
    """Send the branch; None if it was taken, else git's answer.

    Raises UnreachableError if the hub does not answer.
    """
    answer = clone.git.run(
        *("push", "--porcelain", "--no-verify", "--no-recurse-submodules"),
        *("--receive-pack=git-receive-pack", "--end-of-options", remote.name),
        f"HEAD:refs/heads/{remote.branch}",
        seconds=SECONDS,
        network=True,
        prompts=remote.prompts,
    )
    if answer.ok:
        return None
    if not any(line.startswith("!\t") for line in answer.out.splitlines()):
        raise UnreachableError(answer.why)
    return answer


def name_it(clone: Clone, remote: Remote) -> None:
    """Let git's settings name this hub for our branch, for a plain pull, unless they name one."""
    if not remote.is_named:
        # The remote last: without it, the next sync does both again.
        clone.git.run("config", f"branch.{clone.branch}.merge", f"refs/heads/{remote.branch}")
        clone.git.run("config", f"branch.{clone.branch}.remote", remote.name)


def refusal(answer: Answer) -> str:
    """Why a hub did not take a push, in its own words."""
    lines = [line for line in answer.out.splitlines() if line.startswith("!\t")]
    return lines[0].rpartition("\t")[2] if lines else answer.why


def _refuse_inside(clone: Clone, url: str) -> None:
    path = url.removeprefix("file://")
    # As git reads it: a colon before the first slash makes it host and path.
    if not path or "://" in path or ("/" not in path.partition(":")[0] and ":" in path):
        return
    top = clone.top.root.resolve()
    if (top / Path(path)).resolve().is_relative_to(top):
        raise CrmError(
            f"the remote {url} lies inside the book's own folder, so it is not used",
            remedy="Try: git remote -v",
        )
