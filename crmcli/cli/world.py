"""What a run of crm is handed from outside: the day, the folder, the terminal, chance."""

import datetime
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from typing import TextIO


class Terminal(NamedTuple):
    """Which streams are a terminal, and how large it is, in columns and lines."""

    stdin: bool
    stdout: bool
    stderr: bool
    width: int
    height: int


class World(NamedTuple):
    """The only things a command may know that are not in its words or its book.

    `now` carries the local time zone. `new_id` gives 8 random characters of Crockford base32.
    """

    folder: Path
    today: datetime.date
    now: datetime.datetime
    environ: Mapping[str, str]
    terminal: Terminal
    new_id: Callable[[], str]
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
