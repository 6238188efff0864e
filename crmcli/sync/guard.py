"""Which settings of a folder's own git configuration name programs, and what is set in their place."""

from collections.abc import Iterable
from typing import NamedTuple

# Pattern of a local key -> what stands in its place where the user has no value of their own.
PROGRAMS = {
    "core.alternaterefscommand": "",
    "core.askpass": "",
    "core.gitproxy": "",
    "core.sshcommand": "ssh",
    "filter.*.clean": "",
    "filter.*.process": "",
    "filter.*.smudge": "",
    "gpg.*.defaultkeycommand": "",
    "gpg.*.program": "gpg",
    "gpg.program": "gpg",
    "hook.*.command": "true",
    "trailer.*.cmd": "",
    "trailer.*.command": "",
}
SIGNERS = {"gpg.ssh.program": "ssh-keygen", "gpg.x509.program": "gpgsm"}
# A driver that fails leaves the three versions in the index, where they are merged.
ALWAYS = {"filter.*.required": "false", "merge.*.driver": "false"}
HELPERS = ("credential.helper", "credential.*.helper")
# Set aside by the fixed settings, the environment, or the flags of each command.
BY_FLAGS = (
    "core.editor",
    "core.fsmonitor",
    "core.hookspath",
    "core.pager",
    "diff.*.command",
    "diff.*.textconv",
    "diff.external",
    "gc.recentobjectshook",
    "pager.*",
    "remote.*.receivepack",
    "remote.*.uploadpack",
    "remote.*.vcs",
    "sequence.editor",
)
LOCAL = ("local", "worktree")
USERS = ("system", "global", "command")
SWITCHES = ("true", "false", "yes", "no", "on", "off", "0", "1", "")


class Setting(NamedTuple):
    """One line of a configuration: whose it is, its key as git writes it, its value."""

    scope: str
    key: str
    value: str


class Guard(NamedTuple):
    """What git is given so that a folder's configuration runs nothing.

    `settings` come after all others, in this order. `ignored` are the local keys that name a
    program. `refusal` says why git is not to be used here at all; None where it may.
    """

    settings: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    worktree: str | None = None
    refusal: str | None = None


def read_settings(listing: str) -> list[Setting]:
    """The settings in what `git config --list --show-scope -z` prints."""
    parts = listing.split("\0")
    found = []
    for scope, text in zip(parts[::2], parts[1::2], strict=False):
        key, _, value = text.partition("\n")
        found.append(Setting(scope, key, value))
    return found


def guard(settings: Iterable[Setting]) -> Guard:
    """Settle which local settings are not obeyed, and what stands in their place."""
    settings = list(settings)
    local = [each for each in settings if each.scope in LOCAL]
    own = [each for each in settings if each.scope in USERS]
    users = {each.key: each.value for each in own}
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for each in local:
        pattern = _pattern(each.key)
        if pattern in ALWAYS:
            found[each.key] = ((each.key, ALWAYS[pattern]),)
        elif pattern in PROGRAMS:
            instead = SIGNERS.get(each.key, PROGRAMS[pattern])
            found[each.key] = ((each.key, users.get(each.key, instead)),)
    # An empty helper empties git's list; then come the user's own, in their order.
    if any(_pattern(each.key) in HELPERS for each in local):
        again = [(each.key, each.value) for each in own if _pattern(each.key) in HELPERS]
        found["credential.helper"] = (("credential.helper", ""), *again)
    patterns = {_pattern(each.key) for each in local}
    return Guard(
        tuple(pair for pairs in found.values() for pair in pairs),
        tuple(dict.fromkeys(each.key for each in local if _names_program(each))),
        next((each.value for each in reversed(local) if each.key == "core.worktree"), None),
        _refusal(patterns),
    )


def _refusal(patterns: set[str]) -> str | None:
    # A partial clone fetches what it lacks at any time, by the program that the remote names.
    partial = {"extensions.partialclone", "remote.*.promisor"} & patterns
    program = {"remote.*.uploadpack", "remote.*.vcs"} & patterns
    return "a partial clone whose remote names a program" if partial and program else None


def _names_program(setting: Setting) -> bool:
    pattern = _pattern(setting.key)
    if setting.value.lower() in SWITCHES:
        return False
    if pattern == "merge.*.driver":
        return setting.key != "merge.crm.driver"
    return pattern in PROGRAMS or pattern in HELPERS or pattern in BY_FLAGS


def _pattern(key: str) -> str:
    """`filter.lfs.clean` -> `filter.*.clean`; what stands between the first and last dot is a name."""
    section, _, rest = key.partition(".")
    name, _, variable = rest.rpartition(".")
    if section == "pager":
        return "pager.*"
    return f"{section}.*.{variable}" if name else f"{section}.{variable}"
