"""Commits of any shape in a real mirror, for the parts of a build that read one."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.adapters.git.port import MirrorReader

from tests.fixtures.bare import Files

PROJECT = UUID(int=7)


@dataclass(frozen=True, slots=True)
class Committed:
    """A mirror's reader and the commit in it."""

    reader: MirrorReader
    commit: str

    async def tree(self) -> str:
        """The id of the commit's tree."""
        return await self.reader.tree_of(self.commit)


Commit = Callable[[Files], Awaitable[Committed]]


def package(**dependencies: str) -> str:
    """Write a package.json with these dependencies; `react_native` stands for react-native."""
    return json.dumps(
        {"name": "app", "dependencies": {name.replace("_", "-"): to for name, to in dependencies.items()}}
    )


def expo_app(**more: Any) -> dict[str, Any]:
    """Files of an Expo app."""
    return {"package.json": package(expo="~57.0.0"), "App.js": "1", **more}


def bare_app(**more: Any) -> dict[str, Any]:
    """Files of a bare React Native app."""
    return {"package.json": package(react_native="0.86.3"), "index.js": "1", **more}
