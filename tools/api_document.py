"""The HTTP surface, made from the real application over a container that connects to nothing."""

import asyncio
import functools
import json
import tempfile
from typing import Any

from app import endpoints, wiring
from app.adapters.opening import open_container
from app.adapters.telemetry.metrics import Metrics
from app.api.application import build_app
from app.config import load_settings

Json = dict[str, Any]

_INTRODUCTION = """# HTTP endpoints

Written by `make docs` from [api/openapi.json](api/openapi.json), which holds every detail; do not edit by hand. A
running server shows the same at `/docs`.

JSON in and out; unknown fields are refused. Ids are UUIDs, times ISO 8601 in UTC. Send `Authorization: Bearer` and the
access token, except where *open* is said. Errors have [one shape](backend_error_model.md). Lists take `limit` and
`cursor` and answer `items` and `next_cursor`. Work in the background answers 202 with a `status_url`; with an
`Idempotency-Key` the same request gives the same job. Polled resources have an `ETag`.
"""


def openapi_document() -> str:
    """The text of `docs/api/openapi.json`."""
    return json.dumps(_document(), indent=2, ensure_ascii=False) + "\n"


def endpoint_book() -> str:
    """The text of `docs/api_endpoints.md`."""
    document = _document()
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            row = _row(document, f"{method.upper()} {path}", operation)
            by_tag.setdefault((operation.get("tags") or ["other"])[0], []).append(row)
    lines = [_INTRODUCTION]
    for tag, rows in by_tag.items():
        lines += [
            f"## {tag.capitalize()}",
            "",
            "| endpoint | takes | answers | what it does |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    return "\n".join(lines)


@functools.cache
def _document() -> Json:
    return asyncio.run(_build())


async def _build() -> Json:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"DATA_DIR": folder})
        registry = wiring.registry()
        async with open_container(settings, registry=registry, subscriptions=wiring.SUBSCRIPTIONS) as container:
            return build_app(container, endpoints.ROUTERS, endpoints.ROOT_ROUTERS, metrics=Metrics()).openapi()


def _row(document: Json, endpoint: str, operation: Json) -> str:
    description = operation.get("description") or operation.get("summary") or ""
    what = " ".join(description.split("\n\n", maxsplit=1)[0].split()).replace("|", "\\|")
    is_open = "" if operation.get("security") else " *open*"
    takes = ", ".join(_parameters(operation) + _fields(document, operation.get("requestBody", {})))
    code, answer = next(
        (code, answer) for code, answer in operation["responses"].items() if code.startswith(("1", "2", "3"))
    )
    shape = _schema_name(answer)
    return f"| `{endpoint}`{is_open} | {takes} | {code}{f' `{shape}`' if shape else ''} | {what} |"


def _parameters(operation: Json) -> list[str]:
    queries = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    return [f"`?{each['name']}`{'' if each.get('required') else ' (optional)'}" for each in queries]


def _fields(document: Json, body: Json) -> list[str]:
    name = _schema_name(body)
    schema = document["components"]["schemas"].get(name, {})
    required = schema.get("required", [])
    return [f"`{field}`{'' if field in required else ' (optional)'}" for field in schema.get("properties", {})]


def _schema_name(holder: Json) -> str:
    for content in holder.get("content", {}).values():
        schema = content.get("schema", {})
        # A body that may be left out is the shape or null.
        for each in (schema, *schema.get("anyOf", [])):
            if "$ref" in each:
                return str(each["$ref"]).rpartition("/")[2]
    return ""
