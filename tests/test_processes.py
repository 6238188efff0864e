"""True processes: a closed pipe, a poor locale, Ctrl-C, and what a plain read loads."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

from crmcli.app import run
from crmcli.cli.world import Terminal
from tests.transcript_runner import TODAY
from tests.transcript_runner import Shell

ROOT = Path(__file__).parents[1]
HEAVY = ("yaml", "msgspec", "rich", "tabulate", "filelock")
CRM = (sys.executable, "-m", "crmcli")


def environment(shell: Shell, **more: str) -> dict[str, str]:
    return {
        **shell.environ,
        "PYTHONPATH": str(ROOT),
        "CRM_TODAY": TODAY.isoformat(),
        **more,
    }


def test_a_plain_read_of_a_known_book_loads_nothing_heavy(shell: Shell) -> None:
    env = environment(shell)
    for pause in (0, 2.1):  # what was younger than two seconds is read once more, to be sure
        time.sleep(pause)
        subprocess.run([*CRM, "status"], cwd=shell.folder, env=env, check=True, capture_output=True)
    for words in (("customer", "list"), ("today", "--rep", "mei"), ("report", "promises")):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "crmcli", *words],
            cwd=shell.folder,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
        assert "crmcli" in loaded
        assert sorted(loaded & set(HEAVY)) == [], words


def test_a_pipe_that_is_closed_early_ends_quietly(shell: Shell) -> None:
    """T10: as `crm interaction list | head -1`."""
    read, write = os.pipe()
    with subprocess.Popen(
        [*CRM, "interaction", "list"],
        cwd=shell.folder,
        env=environment(shell),
        stdout=write,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(write)
        os.read(read, 100)
        os.close(read)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")


def test_a_poor_locale_is_no_obstacle(shell: Shell) -> None:
    """T9: the C locale, no UTF-8, no terminal worth the name."""
    env = environment(
        shell, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", TERM="dumb", COLUMNS="20"
    )
    for words in (("customer", "list"), ("customer", "list", "--format", "table"), ("today",)):
        done = subprocess.run(
            [*CRM, *words], cwd=shell.folder, env=env, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Keelung" in done.stdout.decode("utf-8")


def test_an_interrupt_is_one_line_and_130(shell: Shell) -> None:
    """The command waits for its text on stdin when Ctrl-C comes."""
    out = io.StringIO()
    streams = Terminal(stdin=True, stdout=True, stderr=True, width=80, height=24)
    world = shell.world(shell.environ, out, streams, None)._replace(stdin=Interrupting())
    assert run(["log", "note", "acme", "-"], world) == 130
    assert out.getvalue().splitlines()[-1] == "interrupted; nothing is half done"
    assert shell.do("crm interaction list --since today --text asked")[1].startswith("no inter")


class Interrupting(io.StringIO):
    """A stdin at which Ctrl-C is pressed."""

    def read(self, size: int | None = -1, /) -> str:
        raise KeyboardInterrupt
