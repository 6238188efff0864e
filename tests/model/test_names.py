"""Names: folding, slugs, ids, phones, legal forms."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.names import bare_name
from crmcli.model.names import digits
from crmcli.model.names import fold
from crmcli.model.names import has_mixed_scripts
from crmcli.model.names import is_id
from crmcli.model.names import is_slug
from crmcli.model.names import read_id
from crmcli.model.names import slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Battery", "acme-battery"),
        ("Acme_Battery", "  ACME   battery "),
        ("ＡＣＭＥ", "acme"),
        ("Müller", "mu\u0308ller"),
        ("Müller", "muller"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("İzmir", "izmir"),
        ("\uff76\uff9e", "ガ"),
        ("永豐\u3000電池", "永豐 電池"),
        ("ac\u200bme", "acme"),
    ],
)
def test_names_that_read_alike_compare_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Acme", "Аcme"), ("永豐", "永丰"), ("й", "и"), ("は", "ば"), ("a", "b")]
)
def test_names_of_other_letters_compare_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme Battery", "acme-battery"),
        ("永豐電池行", "永豐電池行"),
        ("王小明 股份有限公司", "王小明-股份有限公司"),
        ("Müller GmbH", "muller-gmbh"),
        ("Mu\u0308ller GmbH", "muller-gmbh"),
        ("Café Łódź", "cafe-lodz"),
        ("हिन्दी", "हिन्दी"),
        ("Й", "й"),
        ("ＡＢＣ１２", "abc12"),
        ("1\ufe0f\u20e3 One", "1-one"),
        ("O'Brien & Sons", "o-brien-sons"),
        ("=2+5", "2-5"),
        # paths and other payloads
        ("../../../etc/x", "etc-x"),
        ("/etc/passwd", "etc-passwd"),
        ("a/b", "a-b"),
        ("a\\b", "a-b"),
        (".git", "git"),
        (".crm", "crm"),
        ("a\x00b", "a-b"),
        ("con", "con-1"),
        ("CON", "con-1"),
        ("Com¹", "com1-1"),
        ("lpt9", "lpt9-1"),
        ("com10", "com10"),
        ("aux.yaml", "aux-yaml"),
        ("x:y", "x-y"),
        ("-rf", "rf"),
        ("--output=x", "output-x"),
        ("a\nb", "a-b"),
        ("Acme.", "acme"),
        ("Acme ", "acme"),
        ("%2e%2e", "2e-2e"),
        ("ac\u202eme", "acme"),
        ("\ud800a", "a"),
        ("p-4t8wz01m", "p-4t8wz01m-1"),
        ("P-4T8WZ01M", "p-4t8wz01m-1"),
        ("p-4t8wz01u", "p-4t8wz01u"),
    ],
)
def test_a_slug_is_a_readable_and_harmless_file_name(name, expected):
    assert slug(name) == expected
    assert is_slug(expected)


@pytest.mark.parametrize("name", ["", " ", "..", ".", "-", "!!!", "🎉", "\u0301", "\u202e", "——"])
def test_a_name_without_letters_or_digits_has_no_slug(name):
    with pytest.raises(ValueError, match="letter or a digit"):
        slug(name)
    assert not is_slug(name)


@pytest.mark.parametrize(
    ("name", "length"), [("永" * 300, 60), ("a" * 300, 180), ("a" + "永" * 300, 60)]
)
def test_a_long_name_is_cut_at_a_whole_character(name, length):
    assert len(slug(name)) == length


def test_a_cut_leaves_no_hyphen_at_the_end_and_no_letter_without_its_mark():
    assert slug("a" * 179 + " b") == "a" * 179
    assert slug("a" * 174 + "कि" + "x") == "a" * 174 + "कि"
    assert slug("a" * 175 + "कि") == "a" * 175


@given(st.text() | st.text(alphabet="aé永-_. /\\ß०िİ\u0301\u20e3"))
def test_a_slug_is_its_own_slug_and_safe_as_a_file_name(text):
    try:
        made = slug(text)
    except ValueError:
        return
    assert slug(made) == made
    assert is_slug(made)
    assert not is_id(made)
    assert len(made.encode()) <= 180
    assert made == made.lower() == unicodedata.normalize("NFKC", made)
    assert not set(made) & set("/\\.:\0\n ")
    assert made[0] != "-" != made[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p-4t8wz01m", True),
        ("P-4t8wz01m", False),
        ("p-4t8wz01", False),
        ("p-4t8wz01mm", False),
        ("p-4t8wz01u", False),
        ("p-4t8wz01m\n", False),
        ("p/4t8wz01m", False),
        ("1-4t8wz01m", False),
    ],
)
def test_an_id_is_a_letter_and_eight_characters(text, expected):
    assert is_id(text) is expected


@pytest.mark.parametrize(
    "text", ["Acme", "acme-", "-acme", "a--b", "a b", "con", "../x", "mu\u0308"]
)
def test_what_slug_would_change_is_no_slug(text):
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("P-4T8WZ01M", "p-4t8wz01m"),
        ("p-4t8wzOlm", "p-4t8wz01m"),
        ("i-oil", "i-011"),
        ("4T8", "4t8"),
        ("oIL", "011"),
        (" p-4 ", "p-4"),
        ("ｐ-４", "p-4"),
    ],
)
def test_a_typed_id_is_read_as_it_was_meant(typed, expected):
    assert read_id(typed) == expected


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+886 2 2345-6789", "886223456789"),
        ("（０２）２３４５", "022345"),
        ("٠١٢", "012"),
        ("none", ""),
    ],
)
def test_phones_are_compared_by_their_digits(phone, expected):
    assert digits(phone) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme Co., Ltd.", "acme"),
        ("ACME", "acme"),
        ("Acme Battery GmbH & Co. KG", "acmebattery"),
        ("Müller A.G.", "muller"),
        ("Foo Sp. z o.o.", "foo"),
        ("Tata Pvt. Ltd.", "tata"),
        ("永豐電池股份有限公司", "永豐電池"),
        ("永豐電池有限公司", "永豐電池"),
        ("永豐電池 公司", "永豐電池"),
        ("永丰电池有限责任公司", "永丰电池"),
        ("株式会社アクメ", "アクメ"),
        ("大同公司台北分公司", "大同公司台北分公司"),
        ("公司", "公司"),
        ("Ltd", "ltd"),
        ("Agco", "agco"),
        ("!!!", ""),
    ],
)
def test_a_bare_name_lacks_its_legal_form(name, expected):
    assert bare_name(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("аcme", True), ("αcme", True), ("acme", False), ("акме acme", False), ("永豐 acme", False)],
)
def test_look_alike_letters_in_one_word_are_noticed(text, expected):
    assert has_mixed_scripts(text) is expected
