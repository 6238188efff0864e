"""Records with sensible defaults, and a book of them whose index is in memory."""

import sqlite3
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from crmcli.book.csv_text import to_csv
from crmcli.book.index_rows import Rows
from crmcli.book.index_rows import roll_up
from crmcli.book.index_schema import statements
from crmcli.book.paths import new_path
from crmcli.book.records import new_text
from crmcli.book.records import row_cells
from crmcli.model.campaign import Campaign
from crmcli.model.case import Case
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.feedback import Feedback
from crmcli.model.interaction import Interaction
from crmcli.model.kinds import BY_RECORD
from crmcli.model.policy import Policy
from crmcli.model.policy_tree import read_policy
from crmcli.model.promise import Promise
from crmcli.model.pulse import Pulse
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.sale import Sale
from crmcli.model.task import Task

YEAR = 2026

_numbers = count(1)


class MemoryBook:
    """What reports ask: `query` and `policy`, over an index without files."""

    def __init__(self, connection: sqlite3.Connection, policy: Policy) -> None:
        self.connection = connection
        self.policy = policy
        self.has_full_text = True

    def query(
        self, sql: str, params: Mapping[str, Any] | None = None, /, **named: Any
    ) -> list[tuple[Any, ...]]:
        """The rows; parameters by name."""
        return self.connection.execute(sql, {**(params or {}), **named}).fetchall()


