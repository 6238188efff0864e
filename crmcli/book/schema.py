"""JSON Schema of the files, so that an editor completes them and points at what is wrong."""

from collections.abc import Mapping
from typing import Any
from typing import get_args

from msgspec import Struct

from crmcli.book.descriptions import DESCRIPTIONS
from crmcli.book.descriptions import LIMITS
from crmcli.book.shapes import ANY_WHOLE
from crmcli.book.shapes import WHOLE_RANGES
from crmcli.book.shapes import Shape
from crmcli.book.shapes import shapes
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.nearest import nearest
from crmcli.model.policy import COMMITS
from crmcli.model.policy import ROLES
from crmcli.model.policy_tree import DAYS
from crmcli.model.standard import STANDARD
from crmcli.model.words import CaseType

DRAFT = "https://json-schema.org/draft/2020-12/schema"
CONFIG_KIND = "book"  # the name of crm.yaml's schema
SCHEMA_KINDS = (*BY_NAME, CONFIG_KIND)

Schema = dict[str, Any]


def json_schema(kind: str) -> Schema:
    """The JSON Schema (draft 2020-12) of a kind's file; of a row for a kind kept in rows.

    Numbers and days may be written plain or quoted; an unknown key is allowed, as it is kept.
    Raises BadValueError for an unknown kind.
    """
    if kind == CONFIG_KIND:
        return {"$schema": DRAFT, "title": "crm.yaml", **_config_schema()}
    if kind not in BY_NAME:
        near = nearest(kind, SCHEMA_KINDS, 1)
        raise BadValueError(
            f"kind '{kind}' is not one of {', '.join(SCHEMA_KINDS)}",
            remedy=f"Did you mean {near[0]}?" if near else None,
        )
    record = BY_NAME[kind].record
    is_row = BY_NAME[kind].is_row
    made = _map(record, () if is_row else ("id",))
    if is_row:
        made["required"] = ["id", *made["required"]]
    where = "A row of the CSV files" if is_row else "A YAML file; its name is the id"
    doc = (record.__doc__ or "").strip()
    return {"$schema": DRAFT, "title": kind, "description": f"{where}. {doc}", **made}


def _map(struct: type[Struct], without: tuple[str, ...] = ()) -> Schema:
    fields = {name: field for name, field in shapes(struct).items() if name not in without}
    made: Schema = {
        "type": "object",
        "properties": {name: _field(struct, name, field.shape) for name, field in fields.items()},
    }
    required = [name for name, field in fields.items() if field.required]
    return {**made, "required": required} if required else made


def _field(struct: type[Struct], name: str, shape: Shape) -> Schema:
    # A field of a name means the same everywhere, unless one kind says otherwise.
    kind = struct.__name__
    told = DESCRIPTIONS.get(f"{kind}.{name}") or DESCRIPTIONS.get(name)
    made = _value(shape, name)
    return {"description": told, **made} if told else made


def _value(shape: Shape, name: str) -> Schema:
    if shape.name == "list":
        assert shape.item is not None
        return {"type": "array", "items": _value(shape.item, name)}
    if shape.name == "map":
        assert shape.struct is not None
        return _map(shape.struct)
    if shape.name == "word":
        # YAML 1.1 reads a plain yes or no as a truth value.
        truths = [word == "yes" for word in shape.words if word in ("yes", "no")]
        return {"enum": [*shape.words, *truths]}
    if shape.name == "whole":
        low, high = WHOLE_RANGES.get(name, ANY_WHOLE)
        return {"type": "integer", "minimum": low, "maximum": high}
    return _PLAIN[shape.name]


