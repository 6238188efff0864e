"""Files are merged to the same bytes from either side; comments, order and quoting survive."""

import json
import random
import re

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st

from crmcli.book.csv_text import read_rows
from crmcli.book.csv_text import to_csv
from crmcli.book.records import COLUMNS
from crmcli.book.records import layout_of
from crmcli.book.records import read_file
from crmcli.book.yaml_parts import parts_of
from crmcli.book.yaml_text import as_text
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import read_tree
from crmcli.model.customer import Customer
from crmcli.model.errors import BadDataError
from crmcli.model.interaction import Interaction
from crmcli.model.kinds import KINDS
from crmcli.sync.merge_text import Revived
from crmcli.sync.merge_text import inside
from crmcli.sync.merge_text import merge_text

ACME = "customers/acme.yaml"
MONTH = "interactions/mei/2026-11.csv"

HAND = """\
# The oldest customer

name: "Acme Battery"   # as on the sign
aliases: [ 永豐電池行,Yongfeng ]
status:    active           # lead | prospect | active

# what we think
tier: A
potential: 1200000          # a year
colour: red                 # nobody knows this key
phone:
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
  - {channel: email, purpose: x, state: given, date: 2026-05-02, x: 1}   # at the fair
- id: lin
  name: Lin

history:
- {date: 2026-03-01, by: mei, status: prospect}
- {date: 2026-05-20, by: mei, status: active}   # signed
# the end
"""


def changed(text, *pairs):
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def merge(base, ours, theirs, path=ACME, times=(2, 1)):
    """The merge from both sides, as bytes of text."""
    sides = [None if text is None else text.encode() for text in (base, ours, theirs)]
    there = merge_text(path, *sides, times)
    back = merge_text(path, sides[0], sides[2], sides[1], times[::-1])
    assert there == back
    return there._replace(data=None if there.data is None else there.data.decode())


def merged(*sides, **more):
    return merge(*sides, **more).data


# --- files with conflict markers

MARKED = """\
name: Acme
<<<<<<< ours
tier: A
region: Bern
=======
tier: C
industry: x
>>>>>>> theirs
status: active
"""


def test_a_side_with_conflict_markers_is_merged_as_what_its_halves_make():
    """S14: both halves, and then the other side."""
    base = "name: Acme\ntier: B\nstatus: active\n"
    text = merged(base, MARKED, base.replace("active", "lost"))
    assert read_tree(text.encode()).tree == {
        "name": "Acme",
        "tier": "C",
        "region": "Bern",
        "industry": "x",
        "status": "lost",
        "conflicts": [{"field": "tier", "kept": "C", "other": "A", "base": "B"}],
    }


def test_markers_with_their_base_ask_by_that_base():
    """S14: in the form with three parts."""
    marked = MARKED.replace("=======", "||||||| before\ntier: D\n=======")
    text = merged("name: Acme\ntier: B\n", marked, "name: Acme B\ntier: B\n")
    assert "- {field: tier, kept: C, other: A, base: D}\n" in text
    assert "name: Acme B\n" in text


def test_markers_on_both_sides_and_in_the_base_are_all_joined():
    """S14: as where everybody pulled what someone had committed in a hurry."""
    there = merge(MARKED, MARKED + "tags: [a]\n", MARKED + "needs:\n- speed\n")
    tree = read_tree(there.data.encode()).tree
    assert (tree["tags"], tree["needs"]) == (["a"], ["speed"])
    assert [item["field"] for item in tree["conflicts"]] == ["tier"]


def test_rows_with_conflict_markers_are_joined_by_id():
    """S14: no row is lost."""
    one, two, three = (f"i-0000000{n},2026-11-0{n},mei,visit\n" for n in (1, 2, 3))
    head = "id,at,rep,kind\n"
    marked = f"{head}<<<<<<< ours\n{one}=======\n{two}>>>>>>> theirs\n"
    assert merged(head, marked, head + three, path=MONTH) == head + one + two + three


