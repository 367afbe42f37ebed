"""The stages of preview sessions and bundles: live → expired → soft deleted → purged; preview/restoring leads back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.adapters.scope import Scope
from app.adapters.storage import tombstones
from app.adapters.storage.port import Bucket
from app.models.preview import PreviewBundle, PreviewSession
from app.services.cleanup.items import Item, Spared, Task

_BUNDLE, _SESSION = "preview_bundles", "preview_sessions"


class ExpireSessions(Task):
    """Live sessions and bundles whose time is over."""

    name = "expire_sessions"
    description = "Ends preview sessions and bundles whose time is over. Nothing is deleted."
    destructive = False

    async def plan(self, limit: int) -> Sequence[Item]:
        """Find what is live and over."""
        found: list[Item] = []
        async with self.ctx.scope(read_only=True) as scope:
            for table, name in ((PreviewSession, _SESSION), (PreviewBundle, _BUNDLE)):
                over = (table.status == "live") & (table.expires_at <= scope.clock.now())
                rows = await scope.session.execute(
                    select(table.id, table.expires_at).where(over).order_by(table.id).limit(limit - len(found))
                )
                found += [_row(name, each[0], "live", expires_at=each[1]) for each in rows]
        return found

    async def settle(self, scope: Scope, item: Item, freed: int) -> int:
        """End it, if nobody prolonged it meanwhile."""
        table, row_id = item.target.split("/")
        now, over = scope.clock.now(), _moment(item.proof["expires_at"])
        if table == _SESSION:
            wanted = (PreviewSession.id == UUID(row_id), PreviewSession.status == "live")
            change = update(PreviewSession).where(*wanted, PreviewSession.expires_at == over)
            done = await scope.session.execute(
                change.values(status="expired", ended_at=now).returning(PreviewSession.id)
            )
        else:
            chosen = (PreviewBundle.id == UUID(row_id), PreviewBundle.status == "live")
            ended = update(PreviewBundle).where(*chosen, PreviewBundle.expires_at == over)
            done = await scope.session.execute(ended.values(status="expired").returning(PreviewBundle.id))
        if done.first() is None:
            raise Spared("It is no longer live until that time.")
        return 0


class SoftDeleteBundles(Task):
    """Expired bundles, which can still be restored afterwards."""

    name = "soft_delete_bundles"
    description = "Hides expired bundles; they can be restored for CLEANUP_RESTORABLE_DAYS."

    async def plan(self, limit: int) -> Sequence[Item]:
        """Find what is expired."""
        async with self.ctx.scope(read_only=True) as scope:
            rows = await scope.session.execute(
                select(PreviewBundle.id, PreviewBundle.expires_at)
                .where(PreviewBundle.status == "expired")
                .order_by(PreviewBundle.expires_at, PreviewBundle.id)
                .limit(limit)
            )
            return [_row(_BUNDLE, each[0], "expired", expires_at=each[1]) for each in rows]

    async def settle(self, scope: Scope, item: Item, freed: int) -> int:
        """Hide it, and say until when it can be restored."""
        now = scope.clock.now()
        done = await scope.session.execute(
            update(PreviewBundle)
            .where(PreviewBundle.id == _id(item), PreviewBundle.status == "expired")
            .values(
                status="soft_deleted",
                soft_deleted_at=now,
                purge_at=now + timedelta(days=scope.settings.cleanup.restorable_days),
            )
            .returning(PreviewBundle.id)
        )
        if done.first() is None:
            raise Spared("It is no longer expired.")
        return 0


class PurgeBundles(Task):
    """Soft-deleted bundles whose time to be restored is over: the objects go first, then the row is marked.

    What was built beside a bundle for people to look at goes with it.
    """

    name = "purge_bundles"
    description = "Deletes soft-deleted bundles from the storage once they can no longer be restored."
    physical = True

    async def plan(self, limit: int) -> Sequence[Item]:
        """Find what may no longer be restored."""
        async with self.ctx.scope(read_only=True) as scope:
            rows = await scope.session.execute(
                select(PreviewBundle)
                .where(PreviewBundle.status == "soft_deleted", PreviewBundle.purge_at <= scope.clock.now())
                .order_by(PreviewBundle.purge_at, PreviewBundle.id)
                .limit(limit)
            )
            return [
                Item(
                    kind="object",
                    target=bundle.object_key,
                    proof={
                        "bundle_id": str(bundle.id),
                        "status": "soft_deleted",
                        "purge_at": _text(bundle.purge_at),
                        "sha256": bundle.sha256,
                        **({"evidence_key": bundle.evidence_key} if bundle.evidence_key else {}),
                    },
                    bytes=bundle.size_bytes,
                )
                for bundle in rows.scalars()
            ]

    async def begin(self, scope: Scope, item: Item) -> None:
        """Condemn the objects, unless the bundle was restored. Locks: the bundle's row, then its keys in order."""
        query = select(PreviewBundle).where(PreviewBundle.id == UUID(item.proof["bundle_id"]))
        bundle = (await scope.session.execute(query.with_for_update())).scalar_one_or_none()
        due = bundle is not None and bundle.purge_at is not None and bundle.purge_at <= scope.clock.now()
        if bundle is None or bundle.status != "soft_deleted" or not due:
            raise Spared("The bundle was restored or is gone already.")
        for key in _keys(item):
            await tombstones.lock_key(scope.session, scope.container.database, Bucket.PREVIEWS, key)
            await tombstones.condemn(scope.session, Bucket.PREVIEWS, key, at=scope.clock.now())

    async def act(self, item: Item) -> int:
        """Delete the object, if an earlier attempt has not; before it all else that lies in its folder."""
        storage, freed = self.container.buckets()[Bucket.PREVIEWS], item.bytes
        folder, _, name = item.target.rpartition("/")
        if folder and name == "bundle.zip":
            beside = [info async for info in storage.list(folder) if info.key != item.target]
            for info in beside:
                await storage.delete(info.key)
                freed += info.size
        await storage.delete(item.target)
        return freed

    async def settle(self, scope: Scope, item: Item, freed: int) -> int:
        """Mark the row."""
        now = scope.clock.now()
        await scope.session.execute(
            update(PreviewBundle)
            .where(PreviewBundle.id == UUID(item.proof["bundle_id"]), PreviewBundle.status == "soft_deleted")
            .values(status="purged", purged_at=now)
        )
        for key in _keys(item):
            await tombstones.bury(scope.session, Bucket.PREVIEWS, key, at=now)
        return freed


def _keys(item: Item) -> list[str]:
    """List what a purge deletes. Warrants that were planned before there was evidence name none."""
    return sorted({item.target, item.proof.get("evidence_key", item.target)})


def _row(table: str, row_id: UUID, status: str, *, expires_at: datetime) -> Item:
    return Item(kind="row", target=f"{table}/{row_id}", proof={"status": status, "expires_at": _text(expires_at)})


def _id(item: Item) -> UUID:
    return UUID(item.target.split("/")[1])


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
