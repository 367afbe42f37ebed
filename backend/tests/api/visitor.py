"""A client that calls operations by their name in the OpenAPI document, and remembers what it was answered."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient, Response

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str
    answers: Mapping[str, Json]

    @property
    def success(self) -> str:
        """The status that says that it worked: a good answer, or else the way to one."""
        return next(status for kind in "23" for status in self.answers if status.startswith(kind))

    @property
    def answers_json(self) -> bool:
        """Whether that answer has a body in JSON."""
        return "application/json" in self.answers[self.success].get("content", {})


def operations(document: Json) -> dict[str, Operation]:
    """List what the document describes, by name."""
    return {
        told["operationId"]: Operation(told["operationId"], method.upper(), path, told["responses"])
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    }


@dataclass(slots=True)
class Visitor:
    """Somebody who uses the product; `answers` keeps the first good answer of every operation."""

    app: FastAPI
    client: AsyncClient
    headers: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    after_each: Callable[[], Awaitable[None]] | None = None
    _known: dict[str, Operation] = field(default_factory=dict)

    def operation(self, name: str) -> Operation:
        """Find an operation by its name."""
        self._known = self._known or operations(self.app.openapi())
        return self._known[name]

    async def call(self, name: str, /, *, body: Any = None, query: Json | None = None, **places: Any) -> Any:
        """Call an operation that is to succeed, and answer its JSON (or its text)."""
        operation = self.operation(name)
        answer = await self.client.request(
            operation.method,
            f"http://hivesync.test{operation.path.format(**places)}",
            **({"content": body} if isinstance(body, bytes) else {"json": body}),
            params=query,
            headers=self.headers,
        )
        assert str(answer.status_code) == operation.success, f"{name}: {answer.status_code} {answer.text}"
        self.statuses[name].add(answer.status_code)
        told = _content(answer)
        self.answers.setdefault(name, told)
        if self.after_each:
            await self.after_each()
        return told


def _content(answer: Response) -> Any:
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return answer.json() if is_json and answer.content else answer.text
