"""Bad rows: said once for each reason, and written into a file to be put right."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import pairwise

from crmcli.book.csv_text import to_csv
from crmcli.exchange.file import BadRow
from crmcli.exchange.reading import Source
from crmcli.model.errors import Problem

REASON = "reason"


def problems_of(bad: Sequence[BadRow]) -> Iterator[Problem]:
    """One Problem for each reason in a file, at its first row; it names all others."""
    groups: dict[tuple[str, str, str | None], list[int]] = {}
    for source, row, what, remedy in bad:
        groups.setdefault((source.name, what, remedy), []).append(row.line)
    for (name, what, remedy), lines in groups.items():
        first, *more = dict.fromkeys(lines)
        if more:
            word = "row" if len(more) == 1 else "rows"
            what = f"{what} (and {len(more):,} more {word}: {_spans(more)})"
        yield Problem(f"{name}:{first}", what, remedy)


def _spans(lines: Sequence[int]) -> str:
    """`4, 7-9, 12` of the numbers of lines; rows of several lines part a span."""
    starts = [lines[0], *(b for a, b in pairwise(lines) if b != a + 1)]
    ends = [*(a for a, b in pairwise(lines) if b != a + 1), lines[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def bad_rows(bad: Iterable[BadRow], sources: Sequence[Source]) -> tuple[str, int]:
    """CSV of the bad rows under their own header, with a column `reason`; and how many they are.

    Rows of several files stand under all their headers.
    """
    reasons: dict[tuple[int, int], list[str]] = {}
    rows: dict[tuple[int, int], BadRow] = {}
    for each in bad:
        key = (next(at for at, s in enumerate(sources) if s is each.source), each.row.line)
        reasons.setdefault(key, []).append(each.what)
        rows[key] = each
    used = sorted({at for at, _ in rows})
    header = list(dict.fromkeys(name for at in used for name in sources[at].header))
    lines = []
    for key, each in sorted(rows.items()):
        cells = dict(zip(each.source.header, each.row.cells, strict=False))
        lines.append([*(cells.get(name, "") for name in header), "; ".join(reasons[key])])
    return to_csv([*header, REASON], lines), len(rows)
