"""Files are put in place whole or not at all, inside the book only, and by one module alone."""

import ast
import errno
import os
import resource
import stat
from collections import Counter
from pathlib import Path

import pytest

from crmcli.book import write
from crmcli.book.plain_file import digest
from crmcli.book.write import Write
from crmcli.book.write import commit
from crmcli.book.write import write_output
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExistsError
from tests.book.faults import Storage

ACME = "customers/acme-battery.yaml"
BETA = "customers/beta-ltd.yaml"
TEXT = b"name: Acme Battery\n"
NEWER = b"name: Acme Battery\nstatus: active\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book with one customer."""
    root = tmp_path / "book"
    (root / "customers").mkdir(parents=True)
    (root / "crm.yaml").write_bytes(b"format: 1\n")
    (root / ACME).write_bytes(TEXT)
    return root


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def changed(path: str = ACME, data: bytes | None = NEWER) -> Write:
    return Write(path, data, digest(TEXT))


def test_a_new_file_is_the_owners_alone(root: Path) -> None:
    """W19: files 0600, folders 0700."""
    commit(root, [Write("deals/2026/d-7k3m9q2x.yaml", b"name: x\n", None)])
    assert (root / "deals/2026/d-7k3m9q2x.yaml").read_bytes() == b"name: x\n"
    assert stat.S_IMODE((root / "deals/2026/d-7k3m9q2x.yaml").stat().st_mode) == 0o600
    assert stat.S_IMODE((root / "deals/2026").stat().st_mode) == 0o700


def test_a_changed_file_is_another_file_so_that_the_old_one_is_whole_until_then(
    root: Path,
) -> None:
    """W1: an open reader of the old file keeps it."""
    with (root / ACME).open("rb") as reader:
        commit(root, [changed()])
        assert reader.read() == TEXT
    assert (root / ACME).read_bytes() == NEWER
    assert names(root) == {"crm.yaml", ACME}


def test_several_files_are_written_changed_and_removed_together(root: Path) -> None:
    """W2: one command, three files, no intent left."""
    commit(root, [Write(BETA, b"name: Beta\n", None), changed(data=None)])
    assert names(root) == {"crm.yaml", BETA}


def test_a_write_that_changes_nothing_touches_nothing(root: Path) -> None:
    before = (root / ACME).stat()
    commit(root, [changed(data=TEXT), Write(BETA, None, None)])
    assert (root / ACME).stat().st_ino == before.st_ino
    assert names(root) == {"crm.yaml", ACME}


def test_a_hand_edit_is_not_written_over(root: Path) -> None:
    """W11: the same second, the same size: the bytes decide."""
    (root / ACME).write_bytes(TEXT.swapcase())
    for writes in ([changed()], [changed(), Write(BETA, b"name: Beta\n", None)]):
        with pytest.raises(ConflictError, match=r"acme-battery\.yaml: was changed meanwhile"):
            commit(root, writes)
    assert (root / ACME).read_bytes() == TEXT.swapcase()
    assert names(root) == {"crm.yaml", ACME}


def test_a_file_that_is_gone_is_not_brought_back(root: Path) -> None:
    (root / ACME).unlink()
    with pytest.raises(ConflictError, match="was removed meanwhile"):
        commit(root, [changed()])
    assert names(root) == {"crm.yaml"}


def test_a_new_record_never_replaces_one_that_is_there(root: Path) -> None:
    """W10: also when it appears between the check and the write."""
    new = Write(ACME, b"name: Another\n", None)
    with pytest.raises(ExistsError) as caught:
        commit(root, [new])
    assert caught.value.place == "acme-battery"
    assert (root / ACME).read_bytes() == TEXT
    assert names(root) == {"crm.yaml", ACME}


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_at_the_last_moment_is_not_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """W10: the link decides, or, where there are none, a last look."""
    link = write.link_

    def late(temp: Path, target: Path) -> None:
        target.write_bytes(b"name: Other\n")
        if not links:
            raise OSError(errno.EPERM, "no links here")
        link(temp, target)

    monkeypatch.setattr(write, "link_", late)
    with pytest.raises(ExistsError):
        commit(root, [Write(BETA, b"name: Beta\n", None)])
    assert (root / BETA).read_bytes() == b"name: Other\n"
    assert names(root) == {"crm.yaml", ACME, BETA}


