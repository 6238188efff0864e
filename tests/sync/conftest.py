"""A team for each test: three clones of one hub, on a disk of memory where there is one."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.sync.hub import Team
from tests.sync.hub import new_team
from tests.sync.hub import team_in

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """A folder for the whole run: git and the book wait for the disk, and these tests need not."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="crm-") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def tmp_path(memory: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def template(memory: Path) -> Path:
    folder = memory / "template"
    folder.mkdir()
    new_team(folder)
    return folder


@pytest.fixture
def team(template: Path, tmp_path: Path) -> Team:
    return team_in(template, tmp_path)
