"""Requests made from our own document: what fits it and what does not, about objects that exist."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import hypothesis
import schemathesis
from schemathesis.config import GenerationConfig
from schemathesis.generation import GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.overrides import Override

from tests.api.visitor import Json

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def load(document: Json) -> Any:
    """Read the document as somebody who is logged in already, or never: no request is about the log-in itself."""
    open_document = copy.deepcopy(document)
    for methods in open_document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    return schemathesis.openapi.from_dict(open_document)


def aim(case: Any, known: Mapping[str, str]) -> Any:
    """Turn well-formed values of a generated request into those of objects that exist, by the fields' names."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            place.update({name: known[name] for name, value in place.items() if name in known and fits(name, value)})
    return case


def fits(name: str, value: Any) -> bool:
    """Whether a value is well-formed, as far as the fields are concerned whose values must exist."""
    if not isinstance(value, str):
        return False
    if name == "path":
        return value.isalnum() or value == "src/app.py"
    if name in ("digest", "sha256"):
        return re.fullmatch("[0-9a-f]{64}", value) is not None
    return _UUID.fullmatch(value) is not None


def generate(operation: Any, *, count: int) -> Iterator[Any]:
    """Make requests: `count` at random of each mode, and as many at the borders of what the document allows."""
    for mode in MODES:
        yield from _drawn(operation.as_strategy(generation_mode=mode), count)
    borders = list(
        CoverageGenerator(
            operation=operation,
            generation_modes=list(MODES),
            generation_config=GenerationConfig(),
            auth_storage=None,
            override=Override(query={}, headers={}, cookies={}, path_parameters={}, body={}),
            feedback=FeedbackSources(),
        )
    )
    yield from borders[:: max(1, len(borders) // (2 * count))]


def _drawn(strategy: Any, count: int) -> list[Any]:
    found: list[Any] = []

    @hypothesis.settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(case: Any) -> None:
        found.append(case)

    try:
        collect()
    except hypothesis.errors.Unsatisfiable:
        # Some operations take nothing that could be wrong.
        return []
    return found


def sent(case: Any) -> Json:
    """The arguments of httpx for a generated request."""
    told = case.as_transport_kwargs(base_url="http://hivesync.test")
    names = ("method", "url", "params", "json", "data", "headers")
    return {("content" if name == "data" else name): told[name] for name in names if told.get(name) is not None}
