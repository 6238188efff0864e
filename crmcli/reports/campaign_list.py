"""The list of campaigns, with how far each is and who was reached."""

from crmcli.reports.noun import ID
from crmcli.reports.noun import Noun
from crmcli.reports.table import Column

STATUS = """CASE WHEN g.end < :as_of THEN 'done' WHEN g.start > :as_of THEN 'planned'
    WHEN g.start IS NOT NULL THEN 'active' END"""
NAMING = """(SELECT count(*) FROM interactions i WHERE i.campaign = g.id AND i.kind <> 'note'
    AND i.direction = '{way}' AND i.day <= :as_of)"""

CAMPAIGNS = Noun(
    title="Campaigns",
    columns=(
        (ID, "g.id"),
        (Column("name"), "g.name"),
        (Column("channel"), "g.channel"),
        (Column("purpose"), "g.purpose"),
        (Column("start", "date"), "g.start"),
        (Column("end", "date"), "g.end"),
        (Column("cost", "money"), "g.cost || ' ' || coalesce(g.currency, :currency)"),
        (Column("owner"), "g.owner"),
        (Column("members", "list"), "g.members"),
        (Column("holdout", "list"), "g.holdout"),
        (Column("response_days", "number"), "g.response_days"),
        (Column("archived", "date"), "g.archived"),
        (Column("status"), STATUS),
        (Column("sent", "number"), NAMING.format(way="out")),
        (Column("answered", "number"), NAMING.format(way="in")),
        (Column("refs", "list"), "g.refs"),
    ),
    source="campaigns g",
    order="g.start IS NULL, g.start DESC, g.id",
    live="g.archived IS NULL",
    day="g.start",
    filters={
        "id": "g.id IN ({values})",
        "customer": "EXISTS (SELECT 1 FROM json_each(g.members) WHERE substr(value, 1, instr(value || '/', '/') - 1) IN ({values}))",
        "rep": "g.owner IN ({values})",
        "status": f"{STATUS} IN ({{values}})",
        "channel": "g.channel IN ({values})",
        "purpose": "g.purpose IN ({values})",
    },
    shown=("id", "name", "channel", "start", "end", "status"),
    empty='no campaigns. Try: crm campaign add "Winter check" --channel email --purpose marketing --start monday',
)
