"""crm sync: two and three clones over a hub, and all that may be in the way."""

import multiprocessing
import shutil
from pathlib import Path

import pytest

from crmcli.sync import git
from crmcli.sync import join
from crmcli.sync import remote
from crmcli.sync import syncing
from crmcli.sync import ways
from tests.sync.hub import NOW
from tests.sync.hub import Person
from tests.sync.hub import Team
from tests.sync.hub import new_book
from tests.sync.hub import team_in

TATUNG = "customers/大同電機.yaml"
ACME = "customers/acme.yaml"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "PAUSE", 0.0)


def tree(person: Person) -> str:
    return person.git("rev-parse", "HEAD^{tree}")


# what comes and goes


def test_different_fields_of_one_customer_all_arrive(team: Team) -> None:
    """S8, S11: neighbouring lines are no clash."""
    team.mei.crm("customer", "set", "acme", "region=Tainan")
    team.lin.crm("customer", "set", "acme", "industry=motors", "tier=A")
    team.settle()
    for person in (team.mei, team.lin, team.chen):
        text = person.text(ACME)
        assert "region: Tainan\n" in text
        assert "industry: motors\n" in text
        assert "conflicts" not in text
        assert person.status() == []
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)


def test_it_ends_with_what_is_new_in_words(team: Team) -> None:
    team.lin.crm(
        "log", "visit", "大同", "demo", "--mood", "offended", "--promise", "offer by tomorrow"
    )
    promise = next((team.lin.folder / "promises/2026").iterdir()).stem
    team.lin.now = team.mei.now = NOW.replace(day=14)
    team.lin.crm("promise", "break", promise, "--reason", "no stock")
    team.lin.crm("sync")
    team.mei.crm("customer", "set", "acme", "tier=A")
    assert team.mei.crm("sync").splitlines() == [
        "Sent 1 change, took in 2 (lin 2).",
        f"lin broke {promise}: offer to 大同電機, 4 days late",
        "lin visited 大同電機, offended",
    ]
    assert team.mei.crm("sync") == "Nothing new.\n"


def test_a_clash_keeps_the_later_value_and_the_other_as_a_question(team: Team) -> None:
    """S11, S24: the loser is kept."""
    team.mei.crm("customer", "set", "acme", "tier=A")
    team.lin.now = team.mei.now.replace(hour=12)
    team.lin.crm("customer", "set", "acme", "tier=C")
    team.sync(team.mei)
    assert "1 question to settle: crm conflicts" in team.lin.crm("sync")
    team.sync(team.mei, team.chen)
    for person in (team.mei, team.lin, team.chen):
        assert "\ntier: C\n" in person.text(ACME)
        assert "- {field: tier, kept: C, other: A, base: B}" in person.text(ACME)


def test_the_bytes_do_not_depend_on_who_merges(template: Path, tmp_path: Path) -> None:
    """S20: either side first."""
    results = []
    for order in ("ml", "lm"):
        team = team_in(template, tmp_path / order)
        team.mei.crm("customer", "set", "acme", "tier=A", "region=Bern")
        team.lin.crm("customer", "set", "acme", "tier=C", "tags+=vip")
        team.sync(*({"m": team.mei, "l": team.lin}[each] for each in order))
        team.settle()
        assert team.mei.text(ACME) == team.lin.text(ACME)
        results.append(team.mei.text(ACME))
    assert results[0] == results[1]


def test_the_same_customer_added_twice_becomes_one(team: Team) -> None:
    """S10: united field by field."""
    team.mei.crm("customer", "add", "Gamma Ltd", "--region", "Bern")
    team.lin.crm("customer", "add", "Gamma Ltd", "--industry", "bikes")
    team.settle()
    text = team.chen.text("customers/gamma-ltd.yaml")
    assert "region: Bern" in text
    assert "industry: bikes" in text
    assert tree(team.mei) == tree(team.lin)


def test_one_rep_on_two_machines_keeps_every_visit_of_the_month(team: Team) -> None:
    """S25: rows merge by id."""
    team.lin.name = "mei"
    team.mei.crm("log", "visit", "acme", "one")
    team.lin.crm("log", "visit", "acme", "two")
    team.mei.crm("log", "call", "大同", "three")
    team.sync(team.mei, team.lin, team.mei)
    assert team.mei.text("interactions/mei/2026-11.csv").count("\n") == 4
    assert tree(team.mei) == tree(team.lin)


def test_three_clones_that_cross_end_alike(team: Team) -> None:
    """S24: several merge bases."""
    for person, tier in ((team.mei, "A"), (team.lin, "C"), (team.chen, "A")):
        person.crm("customer", "set", "acme", f"tier={tier}", f"region={person.name}")
        person.git("fetch", "-q")
    # lin and chen merge one another before either merges mei: several merge bases.
    team.lin.git("fetch", "-q", "../chen", "main:refs/remotes/origin/chen")
    team.chen.git("fetch", "-q", "../lin", "main:refs/remotes/origin/lin")
    for person, other in ((team.lin, "chen"), (team.chen, "lin")):
        person.git("merge", "-q", f"origin/{other}", code=None)
    team.sync(team.lin, team.chen, team.mei, team.lin, team.chen)
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)
    text = team.mei.text(ACME)
    assert all(name in text for name in ("mei", "lin", "chen"))


