"""What is new, told as a colleague would."""

from datetime import date

from crmcli.model.case import Case
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.feedback import Feedback
from crmcli.model.interaction import Interaction
from crmcli.model.kinds import BY_RECORD
from crmcli.model.promise import Promise
from crmcli.model.promise import PromiseEvent
from crmcli.model.record import Conflict
from crmcli.sync.news import TELLERS
from crmcli.sync.news import new_questions
from crmcli.sync.news import news

NAMES = {"tatung": "大同", "taisin": "台新"}
OPEN = Promise(
    id="p-00000001",
    what="offer",
    by="mei",
    customer="taisin",
    due=date(2026, 11, 10),
    status="open",
)


def told(old, new):
    return news([(old, new)], lambda id: NAMES.get(id or "", id or ""))


def test_a_broken_promise_names_who_what_to_whom_and_how_late() -> None:
    event = PromiseEvent(date=date(2026, 11, 14), by="mei", status="broken")
    broken = OPEN.with_fields(status="broken", history=(event,))
    assert told(OPEN, broken) == ["mei broke p-00000001: offer to 台新, 4 days late"]
    in_time = broken.with_fields(status="kept", history=(PromiseEvent(date=OPEN.due, by="lin"),))
    assert told(OPEN, in_time) == ["lin kept p-00000001: offer to 台新"]


def test_a_promise_that_was_moved_says_from_where_to_where() -> None:
    moved = OPEN.with_fields(due=date(2026, 11, 20))
    assert told(OPEN, moved) == [
        "mei moved p-00000001: offer to 台新 from 2026-11-10 to 2026-11-20"
    ]
    assert told(None, OPEN) == ["mei promised p-00000001: offer to 台新, due 2026-11-10"]


def test_visits_are_told_with_a_bad_mood_and_equal_ones_are_counted() -> None:
    visit = Interaction(
        id="i-00000001", at="2026-11-09", rep="lin", kind="visit", customer="tatung"
    )
    call = visit.with_fields(kind="call", direction="in", mood="offended")
    pairs = [(None, visit), (None, visit.with_fields(id="i-00000002")), (None, call)]
    assert news(pairs, lambda id: "大同") == [
        "lin visited 大同 (2 times)",
        "大同 called lin, offended",
    ]


def test_customers_tell_new_people_owner_and_the_fields_that_changed() -> None:
    old = Customer(id="tatung", name="大同", status="active", owner="mei")
    new = old.with_fields(
        owner="lin", region="Taipei", contacts=(Contact(id="lin", name="林志明"),)
    )
    assert told(old, new) == [
        "new contact 林志明 at 大同",
        "大同 now belongs to lin",
        "大同: region changed",
    ]
    assert told(None, old) == ["new customer 大同 (mei)"]


def test_deals_tell_their_stage() -> None:
    deal = Deal(id="d-00000001", name="chargers", customer="tatung", stage="lead", owner="lin")
    assert told(deal, deal.with_fields(stage="won")) == ["lin won d-00000001: chargers, 大同"]
    assert told(deal, deal.with_fields(stage="proposal")) == [
        "lin moved d-00000001: chargers, 大同 from lead to proposal"
    ]


def test_what_no_file_holds_any_more_is_told() -> None:
    assert told(OPEN, None) == ["promise p-00000001 was removed"]


def test_a_history_line_alone_is_no_news() -> None:
    assert told(OPEN, OPEN.with_fields(history=(PromiseEvent(date=OPEN.due),))) == []


def test_new_questions_are_counted_in_records_and_rows() -> None:
    asked = OPEN.with_fields(conflicts=(Conflict(field="due", kept="1", other="2"),))
    row = Interaction(id="i-00000001", at="2026-11-09", rep="lin", kind="visit")
    doubt = row.with_fields(
        conflicts='[{"field":"mood","kept":"a"},{"field":"minutes","kept":"b"}]'
    )
    assert new_questions([(OPEN, asked), (row, doubt), (asked, OPEN)]) == 2


def test_a_case_is_told_as_it_goes_on() -> None:
    new = Case(
        id="s-00000001", what="it smokes", type="fault", customer="tatung", owner="mei", status="open"
    )  # fmt: skip
    assert told(None, new) == ["new fault s-00000001: it smokes, 大同 (mei)"]
    done = new.resolve("2026-11-09", by="lin")
    assert told(new, done) == ["lin resolved s-00000001: it smokes, 大同"]
    again = done.reopen(on=date(2026, 11, 10), by="mei")
    assert told(done, again) == ["mei reopened s-00000001: it smokes, 大同"]
    assert told(new, new.with_fields(step="delivery")) == [
        "s-00000001: it smokes, 大同: step changed"
    ]
    assert told(new, None) == ["case s-00000001 was removed"]


def test_what_they_said_of_us_is_told_with_its_mark() -> None:
    rating = Feedback(id="f-00000001", at="2026-11-09", customer="tatung", kind="nps", score=0)
    assert told(None, rating) == ["大同: nps 0"]
    thanks = rating.with_fields(kind="compliment", score=None, rep="lin")
    assert told(None, thanks) == ["大同: compliment for lin"]
    assert told(rating, rating.with_fields(score=9)) == ["feedback f-00000001: score changed"]
    assert told(rating, None) == ["feedback f-00000001 was removed"]


def test_there_is_a_word_for_every_kind_of_record() -> None:
    assert TELLERS.keys() == BY_RECORD.keys()
