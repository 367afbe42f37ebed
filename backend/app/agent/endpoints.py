"""The agent's loopback endpoints (docs/desktop_agent.md): parse, one call, answer."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.agent.errors import FolderRefused
from app.agent.folders import Folder
from app.agent.guard import Guard
from app.agent.identity import Identity
from app.agent.operations import Operation, Operations
from app.agent.reporting import Silent
from app.agent.service import Agent
from app.agent.telling import note, status_of, told
from app.agent.wishes import ApplyIn, EditorPreviewIn, FolderIn, PreviewIn, SessionIn, SyncIn, UndoIn
from app.cli.client import CommandFailed
from app.core.errors import AppError, Invalid, NotFound, problem_of
from app.services.preview.platforms import Platform

B = TypeVar("B", bound=BaseModel)
_NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Endpoints:
    """What is asked over loopback, of one agent."""

    def __init__(self, agent: Agent, identity: Identity, operations: Operations, stop: Callable[[], None]) -> None:
        self._agent, self._identity, self._operations, self._stop = agent, identity, operations, stop

    def app(self, token: str, version: str) -> Guard:
        """Put the endpoints behind the guard."""
        self._version = version
        routes = [
            Route("/v1/health", self.health, methods=["GET"]),
            Route("/v1/status", self.status, methods=["GET"]),
            Route("/v1/stop", self.stop, methods=["POST"]),
            Route("/v1/session", self.begin_session, methods=["PUT"]),
            Route("/v1/session", self.end_session, methods=["DELETE"]),
            Route("/v1/folders", self.list_folders, methods=["GET"]),
            Route("/v1/folders", self.map_folder, methods=["POST"]),
            Route("/v1/folders/{folder_id}", self.unmap_folder, methods=["DELETE"]),
            Route("/v1/folders/{folder_id}/difference", self.difference, methods=["GET"]),
            Route("/v1/folders/{folder_id}/sync", self.sync, methods=["POST"]),
            Route("/v1/folders/{folder_id}/previews", self.preview, methods=["POST"]),
            Route("/v1/folders/{folder_id}/proposals/{proposal_id}", self.plan, methods=["GET"]),
            Route("/v1/folders/{folder_id}/proposals/{proposal_id}/apply", self.apply, methods=["POST"]),
            Route("/v1/folders/{folder_id}/applied", self.applied, methods=["GET"]),
            Route("/v1/folders/{folder_id}/applied/{applied_id}/undo", self.undo, methods=["POST"]),
            Route("/v1/operations/{operation_id}", self.operation, methods=["GET"]),
            Route("/v1/operations/{operation_id}/cancel", self.cancel, methods=["POST"]),
            Route("/v1/editor/previews", self.editor_preview, methods=["POST"]),
            Route("/v1/editor/context", self.editor_context, methods=["GET"]),
        ]
        handlers = {AppError: _failed, HTTPException: _not_there, OSError: _failed, Exception: _failed}
        return Guard(Starlette(routes=routes, exception_handlers=handlers), token=token, ids=self._agent.ids)

    async def health(self, _request: Request) -> Response:
        """Whether the agent runs, at once: neither the server nor another program is asked."""
        return _json({"status": "ok", "version": self._version})

    async def status(self, _request: Request) -> Response:
        """What the agent is, and who it acts for."""
        folders = await asyncio.to_thread(self._agent.folders.mapped)
        who, tools = await asyncio.gather(self._identity.who(), self._agent.tools())
        return _json({"version": self._version, **who, "folders": len(folders), "tools": tools})

    async def stop(self, _request: Request) -> Response:
        """End the agent, once this is answered."""
        self._stop()
        return Response(status_code=202, headers=_NO_STORE)

    async def begin_session(self, request: Request) -> Response:
        """Act for somebody from now on."""
        wanted = await _body(request, SessionIn)
        try:
            self._identity.begin(wanted.server, wanted.access_token, wanted.refresh_token)
        except CommandFailed as failed:
            raise Invalid(failed.message) from failed
        return _json(await self._identity.who())

    async def end_session(self, _request: Request) -> Response:
        """Forget who that was."""
        self._identity.end()
        return Response(status_code=204, headers=_NO_STORE)

    async def list_folders(self, _request: Request) -> Response:
        """Which folders are mapped."""
        folders = await asyncio.to_thread(self._agent.folders.mapped)
        return _json({"items": [await self._agent.described(each) for each in folders]})

    async def map_folder(self, request: Request) -> Response:
        """Map one."""
        wanted = await _body(request, FolderIn)
        made = await self._agent.map(Path(wanted.path), str(wanted.project_id))
        return _json(await self._agent.described(made), 201)

    async def unmap_folder(self, request: Request) -> Response:
        """Forget one, after ending what is under way in it."""
        folder = await self._folder(request)
        for operation in self._operations.running_in(folder.id):
            await self._operations.cancel(operation)
        await self._agent.unmap(folder)
        return Response(status_code=204, headers=_NO_STORE)

    async def difference(self, request: Request) -> Response:
        """Compare one with its project's manifest."""
        found = await self._agent.difference(await self._folder(request), Silent())
        return _json(found.told())

    async def sync(self, request: Request) -> Response:
        """Send one."""
        wanted = await _body(request, SyncIn)
        folder = await self._folder(request)
        await self._agent.check_syncable(folder)

        async def work(operation: Operation) -> Any:
            return await self._agent.sync(folder, operation, overwrite=wanted.overwrite)

        return self._started("sync", folder, work)

    async def preview(self, request: Request) -> Response:
        """Build a preview of one."""
        wanted = await _body(request, PreviewIn)
        return self._preview(await self._folder(request), wanted.platform, "", wanted.git_ref)

    async def editor_preview(self, request: Request) -> Response:
        """Build a preview of the app that a file belongs to."""
        wanted = await _body(request, EditorPreviewIn)
        folder, inside = await asyncio.to_thread(self._agent.folders.holding, _local(wanted.file))
        return self._preview(folder, wanted.platform, inside.rpartition("/")[0], None)

    async def editor_context(self, request: Request) -> Response:
        """Say which folder and project a file belongs to."""
        folder, inside = await asyncio.to_thread(
            self._agent.folders.holding, _local(request.query_params.get("file", ""))
        )
        described = await self._agent.described(folder)
        return _json({"folder": described, "project_id": folder.project_id, "path": inside})

    async def plan(self, request: Request) -> Response:
        """Say what applying a proposal would do."""
        plan = await self._agent.plan(await self._folder(request), request.path_params["proposal_id"])
        return _json(plan.told())

    async def apply(self, request: Request) -> Response:
        """Apply it."""
        wanted = await _body(request, ApplyIn)
        folder = await self._folder(request)
        return _json(await self._agent.apply(folder, request.path_params["proposal_id"], wanted.digest))

    async def applied(self, request: Request) -> Response:
        """What was applied, newest first."""
        return _json({"items": await self._agent.applied(await self._folder(request))})

    async def undo(self, request: Request) -> Response:
        """Take one back."""
        wanted = await _body(request, UndoIn)
        folder = await self._folder(request)
        return _json(await self._agent.undo(folder, request.path_params["applied_id"], partial=wanted.partial))

    async def operation(self, request: Request) -> Response:
        """How a piece of work stands."""
        return _json(self._operations.find(request.path_params["operation_id"]).told())

    async def cancel(self, request: Request) -> Response:
        """End it."""
        found = self._operations.find(request.path_params["operation_id"])
        await self._operations.cancel(found)
        return _json(found.told())

    async def _folder(self, request: Request) -> Folder:
        return await asyncio.to_thread(self._agent.folders.find, request.path_params["folder_id"])

    def _preview(self, folder: Folder, platform: Platform, inside: str, git_ref: str | None) -> Response:
        async def work(operation: Operation) -> Any:
            return await self._agent.preview(folder, platform, operation, inside=inside, git_ref=git_ref)

        return self._started("preview", folder, work)

    def _started(self, kind: str, folder: Folder, work: Callable[[Operation], Any]) -> Response:
        made = self._operations.start(kind, folder.id, work)
        headers = {"Location": f"/v1/operations/{made.id}", "Retry-After": "1"}
        return JSONResponse(made.told(), status_code=202, headers={**_NO_STORE, **headers})


