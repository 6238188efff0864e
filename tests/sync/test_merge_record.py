"""Two versions of a record become one: fields, people, events, and what stays a question."""

import copy

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.kinds import KINDS
from crmcli.sync.merge import stays
from crmcli.sync.merge_record import merge_record
from crmcli.sync.merge_record import ranks
from crmcli.sync.merge_record import rules_of

BASE = {
    "name": "Acme Battery",
    "status": "active",
    "owner": "mei",
    "tier": "A",
    "background": "One.\n\nTwo.\n",
    "tags": ["retail", "old"],
    "x-colour": "red",
    "contacts": [
        {"id": "chen", "name": "陳美玲", "phone": "1"},
        {"id": "lin", "name": "Lin", "shoe": {"left": "38", "right": "38"}},
    ],
    "history": [{"date": "2026-03-01", "by": "mei", "status": "active"}],
}


def version(base=BASE, **fields):
    found = {**copy.deepcopy(base), **fields}
    return {name: value for name, value in found.items() if value is not None}


def contacts(**fields):
    """The people of the base, one of them with other values."""
    found = copy.deepcopy(BASE["contacts"])
    found[0].update(fields)
    return found


def merge(ours, theirs, base=BASE, folder="customers", times=(2, 1)):
    there = merge_record(folder, base, ours, theirs, times)
    back = merge_record(folder, base, theirs, ours, times[::-1])
    assert there == back
    assert list(there.tree) == list(back.tree)
    return there


def questions(merged):
    return merged.tree.get("conflicts", [])


def test_different_fields_are_both_changed():
    there = merge(version(tier="B"), version(owner="lin"))
    assert there.tree == version(tier="B", owner="lin")
    assert not questions(there)


def test_one_field_changed_twice_keeps_the_loser_as_a_question():
    there = merge(version(tier="B"), version(tier="C"))
    item = {"field": "tier", "kept": "B", "other": "C", "base": "A"}
    assert there.tree == version(tier="B", conflicts=[item])
    assert questions(there) == [item]


def test_a_field_that_both_added_has_no_base_in_its_question():
    there = merge(version(region="Taipei"), version(region="Hsinchu"))
    assert questions(there) == [{"field": "region", "kept": "Taipei", "other": "Hsinchu"}]


def test_a_field_that_nobody_knows_follows_the_same_rules():
    there = merge(version({**BASE, "x-colour": "blue"}), version({**BASE, "x-colour": "green"}))
    assert there.tree["x-colour"] == "blue"
    assert questions(there)[0]["other"] == "green"
    there = merge(version(new=["a"]), version(new=["b"], other={"deep": "1"}))
    assert (there.tree["new"], there.tree["other"]) == (["a", "b"], {"deep": "1"})


def test_people_are_merged_field_by_field():
    ours = version(contacts=contacts(phone="2"))
    theirs = version(contacts=contacts(email="chen@acme.example"))
    there = merge(ours, theirs)
    assert there.tree["contacts"] == contacts(phone="2", email="chen@acme.example")


def test_a_question_about_a_person_names_the_path():
    there = merge(version(contacts=contacts(phone="2")), version(contacts=contacts(phone="3")))
    assert questions(there) == [
        {"field": "contacts.chen.phone", "kept": "2", "other": "3", "base": "1"}
    ]


def test_a_person_added_on_both_sides_with_one_id_is_united():
    ours = version(contacts=[*BASE["contacts"], {"id": "wu", "name": "Wu", "phone": "7"}])
    theirs = version(
        contacts=[*BASE["contacts"], {"id": "wu", "name": "吳", "email": "w@x.example"}]
    )
    there = merge(ours, theirs)
    assert there.tree["contacts"][-1] == {"id": "wu", "name": "Wu", "phone": "7", "email": "w@x.example"}  # fmt: skip
    assert questions(there) == [{"field": "contacts.wu.name", "kept": "Wu", "other": "吳"}]


