"""A text is taken apart into its keys or items and put together again without a byte changed."""

import pytest

from crmcli.book.yaml_parts import Plain
from crmcli.book.yaml_parts import comments_of
from crmcli.book.yaml_parts import inner
from crmcli.book.yaml_parts import parts_of
from crmcli.book.yaml_parts import shifted
from crmcli.book.yaml_parts import to_write
from crmcli.book.yaml_parts import with_dash
from crmcli.book.yaml_parts import without_dash
from crmcli.book.yaml_text import in_line

TEXT = """\
# a head

# above a
a: 1  # beside a
b: |
  text  # no comment

empty:
# above c
c:  # people

- id: x   # one
  list: ['1', 2]
# above y
- y
# a tail
"""


def together(parts):
    return parts.head + "".join(part.lead + part.body for part in parts.parts) + parts.tail


def test_the_parts_together_are_the_text():
    assert together(parts_of(TEXT)) == TEXT
    assert together(parts_of("a: 1")) == "a: 1\n"


def test_each_part_has_its_comments_above_it():
    parts = parts_of(TEXT)
    assert parts.head == "# a head\n\n"
    assert [part.key for part in parts.parts] == ["a", "b", "empty", "c"]
    assert [part.lead for part in parts.parts] == ["# above a\n", "", "\n", "# above c\n"]
    assert parts.tail == "# a tail\n"


def test_what_is_empty_has_no_value_and_bare_numbers_know_it():
    values = {part.key: part.value for part in parts_of(TEXT).parts}
    assert values == {"a": "1", "b": "text  # no comment\n", "empty": None, "c": [{"id": "x", "list": ["1", "2"]}, "y"]}  # fmt: skip
    quoted, bare = values["c"][0]["list"]
    assert not isinstance(quoted, Plain)
    assert isinstance(bare, Plain)
    assert in_line(to_write(values["c"][0])) == "{id: x, list: ['1', 2]}"


def test_the_items_below_a_key_are_parts_too():
    line, items = inner(parts_of(TEXT).parts[3])
    assert line == "c:  # people\n"
    assert line + together(items) == parts_of(TEXT).parts[3].body
    assert [item.lead for item in items.parts] == ["\n", "# above y\n"]
    assert inner(parts_of(TEXT).parts[0]) is None


def test_an_item_can_be_taken_from_its_dash_and_put_back():
    item = inner(parts_of(TEXT).parts[3])[1].parts[0]
    keys = without_dash(item)
    assert [part.key for part in keys.parts] == ["id", "list"]
    assert with_dash(together(keys), 0) == item.body
    assert without_dash(inner(parts_of(TEXT).parts[3])[1].parts[1]) is None


@pytest.mark.parametrize("text", ["{a: 1}\n", "[1, 2]\n", "- \n- a\n", "? a\n: b\n", "x\n", "- - a\n- b: [\n"])  # fmt: skip
def test_what_is_written_in_another_way_is_not_taken_apart(text):
    assert parts_of(text) is None


def test_comments_are_those_outside_of_values():
    assert comments_of(TEXT) == ["# a head", "# above a", "# beside a", "# above c", "# people", "# one", "# above y", "# a tail"]  # fmt: skip


def test_lines_move_to_both_sides_but_not_beyond_the_edge():
    assert shifted("a\n\n  b\n", 2) == "  a\n\n    b\n"
    assert shifted("  a\n\n    b\nc\n", -2) == "a\n\n  b\nc\n"
