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

    The first line of a deal or a case also tells its owner. Raises BadValueError for a day still to come.
    """
    if kind not in ("deal", "customer", "promise", "task", "case"):
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
    if kind in ("deal", "case") and dated and fields.get("owner"):
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
    if kind == "deal" and fields.get("close") and _is_closed(fields.get("stage"), policy):
        stage, close = fields["stage"], fields["close"]
        if not any(change["stage"] == stage for _, change in dated):
            dated.append((close, {"stage": stage}))
        # Before that day neither was known: a line of its own keeps the past from knowing them.
        end = {name: fields[name] for name in ("close", "amount") if fields.get(name) is not None}
        dated = [(day, c | end if c["stage"] == stage and day == close else c) for day, c in dated]
    if kind == "promise" and fields.get("made") and fields.get("due"):
        first = values.get("original_due") or fields["due"]
        dated.insert(0, (fields["made"], {"due": first}))
    if kind == "task" and fields.get("done") and fields.get("status") == "done":
        dated.append((fields["done"], {"status": "done"}))
    if kind == "case":
        dated += _steps(fields)
    return dated


def _steps(fields: Mapping[str, Any]) -> list[tuple[datetime.date, dict[str, Any]]]:
    """What became of a case, and when, as far as its moments tell."""
    told = fields.get("acknowledged") or fields.get("replied")
    resolved = fields.get("resolved")
    end = {name: fields[name] for name in ("resolved", "accepted") if fields.get(name)}
    steps = (
        (fields.get("opened"), {"status": "open"}),
        (told, {"status": "acknowledged"}),
        (resolved, {"status": "resolved", **end}),
    )
    return [(datetime.date.fromisoformat(at[:10]), change) for at, change in steps if at]


def _is_closed(stage: Any, policy: Policy) -> bool:
    return stage is not None and policy.role(stage) != "open"


def untold(record: Record, lines: list[Event]) -> list[Event]:
    """Those lines of which the record's history says nothing yet."""
    history: tuple[Event, ...] = getattr(record, "history", ())
    return [line for line in lines if not any(_tells(old, line) for old in history)]


def with_story(record: Record, lines: list[Event]) -> Record:
    """The record with these lines too, each in the place of its day."""
    if not lines:
        return record
    history: tuple[Event, ...] = record.history  # type: ignore[attr-defined]  # only kinds with one get lines
    return record.with_fields(history=tuple(sorted((*history, *lines), key=lambda e: e.date)))


def _tells(old: Event, line: Event) -> bool:
    """Whether an old line says that of that day, whatever else either of them says.

    A day on which a promise got its due is told once, whatever the due has become since.
    """
    if old.date != line.date:
        return False
    states = [name for name in ("stage", "status") if getattr(line, name, None) is not None]
    if not states:
        return getattr(old, "due", None) is not None
    return all(getattr(old, name) == getattr(line, name) for name in states)
