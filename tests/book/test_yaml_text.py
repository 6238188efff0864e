"""YAML is read as it was typed, refused by name, and written alike for every reader."""

import datetime
import importlib
import random
import time
from decimal import Decimal

import pytest
import yaml
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from crmcli.book import yaml_text
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import as_text
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import read_tree
from crmcli.book.yaml_text import scalar

LAYOUT = Layout(
    paragraphs=("tier", "background", "contacts", "history"),
    flow=("tags", "aliases"),
    flow_items=("history", "consent"),
)


def as_typed(words):
    return ((word, word, False) for word in words.split())


# Table 17: what is typed, and what is read ("" absent, None refused), and whether it is written plain.
SCALARS = (
    *as_typed("NO no No yes on off y n Y true 01234 0123 0892"),
    *as_typed("010 +4917012345 00441234 1_000 12:30:45 10:30"),
    *as_typed("2024-01-05 2024-02-30 1e3 1E5 12e4 1.10 0x1F"),
    ("2024-01-05 10:00:00", "2024-01-05 10:00:00", False),
    *as_typed("0o17 0b101 null Null ~ = << .inf .nan"),
    ("", "", False),
    ("1,000", "1,000", True),
    ("-", None, False),
    *as_typed("NaN Infinity 1. 1.0e+3 20240105 3.10"),
    ("@acme", None, False),
    ("#123", "", False),
    ("a: b", None, False),
    ("a #b", "a", False),
    *((typed, None, False) for typed in ("%x", "`x`", "!x", "&x", "*x", "- x", "? x")),
    *((typed, None, False) for typed in ("[x]", "{x}", '"x', "'x")),
    (" x ", "x", False),
    ("1__", "1__", False),
    *((typed, typed, True) for typed in ("0b", "0x", "_")),
    ("190:20:30", "190:20:30", False),
    ("9999999999999999999999", "9999999999999999999999", False),
)
TYPED = [typed for typed, _, _ in SCALARS]

