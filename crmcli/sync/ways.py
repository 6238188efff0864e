"""How git merges two commits for us: by itself, with our driver, or leaving to us what both changed."""

import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from crmcli.sync.clone import Clone
from crmcli.sync.merge_text import inside

HERE = str(Path(__file__).parents[2])  # where this very program is
# Flags the file, with both sides whole in it: should a sync be cut off before it has merged them, no
# commit by hand takes one side for the whole. A start of Python for each file would take 50 times as long.
BOTH = (
    r"{ printf '<<<<<<< ours\n'; cat %A; printf '=======\n'; cat %B; printf '>>>>>>> theirs\n'; }"
    " >%A.both && mv %A.both %A; false"
)
FLAGGED = 3  # what our driver ends with where git is to flag the file; Python's own failures are 1


class Way(NamedTuple):
    """`driver` is called for each file that both sides changed.

    `is_gits`: there is none, and nothing to look after, so that git may commit by itself.
    """

    driver: str
    is_gits: bool = False


def way_of(clone: Clone, ours: str, theirs: str) -> Way:
    """How these two commits are to be merged.

    Our driver starts a program for each file, so it is called only where files cannot be merged
    afterwards: several merge bases, of which git makes one, and another book in the repository.
    """
    answer = clone.git.run("merge-base", "--all", "--end-of-options", ours, theirs, reads=True)
    bases = answer.out.split()
    if len(bases) != 1:
        return Way(driver())
    whole = clone._replace(git=clone.top) if clone.prefix else clone
    sides = [whole.changed(bases[0], side) for side in (ours, theirs)]
    one, two = ({each.path for each in side} for side in sides)
    if any(inside(path) is not None and clone.own(path) is None for path in one & two):
        return Way(driver())
    is_removed = any(each.new is None for side in sides for each in side)  # git may see a rename
    return Way(BOTH, is_gits=not one & two and not is_removed)


def driver() -> str:
    """The line by which git calls our merge of one file.

    Where it cannot even start, git's own merge puts both sides into the file and flags it.
    """
    # -P: else Python would take its modules from the folder in which git runs it, the book's.
    start = f"import sys; sys.path.insert(0, {HERE!r}); from crmcli.app import main; main()"
    crm = f"{shlex.quote(sys.executable)} -P -c {shlex.quote(start)}".replace("%", "%%")
    return (
        f"{crm} merge-driver -- %O %A %B %P %L; code=$?; "
        f"[ $code = 0 ] || [ $code = {FLAGGED} ] || "
        "git merge-file -q --marker-size=%L %A %O %B; [ $code = 0 ]"
    )
