"""Who may be in a campaign, and what a campaign cannot be."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import campaigns
from crmcli.actions.contacts import remove
from crmcli.actions.interactions import log
from crmcli.actions.merging import merge
from crmcli.book.book import Book
from crmcli.book.check import check
from crmcli.model.campaign import Campaign
from crmcli.model.errors import BadValueError
from crmcli.model.errors import PolicyError
from crmcli.model.errors import UsageError
from crmcli.model.record import Record
from tests.builders import campaign
from tests.builders import contact
from tests.builders import customer
from tests.builders import rep
from tests.builders import sale
from tests.builders import write_book

DAY = date(2026, 11, 9)
ID = "g-00000001"


def said(state: str, day: str = "2026-05-02", **more: str) -> dict[str, str]:
    return {"channel": "email", "purpose": "marketing", "state": state, "date": day} | more


def person(id: str, *events: dict[str, str], **fields: Any) -> Any:
    return contact(id, **{"email": f"{id}@acme.example", "consent": list(events)} | fields)


def book_of(root: Path, *records: Record, people: Any = (), **fields: Any) -> Book:
    plan = campaign(id=ID, **fields)
    acme = customer(contacts=list(people))
    return Book(write_book(root, rep(), acme, customer("beta"), plan, *records))


def set_fields(book: Book, *words: str, on: date = DAY) -> Any:
    return campaigns.set_fields(
        book, ID, words, day=lambda word, field, is_moment: date.fromisoformat(word),
        on=on, by="mei", note=None,
    )  # fmt: skip


def new(change: Any) -> Campaign:
    record = change.edits[0].new
    assert isinstance(record, Campaign)
    return record


def test_who_said_yes_comes_in(tmp_path: Path) -> None:
    book = book_of(tmp_path, people=[person("chen", said("given"))])
    assert new(set_fields(book, "members+=acme/chen")).members == ("acme/chen",)
    assert new(set_fields(book, "members+=acme")).members == ("acme",)


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ((), "Chen was never asked"),
        ((said("declined"),), "Chen declined 2026-05-02"),
        ((said("given"), said("withdrawn", "2026-06-01", source="mail")), "withdrawn 2026-06-01, mail"),
        ((said("given", expires="2026-11-08"),), "expired 2026-11-08"),
        ((said("given", channel="phone"),), "was never asked"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("member", ["acme/chen", "acme"])
def test_who_did_not_is_refused_with_the_event_it_rests_on(
    tmp_path: Path, events: Any, why: str, member: str
) -> None:
    """P6: nobody comes in without a yes."""
    book = book_of(tmp_path, people=[person("chen", *events)])
    with pytest.raises(PolicyError) as error:
        set_fields(book, f"members+={member}")
    assert error.value.code == 7
    assert why in error.value.what
    assert error.value.remedy == "Try: crm contact consent acme/chen"


def test_consent_is_judged_on_the_day_of_the_command(tmp_path: Path) -> None:
    book = book_of(tmp_path, people=[person("chen", said("given", "2026-11-09"))])
    assert set_fields(book, "members+=acme/chen").edits
    with pytest.raises(PolicyError):
        set_fields(book, "members+=acme/chen", on=date(2026, 11, 8))


def test_one_no_in_a_house_is_a_no(tmp_path: Path) -> None:
    people = [person("an", said("given")), person("bo"), person("cy", email=None)]
    with pytest.raises(PolicyError, match="Bo was never asked"):
        set_fields(book_of(tmp_path, people=people), "members+=acme")


@pytest.mark.parametrize("purpose", ["marketing", "service"])
def test_a_house_where_nobody_can_be_reached_is_refused(tmp_path: Path, purpose: str) -> None:
    book = book_of(tmp_path, people=[person("cy", email=None)], purpose=purpose)
    with pytest.raises(PolicyError, match="acme: nobody there has an address for email"):
        set_fields(book, "members+=acme")


def test_a_service_needs_no_yes_but_obeys_a_no(tmp_path: Path) -> None:
    people = [person("an"), person("bo", said("withdrawn", purpose="all"))]
    book = book_of(tmp_path, people=people, purpose="service")
    assert set_fields(book, "members+=acme/an").edits
    with pytest.raises(PolicyError):
        set_fields(book, "members+=acme/bo")


def test_another_channel_is_asked_for_by_all_members_anew(tmp_path: Path) -> None:
    book = book_of(tmp_path, people=[person("chen", said("given"))], members=["acme/chen"])
    for word in ("channel=phone", "purpose=survey"):
        with pytest.raises(PolicyError):
            set_fields(book, word)
    assert set_fields(book, "purpose=service").edits


def test_a_member_who_said_no_since_does_not_stop_other_changes(tmp_path: Path) -> None:
    chen = person("chen", said("given"), said("withdrawn", "2026-11-01"))
    book = book_of(tmp_path, people=[chen], members=["acme/chen"])
    assert new(set_fields(book, "end=2026-12-01")).end == date(2026, 12, 1)
    assert new(set_fields(book, "members-=acme/chen")).members == ()


def test_without_a_channel_or_purpose_nobody_can_have_agreed(tmp_path: Path) -> None:
    for folder, field in (("a", "channel"), ("b", "purpose")):
        book = book_of(tmp_path / folder, people=[person("chen", said("given"))], **{field: None})
        with pytest.raises(PolicyError, match=f"has no {field}"):
            set_fields(book, "members+=acme/chen")


def test_of_a_long_list_only_what_came_and_went_is_told(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(6)]
    book = book_of(tmp_path, *map(customer, names), holdout=names[:5])
    change = set_fields(book, "holdout+=c5")
    assert change.sentence == "Set g-00000001 (Winter): holdout +c5 (6 in all)"
    few = set_fields(book, "holdout-=c0")
    assert few.sentence == "Set g-00000001 (Winter): holdout c1, c2, c3, c4"
    book.apply(change, DAY)
    other = set_fields(book, "holdout=acme,beta,c0,c1,c2,c3")
    assert other.sentence == "Set g-00000001 (Winter): holdout +acme +beta -c4 -c5 (6 in all)"


def test_who_is_gone_from_the_book_can_still_be_taken_out(tmp_path: Path) -> None:
    book = book_of(tmp_path, members=["gone/chen", "acme/nobody"])
    assert new(set_fields(book, "members-=gone/chen")).members == ("acme/nobody",)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"end": date(2026, 9, 30)}, "before start"),
        ({"purpose": "all"}, "one purpose"),
        ({"members": ("acme/chen",), "holdout": ("acme",)}, "acme is to be reached"),
    ],
)
def test_what_a_campaign_cannot_be_is_refused(
    tmp_path: Path, fields: dict[str, Any], what: str
) -> None:
    with pytest.raises(BadValueError, match=what):
        campaigns.add(
            book_of(tmp_path), id="g-00000002",
            fields={"name": "Spring", "start": date(2026, 10, 1)} | fields,
        )  # fmt: skip


def test_it_may_be_over_in_a_day(tmp_path: Path) -> None:
    fields = {"name": "Spring", "start": DAY, "end": DAY, "channel": "email"}
    change = campaigns.add(book_of(tmp_path), id="g-00000002", fields=fields)
    assert change.sentence == (
        "Added campaign g-00000002 (Spring), 2026-11-09 to 2026-11-09: email"
    )


def test_a_merge_renames_members_and_those_left_alone(tmp_path: Path) -> None:
    book = Book(
        write_book(
            tmp_path, rep(), customer(contacts=[contact("chen")]),
            customer("beta", contacts=[contact("chen"), contact("wu")]),
            campaign(id=ID, members=["beta/chen", "beta/wu", "acme/chen", "betas"]),
            campaign(id="g-00000002", members=["beta"], holdout=["acme"]),
            campaign(id="g-00000003", holdout=["beta", "acme"]),
            customer("betas"), sale(id="b-00000001", customer="beta"),
        )
    )  # fmt: skip
    change = merge(book, "acme", "beta", on=DAY, by="mei", note=None)
    book.apply(change, DAY)
    plans = {id: book.campaign(id) for id in (ID, "g-00000002", "g-00000003")}
    assert plans[ID].members == ("acme/chen-2", "acme/wu", "acme/chen", "betas")
    assert plans["g-00000002"].members == ("acme",)
    assert plans["g-00000003"].holdout == ("acme",)
    assert book.query("SELECT customer FROM sales") == [("acme",)]
    assert "1 sale, 3 campaigns" in change.sentence
    assert not [problem for problem in check(tmp_path)[0] if problem.level == "error"]


def test_a_person_whom_a_campaign_names_is_not_taken_out_unasked(tmp_path: Path) -> None:
    book = book_of(tmp_path, people=[person("chen")], members=["acme/chen"])
    with pytest.raises(UsageError, match="1 record names acme/chen"):
        remove(book, "acme/chen", sure=False)
    assert remove(book, "acme/chen", sure=True).edits


def logged(book: Book, **fields: Any) -> tuple[str, ...]:
    fields = {
        "at": "2026-11-09", "customer": "acme", "rep": "mei", "kind": "email", "direction": "out",
        "campaign": ID,
    } | fields  # fmt: skip
    notes: tuple[str, ...] = log(
        book, id="i-00000001", fields=fields, promised=(), by="mei", day="", next_echo=""
    ).notes
    return notes


def test_what_was_sent_is_kept_and_consent_only_warns(tmp_path: Path) -> None:
    chen = person("chen", said("given"), said("withdrawn", "2026-11-01", source="mail"))
    book = book_of(tmp_path, people=[chen, person("an", said("given"))])
    warning = ("marketing by email was not allowed: Chen withdrawn 2026-11-01, mail",)
    assert logged(book, contact="chen") == warning
    assert logged(book) == warning
    assert logged(book, contact="an") == ()
    assert logged(book, contact="chen", at="2026-10-31") == ()  # it was allowed on that day
    assert logged(book, contact="chen", direction="in") == ()
    assert logged(book, contact="chen", direction=None) == ()
    assert logged(book, contact="chen", kind="note") == ()
    assert logged(book, contact="chen", campaign=None) == ()
