"""Data shown as data: nothing that a terminal obeys or hides gets through."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.visible import HIDDEN
from crmcli.render.visible import block
from crmcli.render.visible import visible
from tests.render.samples import PAYLOADS


@pytest.mark.parametrize(("raw", "shown"), PAYLOADS)
def test_every_payload_is_shown_in_letters(raw, shown):
    assert visible(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\ud800", r"\ud800"),
        ("\u2028", r"\u2028"),
        ("\ufeff", r"\ufeff"),
        ("\u00ad", r"\xad"),
        ("\u2066", r"\u2066"),
        ("\U000e0041", r"\U000e0041"),
        ("\x1b]9;7;rm\x07", r"\x1b]9;7;rm\x07"),
        ("\x1bPq", r"\x1bPq"),
        ("\x7f", r"\x7f"),
    ],
)
def test_other_hidden_characters_too(raw, shown):
    assert visible(raw) == shown


@pytest.mark.parametrize(
    "text", ["", "王小明股份有限公司", "👍🏽 ❤️", "e\u0301", "全形　空白", "a\u00a0b"]
)
def test_names_of_any_script_stay_as_typed(text):
    assert visible(text) == text


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_hidden_is_left_and_nothing_is_lost(text):
    shown = visible(text)
    assert not any(unicodedata.category(c) in HIDDEN for c in shown)
    assert shown == "".join(visible(c) for c in text)


def test_a_block_keeps_its_lines_and_nothing_else():
    assert block("one\r\ntwo\tthree\n\x1b[2J") == "one\ntwo\\tthree\n\\x1b[2J"
