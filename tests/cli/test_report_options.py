"""What is typed for an option of a report: any case, `_` or a space for `-`, and the nearest word."""

import pytest

from tests.transcript_runner import Shell


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("promises --by tpye", "type"),
        ("value --basis revnue", "revenue"),
        ("products --against chanel", "channel"),
        ("relationships --only pleasd", "pleased"),
        ("conduct --rater custmer", "customer"),
        ("pipeline --by stge", "stage"),
        ("pipeline --stage propsal", "proposal"),
        ("campaigns --attribution liner", "linear"),
    ],
)
def test_a_typo_gets_the_nearest_word(shell: Shell, typed: str, meant: str) -> None:
    code, said = shell.do(f"crm report {typed}")
    assert code == 2
    assert said.splitlines()[-1] == f"Did you mean '{meant}'?"


@pytest.mark.parametrize("typed", ["AT-RISK", "at_risk", "'at risk'"])
def test_a_word_may_be_typed_in_any_case_and_form(shell: Shell, typed: str) -> None:
    wanted = shell.do("crm report relationships --only at-risk")
    assert shell.do(f"crm report relationships --only {typed}") == wanted
    assert wanted[0] == 0
