"""What a cut-off command had begun is finished; what this book did not write is never obeyed."""

import json
from pathlib import Path
from typing import Any

import pytest

from crmcli.book import intent
from crmcli.book import write
from crmcli.book.intent import ForeignIntentError
from crmcli.book.intent import Step
from crmcli.book.plain_file import digest
from crmcli.model.errors import ConflictError

ACME = "customers/acme-battery.yaml"
GONE = "promises/2026/p-4t8wz01m.yaml"
NEW = "deals/2026/d-7k3m9q2x.yaml"
TEMPS = {ACME: ".~crm-7-0000000a", NEW: ".~crm-7-0000000b"}
OLD_TEXT, NEW_TEXT = b"name: old\n", b"name: new\n"
STEPS = (
    Step(ACME, digest(OLD_TEXT), digest(NEW_TEXT), TEMPS[ACME]),
    Step(NEW, None, digest(NEW_TEXT), TEMPS[NEW]),
    Step(GONE, digest(OLD_TEXT), None, None),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book in which a command was cut off right after its intent."""
    root = tmp_path / "book"
    for path in (ACME, GONE, NEW):
        (root / path).parent.mkdir(parents=True)
    (root / ACME).write_bytes(OLD_TEXT)
    (root / GONE).write_bytes(OLD_TEXT)
    for path, temp in TEMPS.items():
        (root / path).with_name(temp).write_bytes(NEW_TEXT)
    (root / ".crm.intent").write_bytes(intent.encode(root, STEPS))
    return root


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def plant(root: Path, **changes: Any) -> None:
    content = json.loads((root / ".crm.intent").read_bytes()) | changes
    (root / ".crm.intent").write_text(json.dumps(content))


def test_an_intent_reads_back_as_it_was_written(root: Path) -> None:
    assert intent.decode(root, intent.encode(root, STEPS)) == STEPS


def test_a_cut_off_command_is_finished(root: Path) -> None:
    """W2: each file at its old version is brought to the new one; then nothing is pending."""
    assert intent.is_pending(root)
    assert write.recover(root) == ["finished a command that was cut off (3 files)"]
    assert tree(root) == {ACME: NEW_TEXT, NEW: NEW_TEXT}
    assert not intent.is_pending(root)
    assert write.recover(root) == []


@pytest.mark.parametrize("path", [ACME, NEW])
def test_a_file_edited_meanwhile_is_left_alone(root: Path, path: str) -> None:
    """W3: the new content is kept beside it, the rest is finished, the command exits 6."""
    (root / path).write_bytes(b"name: by hand\n")
    (root / f"{path}.crm-new").write_bytes(b"an older one\n")
    with pytest.raises(ConflictError, match=f"{path}: was changed meanwhile") as caught:
        write.recover(root)
    assert caught.value.code == 6
    wanted = {ACME: NEW_TEXT, NEW: NEW_TEXT, path: b"name: by hand\n"}
    aside = {f"{path}.crm-new": b"an older one\n", f"{path}.2.crm-new": NEW_TEXT}
    assert tree(root) == wanted | aside
    assert write.recover(root) == []


def test_a_file_to_be_removed_but_edited_meanwhile_stays(root: Path) -> None:
    """W3: what nobody has seen is not removed."""
    (root / GONE).write_bytes(b"name: by hand\n")
    with pytest.raises(ConflictError, match="so it was not removed"):
        write.recover(root)
    assert (root / GONE).read_bytes() == b"name: by hand\n"


def test_a_file_edited_after_it_was_put_in_place_is_as_it_should_be(root: Path) -> None:
    """W3: its temporary file is gone, so the step was taken before the edit."""
    (root / ACME).with_name(TEMPS[ACME]).unlink()
    (root / ACME).write_bytes(b"name: by hand\n")
    write.recover(root)
    assert tree(root) == {ACME: b"name: by hand\n", NEW: NEW_TEXT}


@pytest.mark.parametrize("left", [None, b"", b"name: forged\n"])
def test_new_content_that_is_gone_or_another_is_said(root: Path, left: bytes | None) -> None:
    """W3: nothing is put in place but what the command had written."""
    temp = (root / ACME).with_name(TEMPS[ACME])
    temp.unlink()
    if left is not None:
        temp.write_bytes(left)
    with pytest.raises(ConflictError, match="its new content is gone; it is as it was"):
        write.recover(root)
    assert (root / ACME).read_bytes() == OLD_TEXT


def test_a_link_made_before_the_cut_is_finished(root: Path) -> None:
    """W4: the new file has its name, and its temporary one still."""
    (root / NEW).hardlink_to((root / NEW).with_name(TEMPS[NEW]))
    write.recover(root)
    assert tree(root) == {ACME: NEW_TEXT, NEW: NEW_TEXT}


def test_a_link_put_there_meanwhile_is_not_followed(root: Path, tmp_path: Path) -> None:
    """H6: neither as the file nor as its folder."""
    victim = tmp_path / "victim"
    victim.write_bytes(OLD_TEXT)
    (root / ACME).unlink()
    (root / ACME).symlink_to(victim)
    (root / "promises").rename(tmp_path / "promises")
    (root / "promises").symlink_to(tmp_path / "promises")
    with pytest.raises(ConflictError, match="its folder is gone or is a link"):
        write.recover(root)
    assert victim.read_bytes() == OLD_TEXT
    assert (tmp_path / "promises" / "2026" / "p-4t8wz01m.yaml").read_bytes() == OLD_TEXT
    assert (root / ACME).is_symlink()


def outside(path: str) -> list[list[Any]]:
    return [[path, None, digest(NEW_TEXT), TEMPS[ACME]]]


FORGED = {
    "of another folder": {"inode": 1},
    "of another device": {"device": -1},
    "no steps": {"steps": None},
    "a step of another shape": {"steps": [["crm.yaml"]]},
    "a step that is no list": {"steps": ["crm.yaml"]},
    "a hash that is none": {"steps": [[ACME, "0", digest(NEW_TEXT), TEMPS[ACME]]]},
    "a hash that is a number": {"steps": [[ACME, 1, digest(NEW_TEXT), TEMPS[ACME]]]},
    "nothing to do": {"steps": [[ACME, None, None, None]]},
    "no temporary file": {"steps": [[ACME, None, digest(NEW_TEXT), None]]},
    "another file as the temporary one": {"steps": [[ACME, None, digest(NEW_TEXT), "x.yaml"]]},
    "a temporary file elsewhere": {
        "steps": [[ACME, None, digest(NEW_TEXT), "../.~crm-7-0000000a"]]
    },
    "a path that leaves the book": {"steps": outside("../x")},
    "a path that leaves a folder": {"steps": outside("customers/../../x.yaml")},
    "an absolute path": {"steps": outside("/etc/passwd")},
    "a hook": {"steps": outside(".git/hooks/pre-commit")},
    "the git settings": {"steps": outside(".gitattributes")},
    "the local folder": {"steps": outside(".crm/lock")},
    "no record": {"steps": outside("notes.txt")},
    "a path that is a number": {"steps": [[7, None, digest(NEW_TEXT), TEMPS[ACME]]]},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED)
def test_a_planted_intent_is_reported_and_never_run(root: Path, changes: dict[str, Any]) -> None:
    """H9: it is laid aside, so that the next command is not troubled again."""
    plant(root, **changes)
    before = tree(root)
    with pytest.raises(ForeignIntentError):
        intent.decode(root, before[".crm.intent"])
    told = write.recover(root)
    assert len(told) == 1
    assert "it was not obeyed and is now .crm.intent.crm-new" in told[0]
    before[".crm.intent.crm-new"] = before.pop(".crm.intent")
    assert tree(root) == before
    assert write.recover(root) == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"{}", b'{"steps":[]}', b"null"]
)
def test_a_damaged_intent_is_reported_and_never_run(root: Path, data: bytes) -> None:
    """H9: whatever its bytes are."""
    (root / ".crm.intent").write_bytes(data)
    assert "not obeyed" in write.recover(root)[0]
    assert (root / ACME).read_bytes() == OLD_TEXT


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_an_intent_that_is_no_file_is_laid_aside(root: Path, tmp_path: Path, kind: str) -> None:
    """H9: a link to a valid intent is not followed either."""
    there = root / ".crm.intent"
    elsewhere = there.rename(tmp_path / "elsewhere")
    if kind == "link":
        there.symlink_to(elsewhere)
    else:
        there.mkdir()
    assert intent.is_pending(root)
    assert "not obeyed" in write.recover(root)[0]
    assert not intent.is_pending(root)
    assert (root / ACME).read_bytes() == OLD_TEXT


@pytest.mark.parametrize(
    "path",
    [
        "crm.yaml",
        "reps/mei.yaml",
        "customers/王小明.yaml",
        "deals/2026/d-7k3m9q2x.yaml",
        "interactions/mei/2026-11.csv",
    ],
)
def test_a_record_path_is_known(path: str) -> None:
    assert intent.is_record_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "CRM.yaml",
        "customers",
        "customers/x",
        "customers/a/b.yaml",
        "customers/-rf.yaml",
        "customers/a\nb.yaml",
        "deals/2026/acme.yaml",
        "interactions/../2026-11.csv",
        "customers/x.yaml.crm-new",
    ],
)
def test_what_is_no_record_path_is_known(path: str) -> None:
    """H5: the grammar decides."""
    assert not intent.is_record_path(path)
