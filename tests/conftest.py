"""What all tests may ask for: the sample book, a prompt in a copy of it, and --update."""

from pathlib import Path

import pytest

from crmcli.book.sample import copy_sample
from tests.transcript_runner import TODAY
from tests.transcript_runner import Shell
from tests.transcript_runner import shell_on


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="Write into the transcripts what crm says now; the diff is then the review.",
    )


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample book, to be copied and never written to; its last day is TODAY."""
    folder = tmp_path_factory.mktemp("sample") / "book"
    copy_sample(folder, TODAY)
    return folder


@pytest.fixture
def shell(sample: Path, tmp_path: Path) -> Shell:
    """A prompt in a fresh copy of the sample book."""
    return shell_on(sample, tmp_path)
