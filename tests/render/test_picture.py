"""Pictures of letters: as wide as the screen, true to the numbers, the same without colour."""

import pytest

from crmcli.render.picture import picture_lines
from crmcli.render.style import Style
from crmcli.render.terminal import terminal_text
from crmcli.render.width import width
from crmcli.reports.table import Column
from crmcli.reports.table import Item
from crmcli.reports.table import Picture
from crmcli.reports.table import Table

BARS = Picture(
    "bars",
    "By stage",
    (
        Item("lead", (2.5, 10.0), "TWD 10"),
        Item("永豐電池行", (10.0, 10.0), "TWD 20"),
        Item("won", (0.0,), "0"),
        Item("unknown", (None,), "not known"),
    ),
)
SPARK = Picture(
    "spark", "Contacts a month", (Item("陳怡美", (0, 1, None, 4, 8), "13"), Item("lin", (8,)))
)
CURVE = Picture("curve", "Whale curve", (Item("all", (0.6, 1.1, 1.3, 1.3, 1.0), "5 customers"),))
GRID = Picture(
    "grid",
    "Who is who",
    (
        Item("butterfly", (), "永豐電池行"),
        Item("friend", (), "Acme\nBeta"),
        Item("stranger"),
        Item("barnacle"),
    ),
)


def test_a_bar_is_as_long_as_its_share_and_goes_on_in_a_light_one():
    lead, yongfeng, won, unknown = picture_lines(BARS, 80)
    assert lead.count("█") == 10
    assert lead.count("░") == 30
    assert yongfeng.count("█") == 40
    assert "█" not in won + unknown
    assert "░" not in won + unknown
    assert unknown.endswith("not known")


def test_labels_in_chinese_keep_the_bars_in_one_column():
    lines = picture_lines(BARS, 80)
    starts = {width(line[: line.index("█")]) for line in lines[:2]}
    assert starts == {12}
    assert len({width(line[: line.index("TWD")]) for line in lines[:2]}) == 1


def test_the_smallest_share_is_still_seen():
    tiny = Picture("bars", "", (Item("a", (1.0,)), Item("b", (0.0001,))))
    assert "▏" in picture_lines(tiny, 60)[1]


def test_a_sparkline_tells_none_from_unknown():
    first, second = picture_lines(SPARK, 80)
    assert first == "陳怡美  ·▁ ▄█  13"
    assert second.split() == ["lin", "█"]


def test_the_curve_shows_its_peak_and_where_all_has_been_brought():
    lines = picture_lines(CURVE, 66)
    assert lines[0].startswith("130 %")
    assert sum(line.startswith("100 %") for line in lines) == 1
    assert lines[-2].startswith("  0 % ─")
    assert lines[-1].strip() == "5 customers"
    full = picture_lines(Picture("curve", "", (Item("", (0.5, 1.0)),)), 66)
    assert full[0].startswith("100 %")


def test_a_grid_has_four_cells_side_by_side_or_below_each_other():
    wide = picture_lines(GRID, 80)
    assert {width(line) for line in wide} == {79}
    assert "永豐電池行" in wide[2]
    assert "Beta" in wide[3]
    narrow = picture_lines(GRID, 40)
    assert narrow == [
        "butterfly",
        "  永豐電池行",
        "friend",
        "  Acme",
        "  Beta",
        "stranger",
        "barnacle",
    ]


@pytest.mark.parametrize("picture", [BARS, SPARK, CURVE, GRID], ids=lambda each: each.kind)
@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
def test_no_picture_is_wider_than_the_screen(picture, columns):
    assert max(width(line) for line in picture_lines(picture, columns)) <= columns


@pytest.mark.parametrize("kind", ["bars", "spark", "curve", "grid"])
def test_a_picture_of_nothing_is_no_line(kind):
    assert picture_lines(Picture(kind, "x", ()), 80) == []


def test_what_comes_from_data_is_shown_as_data():
    evil = Picture("bars", "x", (Item("\x1b[31mAcme", (1.0,), "a\nb"),))
    (line,) = picture_lines(evil, 80)
    assert "\x1b" not in line
    assert "\\x1b[31mAcme" in line


def test_a_table_on_a_terminal_carries_its_pictures_and_a_pipe_does_not():
    table = Table("x", "Title", (Column("a"),), (("1",),), pictures=(SPARK,))
    text = terminal_text(table, Style(format="table"))
    assert "Contacts a month\n陳怡美  ·▁ ▄█  13" in text
