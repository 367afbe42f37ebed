"""The document shows a real answer of every operation, and what it shows has the shape of today's answers."""

import json
import os
from typing import Any

from fastapi import FastAPI

from app.api.openapi import EXAMPLES

from tests.api.examples import as_example, fit, outline
from tests.api.journey import Journey
from tests.api.visitor import Json, operations
from tests.fixtures.bare import GitRepo

RECORD = bool(os.environ.get("TEST_RECORD_EXAMPLES"))


def shown(document: Json, *, good: bool) -> dict[str, Json]:
    """Every answer in JSON, by operation and status."""
    return {
        f"{name} {status}": answer["content"]["application/json"]
        for name, operation in operations(document).items()
        for status, answer in operation.answers.items()
        if status.startswith("2") is good and "application/json" in answer.get("content", {})
    }


async def test_the_examples_have_the_shape_of_what_is_answered_today(journey: Journey, repo: GitRepo) -> None:
    world = await journey.go()
    await journey.leave(world)
    told: dict[str, Any] = {
        name: as_example(journey.visitor.answers[name], repo=str(repo.path))
        for name, operation in operations(journey.visitor.app.openapi()).items()
        if operation.answers_json
    }
    if RECORD:
        EXAMPLES.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    recorded = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert outline(told) == outline(recorded), "run `make examples` and commit what changes"


def test_every_good_answer_has_an_example_that_fits_its_schema(app: FastAPI) -> None:
    answers = shown(app.openapi(), good=True)
    assert [name for name, content in answers.items() if "example" not in content] == []
    for content in answers.values():
        fit(app.openapi(), content, content["example"])


def test_every_error_has_an_example_that_fits_its_schema(app: FastAPI) -> None:
    answers = shown(app.openapi(), good=False)
    assert [name for name, content in answers.items() if "example" not in content] == []
    for content in answers.values():
        fit(app.openapi(), content, content["example"])


def test_every_body_has_an_example_or_its_fields_have(app: FastAPI) -> None:
    document = app.openapi()
    assert [name for name, schema in bodies(document).items() if not is_shown(schema)] == []


def bodies(document: Json) -> dict[str, Json]:
    """The schema of every request body, by operation."""
    return {
        told["operationId"]: resolved(document, told["requestBody"]["content"]["application/json"]["schema"])
        for methods in document["paths"].values()
        for told in methods.values()
        if "application/json" in told.get("requestBody", {}).get("content", {})
    }


def resolved(document: Json, schema: Json) -> Json:
    """Follow a reference, also that of an optional body."""
    chosen: Json = next((each for each in schema.get("anyOf", ()) if "$ref" in each), schema)
    found: Json = document["components"]["schemas"].get(chosen.get("$ref", "").rpartition("/")[2], chosen)
    return found


def is_shown(schema: Json) -> bool:
    """Whether a reader sees what to send."""
    if schema.get("examples"):
        return True
    fields = schema.get("properties", {})
    plain = ("examples", "$ref", "default", "format", "enum", "const", "minimum")
    return all(_has_any(fields[name], plain) for name in schema.get("required") or fields)


def _has_any(schema: Json, names: tuple[str, ...]) -> bool:
    found = [schema, *schema.get("anyOf", ())]
    return any(name in each for each in found for name in names)
