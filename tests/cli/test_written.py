import json
from typing import Any

from tests.transcript_runner import Shell


def written(shell: Shell, line: str) -> Any:
    code, text = shell.do(f"{line} --json")
    assert code == 0, text
    return json.loads(text.splitlines()[0])


def test_a_write_prints_the_record_as_its_list_would(shell: Shell) -> None:
    now = written(shell, "crm customer set acme tier=B")
    code, text = shell.do("crm customer list --json")
    assert code == 0
    assert now == next(row for row in json.loads(text) if row["id"] == "acme-battery")
    assert now["tier"] == "B"


def test_log_prints_the_interaction_and_its_promises(shell: Shell) -> None:
    line = 'crm log visit acme "hello" --promise "a by friday" --promise "b by friday"'
    answer = written(shell, line)
    assert answer.keys() == {"interaction", "promises"}
    assert answer["interaction"]["summary"] == "hello"
    assert [promise["what"] for promise in answer["promises"]] == ["a", "b"]
    assert {promise["made_in"] for promise in answer["promises"]} == {answer["interaction"]["id"]}
    assert written(shell, 'crm log note acme "alone"')["promises"] == []


def test_a_deal_has_its_computed_keys(shell: Shell) -> None:
    deal = written(shell, 'crm deal add acme "Racks" --amount 100 --stage proposal')
    assert deal["amount"] == {"amount": "100.00", "currency": "TWD"}
    assert deal["probability_used"] == 50


def test_a_contact_is_printed_and_not_its_customer(shell: Shell) -> None:
    contact = written(shell, 'crm contact add acme "Ann Lee" --email ann@x.example')
    assert contact["id"] == "acme-battery/lee"
    assert written(shell, "crm contact set acme-battery/lee title=Head")["title"] == "Head"
    removed = written(shell, "crm contact remove acme-battery/lee --yes")
    assert removed == {"removed": ["acme-battery/lee"]}


def test_several_are_an_array_and_nothing_changed_an_empty_one(shell: Shell) -> None:
    archived = written(shell, "crm customer archive acme beta-ltd")
    assert [row["status"] for row in archived] == ["archived", "archived"]
    assert written(shell, "crm customer set acme tier=A") == []


def test_an_interaction_that_was_taken_out_is_named(shell: Shell) -> None:
    id = written(shell, 'crm log note acme "gone soon"')["interaction"]["id"]
    assert written(shell, f"crm interaction remove {id} --yes") == {"removed": [id]}
