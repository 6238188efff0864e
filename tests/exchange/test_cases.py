"""Tickets and ratings of other programs, and our own again."""

import shutil

from tests.exchange.conftest import Desk

TICKETS = (
    "Ticket ID,Subject,Customer,Type,Status,Created,First response,Closed,Resolution\n"
    "71,It smokes,Acme,Incident,Closed,2026-10-01,2026-10-02,2026-10-05,New one\n"
    "72,Which cable?,Acme,Question,Pending,2026-10-03,2026-10-03,,\n"
    "73,Late again,Acme,Claim,New,2026-10-04,,,\n"
)


def test_tickets_become_cases_with_their_story(desk: Desk) -> None:
    desk.run("crm customer add Acme -q")
    said = desk.take(TICKETS)
    assert "taken as cases" in said
    found = {row["refs"][0]: row for row in desk.rows("case")}
    smokes = found["import:71"]
    assert [smokes[k] for k in ("type", "status", "opened", "replied", "resolved", "remedy")] == [
        "fault", "resolved", "2026-10-01", "2026-10-02", "2026-10-05", "New one",
    ]  # fmt: skip
    assert [found[f"import:{n}"]["type"] for n in (72, 73)] == ["question", "complaint"]
    assert [found[f"import:{n}"]["status"] for n in (72, 73)] == ["acknowledged", "open"]
    lines = [line for line in desk.history("case") if line[1] == "status"]
    assert sorted(lines) == [
        ["2026-10-01", "status", "open"],
        ["2026-10-02", "status", "acknowledged"],
        ["2026-10-03", "status", "acknowledged"],
        ["2026-10-03", "status", "open"],
        ["2026-10-04", "status", "open"],
        ["2026-10-05", "status", "resolved"],
    ]
    assert "no problem" in desk.run("crm check").lower()


def test_the_same_tickets_again_change_nothing(desk: Desk) -> None:
    desk.run("crm customer add Acme -q")
    desk.take(TICKETS)
    before = desk.files_now()
    assert "Nothing changed" in desk.take(TICKETS)
    bare = TICKETS.replace("Ticket ID", "X").replace("Subject", "Ticket")
    assert "Nothing changed" in desk.take(bare)
    assert desk.files_now() == before


def test_the_status_follows_from_the_days_where_none_is_told(desk: Desk) -> None:
    desk.take("case,opened,resolved\nIt smokes,2026-10-01,2026-10-05\nWhich?,2026-10-02,\n")
    found = {row["what"]: row["status"] for row in desk.rows("case")}
    assert found == {"It smokes": "resolved", "Which?": "open"}


def test_a_score_off_its_scale_is_a_bad_row(desk: Desk) -> None:
    desk.run("crm customer add Acme -q")
    text = (
        "date,customer,survey,score,comment\n2026-10-01,Acme,NPS,9,good\n2026-10-02,Acme,csat,9,\n"
    )
    assert "in.csv:3: score 9 is off the scale of csat: 1 to 5" in desk.take(text, rc=4)
    desk.take(text.replace("csat,9", "csat,2"))
    found = {
        row["kind"]: (row["score"], row["comment"], row["by"]) for row in desk.rows("feedback")
    }
    assert found == {"nps": (9, "good", "mei"), "csat": (2, None, "mei")}


def test_a_case_and_an_interaction_that_name_each_other_come_along(desk: Desk) -> None:
    desk.run("crm customer add Acme -q")
    told = desk.run('crm log call acme "it smokes" --at 2026-11-08 -q').strip()
    case = desk.run(f'crm case add acme "it smokes" --interaction {told} --opened 2026-11-08 -q')
    desk.run(f'crm log call acme "told them" --case {case.strip()} -q')
    (desk.shell.folder / "out").mkdir()
    desk.run("crm export rep customer case interaction --to csv -o out")
    names = " ".join(f"out/{name}.csv" for name in ("reps", "customers", "cases", "interactions"))
    for kind in ("customers", "cases", "interactions"):
        shutil.rmtree(desk.shell.folder / kind)
    desk.run(f"crm import {names}")
    assert "no problem" in desk.run("crm check").lower()
    row = desk.row("case")
    assert (row["id"], row["opened_in"]) == (case.strip(), told)
