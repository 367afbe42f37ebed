"""live → expired → soft deleted → purged, and back; each stage by a warrant."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.adapters.storage import tombstones
from app.adapters.storage.memory import MemoryStorage
from app.adapters.storage.port import Bucket, StorageUnavailable
from app.core.clock import FrozenClock
from app.models.preview import PreviewBundle, PreviewSession
from app.services.preview.errors import NotRestorable
from app.services.preview.restoring import restore_bundle

from tests.fixtures.jobs import drain, read_job
from tests.services.cleanup.conftest import Yard, counts


async def test_a_bundle_goes_through_every_stage(yard: Yard, clock: FrozenClock) -> None:
    over, live = await yard.bundle(hours_left=-1), await yard.bundle(hours_left=1000)
    session = await yard.session(hours_left=-1)
    assert (await yard.run("expire_sessions")).deleted == 2
    async with yard.container.scope(read_only=True) as scope:
        ended = (await scope.session.execute(select(PreviewSession))).scalar_one()
    assert (ended.id, ended.status, ended.ended_at) == (session.id, "expired", clock.now())
    await yard.run("soft_delete_bundles")
    hidden = await yard.read(over)
    assert (hidden.status, hidden.purge_at) == ("soft_deleted", clock.now() + timedelta(days=7))
    assert (await yard.run("purge_bundles")).items == 0, "it can still be restored"
    assert await yard.is_stored(over)
    clock.move(seconds=7 * 86400)
    assert counts(await yard.run("purge_bundles")) == {
        "items": 1, "deleted": 1, "spared": 0, "failed": 0, "freed_bytes": 5,
    }  # fmt: skip
    assert not await yard.is_stored(over)
    assert (await yard.read(over)).status == "purged"
    assert (await yard.read(live)).status == "live"
    assert await yard.is_stored(live)


async def test_what_lies_beside_a_bundle_goes_with_it(yard: Yard) -> None:
    bundle, other = await yard.bundle("soft_deleted", hours_left=-1), await yard.bundle()
    storage = yard.container.buckets()[Bucket.PREVIEWS]
    for each in (bundle, other):
        await storage.put(f"{each.object_key.rpartition('/')[0]}/evidence.zip", b"1234567")
    done = await yard.run("purge_bundles")
    assert (done.deleted, done.freed_bytes) == (1, 12)
    left = [info.key async for info in storage.list("previews")]
    assert left == [other.object_key, f"{other.object_key.rpartition('/')[0]}/evidence.zip"]


@pytest.mark.parametrize("stage", ["expired", "soft_deleted"])
async def test_a_bundle_can_be_restored_until_it_is_purged(yard: Yard, clock: FrozenClock, stage: str) -> None:
    bundle = await yard.bundle(stage, hours_left=-1)
    async with yard.container.scope() as scope:
        await restore_bundle(scope, bundle.id)
    back = await yard.read(bundle)
    assert (back.status, back.purge_at, back.expires_at > clock.now()) == ("live", None, True)
    assert (await yard.run("purge_bundles")).items == 0


async def test_a_bundle_restored_after_the_plan_is_spared(yard: Yard) -> None:
    bundle, other = await yard.bundle("soft_deleted", hours_left=-1), await yard.bundle("soft_deleted", hours_left=-1)
    plan = await yard.run("purge_bundles", dry_run=True)
    async with yard.container.scope() as scope:
        await restore_bundle(scope, bundle.id)
    done = await yard.run("purge_bundles", warrant_id=plan.id)
    assert counts(done) == {"items": 2, "deleted": 1, "spared": 1, "failed": 0, "freed_bytes": 5}
    spared = [item for item in await yard.items(done) if item.outcome == "spared"]
    assert [item.target for item in spared] == [bundle.object_key]
    assert "restored" in (spared[0].reason or "")
    assert await yard.is_stored(bundle)
    assert not await yard.is_stored(other)


async def test_a_bundle_whose_purge_began_is_not_restored(yard: Yard, clock: FrozenClock) -> None:
    bundle = await yard.bundle("soft_deleted", hours_left=-1)
    async with yard.container.scope() as scope:
        await tombstones.condemn(scope.session, Bucket.PREVIEWS, bundle.object_key, at=clock.now())
    with pytest.raises(NotRestorable):
        async with yard.container.scope() as scope:
            await restore_bundle(scope, bundle.id)


async def test_what_lies_beside_a_bundle_goes_with_it_and_not_before(yard: Yard, clock: FrozenClock) -> None:
    bundle = await yard.bundle("soft_deleted", hours_left=48)
    storage, evidence = yard.container.buckets()[Bucket.PREVIEWS], bundle.object_key.replace("bundle", "evidence")
    await storage.put(evidence, b"123")
    async with yard.container.scope() as scope:
        await scope.session.execute(update(PreviewBundle).values(evidence_key=evidence))
    clock.move(seconds=47 * 3600)
    assert (await yard.run("prune_orphan_blobs")).items == 0, "a bundle that can be restored keeps it"
    clock.move(seconds=3600)
    assert counts(await yard.run("purge_bundles"))["deleted"] == 1
    assert [info.key async for info in storage.list()] == []
    assert (await yard.read(bundle)).status == "purged"


async def test_a_purge_that_was_killed_between_object_and_row_is_repaired(yard: Yard) -> None:
    bundle = await yard.bundle("soft_deleted", hours_left=-1, stored=False)
    assert (await yard.run("purge_bundles")).deleted == 1
    assert (await yard.read(bundle)).status == "purged"


async def test_a_storage_that_fails_half_way_is_tried_again_and_nothing_is_half_done(
    yard: Yard, clock: FrozenClock
) -> None:
    bundles = [await yard.bundle("soft_deleted", hours_left=-1) for _ in range(4)]
    plan = await yard.run("purge_bundles", dry_run=True)
    storage = yard.container.buckets()[Bucket.PREVIEWS]
    assert isinstance(storage, MemoryStorage)
    storage.available = False
    job = await yard.request("purge_bundles", warrant_id=plan.id)
    assert [ran.outcome for ran in await drain(yard.container)] == ["retry"]
    assert {item.outcome for item in await yard.items(plan)} == {"pending"}
    assert {(await yard.read(each)).status for each in bundles} == {"soft_deleted"}
    storage.available = True
    clock.move(seconds=300)
    assert [ran.outcome for ran in await drain(yard.container)] == ["success"]
    assert (await read_job(yard.container, job.id)).status == "success"
    assert counts(await yard.warrant_of(job.id))["deleted"] == 4
    assert {(await yard.read(each)).status for each in bundles} == {"purged"}


async def test_what_cannot_be_deleted_in_all_attempts_is_told_and_planned_again(yard: Yard, clock: FrozenClock) -> None:
    bundle = await yard.bundle("soft_deleted", hours_left=-1)
    storage = yard.container.buckets()[Bucket.PREVIEWS]
    assert isinstance(storage, MemoryStorage)
    storage.available = False
    job = await yard.request("purge_bundles")
    for _ in range(8):
        await drain(yard.container)
        clock.move(seconds=300)
    warrant = await yard.warrant_of(job.id)
    assert (warrant.status, counts(warrant)["failed"]) == ("executed", 1)
    storage.available = True
    assert (await yard.run("purge_bundles")).deleted == 1
    assert not await yard.is_stored(bundle)


class Away(MemoryStorage):
    """Answers no deletion, and counts those who ask."""

    asked = 0

    async def delete(self, key: str) -> None:
        self.asked += 1
        raise StorageUnavailable(key=key)


async def test_a_storage_that_is_away_is_not_asked_for_every_single_object(yard: Yard, clock: FrozenClock) -> None:
    storage = Away(clock)
    onto = Yard(replace(yard.container, bundles=storage), yard.project)
    for _ in range(12):
        await onto.bundle("soft_deleted", hours_left=-1)
    job = await onto.request("purge_bundles")
    asked = []
    for _ in range(8):
        await drain(onto.container)
        clock.move(seconds=300)
        asked.append(storage.asked)
    assert asked == [5, 10, 15, 20, 25, 30, 35, 40]
    assert counts(await onto.warrant_of(job.id))["failed"] == 12
