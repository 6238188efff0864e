"""The limits that the reports go by, with their defaults; crm.yaml overrides them."""

from collections.abc import Mapping
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any

# Days, unless the name says hours. The type of a default tells what stands in its place: a whole
# number, a number, a word, a list, a map of numbers; None: a number, unknown until it is given.
STANDARD: Mapping[str, Any] = {
    "window": 180,
    "year": 365,
    "min_n": 5,
    "cadence": 90,
    "reply_hours": 48,
    "hours.days": (),
    "hours.from": "",
    "hours.to": "",
    "hours.holidays": (),
    "good.csat": 4,
    "good.nps": 9,
    "bad.csat": 2,
    "bad.nps": 6,
    "bad.conduct": 2,
    "relationships.silence_factor": 2.0,
    "relationships.silence_k": 5.0,
    "relationships.silence_pool": 20,
    "relationships.silence_score": 0.05,
    "relationships.silence_gaps": 4,
    "relationships.value_drop": 0.5,
    "relationships.value_orders": 2,
    "relationships.value_days": 180,
    "relationships.failure_days": 14,
    "relationships.failures": 2,
    "relationships.contact_left": 180,
    "relationships.contract": 90,
    "relationships.promise_grace": 3,
    "relationships.health_parts": 3,
    "relationships.backtest": 180,
    "promises.load_days": 7,
    "promises.load_weeks": 8,
    "promises.load_limit": 1.0,
    "promises.type_risk": 0.7,
    "reputation.days": (30, 90),
    "reputation.min_arm": 10,
    "recovery.rating_days": 90,
    "visits.kinds": ("visit",),
    "visits.report_hours": 48,
    "visits.required": ("contact", "summary", "mood", "next_step"),
    "visits.recurring": 3,
    "reps.promises_kept": 0.90,
    "reps.visits_on_time": 0.95,
    "reps.replies_in_time": 0.90,
    "reps.cadence_met": 0.80,
    "reps.cases_in_time": 0.90,
    "reps.csat_top2": 0.80,
    "continuity.top_share": 0.8,
    "continuity.min_contacts": 2,
    "continuity.min_interactions": 5,
    "continuity.kept_days": 90,
    "knowledge.fresh": 365,
    "knowledge.tiers": ("A", "B"),
    "pipeline.clock_stage": "",
    "pipeline.aged_quantile": 0.9,
    "pipeline.aged_min": 20,
    "pipeline.measured_min": 20,
    "pipeline.forecast_min_closed": 50,
    "pipeline.forecast_min_won": 10,
    "forecast.months": 6,
    "forecast.stated_before": 30,
    "forecast.calibration_min": 30,
    "value.minute_cost": None,
    "value.case_cost": None,
    "value.top": 0.2,
    "value.goal": 0.8,
    "value.classes": (0.80, 0.95),
    "value.interest": 0.10,
    "value.clv_min": 30,
    "matrix.value_cut": None,
    "matrix.tenure_cut": None,
    "matrix.min_tenure": 365,
    "matrix.silence_score": 0.20,
    "allocation.low": 0.5,
    "allocation.high": 2.0,
    "allocation.minutes": {"visit": 60, "meeting": 60, "call": 10, "email": 5, "message": 2},
    "cases.reply_hours": 24,
    "cases.resolve_hours": 72,
    "cases.by": (),
    "discounts.order_share": 0.8,
    "discounts.min_orders": 5,
    "campaigns.response": 30,
    "campaigns.min_arm": 10,
    "consent.required_for": ("marketing", "survey", "greeting"),
    "products.min_expected": 5.0,
    "products.residual": 2.0,
    "demand.periods": 24,
    "demand.alpha": {"ses": 0.2, "croston": 0.1},
    "demand.adi": 1.32,
    "demand.cv2": 0.49,
    "demand.test": 6,
    "prospects.ideal": (),
    "satisfaction.nps_few": 30,
    "training.days": 90,
    "recognition.days": 30,
    "base.new_days": 180,
    "readiness.gap": 1.0,
    "pulse.min_answers": 5,
}
# Keys with a form of their own, which only their reader knows.
PARTS = ("hours.days", "hours.from", "hours.to", "hours.holidays", "cases.by", "prospects.ideal")


def read_threshold(key: str, value: Any) -> Any:
    """The value of a key of the standard, out of a text tree.

    Raises ValueError, with the words to show, if it does not fit the key's default.
    """
    default = STANDARD[key]
    if key in PARTS:
        return value
    if key.startswith("matrix.") and value == "median":
        return None
    read = _read(default, value)
    if read is None:
        raise ValueError(f"'{value}' does not fit {key} (default {_shown(default)})")
    return read


def decimal(text: Any) -> Decimal | None:
    """The number that a text of crm.yaml is; None if it is none, or 10^12 and more."""
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e12") else None


def _read(default: Any, value: Any) -> Any:
    if isinstance(default, tuple):
        return _list(default, value)
    if isinstance(default, dict):
        return _map(default, value)
    if isinstance(default, str):
        return value if isinstance(value, str) else None
    number = decimal(value)
    return None if number is None or number < 0 else _as(default, number)


def _as(default: Any, number: Decimal) -> Any:
    if default is None:
        return number
    if isinstance(default, float):
        return float(number)
    return int(number) if number == int(number) else None


def _list(default: tuple[Any, ...], value: Any) -> tuple[Any, ...] | None:
    if not isinstance(value, list) or not value:
        return None
    read = tuple(_read(default[0], item) for item in value)
    return None if None in read else read


def _map(default: dict[str, Any], value: Any) -> dict[str, Any] | None:
    """The default with the keys that are given in their place."""
    if not isinstance(value, dict) or not set(value) <= set(default):
        return None
    read = {key: _read(float(default[key]), item) for key, item in value.items()}
    return None if None in read.values() else default | read


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return "unknown" if value is None else str(value)
