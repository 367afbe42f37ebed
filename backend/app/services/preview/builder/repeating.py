"""Serves an earlier build of exactly the same: its bytes are copied, so that each preview lives and ends by itself."""

from app.adapters.storage.port import DigestMismatch, ObjectMissing, ObjectStorage
from app.core.jobs import JobContext
from app.services.preview.bundles import Bundles, MadeBundle, bundle_key, evidence_key, file_name_of
from app.services.preview.messages import BuildPreview


async def repeat(ctx: JobContext, payload: BuildPreview, key: str, storage: ObjectStorage) -> bool:
    """Keep the bundle of an earlier build with this key as this job's; False when there is none, or it is damaged."""
    async with ctx.scope() as scope:
        bundles = Bundles(scope)
        found = await bundles.same_input(payload.project_id, key)
        if found is None:
            return False
        target, beside = bundle_key(payload.project_id, ctx.job_id), evidence_key(payload.project_id, ctx.job_id)
        await bundles.announce(target, *([beside] if found.evidence_key else []))
    try:
        stored = await storage.put(
            target,
            storage.stream(found.object_key),
            content_type="application/zip",
            sha256=found.sha256,
            file_name=file_name_of(payload.platform.value, ctx.job_id),
        )
        evidence = None
        if found.evidence_key:
            evidence = await storage.put(beside, storage.stream(found.evidence_key), content_type="application/zip")
    except (ObjectMissing, DigestMismatch):
        return False
    here = {"ref": payload.ref, "commit": payload.commit, "manifest_hash": payload.manifest_hash}
    facts = {**(found.facts or {}), "repeats": str(found.job_id), **here}
    made = MadeBundle(
        ctx.job_id, payload, stored, found.content_sha256 or "", facts,
        input_key=key, boot=found.boot, evidence=evidence,
    )  # fmt: skip
    async with ctx.scope() as scope:
        await Bundles(scope).keep(made)
    return True
