"""What becomes of two records of the same customer: one, and the questions where they differ."""

from collections.abc import Iterator
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from msgspec.structs import replace

from crmcli.actions.contacts import free_id
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.names import fold
from crmcli.model.record import Conflict

# What a value is, and what is said about it. An amount with the currency or the source of another
# would be a lie, so they go together.
TOGETHER = (
    (("potential", "currency"), ("potential_basis", "potential_date")),
    (("quiet_until",), ("quiet_reason",)),
)
LISTS = ("needs", "tags", "refs")
# `verified` tells of the values of this one record, so it is nobody else's.
APART = ("id", "name", "aliases", "merged_into", "verified", "contacts", "history", "conflicts")

Values = dict[str, Any]


class United(NamedTuple):
    """Two customers as one.

    `taken` are the fields that came from the other one, `questions` stand where both know
    something else, and `people` are the other's by the ids that they had there.
    """

    customer: Customer
    taken: tuple[str, ...]
    questions: tuple[Conflict, ...]
    people: Mapping[str, Contact]


def united(kept: Customer, gone: Customer, currency: str) -> United:
    """Take from `gone` what `kept` lacks; where they differ, `kept` stands and a question is left.

    Lists and names are united, people get ids that are free, open questions of both stay open.
    History is left as it is. `currency` is the book's.
    """
    people = _moved_people(kept, gone)
    fields, questions = _fields(kept, gone, currency)
    customer = kept.with_fields(
        **fields,
        aliases=_aliases(kept, gone),
        contacts=(*kept.contacts, *people.values()),
    )
    asked = (*kept.conflicts, *_handed_on(customer, gone, people), *questions)
    customer = customer.with_fields(conflicts=tuple(dict.fromkeys(asked)))
    return United(customer, tuple(fields), questions, people)


def _moved_people(kept: Customer, gone: Customer) -> dict[str, Contact]:
    taken = {person.id for person in kept.contacts}
    people: dict[str, Contact] = {}
    for person in gone.contacts:
        id = free_id(person.id, taken)
        taken.add(id)
        # Where two have one id in a damaged file, records mean the first.
        people[id if person.id in people else person.id] = replace(person, id=id)
    return people


def _fields(kept: Customer, gone: Customer, currency: str) -> tuple[Values, tuple[Conflict, ...]]:
    """The fields of `kept` that change, and the questions."""
    taken: Values = {}
    questions = []
    mine, theirs = _said(kept, gone, currency), _said(gone, kept, currency)
    if theirs["deputy"] == (mine["owner"] or theirs["owner"]):
        theirs["deputy"] = None  # nobody stands in for himself
    for what, details in _groups():
        lead = what[0]
        if theirs[lead] is None:
            continue
        fits = mine[lead] is None or all(_is_same(mine[name], theirs[name]) for name in what)
        for name in (*what, *details):
            if theirs[name] is None or _is_same(mine[name], theirs[name]):
                continue
            if fits and mine[name] is None:
                taken[name] = getattr(gone, name)
            else:
                questions.append(
                    Conflict(field=name, kept=_text(mine[name]), other=_text(theirs[name]))
                )
    if kept.referred_by == gone.id:
        taken.setdefault("referred_by", None)  # nobody refers himself
    for name in LISTS:
        taken[name] = tuple(dict.fromkeys((*getattr(kept, name), *getattr(gone, name))))
    changed = {name: value for name, value in taken.items() if value != getattr(kept, name)}
    return changed, tuple(questions)


def _groups() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """All fields with one value, those of TOGETHER in their groups."""
    grouped = {name for what, details in TOGETHER for name in (*what, *details)}
    other = {*APART, *LISTS, *grouped}
    single = [((name,), ()) for name in Customer.__struct_fields__ if name not in other]
    return [*single, *TOGETHER]


def _said(customer: Customer, twin: Customer, currency: str) -> Values:
    """What a customer's fields say: what says nothing, now that both are one, is None."""
    said: Values = {name: getattr(customer, name) for name in Customer.__struct_fields__}
    if customer.status == "archived":
        said["status"] = None
    if customer.referred_by == twin.id:
        said["referred_by"] = None
    if customer.potential is None:
        said["currency"] = None
    elif customer.currency is None:
        said["currency"] = currency
    return said


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    return bool(one == other)


def _text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return None if value is None else str(value)


def _aliases(kept: Customer, gone: Customer) -> tuple[str, ...]:
    aliases = list(kept.aliases)
    known = {fold(name) for name in (kept.name, *aliases)}
    for name in (gone.name, *gone.aliases):
        if fold(name) not in known:
            known.add(fold(name))
            aliases.append(name)
    return tuple(aliases)


def _handed_on(
    customer: Customer, gone: Customer, people: Mapping[str, Contact]
) -> Iterator[Conflict]:
    """The questions that were open about the one that goes, as questions about the customer."""
    for question in gone.conflicts:
        root, _, rest = question.field.partition(".")
        if root == "contacts":
            id, _, field = rest.partition(".")
            if id in people:
                yield replace(question, field=f"contacts.{people[id].id}.{field}")
        elif root in Customer.__struct_fields__:
            stands = _text(getattr(customer, root))
            if question.other != stands:
                yield replace(question, kept=stands)
