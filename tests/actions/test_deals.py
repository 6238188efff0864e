"""Deals are opened, moved, won, lost, and opened again."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import deals
from crmcli.book.book import Book
from crmcli.model.deal import Deal
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from tests.builders import customer
from tests.builders import deal
from tests.builders import rep
from tests.builders import write_book

TODAY = date(2026, 11, 9)
DONE: dict[str, Any] = {"on": TODAY, "by": "mei", "note": None}
ID = "d-00000001"
CONFIG = "name: Test\nformat: 1\ncurrency: TWD\n"


def book_of(root: Path, stage: str = "proposal", **fields: Any) -> Book:
    fields = {"opened": "2026-05-01"} | fields
    records = (rep("mei"), customer("acme"), deal(stage, id=ID, **fields))
    return Book(write_book(root, *records, config=CONFIG))


def after(change: Any) -> Deal:
    new = change.edits[0].new
    assert isinstance(new, Deal)
    return new


def added(root: Path, echo: str = "", **fields: Any) -> Any:
    book = Book(write_book(root, rep("mei"), customer("acme"), config=CONFIG))
    return deals.add(
        book, id=ID, fields={"customer": "acme", **fields}, by="mei", on=TODAY, echo=echo
    )


def test_a_deal_starts_at_the_first_open_stage(tmp_path: Path) -> None:
    close, echo = date(2026, 12, 31), "Thu 2026-12-31 (eoq)"
    change = added(tmp_path, echo, amount=Decimal(1200000), close=close, name="Rack")
    new = after(change)
    assert (new.stage, new.owner, new.opened) == ("lead", "mei", TODAY)
    assert change.sentence == (
        "Added deal d-00000001 with Acme: Rack, lead, TWD 1,200,000, close Thu 2026-12-31 (eoq)"
    )
    (line,) = new.history
    assert (line.date, line.stage, line.amount, line.owner) == (
        TODAY, "lead", Decimal(1200000), "mei",
    )  # fmt: skip


def test_the_history_of_a_deal_begins_on_the_day_it_was_opened(tmp_path: Path) -> None:
    new = after(added(tmp_path, opened=date(2026, 10, 1), owner="lin", stage="qualified"))
    assert (new.history[0].date, new.history[0].stage) == (date(2026, 10, 1), "qualified")
    assert (new.owner, new.history[0].by) == ("lin", "mei")


def test_an_amount_of_nothing_is_an_amount(tmp_path: Path) -> None:
    assert "TWD 0" in added(tmp_path, amount=Decimal(0)).sentence


def test_a_deal_moves_with_a_line_of_history(tmp_path: Path) -> None:
    change = deals.move(book_of(tmp_path), ID, "negotiation", **DONE | {"note": "they called"})
    line = after(change).history[-1]
    assert (line.date, line.by, line.stage, line.note) == (
        TODAY, "mei", "negotiation", "they called",
    )  # fmt: skip
    assert change.sentence == (
        "Moved d-00000001 from proposal to negotiation on 2026-11-09: Acme, Chargers"
    )


def test_a_deal_may_move_back(tmp_path: Path) -> None:
    assert after(deals.move(book_of(tmp_path), ID, "lead", **DONE)).stage == "lead"


def test_a_deal_is_not_moved_to_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(AlreadyError, match="d-00000001 is already at proposal"):
        deals.move(book_of(tmp_path), ID, "proposal", **DONE)


def test_a_lost_deal_needs_its_reason(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs its reason") as caught:
        deals.move(book_of(tmp_path), ID, "lost", **DONE)
    assert caught.value.remedy == "Try: crm deal lose d-00000001 --reason price"


def test_moving_to_a_won_stage_is_winning(tmp_path: Path) -> None:
    change = deals.move(book_of(tmp_path, amount="5000"), ID, "won", **DONE)
    assert (after(change).stage, after(change).close) == ("won", TODAY)
    assert change.sentence == "Won d-00000001 on 2026-11-09, TWD 5,000: Acme, Chargers"


def test_winning_sets_the_close_and_the_amount(tmp_path: Path) -> None:
    book = book_of(tmp_path, amount="5000", close="2026-12-31", probability=20)
    change = deals.win(book, ID, amount={"amount": Decimal(4500), "currency": "EUR"}, **DONE)
    won = after(change)
    assert (won.stage, won.close, won.amount, won.currency) == ("won", TODAY, Decimal(4500), "EUR")
    line = won.history[-1]
    assert (line.stage, line.close, line.amount) == ("won", TODAY, Decimal(4500))
    assert change.notes == ()


def test_a_deal_won_without_an_amount_asks_for_it(tmp_path: Path) -> None:
    change = deals.win(book_of(tmp_path), ID, amount={}, **DONE)
    assert change.notes == ("no amount: crm deal set d-00000001 amount=...",)


def test_losing_keeps_the_reason_and_the_competitor(tmp_path: Path) -> None:
    change = deals.lose(book_of(tmp_path), ID, reason="price", competitor="Volta", **DONE)
    lost = after(change)
    assert (lost.stage, lost.close) == ("lost", TODAY)
    assert (lost.lost_reason, lost.competitor) == ("price", "Volta")


def test_what_is_closed_is_not_closed_the_same_way_again(tmp_path: Path) -> None:
    with pytest.raises(AlreadyError, match="is already won"):
        deals.win(book_of(tmp_path / "a", "won"), ID, amount={}, **DONE)
    with pytest.raises(AlreadyError, match="is already lost"):
        deals.lose(book_of(tmp_path / "b", "lost"), ID, reason="price", competitor=None, **DONE)


@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_deal_that_is_opened_again_has_no_close_and_no_reason(tmp_path: Path, stage: str) -> None:
    book = book_of(tmp_path, stage, close="2026-10-01", lost_reason="price", competitor="Volta")
    again = after(deals.move(book, ID, "negotiation", **DONE))
    assert (again.close, again.lost_reason, again.competitor) == (None, None, None)
    assert again.history[-1].cleared == ("close",)


def test_a_lost_deal_that_is_won_after_all_has_no_reason_for_losing(tmp_path: Path) -> None:
    book = book_of(tmp_path, "lost", close="2026-10-01", lost_reason="price", competitor="Volta")
    won = after(deals.win(book, ID, amount={}, **DONE))
    assert (won.stage, won.close, won.lost_reason) == ("won", TODAY, None)
    assert won.competitor == "Volta"


def test_a_won_deal_that_falls_through_is_lost(tmp_path: Path) -> None:
    book = book_of(tmp_path, "won", close="2026-10-01")
    lost = after(deals.lose(book, ID, reason="budget", competitor=None, **DONE))
    assert (lost.stage, lost.close, lost.lost_reason) == ("lost", TODAY, "budget")


def test_a_deal_does_not_close_before_it_was_opened(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    early = DONE | {"on": date(2026, 4, 30)}
    words = r"2026-04-30 is before d-00000001 was opened \(2026-05-01\)"
    with pytest.raises(BadValueError, match=words):
        deals.win(book, ID, amount={}, **early)
    with pytest.raises(BadValueError, match=words):
        deals.lose(book, ID, reason="price", competitor=None, **early)
    with pytest.raises(BadValueError, match=words):
        deals.move(book, ID, "negotiation", **early)
    on_the_day = DONE | {"on": date(2026, 5, 1)}
    assert after(deals.win(book, ID, amount={}, **on_the_day)).close == date(2026, 5, 1)


def test_a_deal_that_nobody_knows_the_beginning_of_may_close_any_day(tmp_path: Path) -> None:
    book = Book(write_book(tmp_path, rep("mei"), customer("acme"), deal(id=ID), config=CONFIG))
    assert deals.win(book, ID, amount={}, **DONE | {"on": date(2020, 1, 1)}).edits


def test_the_stages_are_those_of_the_book(tmp_path: Path) -> None:
    stages = (
        "stages:\n- {name: idea, probability: 5, role: open}\n- {name: signed, role: won}\n"
        "- {name: gone, role: lost}\n"
    )
    records = (rep("mei"), customer("acme"), deal("idea", id=ID))
    book = Book(write_book(tmp_path, *records, config=CONFIG + stages))
    assert after(deals.win(book, ID, amount={}, **DONE)).stage == "signed"
    assert after(deals.lose(book, ID, reason="price", competitor=None, **DONE)).stage == "gone"
