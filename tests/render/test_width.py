"""Display width, and text cut to it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth
from wcwidth import wcwidth

from crmcli.render import width as module
from crmcli.render.width import cut
from crmcli.render.width import fold
from crmcli.render.width import pad
from crmcli.render.width import width

SCRIPTS = "aZ9 .王小明，（）股ア한é—👍❤☎1㍿ｱ"
words = st.text(alphabet=SCRIPTS + "\u0301\ufe0f\u3099") | st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"))
)


@pytest.mark.parametrize(("kept", "columns"), [(module._WIDE, 2), (module._NARROW, 1)])
def test_the_quick_way_agrees_with_wcwidth_on_each_character(kept, columns):
    pattern = re.compile(f"[{kept}]")
    one_by_one = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    assert [c for c in one_by_one if pattern.match(c) and wcwidth(c) != columns] == []


@given(words)
def test_width_is_that_of_wcwidth(text):
    assert width(text) == wcswidth(text)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("王小明", 6),
        ("a王b", 4),
        ("e\u0301", 1),
        ("👍🏽", 2),
        ("🇹🇼", 2),
        ("❤️", 2),
    ],
)
def test_columns_of_a_text(text, columns):
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("The quick brown fox", 9, ["The quick", "brown fox"]),
        ("The quick brown fox", 5, ["The", "quick", "brown", "fox"]),
        ("王小明股份有限公司", 7, ["王小明", "股份有", "限公司"]),
        ("aLongWordWithoutSpaces", 8, ["aLongWor", "dWithout", "Spaces"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("", 5, [""]),
    ],
)
def test_a_text_is_folded_where_a_reader_expects_it(text, columns, lines):
    assert fold(text, columns) == lines


def test_a_line_neither_begins_with_a_full_stop_nor_ends_with_an_opening_bracket():
    for columns in range(10, 40):
        lines = fold("更換充電器，道歉，並給出交期（含賠償）。請確認（急件）。", columns)
        assert not [line for line in lines[1:] if line[0] in "，。）"], columns
        assert not [line for line in lines[:-1] if line[-1] == "（"], columns


@given(words, st.integers(2, 30))
def test_folding_loses_nothing_and_is_never_too_wide(text, columns):
    lines = fold(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= columns or len(list(module.clusters(line))) == 1 for line in lines)


@given(words, st.integers(1, 30))
def test_cutting_takes_something_and_keeps_the_rest(text, columns):
    head, rest = cut(text, columns)
    assert head + rest == text
    assert head or not text


def test_padding_counts_columns():
    assert pad("王", 4) == "王  "
    assert pad("12", 4, right=True) == "  12"
