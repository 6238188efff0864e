"""The JSON Schemas of the files."""

import json

import pytest

from crmcli.book.descriptions import DESCRIPTIONS
from crmcli.book.schema import SCHEMA_KINDS
from crmcli.book.schema import json_schema
from crmcli.model.errors import BadValueError
from crmcli.model.policy import TOP_KEYS


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_each_kind_has_a_schema_that_json_can_hold(kind):
    schema = json_schema(kind)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["type"] == "object"
    assert schema["description"]


def nameless(schema, path=""):
    """The paths of fields without a description."""
    for name, field in schema.get("properties", {}).items():
        if "description" not in field:
            yield f"{path}{name}"
        yield from nameless(field, f"{path}{name}.")
    if isinstance(schema.get("items"), dict):
        yield from nameless(schema["items"], path)


@pytest.mark.parametrize("kind", [kind for kind in SCHEMA_KINDS if kind != "book"])
def test_each_field_is_described(kind):
    assert list(nameless(json_schema(kind))) == []


def test_each_description_belongs_to_a_field():
    used = set()

    def walk(schema):
        for field in schema.get("properties", {}).values():
            used.add(field.get("description"))
            walk(field)
            walk(field.get("items", {}))

    for kind in SCHEMA_KINDS:
        walk(json_schema(kind))
    assert set(DESCRIPTIONS.values()) <= used


def test_a_file_needs_no_id_and_a_row_does():
    assert "id" not in json_schema("customer")["properties"]
    assert json_schema("customer")["required"] == ["name"]
    assert json_schema("interaction")["required"] == ["id", "at", "rep", "kind"]
    people = json_schema("customer")["properties"]["contacts"]["items"]
    assert people["required"] == ["id", "name"]


def test_values_are_as_an_editor_reads_them():
    customer = json_schema("customer")["properties"]
    assert customer["potential"]["type"] == ["number", "string"]
    assert customer["status"]["enum"][0] == "lead"
    assert customer["verified"]["format"] == "date"
    agreed = json_schema("promise")["properties"]["history"]["items"]["properties"]["agreed"]
    assert agreed["enum"] == ["yes", "no", True, False]
    assert json_schema("deal")["properties"]["probability"]["maximum"] == 100


def test_the_settings_are_described_key_by_key():
    keys = json_schema("book")["properties"]
    assert set(keys) <= set(TOP_KEYS)
    assert keys["standard"]["properties"]["visits"]["properties"]["report_hours"]["default"] == 48


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(BadValueError, match="kind 'costumer' is not one of") as caught:
        json_schema("costumer")
    assert caught.value.remedy == "Did you mean customer?"