def test_a_hand_edit_is_committed_and_sent(team: Team) -> None:
    team.mei.replace(ACME, "name: Acme", "name: Acme\nwebsite: acme.example  # checked")
    team.mei.write("scratch.txt", "mine alone\n")
    assert "Committed 1 file edited by hand, sent 1 change." in team.mei.crm("sync")
    team.sync(team.lin)
    assert "website: acme.example  # checked" in team.lin.text(ACME)
    assert team.mei.status() == ["?? scratch.txt"]


def test_no_push_takes_in_and_sends_nothing(team: Team) -> None:
    team.lin.crm("customer", "set", "acme", "region=Bern")
    team.sync(team.lin)
    tip = team.hub_tip()
    team.mei.crm("customer", "set", "acme", "industry=x")
    team.mei.crm("sync", "--no-push")
    assert "region: Bern" in team.mei.text(ACME)
    assert team.hub_tip() == tip


def test_a_book_inside_a_larger_repository_is_synced(tmp_path: Path) -> None:
    top = Person(tmp_path / "one", "mei")
    top.folder.mkdir()
    top.git("init", "-q", "-b", "main")
    mei = new_book(tmp_path / "one/docs/book")
    mei.crm("customer", "add", "大同電機")
    mei.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "hub.git"))
    mei.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    mei.crm("sync")
    top.git("clone", "-q", str(tmp_path / "hub.git"), str(tmp_path / "two"))
    lin = Person(tmp_path / "two/docs/book", "mei")
    mei.crm("customer", "set", "大同", "region=Bern")
    lin.crm("customer", "set", "大同", "industry=x", "region=Biel")
    mei.replace(TATUNG, "kind: company", "kind: company\nwebsite: x.example")
    mei.crm("sync")
    lin.crm("sync", "-n")
    lin.crm("sync")
    mei.crm("sync")
    assert tree(mei) == tree(lin)
    assert all(word in lin.text(TATUNG) for word in ("Bern", "Biel", "industry", "website"))


# what is in the way


def test_without_a_remote_all_is_committed_and_said_so(tmp_path: Path) -> None:
    """S27: exit 0."""
    mei = new_book(tmp_path / "book")
    mei.replace("crm.yaml", "name: book", "name: Book")
    assert "no remote" in mei.crm("sync")
    assert mei.status() == []


def test_offline_the_work_is_committed_and_not_sent(team: Team) -> None:
    """S27: exit 1."""
    team.mei.replace(ACME, "name: Acme", "name: Acme AG")
    team.hub.rename(team.folder / "away.git")
    assert "saved here, not sent" in team.mei.crm("sync", code=1)
    assert team.mei.status() == []
    (team.folder / "away.git").rename(team.hub)
    assert "Sent 1 change" in team.mei.crm("sync")


def test_outside_git_and_without_git_it_fails_and_all_else_works(tmp_path: Path) -> None:
    """S27: exit 1."""
    mei = Person(tmp_path, "mei")
    mei.crm("init", "book", "--rep", "mei", "--currency", "TWD", "--no-git")
    mei.folder = tmp_path / "book"
    assert "this book is not in git" in mei.crm("sync", code=1)
    mei.settings = {"PATH": str(tmp_path / "nothing")}
    assert "git is not installed" in mei.crm("sync", code=1)
    mei.crm("customer", "add", "Acme")
    assert "Acme" in mei.crm("customer", "list")


def test_on_no_branch_nothing_is_done(team: Team) -> None:
    """S27: exit 6."""
    team.mei.git("checkout", "-q", "--detach")
    team.mei.replace(ACME, "name: Acme", "name: Acme AG")
    assert "Try: git switch main" in team.mei.crm("sync", code=6)
    assert team.mei.status() == [f" M {ACME}"]


def test_a_hub_with_another_book_is_refused(team: Team, tmp_path: Path) -> None:
    """S27: exit 6."""
    other = new_book(tmp_path / "other/book")
    other.crm("customer", "add", "Foreign")
    other.git("push", "-q", "-f", str(team.hub), "main")
    before = tree(team.mei)
    assert "nothing in common" in team.mei.crm("sync", code=6)
    assert tree(team.mei) == before


def test_a_shallow_clone_is_deepened_for_the_merge(team: Team) -> None:
    url = f"file://{team.hub}"
    team.mei.git("clone", "-q", "--depth", "1", url, str(team.folder / "shallow"))
    shallow = Person(team.folder / "shallow", "lin")
    shallow.crm("customer", "set", "acme", "industry=x")
    for n in range(3):
        team.mei.crm("customer", "set", "acme", f"region=r{n}")
    team.sync(team.mei)
    # Fetched without depth, the two tips still share what the shallow clone has.
    shallow.crm("sync")
    assert "region: r2" in shallow.text(ACME)
    assert "industry: x" in shallow.text(ACME)


def test_a_shallow_clone_without_the_common_past_fetches_it(team: Team) -> None:
    """S27: deepened first."""
    url = f"file://{team.hub}"
    team.mei.git("clone", "-q", "--depth", "1", url, str(team.folder / "shallow"))
    shallow = Person(team.folder / "shallow", "lin")
    shallow.crm("customer", "set", "acme", "industry=x")
    for n in range(3):
        team.mei.crm("customer", "set", "acme", f"region=r{n}")
    team.sync(team.mei)
    shallow.git("fetch", "-q", "--depth", "1", "origin", "main")
    assert shallow.git("merge-base", "HEAD", "FETCH_HEAD", code=1) == ""
    shallow.crm("sync")
    assert "region: r2" in shallow.text(ACME)
    assert "industry: x" in shallow.text(ACME)


