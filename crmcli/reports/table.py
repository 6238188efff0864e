"""The one shape of every answer: columns, rows, notes, further parts, a summary of numbers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple


class Money(NamedTuple):
    """An amount and its currency, exact."""

    amount: Decimal
    currency: str


class Price(Money):
    """What one unit costs: shown with all its decimals, though its currency may have fewer."""


class Evidence(NamedTuple):
    """A record behind a verdict. `basis`: said, seen or computed."""

    date: date | None
    id: str
    kind: str
    basis: str
    text: str


class Column(NamedTuple):
    """One column of an answer.

    `key` is its public name in JSON, csv and tsv. `type` tells what its cells are:

    | type     | a cell is                                             |
    |----------|-------------------------------------------------------|
    | text     | str                                                   |
    | id       | str, never shortened or wrapped                       |
    | number   | int, float or Decimal                                 |
    | money    | Money                                                 |
    | rate     | float, 0..1                                           |
    | date     | datetime.date                                         |
    | time     | str, ISO time with its offset, or a bare ISO day      |
    | yes      | bool                                                  |
    | list     | tuple of str                                          |
    | records  | tuple of mappings with plain values                   |
    | evidence | tuple of Evidence                                     |

    None is unknown in each of them. `label` heads the column on a terminal; empty: the key with
    spaces for `_`.
    """

    key: str
    type: str = "text"
    label: str = ""


class Item(NamedTuple):
    """One thing of a picture: what it is, its numbers (None: unknown), and words beside it."""

    label: str
    values: tuple[float | None, ...] = ()
    text: str = ""


class Picture(NamedTuple):
    """What a person would rather look at than read; on a terminal only, and never alone.

    | kind  | an item is                                                                  |
    |-------|-----------------------------------------------------------------------------|
    | bars  | a bar as long as its first value; a second, larger one goes on in a light bar |
    | spark | a row of numbers over time, oldest first                                     |
    | curve | the only one: shares 0..1 and above, from left to right                      |
    | grid  | a cell of two by two, its words in `text`, line by line                      |
    """

    kind: str
    title: str
    items: tuple[Item, ...]


class Table(NamedTuple):
    """An answer. Rows are tuples in the order of `columns`.

    `name` is the report's or the noun's (`promises`). `shown` are the keys that a terminal table
    shows, in order; empty: all. `empty` is what is said when there is no row. `single` marks one
    record (`show`): JSON gives an object, a terminal a card. `parts` are further tables, by name; `pictures` show on a terminal what the
    rows say.
    `group` names the column under whose values a terminal puts the rows in blocks.
    A report has a `question`, a day `as_of` and mostly a window.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()
    parts: tuple["Table", ...] = ()
    summary: Mapping[str, Any] = {}
    shown: tuple[str, ...] = ()
    empty: str = ""
    single: bool = False
    group: str = ""
    question: str = ""
    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.key for column in self.columns)

    def part(self, name: str) -> "Table | None":
        """The further table of that name; None if there is none."""
        return next((part for part in self.parts if part.name == name), None)
