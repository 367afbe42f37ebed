"""The worker's side of an upload: fetch, check as a container, write anew, store. Its folder is temporary."""

import asyncio
import json
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.adapters.files.scratch import scratch_folder
from app.adapters.storage.port import Bucket, ObjectMissing, ObjectStorage
from app.core.failpoints import failpoint
from app.core.jobs import JobContext
from app.services.preview.archives import Member, inspect, member_pieces, read_member, rewrite, write_anew
from app.services.preview.boot_check import check_sent
from app.services.preview.bundles import Bundles, MadeBundle, bundle_key, evidence_key, file_name_of
from app.services.preview.errors import BundleIncomplete, BundleUnsafe
from app.services.preview.messages import ReceiveBundle
from app.services.preview.packaging import ENTRY, EXPO_METADATA, LOGS, METADATA, content_sha256, digests_of, metadata_of
from app.services.preview.states import BUNDLING, UPLOADING

_LARGEST_METADATA = 4 * 1024**2


async def receive(ctx: JobContext, payload: ReceiveBundle) -> None:
    """Bring an upload to a bundle; BundleUnsafe, BundleIncomplete, BundleTooLarge are final and keep nothing."""
    storage = ctx.container.buckets()[Bucket.PREVIEWS]
    key = bundle_key(payload.project_id, ctx.job_id)
    async with scratch_folder(ctx.container.settings.data_dir / "tmp" / f"preview-job-{ctx.job_id}") as folder:
        await ctx.progress(0.5, BUNDLING)
        upload = await _fetch(storage, payload, folder / "upload.zip")
        await ctx.progress(0.8, BUNDLING)
        written = _Written(payload, str(ctx.job_id), ctx.container.clock.now().isoformat())
        content = await asyncio.to_thread(_check_and_rewrite, upload, folder / "bundle.zip", written)
        boot = await check_sent(ctx.container, payload.platform, folder / "bundle.zip", folder / "boot")
        await asyncio.to_thread(write_anew, boot.files, folder / "evidence.zip")
        beside = evidence_key(payload.project_id, ctx.job_id) if boot.files else None
        async with ctx.scope() as scope:
            await Bundles(scope).announce(key, *([beside] if beside else []))
        await ctx.progress(0.9, UPLOADING)
        name = file_name_of(payload.platform.value, ctx.job_id)
        stored = await storage.put(key, folder / "bundle.zip", content_type="application/zip", file_name=name)
        evidence = None
        if beside:
            evidence = await storage.put(beside, folder / "evidence.zip", content_type="application/zip")
        failpoint("preview.stored")
    facts = {"upload": payload.upload_sha256}
    made = MadeBundle(ctx.job_id, payload, stored, content, facts, boot=boot.told, evidence=evidence)
    async with ctx.scope() as scope:
        await Bundles(scope).keep(made)


async def discard_upload(ctx: JobContext, payload: ReceiveBundle) -> None:
    """Let go of what was sent, once it is decided; what is forgotten here the cleanup of orphans finds."""
    await ctx.container.buckets()[Bucket.PREVIEWS].delete(payload.upload_key)


async def _fetch(storage: ObjectStorage, payload: ReceiveBundle, target: Path) -> Path:
    try:
        with target.open("wb") as file:
            async for piece in storage.stream(payload.upload_key):
                await asyncio.to_thread(file.write, piece)
    except ObjectMissing:
        raise BundleIncomplete("What was uploaded is gone. Upload it again.", reason="upload_gone") from None
    return target


@dataclass(frozen=True, slots=True)
class _Written:
    payload: ReceiveBundle
    job_id: str
    built_at: str


def _check_and_rewrite(upload: Path, target: Path, written: _Written) -> str:
    """Check an upload and write what passed; answer the SHA-256 of its content."""
    members = {member.name: member for member in inspect(upload)}
    platform = written.payload.platform
    entry = ENTRY[platform]
    if entry not in members or not members[entry].size:
        raise BundleIncomplete(
            f"There is no {entry} at the top of the zip, which is what {platform.value} opens first.",
            reason="no_entry", missing=entry, found=sorted(members)[:20],
        )  # fmt: skip
    more: dict[str, bytes] = {}
    theirs = _expo_metadata(upload, members)
    if theirs is not None:
        more[EXPO_METADATA] = theirs
    if LOGS not in members:
        more[LOGS] = b"Built elsewhere and uploaded; no log came with it.\n"
    kept = [member for member in members.values() if member.name not in (METADATA, *more)]
    digests = digests_of(chain(member_pieces(upload, kept), ((name, [data]) for name, data in more.items())))
    facts = {"source": "upload", "upload_sha256": written.payload.upload_sha256}
    more[METADATA] = metadata_of(written.payload, written.job_id, written.built_at, digests, facts)
    rewrite(upload, list(members.values()), target, more)
    return content_sha256(digests)


def _expo_metadata(upload: Path, members: dict[str, Member]) -> bytes | None:
    """Keep the file that `expo export` calls as we call ours (C24); one that is something else goes."""
    if METADATA not in members or EXPO_METADATA in members:
        return None
    data = read_member(upload, members[METADATA], most=_LARGEST_METADATA)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BundleUnsafe(reason="metadata", entry=METADATA) from error
    return data if isinstance(found, dict) and "fileMetadata" in found else None
