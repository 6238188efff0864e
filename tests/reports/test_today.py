"""Today: who waits for an answer and who has gone quiet, as the reports have it."""

from datetime import date

from crmcli.reports.today import today
from tests.builders import book_of
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import note
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def lines(section, as_of=D, rep=None, **records):
    records = {"customers": [customer("acme", tier="A")]} | records
    table = today(book_of(**records), as_of, rep=rep)
    return [row[1:3] for row in table.rows if row[0] == section]


def asked(at, **fields):
    return email(at, direction="in", **fields)


def owed(*interactions, **options):
    return lines("replies owed", interactions=interactions, **options)


def test_the_first_of_several_unanswered_mails_is_owed():
    mails = [asked("2026-11-05", id="i-1"), asked("2026-11-08", id="i-2")]
    assert owed(*mails) == [("i-1", "email unanswered 4d")]
    assert owed(*mails, email("2026-11-06", direction="out")) == [("i-2", "email unanswered 1d")]
    assert owed(asked("2026-11-09", id="i-1")) == [("i-1", "email came today")]
    assert owed(*mails, visit("2026-11-09")) == []


def test_who_has_waited_for_long_and_writes_again_is_not_forgotten():
    again = [asked("2026-03-01", id="i-1"), asked("2026-11-08", id="i-2")]
    assert owed(*again) == [("i-1", "email unanswered 253d")]
    assert owed(again[0]) == []


def test_hours_decide_what_was_first_and_a_missing_time_is_no_failure():
    """Trap 18."""
    first = asked("2026-11-07T23:30:00-08:00", id="i-1")  # 2026-11-08 15:30 at +08:00
    assert owed(first, email("2026-11-08T15:00:00+08:00", direction="out")) != []
    assert owed(first, email("2026-11-08T16:00:00+08:00", direction="out")) == []
    bare = [asked("2026-11-08T10:00:00+08:00"), email("2026-11-08", direction="out")]
    assert owed(*bare) == []


def test_what_a_merged_customer_wrote_is_owed_to_the_survivor():
    everyone = [customer("acme"), customer("old", merged_into="acme", status="archived")]
    mail = asked("2026-11-08", id="i-1", customer="old")
    assert owed(mail, customers=everyone, rep="mei") == [("i-1", "email unanswered 1d")]
    assert owed(mail, email("2026-11-08", direction="out"), customers=everyone) == []
    assert owed(mail, customers=everyone, rep="tom") == []


def quiet(*interactions, **records):
    return lines("gone quiet", interactions=interactions, **records)


def test_a_silence_of_more_than_twice_the_cadence_is_told():
    """Trap 8."""
    assert quiet(visit("2026-09-10")) == []
    assert quiet(visit("2026-09-09")) == [("acme", "silent 61d, cadence 30d")]


def test_neither_a_note_nor_a_mail_of_ours_ends_a_silence_and_a_sale_does():
    """Trap 30."""
    last = visit("2026-08-01")
    ours = [note("2026-11-01"), email("2026-11-01", direction="out")]
    assert quiet(last, *ours) == [("acme", "silent 100d, cadence 30d")]
    assert quiet(last, sales=[sale("2026-11-01")]) == []
    assert quiet(last, sales=[sale("2026-11-01", -1)]) != []
    assert quiet(sales=[sale("2026-08-01")]) == [("acme", "silent 100d, cadence 30d")]


def test_a_won_deal_is_a_sign_of_life_in_a_book_without_sales():
    """Trap 24."""
    won = deal("won", history=[{"date": "2026-10-20", "stage": "won"}])
    assert quiet(visit("2026-08-01"), deals=[won]) == []
    assert quiet(visit("2026-08-01"), deals=[won], sales=[sale("2026-01-01", customer="b")]) != []


def test_a_visit_to_a_merged_customer_is_one_to_the_survivor():
    everyone = [customer("acme", tier="A"), customer("old", merged_into="acme", status="archived")]
    seen = [visit("2026-08-01"), visit("2026-11-01", customer="old")]
    assert quiet(*seen, customers=everyone) == []


def test_never_contacted_and_gone_quiet_are_different_words():
    """Trap 3."""
    born = [customer("acme", tier="A", history=[{"date": "2026-08-01", "status": "active"}])]
    assert quiet(customers=born) == [("acme", "never contacted, ours for 100d")]
