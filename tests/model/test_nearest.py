"""Did you mean: the nearest words."""

import pytest

from crmcli.model.nearest import nearest


@pytest.mark.parametrize(
    ("word", "words", "expected"),
    [
        ("lst", ("add", "list", "show"), ("list",)),
        ("visti", ("visit", "call", "meeting"), ("visit",)),
        ("acne", ("beta-ltd", "acme-battery"), ("acme-battery",)),
        ("betta", ("acme-battery", "beta-ltd"), ("beta-ltd",)),
        ("TDW", ("USD", "TWD"), ("TWD",)),
        ("AA", ("A", "B", "C"), ("A",)),
        ("--limt", ("--limit", "--fields"), ("--limit",)),
        ("next_stp", ("next-step", "status"), ("next-step",)),
        ("永豊電池行", ("王小明", "永豐電池行"), ("永豐電池行",)),
        ("zzz", ("add", "list"), ()),
        ("", ("add",), ()),
        ("add", (), ()),
    ],
)
def test_a_typo_finds_the_word_that_was_meant(word, words, expected):
    assert nearest(word, words) == expected


def test_only_what_is_nearly_as_near_is_named_besides():
    assert nearest("acne", ("acme-battery", "thameside-marine")) == ("acme-battery",)
    assert nearest("acxe", ("acme", "acne", "marine")) == ("acne", "acme")


def test_at_most_n_words_are_named_the_likest_first():
    words = ("acme one", "acme two", "acmes", "acme three", "acme")
    assert nearest("acne", words, 2) == ("acme", "acme one")
    assert nearest("acmee", ("acmes", "acmeee")) == ("acmeee", "acmes")
    assert len(nearest("acme", words)) == 3
