"""A change of some keys leaves every other byte of the file as its author wrote it."""

import copy
import datetime
import difflib
import random
import re
import time
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from crmcli.book import yaml_edit
from crmcli.book.yaml_edit import edit
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import after_key
from crmcli.book.yaml_text import as_text
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import in_line
from crmcli.book.yaml_text import kept
from crmcli.book.yaml_text import read_tree
from crmcli.book.yaml_text import scalar

LAYOUT = Layout(
    paragraphs=("tier", "background", "contacts", "history", "conflicts"),
    flow=("tags", "aliases"),
    flow_items=("history", "consent"),
)
ORDER = (
    *("name", "aliases", "status", "owner", "deputy", "tier", "industry", "potential"),
    *("background", "needs", "tags", "contacts", "history", "conflicts"),
)

HAND = """\
# The oldest customer

name: "Acme Battery"   # as on the sign
aliases: [ 永豐電池行,Yongfeng ]
kind: company               # company | person
status:    active           # lead | prospect | active
deputy: lin

# what we think
tier: A
potential: 1200000          # a year
colour: red                 # nobody knows this key
background: |  # long story
  Family business.

  # not a comment
needs:  # what they want
# the urgent one
- same-week delivery   # or sooner
- 'low noise'

contacts:
# the boss
- id: chen
  name: 陳美玲
  # in the morning
  phone: '0223456789'
  shoe_size: 38
  consent:
  - {channel: email, state: given, date: 2026-05-02, x: 1}   # at the fair
- id: lin
  name: Lin

history:
- {date: 2026-03-01, by: mei, status: prospect}
- {date: 2026-05-20, by: mei, status: active}   # signed
# the end
"""


def tree_of(text):
    return read_tree(text.encode()).tree


def changed(text, change, layout=LAYOUT):
    """The text after a change of its tree, read back and compared."""
    old = tree_of(text.removeprefix("\ufeff"))
    new = copy.deepcopy(old)
    change(new)
    new = {key: new[key] for key in sorted(new, key=lambda k: ORDER.index(k) if k in ORDER else 99)}
    result = edit(text, old, new, layout)
    assert as_text(tree_of(result.removeprefix("\ufeff"))) == as_text(new)
    return result


