"""What a sync would do: the same steps, without the push, in a throw-away clone that shares objects."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from crmcli.book.plain_file import content
from crmcli.book.plain_file import version
from crmcli.book.write import Write
from crmcli.book.write import commit as write
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.sync import remote as hub
from crmcli.sync.clone import Clone
from crmcli.sync.clone import open_clone
from crmcli.sync.commits import merge_is_open
from crmcli.sync.git import Git
from crmcli.sync.remote import Remote
from crmcli.sync.syncing import Result
from crmcli.sync.syncing import Wishes
from crmcli.sync.syncing import pending_paths
from crmcli.sync.syncing import sync

NOBODY = {"NAME": "crm", "EMAIL": "crm@localhost"}  # signs what is thrown away


def rehearse(root: Path, environ: Mapping[str, str], wishes: Wishes) -> Result:
    """What `sync` would commit, take in and send; not a byte of the book or of its .git changes.

    Raises as `sync` does.
    """
    clone = open_clone(root, environ)
    if merge_is_open(clone.git):
        raise ConflictError("a merge is not finished", remedy="Try: crm sync")
    remote = hub.find_remote(clone, prompts=wishes.prompts)
    paths = pending_paths(clone)
    if remote is None or clone.head() is None:
        return Result(committed=len(paths), notes=("no remote, so there is nobody to sync with",))
    with TemporaryDirectory(prefix="crm-sync-") as folder:
        copy = _copy(clone, remote, Path(folder).resolve())
        _carry_over(clone, copy, paths)
        found = sync(copy, _environ(environ), wishes._replace(push=False))
    return found._replace(remote=remote.name)


def _copy(clone: Clone, remote: Remote, folder: Path) -> Path:
    """A clone beside, on the same branch, with the hub of this one; the book's folder in it."""
    git = Git(folder, clone.git.environ)
    source = str(clone.top.root)
    words = ("clone", "-q", "--shared", "--no-recurse-submodules", "-c", "core.symlinks=false")
    answer = git.run(*words, "--branch", clone.branch, "--end-of-options", source, "book")
    if not answer.ok:
        raise CrmError(f"git cannot clone: {answer.why}")
    copy = git._replace(root=folder / "book")
    urls = clone.git.run("remote", "get-url", "--", remote.name, reads=True).out.splitlines()
    url = urls[0] if urls else ""
    if "://" not in url and ":" not in url.partition("/")[0]:
        url = str(clone.top.root / url)  # a relative one is seen from the work tree
    copy.run("remote", "set-url", "origin", url)
    copy.run("config", f"branch.{clone.branch}.merge", f"refs/heads/{remote.branch}")
    copy.run("config", "commit.gpgSign", "false")
    return folder / "book" / clone.prefix


def _carry_over(clone: Clone, copy: Path, paths: list[str]) -> None:
    """Put what is not committed into the copy."""
    for path in paths:
        there = clone.root / path
        data = content(there) if there.exists() else None
        write(copy, [Write(path, data, version(copy / path))])


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    people = {f"GIT_{who}_{key}": v for who in ("AUTHOR", "COMMITTER") for key, v in NOBODY.items()}
    return {**environ, **people}