def test_a_push_that_is_too_late_is_tried_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S26: merged once more, then sent."""
    team.mei.crm("customer", "set", "acme", "region=Bern")
    rivals = [("lin", "industry=a"), ("lin", "website=b.example")]
    push = remote.push

    def late(clone, where):
        if rivals and clone.root == team.mei.folder:
            _, word = rivals.pop()
            team.lin.crm("customer", "set", "acme", word)
            team.lin.crm("sync")
        return push(clone, where)

    monkeypatch.setattr(remote, "push", late)
    assert "Sent 1 change, took in 2 (lin 2)." in team.mei.crm("sync")
    team.sync(team.lin)
    assert tree(team.mei) == tree(team.lin)


def test_pushes_that_are_all_too_late_end_in_6_with_all_committed(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S26: nothing is lost by it."""
    monkeypatch.setattr(syncing, "TRIES", 3)
    team.mei.crm("customer", "set", "acme", "region=Bern")
    push = remote.push
    count = iter(range(100))

    def late(clone, where):
        if clone.root == team.mei.folder:
            team.lin.crm("customer", "set", "acme", f"website=b{next(count)}.example")
            team.lin.crm("sync")
        return push(clone, where)

    monkeypatch.setattr(remote, "push", late)
    assert "others were faster 3 times" in team.mei.crm("sync", code=6)
    assert team.mei.status() == []
    monkeypatch.setattr(remote, "push", push)
    assert "Sent 1 change" in team.mei.crm("sync")


def test_a_hub_that_refuses_says_why(team: Team) -> None:
    hook = team.hub / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    team.mei.crm("customer", "set", "acme", "region=Bern")
    said = team.mei.crm("sync", code=1)
    assert "origin does not take it: [remote rejected] (pre-receive hook declined)" in said


def test_staged_foreign_work_survives_a_sync_with_nothing_to_merge(team: Team) -> None:
    team.mei.write("notes.txt", "one\n")
    team.mei.git("add", "notes.txt")
    team.mei.crm("customer", "set", "acme", "region=Bern")
    team.mei.crm("sync")
    assert team.mei.status() == ["A  notes.txt"]


def test_foreign_work_in_the_way_of_a_merge_is_named_and_untouched(team: Team) -> None:
    team.lin.write("notes.txt", "theirs\n")
    team.lin.git("add", "notes.txt")
    team.lin.git("commit", "-q", "-m", "notes")
    team.sync(team.lin)
    team.mei.write("notes.txt", "mine\n")
    said = team.mei.crm("sync", code=6)
    assert "notes.txt" in said
    assert team.mei.text("notes.txt") == "mine\n"


def test_a_conflict_in_a_file_that_is_no_record_is_left_to_the_person(team: Team) -> None:
    team.mei.write("README.md", "base\n")
    team.mei.git("add", "README.md")
    team.mei.git("commit", "-q", "-m", "readme")
    team.sync(team.mei, team.lin)
    for person in (team.mei, team.lin):
        person.write("README.md", f"{person.name}\n")
        person.git("commit", "-q", "-a", "-m", "readme")
        person.crm("customer", "set", "acme", f"region={person.name}")
    team.sync(team.mei)
    assert "git could not merge README.md" in team.lin.crm("sync", code=6)
    assert "Try: crm sync" in team.lin.crm("customer", "set", "acme", "tier=A", code=6)
    team.lin.write("README.md", "both\n")
    team.lin.git("add", "README.md")
    team.lin.crm("sync")
    team.sync(team.mei)
    assert tree(team.mei) == tree(team.lin)
    assert "conflicts" in team.mei.text(ACME)


def test_a_remote_inside_the_book_is_refused(team: Team) -> None:
    team.mei.git("clone", "-q", "--bare", "../hub.git", "inner.git")
    for url in ("./inner.git", str(team.mei.folder / "inner.git")):
        team.mei.git("remote", "set-url", "origin", url)
        assert "lies inside the book's own folder" in team.mei.crm("sync", code=1)


# what must not be spread


def test_a_file_that_cannot_be_read_stops_before_the_commit(team: Team) -> None:
    """S30: with file and line."""
    team.mei.replace(ACME, "name: Acme", "name: [Acme")
    said = team.mei.crm("sync", code=6)
    assert said.startswith(f"{ACME}:")
    assert "nothing was committed or sent" in said
    assert team.mei.status() == [f" M {ACME}"]


