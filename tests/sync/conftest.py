"""A team for each test: three clones of one hub."""

from pathlib import Path

import pytest

from tests.sync.hub import Team
from tests.sync.hub import new_team
from tests.sync.hub import team_in


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("team")
    new_team(folder)
    return folder


@pytest.fixture
def team(template: Path, tmp_path: Path) -> Team:
    return team_in(template, tmp_path)