def test_a_person_removed_here_and_changed_there_stays():
    there = merge(version(contacts=BASE["contacts"][1:]), version(contacts=contacts(phone="2")))
    assert there.tree["contacts"] == contacts(phone="2")
    assert there.revived == ("contacts.chen",)


def test_a_person_removed_here_and_left_alone_there_is_gone():
    there = merge(version(contacts=BASE["contacts"][1:]), version(tier="B"))
    assert [contact["id"] for contact in there.tree["contacts"]] == ["lin"]


def test_two_people_with_one_id_are_both_kept():
    twice = [*BASE["contacts"], {"id": "chen", "name": "another Chen"}]
    there = merge(version(contacts=twice), version(contacts=contacts(phone="2")))
    assert {"id": "chen", "name": "another Chen"} in there.tree["contacts"]
    assert contacts(phone="2")[0] in there.tree["contacts"]


def test_a_mapping_inside_of_a_person_is_merged_by_key():
    ours, theirs = copy.deepcopy(BASE), copy.deepcopy(BASE)
    ours["contacts"][1]["shoe"]["left"] = "39"
    theirs["contacts"][1]["shoe"]["right"] = "40"
    assert merge(ours, theirs).tree["contacts"][1]["shoe"] == {"left": "39", "right": "40"}


def test_tags_are_a_set():
    there = merge(version(tags=["retail", "vip"]), version(tags=["retail", "old", "big"]))
    assert there.tree["tags"] == ["retail", "big", "vip"]


def test_a_tag_removed_here_and_changed_there_is_the_changed_one():
    there = merge(version(tags=["retail"]), version(tags=["retail", "older"]))
    assert there.tree["tags"] == ["retail", "older"]


def test_all_tags_removed_here_and_one_added_there_leaves_that_one():
    assert merge(version(tags=None), version(tags=["retail", "old", "vip"])).tree["tags"] == ["vip"]


def test_a_list_against_a_text_is_a_question():
    there = merge(version(tags=["retail", "vip"]), version(tags="retail and more"))
    assert there.tree["tags"] == ["retail", "vip"]
    item = questions(there)[0]
    assert (item["other"], item["base"]) == ("retail and more", '["retail","old"]')


def test_an_order_by_hand_holds_and_new_fields_stand_in_their_place():
    ours = dict(reversed(version(region="Taipei").items()))
    theirs = version(industry="batteries")
    there = merge(ours, theirs)
    known = [name for name in there.tree if name in BASE]
    assert known == list(reversed(BASE))


def test_the_same_customer_added_twice_is_united_and_asks_where_they_differ():
    ours = {"name": "Acme", "status": "lead", "tags": ["a"], "phone": "1"}
    theirs = {"name": "Acme", "status": "active", "tags": ["b"], "region": "Taipei"}
    there = merge(ours, theirs, base=None)
    assert there.tree["tags"] == ["a", "b"]
    assert questions(there) == [{"field": "status", "kept": "lead", "other": "active"}]


# --- history


def told(day, **fields):
    return [*BASE["history"], {"date": day, "by": "mei", **fields}]


def last(tree, field):
    return [line[field] for line in tree["history"] if field in line][-1]


def test_lines_of_history_of_both_sides_stay():
    ours = version(tier="B", history=told("2026-07-02", tier="B"))
    theirs = version(status="lost", history=told("2026-07-01", status="lost"))
    there = merge(ours, theirs)
    assert [line["date"] for line in there.tree["history"]] == ["2026-03-01", "2026-07-01", "2026-07-02"]  # fmt: skip
    assert not questions(there)


def test_a_field_set_back_to_what_it_was_was_still_set():
    back = [*told("2026-07-01", status="lost"), {"date": "2026-07-03", "status": "active"}]
    there = merge(version(history=back), version(status="lapsed", history=told("2026-07-02", status="lapsed")))  # fmt: skip
    assert there.tree["status"] == "active"
    assert questions(there) == [
        {"field": "status", "kept": "active", "other": "lapsed", "base": "active"}
    ]