def test_markers_that_are_not_in_order_stay_for_a_person():
    """S14: it would take a guess."""
    with pytest.raises(BadDataError, match="conflict markers"):
        merge("name: A\n", MARKED.replace("=======\n", ""), "name: B\n")


# --- whole files


@pytest.mark.parametrize("line", ["format: 2", "format: '99999999999'", "format: 2 # soon"])
def test_settings_of_a_newer_format_are_not_merged(line):
    """S31: what their keys mean is not known here."""
    base = "name: A\nformat: 1\n"
    with pytest.raises(BadDataError, match="newer than this crm knows"):
        merge(base, base.replace("format: 1", line), base.replace("A", "B"), path="crm.yaml")


def test_a_side_that_changed_nothing_takes_the_bytes_of_the_other():
    odd = "name:   x\r\n\r\ntags: [ ]"
    assert merged(HAND, HAND, odd) == odd
    assert merged(HAND, odd, odd) == odd
    assert merged(None, odd, None) == odd


def test_what_was_deleted_here_and_edited_there_stays_and_is_told():
    path = "deals/2026/d-7k3m9q2x.yaml"
    there = merge("stage: lead\n", None, "stage: won\n", path=path)
    assert there.data == "stage: won\n"
    assert there.revived == (Revived("d-7k3m9q2x", ""),)


def test_what_was_deleted_and_left_alone_is_gone():
    assert merged(HAND, None, HAND) is None
    assert merged(HAND, None, None) is None


@pytest.mark.parametrize(
    "path", ["notes.yaml", "customers/Acme.yaml", "data/x.csv", "a/b/c/d.yaml"]
)
def test_a_file_that_is_none_of_the_book_is_left_to_git(path):
    with pytest.raises(BadDataError):
        merge("a: 1\n", "a: 2\n", "a: 3\n", path=path)


