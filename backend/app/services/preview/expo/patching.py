"""The worker's side of patches: both bundles' code, what changed between them, stored beside the newer one."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog

from app.adapters.binary_diff import BinaryDiff
from app.adapters.files.scratch import scratch_folder
from app.adapters.storage.port import Bucket
from app.core.jobs import JobContext
from app.models.preview import PreviewBundle
from app.services.preview.bundles import Bundles
from app.services.preview.expo.bundles import OpenedBundle, StoredBundles
from app.services.preview.expo.manifest import update_of
from app.services.preview.messages import MakePatch
from app.services.preview.packaging import patch_key

log = structlog.get_logger(__name__)

# Code of some megabytes takes seconds; what takes longer is not code as bundlers write it.
_LONGEST = timedelta(seconds=60)
# A patch that saves less is not worth a device's trouble of applying it.
_WORTH_IT = 0.7


async def make_patch(ctx: JobContext, payload: MakePatch, differ: BinaryDiff) -> None:
    """Make one patch and store it; an empty one says that it was tried. Nothing, when a bundle is gone meanwhile."""
    storage = ctx.container.buckets()[Bucket.PREVIEWS]
    async with ctx.scope(read_only=True) as scope:
        rows = [await Bundles(scope).of_job(each) for each in (payload.base_job_id, payload.job_id)]
    base, target = (row if _is_usable(row, payload.project_id) else None for row in rows)
    if base is None or target is None:
        return
    bundles = StoredBundles(storage)
    old, new = await bundles.open(base), await bundles.open(target)
    launch = update_of(old).launch
    most = ctx.container.settings.preview.patch_max_bytes
    if max(_code_size(old), _code_size(new)) > most:
        return
    key = patch_key(target.object_key, launch.sha256)
    async with scratch_folder(ctx.container.settings.data_dir / "tmp" / f"preview-patch-{ctx.job_id}") as folder:
        before, after, patch = folder / "old", folder / "new", folder / "patch"
        await _write_code(old, before)
        await _write_code(new, after)
        made = await differ.write_patch(before, after, patch, timeout=_LONGEST)
        worth = made and patch.stat().st_size < _WORTH_IT * _sent_size(new)
        await storage.put(key, patch if worth else b"")
        log.info("preview.patch", made=made, worth=worth, job_id=str(payload.job_id))


def _is_usable(row: PreviewBundle | None, project_id: UUID | None) -> bool:
    return row is not None and row.status == "live" and row.project_id == project_id


def _code_size(opened: OpenedBundle) -> int:
    return opened.zip.find(update_of(opened).launch.name).size


def _sent_size(opened: OpenedBundle) -> int:
    """Say how many bytes the whole file is on its way."""
    return opened.zip.find(update_of(opened).launch.name).gzip_size


async def _write_code(opened: OpenedBundle, path: Path) -> None:
    file = opened.zip.find(update_of(opened).launch.name)
    with path.open("wb") as out:
        async for piece in opened.zip.stream(file):
            out.write(piece)
