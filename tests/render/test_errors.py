"""Mistakes and warnings, for people and for programs."""

import json

from crmcli.model.errors import Candidate
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import Problem
from crmcli.render.errors import show_error
from crmcli.render.errors import show_problem


def test_an_error_is_place_what_and_remedy():
    error = NotFoundError("no customer 'acne'", place="--customer", remedy="Try: crm customer list")
    assert show_error(error) == "--customer: no customer 'acne'\nTry: crm customer list\n"
    assert show_error(NotFoundError("gone")) == "gone\n"


def test_candidates_are_listed_unless_the_remedy_names_them():
    candidates = (
        Candidate("customer", "acme", "永豐\x1b[2J"),
        Candidate("customer", "beta", "beta"),
    )
    error = NotFoundError("several", candidates=candidates, remedy="Did you mean beta?")
    assert show_error(error) == "several\n  acme  永豐\\x1b[2J\nDid you mean beta?\n"


def test_an_error_as_json_is_one_line():
    error = NotFoundError(
        "no \u202e'x'",
        place="customers/acme.yaml:7",
        candidates=(Candidate("customer", "acme", "永豐"),),
    )
    text = show_error(error, as_json=True)
    assert text.count("\n") == 1
    assert "\\u202e" in text
    assert json.loads(text) == {
        "error": {
            "code": 3,
            "kind": "not_found",
            "message": "no \u202e'x'",
            "hint": None,
            "candidates": [{"kind": "customer", "id": "acme", "name": "永豐"}],
            "file": "customers/acme.yaml",
            "line": 7,
        }
    }


def test_a_warning_has_the_same_keys_but_the_code():
    problem = Problem("customers/a.yaml:7", "tier 'AA' is not one of A, B", "Did you mean 'A'?")
    assert show_problem(problem) == (
        "customers/a.yaml:7: tier 'AA' is not one of A, B. Did you mean 'A'?\n"
    )
    assert json.loads(show_problem(problem, as_json=True)) == {
        "warning": {
            "kind": "bad_data",
            "message": "tier 'AA' is not one of A, B",
            "hint": "Did you mean 'A'?",
            "candidates": [],
            "file": "customers/a.yaml",
            "line": 7,
        }
    }
    assert json.loads(show_problem("hm", as_json=True))["warning"]["kind"] == "note"
    assert show_problem("a\x1bb\n") == "a\\x1bb\\n\n"
