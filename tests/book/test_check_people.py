"""What `crm check` says of who leads whom."""

import pytest

from crmcli.book.check import check


def circles(root, **managers):
    (root / "crm.yaml").write_text("name: Demo\nformat: 1\n")
    (root / "reps").mkdir()
    for rep, manager in managers.items():
        text = f"name: {rep}\n" + (f"manager: {manager}\n" if manager else "")
        (root / "reps" / f"{rep}.yaml").write_text(text)
    problems, _ = check(root)
    return [f"{problem.place}: {problem.what}" for problem in problems]


@pytest.mark.parametrize(
    "managers",
    [
        {"mei": None, "lin": "mei", "tom": "lin"},
        {"mei": None},
        {"mei": "Boss"},
    ],
)
def test_a_way_up_that_ends_is_in_order(tmp_path, managers):
    assert not [each for each in circles(tmp_path, **managers) if "circle" in each]


def test_each_rep_of_a_circle_is_named_and_those_below_are_not(tmp_path):
    found = circles(tmp_path, mei="lin", lin="mei", tom="lin")
    assert found == [
        "reps/lin.yaml:2: a circle of managers: lin < mei < lin",
        "reps/mei.yaml:2: a circle of managers: mei < lin < mei",
    ]


def test_nobody_leads_himself(tmp_path):
    assert circles(tmp_path, mei="mei") == [
        "reps/mei.yaml:2: a circle of managers: mei < mei",
    ]
