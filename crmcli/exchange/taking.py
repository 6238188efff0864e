"""A row's values into the draft: found again by its ref or name, filled in, or added."""

import datetime
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Literal
from typing import NamedTuple

from crmcli.actions.soundness import refuse_faults
from crmcli.exchange.draft import Draft
from crmcli.exchange.known import Known
from crmcli.exchange.natural import Natural
from crmcli.exchange.story import closing_day
from crmcli.exchange.story import story
from crmcli.exchange.story import untold
from crmcli.exchange.story import with_story
from crmcli.exchange.trade import MONEY
from crmcli.exchange.trade import line_of
from crmcli.exchange.trade import members_of
from crmcli.exchange.trade import money_of
from crmcli.exchange.values import Asked
from crmcli.model.campaign import Campaign
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.errors import BadValueError
from crmcli.model.feedback import Feedback
from crmcli.model.kinds import BY_NAME
from crmcli.model.names import slug
from crmcli.model.policy import Policy
from crmcli.model.record import Record
from crmcli.model.rep import Rep

Taken = Literal["added", "changed", "unchanged"]
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "rep": ("name",),
    "customer": ("name",),
    "deal": (),
    "promise": ("what", "by"),
    "interaction": ("at", "kind", "rep"),
    "task": ("what",),
    "case": ("what",),
    "feedback": ("at", "kind", "by"),
    "campaign": ("name",),
    "sale": ("date",),
}
MINE = {
    "deal": "owner",
    "customer": "owner",
    "task": "owner",
    "promise": "by",
    "interaction": "rep",
    "case": "owner",
    "feedback": "by",
    "campaign": "owner",
    "sale": "rep",
}
BLANK: tuple[Any, ...] = (None, "", ())


class Wishes(NamedTuple):
    """What the person asked for. `owner`, `customer` and `me` are ids; `by` writes the history."""

    today: datetime.date
    new_id: Callable[[str], str]
    me: str | None = None
    kind: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    asked: Asked = Asked()
    match: str | None = None
    overwrite: bool = False
    currency: str | None = None
    owner: str | None = None
    customer: str | None = None
    tags: tuple[str, ...] = ()
    since: datetime.date | None = None
    keep: tuple[str, ...] = ()


