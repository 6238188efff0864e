"""The lists: the records of a kind, filtered, with what is computed about each on a day."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.words import plural
from crmcli.reports.campaign_list import CAMPAIGNS
from crmcli.reports.case_list import CASES
from crmcli.reports.feedback_list import FEEDBACK
from crmcli.reports.merged import with_merged
from crmcli.reports.noun import ID
from crmcli.reports.noun import SLUG
from crmcli.reports.noun import Noun
from crmcli.reports.noun import plain
from crmcli.reports.reachable import with_consent
from crmcli.reports.readable import Readable
from crmcli.reports.sales import SALES
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table

OPEN_PROMISES = "p.status = 'open' AND p.archived IS NULL"

# A contact of a day after as_of does not exist yet; then the roll-up cannot answer.
LAST_CONTACT = """CASE WHEN l.day <= :as_of OR l.day IS NULL THEN l.{rolled} ELSE (
    SELECT {raw} FROM interactions i WHERE i.customer = c.id AND i.kind <> 'note'
    AND i.day <= :as_of ORDER BY i.day DESC, i.at DESC, i.id DESC LIMIT 1) END"""
LAST_MOOD = """CASE WHEN l.mood_day <= :as_of OR l.mood_day IS NULL THEN l.mood ELSE (
    SELECT mood FROM interactions i WHERE i.customer = c.id AND i.kind <> 'note'
    AND mood IS NOT NULL AND i.day <= :as_of ORDER BY i.day DESC, i.at DESC, i.id DESC LIMIT 1) END"""
LAST_DAY = LAST_CONTACT.format(rolled="day", raw="i.day")

CUSTOMERS = Noun(
    title="Customers",
    columns=(
        (SLUG, "c.id"),
        *plain("name", "kind", "status", "owner", "deputy", "tier", "industry", "region", "source", table="c"),
        (Column("potential", "money"), "c.potential || ' ' || coalesce(c.currency, :currency)"),
        *plain("potential_basis", "background", table="c"),
        (Column("needs", "list"), "c.needs"),
        (Column("tags", "list"), "c.tags"),
        (Column("aliases", "list"), "c.aliases"),
        (Column("referred_by", "id"), "c.referred_by"),
        (Column("cadence", "number"), "c.cadence"),
        (Column("contract_end", "date"), "c.contract_end"),
        (Column("potential_date", "date"), "c.potential_date"),
        (Column("verified", "date"), "c.verified"),
        *plain("website", "address", "tax_id", table="c"),
        (Column("refs", "list"), "c.refs"),
        (Column("quiet_until", "date"), "c.quiet_until"),
        (Column("quiet_reason"), "c.quiet_reason"),
        (Column("merged_into", "id"), "c.merged_into"),
        (Column("last_contact", "date"), LAST_DAY),
        (Column("last_contact_by"), LAST_CONTACT.format(rolled="rep", raw="i.rep")),
        (Column("days_silent", "number"), f"CAST(julianday(:as_of) - julianday({LAST_DAY}) AS INTEGER)"),
        (Column("mood"), LAST_MOOD),
        (Column("open_promises", "number"), f"(SELECT count(*) FROM promises p WHERE p.customer = c.id AND {OPEN_PROMISES})"),
        (Column("late_promises", "number", "late"), f"(SELECT count(*) FROM promises p WHERE p.customer = c.id AND {OPEN_PROMISES} AND p.due < :as_of)"),
        (Column("open_deals", "number"), "(SELECT count(*) FROM deals d WHERE d.customer = c.id AND d.archived IS NULL AND d.stage NOT IN (SELECT value FROM json_each(:closed)))"),
        (Column("open_cases", "number"), "(SELECT count(*) FROM cases s WHERE s.customer = c.id AND s.status <> 'resolved' AND s.archived IS NULL)"),
        (Column("conflicts", "number"), "(SELECT count(*) FROM conflicts x WHERE x.kind = 'customer' AND x.id = c.id)"),
    ),
    source="customers c LEFT JOIN last_contacts l ON l.customer = c.id",
    order="c.id",
    live="(c.status IS NULL OR c.status <> 'archived')",
    day=LAST_DAY,
    filters={
        "id": "c.id IN ({values})",
        "customer": "c.id IN ({values})",
        "rep": "c.owner IN ({values})",
        "status": "c.status IN ({values})",
        "tier": "c.tier IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
        "silent": f"julianday(:as_of) - julianday({LAST_DAY}) >= {{values}}",
    },
    shown=("id", "name", "status", "tier", "owner", "last_contact", "mood", "late_promises"),
    empty='no customers. Try: crm customer add "Acme Battery"',
)  # fmt: skip

CONTACTS = Noun(
    title="Contacts",
    columns=(
        (SLUG, "k.customer || '/' || k.id"),
        (Column("customer", "id"), "k.customer"),
        (Column("customer_name"), "c.name"),
        *plain("name", "role", "title", "department", "email", table="k"),
        (Column("other_emails", "list"), "k.other_emails"),
        *plain("phone", "mobile", table="k"),
        (Column("other_phones", "list"), "k.other_phones"),
        *plain("language", "birthday", "note", table="k"),
        (Column("left", "date"), "k.left"),
        (Column("verified", "date"), "k.verified"),
        (Column("refs", "list"), "k.refs"),
        (Column("last_contact", "date"), "(SELECT max(i.day) FROM interactions i WHERE i.customer = k.customer AND i.contact = k.id AND i.kind <> 'note' AND i.day <= :as_of)"),
        (Column("consent", "list"), "NULL"),
    ),
    source="contacts k JOIN customers c ON c.id = k.customer",
    order="k.customer, k.id",
    live="(c.status IS NULL OR c.status <> 'archived') AND (k.left IS NULL OR k.left > :as_of)",
    day="(SELECT max(i.day) FROM interactions i WHERE i.customer = k.customer AND i.contact = k.id AND i.kind <> 'note' AND i.day <= :as_of)",
    filters={
        "id": "k.customer || '/' || k.id IN ({values})",
        "customer": "k.customer IN ({values})",
        "rep": "c.owner IN ({values})",
        "role": "k.role IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "customer_name", "name", "role", "email", "phone"),
    empty='no contacts. Try: crm contact add acme "陳美玲" --role decision-maker',
    finish=with_consent,
)  # fmt: skip

LATE = "CASE WHEN p.status = 'open' AND p.due < :as_of THEN 1 ELSE 0 END"
KEPT_ON = "CASE WHEN p.status = 'kept' THEN (SELECT h.date FROM history h WHERE h.kind = 'promise' AND h.id = p.id AND h.field = 'status' AND h.value = 'kept' ORDER BY h.seq DESC LIMIT 1) END"
ORIGINAL_DUE = "coalesce((SELECT h.value FROM history h WHERE h.kind = 'promise' AND h.id = p.id AND h.field = 'due' AND h.value IS NOT NULL ORDER BY h.seq LIMIT 1), p.due)"
PROMISES = Noun(
    title="Promises",
    columns=(
        (ID, "p.id"),
        (Column("what"), "p.what"),
        (Column("customer", "id"), "p.customer"),
        (Column("customer_name"), "c.name"),
        *plain("contact", "by", "owner", "type", table="p"),
        (Column("made", "date"), "p.made"),
        (Column("due", "date"), "p.due"),
        (Column("status"), "p.status"),
        (Column("made_in", "id"), "p.made_in"),
        (Column("reason"), "p.reason"),
        (Column("case", "id"), "p.case_id"),
        (Column("archived", "date"), "p.archived"),
        (Column("refs", "list"), "p.refs"),
        (Column("original_due", "date"), ORIGINAL_DUE),
        (Column("kept_on", "date"), KEPT_ON),
        (Column("late", "yes"), LATE),
        (Column("days_late", "number"), f"CASE WHEN {LATE} THEN CAST(julianday(:as_of) - julianday(p.due) AS INTEGER) END"),
        (Column("renegotiated", "yes"), "(SELECT count(*) > 1 FROM history h WHERE h.kind = 'promise' AND h.id = p.id AND h.field = 'due')"),
    ),
    source="promises p LEFT JOIN customers c ON c.id = p.customer",
    order="p.due IS NULL, p.due, p.id",
    live="p.archived IS NULL",
    day="p.due",
    filters={
        "id": "p.id IN ({values})",
        "customer": "p.customer IN ({values})",
        "rep": "p.by IN ({values})",
        "owner": "coalesce(p.owner, p.by) IN ({values})",
        "made_in": "p.made_in IN ({values})",
        "case": "p.case_id IN ({values})",
        "status": f"(p.status IN ({{values}}) OR ('late' IN ({{values}}) AND {LATE}))",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "due", "customer_name", "what", "by", "status", "days_late"),
    empty='no promises. Try: crm promise add acme "send the quote" --due friday',
)  # fmt: skip

INTERACTIONS = Noun(
    title="Interactions",
    columns=(
        (ID, "i.id"),
        (Column("at", "time"), "i.at"),
        (Column("customer", "id"), "i.customer"),
        *plain("contact", "rep", "kind", "direction", table="i"),
        (Column("minutes", "number"), "i.minutes"),
        *plain("mood", "failure", "summary", "next_step", table="i"),
        (Column("next_date", "date"), "i.next_date"),
        (Column("deal", "id"), "i.deal"),
        (Column("case", "id"), "i.case_id"),
        (Column("campaign", "id"), "i.campaign"),
        (Column("reported", "time"), "i.reported"),
        (Column("lesson"), "i.lesson"),
        (Column("also", "list"), "i.also"),
        *plain("outcome", "step", table="i"),
        (Column("reviewed", "date"), "i.reviewed"),
        (Column("ref"), "i.ref"),
        (Column("customer_name"), "c.name"),
        (Column("report_delay_hours", "number"), "CASE WHEN length(i.at) > 10 AND length(i.reported) > 10 THEN round((julianday(i.reported) - julianday(i.at)) * 24, 2) END"),
    ),
    source="interactions i LEFT JOIN customers c ON c.id = i.customer",
    order="i.day DESC, i.at DESC, i.id DESC",
    live="1",
    day="i.day",
    filters={
        "id": "i.id IN ({values})",
        "customer": "i.customer IN ({values})",
        "rep": "(i.rep IN ({values}) OR EXISTS (SELECT 1 FROM json_each(i.also) WHERE value IN ({values})))",
        "kind": "i.kind IN ({values})",
        "mood": "i.mood IN ({values})",
        "contact": "i.customer || '/' || i.contact IN ({values})",
        "deal": "i.deal IN ({values})",
        "campaign": "i.campaign IN ({values})",
        "case": "i.case_id IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "at", "kind", "customer_name", "rep", "mood", "summary"),
    empty='no interactions. Try: crm log visit acme "agreed the scope" --mood pleased',
)  # fmt: skip

TASK_LATE = "CASE WHEN t.status = 'open' AND t.due < :as_of THEN 1 ELSE 0 END"
TASKS = Noun(
    title="Tasks",
    columns=(
        (ID, "t.id"),
        (Column("what"), "t.what"),
        (Column("kind"), "t.kind"),
        (Column("customer", "id"), "t.customer"),
        (Column("customer_name"), "c.name"),
        (Column("owner"), "t.owner"),
        (Column("due", "date"), "t.due"),
        (Column("snoozed_until", "date"), "t.snoozed_until"),
        (Column("snoozed_reason"), "t.snoozed_reason"),
        (Column("status"), "t.status"),
        (Column("done", "date"), "t.done"),
        (Column("reason"), "t.reason"),
        (Column("deal", "id"), "t.deal"),
        (Column("case", "id"), "t.case_id"),
        (Column("campaign", "id"), "t.campaign"),
        (Column("archived", "date"), "t.archived"),
        (Column("refs", "list"), "t.refs"),
        (Column("late", "yes"), TASK_LATE),
        (Column("days_late", "number"), f"CASE WHEN {TASK_LATE} THEN CAST(julianday(:as_of) - julianday(t.due) AS INTEGER) END"),
    ),
    source="tasks t LEFT JOIN customers c ON c.id = t.customer",
    order="t.due IS NULL, t.due, t.id",
    live="t.archived IS NULL",
    day="t.due",
    filters={
        "id": "t.id IN ({values})",
        "customer": "t.customer IN ({values})",
        "rep": "t.owner IN ({values})",
        "status": f"(t.status IN ({{values}}) OR ('late' IN ({{values}}) AND {TASK_LATE}))",
        "kind": "t.kind IN ({values})",
        "deal": "t.deal IN ({values})",
        "case": "t.case_id IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "due", "what", "customer_name", "owner", "status"),
    empty='no tasks. Try: crm task add "prepare the demo" --due monday',
)  # fmt: skip

KEEPS = "coalesce(p.owner, p.by) = r.id"
REPS = Noun(
    title="Reps",
    columns=(
        (ID, "r.id"),
        *plain("name", "email", "manager", "department", "level", table="r"),
        (Column("joined", "date"), "r.joined"),
        (Column("left", "date"), "r.left"),
        (Column("signed_standard", "date"), "r.signed_standard"),
        (Column("archived", "date"), "r.archived"),
        (Column("customers", "number"), "(SELECT count(*) FROM customers c WHERE c.owner = r.id AND c.status IS NOT 'archived')"),
        (Column("open_promises", "number"), f"(SELECT count(*) FROM promises p WHERE {KEEPS} AND {OPEN_PROMISES})"),
        (Column("late_promises", "number", "late"), f"(SELECT count(*) FROM promises p WHERE {KEEPS} AND {OPEN_PROMISES} AND p.due < :as_of)"),
        (Column("open_deals", "number"), "(SELECT count(*) FROM deals d WHERE d.owner = r.id AND d.archived IS NULL AND d.stage NOT IN (SELECT value FROM json_each(:closed)))"),
    ),
    source="reps r",
    order="r.id",
    live="r.archived IS NULL AND (r.left IS NULL OR r.left > :as_of)",
    day="r.joined",
    filters={"id": "r.id IN ({values})", "rep": "r.id IN ({values})"},
    shown=("id", "name", "email", "department", "customers"),
    empty='no reps. Try: crm rep add "Mei Lin" --email mei@example.com',
)  # fmt: skip

NOUNS = {
    "customer": CUSTOMERS,
    "contact": CONTACTS,
    "promise": PROMISES,
    "interaction": INTERACTIONS,
    "task": TASKS,
    "case": CASES,
    "feedback": FEEDBACK,
    "campaign": CAMPAIGNS,
    "sale": SALES,
    "rep": REPS,
}


def listing(
    book: Readable,
    kind: str,
    as_of: date,
    *,
    filters: Mapping[str, Sequence[Any]] | None = None,
    since: date | None = None,
    until: date | None = None,
    archived: bool = False,
) -> Table:
    """List the records of a kind, in their usual order.

    `filters` maps a filter's name to the ids or words of which one must fit (of `tag` all must).
    What hangs on a customer that was merged into another is listed with that one.
    `since` and `until` are both included. Fields are the current ones; what is computed (late,
    silence, ages) is as of `as_of`.
    """
    return listing_of(
        book,
        NOUNS[kind],
        plural(kind),
        as_of,
        filters=filters,
        since=since,
        until=until,
        archived=archived,
    )


def listing_of(
    book: Readable,
    noun: Noun,
    name: str,
    as_of: date,
    *,
    filters: Mapping[str, Sequence[Any]] | None,
    since: date | None,
    until: date | None,
    archived: bool,
) -> Table:
    """List by any Noun; arguments as those of `listing`."""
    conditions = [] if archived or (filters and "id" in filters) else [noun.live]
    params: dict[str, Any] = {"as_of": as_of.isoformat(), "currency": book.policy.currency}
    for key, given in (filters or {}).items():
        is_whose = key == "customer" and name != "customers"
        values = with_merged(book, given) if is_whose and given else given
        conditions += _conditions(noun.filters[key], key, values, params)
    for bound, sign, day in (("since", ">=", since), ("until", "<=", until)):
        if day is not None:
            conditions.append(f"{noun.day} {sign} :{bound}")
            params[bound] = day.isoformat()
    columns = tuple(column for column, _ in noun.columns)
    selected = ", ".join(sql for _, sql in noun.columns)
    wanted = " AND ".join(conditions) or "1"
    sql = f"SELECT {selected} FROM {noun.source} WHERE {wanted} ORDER BY {noun.order}"
    params["closed"] = closed_stages(book)
    params |= noun.params(book, as_of) if noun.params else {}
    rows = typed(columns, book.query(sql, **params))
    table = Table(name, noun.title, columns, rows, shown=noun.shown, empty=noun.empty)
    return noun.finish(book, table, as_of) if noun.finish and rows else table


def closed_stages(book: Readable) -> str:
    """The won and lost stages, as JSON text for `json_each`."""
    quoted = (f'"{name}"' for name in book.policy.stages_of("won") + book.policy.stages_of("lost"))
    return f"[{','.join(quoted)}]"


def _conditions(
    condition: str, name: str, values: Sequence[Any], params: dict[str, Any]
) -> list[str]:
    if not values:
        return []
    names = [f"{name}_{at}" for at in range(len(values))]
    params.update(zip(names, values, strict=True))
    marks = [f":{mark}" for mark in names]
    if name == "tag":
        return [condition.format(values=mark) for mark in marks]
    return [condition.format(values=", ".join(marks))]


def _money(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    return Money(Decimal(amount), currency)


def _list(text: str) -> tuple[str, ...]:
    if text == "[]":
        return ()
    import json  # noqa: PLC0415  # most lists are empty, and this is a third of a start-up

    return tuple(json.loads(text))


CELLS: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "money": _money,
    "list": _list,
    "yes": bool,
}


def typed(columns: Sequence[Column], rows: list[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    """Rows of the index with the values that their columns promise."""
    readers = [(at, CELLS[c.type]) for at, c in enumerate(columns) if c.type in CELLS]
    lists = [at for at, c in enumerate(columns) if c.type == "list"]
    typed_rows = []
    for row in rows:
        cells = list(row)
        for at, read in readers:
            if cells[at] is not None:
                cells[at] = read(cells[at])
        for at in lists:
            if cells[at] is None:
                cells[at] = ()
        typed_rows.append(tuple(cells))
    return tuple(typed_rows)