def difference(before, after):
    """Lines taken out and lines put in, with `-` and `+`."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if not re.match(r"---|\+\+\+|@@", line)]


def test_a_value_changes_alone_and_the_comment_beside_it_keeps_its_column():
    result = changed(HAND, lambda tree: tree.update(status="lapsed customer"))
    assert difference(HAND, result) == [
        "-status:    active           # lead | prospect | active",
        "+status:    lapsed customer  # lead | prospect | active",
    ]


def test_typed_values_are_written_plain():
    day, money = datetime.date(2026, 1, 2), Decimal("1E+2")
    result = changed(HAND, lambda tree: tree.update(tier=day, potential=money))
    assert difference(HAND, result) == [
        "-tier: A",
        "-potential: 1200000          # a year",
        "+tier: 2026-01-02",
        "+potential: 100              # a year",
    ]


def test_a_new_key_gets_its_place_and_a_paragraph_its_blank_line():
    added = {"owner": "mei", "industry": "no", "conflicts": [{"field": "tier", "kept": "A"}]}
    assert difference(HAND, changed(HAND, lambda tree: tree.update(added))) == [
        "+owner: mei",
        "+industry: 'no'",
        "+",
        "+conflicts:",
        "+- field: tier",
        "+  kept: A",
    ]


def test_a_removed_key_takes_its_comments_along_and_no_others():
    result = changed(HAND, lambda tree: [tree.pop(key) for key in ("tier", "needs", "history")])
    assert difference(HAND, result) == [
        "-# what we think",
        "-tier: A",
        "-needs:  # what they want",
        "-# the urgent one",
        "-- same-week delivery   # or sooner",
        "-- 'low noise'",
        "-history:",
        "-- {date: 2026-03-01, by: mei, status: prospect}",
        "-- {date: 2026-05-20, by: mei, status: active}   # signed",
    ]


def test_a_comment_apart_from_a_removed_key_stays():
    text = "a: 1\n\n# apart\n\n# its own\nb: 2\n\nc: 3\n"
    assert changed(text, lambda tree: tree.pop("b")) == "a: 1\n\n# apart\n\nc: 3\n"


def test_text_of_several_lines_keeps_its_comment():
    result = changed(HAND, lambda tree: tree.update(background="One.\nTwo.", name="A\nB"))
    assert difference(HAND, result) == [
        '-name: "Acme Battery"   # as on the sign',
        "+name: |-  # as on the sign",
        "+  A",
        "+  B",
        "-background: |  # long story",
        "-  Family business.",
        "-",
        "-  # not a comment",
        "+background: |-  # long story",
        "+  One.",
        "+  Two.",
    ]
    result = changed(HAND, lambda tree: tree.update(background="Short."))
    assert "background: Short.  # long story\nneeds:" in result


def test_lists_change_item_by_item():
    def change(tree):
        tree["needs"] = ["low noise", "a: b", "same-week delivery"]
        tree["aliases"].append("Acme, Inc")
        tree["history"].append(
            {"date": datetime.date(2026, 6, 1), "by": "lin", "cleared": ["tier"]}
        )

    assert difference(HAND, changed(HAND, change)) == [
        "-aliases: [ 永豐電池行,Yongfeng ]",
        "+aliases: [永豐電池行, Yongfeng, 'Acme, Inc']",
        "+- 'low noise'",
        "+- 'a: b'",
        "-- 'low noise'",
        "+- {date: 2026-06-01, by: lin, cleared: [tier]}",
    ]


def test_a_contact_changes_key_by_key():
    def change(tree):
        chen, lin = tree["contacts"]
        chen["phone"] = "+886 2"
        chen["role"] = "champion"
        chen["consent"][0]["state"] = "withdrawn"
        tree["contacts"] = [lin, {"id": "wang", "name": "王"}, chen]

    result = changed(HAND, change)
    assert (
        "contacts:\n- id: lin\n  name: Lin\n- id: wang\n  name: 王\n# the boss\n- id: chen"
        in result
    )
    assert "  # in the morning\n  phone: +886 2\n  shoe_size: 38\n" in result
    assert "{channel: email, state: withdrawn, date: 2026-05-02, x: 1}   # at the fair" in result


def test_known_days_of_a_changed_event_stay_plain():
    text = "history:\n- {date: 2026-05-02, due: 2026-06-01, x: y}  # why\n"
    day = datetime.date(2026, 5, 2)
    old = {"history": [{"date": day, "due": datetime.date(2026, 6, 1)}]}
    new = {"history": [{"date": day, "due": datetime.date(2026, 7, 1)}]}
    assert edit(text, old, new, LAYOUT) == (
        "history:\n- {date: 2026-05-02, due: 2026-07-01, x: y}  # why\n"
    )


def test_an_event_in_braces_changes_key_by_key():
    event = {"a": "1", "b": "two", "c": "0x1F"}

    def first(**new):
        text = "history:\n- { 'a': 1, b: 'two',c:   0x1F , d: no}  # why\n"
        after = {key: new.get(key, event.get(key)) for key in [*new, *event]}
        return edit(text, {"history": [event]}, {"history": [after]}, LAYOUT).split("\n")[1]

    assert first(b="x, y") == "- { 'a': 1, b: 'x, y',c:   0x1F , d: no}  # why"
    assert first(a=None, b=None) == "- { c:   0x1F , d: no}  # why"
    assert first(b=None, c=None) == "- { 'a': 1 , d: no}  # why"
    assert first(z=5) == "- { z: 5, 'a': 1, b: 'two',c:   0x1F , d: no}  # why"


def test_a_comment_inside_of_braces_is_put_above_if_its_line_goes():
    text = "history:\n- {a: 1,\n   b: 2, # two\n   c: 3}\n"
    result = changed(text, lambda tree: tree["history"][0].pop("c"))
    assert result == "history:\n# two\n- {a: '1', b: '2'}\n"
    result = changed(text, lambda tree: tree["history"][0].update(c="5 kg"))
    assert result == "history:\n- {a: 1,\n   b: 2, # two\n   c: 5 kg}\n"


def test_unknown_keys_are_kept_wherever_they_stand():
    old = {"contacts": [{"id": "chen", "name": "Chen"}], "tier": "A"}
    new = {"contacts": [{"id": "chen", "name": "Chén"}], "name": "X"}
    text = "tier: A\nzz: {a: 1}\ncontacts:\n- zz: 1\n  id: chen\n  name: Chen\n  yy: [1,2]\n"
    assert edit(text, old, new) == (
        "zz: {a: 1}\ncontacts:\n- zz: 1\n  id: chen\n  name: Chén\n  yy: [1,2]\nname: X\n"
    )


def test_a_change_of_nothing_changes_no_byte():
    for text in (HAND, "\ufeff" + HAND.replace("\n", "\r\n"), HAND.rstrip("\n"), "a:   1"):
        tree = tree_of(text.removeprefix("\ufeff"))
        assert edit(text, tree, copy.deepcopy(tree), LAYOUT) == text
        assert edit(text, {**tree, "owner": None, "refs": []}, {**tree, "products": ()}) == text


def test_an_empty_key_is_filled_where_it_stands():
    text = "name: x\nowner:   # who?\ntags:\ndeputy:\n"
    result = changed(text, lambda tree: tree.update(owner="mei", tags=["a"], deputy="a\nb"))
    assert result == "name: x\nowner: mei  # who?\ntags: [a]\ndeputy: |-\n  a\n  b\n"


def test_crlf_and_bom_stay():
    text = "\ufeff" + HAND.replace("\n", "\r\n")

    def change(tree):
        tree.update(status="lost", owner="mei", background="a\nb\n", needs=["x", "low noise"])

    result = changed(text, change)
    assert result == "\ufeff" + changed(HAND, change).replace("\n", "\r\n")


@pytest.mark.parametrize("last", ["b: 2", "b: |\n  two", "b: |-\n  two\n  lines", "b:\n- x"])
def test_a_missing_last_line_end_is_added(last):
    text = f"a: 1\n{last}"
    result = changed(text, lambda tree: tree.update(a="3"))
    assert result.startswith("a: '3'\n")
    assert result.endswith("\n")


def test_a_block_that_keeps_its_blank_lines_is_left_alone():
    text = "a: |+\n  x\n\n\nb: 1\n"
    assert changed(text, lambda tree: tree.update(b="z")) == "a: |+\n  x\n\n\nb: z\n"
    assert changed(text, lambda tree: tree.pop("b")) == "a: |+\n  x\n\n\n"


ODD = {
    "all in braces": "{name: a, tags: [b], zz: c}\n",
    "a document sign": "# head\n--- # begin\nname: a\ntags: [b]\nzz: c\n...\n",
    "question marks": "? name\n: a\n? tags\n: [b] # x\nzz: c\n",
    "values on the next line": "name:\n  a\ntags: # x\n  - b\nzz:\n  c\n",
    "quotes over lines": "name: 'a\n\n  d' # x\ntags: [b, # y\n  ]\nzz: c\n",
    "indented": "  name: a\n  # x\n  tags:\n     - b # y\n  zz: c\n",
    "dashes alone": "name: a\ntags:\n-\n  b # x\n-\n- c\nzz: c\n",
    "keys in quotes": "'name' : a\n\"tags\": [b] # x\nzz: c\n",
    "maps behind dashes": "name: a\ntags:\n- - b\n- c: d # x\n  e: f\nzz: c\n",
    "folded": "name: >-  # x\n  a\n  d\ntags: [b]\nzz: c\n",
    "lone carriage returns": "name: a # x\rtags: [b]\rzz: c\r",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize(
    "change",
    [
        {"name": "new"},
        {"name": "two\nlines"},
        {"tags": ["b", "new"]},
        {"tags": ["new: x"], "owner": "mei"},
        {"tags": None, "name": None, "owner": "mei"},
        {"tags": "text", "name": ["list"]},
        {"tags": {"a": "b"}, "conflicts": [{"field": "x"}]},
    ],
)
def test_odd_files_are_changed_too_and_keep_what_is_not_known(name, change):
    text = ODD[name]
    result = changed(text, lambda tree: tree.update(change))
    assert tree_of(result)["zz"] == "c"
    gone = [key for key, value in change.items() if value is None]
    for comment in re.findall(r"# \w+", text):
        assert comment in result or gone or name == "maps behind dashes"
    assert yaml.safe_load(result) == yaml.load(result, yaml.CSafeLoader)


def test_the_first_key_behind_a_dash_may_go():
    text = "needs:\n# top\n- a: 1 # one\n  # two\n  b: 2 # x\n- c: 3\n"
    result = changed(text, lambda tree: tree["needs"][0].pop("a"))
    assert result.endswith("- c: 3\n")
    assert {"# top", "# x", "# two"} <= set(re.findall(r"# \w+", result))


def test_a_file_that_cannot_be_read_is_not_changed():
    with pytest.raises(YamlProblem):
        edit("a: &x 1\n", {"a": "1"}, {"a": "2"})


def test_a_change_that_makes_a_file_too_big_is_refused():
    with pytest.raises(YamlProblem, match="at most"):
        edit("a: 1\n", {"a": "1"}, {"a": "x" * 1024 * 1024})


# Random files as hands write them, and random changes.

TEXTS = st.one_of(
    st.sampled_from(["acme", "no", "0123", "a: b", "x #y", "two\nlines", "end\n", " x", "王 小明"]),
    st.sampled_from(
        ["# no comment", "it's", '"q"', "- x", "a, b", "[x]", "? y", "\ttab", "a\n\nb"]
    ),
    st.text(st.sampled_from("ab :#-'\"\n王😀,[]{}\x85"), min_size=1, max_size=10),
)
WORDS = st.lists(TEXTS, min_size=1, max_size=4)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {"date": st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 9))},
        optional={"by": TEXTS, "note": TEXTS, "cleared": st.just(["tier", "owner"])},
    ),
    min_size=1,
    max_size=3,
)
CONTACTS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["chen", "lin", "wang", "wu"]), "name": TEXTS},
        optional={"phone": TEXTS, "refs": WORDS, "consent": EVENTS},
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda contact: contact["id"],
)
FIELDS = {
    "name": TEXTS,
    "aliases": WORDS,
    "status": TEXTS,
    "owner": TEXTS,
    "tier": TEXTS,
    "potential": st.decimals(1, 10**6, places=2),
    "background": TEXTS,
    "needs": WORDS,
    "tags": WORDS,
    "contacts": CONTACTS,
    "history": EVENTS,
    "conflicts": st.lists(st.fixed_dictionaries({"field": TEXTS, "kept": TEXTS}), max_size=2),
}
TREES = st.fixed_dictionaries({"name": TEXTS}, optional={k: FIELDS[k] for k in [*FIELDS][1:]})


class Hand:
    """Writes a tree as some person would, and remembers which lines and comments are whose."""

    def __init__(self, draw):
        self.draw = draw
        self.owners = {}
        self.number = 0

    def odds(self, n):
        return self.draw(st.integers(0, n)) == 0

    def comment(self, owner):
        self.number += 1
        self.owners[f"#c{self.number}."] = owner
        return f"#c{self.number}."

    def beside(self, owner, before=" "):
        return f"{before}{self.comment(owner)}" if self.odds(3) else ""

    def above(self, owner, indent=""):
        blank = "\n" if self.odds(5) else ""
        return f"{blank}{indent}{self.comment(owner)}\n" if self.odds(4) else blank

    def one(self, value, flow=False):
        """A value on one line, in a quoting that is not the program's."""
        if not isinstance(value, str) or not re.fullmatch(r"[\w ,:#?\[\]{}-]+", value):
            return in_line(value, flow=flow)
        return self.draw(st.sampled_from([in_line(value, flow=flow), f'"{value}"', f"'{value}'"]))

    def items(self, key, values, owner, indent):
        flow = all(isinstance(value, str) for value in values) and self.odds(1)
        if flow:
            space = " " if self.odds(1) else ""
            return (
                f" [{space}{','.join(self.one(v, flow=True) for v in values)}{space}]"
                + self.beside(owner)
            )
        lines = [self.beside(owner, "  ")]
        for value in values:
            mine = (
                *owner,
                value.get("id") if isinstance(value, dict) and "id" in value else repr(value),
            )
            above = self.above(mine, indent)
            if isinstance(value, dict) and key in ("contacts", "conflicts"):
                inner = self.mapping(value, mine, indent + "  ")
                lines.append(f"{above}{indent}- {inner.lstrip()}")
            elif isinstance(value, str) and "\n" in value and self.odds(1):
                block = after_key("x", value, indent).lstrip(" ")
                lines.append(f"{above}{indent}- {block}")
            else:
                lines.append(f"{above}{indent}- {self.one(value)}{self.beside(mine)}")
        return "\n".join(lines)

    def mapping(self, tree, owner, indent):
        lines = []
        for at, (key, value) in enumerate(tree.items()):
            mine = (*owner, key)
            above = self.above(mine, indent) if at or not indent else ""
            lines.append(f"{above}{indent}{key}:{self.value(key, value, mine, indent)}")
        return "\n".join(lines)

    def value(self, key, value, owner, indent):
        if isinstance(value, list):
            return self.items(key, value, owner, indent + ("  " if self.odds(2) else ""))
        if isinstance(value, str) and "\n" in value and self.odds(1):
            head, feed, rest = after_key(key, value, indent).partition("\n")
            return head + self.beside(owner, "  ") + feed + rest
        return " " * (1 + self.odds(3)) + self.one(value) + self.beside(owner, "   ")