def book_of(
    *,
    customers: Iterable[Customer] = (),
    deals: Iterable[Deal] = (),
    promises: Iterable[Promise] = (),
    interactions: Iterable[Interaction] = (),
    tasks: Iterable[Task] = (),
    cases: Iterable[Case] = (),
    campaigns: Iterable[Campaign] = (),
    feedback: Iterable[Feedback] = (),
    sales: Iterable[Sale] = (),
    pulse: Iterable[Pulse] = (),
    reps: Iterable[Rep] = (),
    policy: Mapping[str, Any] | Policy | None = None,
) -> MemoryBook:
    """A book of these records. `policy` is a tree as crm.yaml holds it, with plain values.

    Raises AssertionError if two records have one id, or if the policy cannot be used.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in statements(full_text=True):
        connection.execute(statement)
    rows = Rows(connection)
    files = (reps, customers, deals, promises, tasks, cases, campaigns)
    months = (interactions, feedback, sales, pulse)
    for records in (*files, *months):
        for record in sorted(records, key=lambda each: new_path(each, YEAR)):
            line = 2 if records in months else None
            rows.add(record, new_path(record, YEAR), line)
    rows.flush()
    roll_up(connection, None)
    doubles = connection.execute("SELECT kind, id FROM doubles").fetchall()
    assert not doubles, f"the same id twice: {doubles}"
    return MemoryBook(connection, policy if isinstance(policy, Policy) else policy_of(policy or {}))


def write_book(root: Path, *records: Record, config: str = "name: Test\nformat: 1\n") -> Path:
    """A book on disk that holds these records; the folder is handed back."""
    files: dict[str, str | list[Record]] = {"crm.yaml": config}
    for record in records:
        path = new_path(record, YEAR)
        if BY_RECORD[type(record)].is_row:
            month = files.setdefault(path, [])
            assert isinstance(month, list)
            month.append(record)
        else:
            files[path] = new_text(record)
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            file.write_text(content, encoding="utf-8")
        else:
            file.write_text(month_text(content), encoding="utf-8")
    return root


def month_text(rows: Sequence[Record]) -> str:
    """The CSV file of these rows."""
    cells = [row_cells(row) for row in rows]
    return to_csv(list(cells[0]), [list(each.values()) for each in cells])


def policy_of(tree: Mapping[str, Any]) -> Policy:
    """The policy of a tree with plain values, as `{"standard": {"window": 90}}`."""
    policy, faults = read_policy(_as_text(tree))
    assert not faults, faults
    return policy


def customer(id: str = "acme", **fields: Any) -> Customer:
    """A customer, `acme` of mei unless told; `contacts` may be made by `contact`."""
    fields = {"name": id.replace("-", " ").title(), "status": "active", "owner": "mei"} | fields
    return _made(Customer, id, fields)


def contact(id: str = "chen", **fields: Any) -> Contact:
    """A person at a customer."""
    return msgspec.convert(_plain({"id": id, "name": id.title()} | fields), Contact, strict=False)


def rep(id: str = "mei", **fields: Any) -> Rep:
    """One of us."""
    return _made(Rep, id, {"name": id.title(), "email": f"{id}@example.com"} | fields)


def deal(stage: str = "proposal", *, id: str | None = None, **fields: Any) -> Deal:
    """A deal of acme; its history begins on `opened`, unless `history` is given."""
    fields = {"name": "Chargers", "customer": "acme", "owner": "mei", "stage": stage} | fields
    if "history" not in fields and "opened" in fields:
        fields["history"] = [_first(fields, Deal, "opened", "owner")]
    return _made(Deal, id or _new_id("d"), fields)


def promise(due: str | None = "2026-11-10", *, id: str | None = None, **fields: Any) -> Promise:
    """An open promise of mei to acme, made on 2026-11-01.

    `settled` is the day on which its status came about. A history that tells these days is made,
    unless `history` is given.
    """
    fields = {
        "what": "replace the chargers",
        "customer": "acme",
        "by": "mei",
        "made": "2026-11-01",
        "due": due,
        "status": "open",
    } | fields
    settled = fields.pop("settled", None)
    if "history" not in fields and fields["made"]:
        fields["history"] = [{"date": fields["made"], "by": fields["by"], "due": fields["due"]}]
        if settled:
            line = {"date": settled, "by": fields["by"], "status": fields["status"]}
            fields["history"].append(line)
    return _made(Promise, id or _new_id("p"), fields)


def task(due: str | None = "2026-11-10", *, id: str | None = None, **fields: Any) -> Task:
    """An open task of mei for acme."""
    fields = {
        "what": "send the offer",
        "customer": "acme",
        "owner": "mei",
        "due": due,
        "status": "open",
    } | fields
    return _made(Task, id or _new_id("t"), fields)


def interaction(
    kind: str = "visit",
    at: str = "2026-11-02T10:00:00+08:00",
    *,
    id: str | None = None,
    **fields: Any,
) -> Interaction:
    """An interaction of mei with acme; `at` may be a bare day."""
    fields = {"at": at, "customer": "acme", "rep": "mei", "kind": kind} | fields
    return _made(Interaction, id or _new_id("i"), fields)


def case(opened: str = "2026-11-02", *, id: str | None = None, **fields: Any) -> Case:
    """A complaint of acme that mei has; an open one.

    `settled` is the moment at which it was resolved. Its history is made, unless it is given.
    """
    fields = {
        "what": "the charger smokes",
        "type": "complaint",
        "customer": "acme",
        "owner": "mei",
        "status": "open",
        "opened": opened,
    } | fields
    settled = fields.pop("settled", None)
    history = [{"date": opened[:10], "by": "mei", "status": "open", "owner": fields["owner"]}]
    if settled:
        fields |= {"status": "resolved", "resolved": settled}
        done = {"status": "resolved", "resolved": settled, "accepted": fields.get("accepted")}
        history.append({"date": settled[:10], "by": "mei", **_plain(done)})
    return _made(Case, id or _new_id("s"), {"history": history} | fields)


def campaign(start: str = "2026-10-01", *, id: str | None = None, **fields: Any) -> Campaign:
    """A mail campaign."""
    fields = {"name": "Winter", "channel": "email", "purpose": "marketing", "start": start} | fields
    return _made(Campaign, id or _new_id("g"), fields)


def feedback(
    kind: str = "csat",
    score: int | None = 4,
    at: str = "2026-11-02",
    *,
    id: str | None = None,
    **fields: Any,
) -> Feedback:
    """What acme said about mei, written down by mei."""
    fields = {
        "at": at,
        "customer": "acme",
        "rep": "mei",
        "kind": kind,
        "score": score,
        "rater": "customer",
        "by": "mei",
    } | fields
    return _made(Feedback, id or _new_id("f"), fields)


def sale(
    date: str = "2026-11-02",
    quantity: str | int = 1,
    price: str | int | None = 100,
    *,
    id: str | None = None,
    **fields: Any,
) -> Sale:
    """A line of an order of acme."""
    fields = {
        "date": date,
        "customer": "acme",
        "product": "charger",
        "quantity": str(quantity),
        "price": None if price is None else str(price),
    } | fields
    return _made(Sale, id or _new_id("b"), fields)


def pulse(date: str, item: str, score: int, *, id: str | None = None) -> Pulse:
    """An answer of one of our own."""
    return _made(Pulse, id or _new_id("q"), {"date": date, "item": item, "score": score})


def _of_kind(kind: str) -> Callable[..., Interaction]:
    def made(at: str = "2026-11-02", **fields: Any) -> Interaction:
        return interaction(kind, at, **fields)

    made.__doc__ = f"A {kind} of mei with acme, on that day."
    return made


visit = _of_kind("visit")
call = _of_kind("call")
meeting = _of_kind("meeting")
email = _of_kind("email")
message = _of_kind("message")
note = _of_kind("note")


def _first(fields: Mapping[str, Any], record: type[Record], day: str, by: str) -> dict[str, Any]:
    tracked = {name: fields[name] for name in record.TRACKED if fields.get(name) is not None}
    return {"date": fields[day], "by": fields.get(by), **tracked}


def _new_id(letter: str) -> str:
    return f"{letter}-{next(_numbers):08}"


def _made(struct: type[Any], id: str, fields: Mapping[str, Any]) -> Any:
    assert struct in BY_RECORD
    return msgspec.convert(_plain({"id": id} | fields), struct, strict=False)


def _plain(fields: Mapping[str, Any]) -> Any:
    """Built-in values, so that days and amounts may be given as text, and parts as records."""
    return msgspec.to_builtins({name: each for name, each in fields.items() if each is not None})


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _as_text(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_text(item) for item in value]
    return str(value)
