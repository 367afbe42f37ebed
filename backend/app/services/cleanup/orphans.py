"""Stored objects that no row refers to. Every table that refers to objects is known here."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from app.adapters.scope import Scope
from app.adapters.storage import tombstones
from app.adapters.storage.port import Bucket, ObjectInfo, ObjectMissing
from app.core.jobs import JobStatus
from app.models.ai import AiJob
from app.models.job import Job
from app.models.preview import PreviewBundle
from app.services.cleanup.items import Item, Spared, Task

_AT_ONCE = 500


class PruneOrphanBlobs(Task):
    """Objects older than CLEANUP_ORPHAN_HOURS that belong to no row. Prefixes that nobody here knows are left alone."""

    name = "prune_orphan_blobs"
    description = "Deletes stored objects that no row refers to and that are older than CLEANUP_ORPHAN_HOURS."
    physical = True

    async def plan(self, limit: int) -> Sequence[Item]:
        """Go through what is stored, some hundred keys at a time."""
        found: list[Item] = []
        for bucket, prefix in ((Bucket.MEDIA, "ai"), (Bucket.PREVIEWS, "previews")):
            async for group in self._old(bucket, prefix):
                async with self.ctx.scope(read_only=True) as scope:
                    needed = await referred(scope, bucket, [info.key for info in group])
                found += [_item(bucket, info) for info in group if info.key not in needed]
                if len(found) >= limit:
                    return found[:limit]
        return found

    async def begin(self, scope: Scope, item: Item) -> None:
        """Condemn the object, unless a row refers to it now. Locks: its key."""
        bucket, key = _place(item)
        await tombstones.lock_key(scope.session, scope.container.database, bucket, key)
        if await referred(scope, bucket, [key]):
            raise Spared("A row refers to it now.")
        await tombstones.condemn(scope.session, bucket, key, at=scope.clock.now())

    async def act(self, item: Item) -> int:
        """Delete it, if it is still the one that was found."""
        bucket, key = _place(item)
        storage = self.container.buckets()[bucket]
        try:
            info = await storage.stat(key)
        except ObjectMissing:
            return 0
        if _item(bucket, info).proof != item.proof:
            raise Spared("It was stored again after the plan was made.")
        await storage.delete(key)
        return info.size

    async def settle(self, scope: Scope, item: Item, freed: int) -> int:
        """Let the key be used again."""
        bucket, key = _place(item)
        await tombstones.bury(scope.session, bucket, key, at=scope.clock.now())
        return freed

    async def release(self, scope: Scope, item: Item) -> None:
        """Let it be referred to again."""
        await tombstones.pardon(scope.session, *_place(item))

    async def _old(self, bucket: Bucket, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        before = self.container.clock.now() - timedelta(hours=self.container.settings.cleanup.orphan_hours)
        group: list[ObjectInfo] = []
        async for info in self.container.buckets()[bucket].list(prefix):
            if info.modified_at <= before:
                group.append(info)
            if len(group) >= _AT_ONCE:
                yield group
                group = []
        if group:
            yield group


async def referred(scope: Scope, bucket: Bucket, keys: Sequence[str]) -> set[str]:
    """Choose those keys that rows refer to, or whose owner may still come to do so.

    `ai/<project>/<ai job>/…` belongs to a row that is written before the object, and whose id is never used again:
    that there is none is final. `previews/<project>/<job>/…` may get its row until its job has ended.
    """
    if bucket is Bucket.MEDIA:
        owners = {key: _owner(key) for key in keys}
        ids = [each for each in owners.values() if each is not None]
        rows = await scope.session.execute(
            select(AiJob.id, AiJob.context_key).where(or_(AiJob.id.in_(ids), AiJob.context_key.in_(keys)))
        )
        known = {value for row in rows for value in row}
        # A key without an owner in it is not one of ours, so it is not ours to delete.
        return {key for key, owner in owners.items() if owner is None or owner in known or key in known}
    builders = {key: _owner(key) for key in keys}
    needed: set[str] = set()
    for column in (PreviewBundle.object_key, PreviewBundle.evidence_key):
        kept = select(column).where(column.in_(keys), PreviewBundle.status != "purged")
        needed |= {key for key in (await scope.session.execute(kept)).scalars() if key is not None}
    unfinished = select(Job.id).where(
        Job.id.in_([each for each in builders.values() if each is not None]),
        Job.status.in_((JobStatus.QUEUED.value, JobStatus.RUNNING.value)),
    )
    at_work = set((await scope.session.execute(unfinished)).scalars())
    return {key for key, owner in builders.items() if owner is None or owner in at_work or key in needed}


def _owner(key: str) -> UUID | None:
    try:
        return UUID(key.split("/")[2])
    except (IndexError, ValueError):
        return None


def _item(bucket: Bucket, info: ObjectInfo) -> Item:
    proof = {"size": info.size, "modified_at": info.modified_at.isoformat()}
    return Item("object", f"{bucket.value}/{info.key}", proof, info.size)


def _place(item: Item) -> tuple[Bucket, str]:
    bucket, _, key = item.target.partition("/")
    return Bucket(bucket), key
