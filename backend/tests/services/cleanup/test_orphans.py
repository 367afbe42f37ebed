"""Objects without a row go after a day; one that a row begins to refer to meanwhile never does."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.scope import Scope
from app.adapters.storage import tombstones
from app.adapters.storage.local import LocalStorage
from app.adapters.storage.port import Bucket, ObjectMissing, ObjectStorage
from app.adapters.storage.tombstones import ObjectCondemned
from app.core.clock import FrozenClock
from app.models.preview import PreviewBundle
from app.services.cleanup.orphans import referred

from tests.services.cleanup.conftest import Yard

DAY = 86400
ROUNDS = 25


async def stored(storage: ObjectStorage) -> list[str]:
    return [info.key async for info in storage.list()]


async def test_only_what_is_old_and_nobodys_goes(yard: Yard, clock: FrozenClock) -> None:
    buckets, ids = yard.container.buckets(), yard.container.ids
    bundle, waiting = await yard.bundle("soft_deleted"), await yard.waiting_job()
    orphans = {
        Bucket.PREVIEWS: f"previews/{yard.project.id}/{ids.new()}/bundle.zip",
        Bucket.MEDIA: f"ai/{yard.project.id}/{ids.new()}/context.json.zst",
    }
    for bucket, key in orphans.items():
        await buckets[bucket].put(key, b"123")
    at_work = f"previews/{yard.project.id}/{waiting}/bundle.zip"
    await buckets[Bucket.PREVIEWS].put(at_work, b"123")
    await buckets[Bucket.MEDIA].put("somebody/elses/object", b"123")
    assert (await yard.run("prune_orphan_blobs")).items == 0, "an upload may still get its row"
    clock.move(seconds=DAY)
    young = f"previews/{yard.project.id}/{ids.new()}/bundle.zip"
    await buckets[Bucket.PREVIEWS].put(young, b"123")
    done = await yard.run("prune_orphan_blobs")
    assert (done.items, done.deleted, done.freed_bytes) == (2, 2, 6)
    assert await stored(buckets[Bucket.PREVIEWS]) == sorted([bundle.object_key, at_work, young])
    assert await stored(buckets[Bucket.MEDIA]) == ["somebody/elses/object"]


async def test_what_lies_beside_a_bundle_is_the_bundles(yard: Yard, clock: FrozenClock) -> None:
    bucket = yard.container.buckets()[Bucket.PREVIEWS]
    live, purged = await yard.bundle("soft_deleted"), await yard.bundle("purged", stored=False)
    beside, left = (
        f"{bundle.object_key.rpartition('/')[0]}/patch-0123456789abcdef.bsdiff" for bundle in (live, purged)
    )
    for key in (beside, left):
        await bucket.put(key, b"123")
    clock.move(seconds=DAY)
    assert (await yard.run("prune_orphan_blobs")).deleted == 1
    assert await stored(bucket) == sorted([live.object_key, beside])


async def test_one_that_was_stored_again_after_the_plan_is_spared(yard: Yard, clock: FrozenClock) -> None:
    bucket = yard.container.buckets()[Bucket.PREVIEWS]
    key = f"previews/{yard.project.id}/{yard.container.ids.new()}/bundle.zip"
    await bucket.put(key, b"123")
    clock.move(seconds=DAY)
    plan = await yard.run("prune_orphan_blobs", dry_run=True)
    await bucket.put(key, b"456")
    done = await yard.run("prune_orphan_blobs", warrant_id=plan.id)
    assert (done.deleted, done.spared) == (0, 1)
    assert await stored(bucket) == [key]
    async with yard.container.scope() as scope:
        await tombstones.refer(scope.session, scope.container.database, Bucket.PREVIEWS, key)


async def test_a_directory_swapped_for_a_link_after_the_plan_leads_no_deletion_out(
    yard: Yard, tmp_path: Path, clock: FrozenClock
) -> None:
    root, project = tmp_path / "bucket", yard.project.id
    onto = Yard(replace(yard.container, bundles=LocalStorage(root)), yard.project)
    await onto.container.buckets()[Bucket.PREVIEWS].put(f"previews/{project}/{UUID(int=1)}/bundle.zip", b"123")
    (root / "previews" / str(project) / os.fsdecode(b"\xff\n")).write_bytes(b"no key, and no text either")
    then = clock.now().timestamp() - 2 * DAY
    for path in root.rglob("*"):
        os.utime(path, (then, then))
    plan = await onto.run("prune_orphan_blobs", dry_run=True)
    assert plan.items == 1
    (root / "previews" / str(project)).rename(tmp_path / "outside")
    (root / "previews" / str(project)).symlink_to(tmp_path / "outside")
    done = await onto.run("prune_orphan_blobs", warrant_id=plan.id)
    assert (done.deleted, done.failed) == (0, 1)
    assert "leads out" in ((await onto.items(done))[0].reason or "")
    assert (tmp_path / "outside" / str(UUID(int=1)) / "bundle.zip").read_bytes() == b"123"


def _refer(scope: Scope, yard: Yard, key: str) -> None:
    now = scope.clock.now()
    scope.session.add(
        PreviewBundle(
            id=scope.ids.new(), project_id=yard.project.id, job_id=scope.ids.new(), object_key=key, size_bytes=3,
            sha256="0" * 64, status="live", created_at=now, expires_at=now,
        )
    )  # fmt: skip


async def _build(yard: Yard, key: str) -> bool:
    """What a builder does: announce, store, refer; from the start when it is told that the object went."""
    database, bucket = yard.container.database, yard.container.buckets()[Bucket.PREVIEWS]
    for _ in range(1000):
        try:
            async with yard.container.scope() as scope:
                await tombstones.announce(scope.session, database, Bucket.PREVIEWS, key)
            await bucket.put(key, b"new")
            async with yard.container.scope() as scope:
                await tombstones.refer(scope.session, database, Bucket.PREVIEWS, key)
                _refer(scope, yard, key)
            return True
        except ObjectCondemned:
            await asyncio.sleep(0)
    return False


async def _collect(yard: Yard, key: str) -> bool:
    """What the collector does; whether it deleted."""
    database, bucket = yard.container.database, yard.container.buckets()[Bucket.PREVIEWS]
    async with yard.container.scope() as scope:
        await tombstones.lock_key(scope.session, database, Bucket.PREVIEWS, key)
        if await referred(scope, Bucket.PREVIEWS, [key]):
            return False
        await tombstones.condemn(scope.session, Bucket.PREVIEWS, key, at=scope.clock.now())
    await asyncio.sleep(0)
    await bucket.delete(key)
    async with yard.container.scope() as scope:
        await tombstones.bury(scope.session, Bucket.PREVIEWS, key, at=scope.clock.now())
    return True


async def test_whoever_wins_a_row_never_refers_to_nothing(yard: Yard) -> None:
    bucket = yard.container.buckets()[Bucket.PREVIEWS]
    for number in range(ROUNDS):
        key = f"previews/{yard.project.id}/{UUID(int=number)}/bundle.zip"
        await bucket.put(key, b"old")
        collected, built = await asyncio.gather(_collect(yard, key), _build(yard, key))
        assert built
        try:
            await bucket.stat(key)
        except ObjectMissing:
            pytest.fail(f"a row refers to {key}, which was {'collected' if collected else 'lost'}")