def _local(path: str) -> Path:
    if not path.startswith("/") or "\0" in path or len(path) > 4096:
        raise FolderRefused("Name the file by its whole path.", path=path[:400])
    return Path(path)


async def _body(request: Request, kind: type[B]) -> B:
    data = await request.body()
    try:
        return kind.model_validate_json(data or b"{}")
    except ValidationError as error:
        problems = [
            {"field": ".".join(map(str, each["loc"])) or "body", "problem": problem_of(each)} for each in error.errors()
        ][:20]
        first = problems[0]
        raise Invalid(f"{first['field']}: {first['problem']}.", problems=problems) from None


def _json(value: Any, status: int = 200) -> Response:
    return JSONResponse(value, status_code=status, headers=_NO_STORE)


async def _failed(request: Request, error: Exception) -> Response:
    request_id = str(request.scope["state"]["request_id"])
    answer = told(error, request_id)
    note(error, answer, request_id=request_id, method=request.method, path=request.url.path)
    return _json(answer, status_of(error))


async def _not_there(request: Request, error: Exception) -> Response:
    wrong: AppError = NotFound("There is no such address.")
    status = 404
    if isinstance(error, HTTPException) and error.status_code == 405:
        wrong, status = Invalid("This address does not answer that method."), 405
    return _json(told(wrong, str(request.scope["state"]["request_id"])), status)
