"""What each kind of feedback allows, and what it does not."""

from typing import Any

import pytest

from tests.builders import feedback


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7), ("conduct", 1, 5)]
)
def test_a_score_lies_on_the_scale_of_its_kind(kind: str, low: int, high: int) -> None:
    item = "polite" if kind == "conduct" else None
    for score, is_off in ((low - 1, True), (low, False), (high, False), (high + 1, True)):
        faults = list(feedback(kind, score, item=item).faults())
        said = f"score {score} is off the scale of {kind}: {low} to {high}"
        assert faults == ([("score", said)] if is_off else [])


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"kind": "compliment", "score": None}, []),
        ({"kind": "compliment", "score": 5}, ["score"]),
        ({"kind": "compliment", "score": None, "expected": 5}, ["expected"]),
        ({"kind": "compliment", "score": None, "item": "polite"}, ["item"]),
        ({"kind": "csat", "score": None}, ["score"]),
        ({"kind": "csat", "score": 3, "expected": 6}, ["expected"]),
        ({"kind": "csat", "score": 3, "item": "polite"}, ["item"]),
        ({"kind": "conduct", "score": 3}, ["item"]),
        ({"kind": "csat", "score": 3, "rater": "observer"}, ["rater"]),
        ({"kind": "csat", "score": 3, "rater": "observer", "rep": "lin"}, []),
        ({"kind": "csat", "score": 3, "rater": "observer", "rep": None}, []),
    ],
)
def test_the_fields_must_fit_the_kind(fields: dict[str, Any], faults: list[str]) -> None:
    assert [field for field, _ in feedback(**fields).faults()] == faults
