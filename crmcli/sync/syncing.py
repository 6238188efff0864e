"""Syncing a book with its hub: commit, fetch, merge, check, push; again while others push too."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.book.lock import lock
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.plain_file import content
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExitCode
from crmcli.model.errors import Problem
from crmcli.sync import join
from crmcli.sync import remote as hub
from crmcli.sync import safety
from crmcli.sync.clone import Clone
from crmcli.sync.clone import is_the_books
from crmcli.sync.clone import open_clone
from crmcli.sync.commits import merge_is_open
from crmcli.sync.commits import message
from crmcli.sync.commits import pending
from crmcli.sync.commits import record
from crmcli.sync.remote import Remote
from crmcli.sync.repository import git_folder
from crmcli.sync.repository import refuse_open_merge
from crmcli.sync.versions import Pair
from crmcli.sync.versions import Versions
from crmcli.sync.versions import pairs
from crmcli.sync.versions import versions

TRIES = 10
PAUSE = 0.05  # seconds, at most, before the second try; twice as long before each further one
LONGEST_PAUSE = 1.0
AHEAD = 600  # seconds by which a commit may lie in the future before that is said
MANY_NEWS = 2000  # files: above it nobody reads what is new record by record
WORDS = {"?": 1, "1": 8, "u": 10}  # before the path, in an entry of git status
GC_LIMIT = 6700  # loose objects, git's own default


class Wishes(NamedTuple):
    """What a sync is asked for.

    `by` is the rep. Without `commit` what is not committed is left so. `prompts`: a person can be
    asked for a password.
    """

    by: str | None
    command: str
    now: float  # Unix seconds
    now_text: str
    commit: bool = True
    push: bool = True
    allow_mass_delete: bool = False
    prompts: bool = False


class Result(NamedTuple):
    """What a sync did. `taken`: changes that came in, by who made them; `news`: their records."""

    sent: int = 0
    taken: Mapping[str, int] = {}
    news: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()
    code: ExitCode = ExitCode.OK
    remote: str | None = None
    committed: int = 0


def sync(root: Path, environ: Mapping[str, str], wishes: Wishes) -> Result:
    """Sync the book. What is written here stays here and committed, whatever happens after.

    Raises ConflictError where it has to stop (nothing is pushed then), CrmError without git.
    """
    clone = open_clone(root, environ)
    with lock(root, wishes.command, wishes.now_text) as notes:
        refuse_open_merge(clone.top.root)
        committed = commit_pending(clone, wishes) if wishes.commit else 0
    remote = hub.find_remote(clone, prompts=wishes.prompts)
    if remote is None:
        return Result(
            notes=(*notes, "no remote, so there is nobody to sync with"), committed=committed
        )
    result = _exchange(clone, remote, wishes)
    _collect_garbage(clone)
    return result._replace(notes=(*notes, *result.notes), committed=committed)


def finish_merge(root: Path, environ: Mapping[str, str], command: str, now_text: str) -> list[str]:
    """Settle and commit a merge that waits, as of a plain pull or a sync that was cut off.

    Returns what someone should hear of.
    Raises ConflictError if only a person can, CrmError without git.
    """
    home = git_folder(root)
    if home is None or not (home / "MERGE_HEAD").exists():
        return []
    clone = open_clone(root, environ)
    with lock(root, command, now_text):
        if merge_is_open(clone.git):
            return join.finish(clone, message("sync merged", "sync", None))
    return []


def commit_pending(clone: Clone, wishes: Wishes) -> int:
    """Commit the records that were written and not committed, as by hand; the number of files.

    Raises ConflictError for a file that cannot be read, and where many records are gone.
    """
    paths = pending_paths(clone)
    head = clone.head()
    before = clone.files(head, paths) if head else {}
    files = [Versions(path, before.get(path), _now(clone.root / path)) for path in paths]
    safety.refuse_faults(safety.faults(files), "nothing was committed or sent")
    if not wishes.allow_mass_delete:
        safety.refuse_mass_deletion(clone, files, head, "here, and not committed", span="HEAD")
    if paths:
        answer = record(clone.git, paths, message("sync: edited by hand", "sync", wishes.by))
        if not answer.ok:
            raise CrmError(f"git cannot commit: {answer.why}", remedy="Then crm sync")
    return len(paths)


def pending_paths(clone: Clone) -> list[str]:
    """The book's own files that differ from the last commit, as paths inside the book."""
    found = []
    for entry in pending(clone.git, ["."]):
        # Of porcelain v2: `? path`, `1` with eight words and path, `u` with ten.
        path = entry.split(" ", WORDS[entry[0]])[-1]
        path = path.removeprefix(clone.prefix)
        if entry[0] == "u":
            raise ConflictError(
                "git left it unmerged", place=path, remedy="Edit it, git add it, then crm sync"
            )
        if entry[0] in "?1" and is_the_books(path):
            found.append(path)
    return sorted(found)


