"""What a writing command does with its words: fields, ids, the set, archive and snooze verbs."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from crmcli.actions import records
from crmcli.actions.fields import read_fields
from crmcli.actions.interactions import Promised
from crmcli.book.book import Book
from crmcli.cli.run import Run
from crmcli.model.customer import Contact
from crmcli.model.dates import OPTION_LOOKS
from crmcli.model.dates import read_moment
from crmcli.model.dates import split_promise
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NeedsAnswerError
from crmcli.model.kinds import BY_NAME
from crmcli.model.names import is_slug
from crmcli.model.names import slug


def read(run: Run, kind: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Values for the fields of a kind, from the words of its options."""
    record = Contact if kind == "contact" else BY_NAME[kind].record
    return read_fields(run.book(), record, words, partial(read_day, run))


def read_day(run: Run, word: str, field: str, is_moment: bool) -> date | str:
    """A date word of a field, read as its option looks; a time of day as it is stored."""
    if is_moment:
        return moment(run, word)[0]
    return run.day(word, field if field in OPTION_LOOKS else "any").date


def moment(run: Run, word: str | None) -> tuple[str, str]:
    """A time as it is stored, and as it is shown. Nothing given is now."""
    if word is not None:
        read = read_moment(word, today=run.today, now=run.world.now)
        return read.text, read.echo
    day = f"{run.today:%a} {run.today}"
    if run.day_is_given:
        return run.today.isoformat(), day
    return run.world.now.isoformat(timespec="seconds"), day


def customer_id(run: Run, name: str, given: str | None, letter: str = "c") -> str:
    """The id of a new customer or rep: as given, or made of the name.

    Raises BadValueError for one that cannot be a file's name.
    """
    if given is not None:
        if not is_slug(given):
            raise BadValueError(
                f"'{given}' cannot be an id",
                place="--id",
                remedy=f"Try: --id {_slug(run, given, letter)}",
            )
        return given
    if not name.strip():
        raise BadValueError("the name is empty")
    return _slug(run, name, letter)


def _slug(run: Run, name: str, letter: str) -> str:
    try:
        return slug(name)
    except ValueError:
        return run.new_id(letter)


def person_fields(run: Run, name: str | None, **words: str | None) -> dict[str, Any] | None:
    """The fields of a first person; None without a name.

    Raises BadValueError for fields of nobody.
    """
    if name is None:
        given = [key for key, word in words.items() if word is not None]
        if given:
            raise BadValueError(f"--{given[0]} is of a person", remedy="Try: --contact NAME")
        return None
    return read(run, "contact", {"name": name, **words})


def set_fields(run: Run, kind: str, ref: str, fields: Sequence[str]) -> None:
    """The verb `set` of a kind."""
    run.save(
        lambda book: records.set_fields(
            book,
            kind,
            ref,
            fields,
            day=partial(read_day, run),
            on=run.today,
            by=run.me_or_none(),
            note=run.options.get("message"),
        )
    )


def archive_records(run: Run, kind: str, refs: Sequence[str]) -> None:
    """The verb `archive` of a kind."""
    run.save(
        lambda book: records.archive(
            book, kind, refs, on=run.today, by=run.me_or_none(), note=run.options.get("message")
        )
    )


def snooze_record(
    run: Run, kind: str, ref: str, until: str, reason: str | None, fields: tuple[str, str]
) -> None:
    """Put a date and a reason into two fields of a record.

    Raises NeedsAnswerError without a reason.
    """
    if not reason:
        raise NeedsAnswerError("a reason is needed", place="--reason", remedy='Try: --reason "why"')
    day = run.day(until, "snooze").date
    values = dict(zip(fields, (day, reason), strict=True))
    run.save(
        lambda book: records.changed(
            book, book.record(kind, ref), values, on=run.today, by=run.me_or_none()
        )
    )


def with_contact(book: Book, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the contact as an id of the customer's; the customer is filled in if need be."""
    if fields.get("contact"):
        customer, contact = book.contact(fields["contact"], fields.get("customer"))
        fields = {**fields, "contact": contact.id, "customer": customer.id}
    return fields


def promised(run: Run, words: str) -> Promised:
    """A promise out of `TEXT by DATE`; its id is still to be given."""
    what, day = split_promise(words, today=run.today)
    return Promised("", what, day.date, day.echo)
