"""The description of the routes: what is described is what is served, and every reference leads somewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from signaling.api.openapi import document
from tests.signaling.api.porch import Porch, path_of

TABLE = Porch().table
DESCRIPTION = document(TABLE, "1.2.3")
KEYWORDS = {
    "type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf", "$ref", "title", "description", "default", "format",
    "minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems", "additionalProperties", "discriminator", "prefixItems",
}  # fmt: skip
TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    yield node
    for child in (*node.get("properties", {}).values(), *node.get("anyOf", ()), *node.get("oneOf", ()), *([node["items"]] if isinstance(node.get("items"), dict) else ())):
        yield from schemas(child)


def every_schema() -> Iterator[dict[str, Any]]:
    for component in DESCRIPTION["components"]["schemas"].values():
        yield from schemas(component)
    for operations in DESCRIPTION["paths"].values():
        for operation in operations.values():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for holder in (*bodies, *operation["responses"].values()):
                yield from schemas(holder["content"]["application/json"]["schema"])


def test_every_route_is_described_and_nothing_else() -> None:
    described = {f"{method.upper()} {path}" for path, operations in DESCRIPTION["paths"].items() for method in operations}
    assert described == {route.action for route in TABLE.routes}
    operations = [operation for each in DESCRIPTION["paths"].values() for operation in each.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all(operation["summary"].endswith(".") for operation in operations)
    assert (DESCRIPTION["openapi"], DESCRIPTION["info"]["version"]) == ("3.1.0", "1.2.3")


def test_a_route_with_a_body_says_so_and_one_without_does_not() -> None:
    for route in TABLE.routes:
        operation = DESCRIPTION["paths"][route.path][route.method.lower()]
        assert ("requestBody" in operation) == (route.body is not None)
        assert set(operation["responses"]) >= {"200", "default"}


def test_it_is_json_schema_and_every_reference_leads_somewhere() -> None:
    components, seen = DESCRIPTION["components"]["schemas"], set()
    for schema in every_schema():
        assert set(schema) <= KEYWORDS, schema
        kinds = schema.get("type", [])
        assert set([kinds] if isinstance(kinds, str) else kinds) <= TYPES
        assert set(schema.get("required", ())) <= set(schema.get("properties", {}))
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/components/schemas/")
            assert name in components
            seen.add(name)
    assert seen == set(components), "nothing is described that nobody refers to"
    assert json.loads(json.dumps(DESCRIPTION)) == DESCRIPTION


def test_names_are_those_of_the_wire() -> None:
    components = DESCRIPTION["components"]["schemas"]
    assert set(components["SocketTicketRequest"]["properties"]) == {"as"}
    assert set(components["BothLanguages"]["properties"]) == {"zh-CN", "en"}
    assert set(components["Problem"]["properties"]) == {"code", "text", "path"}


@pytest.mark.parametrize("action", [route.action for route in TABLE.routes if route.method == "GET"])
async def test_what_is_answered_has_the_described_fields(action: str) -> None:
    async with Porch() as porch:
        route = next(route for route in porch.table.routes if route.action == action)
        _, said, answer = await porch.ask("GET", path_of(route), login="token-of-chen", kiosk="token-of-kiosk")
        assert answer.status == 200
        ref = DESCRIPTION["paths"][route.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        described = DESCRIPTION["components"]["schemas"][ref.rpartition("/")[2]]
        assert set(said) == set(described["properties"])
        assert isinstance(msgspec.convert(said, type=route.answer), route.answer)
