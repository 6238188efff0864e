"""The rules of a merge: which value holds, what is kept as a question, and that no side is special."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.sync.merge import Merged
from crmcli.sync.merge import disputed
from crmcli.sync.merge import in_order
from crmcli.sync.merge import later_wins
from crmcli.sync.merge import merge_lines
from crmcli.sync.merge import merge_value
from crmcli.sync.merge import most_restrictive
from crmcli.sync.merge import side
from crmcli.sync.merge import stays
from crmcli.sync.merge import united

texts = st.text(st.sampled_from("ab\n"), max_size=9)
values = st.one_of(st.none(), texts)
times = st.integers(0, 2)
words = st.one_of(st.none(), st.lists(st.sampled_from("abcdef"), min_size=1, unique=True))
VALUES = {later_wins: values, stays: values, disputed: st.sampled_from(["open", "kept", "broken", None]), united: words}  # fmt: skip


def merged(rule, base, ours, theirs, *times):
    sides = [side(*each) for each in itertools.zip_longest((ours, theirs), times, fillvalue=0)]
    there = merge_value(rule, base, *sides)
    assert there == merge_value(rule, base, *reversed(sides))
    return there


@pytest.mark.parametrize("rule", VALUES)
@given(data=st.data())
def test_no_side_is_special(rule, data):
    base, ours, theirs = (data.draw(VALUES[rule]) for _ in range(3))
    merged(rule, base, ours, theirs, data.draw(times), data.draw(times))


@pytest.mark.parametrize("rule", VALUES)
@given(data=st.data())
def test_a_side_that_changed_nothing_takes_the_other(rule, data):
    base, other = data.draw(VALUES[rule]), data.draw(VALUES[rule])
    assert merged(rule, base, base, other, 9, 1) == Merged(other)
    assert merged(rule, base, other, other, 9, 1) == Merged(other)


@pytest.mark.parametrize("rule", [later_wins, stays, disputed])
@given(data=st.data())
def test_no_plain_value_is_dropped(rule, data):
    plain = st.sampled_from(["open", "kept", "broken", None])
    base, ours, theirs = (data.draw(plain) for _ in range(3))
    there = merged(rule, base, ours, theirs, data.draw(times))
    # A change wins over a removal, so that no value at all is nothing to keep.
    assert {ours, theirs} <= {base, None, there.value, *there.lost}


@given(words, words, words)
def test_a_set_takes_what_was_added_and_loses_what_was_removed(base, ours, theirs):
    there = merged(united, base, ours, theirs).value or []
    base, ours, theirs = (set(each or ()) for each in (base, ours, theirs))
    added = (ours | theirs) - base
    removed = base - (ours & theirs)
    assert set(there) == (base | added) - removed
    assert len(there) == len(set(there))


def test_the_later_change_wins_and_the_other_is_kept():
    assert merged(later_wins, "0", "a", "b", 2, 1) == Merged("a", ("b",))
    assert merged(later_wins, "0", "a", "b", 1, 2) == Merged("b", ("a",))


def test_the_value_itself_decides_a_tie():
    assert merged(later_wins, "0", "a", "b", 1, 1) == Merged("b", ("a",))
    assert merged(later_wins, None, "9", "10") == Merged("9", ("10",))


def test_a_change_wins_over_a_removal_whatever_the_clock_says():
    assert merged(later_wins, "0", None, "b", 9, 1) == Merged("b")


def test_a_frozen_field_keeps_its_base_and_asks_about_both():
    assert merged(stays, "0", "a", "b", 2, 1) == Merged("0", ("b", "a"))
    assert merged(stays, "0", "a", None) == Merged("0", ("a",))


def test_a_frozen_field_without_a_base_goes_by_the_stamp():
    assert merged(stays, None, "a", "b", 2, 1) == Merged("a", ("b",))


def test_a_frozen_field_corrected_on_one_side_is_corrected():
    assert merged(stays, "0", "0", "b") == Merged("b")


@pytest.mark.parametrize("base", ["open", "withdrawn-by-us"])
def test_kept_against_broken_is_neither(base):
    assert merged(disputed, base, "kept", "broken", 2, 1) == Merged(base, ("broken", "kept"))


def test_kept_against_broken_of_a_promise_that_both_added_is_open():
    assert merged(disputed, None, "kept", "broken") == Merged("open", ("broken", "kept"))


def test_kept_against_withdrawn_goes_by_the_stamp():
    assert merged(disputed, "open", "kept", "withdrawn-by-us", 2, 1) == Merged(
        "kept", ("withdrawn-by-us",)
    )


# --- lines


@given(texts, texts, texts)
def test_lines_that_one_side_changed_are_as_it_has_them(base, ours, theirs):
    assert merge_lines(base, ours, base) == ours
    assert merge_lines(base, base, theirs) == theirs
    assert merge_lines(base, ours, ours) == ours


@given(texts, texts, texts)
def test_each_new_line_of_a_text_holds_or_is_kept(base, ours, theirs):
    there = merged(later_wins, base, ours, theirs)
    found = {line for text in (there.value, *there.lost) for line in (text or "").split("\n")}
    assert {*ours.split("\n"), *theirs.split("\n")} - set(base.split("\n")) <= found


def test_two_paragraphs_changed_apart_are_both_changed():
    base = "one\n\ntwo\n\nthree\n"
    there = merged(later_wins, base, base.replace("one", "1"), base.replace("three", "3"))
    assert there == Merged("1\n\ntwo\n\n3\n")


def test_one_paragraph_changed_twice_is_a_clash_and_the_rest_is_merged():
    base = "one\n\ntwo\n\nthree\n"
    ours, theirs = "1\n\ntwo\n\nthree\n", "uno\n\ntwo\n\n3\n"
    there = merged(later_wins, base, ours, theirs, 2, 1)
    assert there == Merged("1\n\ntwo\n\n3\n", ("uno\n\ntwo\n\n3\n",))


# --- events


def line(day, note):
    return {"date": day, "note": note}


def test_events_of_both_sides_stand_by_day_behind_those_of_the_base():
    base = [line("2026-05-01", "base")]
    ours = [*base, line("2026-07-03", "a"), line("2026-07-01", "late entry")]
    theirs = [*base, line("2026-07-02", "b")]
    there = merged(united, base, ours, theirs).value
    assert [event["note"] for event in there] == ["base", "b", "a", "late entry"]


def test_a_corrected_event_replaces_the_old_one():
    base = [line("2026-05-01", "wrnog"), line("2026-05-02", "x")]
    ours = [line("2026-05-01", "wrong"), line("2026-05-02", "x")]
    theirs = [*base, line("2026-05-03", "new")]
    there = merged(united, base, ours, theirs).value
    assert [event["note"] for event in there] == ["wrong", "x", "new"]


def consent(state, day, **more):
    return {"channel": "email", "purpose": "marketing", "state": state, "date": day, **more}


GIVEN, WITHDRAWN = consent("given", "2026-05-02"), consent("withdrawn", "2026-05-01")


def test_consent_withdrawn_here_and_given_there_is_withdrawn_on_the_later_day():
    there = merged(most_restrictive, None, [GIVEN], [WITHDRAWN]).value
    assert there == [WITHDRAWN, GIVEN, consent("withdrawn", "2026-05-02", source="merge")]


def test_consent_of_other_purposes_is_not_touched():
    other = {**WITHDRAWN, "purpose": "service"}
    assert merged(most_restrictive, None, [GIVEN], [other]).value == [other, GIVEN]


def test_consent_that_one_side_gave_after_it_was_withdrawn_is_given():
    ours = [WITHDRAWN, GIVEN]
    assert merged(most_restrictive, [WITHDRAWN], ours, [WITHDRAWN]).value == ours


def test_declined_and_withdrawn_are_not_opposite():
    declined = consent("declined", "2026-05-03")
    assert merged(most_restrictive, None, [WITHDRAWN], [declined]).value == [WITHDRAWN, declined]


@pytest.mark.parametrize(
    ("ours", "theirs", "about"),
    [
        ({"channel": "all"}, {}, ("email", "marketing")),
        ({"purpose": "all"}, {"channel": "all"}, ("email", "marketing")),
        ({"channel": "all", "purpose": "all"}, {"purpose": "all"}, ("email", "all")),
        ({"channel": "sms"}, {"purpose": "all"}, None),
    ],
)
def test_withdrawn_for_all_here_and_given_for_one_there_is_withdrawn_for_that_one(
    ours, theirs, about
):
    """S22: a word for all channels or purposes speaks of each of them."""
    there = merged(most_restrictive, None, [{**WITHDRAWN, **ours}], [{**GIVEN, **theirs}]).value
    more = [event for event in there if event.get("source") == "merge"]
    if about is None:
        assert more == []
    else:
        expected = {"channel": about[0], "purpose": about[1], "state": "withdrawn"}
        assert more == [{**expected, "date": "2026-05-02", "source": "merge"}]


def effective(events):
    order = ("given", "declined", "withdrawn")
    return max(events, key=lambda event: (event["date"], order.index(event["state"])))["state"]


@given(st.lists(st.tuples(st.sampled_from(["given", "withdrawn"]), st.integers(1, 4)), min_size=2, max_size=4))  # fmt: skip
def test_any_order_of_merges_leaves_the_more_restrictive_state(said):
    events = [consent(state, f"2026-05-0{day}", source=str(at)) for at, (state, day) in enumerate(said)]  # fmt: skip
    found = set()
    for order in itertools.permutations(events):
        there = [order[0]]
        for event in order[1:]:
            there = merged(most_restrictive, None, there, [event]).value
        found.add(effective(there))
    states = {state for state, _ in said}
    assert found == {"withdrawn" if "withdrawn" in states else "given"}


# --- order

keys = st.lists(st.sampled_from("abcdef"), unique=True)


@given(keys, keys, keys, st.sets(st.sampled_from("abcdefg")))
def test_the_order_holds_what_is_wanted_once_and_no_side_is_special(base, ours, theirs, wanted):
    order = in_order(base, ours, theirs, wanted, lambda key: 0)
    assert sorted(order) == sorted(wanted)
    assert order == in_order(base, theirs, ours, wanted, lambda key: 0)
    assert in_order(base, ours, base, set(ours), lambda key: 0) == ours


def test_the_order_that_one_side_chose_holds():
    assert in_order("abc", "cab", "abc", "abc", ord) == ["c", "a", "b"]
    assert in_order("abc", "cab", "bca", "abc", ord) == ["a", "b", "c"]


def test_what_is_new_stands_behind_what_it_followed():
    assert in_order("ad", "abd", "acd", "abcd", ord) == ["a", "b", "c", "d"]
    assert in_order("ad", "xad", "ady", "adxyz", ord) == ["x", "a", "d", "y", "z"]
