"""The closed vocabularies: one place for each word that a file may hold."""

from typing import Annotated
from typing import Literal

# An ISO time with its offset, or a bare day where only that is known.
Moment = Annotated[str, "moment"]

CustomerKind = Literal["company", "person"]
CustomerStatus = Literal["lead", "prospect", "active", "lapsed", "lost", "archived"]
ContactRole = Literal[
    "decision-maker", "economic-buyer", "champion", "influencer", "gatekeeper", "user"
]
DealType = Literal["new-business", "renewal", "upsell", "cross-sell"]
LostReason = Literal[
    "price",
    "competition",
    "budget",
    "features",
    "timing",
    "no-decision-maker",
    "unresponsive",
    "poor-fit",
    "other",
]
PromiseStatus = Literal["open", "kept", "broken", "withdrawn-by-customer", "withdrawn-by-us"]
InteractionKind = Literal["visit", "call", "meeting", "email", "message", "note"]
Direction = Literal["in", "out"]
Mood = Literal["delighted", "pleased", "neutral", "unhappy", "offended"]
Failure = Literal["neglect", "disappointment", "lost-face", "disregard"]
Outcome = Literal["reached", "no-answer", "bounced", "not-held", "no-reply-needed"]
Step = Literal["inquiry", "quote", "order", "delivery", "installation", "invoice", "support"]
CaseType = Literal["complaint", "request", "question", "fault"]
CaseStatus = Literal["open", "acknowledged", "resolved"]
Channel = Literal["email", "phone", "sms", "message", "post", "visit"]
FeedbackKind = Literal["nps", "csat", "ces", "conduct", "compliment"]
ConductItem = Literal[
    "friendly", "helpful", "considerate", "thoughtful", "polite", "empathy", "interaction"
]
Rater = Literal["customer", "observer"]
TaskKind = Literal["visit"]
TaskStatus = Literal["open", "done", "dropped"]
RepLevel = Literal["head", "manager", "staff"]
ConsentChannel = Literal["email", "phone", "sms", "message", "post", "visit", "all"]
ConsentState = Literal["given", "declined", "withdrawn"]
ConsentBasis = Literal[
    "consent",
    "contract",
    "legal-obligation",
    "vital-interest",
    "public-interest",
    "legitimate-interest",
]
Agreed = Literal["yes", "no"]

# The lowest and the highest score of each kind of feedback; a compliment has none.
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "conduct": (1, 5)}


def plural(kind: str) -> str:
    """The plural of a kind's name, which is also its table in the index."""
    return kind if kind in ("feedback", "pulse") else f"{kind}s"