@st.composite
def files(draw):
    """A tree of known fields, the text of its file with unknown keys, and whose each comment is."""
    hand = Hand(draw)
    tree = draw(TREES)
    whole = {**tree, **draw(st.dictionaries(st.sampled_from(["zz", "yy"]), TEXTS, max_size=2))}
    for contact in whole.get("contacts", ()):
        if hand.odds(2):
            contact["shoe"] = "38"
    keys = draw(st.permutations(sorted(whole)))
    text = hand.mapping({key: whole[key] for key in keys}, (), "") + "\n"
    if hand.odds(3):
        text += f"{hand.comment(())}\n"
    return tree, text, hand.owners


def without_shoes(tree):
    tree = copy.deepcopy(tree)
    for contact in tree.get("contacts", ()):
        contact.pop("shoe", None)
    return tree


@st.composite
def patches(draw, tree):
    """Another tree of known fields: values changed, taken out, added, inside of contacts too."""
    new = without_shoes(tree)
    for key in draw(st.lists(st.sampled_from([*FIELDS]), min_size=1, max_size=4, unique=True)):
        old = new.get(key)
        if key == "contacts" and old and draw(st.booleans()):
            for contact in old:
                changes = draw(st.fixed_dictionaries({}, optional={"name": TEXTS, "phone": TEXTS}))
                contact.update(changes)
                if draw(st.booleans()):
                    contact.pop("refs", None)
                if draw(st.booleans()):
                    contact.setdefault("consent", []).extend(draw(EVENTS))
            new[key] = draw(st.permutations(old))
        elif isinstance(old, list) and old and draw(st.booleans()):
            added = draw(FIELDS[key])
            if key == "contacts":
                added = [each for each in added if each["id"] not in {one["id"] for one in old}]
            keep = draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
            new[key] = [item for item, stays in zip(old, keep, strict=True) if stays] + added
        elif key != "name" and draw(st.booleans()):
            new.pop(key, None)
        else:
            new[key] = draw(FIELDS[key])
    return {key: new[key] for key in ORDER if key in new}


