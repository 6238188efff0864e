import pytest

from crmcli.exchange.vocabulary import meant
from crmcli.model.policy import Policy
from crmcli.model.policy import Stage

STAGES = tuple(stage.name for stage in Policy().stages)


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("Won", "won"), ("Closed Won", "won"), ("closed-won", "won"), ("贏單", "won"), ("成功", "won"),
        ("Prospecting", "lead"), ("Needs Analysis", "qualified"), ("Id. Decision Makers", "qualified"),
        ("Proposal/Price Quote", "proposal"), ("Negotiation/Review", "negotiation"),
        ("closed lost", "lost"), ("Engaging", None), ("", None),
    ],
)  # fmt: skip
def test_stages_of_other_programs(word: str, stage: str | None) -> None:
    assert meant("deal", "stage", word, STAGES, Policy()) == stage


def test_won_finds_the_only_won_stage_of_a_book_that_calls_it_otherwise() -> None:
    policy = Policy(
        stages=(
            Stage("idea", 10, "open", None),
            Stage("signed", 100, "won", None),
            Stage("no", 0, "lost", None),
        )
    )
    names = tuple(stage.name for stage in policy.stages)
    assert meant("deal", "stage", "Closed Won", names, policy) == "signed"
    assert meant("deal", "stage", "Prospecting", names, policy) is None


@pytest.mark.parametrize(
    ("kind", "field", "word", "allowed", "ours"),
    [
        ("customer", "status", "Converted", ("lead", "active"), "active"),
        ("customer", "status", "New", ("lead", "active"), "lead"),
        ("interaction", "kind", "Phone Call", ("visit", "call"), "call"),
        ("interaction", "kind", "WeChat", ("visit", "message"), "message"),
        ("interaction", "direction", "Inbound", ("in", "out"), "in"),
        ("interaction", "outcome", "Not Held", ("not-held",), "not-held"),
        ("contact", "role", "Executive Sponsor", ("champion",), "champion"),
        ("promise", "status", "FULFILLED", ("open", "kept"), "kept"),
        ("promise", "status", "fulfilled_late", ("open", "kept"), "kept"),
        ("promise", "status", "CANCELLED", ("open", "kept", "withdrawn-by-us"), None),
        ("promise", "status", "PARTIALLY_KEPT", ("open", "kept"), None),
        ("task", "status", "Not Started", ("open", "done"), "open"),
        ("deal", "lost_reason", "Missing Features", ("price", "features"), "features"),
        ("deal", "source", "Trade Show", ("trade-fair",), "trade-fair"),
        ("deal", "type", "Existing Business", ("renewal", "upsell"), None),
    ],
)
def test_other_words_of_other_programs(
    kind: str, field: str, word: str, allowed: tuple[str, ...], ours: str | None
) -> None:
    assert meant(kind, field, word, allowed, Policy()) == ours
