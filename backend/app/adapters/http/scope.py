"""Opens a Scope for a request and commits before the answer leaves."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.adapters.container import Container
from app.adapters.scope import Scope

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def get_container(connection: HTTPConnection) -> Container:
    """Find the process's container."""
    container: Container = connection.app.state.container
    return container


ContainerDep = Annotated[Container, Depends(get_container)]


async def get_scope(connection: HTTPConnection, container: ContainerDep) -> AsyncIterator[Scope]:
    """Open the request's unit of work: read-only for GET, writing otherwise."""
    read_only = connection.scope.get("method", "GET") in _READING
    async with container.scope(read_only=read_only) as scope:
        yield scope


# Function scope: FastAPI would otherwise commit after the answer was sent, and a failed commit would look
# like success. It also makes streams let go of the database before the first byte.
ScopeDep = Annotated[Scope, Depends(get_scope, scope="function")]
