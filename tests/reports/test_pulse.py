"""What our own people answered, told only where nobody can be recognised."""

from datetime import date

import pytest

from crmcli.model.errors import UsageError
from crmcli.reports.pulse import pulse
from tests import builders
from tests.builders import book_of

D = date(2026, 11, 9)


def answers(item, scores, day="2026-10-30"):
    return [builders.pulse(day, item, score) for score in scores]


def test_five_answers_have_a_mean_and_a_share():
    table = pulse(book_of(pulse=answers("I am heard", [5, 4, 4, 3, 1])), D)
    assert table.rows == (("I am heard", 5, 17 / 5, 3 / 5, 3),)
    assert table.summary == {"items": 1, "answers": 5, "few": 0}


def test_of_four_nothing_is_told():
    """Traps 1 and 8."""
    table = pulse(book_of(pulse=answers("I am heard", [5, 4, 4, 3])), D)
    assert table.rows == (("I am heard", 4, None, None, None),)
    assert table.notes == ("1 statement with fewer than 5 answers: nothing is told",)


def test_the_house_may_ask_for_more_answers():
    book = book_of(
        pulse=answers("I am heard", [5] * 9), policy={"standard": {"pulse": {"min_answers": 10}}}
    )
    assert pulse(book, D).rows[0][2] is None


@pytest.mark.parametrize(
    ("day", "n"), [("2026-05-13", 0), ("2026-05-14", 1), ("2026-11-09", 1), ("2026-11-10", 0)]
)
def test_answers_count_in_the_window(day, n):
    assert len(pulse(book_of(pulse=answers("I am heard", [5], day)), D).rows) == n


def test_scores_off_the_scale_are_left_out_and_said():
    table = pulse(book_of(pulse=answers("I am heard", [5, 0, 6])), D)
    assert table.rows[0][1] == 1
    assert "2 answers off the scale of 1 to 5 left out (crm check)" in table.notes


def test_statements_stand_in_order():
    book = book_of(pulse=[*answers("We share", [3]), *answers("I am heard", [3])])
    assert [row[0] for row in pulse(book, D).rows] == ["I am heard", "We share"]


def test_nobody_is_asked_by_name():
    with pytest.raises(UsageError, match="no names"):
        pulse(book_of(), D, rep="mei")
    assert pulse(book_of(), D).rows == ()
