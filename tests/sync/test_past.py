"""crm history, undo and conflicts: what git remembers, what can be taken back, what is asked."""

import json

from tests.sync.hub import Person
from tests.sync.hub import Team

ACME = "customers/acme.yaml"


def rows(person: Person, *argv: str) -> list[dict]:
    return json.loads(person.crm("history", *argv, "--json", "-q"))


# history


def test_history_tells_who_changed_which_field_from_what_to_what(team: Team) -> None:
    team.lin.crm("customer", "set", "acme", "tier=A", "region=Bern")
    newest, other, *_ = rows(team.lin, "acme")
    assert (newest["who"], newest["command"], newest["record"]) == ("lin", "customer set", "acme")
    assert {(r["field"], r["from"], r["to"]) for r in (newest, other)} == {
        ("tier", "B", "A"),
        ("region", None, "Bern"),
    }
    assert rows(team.lin, "acme")[-1]["field"] == "added"


def test_history_of_a_row_shows_that_row_alone(team: Team) -> None:
    one = team.mei.crm("log", "visit", "acme", "one", "-q").splitlines()[0]
    team.mei.crm("log", "visit", "acme", "two")
    team.mei.crm("interaction", "set", one, "mood=pleased")
    assert [(r["field"], r["to"]) for r in rows(team.mei, one)] == [
        ("mood", "pleased"),
        ("added", "one"),
    ]


def test_history_of_the_book_is_filtered_by_rep_and_day(team: Team) -> None:
    team.lin.crm("customer", "set", "大同", "region=Tainan")
    team.sync(team.lin, team.mei)
    team.mei.crm("customer", "set", "acme", "region=Bern")
    assert [r["record"] for r in rows(team.mei, "--by", "lin")] == ["大同電機"]
    assert len(rows(team.mei, "-L", "2")) == 2
    assert rows(team.mei, "--until", "2026-11-08") == []
    assert rows(team.mei, "--since", "2026-11-09")[0]["record"] == "acme"


def test_a_merge_is_not_told_twice(team: Team) -> None:
    team.mei.crm("customer", "set", "acme", "region=Bern")
    team.lin.crm("customer", "set", "acme", "industry=x")
    team.settle()
    assert [r["field"] for r in rows(team.mei, "acme") if r["field"] != "added"] in (
        ["industry", "region"],
        ["region", "industry"],
    )


def test_history_finds_a_record_of_any_kind(team: Team) -> None:
    feedback = "f-0000000a"
    text = f"id,at,customer,kind,score,by\n{feedback},2026-11-02,acme,nps,9,lin\n"
    team.lin.write("feedback/lin/2026-11.csv", text)
    team.lin.crm("sync")
    assert [row["kind"] for row in rows(team.lin, feedback)] == ["feedback"]
    assert "no customer 'nobody'" in team.lin.crm("history", "nobody", code=3)


def test_a_record_that_cannot_be_read_is_not_told_as_gone(team: Team) -> None:
    """S14: one file with markers is one bad file."""
    good = team.lin.text(ACME)
    for text in (good.replace("tier: B", "tier: [B"), good.replace("tier: B", "tier: A")):
        team.lin.write(ACME, text)
        team.lin.git("commit", "-q", "-a", "-m", "by hand")
        team.lin.git("push", "-q")
        said = team.mei.crm("sync")
        assert "removed" not in said
        assert "new customer" not in said
    assert [row["field"] for row in rows(team.mei, "acme")] == ["added"]


# undo


def test_undo_reverses_the_last_command_and_then_the_one_before(team: Team) -> None:
    before = team.mei.text(ACME)
    team.mei.crm("customer", "set", "acme", "tier=A")
    between = team.mei.text(ACME)
    team.mei.crm("customer", "set", "acme", "region=Bern")
    assert "acme: region unknown" in team.mei.crm("undo", "--yes")
    assert team.mei.text(ACME) == between
    team.mei.crm("undo", "--yes")
    assert team.mei.text(ACME) == before
    assert team.mei.status() == []
    assert team.mei.commits()[0].startswith("undo ")


def test_undo_keeps_what_changed_since_in_another_field(team: Team) -> None:
    """W16: it works per field."""
    team.mei.crm("customer", "set", "acme", "tier=A")
    team.mei.replace(ACME, "name: Acme", "name: Acme  # by hand\nwebsite: a.example")
    team.mei.crm("undo", "--yes")
    text = team.mei.text(ACME)
    assert "tier: B" in text
    assert "# by hand" in text
    assert "website: a.example" in text


