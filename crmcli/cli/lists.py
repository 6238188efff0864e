"""What every list and card of a noun does with its words."""

from collections.abc import Mapping
from typing import Any
from typing import get_args

from crmcli.cli.run import Run
from crmcli.model import words
from crmcli.model.errors import BadValueError
from crmcli.model.labels import read_word
from crmcli.model.nearest import nearest
from crmcli.reports.listing import listing
from crmcli.reports.table import Table

REFERENCES = {
    "customer": "customer",
    "rep": "rep",
    "owner": "rep",
    "deal": "deal",
    "campaign": "campaign",
}
WORDS = {
    "customer.status": get_args(words.CustomerStatus),
    "promise.status": (*get_args(words.PromiseStatus), "late"),
    "task.status": (*get_args(words.TaskStatus), "late"),
    "interaction.kind": get_args(words.InteractionKind),
    "interaction.mood": get_args(words.Mood),
    "case.status": (*get_args(words.CaseStatus), "late"),
    "case.type": get_args(words.CaseType),
    "feedback.kind": get_args(words.FeedbackKind),
    "feedback.item": get_args(words.ConductItem),
    "feedback.rater": get_args(words.Rater),
    "contact.role": get_args(words.ContactRole),
    "task.kind": get_args(words.TaskKind),
    "campaign.status": ("planned", "active", "done"),
    "campaign.channel": get_args(words.Channel),
}


def answer_list(
    run: Run,
    kind: str,
    chosen: Mapping[str, Any],
    *,
    default: Mapping[str, tuple[str, ...]] | None = None,
    empty: str = "",
) -> int:
    """Answer with the list of a kind; returns the exit code.

    `default` are filters that nobody typed, and `empty` what is said where they alone leave none.
    """
    book = run.book()
    filters = {
        name: _values(run, kind, name, given)
        for name, given in chosen.items()
        if name not in ("since", "until", "all", "where", "may") and given
    }
    run.options = {**run.options, "where": tuple(chosen.get("where", ()))}
    arguments: dict[str, Any] = {
        "filters": {**(default or {}), **filters},
        "since": run.day_or_none(chosen.get("since"), "since"),
        "until": run.day_or_none(chosen.get("until"), "until"),
        "archived": bool(chosen.get("all")),
    }
    if kind == "deal":
        from crmcli.reports.deals import deals  # noqa: PLC0415  # other lists are spared it

        table = deals(book, run.today, **arguments)
    else:
        table = listing(book, kind, run.today, **arguments)
    if chosen.get("may"):
        from crmcli.cli.consents import read_may  # noqa: PLC0415  # hardly ever asked for
        from crmcli.reports.reachable import allowed  # noqa: PLC0415

        table = allowed(book, table, read_may(run, chosen["may"]), run.today)
    if empty:
        table = table._replace(empty=empty)
    return run.show(_named_empty(table, kind, filters, arguments, chosen.get("where")))


def _named_empty(
    table: Table,
    kind: str,
    filters: Mapping[str, Any],
    arguments: Mapping[str, Any],
    where: Any,
) -> Table:
    asked = filters or arguments["since"] or arguments["until"] or where
    if not asked:
        return table
    return table._replace(empty=f"no {table.name} of that sort. Try: crm {kind} list")


def _values(run: Run, kind: str, name: str, given: Any) -> tuple[Any, ...]:
    if isinstance(given, int):
        return (given,)
    typed = (given,) if isinstance(given, str) else tuple(given)
    if name in REFERENCES:
        mine = name in ("rep", "owner")
        return tuple(
            run.rep(word) if mine else run.book().id_of(REFERENCES[name], word) for word in typed
        )
    policy = run.book().policy
    known: tuple[str, ...] | None = WORDS.get(f"{kind}.{name}")
    if name == "stage":
        known = tuple(stage.name for stage in policy.stages)
    elif name == "tier":
        known = tuple(tier.name for tier in policy.tiers)
    if known is None:
        return typed
    return tuple(_word(name, word, known) for word in typed)


def _word(name: str, typed: str, known: tuple[str, ...]) -> str:
    found = read_word(name, typed, known)
    if found is None:
        near = nearest(typed, known, 1)
        raise BadValueError(
            f"{name} '{typed}' is not one of {', '.join(known)}",
            place=f"--{name}",
            remedy=f"Did you mean '{near[0]}'?" if near else None,
        )
    return found