def test_a_field_cleared_with_a_line_of_history_gives_way_to_a_change():
    ours = version(tier=None, history=told("2026-07-01", cleared=["tier"]))
    theirs = version(tier="B", history=told("2026-07-01", tier="B"))
    assert merge(ours, theirs).tree["tier"] == "B"


def test_a_field_set_to_and_fro_and_to_again_on_one_day_keeps_all_its_lines():
    to_and_fro = told("2026-07-01", owner="b")
    to_and_fro += [{**to_and_fro[-1], "owner": "a"}, to_and_fro[-1]]
    there = merge(version(owner="b", history=to_and_fro), version(status="lost"))
    assert there.tree["history"] == to_and_fro
    before = version(owner="b", history=to_and_fro)
    ours = version(owner="b", history=[*to_and_fro, *to_and_fro[1:]])
    theirs = version(owner="c", history=[*to_and_fro, {**to_and_fro[0], "owner": "c"}])
    there = merge(ours, theirs, base=before)
    assert questions(there) == [{"field": "owner", "kept": "b", "other": "c", "base": "b"}]


steps = st.lists(
    st.tuples(st.sampled_from(["status", "owner"]), st.sampled_from("abc"), st.integers(1, 9)),
    max_size=4,
)


@given(steps, steps, st.tuples(st.integers(0, 1), st.integers(0, 1)))
@example([("status", "a", 1)], [("owner", "b", 1), ("owner", "a", 1), ("owner", "b", 1)], (0, 0))
def test_the_last_line_of_history_is_the_present_value_or_there_is_a_question(one, two, times):
    sides = []
    for who, changes in (("mei", one), ("lin", two)):
        tree = version()
        for field, value, day in sorted(changes, key=lambda change: change[2]):
            tree[field] = value
            tree["history"].append({"date": f"2026-07-0{day}", "by": who, field: value})
        sides.append(tree)
    there = merge(*sides, times=times).tree
    asked = {item["field"] for item in there.get("conflicts", ())}
    for field in ("status", "owner"):
        changed = any(field in line for line in there["history"][1:])
        assert not changed or field in asked or last(there, field) == there[field]


# --- promises

PROMISE = {"what": "a quote", "by": "mei", "made": "2026-05-01", "due": "2026-05-09", "status": "open"}  # fmt: skip


def test_kept_against_broken_stays_open_with_both_as_questions():
    """S23: until someone settles it."""
    ours, theirs = version(PROMISE, status="kept"), version(PROMISE, status="broken")
    there = merge(ours, theirs, base=PROMISE, folder="promises")
    assert there.tree["status"] == "open"
    assert questions(there) == [
        {"field": "status", "kept": "open", "other": "broken", "base": "open"},
        {"field": "status", "kept": "open", "other": "kept", "base": "open"},
    ]


@pytest.mark.parametrize("field", ["by", "made"])
def test_what_a_promise_was_made_of_stays(field):
    ours, theirs = version(PROMISE, **{field: "a"}), version(PROMISE, **{field: "b"})
    there = merge(ours, theirs, base=PROMISE, folder="promises")
    assert there.tree[field] == PROMISE[field]
    assert {item["other"] for item in questions(there)} == {"a", "b"}


def test_a_name_that_means_something_elsewhere_is_a_plain_field_here():
    there = merge(version(status="kept"), version(status="broken"))
    assert there.tree["status"] == "kept"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_frozen_in_the_model_is_so_in_a_merge(kind):
    frozen = {field for field, rule in rules_of(kind.folder).items() if rule is stays}
    assert frozen == {*kind.record.FROZEN, *(["customer"] if kind.name == "promise" else [])}


def test_the_fields_of_a_contact_stand_in_their_order_and_others_behind():
    order = ranks("customers", ("contacts", "chen"))
    assert order["id"] < order["name"] < order["email"] < order["consent"]
    assert ranks("customers", ("tags", "a")) == ranks("nothing", ("contacts", "chen")) == {}