def test_undo_refuses_a_field_that_changed_since(team: Team) -> None:
    """W16: exit 6, nothing written."""
    team.mei.crm("customer", "set", "acme", "tier=A")
    team.mei.replace(ACME, "\ntier: A", "\ntier: C")
    assert "tier of acme changed since" in team.mei.crm("undo", "--yes", code=6)
    assert "\ntier: C" in team.mei.text(ACME)


def test_undo_of_a_command_of_several_files_reverses_all_of_it(team: Team) -> None:
    team.mei.crm("log", "visit", "acme", "seen", "--promise", "offer by fri")
    team.mei.crm("undo", "--yes")
    assert not list((team.mei.folder / "promises/2026").glob("*"))
    assert team.mei.text("interactions/mei/2026-11.csv").count("\n") == 1
    assert team.mei.status() == []


def test_undo_brings_back_a_row_that_was_removed(team: Team) -> None:
    id = team.mei.crm("log", "visit", "acme", "seen", "-q").splitlines()[0]
    before = team.mei.text("interactions/mei/2026-11.csv")
    team.mei.crm("interaction", "remove", id, "--yes")
    team.mei.crm("undo", "--yes")
    assert team.mei.text("interactions/mei/2026-11.csv") == before


def test_undo_of_an_add_removes_it_and_of_one_that_others_have_archives_it(team: Team) -> None:
    team.mei.crm("customer", "add", "Gamma")
    team.mei.crm("undo", "--yes")
    assert not (team.mei.folder / "customers/gamma.yaml").exists()
    team.mei.crm("customer", "add", "Delta")
    team.mei.crm("sync")
    team.mei.crm("undo", "--yes")
    assert "status: archived" in team.mei.text("customers/delta.yaml")
    assert "Sent 1 change." in team.mei.crm("sync")


def test_undo_never_touches_what_others_did(team: Team) -> None:
    team.lin.crm("customer", "set", "acme", "tier=A")
    team.sync(team.lin, team.mei)
    # mei's own last command added the customer, and lin has changed it since.
    assert "acme changed since" in team.mei.crm("undo", "--yes", code=6)
    assert "\ntier: A" in team.mei.text(ACME)


def test_undo_lists_and_rehearses_without_a_change(team: Team) -> None:
    team.mei.crm("customer", "set", "acme", "tier=A")
    before = team.mei.commits()
    assert "customer set" in team.mei.crm("undo", "--list").splitlines()[1]
    assert "+tier: B" in team.mei.crm("undo", "-n")
    assert team.mei.commits() == before


def test_undo_asks_on_a_terminal_and_needs_a_yes_elsewhere(team: Team) -> None:
    team.mei.crm("customer", "set", "acme", "region=Bern")
    said = team.mei.crm("undo", code=2)
    assert said.splitlines() == ["Undo that needs a yes", "Try: crm undo --yes"]
    assert "needs a yes" in team.mei.crm("undo", "--no-input", code=2)
    assert "region: Bern" in team.mei.text(ACME)
    assert "Would do: Undid customer set" in team.mei.type("n\n", "undo", code=2)
    assert "region: Bern" in team.mei.text(ACME)
    assert "region unknown" in team.mei.type("y\n", "undo")
    assert "region" not in team.mei.text(ACME)


def test_without_git_history_and_undo_say_so(tmp_path) -> None:
    mei = Person(tmp_path, "mei")
    mei.crm("init", "book", "--rep", "mei", "--currency", "TWD", "--no-git")
    mei.folder = tmp_path / "book"
    assert "undo needs git" in mei.crm("undo", code=1)
    assert "history needs git" in mei.crm("history", code=1)


# conflicts


def _clash(team: Team) -> None:
    team.mei.crm("customer", "set", "acme", "tier=A", "region=Bern")
    team.lin.now = team.mei.now
    team.lin.crm("customer", "set", "acme", "tier=C", "region=Biel")
    team.sync(team.mei, team.lin)


