"""How cases are listed: what a customer brought to us, how long it took, what is late."""

from datetime import date

from crmcli.reports.noun import ID
from crmcli.reports.noun import Noun
from crmcli.reports.noun import plain
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column

DEADLINE = "json_extract(:deadlines, '$.' || json_quote(s.id))"
LATE = f"CASE WHEN {DEADLINE} < :as_of THEN 1 ELSE 0 END"
DAYS = "CAST(julianday({last}) - julianday(substr(s.opened, 1, 10)) AS INTEGER)"
REOPENED = """(SELECT count(*) FROM history h
    WHERE h.kind = 'case' AND h.id = s.id AND h.field = 'status' AND h.value = 'open'
    AND EXISTS (SELECT 1 FROM history r WHERE r.kind = 'case' AND r.id = s.id
        AND r.field = 'status' AND r.value = 'resolved' AND (r.date, r.seq) < (h.date, h.seq)))"""


def _params(book: Readable, as_of: date) -> dict[str, str]:
    from crmcli.reports.case_deadlines import deadlines  # noqa: PLC0415  # other lists are spared it

    pairs = (f'"{id}":"{end.day}"' for id, end in deadlines(book, as_of).items())
    return {"deadlines": f"{{{','.join(pairs)}}}"}


CASES = Noun(
    title="Cases",
    columns=(
        (ID, "s.id"),
        (Column("what"), "s.what"),
        (Column("type"), "s.type"),
        (Column("customer", "id"), "s.customer"),
        (Column("customer_name"), "c.name"),
        *plain("contact", "owner", "step", "channel", "failure", "status", table="s"),
        (Column("opened", "time"), "s.opened"),
        (Column("acknowledged", "time"), "s.acknowledged"),
        (Column("replied", "time"), "s.replied"),
        (Column("resolved", "time"), "s.resolved"),
        (Column("accepted", "date"), "s.accepted"),
        (Column("remedy"), "s.remedy"),
        (Column("opened_in", "id"), "s.opened_in"),
        (Column("archived", "date"), "s.archived"),
        (Column("refs", "list"), "s.refs"),
        (Column("hours_to_acknowledge", "number"), "CASE WHEN length(s.opened) > 10 AND length(s.acknowledged) > 10 THEN round((julianday(s.acknowledged) - julianday(s.opened)) * 24, 2) END"),
        (Column("days_to_resolve", "number"), DAYS.format(last="substr(s.resolved, 1, 10)")),
        (Column("days_open", "number"), f"CASE WHEN s.status <> 'resolved' THEN {DAYS.format(last=':as_of')} END"),
        (Column("reopened", "number"), REOPENED),
        (Column("deadline", "date"), DEADLINE),
        (Column("late", "yes", "late"), LATE),
    ),
    source="cases s LEFT JOIN customers c ON c.id = s.customer",
    order="s.status = 'resolved', s.opened IS NULL, s.opened, s.id",
    live="s.archived IS NULL",
    day="substr(s.opened, 1, 10)",
    filters={
        "id": "s.id IN ({values})",
        "customer": "s.customer IN ({values})",
        "rep": "s.owner IN ({values})",
        "status": f"(s.status IN ({{values}}) OR ('late' IN ({{values}}) AND {LATE}))",
        "type": "s.type IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "opened", "customer_name", "what", "owner", "status", "days_open"),
    empty='no cases. Try: crm case add acme "the charger smokes" --type fault',
    params=_params,
)  # fmt: skip