def test_conflict_markers_that_were_committed_are_not_pushed(team: Team) -> None:
    """S14: the hub stays as it was."""
    text = team.mei.text(ACME)
    team.mei.write(ACME, f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
    team.mei.git("commit", "-q", "-a", "-m", "hurried")
    tip = team.hub_tip()
    said = team.mei.crm("sync", code=6)
    assert f"{ACME}:1: the conflict markers of a merge stand here" in said
    assert team.hub_tip() == tip


def test_conflict_markers_that_everybody_has_are_gone_after_the_next_merge(team: Team) -> None:
    """S14: a file with markers is merged by its halves."""
    text = team.mei.text(ACME)
    sides = (text.replace("tier: B", "tier: A"), text.replace("tier: B", "tier: C"))
    team.mei.write(ACME, f"<<<<<<< ours\n{sides[0]}=======\n{sides[1]}>>>>>>> theirs\n")
    team.mei.git("commit", "-q", "-a", "-m", "hurried")
    team.mei.git("push", "-q")
    team.lin.crm("customer", "set", "acme", "region=Bern")
    team.lin.crm("sync")
    team.sync(team.mei)
    for person in (team.mei, team.lin):
        assert "region: Bern\n" in person.text(ACME)
        assert "- {field: tier, kept: C, other: A, base: B}\n" in person.text(ACME)


def test_a_record_that_two_years_hold_is_not_pushed(team: Team) -> None:
    team.mei.crm("task", "add", "call", "--due", "tomorrow")
    path = next((team.mei.folder / "tasks/2026").iterdir())
    team.mei.write(f"tasks/2025/{path.name}", path.read_text())
    assert f"id {path.stem} is also that of" in team.mei.crm("sync", code=6)


def test_a_mass_deletion_here_stops_before_the_commit(team: Team) -> None:
    """S13: outgoing and incoming."""
    for path in (team.mei.folder / "customers").iterdir():
        path.unlink()
    said = team.mei.crm("sync", code=6)
    assert "2 of 5 records are gone here" in said
    assert len(team.mei.status()) == 2
    team.mei.git("commit", "-q", "-a", "-m", "oops")
    tip = team.hub_tip()
    assert "records are gone here" in team.mei.crm("sync", code=6)
    assert team.hub_tip() == tip
    team.mei.crm("sync", "--allow-mass-delete")
    assert "records are gone at origin" in team.lin.crm("sync", code=6)
    assert (team.lin.folder / ACME).exists()
    team.lin.crm("sync", "--allow-mass-delete")
    assert not (team.lin.folder / ACME).exists()


def test_rows_that_vanish_count_and_a_row_that_was_removed_on_purpose_does_not(
    team: Team,
) -> None:
    ids = [team.mei.crm("log", "call", "acme", f"n{n}", "-q").strip() for n in range(8)]
    team.mei.crm("sync")
    for id in ids[:3]:
        team.mei.crm("interaction", "remove", id, "--yes")
    assert "Sent 3 changes" in team.mei.crm("sync")
    header, *rows = team.mei.text("interactions/mei/2026-11.csv").splitlines(keepends=True)
    team.mei.write("interactions/mei/2026-11.csv", header + "".join(rows[:2]))
    assert "3 of 10 records are gone here" in team.mei.crm("sync", code=6)


def test_a_newer_format_is_refused_before_anything_is_merged(team: Team) -> None:
    """S31: it stays at the hub."""
    team.lin.replace("crm.yaml", "format: 1", "format: 2")
    team.lin.git("commit", "-q", "-a", "-m", "newer")
    team.lin.git("push", "-q", "origin", "main")
    before = tree(team.mei)
    assert "format 2 is newer than this crm knows" in team.mei.crm("sync", code=6)
    assert tree(team.mei) == before


@pytest.mark.parametrize("has_driver", [True, False])
def test_a_newer_format_that_a_plain_pull_brought_is_not_merged_by_fields(
    team: Team, has_driver: bool
) -> None:
    """S31: git's own text merge stands, flagged, and both sides are there for a newer crm."""
    if has_driver:
        team.lin.git("config", "merge.crm.driver", ways.driver())
    team.mei.replace("crm.yaml", "format: 1", "format: 2")
    team.mei.replace(ACME, "tier: B", "tier: A")
    team.mei.git("commit", "-q", "-a", "-m", "newer")
    team.mei.git("push", "-q", "origin", "main")
    team.lin.crm("customer", "set", "acme", "tier=C")
    team.lin.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main", code=1)
    before = team.lin.text(ACME)
    assert "<<<<<<< " in before
    assert "\ntier: A\n" in before
    assert "\ntier: C\n" in before
    said = team.lin.crm("sync", code=6)
    assert "format 2 is newer than this crm knows (1)" in said
    assert "Get a newer version of crm" in said
    assert team.lin.text(ACME) == before
    assert team.lin.status() == ["M  crm.yaml", f"UU {ACME}"]


def test_settings_that_a_plain_pull_left_with_markers_are_merged_by_the_next_sync(
    team: Team,
) -> None:
    """S4: crm.yaml too is merged from the stages."""
    team.mei.crm("customer", "set", "acme", "tier=A")
    for person, name in ((team.mei, "One"), (team.lin, "Two")):
        person.replace("crm.yaml", "name: mei", f"name: {name}")
        person.git("commit", "-q", "-a", "-m", "renamed")
    team.mei.crm("sync")
    team.lin.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main", code=1)
    assert "<<<<<<< " in team.lin.text("crm.yaml")
    team.lin.crm("sync")
    assert "{field: name, kept: One, other: Two, base: mei}" in team.lin.text("crm.yaml")
    assert "\ntier: A\n" in team.lin.text(ACME)


def test_a_deletion_against_an_edit_keeps_the_edit(team: Team) -> None:
    """S15: on every clone."""
    _fill(team)
    team.mei.git("rm", "-q", ACME)
    team.mei.git("commit", "-q", "-m", "gone")
    team.mei.crm("sync")
    team.lin.crm("customer", "set", "acme", "region=Bern")
    said = team.lin.crm("sync")
    assert "acme was removed on one side and changed on the other, so it stays" in said
    team.sync(team.mei, team.chen)
    assert "region: Bern" in team.chen.text(ACME)
    assert tree(team.mei) == tree(team.lin)


@pytest.mark.parametrize("identical", [False, True])
def test_a_rename_that_git_guesses_moves_nothing_into_a_foreign_record(
    team: Team, identical: bool
) -> None:
    """S1: with a record that was removed by hand."""
    _fill(team)
    text = team.mei.text(ACME)
    team.mei.git("rm", "-q", ACME)
    team.mei.write("customers/zeta.yaml", text if identical else text.replace("Acme", "Zeta"))
    team.mei.git("add", "customers")
    team.mei.git("commit", "-q", "-m", "swap")
    team.lin.crm("customer", "set", "acme", "website=secret.example", "background=only of acme")
    team.sync(team.mei, team.lin, team.mei)
    assert tree(team.mei) == tree(team.lin)
    if identical:
        # git follows a file of the same bytes whatever it is told: nothing may be lost by it.
        assert "secret.example" in "".join(
            path.read_text() for path in (team.mei.folder / "customers").iterdir()
        )
    else:
        assert "secret.example" not in team.mei.text("customers/zeta.yaml")
        assert "secret.example" in team.mei.text(ACME)


# merges that began elsewhere, or were cut off


def test_an_edit_never_follows_a_record_into_its_double(team: Team) -> None:
    """S2: a task was removed by hand and the very same added again; git takes that for a rename."""
    _fill(team)
    team.mei.crm("task", "add", "call", "--due", "tomorrow")
    team.settle()
    old = next((team.mei.folder / "tasks/2026").iterdir())
    new = old.with_name("t-00000zzz.yaml")
    before = old.read_text()
    old.rename(new)
    team.mei.git("add", "-A", "tasks")
    team.mei.git("commit", "-q", "-m", "again")
    team.lin.crm("task", "set", old.stem, "note=urgent" if "note" in before else "what=urgent")
    team.settle()
    for person in (team.mei, team.lin, team.chen):
        assert person.text(f"tasks/2026/{new.name}") == before
        assert "urgent" in person.text(f"tasks/2026/{old.name}")
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)


