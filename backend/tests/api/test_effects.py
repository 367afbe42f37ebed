"""Nothing is changed without a record: every transaction of the journey that changes something tells the ledger."""

from collections import defaultdict
from typing import Any

from sqlalchemy import event

from app.adapters.container import Container

from tests.api.journey import Journey

# Tables whose rows tell of themselves, or of nothing that anybody decided.
UNTOLD = {
    # The truth about work, and what was answered: the request for it is told.
    "jobs", "ai_jobs", "ai_suggestions", "sync_runs", "repo_mirrors", "manifests", "manifest_trees", "job_rollups",
    # Read from mirrors; it can be read again.
    "symbol_indexes", "symbol_files", "symbol_definitions",
    # Told by the warrant that they belong to, or by the task's request.
    "warrants", "warrant_items", "preview_bundles", "preview_sessions", "object_tombstones",
    # What somebody looked at.
    "preview_opens",
    # Declared by the program, and when each last ran; what an administrator changes is told.
    "schedules",
    # Messages, sessions, bookkeeping.
    "events", "notifications", "refresh_tokens", "idempotency_keys", "leases", "autoscaler_samples",
    "effects", "effect_heads",
}  # fmt: skip


class Watcher:
    """Notes the tables that each transaction writes; keeps those that were committed without an effect."""

    def __init__(self, engine: Any) -> None:
        self.silent: list[set[str]] = []
        self.told = 0
        self._written: dict[int, set[str]] = defaultdict(set)
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)
        event.listen(engine, "rollback", lambda connection: self._written.pop(id(connection), None))

    def _statement(
        self, connection: Any, _cursor: Any, _statement: Any, _parameters: Any, context: Any, _many: Any
    ) -> None:
        if context is not None and (context.isinsert or context.isupdate or context.isdelete):
            table = getattr(getattr(context.compiled, "statement", None), "table", None)
            self._written[id(connection)].add(str(getattr(table, "name", table)))

    def _commit(self, connection: Any) -> None:
        written = self._written.pop(id(connection), set())
        self.told += "effects" in written
        if written - UNTOLD and "effects" not in written:
            self.silent.append(written - UNTOLD)


async def test_every_change_of_the_journey_is_told(journey: Journey, container: Container) -> None:
    watcher = Watcher(container.database.engine.sync_engine)
    world = await journey.go()
    await journey.leave(world)
    assert watcher.silent == []
    assert watcher.told > 20
