"""May we contact a person, over this channel, for this purpose, on that day?"""

import datetime
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Literal
from typing import NamedTuple
from typing import Protocol

ALL = "all"  # the channel, or the purpose, that stands for each of them
CHANNELS = ("email", "phone", "sms", "message", "post", "visit")

State = Literal["given", "withdrawn", "declined", "expired", "unknown"]
SEVEREST: tuple[State, ...] = ("withdrawn", "declined", "expired", "given")  # the first one wins


class Said(Protocol):
    """One thing that a person said about being contacted; its `state` holds until `expires`."""

    @property
    def channel(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def date(self) -> datetime.date: ...
    @property
    def source(self) -> str | None: ...
    @property
    def wording(self) -> str | None: ...
    @property
    def expires(self) -> datetime.date | None: ...


class Verdict(NamedTuple):
    """The answer, the state that it follows from, and the event it rests on; None: none was said."""

    allowed: bool
    state: State
    event: Said | None = None


class Ways(NamedTuple):
    """The ways to reach a person that are on record."""

    mail: bool = False
    phone: bool = False
    mobile: bool = False
    address: bool = False  # the customer's

    def has(self, channel: str) -> bool:
        """Whether there is an address for the channel. A visit needs none."""
        return {
            "email": self.mail,
            "phone": self.phone or self.mobile,
            "sms": self.mobile,
            "message": self.mobile or self.phone,
            "post": self.address,
        }.get(channel, True)


class Person(NamedTuple):
    """Someone who may be contacted. `id` is `customer/contact`; `left` is the day they left."""

    id: str
    name: str
    ways: Ways
    events: Sequence[Said]
    left: datetime.date | None = None

    def is_there(self, day: datetime.date) -> bool:
        """Whether the person is still in the house on the day."""
        return self.left is None or self.left > day


class Judged(NamedTuple):
    """A verdict on one person, or on a customer where nobody can be reached (`person` None)."""

    person: Person | None
    verdict: Verdict


def may_contact(
    events: Iterable[Said],
    channel: str,
    purpose: str,
    day: datetime.date,
    required_for: Collection[str],
) -> Verdict:
    """Whether the person who said all that may be contacted so, for that, on the day.

    What was said last up to the day counts; of several things said on one day the most
    restrictive. Nothing said means no where the purpose is one of `required_for`, else yes.
    What has expired is a no. The order of `events` makes no difference but between equal states.
    Record of consent: ISO/IEC TS 27560:2023.
    """
    fitting = [
        event
        for event in events
        if event.date <= day and event.channel in (channel, ALL) and event.purpose in (purpose, ALL)
    ]
    if not fitting:
        return Verdict(purpose not in required_for, "unknown")
    last = max(event.date for event in fitting)
    said = [(_state(event, day), event) for event in fitting if event.date == last]
    state, event = min(said, key=lambda each: SEVEREST.index(each[0]))
    return Verdict(state == "given", state, event)


def judged(
    people: Sequence[Person],
    channel: str,
    purpose: str,
    day: datetime.date,
    required_for: Collection[str],
    *,
    named: str | None = None,
) -> Judged:
    """The verdict on a contact with a customer, `people` being those there.

    The person of the id `named` is judged alone. Where none of that id is there, and where nobody
    is named, it is judged for each who is there on the day and has an address for the channel:
    one no is a no. Where there is nobody of that kind, nothing was said.
    """
    for person in people:
        if person.id == named:
            return Judged(person, may_contact(person.events, channel, purpose, day, required_for))
    found = [
        Judged(person, may_contact(person.events, channel, purpose, day, required_for))
        for person in people
        if person.is_there(day) and person.ways.has(channel)
    ]
    for each in found:
        if not each.verdict.allowed:
            return each
    return found[0] if found else Judged(None, Verdict(purpose not in required_for, "unknown"))


def standing(
    events: Sequence[Said], day: datetime.date, required_for: Collection[str]
) -> tuple[str, ...]:
    """What stands on the day of each channel and purpose that was spoken of, as `email/marketing given`."""
    pairs = dict.fromkeys((e.channel, e.purpose) for e in events if e.date <= day)
    return tuple(
        f"{channel}/{purpose} {may_contact(events, channel, purpose, day, required_for).state}"
        for channel, purpose in pairs
    )


def because(verdict: Verdict) -> str:
    """Why: `declined 2026-05-04, trade fair form`; `was never asked`."""
    if verdict.event is None:
        return "was never asked"
    event = verdict.event
    day = (
        f"expired {event.expires}"
        if verdict.state == "expired"
        else f"{verdict.state} {event.date}"
    )
    return f"{day}, {event.source}" if event.source else day


def reason(found: Judged, channel: str) -> str:
    """Why a customer or person may, or may not, be contacted: who said what, and when."""
    if found.person is None:
        return f"nobody there has an address for {channel}"
    return f"{found.person.name} {because(found.verdict)}"


def _state(event: Said, day: datetime.date) -> State:
    if event.state == "given" and event.expires is not None and event.expires < day:
        return "expired"
    return event.state  # type: ignore[return-value]  # the schema lets no other word in
