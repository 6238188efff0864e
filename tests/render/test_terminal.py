"""Answers on a terminal: nothing wider than the screen, nothing lost, everything in line."""

import re

import pytest
from wcwidth import wcswidth

from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.render.cells import heading
from crmcli.render.cells import screen
from crmcli.render.grid import fit
from crmcli.render.grid import head_lines
from crmcli.render.grid import joined
from crmcli.render.paint import SCREENFUL
from crmcli.render.visible import visible
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from tests.render.samples import CARD
from tests.render.samples import DEALS
from tests.render.samples import EMPTY
from tests.render.samples import HOSTILE
from tests.render.samples import PROMISES
from tests.render.samples import REPORT

WIDTHS = (20, 40, 59, 60, 80, 200)
ANSWERS = (PROMISES, DEALS, CARD, REPORT, HOSTILE)


def shown(table, width=80, **wishes):
    return render(table, Style("table", terminal=True, width=width, **wishes))


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("table", ANSWERS, ids=lambda t: t.name)
def test_no_line_is_wider_than_the_screen(table, width):
    assert [line for line in shown(table, width).split("\n") if wcswidth(line) > width] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("table", [PROMISES, HOSTILE], ids=lambda t: t.name)
def test_below_sixty_columns_no_character_is_lost(table, width):
    text = squeezed(shown(table, width))
    if width < 60:
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                assert squeezed(visible(screen(cell, column.type))) in text
    assert "…" not in text


@pytest.mark.parametrize("width", [72, 80, 100, 200])
def test_all_lines_of_a_table_are_equally_wide_and_join_to_the_source(width):
    cells = [[visible(screen(c)) for c in row] for row in PROMISES.rows]
    heads = [heading(column) for column in PROMISES.columns]
    types = [column.type for column in PROMISES.columns]
    grid = fit(heads, types, cells, width)
    assert grid is not None
    lines = head_lines(grid) + [line for row in grid.rows for line in joined(grid, row)]
    assert {wcswidth(line) for line in lines} == {grid.width}
    assert grid.width <= width
    for row, folded in zip(cells, grid.rows, strict=True):
        assert [squeezed(cell) for cell in row] == [squeezed("".join(lines)) for lines in folded]


@pytest.mark.parametrize("width", [60, 72, 80, 200])
def test_ids_amounts_and_days_stay_whole(width):
    text = shown(DEALS, width)
    for whole in ("d-1a2b3c4d", "TWD 1,200,000", "TWD 600,000", "2026-12-01"):
        assert whole in text


def test_where_ids_and_amounts_do_not_fit_a_record_is_a_block():
    columns = tuple(Column(f"amount_{at}", "money") for at in range(8))
    wide = Table("x", "", columns, ((DEALS.rows[0][3],) * 8,))
    assert shown(wide, 59).startswith("amount 0: TWD 1,200,000\namount 1: TWD 1,200,000\n")
    pair = "amount {}: TWD 1,200,000"
    assert shown(wide, 80) == (
        "  ".join(pair.format(at) for at in (0, 1, 2))
        + "\n  "
        + "  ".join(pair.format(at) for at in (3, 4, 5))
        + "\n  "
        + "  ".join(pair.format(at) for at in (6, 7))
        + "\n"
    )
    assert len(shown(wide, 200).splitlines()) == 3


def test_an_id_longer_than_what_is_left_has_a_line_of_its_own():
    long = "王" * 17
    table = Table("x", "", (Column("customer", "id"),), ((long,),))
    assert shown(table, 40) == f"customer:\n  {long}\n"


def test_a_list_at_80_columns():
    assert shown(DEALS) == (
        "id          name              stage             amount     weighted  close\n"
        f"{'─' * 79}\n"
        "d-1a2b3c4d  40 battery packs  quoted     TWD 1,200,000  TWD 600,000  2026-12-01\n"
        "d-5e6f7g8h  維修合約 2027     qualified\n"
        "\n"
        "1 deal without an amount\n"
    )


def test_a_record_at_40_columns():
    assert shown(PROMISES._replace(rows=PROMISES.rows[:2]), 40) == (
        "id: p-4t8wz01m\n"
        "due: 2026-11-03\n"
        "customer name: 永豐電池行\n"
        "what: 更換兩台故障的充電器，並由主管親自\n"
        "  道歉、給出確定的交期（含賠償方案）\n"
        "by: mei\n"
        "status: late\n"
        "days late: 6\n"
        "\n"
        "id: p-7k2mz91q\n"
        "due: 2026-11-10\n"
        "customer name: 王小明股份有限公司\n"
        "what: send the quote for 40 battery\n"
        "  packs, with the discount that they\n"
        "  asked for at the fair\n"
        "by: lin\n"
        "status: open\n"
    )


def test_a_card_has_its_fields_then_what_hangs_on_it():
    text = shown(CARD)
    assert text.startswith("王小明股份有限公司\n\nid          王小明股份有限公司\n")
    assert "verified    yes\n" in text
    assert "seen        2026-11-05 14:30\n" in text
    assert "needs       same-week delivery, 誠實的交期\n" in text
    assert "            老闆不喜歡電話，請先寫信。\n" in text
    assert "not known: tier, industry\n" in text
    assert "\n\nContacts\nid    name    role            phone\n" in text
    assert text.index("Contacts") < text.index("Open promises") < text.index("Open deals")


def test_a_report_has_question_window_table_parts_and_notes():
    lines = shown(REPORT).splitlines()
    assert lines[:3] == [REPORT.question, "2026-05-14 to 2026-11-09, as of 2026-11-09", ""]
    assert lines[3].split() == ["customer", "name", "verdict", "value", "kept", "health"]
    assert "secret" not in "".join(lines)
    assert "78 %" in lines[5]
    assert lines.index("Open deals") > 5
    assert lines[-1] == REPORT.notes[0]