def test_the_same_record_added_twice_with_the_same_bytes_is_one(team: Team) -> None:
    """S2, S10: nothing is asked."""
    for person in (team.mei, team.lin):
        person.write("customers/gamma.yaml", "name: Gamma\n")
        person.crm("sync")
    team.lin.crm("customer", "set", "gamma", "tier=A")
    team.mei.crm("customer", "set", "gamma", "region=Bern")
    team.settle()
    assert team.chen.text("customers/gamma.yaml").count("name: Gamma") == 1
    assert "conflicts" not in team.chen.text("customers/gamma.yaml")
    assert "region: Bern" in team.chen.text("customers/gamma.yaml")


def test_a_row_that_two_months_hold_is_not_pushed(team: Team) -> None:
    """S9: one id, two files, in whatever clone they were written."""
    id = team.mei.crm("log", "call", "acme", "one", "-q").strip()
    team.mei.crm("sync")
    team.lin.crm("sync")
    november = team.mei.text("interactions/mei/2026-11.csv")
    team.lin.write("interactions/lin/2026-10.csv", november.replace(",mei,", ",lin,"))
    tip = team.hub_tip()
    said = team.lin.crm("sync", code=6)
    assert f"id {id} is also that of a row in interactions/mei/2026-11.csv" in said
    assert team.hub_tip() == tip
    assert f"id {id} stands in interactions/" in team.lin.crm("check", code=4)


def test_a_row_whose_id_another_row_only_mentions_is_sent(team: Team) -> None:
    id = team.mei.crm("log", "call", "acme", "one", "-q").strip()
    team.mei.crm("log", "note", "acme", f"see {id}", "--at", "2026-10-02")
    assert "Sent 2 changes" in team.mei.crm("sync")


def test_a_plain_pull_that_ended_in_a_conflict_is_finished(team: Team) -> None:
    """S4: without any set-up."""
    _clash(team)
    team.sync(team.mei)
    team.lin.git("pull", "-q", "--no-rebase", "origin", "main", code=None)
    assert team.lin.git("rev-parse", "MERGE_HEAD")
    team.lin.crm("sync")
    team.sync(team.mei)
    assert "conflicts" in team.lin.text(ACME)
    assert "<<<<" not in team.lin.text(ACME)
    assert tree(team.mei) == tree(team.lin)


def test_what_a_person_has_resolved_in_the_editor_holds(team: Team) -> None:
    _clash(team)
    team.sync(team.mei)
    team.lin.git("pull", "-q", "--no-rebase", "origin", "main", code=None)
    resolved = (
        team.mei.text(ACME).replace("tier: A", "tier: B").replace("region: Bern", "region: Chur")
    )
    team.lin.write(ACME, resolved)
    team.lin.crm("sync")
    assert team.lin.text(ACME) == resolved
    assert team.lin.commits("%p")[0].count(" ") == 1


def test_a_rebase_by_hand_ends_well_with_the_next_sync(team: Team) -> None:
    """S17: as with a merge."""
    team.mei.crm("customer", "set", "acme", "region=Bern")
    team.lin.crm("customer", "set", "大同", "tier=B")
    team.sync(team.mei)
    team.lin.git("pull", "-q", "--rebase", "origin", "main")
    team.lin.crm("sync")
    team.sync(team.mei)
    assert tree(team.mei) == tree(team.lin)


def test_an_open_rebase_is_left_to_the_person(team: Team) -> None:
    _clash(team)
    team.sync(team.mei)
    team.lin.git("pull", "-q", "--rebase", "origin", "main", code=None)
    before = team.lin.git("status")
    team.lin.crm("sync", code=6)
    assert team.lin.git("status") == before


class Cut(BaseException):
    """As a kill: nothing catches it."""