class Work:
    """What one import has at hand: the draft, what is known, what was asked, and counts."""

    def __init__(self, draft: Draft, known: Known, wishes: Wishes) -> None:
        self.draft = draft
        self.known = known
        self.wishes = wishes
        self.policy: Policy = known.book.policy
        self.natural = Natural(known.book)
        self.by_id = False  # the rows at hand are of an export of ours and name customers by id
        self.kept: Counter[str] = Counter()  # filled fields that the file has otherwise
        self.made: Counter[str] = Counter()  # records beside the rows' own, by kind
        self.refused: list[str] = []  # members whom consent keeps out of a campaign, and why

    def fills(
        self, old: Any, fields: Mapping[str, Any], frozen: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Those fields that a match may take: empty ones, with --overwrite also filled ones."""
        taken = {}
        for name, value in fields.items():
            there = getattr(old, name)
            if value in BLANK or value == there:
                continue
            if name == "refs":
                if new := tuple(ref for ref in value if ref not in there):
                    taken[name] = (*there, *new)
            elif there in BLANK or (self.wishes.overwrite and name not in frozen):
                taken[name] = value
            else:
                self.kept[name] += 1
        return taken


def take(work: Work, kind: str, values: Mapping[str, Any]) -> Taken:
    """Take a row of any kind but contacts. Raises BadValueError for a row that is bad."""
    fields = fields_of(work, kind, values)
    if kind == "deal":
        fields["close"] = closing_day(fields, values, work.policy)
    id, by_name = _find(work, kind, values, fields)
    lines = story(
        kind, fields, values, policy=work.policy, today=work.wishes.today, by=work.wishes.me
    )
    if id is None or not is_there(work, kind, id):
        record = _new(work, kind, id, fields)
        if isinstance(record, Campaign):
            record = _with_members(work, record, ())
        add(work, with_story(record, lines))
        return "added"
    if by_name and kind in ("rep", "customer"):
        fields.pop("name", None)  # it was found by it, so the book's spelling stands
    old = work.draft.record(kind, id)
    new = _updated(work, old, fields, lines)
    if isinstance(old, Campaign) and isinstance(new, Campaign):
        new = _with_members(work, new, old.members)
    work.draft.put(new)
    work.known.note_refs(kind, id, refs_of(new))
    return "unchanged" if new == old else "changed"


def add(work: Work, record: Record) -> None:
    """Put a new record into the draft, and let later rows find it."""
    work.draft.put(record)
    if isinstance(record, Customer):
        work.known.note_customer(record)
    elif isinstance(record, Rep):
        work.known.note_rep(record)
    else:
        work.known.note_refs(_kind(record), record.id, refs_of(record))


def fields_of(work: Work, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as fields of the record, with customer, contact, money and refs put in order."""
    struct = BY_NAME[kind].record
    fields = {
        name: v for name, v in values.items() if name in struct.__struct_fields__ and name != "id"
    }
    refs = (*values.get("ref", ()), *values.get("refs", ()))
    fields |= {"ref": refs[0] if refs else None} if BY_NAME[kind].is_row else {"refs": refs}
    if "customer" in struct.__struct_fields__:
        text = values.get("customer")
        fields["customer"] = (
            work.known.customer(text, by_id=work.by_id) if text else work.wishes.customer
        )
    if fields.get("contact"):
        fields["contact"] = work.known.contact(fields["contact"], fields["customer"])
    if fields.get("manager"):
        fields["manager"] = work.known.rep_or_none(fields["manager"]) or fields["manager"]
    fields |= money_of(kind, values, work.policy.currency, work.wishes.currency)
    mine = MINE.get(kind)
    if mine and mine in REQUIRED[kind] and not fields.get(mine):
        fields[mine] = work.wishes.owner or work.wishes.me
    _check(work, kind, fields)
    return fields | line_of(fields) if kind == "sale" else fields


def _check(work: Work, kind: str, fields: Mapping[str, Any]) -> None:
    for name in REQUIRED[kind]:
        if fields.get(name) in BLANK:
            raise BadValueError(f"{name} is missing")
    day = fields.get({"interaction": "at", "feedback": "at", "sale": "date"}.get(kind, ""))
    if day is not None and str(day)[:10] > work.wishes.today.isoformat():
        raise BadValueError(f"{str(day)[:10]} is still to come", remedy="What is planned is a task")
    if kind == "feedback":
        refuse_faults(None, Feedback(**fields))


def _find(
    work: Work, kind: str, values: Mapping[str, Any], fields: Mapping[str, Any]
) -> tuple[str | None, bool]:
    """The id of the record that a row means, and whether a name told it; None: a new one."""
    if values.get("id"):
        return values["id"], False
    match = work.wishes.match
    refs = refs_of(fields)
    hits: dict[str, str] = {}
    if match in (None, "ref"):
        hits |= {id: "ref" for ref in refs for id in work.known.by_ref(kind, ref)}
    if kind == "rep":
        for way in ("email", "name"):
            if match in (None, way) and fields.get(way):
                found = work.known.rep_or_none(fields[way])
                hits |= {found: hits.get(found, way)} if found else {}
    elif kind == "customer":
        if match in (None, "name"):
            found = work.known.customer_or_none(fields["name"])
            hits |= {found: hits.get(found, "name")} if found else {}
    elif not hits and (match == "name" or (match is None and not refs)):
        found = work.natural.find(kind, fields)
        hits |= {found: "name"} if found else {}
    # A row of this very file may be expected under a name, and is no record yet.
    there = {id: way for id, way in hits.items() if is_there(work, kind, id)} or hits
    if len(there) > 1:
        both = " and ".join(f"{id} (by {way})" for id, way in there.items())
        raise BadValueError(f"it may be {both}", remedy="Try: --match ref")
    return next(iter(there), None), "name" in there.values()


def is_there(work: Work, kind: str, id: str) -> bool:
    """Whether there is such a record, in the book or added by this import."""
    return id in work.known.files(kind) or work.draft.has(kind, id)


def _new(work: Work, kind: str, id: str | None, fields: Mapping[str, Any]) -> Record:
    given = {name: value for name, value in fields.items() if value not in BLANK}
    defaults: dict[str, Any] = {}
    if kind == "deal":
        defaults["stage"] = work.policy.stages_of("open")[0]
    elif kind in ("promise", "task"):
        defaults["status"] = "open"
    elif kind == "case":
        steps = {"resolved": "resolved", "acknowledged": "acknowledged", "replied": "acknowledged"}
        defaults["status"] = next((s for field, s in steps.items() if given.get(field)), "open")
    elif kind == "customer":
        defaults["kind"] = "company"
        given["tags"] = tuple(dict.fromkeys((*given.get("tags", ()), *work.wishes.tags)))
    if kind in MINE and work.wishes.owner:
        defaults[MINE[kind]] = work.wishes.owner
    record: Record = BY_NAME[kind].record(
        id=id or new_id(work, kind, given.get("name", "")), **{**defaults, **given}
    )
    return record


def new_id(work: Work, kind: str, name: str) -> str:
    """An id for a new record: a slug of its name where the kind has those, else a random one."""
    letter = BY_NAME[kind].letter
    if letter is None:
        try:
            return slug(name)
        except ValueError:
            letter = kind[0]
    return work.wishes.new_id(letter)


def _updated(work: Work, old: Record, fields: dict[str, Any], lines: list[Any]) -> Record:
    state = "stage" if isinstance(old, Deal) else "status"
    there = getattr(old, state, None)
    if there is not None and fields.get(state) not in (None, there) and not work.wishes.overwrite:
        lines = []  # the book tells another story of it, and that one stands
        fields = {name: value for name, value in fields.items() if name != "close"}
    taken = work.fills(old, {n: v for n, v in fields.items() if n != "currency"}, old.FROZEN)
    taken = _with_currency(work, old, taken, fields.get("currency"))
    if isinstance(old, Customer):
        there = taken.get("tags", old.tags)
        new_tags = tuple(tag for tag in work.wishes.tags if tag not in there)
        taken |= {"tags": (*there, *new_tags)} if new_tags else {}
    lines = untold(old, lines)
    told = {name for line in lines for name in old.TRACKED if getattr(line, name) is not None}
    plain = {name: value for name, value in taken.items() if name in told}
    rest = {name: value for name, value in taken.items() if name not in told}
    new = old.with_fields(**plain).changed(on=work.wishes.today, by=work.wishes.me, **rest)
    return with_story(new, lines)


def _with_currency(
    work: Work, old: Record, taken: dict[str, Any], currency: str | None
) -> dict[str, Any]:
    """What is taken, with the currency of its amounts; none beside one of another currency."""
    amounts = MONEY.get(_kind(old), ())
    new = [name for name in amounts if name in taken]
    stays = [n for n in amounts if n not in taken and getattr(old, n) is not None]
    if not new:
        return taken
    if stays and currency != getattr(old, "currency", None):
        work.kept.update(new)
        return {name: value for name, value in taken.items() if name not in new}
    return {**taken, "currency": currency}


def _with_members(work: Work, campaign: Campaign, old: Sequence[str]) -> Campaign:
    """The campaign without those new members whom consent does not let it reach."""

    def customer_of(id: str) -> Customer:
        found = work.draft.record("customer", id)
        assert isinstance(found, Customer)
        return found

    members, refused = members_of(campaign, old, customer_of, work.wishes.today, work.policy)
    work.refused += refused
    return campaign.with_fields(members=members) if refused else campaign


def refs_of(of: Any) -> tuple[str, ...]:
    """The ids in other programs, of a record or of fields."""
    fields = of if isinstance(of, dict) else {n: getattr(of, n, None) for n in ("ref", "refs")}
    return (*(fields.get("refs") or ()), *filter(None, [fields.get("ref")]))


def _kind(record: Record) -> str:
    return next(kind.name for kind in BY_NAME.values() if kind.record is type(record))
