"""Plays the console fences of a Markdown page and says what they print now."""

import datetime
import io
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from crmcli.app import run
from crmcli.cli.world import Terminal
from crmcli.cli.world import World

TODAY = datetime.date(2026, 11, 9)
NOW = datetime.datetime.fromisoformat("2026-11-09T10:00:00+08:00")
HOME = "/home/mei"  # what the page says in place of the temporary folder
FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Z][A-Z_]*=")


class Shell:
    """A person at a prompt: a folder, an environment, and ids that count up instead of chance.

    It knows `crm`, `cat FILE`, `ls DIR`, `cd DIR`, `git ...`, each with `NAME=value` before it.
    """

    def __init__(self, home: Path, book: Path) -> None:
        self.home = home
        self.folder = book
        self.environ = fixed_environment(home)
        self._ids = count(1)

    def play(self, page: str) -> str:
        """The page with what each command of its console fences prints now.

        The words behind `console` say what it is shown on: none is a pipe, `tty` a terminal of
        80 columns, `tty 40` a narrow one; `as=lin` that Lin types it. A fence with `file=PATH`
        writes that file into the folder, as an editor would.
        """
        return FENCE.sub(self._fence, page)

    def _fence(self, match: re.Match[str]) -> str:
        info, body = match["info"], match["body"]
        kind, *words = info.split()
        path = next((word.removeprefix("file=") for word in words if word.startswith("file=")), "")
        if path:
            (self.folder / path).write_text(body, encoding="utf-8", newline="")
        if kind != "console":
            return match[0]
        width = next((int(word) for word in words if word.isdigit()), 80)
        usual = self.environ
        for name in (word.removeprefix("as=") for word in words if word.startswith("as=")):
            self.environ = fixed_environment(self.home, name)
        said = "".join(
            f"$ {line}\n{self.type(line, terminal='tty' in words, width=width)}"
            for line in commands(body)
        )
        self.environ = usual
        return f"```{info}\n{said}```"

    def type(self, line: str, *, terminal: bool = False, width: int = 80) -> str:
        """What a command line prints, both streams in order; a last line `[3]` for exit code 3."""
        code, text = self.do(line, terminal=terminal, width=width)
        text = text.replace(str(self.home), HOME)
        text += "" if text.endswith("\n") or not text else "\n"
        return f"{text}[{code}]\n" if code else text

    def do(
        self, line: str, *, terminal: bool = False, width: int = 80, typed: str | None = None
    ) -> tuple[int, str]:
        """The exit code of a command line, and what it prints.

        `typed` is what a person types when asked; with None stdin is no terminal, and empty.
        """
        words = shlex.split(line.replace("\\\n", " "))
        environ = dict(self.environ)
        while words and ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            environ[name] = value
        match words:
            case ["crm", *argv]:
                out = io.StringIO()
                streams = Terminal(typed is not None, terminal, terminal, width, height=10_000)
                code = run(argv, self.world(environ, out, streams, typed))
                return code, out.getvalue()
            case ["cat", path]:
                return 0, (self.folder / path).read_text(encoding="utf-8")
            case ["ls", *paths]:
                folder = self.folder.joinpath(*paths)
                return 0, "".join(f"{path.name}\n" for path in sorted(folder.iterdir()))
            case ["cd", path]:
                self.folder = (self.folder / path).resolve(strict=True)
                return 0, ""
            case ["git", *_]:
                return git(self.folder, words, environ)
        raise AssertionError(f"the transcript runner does not know: {line}")

    def world(
        self, environ: dict[str, str], out: io.StringIO, streams: Terminal, typed: str | None
    ) -> World:
        """The same morning for every page: mei's, the last day of the sample book."""
        return World(
            folder=self.folder,
            today=TODAY,
            now=NOW,
            environ=environ,
            terminal=streams,
            new_id=lambda: f"{next(self._ids):08}",
            stdin=io.StringIO(typed),
            stdout=out,
            stderr=out,
        )


def commands(body: str) -> Iterator[str]:
    r"""The command lines of a console fence; one that ends in `\` goes on in the next line."""
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith("$ "):
            whole = line.removeprefix("$ ")
            while whole.endswith("\\"):
                whole += f"\n{next(lines)}"
            yield whole


def git(folder: Path, words: list[str], environ: dict[str, str]) -> tuple[int, str]:
    """Run git itself, as a person would."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8")


def fixed_environment(home: Path, name: str = "mei") -> dict[str, str]:
    """An environment in which nothing of this machine shows.

    Whoever is not `mei` is known to crm by the mail address that git has.
    """
    full = "Mei Lin" if name == "mei" else name.title()
    person = {"NAME": full, "EMAIL": f"{name}@example.com", "DATE": NOW.isoformat()}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        **({"CRM_REP": name} if name == "mei" else {}),
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "USER": name,
        "TZ": "Asia/Taipei",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{key}": v for who in ("AUTHOR", "COMMITTER") for key, v in person.items()},
    }


def shell_on(sample: Path, home: Path) -> Shell:
    """A prompt in `mybook`, a fresh copy of the sample book."""
    home = home.resolve()
    shutil.copytree(sample, home / "mybook")
    return Shell(home, home / "mybook")
