"""What is new, in words: records before and after, told as a colleague would."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from crmcli.model.campaign import Campaign
from crmcli.model.case import Case
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.feedback import Feedback
from crmcli.model.interaction import Interaction
from crmcli.model.promise import Promise
from crmcli.model.pulse import Pulse
from crmcli.model.record import Event
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.sale import Sale
from crmcli.model.task import Task

Pair = tuple[Record | None, Record | None]
NameOf = Callable[[str | None], str]

CONTACTS = {
    "visit": "visited",
    "call": "called",
    "meeting": "met",
    "email": "mailed",
    "message": "wrote to",
    "note": "noted something on",
}
THEIRS = {"call": "called", "email": "mailed", "message": "wrote to", "visit": "visited"}
SETTLED = {"kept": "kept", "broken": "broke"}
BAD_MOODS = ("unhappy", "offended")
HIDDEN = ("history", "conflicts")


def news(pairs: Iterable[Pair], name_of: NameOf) -> list[str]:
    """One sentence for what became of each record; equal ones are counted.

    A pair is a record before and after, None where it is not there. `name_of` gives the name of
    a customer by its id. What matters most comes first: promises, deals, contacts, the rest.
    """
    told: list[tuple[int, str]] = []
    for old, new in pairs:
        record = new if new is not None else old
        assert record is not None
        order, tell = TELLERS[type(record)]
        told += [(order, text) for text in tell(old, new, name_of)]
    counted = Counter(text for _, text in sorted(told))
    return [text if n == 1 else f"{text} ({n} times)" for text, n in counted.items()]


def new_questions(pairs: Iterable[Pair]) -> int:
    """How many more questions these records leave open after than before."""
    return sum(_open(new) - _open(old) for old, new in pairs)


def _open(record: Record | None) -> int:
    found = getattr(record, "conflicts", None) or ()
    # A row keeps them as compact JSON, each with its field.
    return found.count('"field":') if isinstance(found, str) else len(found)


def _promise(old: Promise | None, new: Promise | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"promise {old.id if old else ''} was removed"
        return
    what = f"{new.id}: {new.what}" + (f" to {name_of(new.customer)}" if new.customer else "")
    event = _last(old, new)
    by = (event and event.by) or new.owner or new.by
    if new.status in SETTLED and (old is None or old.status != new.status):
        late = (event.date - new.due).days if event and new.due else 0
        yield f"{by} {SETTLED[new.status]} {what}{_days(late)}"
    elif old is None:
        due = f", due {new.due}" if new.due else ""
        yield f"{new.by} promised {what}{due}"
    elif old.status != new.status:
        yield f"{what}: {new.status}"
    elif old.due != new.due:
        yield f"{by} moved {what} from {old.due} to {new.due}"
    else:
        yield from _changed(what, old, new)


def _deal(old: Deal | None, new: Deal | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"deal {old.id if old else ''} was removed"
        return
    what = f"{new.id}: {new.name or 'deal'}" + (
        f", {name_of(new.customer)}" if new.customer else ""
    )
    event = _last(old, new)
    by = (event and event.by) or new.owner or "someone"
    if old is None:
        yield f"{by} opened {what} ({new.stage})"
    elif old.stage != new.stage:
        word = {"won": "won", "lost": "lost"}.get(new.stage or "")
        yield (
            f"{by} {word} {what}" if word else f"{by} moved {what} from {old.stage} to {new.stage}"
        )
    else:
        yield from _changed(what, old, new)


def _interaction(
    old: Interaction | None, new: Interaction | None, name_of: NameOf
) -> Iterator[str]:
    if new is None:
        yield f"interaction {old.id if old else ''} was removed"
    elif old is not None:
        yield from _changed(f"interaction {new.id}", old, new)
    else:
        customer = name_of(new.customer) if new.customer else "no customer"
        mood = f", {new.mood}" if new.mood in BAD_MOODS else ""
        if new.direction == "in" and new.kind in THEIRS:
            yield f"{customer} {THEIRS[new.kind]} {new.rep}{mood}"
        else:
            yield f"{new.rep} {CONTACTS[new.kind]} {customer}{mood}"


def _customer(old: Customer | None, new: Customer | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"customer {old.id if old else ''} was removed"
    elif old is None:
        yield f"new customer {new.name}" + (f" ({new.owner})" if new.owner else "")
    else:
        known = {contact.id for contact in old.contacts}
        added = [each for each in new.contacts if each.id not in known]
        yield from (f"new contact {each.name or each.id} at {new.name}" for each in added)
        if old.status != new.status:
            yield f"{new.name} is now {new.status}"
        if old.owner != new.owner:
            yield f"{new.name} now belongs to {new.owner or 'nobody'}"
        told = {"status", "owner", *(["contacts"] if added else [])}
        yield from _changed(new.name, old, new, told)


def _task(old: Task | None, new: Task | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"task {old.id if old else ''} was removed"
        return
    what = f"{new.id}: {new.what}"
    if old is None:
        yield f"new task {what}" + (f", {new.owner}" if new.owner else "")
    elif old.status != new.status:
        yield f"task {what}: {new.status}"
    else:
        yield from _changed(what, old, new)


def _case(old: Case | None, new: Case | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"case {old.id if old else ''} was removed"
        return
    what = f"{new.id}: {new.what}" + (f", {name_of(new.customer)}" if new.customer else "")
    event = _last(old, new)
    by = (event and event.by) or new.owner or "someone"
    if old is None:
        yield f"new {new.type or 'case'} {what}" + (f" ({new.owner})" if new.owner else "")
    elif old.status != new.status:
        reopened = old.status == "resolved"
        yield f"{by} {'reopened' if reopened else new.status} {what}"
    else:
        yield from _changed(what, old, new)


def _feedback(old: Feedback | None, new: Feedback | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"feedback {old.id if old else ''} was removed"
    elif old is not None:
        yield from _changed(f"feedback {new.id}", old, new)
    else:
        score = "" if new.score is None else f" {new.score}"
        yield f"{name_of(new.customer) if new.customer else 'no customer'}: {new.kind}{score}" + (
            f" for {new.rep}" if new.rep else ""
        )


def _campaign(old: Campaign | None, new: Campaign | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"campaign {old.id if old else ''} was removed"
    elif old is None:
        yield f"new campaign {new.name}" + (f" ({new.owner})" if new.owner else "")
    else:
        yield from _changed(f"campaign {new.name}", old, new)


def _sale(old: Sale | None, new: Sale | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"sale {old.id if old else ''} was removed"
    elif old is not None:
        yield from _changed(f"sale {new.id}", old, new)
    else:
        customer = name_of(new.customer) if new.customer else "no customer"
        yield f"{customer} {'returned something' if new.quantity < 0 else 'bought'}"


def _pulse(old: Pulse | None, new: Pulse | None, name_of: NameOf) -> Iterator[str]:
    # Who answered is not known, and what was answered is not for everyone's screen.
    yield "an answer of our own people" if old is None else "an answer of our own people changed"


def _rep(old: Rep | None, new: Rep | None, name_of: NameOf) -> Iterator[str]:
    if new is None:
        yield f"rep {old.id if old else ''} was removed"
    elif old is None:
        yield f"new rep {new.id}"
    else:
        yield from _changed(f"rep {new.id}", old, new)


TELLERS: Mapping[type[Record], tuple[int, Callable[[Any, Any, NameOf], Iterator[str]]]] = {
    Promise: (0, _promise),
    Case: (1, _case),
    Deal: (1, _deal),
    Interaction: (2, _interaction),
    Feedback: (2, _feedback),
    Customer: (3, _customer),
    Sale: (3, _sale),
    Task: (4, _task),
    Campaign: (4, _campaign),
    Pulse: (5, _pulse),
    Rep: (5, _rep),
}


def _last(old: Record | None, new: Record) -> Event | None:
    """The last line of the history that was not there before."""
    before = getattr(old, "history", ())
    added = [event for event in getattr(new, "history", ()) if event not in before]
    return added[-1] if added else None


def _changed(what: str, old: Record, new: Record, told: Iterable[str] = ()) -> Iterator[str]:
    left_out = {*HIDDEN, *told}
    fields = [
        name.replace("_", " ")
        for name in new.__struct_fields__
        if name not in left_out and getattr(old, name) != getattr(new, name)
    ]
    if fields:
        yield f"{what}: {', '.join(fields)} changed"


def _days(late: int) -> str:
    return f", {late} day{'' if late == 1 else 's'} late" if late > 0 else ""
