"""A book in memory for the tests of faults."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.trials import Ram
from tests.faults.trials import memory


@pytest.fixture
def ram(tmp_path: Path) -> Iterator[Ram]:
    with tempfile.TemporaryDirectory(dir=memory() or tmp_path) as folder:
        yield Ram(Path(folder))
