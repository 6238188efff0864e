"""The walk over the folder: what it sees, what it passes over, and that no link leads it away."""

import os

import pytest

from crmcli.book.walk import MAX_DEPTH
from crmcli.book.walk import Folder
from crmcli.book.walk import stat_of
from crmcli.book.walk import walk
from tests.builders import customer
from tests.builders import promise
from tests.builders import visit
from tests.builders import write_book

NOT_READ = "and is not read. Put the real thing in its place"


def seen(root):
    return {
        f"{folder}/{name}" if folder else name
        for folder, files in walk(root).folders.items()
        for name in files.entries()
    }


def told(root):
    return [str(problem) for problem in walk(root).problems]


def test_it_sees_the_files_of_the_record_folders_and_crm_yaml(tmp_path):
    write_book(tmp_path, customer(), promise(id="p-4t8wz01m"), visit("2026-11-02"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.yaml").write_text("x")
    (tmp_path / "README.md").write_text("x")
    assert seen(tmp_path) == {
        "crm.yaml",
        "customers/acme.yaml",
        "promises/2026/p-4t8wz01m.yaml",
        "interactions/mei/2026-11.csv",
    }
    assert told(tmp_path) == []


def test_two_walks_over_the_same_files_are_equal(tmp_path):
    write_book(tmp_path, *(customer(f"c{n}") for n in range(50)))
    assert walk(tmp_path).folders == walk(tmp_path).folders


@pytest.mark.parametrize("change", ["content", "mtime", "name", "removal", "addition"])
def test_a_folder_differs_after_any_change_in_it(tmp_path, change):
    write_book(tmp_path, customer(), customer("birch"))
    file = tmp_path / "customers" / "acme.yaml"
    before = walk(tmp_path).folders["customers"]
    match change:
        case "content":
            file.write_text("name: Other\n")
        case "mtime":
            os.utime(file, (1, 1))
        case "name":
            file.rename(file.with_name("acne.yaml"))
        case "removal":
            file.unlink()
        case "addition":
            file.with_name("new.yaml").write_text("name: New\n")
    assert walk(tmp_path).folders["customers"] != before


def test_the_stat_of_one_file_is_that_of_the_walk(tmp_path):
    write_book(tmp_path, customer())
    entries = walk(tmp_path).folders["customers"].entries()
    assert entries == {"acme.yaml": stat_of(tmp_path / "customers" / "acme.yaml")}
    assert stat_of(tmp_path / "customers" / "none.yaml") is None
    assert stat_of(tmp_path / "customers") is None
    assert stat_of(tmp_path / "a\0b") is None


def test_an_empty_folder_has_no_entries():
    assert Folder(b"", b"").entries() == {}


def test_links_pipes_and_linked_folders_are_passed_over_and_told(tmp_path):
    """H6"""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("name: Secret\n")
    root = write_book(tmp_path / "book", customer())
    folder = root / "customers"
    (folder / "linked.yaml").symlink_to(outside / "secret.yaml")
    (folder / "zero.yaml").symlink_to("/dev/zero")
    (folder / "inner").symlink_to(outside)
    os.mkfifo(folder / "pipe.yaml")
    (root / "deals").symlink_to(outside)
    (root / "tasks").write_text("no folder")
    assert seen(root) == {"crm.yaml", "customers/acme.yaml"}
    assert sorted(told(root)) == [
        f"customers/inner: is a link {NOT_READ}",
        f"customers/linked.yaml: is a link {NOT_READ}",
        f"customers/pipe.yaml: is no ordinary file {NOT_READ}",
        f"customers/zero.yaml: is a link {NOT_READ}",
        f"deals: is a link {NOT_READ}",
        f"tasks: is no folder {NOT_READ}",
    ]


def test_a_linked_crm_yaml_is_passed_over_and_told(tmp_path):
    """H6"""
    (tmp_path / "else.yaml").write_text("name: Test\n")
    (tmp_path / "crm.yaml").symlink_to("else.yaml")
    assert seen(tmp_path) == set()
    assert told(tmp_path) == [f"crm.yaml: is no ordinary file {NOT_READ}"]


def test_hidden_folders_and_temporary_links_are_nobodys_business(tmp_path):
    write_book(tmp_path, customer())
    (tmp_path / "customers" / ".git").mkdir()
    (tmp_path / "customers" / ".git" / "x.yaml").write_text("x")
    (tmp_path / "customers" / ".#acme.yaml").symlink_to("me@host.123")
    assert seen(tmp_path) == {"crm.yaml", "customers/acme.yaml"}
    assert told(tmp_path) == []


def test_a_folder_too_deep_is_told_and_not_entered(tmp_path):
    """H11"""
    deep = tmp_path / "customers"
    for level in range(MAX_DEPTH + 1):
        deep /= f"d{level}"
    deep.mkdir(parents=True)
    (deep / "x.yaml").write_text("x")
    assert seen(tmp_path) == set()
    assert told(tmp_path) == ["customers/d0/d1/d2/d3/d4/d5: is too deep and is not read"]


def test_names_that_no_record_can_have_do_no_harm(tmp_path):
    folder = write_book(tmp_path, customer()) / "customers"
    (folder / "a\nb.yaml").write_text("x")
    (tmp_path / os.fsdecode(b"customers/\xff.d")).mkdir()
    (tmp_path / os.fsdecode(b"customers/\xfe.yaml")).write_text("x")
    entries = walk(tmp_path).folders["customers"].entries()
    assert set(entries) == {"acme.yaml", os.fsdecode(b"\xfe.yaml")}
    assert entries["acme.yaml"] == stat_of(folder / "acme.yaml")
    assert sorted(told(tmp_path)) == [
        f"customers/\\udcff.d: has a name that is no UTF-8 {NOT_READ}",
        f"customers/a\nb.yaml: has a line feed in its name {NOT_READ}",
    ]


def test_times_that_are_far_away_are_still_told_apart(tmp_path):
    file = write_book(tmp_path, customer()) / "customers" / "acme.yaml"
    far = 10**19  # nanoseconds, in the year 2286; a signed eight-byte number ends before it
    try:
        os.utime(file, ns=(far, far))
    except OverflowError:
        pytest.skip("this file system knows no such time")
    before = walk(tmp_path).folders["customers"]
    os.utime(file, ns=(0, -(10**9)))
    assert walk(tmp_path).folders["customers"] != before


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    write_book(tmp_path, customer())

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("crmcli.book.walk.os.scandir", refuse)
    assert told(tmp_path) == ["customers: cannot be read: Permission denied"]
