"""A file that is cut off, or has a wrong bit, is told by the check, or is one that cannot be told."""

import re
from typing import NamedTuple

import pytest

from crmcli.book.check import check
from crmcli.book.paths import CONFIG
from crmcli.book.records import read_closely
from tests.faults.commands import ACME
from tests.faults.commands import BOOK
from tests.faults.commands import DEAL
from tests.faults.commands import LIN
from tests.faults.commands import MONTH
from tests.faults.commands import PROMISE
from tests.faults.commands import TASK
from tests.faults.trials import Ram

FULL = "customers/full.yaml"
FULL_TEXT = """\
name: Full
aliases: [永豐電池行, "Full 2"]
status: active
owner: mei
background: |
  Family business,
  second generation.
needs:
- same-week delivery
- 'number 1 # for faults'

contacts:
- id: chen
  name: 陳美玲
  phone: '0223456789'
  consent:
  - {channel: email, purpose: marketing, state: given, date: 2026-05-02, source: trade fair}
  - {channel: phone, purpose: service, state: declined, date: 2026-05-03}

history:
- {date: 2026-03-01, by: mei, status: prospect, owner: mei}
- {date: 2026-05-20, by: mei, status: active}
"""
FILES = BOOK | {FULL: FULL_TEXT.encode()}


class Unseen(NamedTuple):
    """How many cuts, and how many wrong bits of the structure, the format alone cannot tell."""

    cuts: int
    bits: int


# A cut behind a whole line leaves a file, if it has its required keys: only git knows that there
# was more. A first letter that becomes a comment sign takes its line away, a line end that becomes
# a letter joins two lines of text, and text is text with another first or last sign too.
UNSEEN = {
    CONFIG: Unseen(2, 2),
    LIN: Unseen(1, 0),
    ACME: Unseen(12, 2),
    FULL: Unseen(19, 35),
    DEAL: Unseen(6, 0),
    PROMISE: Unseen(4, 1),
    TASK: Unseen(0, 1),
    MONTH: Unseen(2, 0),
}
# Indentation, dashes, keys and their colons, signs that group or quote, line ends.
YAML_STRUCTURE = re.compile(rb"^(?: |- )*(?:[a-z_]+:)?|[\[\]{}\"'|]|, |: |\n", re.MULTILINE)
CSV_STRUCTURE = re.compile(rb"\A.*\n|[\"\n]|,(?! )")  # a comma in a text has a space behind it


def is_told(ram: Ram, path: str, data: bytes) -> bool:
    """Whether the check has something to say about the file when it holds this."""
    if path != CONFIG and read_closely(path, data)[1]:
        return True
    (ram.book / path).write_bytes(data)
    return any(problem.file == path for problem in check(ram.book)[0])


@pytest.mark.parametrize("path", UNSEEN)
def test_a_file_cut_at_any_byte_is_told(ram: Ram, path: str) -> None:
    """W9: but for cuts behind a whole line, which are counted here."""
    ram.fresh(FILES)
    data = FILES[path]
    assert not is_told(ram, path, data)
    unseen = [at for at in range(len(data)) if not is_told(ram, path, data[:at])]
    print(f"{path}: {len(data)} cuts, {len(unseen)} unseen")  # noqa: T201  # no silent skip
    assert all(data[:at].endswith(b"\n") for at in unseen)
    assert len(unseen) == UNSEEN[path].cuts


@pytest.mark.parametrize("path", UNSEEN)
def test_a_wrong_bit_in_the_structure_is_told(ram: Ram, path: str) -> None:
    """W9: each bit of each byte that is no value, but for the few that are counted here."""
    ram.fresh(FILES)
    data = FILES[path]
    pattern = CSV_STRUCTURE if path.endswith(".csv") else YAML_STRUCTURE
    places = [at for match in pattern.finditer(data) for at in range(*match.span())]
    wrong = [flipped(data, at, bit) for at in places for bit in range(8)]
    unseen = [each for each in wrong if not is_told(ram, path, each)]
    print(f"{path}: {len(wrong)} wrong bits, {len(unseen)} unseen")  # noqa: T201
    assert len(wrong) > 100
    assert len(unseen) == UNSEEN[path].bits, [each.decode("utf-8", "replace") for each in unseen]


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return b"%b%c%b" % (data[:at], data[at] ^ 1 << bit, data[at + 1 :])