_PLAIN: Mapping[str, Schema] = {
    "moment": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$"},
    "number": {"type": ["number", "string"], "pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,6})?$"},
    "date": {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    # A number typed plain is text here, as `tax_id: 12345678`, whatever the editor takes it for.
    "text": {"type": ["string", "number", "boolean"]},
}


def _config_schema() -> Schema:
    text = {"type": "string"}
    words = {"type": "array", "items": text}
    days = {"type": "integer", "minimum": 0, "maximum": 9999}
    amount = {"type": "number", "exclusiveMinimum": 0}
    stage = {
        "name": text,
        "probability": {"type": "integer", "minimum": 0, "maximum": 100},
        "role": {"enum": list(ROLES)},
        "stale_after": days,
    }
    tier = {"type": ["object", "null"], "properties": {"cadence": days, "required": words}}
    units = {
        "type": "array",
        "items": _object({"date": {"type": "string", "format": "date"}, "units": days}, ["date"]),
    }
    cost = {"type": "number", "minimum": 0}
    product = {"id": text, "name": text, "cost": cost, "stock": units, "received": units}
    score = {"type": "integer", "minimum": 0, "maximum": 4}
    answer = {"item": text, "score": score, "evidence": text, "date": text}
    properties: Schema = {
        "name": text,
        "format": {"const": 1},
        "currency": text,
        "country": text,
        "commit": {"enum": list(COMMITS)},
        "stages": {"type": "array", "items": _object(stage, ["name"])},
        "tiers": {"anyOf": [words, {"type": "object", "additionalProperties": tier}]},
        "rates": {"type": "object", "additionalProperties": amount},
        "capabilities": {
            "type": "array",
            "items": _object({"type": text, "days": days}, ["type", "days"]),
        },
        "products": {"type": "array", "items": _object(product, ["id"])},
        "channels": words,
        "sources": words,
        "purposes": words,
        "standard": _object(_standard()),
        "readiness": {"type": "array", "items": _object(answer, ["item", "score"])},
    }
    for key, made in properties.items():
        told = DESCRIPTIONS.get(f"book.{key}")
        properties[key] = {"description": told, **made} if told else made
    return {
        "description": "What a book goes by: its currency, stages, tiers and standard.",
        **_object(properties, ["format"]),
    }


PARTS_OF_STANDARD: Mapping[str, Schema] = {
    "hours.days": {"type": "array", "items": {"enum": list(DAYS)}},
    "hours.from": {"type": "string", "pattern": r"^[0-9]{1,2}:[0-9]{2}$"},
    "hours.to": {"type": "string", "pattern": r"^[0-9]{1,2}:[0-9]{2}$"},
    "hours.holidays": {"type": "array", "items": {"type": "string", "format": "date"}},
    "cases.by": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "type": {"enum": list(get_args(CaseType))},
                "tier": {"type": "string"},
                "reply_hours": {"type": "number", "minimum": 0},
                "resolve_hours": {"type": "number", "minimum": 0},
            },
        },
    },
    "prospects.ideal": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["field"],
            "properties": {
                "field": {"type": "string"},
                "in": {"type": "array", "items": {"type": "string"}},
                "min": {"type": "number"},
                "max": {"type": "number"},
                "filled": {"enum": ["yes", "true", True]},
            },
        },
    },
}


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> Schema:
    made: Schema = {"type": "object", "properties": dict(properties)}
    return {**made, "required": required} if required else made


def _standard() -> Schema:
    made: Schema = {}
    for key, default in STANDARD.items():
        group, _, name = key.partition(".")
        value = PARTS_OF_STANDARD.get(key) or {**_threshold(default), "default": _plain(default)}
        value = {"description": LIMITS[key], **value}
        if name:
            made.setdefault(group, _object({}))["properties"][name] = value
        else:
            made[group] = value
    return made


def _threshold(default: Any) -> Schema:
    if isinstance(default, tuple):
        return {"type": "array", "items": _threshold(default[0])}
    if isinstance(default, dict):
        return _object({name: _threshold(item) for name, item in default.items()})
    if isinstance(default, str):
        return {"type": "string"}
    if default is None:
        return {"type": ["number", "string"], "minimum": 0}
    return {"type": "integer" if isinstance(default, int) else "number", "minimum": 0}


def _plain(default: Any) -> Any:
    return list(default) if isinstance(default, tuple) else default