# --- questions

ITEM = {"field": "tier", "kept": "A", "other": "C", "base": "B"}
ASKED = version(conflicts=[ITEM])


def test_one_question_on_both_sides_is_one():
    there = merge(version(ASKED, owner="lin"), version(ASKED, region="Taipei"), base=BASE)
    assert questions(there) == [ITEM]


def test_a_question_settled_on_one_side_stays_settled():
    there = merge(version(tier="C"), version(ASKED, owner="lin"), base=ASKED)
    assert there.tree == version(tier="C", owner="lin")


def test_a_question_settled_here_while_the_field_is_changed_there_is_a_new_one():
    there = merge(version(tier="C"), version(tier="D"), base=ASKED)
    assert questions(there) == [{"field": "tier", "kept": "C", "other": "D", "base": "A"}]


def test_a_new_question_stands_behind_the_old_ones():
    there = merge(version(ASKED, owner="lin"), version(ASKED, owner="tom"), base=ASKED)
    assert [item["field"] for item in questions(there)] == ["tier", "owner"]


def test_a_question_that_was_asked_again_is_not_settled_by_an_answer_to_the_old_one():
    item = {"field": "status", "kept": "open", "other": "broken", "base": "open"}
    base = version(PROMISE, conflicts=[item], history=[])
    ours = version(PROMISE, status="kept", history=[{"date": "2026-06-01", "status": "kept"}])
    theirs = version(base, history=[{"date": "2026-06-02", "status": "broken"}])
    there = merge(ours, theirs, base=base, folder="promises")
    assert there.tree["status"] == "kept"
    assert questions(there) == [item]


def test_a_base_that_chose_the_other_winner_is_turned():
    turned = {"field": "tier", "kept": "C", "other": "A", "base": "B"}
    base = version(tier="C", conflicts=[turned])
    there = merge(version(ASKED, owner="lin"), version(tier="C"), base=base, times=(9, 1))
    assert there.tree == version(tier="C", owner="lin")


def test_questions_that_are_no_list_are_kept():
    there = merge(version(tier="B", conflicts="what?"), version(tier="C", conflicts="what?"))
    assert questions(there)[0] == {"field": "conflicts", "other": "what?"}


# --- settings

SETTINGS = {
    "format": "1",
    "stages": [{"name": "lead", "probability": "10"}, {"name": "won", "probability": "100"}],
    "tiers": {"A": {"cadence": "30"}},
    "capabilities": [{"type": "quote", "days": "2"}],
    "standard": {"promises": {"load_limit": "1.2"}},
}


def test_settings_are_merged_by_key_and_lists_by_name_or_type():
    ours, theirs = copy.deepcopy(SETTINGS), copy.deepcopy(SETTINGS)
    ours["stages"][0]["probability"] = "15"
    theirs["stages"].insert(1, {"name": "demo", "probability": "30"})
    theirs["stages"][0]["stale_after"] = "9"
    ours["tiers"]["B"] = {"cadence": "60"}
    theirs["tiers"]["A"]["cadence"] = "40"
    ours["capabilities"][0]["days"] = "3"
    theirs["capabilities"].append({"type": "visit", "days": "1"})
    ours["standard"]["promises"]["load_limit"] = "1"
    theirs["standard"]["promises"]["load_limit"] = "2"
    there = merge(ours, theirs, base=SETTINGS, folder="")
    assert [stage["name"] for stage in there.tree["stages"]] == ["lead", "demo", "won"]
    assert there.tree["stages"][0] == {"name": "lead", "probability": "15", "stale_after": "9"}
    assert there.tree["tiers"] == {"A": {"cadence": "40"}, "B": {"cadence": "60"}}
    assert there.tree["capabilities"] == [{"type": "quote", "days": "3"}, {"type": "visit", "days": "1"}]  # fmt: skip
    assert questions(there) == [
        {"field": "standard.promises.load_limit", "kept": "1", "other": "2", "base": "1.2"}
    ]