@pytest.mark.parametrize("several", [False, True])
def test_without_links_a_new_file_is_renamed(
    root: Path, monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    """W10: a file system without links is good enough, under the lock."""

    def refused(temp: Path, target: Path) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    monkeypatch.setattr(write, "link_", refused)
    writes = [Write(BETA, b"name: Beta\n", None)]
    commit(root, [*writes, changed()] if several else writes)
    assert (root / BETA).read_bytes() == b"name: Beta\n"
    assert names(root) == {"crm.yaml", ACME, BETA}


def test_the_same_file_twice_in_one_command_is_a_bug(root: Path) -> None:
    with pytest.raises(ValueError, match="twice"):
        commit(root, [changed(), changed(data=None)])


@pytest.mark.parametrize(
    "path",
    [
        "../../../etc/x",
        "/etc/passwd",
        "customers/../../x.yaml",
        "customers//x.yaml",
        "customers/./x.yaml",
        "customers/a\\b.yaml",
        "customers/a\0.yaml",
        "",
        ".",
        ".git/hooks/pre-commit",
        ".GIT/config",
        ".crm/lock",
    ],
)
def test_nothing_is_written_outside_the_book(root: Path, path: str) -> None:
    """H5: a path that leaves the book, or belongs to git, is refused."""
    before = names(root.parent)
    with pytest.raises(CrmError, match="no path of this book"):
        commit(root, [Write(path, b"x", None)])
    assert names(root.parent) == before


def test_a_linked_folder_is_not_written_into(root: Path, tmp_path: Path) -> None:
    """H6: the victim outside stays as it is."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "promises").symlink_to(outside)
    with pytest.raises(CrmError, match="is no folder, but a link"):
        commit(root, [Write("promises/2026/p-4t8wz01m.yaml", b"x", None)])
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_what_is_no_ordinary_file_is_not_replaced(root: Path, tmp_path: Path, kind: str) -> None:
    """H6: a link, a pipe, a folder where a record should be; no hang, victim unchanged."""
    victim = tmp_path / "victim"
    victim.write_bytes(TEXT)
    target = root / BETA
    if kind == "link":
        target.symlink_to(victim)
    elif kind == "fifo":
        os.mkfifo(target)
    else:
        target.mkdir()
    for before in (None, digest(TEXT)):
        with pytest.raises(CrmError, match="is no ordinary file"):
            commit(root, [Write(BETA, b"x", before)])
    assert victim.read_bytes() == TEXT
    assert [path for path in names(root) if ".~crm" in path] == []


def test_a_book_reached_by_a_link_is_written_like_any_other(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    commit(link, [changed(), Write("deals/2026/d-7k3m9q2x.yaml", b"name: x\n", None)])
    assert (root / ACME).read_bytes() == NEWER
    assert names(root) == {"crm.yaml", ACME, "deals/2026/d-7k3m9q2x.yaml"}
    (root / "customers" / ".~crm-1-0123abcd").touch()
    assert write.sweep(link) == 1


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "the disk reports an error"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission to write here"),
    ],
)
def test_what_the_disk_refuses_is_said_with_file_and_cause(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int, cause: str
) -> None:
    """W6: exit 1, the file and the cause in words, nothing left over."""

    def refused(*args: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(write, "write_", refused)
    with pytest.raises(CrmError, match=f"^{ACME}: cannot write: {cause}\n") as caught:
        commit(root, [changed()])
    assert caught.value.code == 1
    assert (root / ACME).read_bytes() == TEXT
    assert names(root) == {"crm.yaml", ACME}


def test_a_real_limit_on_the_size_of_files_leaves_the_old_one_whole(root: Path) -> None:
    """W6: as under `ulimit -f`: no file that is cut off and still valid."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
            commit(root, [changed(data=b"note: x\n" * 1000)])
        except CrmError as error:
            code = 1 if "larger than is allowed" in str(error) else 98
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert (root / ACME).read_bytes() == TEXT
    assert names(root) == {"crm.yaml", ACME}


def test_new_folders_go_away_with_a_failed_write(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(write, "fsync_", full)
    with pytest.raises(CrmError):
        commit(root, [Write("deals/2026/d-7k3m9q2x.yaml", b"name: x\n", None)])
    assert not (root / "deals").exists()


def test_many_files_cost_one_fsync_each_and_one_for_a_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W20: an import of many rows is told how far it is, and syncs no more than it must."""
    storage = Storage()
    storage.install(monkeypatch.setattr)
    told: list[tuple[int, int]] = []
    writes = [Write(f"customers/shop-{n:04}.yaml", b"name: x\n", None) for n in range(1000)]
    commit(root, writes, tick=lambda done, total: told.append((done, total)))
    assert told[0] == (1, 1000)
    assert told[-1] == (1000, 1000)
    synced = Counter(call[1] for call in storage.log if call[0] == "fsync_")
    assert synced.pop(str(root)) == 2  # the intent comes and goes
    assert synced.pop(str(root / "customers")) == 1
    assert len(synced) == 1001  # the files and the intent
    assert set(synced.values()) == {1}
    assert len(names(root)) == 1002


def test_several_files_are_records_all_of_them(root: Path) -> None:
    """H9: what recovery would not obey is not begun."""
    with pytest.raises(CrmError, match="no record file"):
        commit(root, [changed(), Write("notes.txt", b"x", None)])
    assert names(root) == {"crm.yaml", ACME}
    assert (root / ACME).read_bytes() == TEXT


def test_a_second_command_waits_for_what_is_not_finished(root: Path) -> None:
    (root / ".crm.intent").write_bytes(b"{}")
    with pytest.raises(ConflictError, match="not finished"):
        commit(root, [changed()])


def test_an_output_is_replaced_whole(tmp_path: Path) -> None:
    """W18: a new file is the owner's alone, an old one keeps its mode."""
    target = tmp_path / "report.html"
    write_output(target, b"one", book_root=None)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    target.chmod(0o644)
    write_output(target, b"two", book_root=None)
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert names(tmp_path) == {"report.html"}


def test_an_output_that_fails_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W18: a full disk is no torn report."""
    target = tmp_path / "report.html"
    target.write_bytes(b"one")
    monkeypatch.setattr(write, "write_", lambda *args: 0)
    with pytest.raises(CrmError, match=r"report\.html: cannot write"):
        write_output(target, b"two", book_root=None)
    assert target.read_bytes() == b"one"
    assert names(tmp_path) == {"report.html"}


@pytest.mark.parametrize(
    "place",
    ["customers/x.html", "Customers/x.html", ".git/x", ".crm/x", "crm.yaml", ".gitignore"],
)
def test_an_output_does_not_land_among_the_records(root: Path, place: str) -> None:
    """W18: a place of the book's own files is refused, also by another way there."""
    (root / place).parent.mkdir(exist_ok=True)
    before = names(root)
    for path in (root / place, root / "customers" / ".." / place):
        with pytest.raises(CrmError, match="the book's own files"):
            write_output(path, b"x", book_root=root)
    assert names(root) == before


def test_an_output_may_lie_beside_the_records(root: Path) -> None:
    write_output(root / "report.html", b"x", book_root=root)
    assert (root / "report.html").read_bytes() == b"x"


def test_an_output_replaces_no_link_no_folder_no_device(tmp_path: Path) -> None:
    """W18: only an ordinary file is replaced."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"one")
    (tmp_path / "link").symlink_to(victim)
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("link", "a link"), ("pipe", "no ordinary file"), (".", "a folder")):
        with pytest.raises(CrmError, match=words):
            write_output(tmp_path / name, b"two", book_root=None)
    with pytest.raises(CrmError, match="no folder"):
        write_output(tmp_path / "missing" / "x", b"two", book_root=None)
    assert victim.read_bytes() == b"one"


def test_only_temporary_files_are_swept(root: Path, tmp_path: Path) -> None:
    """W5: what a killed command left, in the book's own folders; links are not followed."""
    rubbish = ["customers/.~crm-12-0123abcd", ".~crm-1-89abcdef", "promises/2026/.~crm-9-00000000"]
    kept = ["customers/.~crm-note", ".git/.~crm-12-0123abcd", "notes/.~crm-12-0123abcd"]
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / ".~crm-12-0123abcd").touch()
    (root / "deals").symlink_to(outside)
    for path in (*rubbish, *kept):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    assert write.sweep(root) == len(rubbish)
    assert names(root) == {"crm.yaml", ACME, *kept}
    assert (outside / ".~crm-12-0123abcd").exists()


MAY_WRITE = {
    "book/write.py",
    "book/plain_file.py",  # opens by descriptor, to read
    "book/walk.py",  # likewise, a folder
    "book/index_file.py",  # derived, in `.crm/`, written by SQLite, and may be thrown away
    "cli/programs.py",  # the draft for the editor, which is no file of the book
}
WRITING = {
    "os": {
        *("open", "write", "rename", "replace", "link", "symlink", "unlink", "remove"),
        *("mkdir", "makedirs", "rmdir", "removedirs", "truncate", "chmod", "mkfifo", "utime"),
    },
    "shutil": {"move", "copy", "copy2", "copyfile", "copytree", "rmtree"},
}
OF_A_PATH = {
    *("write_text", "write_bytes", "rename", "unlink", "touch", "mkdir", "rmdir"),
    *("symlink_to", "hardlink_to", "chmod"),
}


def test_nothing_else_in_the_program_writes_a_file() -> None:
    """W1: one module opens for writing, renames, links or removes."""
    program = Path(write.__file__).parents[1]
    others = [
        path
        for path in sorted(program.rglob("*.py"))
        if str(path.relative_to(program)) not in MAY_WRITE
    ]
    assert len(others) > 20
    found = [
        f"{path.relative_to(program)}:{line}: {what}"
        for path in others
        for line, what in writing_calls(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "open(name, 'w')",
        "open(name, mode='ab')",
        "path.open('r+')",
        "path.open(mode=mode)",
        "path.write_text('x')",
        "os.replace(a, b)",
        "os.open(a, flags)",
        "shutil.rmtree(a)",
        "path.unlink()",
        "tempfile.mkstemp()",
    ],
)
def test_a_writing_call_is_found(line: str) -> None:
    """W1: the control of the test above."""
    assert writing_calls(line) != []


@pytest.mark.parametrize(
    "line", ["open(name)", "path.open('rb')", "text.replace('a', 'b')", "path.open(encoding='x')"]
)
def test_a_reading_call_is_let_pass(line: str) -> None:
    assert writing_calls(line) == []


def writing_calls(source: str) -> list[tuple[int, str]]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [(call.lineno, ast.unparse(call.func)) for call in calls if is_writing(call)]


def is_writing(call: ast.Call) -> bool:
    target = call.func
    if "os.devnull" in ast.unparse(call):
        return False
    if isinstance(target, ast.Name):
        return target.id == "open" and mode_writes(call, 1)
    if not isinstance(target, ast.Attribute):
        return False
    owner = target.value.id if isinstance(target.value, ast.Name) else ""
    if target.attr == "open" and owner not in WRITING:
        return mode_writes(call, 0)
    if owner in WRITING:
        return target.attr in WRITING[owner]
    # The write module's own functions bear such names too.
    return owner == "tempfile" or (target.attr in OF_A_PATH and owner != "write")


def mode_writes(call: ast.Call, position: int) -> bool:
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    modes += call.args[position : position + 1]
    return any(
        not isinstance(mode, ast.Constant) or set(str(mode.value)) & set("wax+") for mode in modes
    )
