"""The merge driver writes one file for git, and whatever breaks, no side is lost."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.sync import driver
from crmcli.sync.driver import merge_driver
from crmcli.sync.driver import stamps
from crmcli.sync.git import open_git
from crmcli.sync.join import stamped
from crmcli.sync.join import times

ACME = "customers/acme.yaml"
BASE = "name: Acme\nstatus: active\ntier: A\n"
OURS = BASE.replace("active", "lapsed")
THEIRS = BASE.replace("tier: A", "tier: B")
ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/nowhere"}


@pytest.fixture
def merge(tmp_path):
    """The driver on three texts: its exit code, and what stands in `ours` then."""

    def run(base, ours, theirs, path=ACME, environ=ENVIRON, **more):
        files = [tmp_path / name for name in ("base", "ours", "theirs")]
        for file, text in zip(files, (base, ours, theirs), strict=True):
            file.write_text(text, encoding="utf-8")
        code = merge_driver(*files, path, environ=environ, **more)
        return code, files[1].read_text(encoding="utf-8")

    return run


def test_fields_of_both_sides_are_merged(merge):
    assert merge(BASE, OURS, THEIRS) == (0, OURS.replace("tier: A", "tier: B"))


def test_a_clash_is_merged_too_and_stands_in_the_record(merge):
    code, text = merge(BASE, OURS, BASE.replace("active", "lost"))
    assert code == 0
    assert "conflicts:\n- {field: status, kept: lost, other: lapsed, base: active}\n" in text


def test_the_times_of_both_sides_choose_the_winner(merge):
    environ = {**ENVIRON, "CRM_MERGE_OURS": "1700000001", "CRM_MERGE_THEIRS": "1700000000"}
    sides = (BASE, OURS, BASE.replace("active", "lost"))
    assert "status: lapsed" in merge(*sides, environ=environ)[1]
    assert "status: lost" in merge(*sides, environ=environ, marker_size=9)[1]


@pytest.mark.parametrize("text", [None, "", "yesterday", "-1", "１"])
def test_a_time_that_is_none_is_not_known(text):
    environ = {} if text is None else {"CRM_MERGE_OURS": text}
    assert stamps(environ) == (None, None)


def test_a_file_that_both_added_comes_with_an_empty_base(merge):
    code, text = merge("", "name: Acme\ntags: [a]\n", "name: Acme\ntags: [b]\n")
    assert (code, text) == (0, "name: Acme\ntags: [a, b]\n")


def test_a_side_that_cannot_be_read_is_merged_by_git_with_markers(merge):
    code, text = merge(BASE, OURS + "status: twice\n", BASE.replace("active", "lost"))
    assert code == 1
    assert "<<<<<<< ours\nstatus: lapsed\n" in text
    assert "status: twice" in text
    assert "\nstatus: lost\n" in text
    assert ">>>>>>> theirs\n" in text


def test_a_record_that_only_git_could_merge_is_flagged_even_without_a_clash(merge):
    far = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n"
    code, text = merge(far, far + "e: 6\n", far.replace("a: 1", "a: 9"))
    assert code == 1
    assert text == far.replace("a: 1", "a: 9") + "e: 6\n"


def test_a_file_that_is_none_of_the_book_is_merged_as_git_does(merge):
    far = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n"
    sides = (far, far.replace("e: 5", "e: 6"), far.replace("a: 1", "a: 9"))
    both = far.replace("e: 5", "e: 6").replace("a: 1", "a: 9")
    assert merge(*sides, path="compose.yaml") == (0, both)
    assert merge(far, sides[1], far.replace("e: 5", "e: 7"), path="compose.yaml")[0] == 1


@pytest.mark.parametrize("error", [RuntimeError, OSError, RecursionError, MemoryError, KeyError])
def test_whatever_breaks_both_sides_stay(merge, monkeypatch, error):
    def breaks(*_):
        raise error

    monkeypatch.setattr(driver, "merge_text", breaks)
    code, text = merge(BASE, OURS, BASE.replace("active", "lost"))
    assert code == 1
    assert "lapsed" in text
    assert "lost" in text


def test_a_driver_that_breaks_while_it_writes_leaves_both_sides(merge, monkeypatch):
    write = driver.write_output
    calls = []

    def breaks_once(path, data, **more):
        calls.append(path)
        if len(calls) == 1:
            raise OSError
        write(path, data, **more)

    monkeypatch.setattr(driver, "write_output", breaks_once)
    code, text = merge(BASE, OURS, BASE.replace("active", "lost"))
    assert code == 1
    assert "lapsed" in text
    assert "lost" in text


def test_without_git_the_whole_of_both_sides_stands_between_markers(merge):
    sides = (BASE, OURS + "status: twice\n", THEIRS)
    code, text = merge(*sides, environ={"PATH": "/nowhere"}, marker_size=9)
    assert code == 1
    assert text == f"{'<' * 9} ours\n{sides[1]}{'=' * 9}\n{sides[2]}{'>' * 9} theirs\n"


def test_what_is_not_text_is_kept_whole_from_both_sides(tmp_path):
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    for file, data in zip(files, (b"\0", b"a\0b", b"c\0d"), strict=True):
        file.write_bytes(data)
    assert merge_driver(*files, ACME, environ=ENVIRON) == 1
    assert b"a\0b" in files[1].read_bytes()
    assert b"c\0d" in files[1].read_bytes()


def test_files_that_are_not_there_are_flagged_and_nothing_is_written(tmp_path):
    assert merge_driver(*(tmp_path / name for name in "abc"), ACME, environ=ENVIRON) == 1
    assert not list(tmp_path.iterdir())


# --- from git itself

PROGRAM = """
import os, sys
from pathlib import Path
from crmcli.sync.driver import merge_driver
*files, path, size = sys.argv[1:]
sys.exit(merge_driver(*map(Path, files), path, environ=os.environ, marker_size=int(size)))
"""


def git(root, *words, check=True, **more):
    env = {
        **ENVIRON,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **{f"GIT_{who}_{what}": "x@x.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        "GIT_COMMITTER_DATE": "2026-11-09T10:00:00+08:00",
        **more,
    }  # fmt: skip
    done = subprocess.run(["git", *words], cwd=root, env=env, capture_output=True, text=True, check=check)  # fmt: skip
    return done.stdout


def test_git_merges_a_book_with_it_and_both_directions_give_the_same_bytes(tmp_path):
    (tmp_path / "customers").mkdir()
    file = tmp_path / ACME
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".gitattributes").write_text("*.yaml merge=crm\n")
    for branch, text in (
        ("base", BASE),
        ("ours", OURS),
        ("theirs", BASE.replace("active", "lost")),
    ):
        git(tmp_path, "checkout", "-q", "-b", branch, *(["base"] if branch != "base" else []))
        file.write_text(text)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "-m", branch)
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(PROGRAM)} %O %A %B %P %L"
    found = set()
    for one, other in (("ours", "theirs"), ("theirs", "ours")):
        git(tmp_path, "checkout", "-q", "--detach", one)
        git(tmp_path, "-c", f"merge.crm.driver={command}", "merge", "-q", "--no-edit", other)
        found.add(file.read_bytes())
    assert len(found) == 1
    assert (
        b"conflicts:\n- {field: status, kept: lost, other: lapsed, base: active}\n" in found.pop()
    )


def test_of_several_merge_bases_none_counts_as_a_change_of_one_side(tmp_path):
    """S24: each side took in the other's commit, and changed the third file alone."""
    git(tmp_path, "init", "-q", "-b", "base")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "begun")
    for minute, (branch, name) in enumerate((("one", "a"), ("two", "b"))):
        git(tmp_path, "checkout", "-q", "-b", branch, "base")
        commit(tmp_path, name, minute)
    for minute, (branch, other) in enumerate((("one", "b"), ("two", "a")), 10):
        git(tmp_path, "checkout", "-q", branch)
        git(tmp_path, "merge", "-q", "--no-edit", other)
        commit(tmp_path, "c", minute)
    bases = git(tmp_path, "merge-base", "--all", "one", "two").split()
    assert len(bases) == 2
    top = open_git(tmp_path, ENVIRON)
    assert times(top, "a", "one", "two") == times(top, "b", "one", "two") == (None, None)
    assert times(top, "c", "one", "two") == (START + 10 * 60, START + 11 * 60)
    named = {**ENVIRON, "CRM_MERGE_OURS": "one", "CRM_MERGE_THEIRS": "two"}
    assert stamps(stamped(top, "a", named)) == (None, None)
    assert stamps(stamped(top, "c", named)) == times(top, "c", "one", "two")
    assert stamps(stamped(top, "c", ENVIRON)) == (None, None)


START = 1_794_000_000


def commit(root, name, minute):
    (root / name).write_text(f"{minute}\n")
    git(root, "add", name)
    git(root, "commit", "-q", "-m", name, GIT_COMMITTER_DATE=f"@{START + 60 * minute} +0000")
    git(root, "tag", "-f", name)
