"""`/api/v1/openapi.json`, made from the route table: what is described is what is served."""

from __future__ import annotations

from typing import Any

import msgspec

from signaling.api.routes import Table
from signaling.wire.http import Problem


def document(table: Table, version: str) -> dict[str, Any]:
    """An OpenAPI 3.1 description of the JSON routes."""
    types: list[Any] = [Problem, *(r.answer for r in table.routes if r.answer is not None), *(r.body for r in table.routes if r.body is not None)]
    unique = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(unique, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in table.routes:
        operation: dict[str, Any] = {
            "summary": route.summary,
            "operationId": route.action.lower().replace(" /", "-").replace("/", "-"),
            "responses": {
                "200": {"description": "Done.", "content": _content(by_type[route.answer]) if route.answer else {"application/octet-stream": {}}},
                "default": {"description": "Refused, nothing changed.", "content": _content(by_type[Problem])},
            },
        }
        if route.upload is not None:
            operation["requestBody"] = {"required": True, "content": {"image/jpeg": {}, "image/png": {}}}
        if route.body is not None:
            operation["requestBody"] = {"required": True, "content": _content(by_type[route.body])}
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Remote virtual window", "version": version},
        "paths": paths,
        "components": {"schemas": components},
    }


def _content(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
