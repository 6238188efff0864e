"""The words of other programs for ours: what a stage, a status or a kind is called elsewhere."""

from collections.abc import Mapping
from collections.abc import Sequence

from crmcli.model.labels import read_word
from crmcli.model.names import fold
from crmcli.model.policy import Policy

# kind.field -> ours -> theirs. A word that has no single answer (cancelled, partially kept,
# existing business) is not here: the person says with --value what is meant.
ALSO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "deal.stage": {
        "lead": ("new", "prospecting", "prospect", "新建"),
        "qualified": (
            "qualification", "qualify", "needs analysis", "value proposition",
            "id. decision makers", "需求明确",
        ),
        "proposal": (
            "proposal/price quote", "proposal/quotation", "proposition", "perception analysis",
            "demo/making", "方案验证",
        ),
        "negotiation": ("negotiation/review", "ready to close", "商务采购", "立项汇报"),
        "won": ("closed won", "成功"),
        "lost": ("closed lost", "失败"),
    },
    "customer.status": {
        "lead": ("new", "assigned", "subscriber", "marketing qualified"),
        "prospect": ("in process", "sales qualified", "opportunity"),
        "active": ("converted", "customer", "evangelist"),
        "lapsed": ("recycled",),
        "lost": ("dead",),
    },
    "interaction.kind": {
        "visit": ("on-site",),
        "call": ("phone call",),
        "meeting": ("demo", "event"),
        "email": ("mail",),
        "message": ("linkedin", "whatsapp", "line", "wechat", "sms"),
    },
    "interaction.direction": {"in": ("inbound",), "out": ("outbound",)},
    "interaction.outcome": {"not-held": ("not held",)},
    "promise.status": {
        "open": ("pending", "renegotiated"),
        "kept": ("fulfilled", "fulfilled late"),
        "broken": ("missed",),
    },
    "contact.role": {
        "decision-maker": ("primary decision maker", "business decision maker", "technical decision maker", "primary"),
        "economic-buyer": ("budget holder",),
        "champion": ("executive sponsor",),
        "influencer": ("business evaluator", "technical evaluator"),
        "gatekeeper": ("assistant",),
        "user": ("end user",),
    },
    "deal.lost_reason": {
        "price": ("pricing",),
        "budget": ("budget constraints",),
        "features": ("missing features",),
        "timing": ("long sales cycle",),
        "unresponsive": ("unresponsive prospect",),
    },
    "source": {
        "referral": ("word of mouth", "employee"),
        "trade-fair": ("trade show",),
        "website": ("web site", "web"),
        "campaign": ("direct mail", "email"),
    },
    "case.type": {"complaint": ("claim",), "fault": ("problem", "incident")},
    "case.status": {
        "open": ("new",),
        "acknowledged": ("assigned", "pending"),
        "resolved": ("closed", "solved"),
    },
    "case.channel": {"email": ("mail", "e-mail"), "phone": ("telephone", "call")},
    "campaign.channel": {
        "email": ("mail", "e-mail"),
        "phone": ("telephone", "call"),
        "post": ("mailing", "direct mail", "letter"),
        "visit": ("event",),
    },
    "task.status": {
        "open": ("not started", "started"),
        "done": ("completed",),
        "dropped": ("canceled", "cancelled"),
    },
}  # fmt: skip


def meant(kind: str, field: str, word: str, allowed: Sequence[str], policy: Policy) -> str | None:
    """The word of `allowed` that another program's word stands for; None if that is not known."""
    own = read_word(field, word, allowed)
    if own is not None:
        return own
    wanted = fold(word)
    also = ALSO.get(f"{kind}.{field}") or ALSO.get(field) or {}
    for ours, theirs in also.items():
        if wanted in {fold(each) for each in theirs}:
            return ours if ours in allowed else _by_role(field, ours, policy)
    return None


def _by_role(field: str, word: str, policy: Policy) -> str | None:
    """The book's own name for `won` or `lost`, where it calls its only such stage otherwise."""
    if field != "stage" or word not in ("won", "lost"):
        return None
    stages = policy.stages_of(word)
    return stages[0] if len(stages) == 1 else None
