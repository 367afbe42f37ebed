"""The worker's side of an upload: fetch, check as a container, write anew, store. Its folder is temporary."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from app.adapters.files.scratch import scratch_folder
from app.adapters.storage.port import Bucket, ObjectMissing, ObjectStorage
from app.core.failpoints import failpoint
from app.core.hashing import canonical_json
from app.core.jobs import JobContext
from app.services.preview.archives import Member, inspect, read_member, rewrite
from app.services.preview.errors import BundleIncomplete, BundleUnsafe
from app.services.preview.messages import ReceiveBundle
from app.services.preview.platforms import Platform
from app.services.preview.service import PreviewService
from app.services.preview.states import BUNDLING, UPLOADING

# What a device opens first.
ENTRY = {Platform.IOS: "main.jsbundle", Platform.ANDROID: "main.jsbundle", Platform.WEB: "index.html"}
METADATA, EXPO_METADATA, LOGS = "metadata.json", "expo-metadata.json", "logs.txt"
_LARGEST_METADATA = 4 * 1024**2
_TOKEN_VERSION = 1


def bundle_key(project_id: UUID, job_id: UUID) -> str:
    """Name the object of a bundle (CONTRACT.md, section 6)."""
    return f"previews/{project_id}/{job_id}/bundle.zip"


def file_name_of(platform: str, job_id: UUID) -> str:
    """Name the file that a download of a bundle becomes."""
    return f"preview-{platform}-{job_id}.zip"


async def receive(ctx: JobContext, payload: ReceiveBundle) -> None:
    """Bring an upload to a bundle; BundleUnsafe, BundleIncomplete, BundleTooLarge are final and keep nothing."""
    storage = ctx.container.buckets()[Bucket.PREVIEWS]
    key = bundle_key(payload.project_id, ctx.job_id)
    async with scratch_folder(ctx.container.settings.data_dir / "tmp" / f"preview-job-{ctx.job_id}") as folder:
        await ctx.progress(0.5, BUNDLING)
        upload = await _fetch(storage, payload, folder / "upload.zip")
        await ctx.progress(0.8, BUNDLING)
        more = {"built_at": ctx.container.clock.now().isoformat(), "job_id": str(ctx.job_id)}
        await asyncio.to_thread(_check_and_rewrite, upload, folder / "bundle.zip", payload, more)
        async with ctx.scope() as scope:
            await PreviewService(scope).prepare(key)
        await ctx.progress(0.9, UPLOADING)
        name = file_name_of(payload.platform.value, ctx.job_id)
        stored = await storage.put(key, folder / "bundle.zip", content_type="application/zip", file_name=name)
        failpoint("preview.stored")
    async with ctx.scope() as scope:
        await PreviewService(scope).finish(payload, ctx.job_id, stored)


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


def _check_and_rewrite(upload: Path, target: Path, payload: ReceiveBundle, facts: dict[str, Any]) -> None:
    members = {member.name: member for member in inspect(upload)}
    entry = ENTRY[payload.platform]
    if entry not in members or not members[entry].size:
        raise BundleIncomplete(
            f"There is no {entry} at the top of the zip, which is what {payload.platform.value} opens first.",
            reason="no_entry", missing=entry, found=sorted(members)[:20],
        )  # fmt: skip
    more = {METADATA: canonical_json(_metadata(payload, facts, members)) + b"\n"}
    theirs = _expo_metadata(upload, members)
    if theirs is not None:
        more[EXPO_METADATA] = theirs
    if LOGS not in members:
        more[LOGS] = b"Built elsewhere and uploaded; no log came with it.\n"
    rewrite(upload, list(members.values()), target, more)


def _metadata(payload: ReceiveBundle, facts: dict[str, Any], members: dict[str, Member]) -> dict[str, Any]:
    return {
        **facts,
        "project_id": str(payload.project_id),
        "platform": payload.platform.value,
        "token_version": _TOKEN_VERSION,
        "source": "upload",
        "upload_sha256": payload.upload_sha256,
        "entry": ENTRY[payload.platform],
        "files": len(members),
    }


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