def test_a_sync_that_is_killed_at_any_call_of_git_is_finished_by_the_next(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S28: nothing lost, nothing doubled."""
    start = git._start
    _clash(team)
    team.sync(team.mei)
    team.lin.replace(ACME, "name: Acme", "name: Acme AG")
    points = 0
    for n in range(2, 200, 6):
        folder = tmp_path / f"cut{n}"
        copy = _copied(team, folder)
        calls = iter(range(1, 10_000))

        def cut(*args, n=n, calls=calls):
            answer = start(*args)
            if next(calls) == n:
                raise Cut
            return answer

        monkeypatch.setattr(git, "_start", cut)
        try:
            copy.lin.crm("sync")
            break
        except Cut:
            points += 1
        finally:
            monkeypatch.setattr(git, "_start", start)
        copy.lin.crm("sync")
        copy.sync(copy.mei)
        assert tree(copy.mei) == tree(copy.lin)
        text = copy.lin.text(ACME)
        assert all(word in text for word in ("Bern", "Biel", "Acme AG", "conflicts"))
        assert copy.lin.status() == []
    assert points >= 5


# other people's settings


@pytest.mark.parametrize(
    "line", [None, "false", "exit 127", "kill -9 $$", "crm-is-not-here %O %A %B"]
)
def test_the_result_does_not_depend_on_the_driver(
    team: Team, line: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S5: there, missing, failing or killed."""
    if line:
        monkeypatch.setattr(ways, "driver", lambda: line)
        monkeypatch.setattr(ways, "BOTH", line)
    _clash(team)
    team.settle()
    monkeypatch.undo()
    assert team.lin.text(ACME).count("field:") == 2
    assert "industry: mei\n" in team.lin.text(ACME)
    assert "website: lin.example" in team.lin.text(ACME)
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)


def test_a_sync_starts_no_program_for_each_file(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S5: what both changed is merged in one go; git waits with the commit for it."""
    ran = tmp_path / "ran"
    monkeypatch.setattr(ways, "driver", lambda: f"touch {ran}; false")
    _clash(team)
    team.settle()
    assert not ran.exists()
    team.mei.crm("customer", "set", "acme", "tier=B")
    team.lin.crm("customer", "set", "大同", "tier=B")
    team.sync(team.mei, team.lin)
    tip, base = team.lin.git("log", "-2", "--first-parent", "--format=%H").split()
    theirs = team.mei.git("rev-parse", "HEAD").strip()
    assert team.lin.git("log", "-1", "--format=%P%n%B", tip).splitlines() == [
        f"{base} {theirs}",
        f"sync merged {theirs[:12]}",
        "",
        "Crm-Op: sync",
        "Crm-By: lin",
    ]


def test_until_it_is_merged_a_file_holds_both_sides_between_markers(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S28, S14: no commit by hand takes one side for the whole."""
    _clash(team)
    team.sync(team.mei)
    ours = team.lin.text(ACME)

    def cut(*_):
        raise Cut

    monkeypatch.setattr(join, "finish", cut)
    with pytest.raises(Cut):
        team.lin.crm("sync")
    monkeypatch.undo()
    theirs = team.mei.text(ACME)
    assert team.lin.text(ACME) == f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"
    assert not list(team.lin.folder.glob("**/*.both"))
    team.lin.git("commit", "-q", "-a", "-m", "hurried")
    assert "Try: crm check --fix" in team.lin.crm("sync", code=6)
    team.lin.crm("check", "--fix", "--yes")
    assert all(word in team.lin.text(ACME) for word in ("Bern", "Biel", "conflicts"))


def test_another_book_in_the_same_repository_is_merged_by_fields_too(tmp_path: Path) -> None:
    """S5, S11: by the driver, since this sync is not about it."""
    top = Person(tmp_path / "one", "mei")
    top.folder.mkdir()
    top.git("init", "-q", "-b", "main")
    for name in ("book", "other"):
        new_book(tmp_path / "one" / name).crm("customer", "add", "Acme", "--tier", "B")
    top.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "hub.git"))
    top.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    top.git("push", "-q", "-u", "origin", "main")
    top.git("clone", "-q", str(tmp_path / "hub.git"), str(tmp_path / "two"))
    for clone, words in (("one", ("tier=A", "region=x")), ("two", ("tier=C", "industry=bikes"))):
        Person(tmp_path / clone / "other", "mei").crm("customer", "set", "acme", *words)
    mei, lin = (Person(tmp_path / clone / "book", "mei") for clone in ("one", "two"))
    for person in (mei, lin, mei):
        person.crm("sync")
    text = lin.text("../other/customers/acme.yaml")
    assert all(word in text for word in ("region: x", "industry: bikes", "{field: tier, kept: "))
    assert tree(mei) == tree(lin)


def test_gits_own_settings_are_left_to_the_person_where_both_changed_them(team: Team) -> None:
    for person in (team.mei, team.lin):
        person.write(".gitattributes", f"*.{person.name} -text\n{person.text('.gitattributes')}")
    team.mei.crm("sync")
    assert "git could not merge .gitattributes" in team.lin.crm("sync", code=6)
    assert "<<<<<<<" in team.lin.text(".gitattributes")
    team.lin.write(".gitattributes", "*.mei -text\n*.lin -text\n")
    team.lin.crm("sync")
    team.sync(team.mei)
    assert tree(team.mei) == tree(team.lin)


def test_the_driver_that_sync_names_merges_by_fields(team: Team) -> None:
    team.lin.git("config", "merge.crm.driver", ways.driver())
    team.mei.crm("customer", "set", "acme", "tier=A", "region=Bern")
    team.lin.crm("customer", "set", "acme", "tier=C", "industry=x")
    team.sync(team.mei)
    team.lin.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    assert "- {field: tier, kept: " in team.lin.text(ACME)
    assert "industry: x" in team.lin.text(ACME)


