"""The lines of history that a row holds: one for each dated state, and none besides."""

import datetime
from collections.abc import Mapping
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.policy import Policy
from crmcli.model.record import Event
from crmcli.model.record import Record
from crmcli.model.record import event_type

CLOSED = "stage.closed"


def closing_day(fields: Mapping[str, Any], values: Mapping[str, Any], policy: Policy) -> Any:
    """The day in a deal's `close`: expected while it is open, the real one afterwards."""
    stage = fields.get("stage")
    return (
        values.get(CLOSED)
        or values.get(f"stage.{stage}" if _is_closed(stage, policy) else "")
        or fields.get("close")
    )


def story(
    kind: str,
    fields: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    policy: Policy,
    today: datetime.date,
    by: str | None,
) -> list[Event]:
    """The lines, oldest first; `values` holds the days of states as `stage.qualified`.

    A deal's first line also tells its owner. Raises BadValueError for a day still to come.
    """
    if kind not in ("deal", "customer", "promise", "task"):
        return []
    dated = _states(kind, fields, values, policy)
    for day, change in dated:
        if day > today:
            raise BadValueError(f"{' '.join(map(str, change.values()))} on {day} is still to come")
    order = [stage.name for stage in policy.stages]
    if kind == "deal":
        dated.sort(key=lambda line: (line[0], order.index(line[1]["stage"])))
    else:
        dated.sort(key=lambda line: line[0])
    if kind == "deal" and dated and fields.get("owner"):
        dated[0][1]["owner"] = fields["owner"]
    event = event_type(BY_NAME[kind].record)
    return [event(date=day, by=by, **change) for day, change in dated]


def _states(
    kind: str, fields: Mapping[str, Any], values: Mapping[str, Any], policy: Policy
) -> list[tuple[datetime.date, dict[str, Any]]]:
    dated: list[tuple[datetime.date, dict[str, Any]]] = []
    for target, day in values.items():
        field, _, state = target.partition(".")
        if field in ("stage", "status") and state and target != CLOSED and day:
            dated.append((day, {field: state}))
    if kind == "deal":
        stage, close = fields.get("stage"), fields.get("close")
        told = any(change["stage"] == stage for _, change in dated)
        if close and not told and _is_closed(stage, policy):
            dated.append((close, {"stage": stage}))
    if kind == "promise" and fields.get("made") and fields.get("due"):
        first = values.get("original_due") or fields["due"]
        dated.insert(0, (fields["made"], {"due": first}))
    if kind == "task" and fields.get("done") and fields.get("status") == "done":
        dated.append((fields["done"], {"status": "done"}))
    return dated


def _is_closed(stage: Any, policy: Policy) -> bool:
    return stage is not None and policy.role(stage) != "open"


def with_story(record: Record, lines: list[Event]) -> Record:
    """The record with those lines that its history does not have, each in the place of its day."""
    history: tuple[Event, ...] = record.history  # type: ignore[attr-defined]  # only kinds with one get lines
    new = [line for line in lines if not any(_tells(old, line, record) for old in history)]
    if not new:
        return record
    return record.with_fields(history=tuple(sorted((*history, *new), key=lambda e: e.date)))


def _tells(old: Event, line: Event, record: Record) -> bool:
    """Whether an old line says what this one says.

    The owner is said along with something else. A day on which a promise got its due is told
    once, whatever the due has become since.
    """
    named = [name for name in record.TRACKED if name != "owner" and getattr(line, name) is not None]
    return old.date == line.date and all(
        getattr(old, name) is not None
        if name == "due"
        else getattr(old, name) == getattr(line, name)
        for name in named
    )
