"""Books in git for the tests: a person with a clock of their own, a bare hub, and clones of it."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from crmcli.app import run
from crmcli.cli.world import Terminal
from crmcli.cli.world import World

NOW = datetime.fromisoformat("2026-11-09T10:00:00+08:00")
NUMBERS = count(1)


def environ(home: Path, name: str, now: datetime = NOW) -> dict[str, str]:
    """An environment in which nothing of this machine shows."""
    person = {"NAME": name.title(), "EMAIL": f"{name}@example.com", "DATE": now.isoformat()}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "CRM_REP": name,
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Taipei",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{key}": v for who in ("AUTHOR", "COMMITTER") for key, v in person.items()},
    }


class Person:
    """Someone at a prompt in a book. Each command is typed a minute after the one before."""

    def __init__(self, folder: Path, name: str, now: datetime = NOW) -> None:
        self.folder = folder
        self.name = name
        self.now = now
        self.settings: dict[str, str] = {}
        self.ids: Iterator[int] = NUMBERS

    @property
    def environ(self) -> dict[str, str]:
        return environ(self.folder.parent, self.name, self.now) | self.settings

    def crm(self, *argv: str, code: int = 0) -> str:
        """What crm says, both streams; the exit code is expected to be `code`."""
        found, said = self.try_crm(*argv)
        assert found == code, said
        return said

    def type(self, answer: str, *argv: str, code: int = 0) -> str:
        """What crm says to someone at a terminal, who types this when asked."""
        found, said = self.try_crm(*argv, typed=answer)
        assert found == code, said
        return said

    def try_crm(self, *argv: str, typed: str | None = None) -> tuple[int, str]:
        self.now += timedelta(minutes=1)
        out = io.StringIO()
        world = World(
            folder=self.folder,
            today=self.now.date(),
            now=self.now,
            environ=self.environ,
            terminal=Terminal(
                stdin=typed is not None, stdout=False, stderr=False, width=80, height=10_000
            ),
            new_id=lambda: f"{next(self.ids):08}",
            stdin=io.StringIO(typed),
            stdout=out,
            stderr=out,
        )
        return int(run(argv, world)), out.getvalue()

    def git(self, *words: str, code: int | None = 0) -> str:
        """What plain git says, as a person would run it."""
        done = subprocess.run(
            ["git", "-c", "core.quotePath=false", *words],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said = done.stdout.decode("utf-8", "replace")
        assert code is None or done.returncode == code, said
        return said

    def commits(self, form: str = "%s") -> list[str]:
        """One line for each commit, newest first."""
        return self.git("log", f"--format={form}").splitlines()

    def status(self) -> list[str]:
        return self.git("status", "--short", "--untracked-files=all").splitlines()

    def committed(self) -> list[str]:
        """The files of the newest commit."""
        return self.git("show", "--format=", "--name-only", "HEAD").split("\n")[:-1]

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")

    def replace(self, path: str, old: str, new: str) -> None:
        """Edit a file by hand."""
        text = self.text(path)
        assert old in text
        self.write(path, text.replace(old, new))


def new_book(folder: Path, name: str = "mei") -> Person:
    """A person in a new book of their own, in git."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    person = Person(folder.parent, name)
    person.crm(
        "init", folder.name, "--rep", name, "--email", f"{name}@example.com", "--currency", "TWD"
    )
    person.folder = folder
    return person


class Team(NamedTuple):
    """A bare hub, and three clones of it."""

    folder: Path
    mei: Person
    lin: Person
    chen: Person

    @property
    def hub(self) -> Path:
        return self.folder / "hub.git"

    def sync(self, *people: Person) -> None:
        """Each syncs in turn."""
        for person in people:
            person.crm("sync")

    def settle(self) -> None:
        """Everyone syncs until all have everything."""
        self.sync(self.mei, self.lin, self.chen, self.mei, self.lin)

    def at_hub(self, path: str) -> str:
        return self.mei.git("--git-dir", str(self.hub), "show", f"main:{path}")

    def hub_tip(self) -> str:
        return self.mei.git("--git-dir", str(self.hub), "rev-parse", "main")


def new_team(folder: Path) -> None:
    """Make a hub and a clone of it with two customers, to be copied for each test."""
    mei = new_book(folder / "mei")
    mei.crm("rep", "add", "Lin", "--id", "lin", "--email", "lin@example.com")
    mei.crm("rep", "add", "Chen", "--id", "chen", "--email", "chen@example.com")
    mei.crm("customer", "add", "大同電機", "--tier", "A", "--region", "Taipei")
    mei.crm("customer", "add", "Acme", "--tier", "B")
    mei.git("init", "-q", "--bare", "-b", "main", str(folder / "hub.git"))
    mei.git("remote", "add", "origin", "../hub.git")
    mei.git("push", "-q", "-u", "origin", "main")


def team_in(template: Path, folder: Path) -> Team:
    """A copy of that hub, and three people with a clone each."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    people = []
    for name in ("mei", "lin", "chen"):
        if name != "mei":
            shutil.copytree(template / "mei", folder / name)
        people.append(Person(folder / name, name))
    return Team(folder, *people)