PATHS = {
    "file": "{}/acme.yaml",
    "file by year": "{}/2026/{}-7k3m9q2x.yaml",
    "row by rep and month": "{}/mei/2026-11.csv",
    "row by month": "{}/2026-11.csv",
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_files_of_every_kind_are_merged_by_fields(kind):
    path = PATHS[kind.home].format(kind.folder, kind.letter)
    assert inside(f"my/book/{path}") == path
    if not kind.is_row:
        base = "note: a\nowner: x\n"
        sides = (base.replace("a", "b"), base.replace("x", "y"))
        assert merged(base, *sides, path=path) == "note: b\nowner: y\n"
        return
    id = f"{kind.letter}-7k3m9q2x"
    base = f"id,a,b\n{id},1,1\n"
    sides = (f"id,a,b\n{id},2,1\n", f"id,a,b\n{id},1,2\n{kind.letter}-8k3m9q2x,3,3\n")
    text = merged(base, *sides, path=path)
    assert text == f"id,a,b\n{id},2,2\n{kind.letter}-8k3m9q2x,3,3\n"


@pytest.mark.parametrize("prefix", ["", "mybook/", "a/b/c/"])
def test_a_book_may_lie_in_a_repository(prefix):
    assert inside(f"{prefix}customers/acme.yaml") == "customers/acme.yaml"
    assert inside(f"{prefix}deals/2026/d-7k3m9q2x.yaml") == "deals/2026/d-7k3m9q2x.yaml"
    assert inside(f"{prefix}crm.yaml") == "crm.yaml"
    assert inside(f"{prefix}other.yaml") is None


@pytest.mark.parametrize(
    "bad",
    [
        "a: 1\na: 2\n",
        "<<<<<<< ours\na: 1\na: 2\n>>>>>>> theirs\n",
        "a: [\n",
        "",
        "a: &x 1\n",
    ],
)
def test_a_side_that_cannot_be_read_is_refused_with_its_line(bad):
    """S6: also one in which a key stands twice."""
    with pytest.raises(BadDataError) as error:
        merge("name: x\n", "name: y\n", bad)
    assert error.value.place.startswith("customers/acme.yaml:")


def test_a_base_that_cannot_be_read_counts_as_none():
    there = merge("<<<<<<< ours\n", "name: x\ntags: [a]\n", "name: x\ntags: [b]\n")
    assert there.data == "name: x\ntags: [a, b]\n"


def test_a_clash_stands_in_its_record():
    there = merge("name: x\n", "name: y\n", "name: z\n")
    assert there.data == ("name: y\n\nconflicts:\n- {field: name, kept: y, other: z, base: x}\n")


def test_times_count_only_if_both_are_known():
    sides = (b"name: x\n", b"name: b\n", b"name: a\n")
    for times in ((None, None), (1, None), (None, 9)):
        assert merge_text(ACME, *sides, times).data.startswith(b"name: b\n")
    assert merge_text(ACME, *sides, (1, 9)).data.startswith(b"name: a\n")


# --- how it is written


def test_comments_order_quoting_and_unknown_keys_of_both_sides_survive():
    """S19: a field that this version does not know too."""
    ours = changed(HAND, ("tier: A\n", "# a doubt\ntier: B\n"), ("- 'low noise'\n", '- "low noise"\n- ours\n'))  # fmt: skip
    theirs = changed(
        HAND,
        ("colour: red                 #", "colour: 'blue'              #"),
        ("- id: lin\n  name: Lin\n", '- id: lin\n  # new here\n  name: Lin\n  phone: "1"\n'),
        ("# signed\n", "# signed at last\n"),
    )
    assert merged(HAND, ours, theirs) == changed(
        HAND,
        ("tier: A\n", "# a doubt\ntier: B\n"),
        ("- 'low noise'\n", '- "low noise"\n- ours\n'),
        ("colour: red                 #", "colour: 'blue'              #"),
        ("- id: lin\n  name: Lin\n", '- id: lin\n  # new here\n  name: Lin\n  phone: "1"\n'),
        ("# signed\n", "# signed at last\n"),
    )


def test_a_value_changed_here_keeps_the_comment_that_was_changed_there():
    ours = changed(HAND, ("tier: A\n", "tier: B\n"))
    theirs = changed(
        HAND, ("tier: A\n", "tier: A  # for now\n"), ("# what we think\n", "# I think\n")
    )
    assert "\n# I think\ntier: B  # for now\n" in merged(HAND, ours, theirs)


def test_a_clash_keeps_the_comments_of_both():
    ours = changed(HAND, ("tier: A\n", "tier: B  # grows\n"))
    theirs = changed(HAND, ("tier: A\n", "# shrinks\ntier: C  # less\n"))
    there = merged(HAND, ours, theirs)
    assert "\n# what we think\n# shrinks\n# less\ntier: B  # grows\n" in there
    assert there.endswith("\n- {field: tier, kept: B, other: C, base: A}\n# the end\n")


def test_events_of_both_sides_keep_their_lines():
    ours = changed(HAND, ("# the end\n", "-   {date: 2026-07-02, note: 'ours'}  # 1\n# the end\n"))
    theirs = changed(
        HAND, ("# the end\n", "# why\n- date: 2026-07-01\n  note: theirs\n# the end\n")
    )
    assert merged(HAND, ours, theirs) == changed(
        HAND,
        (
            "# the end\n",
            "# why\n- date: 2026-07-01\n  note: theirs\n-   {date: 2026-07-02, note: 'ours'}  # 1\n# the end\n",
        ),
    )


def test_people_added_on_both_sides_keep_their_lines_at_any_indent():
    ours = changed(HAND, ("\nhistory:", "# ours\n- id: wu\n  name: 'Wu'\n\nhistory:"))
    theirs = re.sub(r"(?ms)^(?=- id|# the boss|  \S)(?=.*^history)", "  ", HAND)
    theirs = changed(theirs, ("\nhistory:", "  - id:   ho   # theirs\n    name: Ho\n\nhistory:"))
    there = read_tree(merged(HAND, ours, theirs).encode()).tree
    assert [contact["id"] for contact in there["contacts"]] == ["chen", "lin", "ho", "wu"]
    assert "# ours" in merged(HAND, ours, theirs)
    assert "# theirs" in merged(HAND, ours, theirs)


def test_an_empty_key_of_a_form_stays_until_someone_takes_it_out():
    ours, theirs = changed(HAND, ("tier: A", "tier: B")), changed(HAND, ("id: lin", "id: lin2"))
    assert "\nphone:\n" in merged(HAND, ours, theirs)
    theirs = changed(theirs, ("phone:\n", ""))
    assert "\nphone:\n" not in merged(HAND, ours, theirs)


def test_a_change_of_order_survives():
    ours = changed(HAND, ("colour: red                 # nobody knows this key\n", ""))
    ours = changed(ours, ("# what we think\n", "colour: red   # up\n# what we think\n"))
    theirs = changed(HAND, ("tier: A", "tier: B"))
    assert merged(HAND, ours, theirs) == changed(ours, ("tier: A", "tier: B"))


def test_text_in_quotes_stays_text_and_a_number_stays_a_number():
    base = "name: x\nzip: 01234\nsize: '38'\nflag: no\n"
    ours = changed(base, ("38", "39"), ("01234", "01235"))
    theirs = changed(base, ("38", "40"), ("01234", "01236"), ("no", "yes"))
    there = merged(base, ours, theirs)
    assert there.startswith("name: x\nzip: 01235\nsize: '39'\nflag: yes\n")
    assert "other: 01236, base: 01234" in there
    assert "kept: '39', other: '40', base: '38'" in there


@pytest.mark.parametrize("side", [0, 1, 2])
def test_line_ends_and_a_bom_are_those_of_the_side_that_changed_them(side):
    texts = [HAND, changed(HAND, ("tier: A", "tier: B")), changed(HAND, ("red", "blue"))]
    plain = merged(*texts)
    texts[side] = "\ufeff" + texts[side].replace("\n", "\r\n")
    there = merged(*texts)
    assert there.replace("\r\n", "\n").removeprefix("\ufeff") == plain
    is_changed = side > 0
    assert there.startswith("\ufeff") == is_changed
    assert ("\r\n" in there) == is_changed


def test_a_file_in_braces_is_merged_too():
    base = "{name: x, tier: A}\n"
    there = merged(base, "{name: y, tier: A}\n", "{name: x, tier: B}  # odd\n")
    assert read_tree(there.encode()).tree == {"name": "y", "tier": "B"}


def test_settings_are_merged_like_a_record():
    base = "name: B  # ours\nformat: 1\nstages:\n- {name: lead, probability: 10}  # first\n- {name: won, probability: 100}\n"
    ours = changed(base, ("probability: 10}", "probability: 15}"))
    theirs = changed(base, ("- {name: won", "- {name: demo, probability: 30}\n- {name: won"))
    assert merged(base, ours, theirs, path="crm.yaml") == changed(
        base,
        ("probability: 10}", "probability: 15}"),
        ("- {name: won", "- {name: demo, probability: 30}\n- {name: won"),
    )


# --- laws, on files as people leave them

NAMES = ("name", "status", "tier", "region", "background", "tags", "zz", "contacts", "history")
plain = st.one_of(
    st.sampled_from(["a", "b", "no", "0123", "12:30", "2026-05-01", "x: y", "# no", "- z", "永豐", "a\nb\n", "a\n\nc", " p ", "{", "'", '"', "\\"]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=5),
)  # fmt: skip
person = st.fixed_dictionaries(
    {"id": st.sampled_from("pqr")},
    optional={"name": plain, "phone": plain, "note": plain, "tags": st.lists(plain, min_size=1)},
)
event = st.fixed_dictionaries(
    {"date": st.sampled_from(["2026-01-01", "2026-02-02"])},
    optional={"status": st.sampled_from("ab"), "note": plain},
)
trees = st.fixed_dictionaries(
    {"name": plain},
    optional={
        "status": st.sampled_from(["a", "b"]),
        "tier": plain,
        "region": plain,
        "background": plain,
        "tags": st.lists(plain, min_size=1, max_size=3),
        "zz": st.one_of(plain, st.dictionaries(st.sampled_from("kl"), plain, min_size=1)),
        "contacts": st.lists(person, min_size=1, max_size=3, unique_by=lambda item: item["id"]),
        "history": st.lists(event, min_size=1, max_size=3),
    },
)


def leaves(value):
    if isinstance(value, str):
        return {line for line in value.split("\n") if line}
    items = value.values() if isinstance(value, dict) else value
    return set().union(*(leaves(item) for item in items))


@st.composite
def files(draw):
    """A file as the program writes it, then rearranged by somebody's hand."""
    text = dump_tree(draw(trees), layout_of(Customer))
    random_ = random.Random(draw(st.integers(0, 99)))
    parts = parts_of(text)
    found = list(parts.parts)
    if random_.random() < 0.3:
        random_.shuffle(found)
    lines = []
    for part in found:
        if random_.random() < 0.2:
            lines.append(f"# c{random_.randrange(3)}\n")
        if random_.random() < 0.1 and not part.is_block and "|" not in part.body and '"' not in part.body:  # fmt: skip
            part = part._replace(body=part.body.rstrip("\n") + "   # beside\n")
        lines += [part.lead, part.body]
    return "".join(lines).lstrip("\n").encode()


def from_json(text):
    """A list or a mapping that lost is kept as JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, (dict, list)) else {}


@given(st.one_of(st.none(), files()), files(), files(), st.tuples(st.integers(0, 1), st.integers(0, 1)))  # fmt: skip
@example(b"name: a\n", b"name: a\ntags:\n- 'x'\n", b"name: a\ntags: [y]\n", (0, 0))
def test_both_sides_give_the_same_bytes_and_no_value_is_dropped(base, ours, theirs, times):
    there = merge_text(ACME, base, ours, theirs, times)
    assert there == merge_text(ACME, base, theirs, ours, times[::-1])
    text = there.data.decode()
    tree = read_tree(there.data).tree
    old = leaves(read_tree(base).tree) if base else set()
    new = leaves(read_tree(ours).tree) | leaves(read_tree(theirs).tree)
    found = leaves(tree)
    for item in tree.get("conflicts", ()):
        for value in item.values():
            found |= leaves(from_json(value))
    assert new - old <= found, text
    assert as_text(tree) == tree


@given(files(), files(), files())
def test_merging_a_result_with_one_of_its_sides_changes_nothing(base, ours, theirs):
    there = merge_text(ACME, base, ours, theirs, (1, 2)).data
    assert merge_text(ACME, ours, there, ours, (3, 1)).data == there
    assert merge_text(ACME, theirs, theirs, there, (1, 3)).data == there


@given(files(), files(), files())
def test_each_comment_of_a_key_that_stays_survives(base, ours, theirs):
    there = merge_text(ACME, base, ours, theirs, (1, 2)).data
    before, *sides = (set(re.findall(rb"# c\d", text)) for text in (base, ours, theirs))
    gone = {part.key for text in (ours, theirs) for part in parts_of(text.decode()).parts} - {
        part.key for part in parts_of(there.decode()).parts
    }
    if not gone:
        assert (sides[0] | sides[1]) - before <= set(re.findall(rb"# c\d", there))


# --- rows

HEAD = ",".join(name for name in COLUMNS[Interaction] if name not in ("conflicts", "ref")) + "\n"
ONE = "i-aaaaaaaa,2026-11-09,acme,,mei,visit,,,,,one,,,,,,,,,,,\n"
TWO = 'i-bbbbbbbb,2026-11-10,acme,,mei,call,,,,,"two, too",,,,,,,,lin;tom,,,\n'
ROWS = HEAD + ONE + TWO


def test_new_rows_of_both_sides_stand_behind_by_id():
    ours = ROWS + ONE.replace("aaaaaaaa", "dddddddd")
    theirs = ROWS + TWO.replace("bbbbbbbb", "cccccccc")
    assert merged(ROWS, ours, theirs, path=MONTH) == (
        ROWS + TWO.replace("bbbbbbbb", "cccccccc") + ONE.replace("aaaaaaaa", "dddddddd")
    )


def test_two_fields_of_one_row_are_both_changed_and_other_rows_keep_their_bytes():
    odd = ROWS.replace(",acme,,mei,visit,,,,,one", ',acme,,mei,visit,,"",,,"one"')
    ours = changed(odd, ("two, too", "second"))
    theirs = changed(odd, (",call,", ",visit,"))
    assert merged(odd, ours, theirs, path=MONTH) == changed(
        odd, ('"two, too"', "second"), (",call,", ",visit,")
    )


def test_the_loser_of_a_row_goes_into_a_last_column_that_is_added_for_it():
    ours, theirs = changed(ROWS, (",one,", ",1,")), changed(ROWS, (",one,", ",uno,"))
    there = merge(ROWS, ours, theirs, path=MONTH)
    rows = read_rows(there.data.encode(), required=("id",), known=COLUMNS[Interaction])
    assert rows.header == (*HEAD.strip().split(","), "conflicts")
    assert rows.rows[0].cells["conflicts"] == (
        '[{"field":"summary","kept":"1","other":"uno","base":"one"}]'
    )
    assert rows.rows[1].raw == TWO[:-1] + ",\n"


def asked(text):
    """The questions in the rows."""
    rows = read_rows(text.encode(), required=("id",), known=COLUMNS[Interaction]).rows
    return [item for row in rows for item in json.loads(row.cells.get("conflicts") or "[]")]


def test_a_question_settled_in_a_row_stays_settled():
    base = merged(ROWS, changed(ROWS, (",one,", ",1,")), changed(ROWS, (",one,", ",uno,")), path=MONTH)  # fmt: skip
    ours = re.sub(r',,,"\[.*\]"\n', ",,,\n", base)
    assert ours != base
    theirs = changed(base, (",call,", ",visit,"))
    assert merged(base, ours, theirs, path=MONTH) == changed(ours, (",call,", ",visit,"))


def test_colleagues_who_came_along_are_a_set():
    there = merged(ROWS, changed(ROWS, ("lin;tom", "lin")), changed(ROWS, ("lin;tom", "lin;tom;jo")), path=MONTH)  # fmt: skip
    assert ",lin;jo," in there


def test_the_rep_of_a_row_stays():
    there = merged(ROWS, changed(ROWS, (",mei,call", ",lin,call")), changed(ROWS, (",mei,call", ",tom,call")), path=MONTH)  # fmt: skip
    assert ",mei,call" in there
    assert {item["other"] for item in asked(there)} == {"lin", "tom"}


def test_a_row_removed_here_and_changed_there_stays_and_is_told():
    there = merge(ROWS, HEAD + TWO, changed(ROWS, (",one,", ",1,")), path=MONTH)
    assert ",1," in there.data
    assert there.revived == (Revived("i-aaaaaaaa", ""),)
    assert merged(ROWS, HEAD + TWO, changed(ROWS, ("two, too", "2")), path=MONTH).count("\n") == 2


def test_one_id_given_to_two_rows_is_told_and_nothing_is_overwritten():
    other = "i-cccccccc,2026-11-11,beta,,mei,call,,,,,other,,,,,,,,,,,\n"
    there = merged(ROWS, ROWS + ONE.replace("aaaaaaaa", "cccccccc"), ROWS + other, path=MONTH)
    assert {item["field"] for item in asked(there)} == {"at", "customer", "kind", "summary"}


def test_rows_alike_but_for_the_id_stay_two():
    ours, theirs = (ROWS + ONE.replace("aaaaaaaa", id * 8) for id in "cd")
    assert merged(ROWS, ours, theirs, path=MONTH).count(",one,") == 3


def test_a_line_of_history_that_stands_twice_stays_twice_with_its_comments():
    lines = ("- {date: 2026-07-01, owner: b}\n", "- {date: 2026-07-01, owner: a}\n")
    base = f"name: Acme\nowner: b\n\nhistory:\n{lines[0]}{lines[1]}{lines[0]}"
    ours = base.replace("owner: a}", "owner: a}   # by mistake")
    theirs = base + "# again\n- {date: 2026-07-02, note: x}\n"
    assert merged(base, ours, theirs) == theirs.replace("owner: a}", "owner: a}   # by mistake")


def test_an_id_that_stands_twice_keeps_both_rows():
    there = merged(ROWS + ONE, ROWS + ONE.replace("one", "1"), ROWS + ONE + TWO.replace("bbbbbbbb", "cccccccc"), path=MONTH)  # fmt: skip
    assert ",one," in there
    assert ",1," in there


def test_a_new_column_on_one_side_stays_and_a_removed_one_goes_if_nobody_fills_it():
    base = "".join(f"{line},x\n" for line in ROWS.splitlines())
    ours = changed(ROWS, (",call,", ",visit,"))
    theirs = "".join(f"{line},{cell}\n" for line, cell in zip(ROWS.splitlines(), ("new", "", "7"), strict=True))  # fmt: skip
    assert merged(ROWS, ours, theirs, path=MONTH) == changed(theirs, (",call,", ",visit,"))
    empty = base.replace(",x\n", ",\n").replace(",\n", ",note\n", 1)
    ours = changed(ROWS, (",one,", ",1,"))
    assert merged(empty, ours, changed(empty, (",call,", ",visit,")), path=MONTH) == changed(
        ROWS, (",one,", ",1,"), (",call,", ",visit,")
    )


def test_a_month_that_both_began_is_one():
    assert merged(None, HEAD + ONE, HEAD + TWO, path=MONTH) == ROWS


def test_rows_saved_by_a_spreadsheet_are_merged():
    theirs = "\ufeff" + changed(ROWS, (",call,", ",visit,")).replace("\n", "\r\n")
    there = merged(ROWS, changed(ROWS, (",one,", ",1,")), theirs, path=MONTH)
    plain = changed(ROWS, (",one,", ",1,"), (",call,", ",visit,"))
    assert there == "\ufeff" + plain.replace("\n", "\r\n")


def test_questions_of_a_row_that_are_no_json_are_kept():
    base = "".join(f"{line},{cell}\n" for line, cell in zip(ROWS.splitlines(), ("conflicts", "", "what?"), strict=True))  # fmt: skip
    there = merged(base, changed(base, (",call,", ",visit,")), changed(base, (",call,", ",note,")), path=MONTH)  # fmt: skip
    assert 'what?""' in there


cells = st.sampled_from(["", "a", "b,c", 'say "x"', "two\nlines", " p "])
tables = st.dictionaries(
    st.sampled_from(["i-aaaaaaaa", "i-bbbbbbbb", "i-cccccccc"]), st.tuples(cells, cells, cells), min_size=1
)  # fmt: skip


def table(rows, *, more=()):
    header = ("id", "at", "rep", "kind", "summary", "mood", "zz", *more)
    lines = [(id, "2026-11-09", "mei", "visit", *values, *("" for _ in more)) for id, values in rows.items()]  # fmt: skip
    return to_csv(header, lines).encode()


@given(tables, tables, tables, st.booleans())
def test_rows_merge_to_the_same_bytes_and_no_cell_is_dropped(base, ours, theirs, wider):
    sides = (table(base), table(ours), table(theirs, more=("new",) if wider else ()))
    there = merge_text(MONTH, *sides, (1, 2))
    assert there == merge_text(MONTH, sides[0], sides[2], sides[1], (2, 1))
    rows = {row.cells["id"]: row.cells for row in read_rows(there.data, required=(), known=()).rows}
    for side in (ours, theirs):
        for id, values in side.items():
            if values != base.get(id):
                items = rows[id].get("conflicts") or ""
                for old, value in zip(base.get(id, ("", "", "")), values, strict=True):
                    kept = value in rows[id].values() or to_csv((), [[value]])
                    assert value in ("", old) or kept
                    assert value in ("", old, *rows[id].values()) or value.split('"')[0].split("\n")[0] in items  # fmt: skip
    read, problems = read_file(MONTH, there.data)
    assert len(read) + len(problems) >= len(rows)
