"""Every page of tests/transcripts, README, and docs/sync.md say what crm says."""

from pathlib import Path

import pytest

from tests.transcript_runner import Shell

ROOT = Path(__file__).parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "docs" / "sync.md",
    *sorted((ROOT / "tests" / "transcripts").glob("*.md")),
)


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: str(path.relative_to(ROOT).with_suffix(""))
)
def test_the_page_says_what_crm_says(
    path: Path, shell: Shell, request: pytest.FixtureRequest
) -> None:
    written = path.read_text(encoding="utf-8")
    now = shell.play(written)
    if request.config.getoption("--update") and now != written:
        path.write_text(now, encoding="utf-8", newline="\n")
        written = now
    assert now.splitlines() == written.splitlines()
