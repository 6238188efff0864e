"""What docs/sync.md says beside the commands that are played."""

import os
import re
import sys
from pathlib import Path

from tests.sync.hub import Person
from tests.sync.hub import Team

ROOT = Path(__file__).parents[2]
ACME = "customers/acme.yaml"
DRIVER = re.compile(r'^git config --global (merge\.crm\.driver) "(.+)"$', re.MULTILINE)


def crm_on_the_path(folder: Path, person: Person) -> None:
    """Let git find a program `crm`, as a person who has installed it would."""
    program = folder / "bin" / "crm"
    program.parent.mkdir(exist_ok=True)
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from crmcli.app import main; main()"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{start}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    person.settings["PATH"] = f"{program.parent}{os.pathsep}{os.environ['PATH']}"


def clash(team: Team) -> None:
    """Mei and Lin have changed one customer, in neighbouring fields and in one both."""
    team.mei.crm("customer", "set", "acme", "tier=A", "industry=retail")
    team.mei.crm("sync")
    team.lin.crm("customer", "set", "acme", "tier=C", "region=Bern")
    key, line = DRIVER.findall((ROOT / "docs/sync.md").read_text(encoding="utf-8"))[0]
    team.lin.git("config", key, line)


def test_with_the_line_of_the_page_a_plain_pull_merges_by_fields(team: Team) -> None:
    """S5: as set up once for a machine."""
    clash(team)
    crm_on_the_path(team.folder, team.lin)
    team.lin.git("pull", "-q", "--no-rebase", "origin", "main")
    text = team.lin.text(ACME)
    assert all(word in text for word in ("industry: retail", "region: Bern"))
    assert re.search(r"- \{field: tier, kept: [AC], other: [AC], base: B\}", text)
    assert team.lin.status() == []


def test_where_crm_is_not_found_the_pull_is_flagged_and_sync_finishes_it(team: Team) -> None:
    """S5: nothing is dropped in silence."""
    clash(team)
    team.lin.settings["PATH"] = _without_crm(team.folder)
    team.lin.git("pull", "-q", "--no-rebase", "origin", "main", code=1)
    assert team.lin.status() == [f"UU {ACME}"]
    team.lin.crm("sync")
    text = team.lin.text(ACME)
    assert all(word in text for word in ("industry: retail", "region: Bern", "conflicts:"))


def _without_crm(folder: Path) -> str:
    """A PATH of the system's own programs, with no crm in it."""
    found = [
        each for each in os.environ["PATH"].split(os.pathsep) if not (Path(each) / "crm").exists()
    ]
    assert found, folder
    return os.pathsep.join(found)
