"""A new book is whole, for its owner alone, and says in crm.yaml what may be changed."""

import re
import stat
from pathlib import Path

import pytest

from crmcli.book import write
from crmcli.book.config import parse_config
from crmcli.book.config import read_config
from crmcli.book.create import FIRST_LIMITS
from crmcli.book.create import config_text
from crmcli.book.create import create
from crmcli.book.records import read_file
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import CrmError
from crmcli.model.policy import Policy
from crmcli.model.rep import Rep
from crmcli.model.standard import STANDARD

NOW = "2026-11-09T10:00:00+08:00"
MEI = Rep(id="mei", name="陳美玲", email="mei@example.tw")
FILES = (".gitattributes", ".gitignore", "reps/mei.yaml", "crm.yaml")


def make(folder: Path) -> tuple[str, ...]:
    return create(folder, MEI, name="mybook", currency="TWD", now_text=NOW)


def modes(root: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (root, *root.rglob("*"))}


def test_a_new_book_has_its_files_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "a" / "mybook"
    assert make(root) == FILES
    found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert found == {*FILES, ".crm/lock"}
    assert (root / ".gitattributes").read_text() == (
        "* text eol=lf\n*.yaml merge=crm\n*.csv merge=crm\n"
    )
    assert (root / ".gitignore").read_text() == ".crm/\n.crm.intent\n.~crm-*\n*.crm-new\n"


def test_a_new_book_is_its_owners_alone(tmp_path: Path) -> None:
    """W19: folders 0700, files 0600; an empty folder that was there becomes 0700."""
    make(tmp_path / "new")
    (tmp_path / "empty").mkdir(mode=0o755)
    (tmp_path / "empty" / ".git").mkdir(mode=0o700)
    make(tmp_path / "empty")
    for root in (tmp_path / "new", tmp_path / "empty"):
        assert modes(root) == {(True, 0o700), (False, 0o600)}


def test_a_folder_in_use_keeps_its_mode(tmp_path: Path) -> None:
    root = tmp_path / "used"
    root.mkdir(mode=0o755)
    (root / "notes.txt").touch()
    make(root)
    assert stat.S_IMODE(root.stat().st_mode) == 0o755


def test_the_first_rep_reads_back(tmp_path: Path) -> None:
    make(tmp_path / "book")
    data = (tmp_path / "book" / "reps/mei.yaml").read_bytes()
    assert read_file("reps/mei.yaml", data) == ([MEI], [])


def test_a_new_crm_yaml_is_the_defaults(tmp_path: Path) -> None:
    make(tmp_path / "book")
    policy, problems, tree = read_config(tmp_path / "book")
    assert problems == ()
    assert policy == Policy(name="mybook", currency="TWD")
    assert tree["format"] == "1"


def test_what_is_commented_out_is_the_default_when_it_is_switched_on() -> None:
    """The comments tell the truth: nothing but the three examples changes the policy."""
    text = config_text(name="mybook", currency="TWD", commit="sync")
    block = text[text.index("# standard:") :]
    switched_on = text.replace(block, re.sub(r"^# ", "", block, flags=re.MULTILINE))
    for line in ("sources", "purposes"):
        switched_on = switched_on.replace(f"# {line}:", f"{line}:")
    policy, problems, _ = parse_config(switched_on.encode())
    assert problems == ()
    assert policy._replace(overrides={}) == Policy(name="mybook", currency="TWD", commit="sync")
    # What is unknown until it is given stays blank.
    given = {key for key in FIRST_LIMITS if STANDARD[key] is not None}
    assert given == set(policy.overrides)
    assert all(policy.overrides[key] == STANDARD[key] for key in policy.overrides)


def test_the_examples_in_crm_yaml_can_be_switched_on() -> None:
    text = config_text(name="mybook", currency="TWD")
    example = re.compile(r"^# (?=(?:country|rates|capabilities|products):|- |  EUR)", re.MULTILINE)
    policy, problems, _ = parse_config(example.sub("", text).encode())
    assert problems == ()
    assert policy.country == "TW"
    assert policy.rate("EUR") is not None
    assert policy.capability_days("replacement") == 5
    assert policy.products["charger"].name == "Charger 20 A"


@pytest.mark.parametrize("name", ["no", "0123", "a: b", "# x", "王小明's", '"', "[a]", "null"])
def test_any_name_stays_text(name: str) -> None:
    policy, problems, _ = parse_config(
        config_text(name=name, currency="TWD", country="NO").encode()
    )
    assert problems == ()
    assert (policy.name, policy.country) == (name, "NO")


def test_a_book_is_not_made_twice(tmp_path: Path) -> None:
    make(tmp_path / "book")
    with pytest.raises(AlreadyError, match="is a book already"):
        make(tmp_path / "book")


def test_no_book_is_made_inside_another(tmp_path: Path) -> None:
    """Also by way of a link, and with nothing left behind."""
    make(tmp_path / "book")
    (tmp_path / "link").symlink_to(tmp_path / "book")
    for folder in (tmp_path / "book" / "a" / "b", tmp_path / "link" / "a" / "b"):
        with pytest.raises(CrmError, match="is inside the book"):
            make(folder)
    assert not (tmp_path / "book" / "a").exists()


def test_lines_of_ones_own_stay_and_missing_ones_are_added(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"*.bak\n.crm/\n# caf\xe9")
    (tmp_path / ".gitattributes").write_text("* text eol=lf\n*.yaml merge=crm\n*.csv merge=crm\n")
    assert make(tmp_path) == FILES
    assert (tmp_path / ".gitignore").read_bytes() == (
        b"*.bak\n.crm/\n# caf\xe9\n.crm.intent\n.~crm-*\n*.crm-new\n"
    )


def test_a_cut_off_init_is_no_book_and_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W1: crm.yaml comes last, so half a book is none."""
    link = write.link_

    def cut_off(temp: Path, target: Path) -> None:
        if target.name == "crm.yaml":
            raise KeyboardInterrupt
        link(temp, target)

    with monkeypatch.context() as patch:
        patch.setattr(write, "link_", cut_off)
        with pytest.raises(KeyboardInterrupt):
            make(tmp_path / "book")
    assert not (tmp_path / "book" / "crm.yaml").exists()
    assert make(tmp_path / "book") == FILES
    assert read_config(tmp_path / "book").problems == ()


def test_a_link_in_the_way_is_refused(tmp_path: Path) -> None:
    """H6: a .gitignore that is a link is not written through."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / ".gitignore").symlink_to(victim)
    with pytest.raises(CrmError, match="is no ordinary file"):
        make(tmp_path / "book")
    assert victim.read_bytes() == b"precious"