NASTY = st.text(
    st.one_of(
        st.sampled_from(list(":#-?,[]{}&*!|>'\"%@` \n_.eExo+=<~0189yYnN王é")),
        st.sampled_from(list("\t\r\x00\x1b\x7f\x85\xa0\u2028\u2029\u202e\ufeff\ufffe😀")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)
KEYS = st.sampled_from(["name", "tags", "aliases", "history", "consent", "no", "1.0"]) | NASTY
VALUES = st.recursive(
    NASTY, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
TREES = st.dictionaries(KEYS, VALUES, max_size=5)


def ruamel_load(text):
    """What a reader of YAML 1.2 makes of a text; where it is not installed, what PyYAML does."""
    try:
        ruamel = importlib.import_module("ruamel.yaml")
    except ModuleNotFoundError:
        return yaml.safe_load(text)
    reader = ruamel.YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(text)


def test_the_reader_of_yaml_1_2_is_here():
    """Without it the tests of this page hold with two readers instead of three."""
    pytest.importorskip("ruamel.yaml")
    assert ruamel_load("k: [no, 0o17]") == {"k": ["no", 15]}
    assert yaml.safe_load("k: [no, 0o17]") == {"k": [False, "0o17"]}


def read(text):
    return read_tree(text.encode()).tree


def problem(data):
    with pytest.raises(YamlProblem) as caught:
        read_tree(data if isinstance(data, bytes) else data.encode())
    return caught.value


def without_empty_keys(tree):
    """Keys may not be empty; the trees of hypothesis may have such."""
    if isinstance(tree, dict):
        return {k: without_empty_keys(v) for k, v in tree.items() if k}
    return [without_empty_keys(v) for v in tree] if isinstance(tree, list) else tree


def test_table_17_is_complete():
    assert len(SCALARS) == 67


@pytest.mark.parametrize(("typed", "wanted", "plain"), SCALARS, ids=TYPED)
def test_a_typed_scalar_is_read_as_typed_or_refused(typed, wanted, plain):
    text = f"key: {typed}\nlast: x\n"
    if typed == "[x]":  # a list, that the schema refuses in a text field
        assert not isinstance(read(text)["key"], str)
    elif wanted is None:
        assert problem(text).line in (1, 2)
    else:
        assert read(text) == {"key": wanted, "last": "x"} if wanted else {"last": "x"}


@pytest.mark.parametrize(("typed", "wanted", "plain"), SCALARS, ids=TYPED)
def test_a_scalar_is_written_so_that_three_readers_agree(typed, wanted, plain):
    written = scalar(typed)
    assert (written == typed) == plain
    for text in (f"key: {written}\n", f"- {{key: {scalar(typed, flow=True)}}}\n"):
        assert yaml.safe_load(text) == ruamel_load(text)
    assert yaml.safe_load(f"key: {written}\n") == {"key": typed}
    assert read(f"key: {written}\n") == as_text({"key": typed})


@given(NASTY)
@example("\x85")
@example("a\ufeffb")
@example("2024-1-1t1:1")
@example("what? yes")
@example("a:b")
@settings(max_examples=600, deadline=None)
def test_any_text_comes_back_from_three_readers(text):
    for document in (f"k: {scalar(text)}\n", f"k: [{scalar(text, flow=True)}]\n"):
        assert yaml.safe_load(document) == ruamel_load(document)
        assert yaml.safe_load(document)["k"] in (text, [text])
        assert yaml.load(document, yaml.CSafeLoader) == yaml.safe_load(document)
    assert read(f"k: {scalar(text)}\n") == as_text({"k": text})


@given(st.text(st.sampled_from("0123456789_.eExXobB+-:tTzZ nNyYaAiIfF~"), max_size=8))
@settings(max_examples=1000, deadline=None)
def test_what_looks_like_a_number_stays_text(text):
    document = f"k: {scalar(text)}\n"
    assert yaml.safe_load(document) == ruamel_load(document) == {"k": text}


LINES = st.text(st.sampled_from("ab #:-|\"'\n\n\t\u2028\r王"), max_size=16)


@given(LINES)
@settings(max_examples=600, deadline=None)
def test_text_of_several_lines_comes_back_from_three_readers(text):
    tree = {"text": text, "list": [text, "x"], "maps": [{"id": "a", "text": text}], "last": "x"}
    written = dump_tree(tree, LAYOUT)
    assert read(written) == as_text(tree)
    assert yaml.safe_load(written) == ruamel_load(written) == as_text(tree)


@given(TREES)
@settings(max_examples=400, deadline=None)
def test_any_tree_comes_back_from_three_readers(tree):
    tree = as_text(without_empty_keys(tree))
    written = dump_tree(tree, LAYOUT)
    if tree:
        assert read(written) == tree
        assert yaml.safe_load(written) == ruamel_load(written) == tree


@pytest.fixture(params=["libyaml", "pure"])
def reader(request, monkeypatch):
    """Both readers: the C library, and the one that takes its place where it is missing."""
    if request.param == "pure":
        monkeypatch.setattr(yaml_text, "LOADER", yaml.BaseLoader)
        monkeypatch.setattr(yaml_text, "LIBYAML", False)
    return request.param


def test_the_pure_reader_gives_the_same_tree(reader):
    tree = {"name": "王 a\x85b", "tags": ["no", "x"], "history": [{"date": "2026-01-01"}]}
    assert read(dump_tree(tree, LAYOUT)) == tree


def test_typed_values_are_plain():
    tree = {
        "due": datetime.date(2026, 11, 10),
        "potential": Decimal("1.20E+6"),
        "rate": Decimal("0.00000001"),
        "cadence": 30,
        "text": "30",
    }
    assert dump_tree(tree) == (
        "due: 2026-11-10\npotential: 1200000\nrate: 0.00000001\ncadence: 30\ntext: '30'\n"
    )


WHOLE = """\
name: Acme Battery
aliases: [永豐電池行, Yongfeng]
owner: mei

tier: A
potential: 1200000
potential_basis: 3 shops, own count, 2026-05

background: |
  Family business.

  Second generation.
needs:
- same-week delivery
- |-
  two
   lines
- 'a: b'
tags: [retail, 'no']
standard:
  promises:
    late: 3

contacts:
- id: chen
  name: 陳美玲
  phone: '0223456789'
  note: |2-
      indented
    and not
  consent:
  - {channel: email, date: 2026-05-02, source: 'fair, Taipei', wording: "a\\nb"}

history:
- {date: 2026-03-01, by: mei, cleared: [owner, tier]}
"""


def test_a_whole_file_looks_as_a_person_would_write_it():
    tree = {
        "name": "Acme Battery",
        "aliases": ("永豐電池行", "Yongfeng"),
        "owner": "mei",
        "deputy": None,
        "tier": "A",
        "potential": Decimal(1200000),
        "potential_basis": "3 shops, own count, 2026-05",
        "background": "Family business.\n\nSecond generation.\n",
        "needs": ["same-week delivery", "two\n lines", "a: b"],
        "tags": ["retail", "no", ""],
        "refs": [],
        "standard": {"promises": {"late": 3}},
        "contacts": [
            {
                "id": "chen",
                "name": "陳美玲",
                "phone": "0223456789",
                "note": "  indented\nand not",
                "consent": [
                    {
                        "channel": "email",
                        "date": datetime.date(2026, 5, 2),
                        "source": "fair, Taipei",
                        "wording": "a\nb",
                        "by": None,
                    }
                ],
            }
        ],
        "history": [{"date": datetime.date(2026, 3, 1), "by": "mei", "cleared": ("owner", "tier")}],
    }
    assert dump_tree(tree, LAYOUT) == WHOLE
    assert read(WHOLE) == as_text(tree)


def test_a_list_too_long_for_a_line_gets_one_line_an_item():
    tags = [f"tag-{number}" for number in range(12)]
    assert dump_tree({"tags": tags}, LAYOUT).startswith("tags:\n- tag-0\n- tag-1\n")


def test_half_a_character_is_not_written():
    with pytest.raises(ValueError, match="surrogate"):
        dump_tree({"name": "a\ud800\nb"})


def test_lines_are_known_by_path():
    lines = read_tree(b"\xef\xbb\xbf" + WHOLE.encode()).lines
    assert lines["name",] == 1
    source = ["", *WHOLE.split("\n")]
    assert source[lines["needs", 1]] == "- |-"
    assert source[lines["contacts", 0, "phone"]] == "  phone: '0223456789'"
    assert source[lines["contacts", 0, "consent", 0, "source"]].startswith("  - {channel")
    assert source[lines["history", 0]].startswith("- {date")


def test_what_is_empty_is_absent_and_not_counted():
    file = read_tree(b"a:\nb: ''\nlist:\n- \n- x\nmap: {c: , d: 1}\nnone: []\n")
    assert file.tree == {"list": ["x"], "map": {"d": "1"}, "none": []}
    assert file.lines["list", 0] == 5
    assert file.notes == ()


def test_a_value_lost_to_a_comment_sign_and_a_missing_line_end_are_noted():
    file = read_tree("\ufeffname: 王\nsource: #123\ntags:\n- # x\nb: # y\n  z".encode())
    assert [(note.line, "'#'" in note.what) for note in file.notes] == [
        (2, True),
        (4, True),
        (6, False),
    ]
    assert read_tree(b"a: 1\r\n").notes == ()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("\n", 1, "empty"),
        ("\ufeff", 1, "empty"),
        ("# note\n", 1, "only comments"),
        ("---\n", 1, "only comments"),
        ("just text\n", 1, "'key: value'"),
        ("- a\n", 1, "'key: value'"),
        ("a: 1\nb: &x 2\n", 2, "'&x' is an anchor"),
        ("a: 1\nb: *x\n", 2, "'*x' is an alias"),
        ("a: &a [*a]\n", 1, "'&a' is an anchor"),
        ("a: !x 1\n", 1, "'!x' is a tag"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tag"),
        ("a: !!int abc\n", 1, "'!!int' is a tag"),
        ("a: !!float x\n", 1, "tag"),
        ("a: !!timestamp x\n", 1, "tag"),
        ('a: !!binary "###"\n', 1, "tag"),
        ("a: !!set {a, b}\n", 1, "tag"),
        ("a: !!omap [a: 1]\n", 1, "tag"),
        ("a:\n  <<: {b: 1}\n", 2, "merge"),
        ("a: 1\nb: 2\n\na: 3\n", 4, "the key 'a' stands twice: here and in line 1"),
        ("l:\n- x: 1\n- y: 1\n  z: 2\n  y: 3\n", 5, "the key 'y' stands twice: here and in line 3"),
        ("l:\n- x: 1\n- {y: 1, y: 2}\n", 3, "the key 'y' stands twice"),
        ("l:\n- {x: 1, note: moved, twice}\n", 2, "'twice' stands without a ':' behind it"),
        ("l:\n- {x: 1, by2 mei}\n", 2, "'by2 mei' stands without a ':' behind it"),
        ("? a\n", 2, "'a' stands without a ':' behind it"),
        ("a:\na: 1\n", 2, "the key 'a' stands twice: here and in line 1"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("---\n---\na: 1\n", 2, "second document"),
        ("%YAML 9.9\n---\na: 1\n", 1, "'%'"),
        ("%YAML 1.1\n---\na: 1\n", 1, "'%'"),
        ("%TAG ! x:\n---\na: 1\n", 1, "'%'"),
        ("? [a]\n: 1\n", 1, "cannot be a key"),
        ("{[a]: 1}\n", 1, "cannot be a key"),
        ("a: {{a: 1}: 2}\n", 1, "cannot be a key"),
        ("? \n: 1\n", 1, "without a key"),
        ("a:\n\tb: 1\n", 2, "a tab indents this line"),
        ("a:\n- x\n\t- y\n", 3, "a tab indents this line"),
        ("a: |\n  b\n\tc\n", 3, "a tab indents this line"),
        ("a: 1\nb: x: y\n", 2, "a colon"),
        ("a: 1\nb: @x\n", 2, "may not begin"),
        ("a: 1\nfoo\nb: 2\n", 2, "no 'key: value'"),
        ('a: 1\nb: "x\nc: 2\n', 2, "never closed"),
        ("a: 1\nb: [x\nc: 2\n", 2, "'['"),
        ('a: "\\ud800"\n', 1, "half a character"),
        ('a: "\\q"\n', 1, "backslash"),
        ("a: 1\nb: x\x00y\n", 2, "U+0000"),
        ("a: 1\nb: x\x1by\n", 2, "U+001B"),
        ("a: 1\nb: x\x85y\n", 2, "U+0085"),
        ("a: 1\nb: x\u2028y\n", 2, "U+2028"),
        ("a: 1\nb: x\ufeffy\n", 2, "U+FEFF"),
        ("a: -\n", 1, "a list begins"),
    ],
)
def test_a_fault_is_named_with_its_line(text, line, words, reader):
    found = problem(text)
    assert (found.line, words in found.what) == (line, True), found.what
    assert not found.markers


@pytest.mark.parametrize(
    "labels",
    [
        ("<<<<<<< HEAD", "=======", ">>>>>>> theirs"),
        ("<<<<<<< a: b", "||||||| base", "=======", ">>>>>>> c"),
        ("<<<<<<<", "=======", ">>>>>>>"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_conflict_markers_are_called_that(labels, end):
    parts = [f"{label}{end}tier: {place}{end}" for place, label in enumerate(labels[:-1])]
    found = problem(f"name: x{end}" + "".join(parts) + labels[-1] + end)
    assert found.markers
    assert (found.line, found.remedy) == (2, "Try: crm check --fix")


def test_a_block_may_hold_what_looks_like_a_marker():
    text = "background: |\n  Prices\n  =======\n  <<<<<<< up\n"
    assert read(text) == {"background": "Prices\n=======\n<<<<<<< up\n"}


def test_other_encodings_are_refused_by_name():
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert "UTF-16" in problem("name: x\n".encode(encoding)).what
    found = problem("name: x\ncity: Köln\n".encode("latin-1"))
    assert (found.line, "0xf6 is not UTF-8" in found.what) == (2, True)


def test_odd_numbers_are_text():
    for typed in (".5_", "_.", "+.", "._", "1:99", "0x" + "f" * 4000, "1" * 100_000):
        assert read(f"k: {typed}\n") == {"k": typed}
        assert yaml.safe_load(f"k: {scalar(typed)}\n") == {"k": typed}


def test_crlf_and_bom_are_read():
    assert read("\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": "1", "b": "x\ny\n"}


def laughs(levels):
    first = "a0: &a0 [x]\n"
    rest = (f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, levels))
    return first + "".join(rest)


BOMBS = {
    "aliases": laughs(9),
    "merge keys": "a: {b: 1}\n<<: [*a, *a]\n",
    **{f"{n} brackets": "a: " + "[" * n for n in (300, 1_000, 20_000, 200_000)},
    "1000 braces": "a: " + "{a: " * 1000,
    "block mappings": "".join(f"{' ' * n}k:\n" for n in range(1_000)),
    "dashes": "a:\n" + "- " * 5_000,
    "question marks": "? " * 5_000,
    "many parts": "a: [" + "x, " * 60_000 + "]\n",
    "many empty pairs": "a: [" + "?," * 60_000 + "]\n",
    "quoted key of 4 MB": '"' + "x" * 4_000_000 + '": 1\n',
    "one byte too many": "a: " + "x" * (1024 * 1024 - 4) + "\n\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(name, reader):
    start = time.process_time()
    problem(BOMBS[name])
    # A bomb takes minutes; the limit is wide, since the machine may be busy.
    assert time.process_time() - start < 5


def test_twenty_levels_and_one_mebibyte_are_read():
    assert read("a: " + "[" * 19 + "x" + "]" * 19)["a"]
    assert "20 levels" in problem("a: " + "[" * 20 + "x" + "]" * 20).what
    assert len(read("a: " + "x" * (1024 * 1024 - 4) + "\n")["a"]) == 1024 * 1024 - 4


def test_a_damaged_file_gives_a_problem_or_a_tree_and_nothing_else():
    chance = random.Random(7)
    source = WHOLE.encode()
    pieces = [b":", b"#", b"- ", b"\t", b"'", b'"', b"{", b"]", b"&a ", b"*a", b"!", b"|", b"\x85"]
    pieces += [b"\xff", b"\x00", b"\n", b"\r", b"  ", b"<<", b"---\n", "\u2028".encode(), b"%"]
    refused = 0
    for _ in range(5_000):
        data = bytearray(source)
        for _ in range(chance.randint(1, 3)):
            at, end = sorted(chance.randrange(len(data)) for _ in range(2))
            end = min(end, at + 30)
            match chance.randrange(5):
                case 0:
                    data[at:at] = chance.choice(pieces)
                case 1:
                    del data[at:end]
                case 2:
                    data[at:at] = data[at:end]
                case 3:
                    data[at] ^= 1 << chance.randrange(8)
                case 4:
                    lines = data.split(b"\n")
                    chance.shuffle(lines)
                    data = bytearray(b"\n".join(lines))
        try:
            file = read_tree(bytes(data))
        except YamlProblem:
            refused += 1
        else:
            assert file.lines
            assert isinstance(file.notes, tuple)
            assert as_text(read(dump_tree(file.tree))) == as_text(file.tree)
    assert 1_000 < refused < 4_990


def test_reading_costs_no_more_than_the_safe_loader():
    if not yaml_text.LIBYAML:
        pytest.skip("the figure is libyaml's")
    data = WHOLE.encode()

    def seconds(read):
        best = []
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(40):
                read(data)
            best.append(time.perf_counter() - start)
        return min(best)

    assert seconds(read_tree) < 1.5 * seconds(lambda data: yaml.load(data, yaml.CSafeLoader))


@pytest.mark.parametrize(
    "text",
    [
        *("a:\nb: 1\n", "a: # x\nb: 1\n", "a: ''\nb: 1\n", "? a\n: \nb: 1\n", "a: |\n\nb: 1\n"),
        *("c: {a: , b: 1}\n", "c: {'a':, b: 1}\n", "c: { a: # x\n , b: 1}\n"),
        "永:\t\n\n# x\n\nb: 1\n",
    ],
)
def test_a_key_with_its_colon_may_be_empty(text: str) -> None:
    tree = read_tree(text.encode()).tree
    assert tree.get("c", tree) == {"b": "1"}