def _exchange(clone: Clone, remote: Remote, wishes: Wishes) -> Result:
    start = clone.head()
    pause = PAUSE
    refused = 0
    seen = None
    stayed: list[str] = []
    for _ in range(TRIES):
        try:
            tip = hub.fetch(clone, remote)
            if tip is not None:
                stayed += _take_in(clone, remote, tip, wishes)
            head = clone.head()
            if head is None:
                return Result(remote=remote.name, notes=("nothing is written yet",))
            sent = _outgoing(clone, tip, head)
            answer = hub.push(clone, remote) if sent and wishes.push else None
        except hub.UnreachableError as error:
            notes = (*stayed, f"saved here, not sent: {error.what}")
            told = _told(clone, remote, start, wishes)
            return told._replace(notes=notes, code=ExitCode.FAILURE)
        if answer is None:
            if tip is not None or wishes.push:
                hub.name_it(clone, remote)
            told = _told(clone, remote, start, wishes)
            return told._replace(sent=sent, notes=(*stayed, *told.notes))
        # Refused twice with nothing new at the hub: a rule of the hub, not someone who was faster.
        refused = refused + 1 if seen == tip else 0
        seen = tip
        if refused > 1:
            raise CrmError(
                f"{remote.name} does not take it: {hub.refusal(answer)}",
                remedy="All is committed here",
            )
        time.sleep(random.uniform(0, pause))  # noqa: S311  # jitter, no secret
        pause = min(2 * pause, LONGEST_PAUSE)
    raise ConflictError(
        f"others were faster {TRIES} times, so nothing was sent",
        remedy="All is committed here. Try: crm sync",
    )


def _take_in(clone: Clone, remote: Remote, tip: str, wishes: Wishes) -> list[str]:
    """Merge what the hub has, unless it is here already; what someone should hear of.

    Raises ConflictError, before anything is merged, where many records are gone on one side.
    """
    head = clone.head()
    base = hub.common_past(clone, remote, head, tip) if head else None
    if not wishes.allow_mass_delete:
        there = f"{remote.name}/{remote.branch}"
        for side, where, span in (
            (tip, f"at {remote.name}", f"HEAD...{there}"),
            (head, "here", f"{there}...HEAD"),
        ):
            if base and side and side != base:
                meant = safety.removed_on_purpose(clone, base, side)
                files = versions(clone, base, side)
                safety.refuse_mass_deletion(clone, files, base, where, span=span, meant=meant)
    if base == tip:
        return []
    config = [file for file in versions(clone, base, tip) if file.path == CONFIG]
    safety.refuse_faults(safety.faults(config), f"so it stays at {remote.name}")
    with lock(clone.root, wishes.command, wishes.now_text):
        return join.merge(clone, tip, message(f"sync merged {tip[:12]}", "sync", wishes.by))


def _outgoing(clone: Clone, tip: str | None, head: str) -> int:
    """How many changes the hub lacks; the merge of them counts as one where it is all there is.

    Raises ConflictError if one of the files cannot be read.
    """
    if head == tip:
        return 0
    files = versions(clone, tip, head)
    problems = [
        *safety.faults(files),
        *_twice(clone, files, head),
        *safety.rows_twice(clone, files, head),
    ]
    safety.refuse_faults(problems, "nothing was sent")
    revs = f"{tip}..{head}" if tip else head
    count = clone.git.run(
        "rev-list", "--count", "--no-merges", "--end-of-options", revs, reads=True
    )
    return max(int(count.line), 1)


def _twice(clone: Clone, files: list[Versions], head: str) -> list[Problem]:
    new = {file.path for file in files if file.old is None}
    return [each for each in safety.twice(clone.names(head)) if each.place in new] if new else []


def _told(clone: Clone, remote: Remote, start: str | None, wishes: Wishes) -> Result:
    """What came in since the start of this sync."""
    head = clone.head()
    if head is None or start == head:
        return Result(remote=remote.name)
    words = ("log", "-z", "--no-merges", "--no-show-signature", "--end-of-options")
    form = "--format=%ct%x09%(trailers:key=Crm-By,valueonly,separator=%x2C)%x09%an"
    revs = f"{start}..{head}" if start else head
    taken: Counter[str] = Counter()
    newest = 0
    for item in clone.git.run(*words[:4], form, *words[4:], revs, reads=True).items:
        moment, by, author = item.split("\t", 2)
        taken[by.strip() or author] += 1
        newest = max(newest, int(moment))
    notes: tuple[str, ...] = ()
    if newest > wishes.now + AHEAD:
        notes = ("a change that came in bears a time in the future: someone's clock is wrong",)
    return Result(
        taken=dict(taken), news=_news(clone, start, head), notes=notes, remote=remote.name
    )


def _news(clone: Clone, start: str | None, head: str) -> tuple[Pair, ...]:
    """The records that differ since, before and after."""
    if start is None or len(clone.changed(start, head)) > MANY_NEWS:
        return ()
    return tuple(
        pair
        for file in versions(clone, start, head)
        if folder_of(file.path)
        for pair in pairs(file)
    )


def _now(path: Path) -> bytes | None:
    try:
        data = content(path)
    except FileNotFoundError:
        return None
    if data is None:
        raise BadDataError("is no ordinary file", place=path.name, remedy="Remove it")
    return data


def _collect_garbage(clone: Clone) -> None:
    if "gc.recentobjectshook" not in clone.git.guard.ignored:
        settings = ("-c", f"gc.auto={GC_LIMIT}", "-c", "gc.autoDetach=false")
        clone.git.run(*settings, "gc", "--auto", "-q", seconds=hub.SECONDS)
