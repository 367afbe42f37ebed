"""Addresses as the API document writes them: which one a request met, and what methods it has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

_NOWHERE = "unmatched"


class Addresses:
    """The templates of an application's routes. An included route itself knows its path without the prefix."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        """Read the routes once, when all of them are there."""
        self._templates: dict[int, str] = {}
        self._methods: dict[str, set[str]] = defaultdict(set)
        for each in iter_route_contexts(routes):
            template = each.path_format or _NOWHERE
            self._templates[id(each.original_route)] = template
            self._methods[template] |= set(each.methods or ())

    def template(self, scope: Mapping[str, Any]) -> str:
        """Name what a request met by its template, never its path: ids stay out of logs, label sets stay small."""
        route = scope.get("route")
        return self._templates.get(id(route)) or getattr(route, "path_format", None) or _NOWHERE

    def methods(self, scope: Mapping[str, Any]) -> list[str]:
        """List the methods of the address a request met."""
        return sorted(self._methods.get(self.template(scope), ()))