def test_a_clone_without_attributes_loses_nothing(team: Team) -> None:
    """S4: ordinary text merges, then the stages."""
    team.mei.git("rm", "-q", ".gitattributes")
    team.mei.git("commit", "-q", "-m", "plain")
    team.settle()
    _clash(team)
    team.settle()
    text = team.lin.text(ACME)
    assert all(word in text for word in ("Bern", "Biel", "industry: mei", "website: lin.example"))
    assert tree(team.mei) == tree(team.lin)


SETTINGS = """
[merge]
ff = only
conflictStyle = zdiff3
[pull]
rebase = true
[rerere]
enabled = true
autoUpdate = true
[commit]
verbose = true
[diff]
noprefix = true
renames = copies
[push]
default = matching
[core]
autocrlf = true
[merge]
renames = copies
[status]
relativePaths = false
showUntrackedFiles = no
[log]
date = relative
follow = true
[fetch]
prune = true
"""


def test_the_users_git_settings_change_nothing(team: Team) -> None:
    """S18: flags stand before settings."""
    config = team.folder / "gitconfig"
    config.write_text(SETTINGS)
    for person in (team.mei, team.lin):
        person.settings = {"GIT_CONFIG_GLOBAL": str(config)}
    _clash(team)
    team.lin.crm("customer", "add", "Neu AG")
    team.settle()
    assert team.lin.text(ACME).count("field:") == 2
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)
    assert (team.chen.folder / "customers/neu-ag.yaml").exists()
    for person in (team.mei, team.lin):
        assert b"\r" not in (person.folder / ACME).read_bytes()


def test_line_ends_of_another_system_do_not_travel(team: Team) -> None:
    """S33: at the hub all is LF."""
    team.lin.write(ACME, team.lin.text(ACME).replace("\n", "\r\n") + "website: x.example\r\n")
    team.mei.crm("customer", "set", "acme", "region=Bern")
    team.settle()
    assert "\r" not in team.at_hub(ACME)
    assert "website: x.example\n" in team.mei.text(ACME)
    assert "region: Bern\n" in team.mei.text(ACME)
    assert tree(team.mei) == tree(team.lin)


def test_a_book_that_wants_no_commits_exchanges_those_of_the_person(team: Team) -> None:
    team.mei.replace("crm.yaml", "commit: each", "commit: off")
    team.mei.git("commit", "-q", "-a", "-m", "by hand")
    team.mei.crm("customer", "set", "大同", "region=Bern")
    assert "Sent 1 change." in team.mei.crm("sync")
    assert team.mei.status() == [f" M {TATUNG}"]


def test_a_commit_from_the_future_is_said(team: Team) -> None:
    """S12: a warning, no more."""
    team.lin.now = team.lin.now.replace(year=2027)
    team.lin.crm("customer", "set", "acme", "region=Bern")
    team.sync(team.lin)
    assert "someone's clock is wrong" in team.mei.crm("sync")


# saying what would come and go


def test_a_dry_run_says_it_all_and_changes_no_byte(team: Team) -> None:
    """S32, W17: done in a throw-away clone."""
    _clash(team)
    team.sync(team.mei)
    team.lin.replace(ACME, "name: Acme", "name: Acme AG")
    team.lin.write("scratch.txt", "x\n")
    team.lin.crm("customer", "list")  # its index is made
    before = _bytes(team.folder)
    said = team.lin.crm("sync", "-n")
    assert said.startswith(
        "Would have committed 1 file edited by hand, sent 2 changes, took in 1 (mei 1). "
        "2 questions to settle"
    )
    assert _bytes(team.folder) == before
    assert "Committed 1 file edited by hand, sent 2 changes, took in 1 (mei 1)." in team.lin.crm(
        "sync"
    )


def test_the_answer_as_json_and_a_limit_on_questions(team: Team) -> None:
    _clash(team)
    team.sync(team.mei)
    said = team.lin.crm("sync", "--json", "--fail-if", "questions>0", code=10)
    assert '"questions":2' in said.replace(" ", "")
    assert '"sent":1' in said.replace(" ", "")


def _clash(team: Team) -> None:
    """mei and lin change the same two fields of a customer, and one more each."""
    team.mei.crm("customer", "set", "acme", "tier=A", "region=Bern", "industry=mei")
    team.lin.crm("customer", "set", "acme", "tier=C", "region=Biel", "website=lin.example")


def _fill(team: Team) -> None:
    """So many customers that one of them may go without a question."""
    for n in range(12):
        text = team.mei.text(ACME).replace("Acme", f"Filler {n}")
        team.mei.write(f"customers/filler-{n}.yaml", text)
    team.settle()


def _copied(team: Team, folder: Path) -> Team:
    for name in ("hub.git", "mei", "lin"):
        shutil.copytree(team.folder / name, folder / name)
    people = {name: Person(folder / name, name, getattr(team, name).now) for name in ("mei", "lin")}
    return Team(folder, **people, chen=team.chen)


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if ".crm/" not in str(path)}


def test_people_who_sync_at_the_same_moment_lose_nothing(team: Team) -> None:
    """S26: real processes, again and again."""
    people = (team.mei, team.lin, team.chen)
    method = multiprocessing.get_context("fork")
    for n in range(2):
        for person in people:
            person.crm("customer", "add", f"{person.name} {n}")
        running = [method.Process(target=person.crm, args=("sync",)) for person in people]
        for process in running:
            process.start()
        for process in running:
            process.join()
        assert [process.exitcode for process in running] == [0, 0, 0]
    team.settle()
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)
    assert len(list((team.chen.folder / "customers").iterdir())) == 8


