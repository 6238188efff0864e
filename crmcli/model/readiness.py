"""What a house should be ready in, block by block; the order matters."""

from typing import NamedTuple


class Item(NamedTuple):
    """Something that a house answers for itself. `key` stands in crm.yaml.

    `report`: the one whose figure shows how it is, where there is one.
    """

    key: str
    words: str
    report: str | None = None


# The order of the blocks: interview with 李翊玮, 2004; the items are ours.
BLOCKS = {
    "customers": (
        Item("value-known", "we know who brings the value", "value"),
        Item("needs-known", "we know what each customer wants", "knowledge"),
        Item("satisfaction-measured", "we measure satisfaction", "satisfaction"),
        Item("offence-known", "we know whom we offended", "relationships"),
    ),
    "strategy": (
        Item("purpose-first", "the purpose was written before the tool was chosen"),
        Item("customer-standard", "our customer standard is written", "prospects"),
        Item("tiers-defined", "tiers and their service are defined"),
        Item("goals-three-years", "goals run over three years"),
    ),
    "process": (
        Item("visits-reported", "visits are reported", "visits"),
        Item("complaints-righted", "complaints are put right", "recovery"),
        Item("handover-done", "handover is done", "continuity"),
        Item("processes-checked", "the processes were checked for defects", "cases"),
    ),
    "people": (
        Item("training", "training is given", "training"),
        Item("service-rewarded", "good service is rewarded", "recognition"),
        Item("values-lived", "values are lived from the top", "conduct"),
        Item("satisfaction-on-cards", "one figure on every department's card", "satisfaction"),
    ),
    "technology": (
        Item("one-record", "one shared record"),
        Item("consent-kept", "consent is kept", "consent"),
        Item("backups-tested", "backups are tested"),
        Item("used-daily", "it is used daily", "breadth"),
    ),
}
KEYS = tuple(item.key for items in BLOCKS.values() for item in items)
SCORES = (
    "not at all",
    "talked about",
    "written down",
    "done by some",
    "done by all and measured",
)