def with_id_first(key):
    return (key != "id", key)


def in_one_order(value):
    """Inner keys sorted: two items that differ in their order alone are one item."""
    if isinstance(value, list):
        return [in_one_order(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    keys = value if "name" in value and "id" not in value else sorted(value, key=with_id_first)
    return {key: in_one_order(value[key]) for key in keys}


def lost(owner, old, new):
    """Whether the key or item that a comment belonged to is gone or was replaced by another."""
    for part in owner:
        if isinstance(old, dict):
            if part in old and part not in new:
                return True
            old, new = old.get(part), new.get(part)
        elif isinstance(old, list):
            before = [
                one for one in old if part in (repr(one), isinstance(one, dict) and one.get("id"))
            ]
            after = [
                one
                for one in new or ()
                if part in (repr(one), isinstance(one, dict) and one.get("id"))
            ]
            if before and len(after) < len(before):
                return True
            old, new = (before or [None])[0], (after or [None])[0]
        if type(old) is not type(new):
            return False
    return False


def blocks(text):
    """The lines of each top-level key, from its own line to its last."""
    root = yaml.compose(text, yaml.CBaseLoader)
    lines = text.split("\n")
    starts = [key.start_mark.line for key, _ in root.value] + [len(lines)]
    found = {}
    for (key, _), start, end in zip(root.value, starts, starts[1:], strict=False):
        while end > start + 1 and re.fullmatch(r"\s*(#c\d+\.)?", lines[end - 1]):
            end -= 1
        found[key.value] = lines[start:end]
    return found


@given(st.data())
@settings(max_examples=700, deadline=None)
def test_any_change_of_any_file_reads_back_and_leaves_the_rest_alone(data):
    tree, text, owners = data.draw(files())
    old = without_shoes(tree)
    new = data.draw(patches(tree))
    assert edit(text, old, copy.deepcopy(old), LAYOUT) == text

    result = edit(text, old, new, LAYOUT)

    read, before = tree_of(result), tree_of(text)
    shoes = {c["id"] for c in before.get("contacts", ()) if "shoe" in c}
    for contact in read.get("contacts", ()):
        stays = contact["id"] in shoes and contact["id"] in {
            c["id"] for c in old.get("contacts", ())
        }
        assert contact.pop("shoe", None) == ("38" if stays else None)
    unknown = {key: before[key] for key in ("zz", "yy") if key in before}
    assert as_text(read) == as_text({**new, **unknown})
    for key, lines in blocks(text).items():
        if as_text(old.get(key)) == as_text(new.get(key)):
            assert blocks(result)[key] == lines
    places = [key for key in blocks(result) if key in blocks(text)]
    assert places == [key for key in blocks(text) if key in places]
    for comment, owner in owners.items():
        assert result.count(comment) <= 1
        if not lost(owner, kept(old), kept(new)):
            assert comment in result, (comment, owner)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_an_ordinary_file_is_never_written_anew(data):
    tree, text, _ = data.draw(files())
    old, new = without_shoes(tree), data.draw(patches(tree))
    whole = yaml_edit._Editor.whole
    try:
        yaml_edit._Editor.whole = None
        edit(text, old, new, LAYOUT)
    finally:
        yaml_edit._Editor.whole = whole


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_of_the_program_looks_as_if_written_at_once(data):
    tree = data.draw(TREES)
    old = {key: tree[key] for key in ORDER if key in tree}
    new = data.draw(patches(old))
    old, new = in_one_order(old), in_one_order(new)
    text = dump_tree(old, LAYOUT)
    result = edit(text, old, new, LAYOUT)
    assert result.replace("\n\n", "\n") == dump_tree(new, LAYOUT).replace("\n\n", "\n")


def test_a_damaged_file_is_changed_rightly_or_not_at_all():
    chance = random.Random(11)
    pieces = [
        ":",
        "#",
        "- ",
        "'",
        '"',
        "{",
        "]",
        "|",
        ">",
        "\n",
        "\r",
        "  ",
        "? ",
        "...\n",
        "---\n",
    ]
    pieces += ["a: b\n", "\n\n", "# x\n", ",", "+", "  - y\n", "王"]
    read = 0
    for _ in range(4_000):
        text = HAND
        for _ in range(chance.randint(1, 2)):
            at, end = sorted(chance.randrange(len(text)) for _ in range(2))
            cut = text[at : at + 20] if chance.random() < 0.3 else ""
            text = text[:at] + cut + chance.choice(pieces) + text[at + (end - at) % 9 :]
        try:
            old = tree_of(text)
        except YamlProblem:
            continue
        read += 1
        new = copy.deepcopy(old)
        for key in chance.sample([*old, "owner", "conflicts"], 3):
            value = chance.choice(
                ["x", "a\nb", ["x", "low noise"], [{"id": "lin", "name": "L"}], None]
            )
            new[key] = new[key][1:] if value is None and isinstance(new.get(key), list) else value
        result = edit(text, old, new, LAYOUT)
        assert as_text(tree_of(result)) == as_text(new)
    assert read > 1_000


def test_a_change_of_one_key_is_quick():
    old = tree_of(HAND)
    new = {**old, "status": "lost"}
    best = 1.0
    for _ in range(20):
        start = time.perf_counter()
        edit(HAND, old, new, LAYOUT)
        best = min(best, time.perf_counter() - start)
    assert best < 0.01
    assert scalar("lost") in edit(HAND, old, new, LAYOUT)


def test_a_space_at_the_end_of_a_block_goes_with_the_block():
    old = {"name": "acme", "background": ": \n"}
    text = dump_tree(old, LAYOUT)
    assert edit(text, old, {"name": "acme", "background": "small"}, LAYOUT).endswith(
        "background: small\n"
    )
