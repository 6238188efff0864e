"""How feedback is listed: what customers and observers said of us, the newest first."""

from crmcli.reports.noun import ID
from crmcli.reports.noun import Noun
from crmcli.reports.noun import plain
from crmcli.reports.table import Column

FEEDBACK = Noun(
    title="Feedback",
    columns=(
        (ID, "f.id"),
        (Column("at", "time"), "f.at"),
        (Column("customer", "id"), "f.customer"),
        *plain("contact", "rep", "kind", "item", table="f"),
        (Column("score", "number"), "f.score"),
        (Column("expected", "number"), "f.expected"),
        (Column("rater"), "f.rater"),
        (Column("interaction", "id"), "f.interaction"),
        (Column("case", "id"), "f.case_id"),
        *plain("comment", "by", "ref", table="f"),
        (Column("customer_name"), "c.name"),
    ),
    source="feedback f LEFT JOIN customers c ON c.id = f.customer",
    order="f.day DESC, f.at DESC, f.id DESC",
    live="1",
    day="f.day",
    filters={
        "id": "f.id IN ({values})",
        "customer": "f.customer IN ({values})",
        "rep": "f.rep IN ({values})",
        "kind": "f.kind IN ({values})",
        "item": "f.item IN ({values})",
        "rater": "coalesce(f.rater, 'customer') IN ({values})",
        "case": "f.case_id IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "at", "customer_name", "kind", "item", "score", "rater", "rep"),
    empty="no feedback. Try: crm feedback add acme 9 --kind nps",
)
