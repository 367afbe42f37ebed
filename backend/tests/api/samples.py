"""The smallest valid request of every operation, made from the document: a new operation is asked by existing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI


def filled(path: str, **ids: object) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], uuid4())), path)


@dataclass(frozen=True)
class Sample:
    """A request that is valid as far as its schema says, and the names of all ids that it can carry."""

    name: str
    method: str
    path: str
    body: dict[str, Any] | None
    query: dict[str, Any]
    ids: tuple[str, ...]


class Sampler:
    """Makes the smallest valid request of every operation."""

    def __init__(self, app: FastAPI) -> None:
        self._document = app.openapi()

    def requests(self) -> Iterator[Sample]:
        for path, operations in self._document["paths"].items():
            for method, operation in operations.items():
                schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                query = {
                    each["name"]: self._value(each["schema"], each["name"])
                    for each in operation.get("parameters", [])
                    if each["in"] == "query" and each.get("required")
                }
                body = self._value(schema, "") if schema else None
                yield Sample(operation["operationId"], method, path, body, query, self._ids(path, operation, schema))

    def _ids(self, path: str, operation: dict[str, Any], schema: dict[str, Any] | None) -> tuple[str, ...]:
        """Name every id that the operation takes, also those that may be left out."""
        query = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
        body = [name for shape in self._shapes(schema or {}) for name in shape.get("properties", {})]
        return (*re.findall(r"\{(\w+)\}", path), *(name for name in (*query, *body) if name.endswith(("_id", "_ids"))))

    def _shapes(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for each in schema.get("anyOf", [schema]):
            yield self._resolved(each)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._document["components"]["schemas"].get(
            schema.get("$ref", "").rpartition("/")[2], schema
        )
        return found

    def _value(self, schema: dict[str, Any], name: str) -> Any:
        if "$ref" in schema:
            return self._value(self._resolved(schema), name)
        if schema.get("examples"):
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        if {"type": "null"} in schema.get("anyOf", ()):
            return None
        match schema.get("type"):
            case "object":
                properties = schema.get("properties", {})
                return {each: self._value(properties[each], each) for each in schema.get("required", [])}
            case "array":
                return [self._value(schema["items"], name)] * schema.get("minItems", 0)
            case "integer" | "number":
                return max(1, schema.get("minimum", 1))
            case "boolean":
                return False
        if schema.get("format") == "uuid":
            return str(uuid4())
        return ("a" * 64)[: schema.get("maxLength", 64)] if schema.get("minLength", 0) > 5 else "main"
