"""An update's code as what changed since the one that a device runs: bsdiff patches, as Expo's clients ask for them.

`A-IM: bsdiff` and 226 are of RFC 3229; the headers that name updates are Expo's (expo-updates from SDK 55). A patch is
made by a worker, once, after somebody asked in vain: no device waits for one. Whoever gets one checks the result.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.kv.port import KvUnavailable
from app.adapters.storage.port import ObjectInfo, ObjectMissing
from app.core.errors import AppError, NotFound
from app.services.preview.deps import Viewer
from app.services.preview.expo.errors import ProtocolRefused
from app.services.preview.expo.files import started
from app.services.preview.expo.protocol import update_id
from app.services.preview.expo.shelf import Shelf, Shown
from app.services.preview.expo.updates import update_key
from app.services.preview.messages import MakePatch
from app.services.preview.packaging import patch_key
from app.services.preview.service import PreviewService
from app.services.preview.showing import bundle_to_send

log = structlog.get_logger(__name__)

_IM_USED = 226


@dataclass(frozen=True, slots=True)
class Base:
    """The update that a device runs: its id, and the preview that it was."""

    update_id: str
    shown: Shown


async def send_patch(request: Request, shelf: Shelf, viewer: Viewer, shown: Shown, key: str) -> Response | None:
    """Answer with a patch, if the client takes one and there is one; None: send the whole file.

    Where there is none yet, one is asked for. Nothing about patches is ever an error to a device.
    """
    update = shelf.update_of(shown.opened)
    most = shelf.container.settings.preview.patch_max_bytes
    size = shown.opened.zip.find(update.launch.name).size
    if key != update.launch.key or size > most or not _takes_patches(request):
        return None
    base = await _base(request, shelf, viewer, shown)
    if base is None:
        return None
    launch = shelf.update_of(base.shown.opened).launch
    if launch.sha256 == update.launch.sha256 or base.shown.opened.zip.find(launch.name).size > most:
        return None
    patch = await _stored(shelf, patch_key(shown.row.object_key, launch.sha256))
    if patch is None:
        await _ask_for_one(viewer, shown, base)
        return None
    if not patch.size:
        # Somebody tried, and it was not worth it.
        return None
    headers = {
        "IM": "bsdiff",
        "expo-base-update-id": base.update_id,
        "Content-Length": str(patch.size),
        "Cache-Control": "private, no-store",
        "Vary": "A-IM, expo-current-update-id",
    }
    pieces = shelf.bundles.storage.stream(patch.key)
    return await started(pieces, _IM_USED, headers, "application/octet-stream")


def _takes_patches(request: Request) -> bool:
    return "bsdiff" in [each.partition(";")[0].strip() for each in request.headers.get("a-im", "").lower().split(",")]


async def _base(request: Request, shelf: Shelf, viewer: Viewer, shown: Shown) -> Base | None:
    """Find the update that the device runs, among those of the same project that the viewer may see."""
    try:
        current = update_id(request.headers, "expo-current-update-id")
        requested = update_id(request.headers, "expo-requested-update-id")
    except ProtocolRefused:
        return None
    if current is None or requested is None or await _job_of(shelf, shown, requested) != shown.job_id:
        return None
    job_id = await _job_of(shelf, shown, current)
    if job_id is None or job_id == shown.job_id:
        return None
    try:
        async with viewer.scopes(read_only=True) as scope:
            # By the person's own right: a grant is for one preview, and this is another one.
            preview = await PreviewService(scope).read(job_id, None)
        row = bundle_to_send(shelf.container, preview)
        if row.project_id != shown.row.project_id:
            return None
        opened = await shelf.bundles.open(row)
        return Base(current, Shown(preview, row, opened, "")) if opened.platform == shown.opened.platform else None
    except (AppError, NotFound):
        return None


async def _job_of(shelf: Shelf, shown: Shown, wanted: str) -> UUID | None:
    if shown.row.project_id is None:
        return None
    try:
        found = await shelf.container.kv.get(update_key(shown.row.project_id, wanted))
    except KvUnavailable:
        return None
    return UUID(found.decode()) if found else None


async def _stored(shelf: Shelf, key: str) -> ObjectInfo | None:
    try:
        return await shelf.bundles.storage.stat(key)
    except ObjectMissing:
        return None


async def _ask_for_one(viewer: Viewer, shown: Shown, base: Base) -> None:
    payload = MakePatch(project_id=shown.row.project_id, job_id=shown.job_id, base_job_id=base.shown.job_id)
    try:
        async with viewer.scopes() as scope:
            await scope.stage(payload, project_id=payload.project_id)
    except AppError as error:
        log.info("preview.patch_not_asked_for", code=error.code)
