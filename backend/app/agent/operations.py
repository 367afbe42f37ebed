"""Long work of the agent: what it does now, how it ended, and cancelling it. Forgotten when the agent stops."""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from app.agent.errors import FolderBusy, OperationNotFound, Stopped
from app.agent.telling import note, told
from app.core.ids import IdSource

_MOST_LINES = 200
_MOST_KEPT = 200

Work = Callable[["Operation"], Awaitable[Any]]


@dataclass(slots=True)
class Operation:
    """One piece of work. It is its own reporter; threads may call it."""

    id: str
    kind: str
    folder_id: str
    status: str = "running"
    stage_name: str = "start"
    progress: float = 0.0
    message: str = ""
    error: dict[str, Any] | None = None
    result: Any = None
    log: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_LINES))
    stopped: threading.Event = field(default_factory=threading.Event)
    task: asyncio.Task[None] | None = None

    def stage(self, name: str, progress: float, message: str = "") -> None:
        """Hear what is done now; progress never goes back."""
        self.stage_name, self.message = name, message
        self.progress = max(self.progress, min(progress, 1.0))

    def line(self, text: str) -> None:
        """Hear a line of a tool's."""
        self.log.append(text)

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "folder_id": self.folder_id,
            "status": self.status,
            "stage": self.stage_name,
            "progress": round(self.progress, 3),
            "message": self.message,
            "error": self.error,
            "result": self.result,
            "log_tail": list(self.log),
        }


class Operations:
    """The operations of one agent, the newest first to be kept."""

    def __init__(self, ids: IdSource) -> None:
        self._ids = ids
        self._all: dict[str, Operation] = {}

    def start(self, kind: str, folder_id: str, work: Work) -> Operation:
        """Begin; FolderBusy while the same is under way in that folder."""
        for each in self._all.values():
            if (each.kind, each.folder_id, each.status) == (kind, folder_id, "running"):
                raise FolderBusy(operation_id=each.id)
        made = Operation(self._ids.new().hex, kind, folder_id)
        self._all[made.id] = made
        made.task = asyncio.create_task(_run(made, work))
        ended = [each.id for each in self._all.values() if each.status != "running"]
        for old in ended[: max(0, len(self._all) - _MOST_KEPT)]:
            del self._all[old]
        return made

    def find(self, operation_id: str) -> Operation:
        """Find one; OperationNotFound."""
        found = self._all.get(operation_id)
        if found is None:
            raise OperationNotFound(operation_id=operation_id[:100])
        return found

    def running_in(self, folder_id: str) -> list[Operation]:
        """List what is under way in a folder."""
        return [each for each in self._all.values() if (each.folder_id, each.status) == (folder_id, "running")]

    async def cancel(self, operation: Operation) -> None:
        """End one, and wait until whatever it started has ended."""
        if operation.task is not None and not operation.task.done():
            operation.stopped.set()
            operation.task.cancel()
            await asyncio.wait([operation.task])

    async def cancel_all(self) -> None:
        """End all of them."""
        await asyncio.gather(*(self.cancel(each) for each in list(self._all.values())))


async def _run(operation: Operation, work: Work) -> None:
    try:
        operation.result = await work(operation)
        operation.stage("done", 1.0)
        operation.status = "success"
    except (asyncio.CancelledError, Stopped):
        operation.status, operation.message = "cancelled", "It was cancelled."
    except Exception as error:  # Not even a bug is a reason to leave whoever waits without an answer.
        operation.status, operation.error = "failed", told(error)
        operation.message = operation.error["message"]
        note(error, operation.error, operation_id=operation.id, kind=operation.kind, folder_id=operation.folder_id)