# what is said of git


def test_a_book_that_began_without_git_gets_it_later(tmp_path: Path) -> None:
    """S27: by the program's own advice."""
    mei = Person(tmp_path, "mei")
    mei.crm("init", "book", "--rep", "mei", "--currency", "TWD", "--no-git")
    mei.folder = tmp_path / "book"
    assert "Try: git init, then crm sync" in mei.crm("sync", code=1)
    mei.git("init", "-q", "-b", "main")
    mei.crm("sync")
    assert mei.status() == []
    assert ".gitattributes" in mei.committed()


def test_on_no_branch_the_advice_keeps_a_commit_that_was_made_there(team: Team) -> None:
    """S27: a branch for it first, then it is merged as any other."""
    team.mei.git("checkout", "-q", "--detach")
    team.mei.crm("customer", "set", "acme", "region=Bern")
    said = team.mei.crm("sync", code=6)
    assert "Try: git switch -c NAME, git switch main, git merge NAME, then crm sync" in said
    team.mei.git("switch", "-q", "-c", "mine")
    team.mei.git("switch", "-q", "main")
    team.mei.git("merge", "-q", "mine")
    team.mei.crm("sync")
    assert "region: Bern" in team.at_hub(ACME)


def test_in_an_open_rebase_the_advice_is_to_go_on_with_it(team: Team) -> None:
    """S17: no switch away from it."""
    _clash(team)
    team.sync(team.mei)
    team.lin.git("pull", "-q", "--rebase", "origin", "main", code=None)
    said = team.lin.crm("sync", code=6)
    assert "git rebase --continue, or git rebase --abort" in said
    assert "git switch" not in said
    team.lin.git("rebase", "--abort")
    team.lin.crm("sync")


def test_the_first_sync_lets_a_plain_pull_work_too(team: Team, tmp_path: Path) -> None:
    """S4: in the folder of who began the book."""
    mei = new_book(tmp_path / "new")
    mei.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "new.git"))
    mei.git("remote", "add", "origin", "../new.git")
    mei.crm("sync")
    assert mei.git("rev-parse", "--abbrev-ref", "main@{upstream}") == "origin/main\n"
    mei.git("pull", "-q")
    # Another branch that somebody chose stays.
    team.mei.git("config", "branch.main.remote", "elsewhere")
    team.mei.crm("customer", "set", "acme", "region=Bern")
    team.mei.crm("sync")
    assert team.mei.git("config", "branch.main.remote") == "elsewhere\n"


def test_a_mass_deletion_points_to_what_shows_it(team: Team) -> None:
    """S13: in the folder, or on that side of the two."""
    for path in (team.mei.folder / "customers").iterdir():
        path.unlink()
    said = team.mei.crm("sync", code=6)
    assert "Look: git diff --stat HEAD. Meant so? crm sync --allow-mass-delete" in said
    assert ACME in team.mei.git("diff", "--stat", "HEAD")
    team.mei.git("commit", "-q", "-a", "-m", "oops")
    said = team.mei.crm("sync", code=6)
    assert "Look: git diff --stat origin/main...HEAD. Meant so?" in said
    team.mei.crm("sync", "--allow-mass-delete")
    said = team.lin.crm("sync", code=6)
    assert "Look: git diff --stat HEAD...origin/main. Meant so?" in said
    assert ACME in team.lin.git("diff", "--stat", "HEAD...origin/main")


# what follows from a clean merge


def test_a_rule_that_a_clean_merge_breaks_is_told_and_stops_nothing(team: Team) -> None:
    """S7: each side was in order; within a record, and between two."""
    deal = team.mei.crm("deal", "add", "acme", "Big order", "--stage", "proposal", "-q").strip()
    team.settle()
    team.mei.crm("customer", "set", "acme", "owner=lin")
    team.lin.crm("customer", "set", "acme", "deputy=lin")
    team.mei.crm("customer", "archive", "大同")
    team.lin.crm("promise", "add", "大同", "an offer", "--due", "tomorrow")
    team.mei.crm("deal", "lose", deal, "--reason", "price")
    team.lin.crm("task", "add", "send contract", "--deal", deal, "--due", "tomorrow")
    team.settle()
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)
    for person in (team.mei, team.lin, team.chen):
        assert "conflicts" not in person.text(ACME)
        said = person.crm("check")
        assert "deputy 'lin' is the owner too" in said
        assert "archived, but it has 1 open promise" in said
        assert f"open, but deal {deal} is lost" in said


def test_a_row_stays_in_its_file_when_its_day_is_put_into_another_month(team: Team) -> None:
    """S16: so that it merges with what the other side changed in it."""
    id = team.mei.crm("log", "visit", "acme", "one", "-q").splitlines()[0]
    team.settle()
    team.mei.crm("interaction", "set", id, "at=2026-10-30")
    team.lin.crm("interaction", "set", id, "mood=pleased")
    team.settle()
    assert tree(team.mei) == tree(team.lin) == tree(team.chen)
    row = next(r for r in team.chen.text("interactions/mei/2026-11.csv").splitlines() if id in r)
    assert "2026-10-30" in row
    assert ",pleased," in row
    assert not (team.chen.folder / "interactions/mei/2026-10.csv").exists()
    assert "no problems" in team.chen.crm("check")
