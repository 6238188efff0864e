"""What `crm check` says of targets."""

import pytest

from crmcli.book.check import check

FINE = "- {period: 2026-Q4, measure: visits, value: 40}\n"


def said(root, targets, more=""):
    (root / "reps").mkdir()
    (root / "crm.yaml").write_text("name: Demo\nformat: 1\n")
    (root / "reps/mei.yaml").write_text(f"name: Mei\n{more}targets:\n{targets}")
    problems, _ = check(root)
    return [f"{problem.level} {problem}" for problem in problems]


def test_a_target_that_can_be_reached_is_fine(tmp_path):
    other = "- {period: '2026', measure: visits, value: 160}\n"
    assert said(tmp_path, FINE + other, "left: 2026-10-01\n") == []


@pytest.mark.parametrize(
    ("measure", "remedy"),
    [
        ("visit", "Did you mean 'visits'?"),
        ("zzz", "One of won-amount, won-deals, revenue, visits, new-customers"),
    ],
)
def test_an_unknown_measure_is_told(tmp_path, measure, remedy):
    (found,) = said(tmp_path, f"- {{period: 2026-Q4, measure: {measure}, value: 40}}\n")
    assert found.startswith("warning reps/mei.yaml:3: ")
    assert found.endswith(f"a target for '{measure}', which is no measure. {remedy}")


def test_a_period_that_is_none_is_told(tmp_path):
    (found,) = said(tmp_path, "- {period: 2026-Q5, measure: visits, value: 40}\n")
    assert "a target for '2026-Q5', which is no period. As 2026, 2026-Q4 or 2026-11" in found


def test_a_target_of_one_who_left_before_is_told(tmp_path):
    (found,) = said(tmp_path, FINE, "left: 2026-09-30\n")
    assert "a target for 2026-Q4, but mei left on 2026-09-30. Give it to somebody else" in found


def test_two_targets_for_the_same_are_told(tmp_path):
    (found,) = said(tmp_path, FINE + FINE)
    assert found.startswith("warning reps/mei.yaml:4: two targets for visits in 2026-Q4")