def test_conflicts_shows_what_stands_and_what_was_kept_aside(team: Team) -> None:
    _clash(team)
    found = json.loads(team.lin.crm("conflicts", "--json"))
    assert [(r["record"], r["field"], r["kept"], r["other"], r["base"]) for r in found] == [
        ("acme", "region", "Biel", "Bern", None),
        ("acme", "tier", "C", "A", "B"),
    ]
    assert "no open question about '大同'" in team.lin.crm("conflicts", "大同", code=3)
    assert team.mei.crm("conflicts") == "no open questions\n"


def test_settling_takes_a_side_writes_history_and_ends_the_question_everywhere(team: Team) -> None:
    """S34, S35: value and history agree on every clone."""
    _clash(team)
    assert team.lin.crm("conflicts", "settle", "acme", "tier", "--take", "other") == (
        "Settled acme (Acme): tier A\n"
    )
    team.lin.crm("conflicts", "settle", "acme", "region", "--value", "Thun")
    team.sync(team.lin, team.mei)
    for person in (team.mei, team.lin):
        text = person.text(ACME)
        assert "\ntier: A\n" in text
        assert "region: Thun" in text
        assert "conflicts" not in text
        assert text.rstrip().endswith("tier: A}")
    assert "no problems" in team.mei.crm("check")


def test_settling_for_what_stands_makes_the_history_agree(team: Team) -> None:
    _clash(team)
    team.lin.crm("conflicts", "settle", "acme", "tier", "--take", "kept")
    assert "\ntier: C\n" in team.lin.text(ACME)
    assert "field: tier" not in team.lin.text(ACME)
    team.lin.crm("conflicts", "settle", "acme", "region", "--take", "base")
    assert "region" not in team.lin.text(ACME)


def test_a_question_about_a_row_is_settled_in_its_file(team: Team) -> None:
    """S21: in the row's last column."""
    id = team.mei.crm("log", "visit", "acme", "seen", "-q").splitlines()[0]
    team.sync(team.mei, team.lin)
    team.mei.crm("interaction", "set", id, "mood=pleased")
    team.lin.now = team.mei.now
    team.lin.crm("interaction", "set", id, "mood=unhappy")
    team.sync(team.mei, team.lin)
    team.lin.crm("conflicts", "settle", id[2:], "mood", "--take", "other")
    record = json.loads(team.lin.crm("interaction", "show", id, "--json"))
    assert record["mood"] == "pleased"
    assert team.lin.crm("conflicts") == "no open questions\n"


def test_settling_wants_a_record_a_field_and_one_value(team: Team) -> None:
    _clash(team)
    for words in (
        ("settle", "acme"),
        ("settle", "acme", "tier"),
        ("settle", "acme", "tier", "--take", "both"),
        ("acme", "tier"),
        ("acme", "--take", "kept"),
    ):
        team.lin.crm("conflicts", *words, code=2)
    assert "Asked: tier, region" in team.lin.crm(
        "conflicts", "settle", "acme", "name", "--take", "kept", code=3
    )
    before = team.lin.text(ACME)
    team.lin.crm("conflicts", "settle", "acme", "tier", "--take", "other", "-n")
    assert team.lin.text(ACME) == before


def test_what_is_kept_is_what_the_question_shows(team: Team) -> None:
    """S35: also where the value under it was undone."""
    team.mei.crm("customer", "set", "acme", "tier=A")
    team.lin.now = team.mei.now
    team.lin.crm("customer", "set", "acme", "tier=C")
    team.sync(team.mei, team.lin)
    team.lin.crm("undo", "--yes")
    assert "\ntier: B\n" in team.lin.text(ACME)
    assert json.loads(team.lin.crm("conflicts", "--json"))[0]["kept"] == "C"
    said = team.lin.crm("conflicts", "settle", "acme", "tier", "--take", "kept")
    assert said == "Settled acme (Acme): tier C\n"
    assert "\ntier: C\n" in team.lin.text(ACME)
    assert "no problems" in team.lin.crm("check")


def test_what_is_kept_stays_where_crm_does_not_know_the_field(team: Team) -> None:
    for person, mark in ((team.mei, "east"), (team.lin, "west")):
        person.replace(ACME, "name: Acme", f"name: Acme\nwing: {mark}")
        person.crm("sync")
    before = team.lin.text(ACME)
    assert "{field: wing, kept: " in before
    team.lin.crm("conflicts", "settle", "acme", "wing", "--take", "kept")
    assert team.lin.text(ACME) == before.partition("\nconflicts:")[0].rstrip() + "\n"
