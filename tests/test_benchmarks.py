"""The synthetic book that the benchmarks measure is a book like any other."""

from pathlib import Path

from benchmarks.generate import generate
from crmcli.book.book import Book
from crmcli.book.check import check


def test_the_synthetic_book_has_no_problems_and_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, 8)
    problems, files = check(tmp_path / "one")
    assert [str(each) for each in problems if each.level == "error"] == []
    assert files > 8 * 4
    book = Book(tmp_path / "one")
    assert book.query("SELECT count(*) FROM customers") == [(8,)]
    assert book.query("SELECT count(*) FROM interactions") == [(80,)]
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".crm" not in path.parts
    }