def test_evidence_stands_below_its_row_up_to_a_limit():
    lines = shown(REPORT).splitlines()
    assert lines[6] == "  2026-11-10 p-4t8wz01m promise late 6 days (computed)"
    assert "  +1 more: --evidence all" in lines
    assert "  2026-10-02 i-2m8c4x7q visit offended (as the rep saw it)" in lines
    assert "more:" not in shown(REPORT, evidence=None)
    assert "i-3m8c4x7q" in shown(REPORT, evidence=None)
    assert "p-4t8wz01m" not in shown(REPORT, evidence=0)
    assert "more:" not in shown(REPORT, evidence=0)


@pytest.mark.parametrize("width", [*WIDTHS, 0])
@pytest.mark.parametrize("table", ANSWERS, ids=lambda t: t.name)
def test_colour_changes_nothing_but_colour(table, width):
    plain = shown(table, width)
    coloured = shown(table, width, colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_colour_is_there_when_wished_for():
    assert "\x1b[31mlate\x1b[0m" in shown(PROMISES, colour=True)
    assert "\x1b[1m" in shown(REPORT, colour=True)


def test_a_long_list_looks_like_a_short_one():
    rows = tuple((f"p-{at:08d}", *PROMISES.rows[0][1:]) for at in range(SCREENFUL + 1))
    long = shown(PROMISES._replace(rows=rows), colour=True)
    short = shown(PROMISES._replace(rows=rows[:-1]))
    assert long.startswith(short)


def test_no_line_ends_in_spaces():
    for table in ANSWERS:
        assert not [line for line in shown(table).split("\n") if line != line.rstrip()]


def test_an_empty_part_is_left_out_and_an_empty_answer_is_nothing():
    assert "None" not in shown(CARD)
    assert shown(EMPTY) == ""
    assert shown(REPORT._replace(rows=(), parts=(EMPTY,))) == ""
    assert shown(REPORT._replace(rows=())).startswith(REPORT.question)


def test_evidence_alone_is_a_column_of_ids():
    alone = Table("x", "", REPORT.columns[-1:], (REPORT.rows[0][-1:],))
    assert "p-4t8wz01m s-2m8c4x7q i-2m8c4x7q" in shown(alone)


def test_a_squeezed_table_with_towering_cells_is_blocks_instead():
    assert shown(PROMISES, 60).startswith(
        "id: p-4t8wz01m  due: 2026-11-03  customer name: 永豐電池行\n  what: "
    )
    assert "due: " not in shown(PROMISES._replace(rows=PROMISES.rows[2:]), 60)


GROUPED = DEALS._replace(
    title="Mon 2026-11-09, mei",
    group="stage",
    shown=("id", "name", "amount"),
    rows=(DEALS.rows[0], DEALS.rows[1], ("d-9", *DEALS.rows[0][1:])),
    notes=(),
)


def test_rows_stand_under_the_values_of_their_group():
    assert shown(GROUPED) == (
        "Mon 2026-11-09, mei\n"
        "\n"
        "id          name                     amount\n"
        f"{'─' * 43}\n"
        "quoted\n"
        "d-1a2b3c4d  40 battery packs  TWD 1,200,000\n"
        "d-9         40 battery packs  TWD 1,200,000\n"
        "\n"
        "qualified\n"
        "d-5e6f7g8h  維修合約 2027\n"
    )


def test_groups_of_blocks_have_a_rule():
    assert shown(GROUPED, 40).startswith(
        "Mon 2026-11-09, mei\n\nquoted\n──────\nid: d-1a2b3c4d\nname: 40 battery packs\n"
    )
    assert "TWD 1,200,000\n\nid: d-9\n" in shown(GROUPED, 40)
    assert "TWD 1,200,000\n\nqualified\n─────────\nid: d-5e6f7g8h\n" in shown(GROUPED, 40)


def test_groups_in_a_part_and_in_the_other_formats_for_people():
    assert "\n\nqualified\nd-5e6f7g8h" in shown(REPORT._replace(parts=(GROUPED,)))
    markdown = render(GROUPED, Style("markdown"))
    assert markdown.startswith("# Mon 2026-11-09, mei\n\n## quoted\n\n| id")
    assert "\n\n## qualified\n\n| id" in markdown


def test_a_group_that_was_not_asked_for_is_none():
    assert shown(GROUPED._replace(group="gone")).count("\n") == 7


def test_a_column_without_a_value_makes_room_where_room_is_short():
    assert "weighted" in shown(DEALS._replace(rows=DEALS.rows[1:]), 80)
    long = ("d-1", "王小明股份有限公司" * 4, "won", DEALS.rows[0][3], None, None)
    assert "weighted" not in shown(DEALS._replace(rows=(long,)), 80)


PEOPLE = Table(
    "contacts",
    "",
    (Column("id", "id"), Column("name"), Column("email")),
    (("keelung-harbour-logistics/chen", "Keelung Harbour Logistics", "weit@harbour.example"),),
)


def test_a_word_is_broken_as_the_last_resort_and_an_address_never():
    assert "\nkeelung-harbour-logistics/chen Keelung  weit@harbour.example\n" in shown(PEOPLE, 60)
    assert "Logistic\n" in shown(PEOPLE, 60)
    longer = PEOPLE._replace(rows=((*PEOPLE.rows[0][:2], "wei.ting@harbour.example"),))
    assert shown(longer, 60).startswith("id: keelung-harbour-logistics/chen\n  name: Keelung")
