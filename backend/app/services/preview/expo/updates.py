"""Answers Expo's clients: which update a bundle is for the app that asks, and the update's files."""

from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.kv.port import KvUnavailable
from app.services.preview.expo.answers import manifest_answer, nothing_new
from app.services.preview.expo.errors import PlatformMismatch, RuntimeMismatch
from app.services.preview.expo.files import FileAnswer, send_file
from app.services.preview.expo.links import asset_url
from app.services.preview.expo.manifest import UNKNOWN_RUNTIME, Release, Update, manifest_of
from app.services.preview.expo.protocol import UpdateRequest, read_request
from app.services.preview.expo.shelf import Shelf, Shown

log = structlog.get_logger(__name__)

# An asset's key names its bytes. Nobody but who has the grant may keep it, though.
_FOR_EVER = "private, max-age=31536000, immutable"


async def send_manifest(request: Request, shelf: Shelf, shown: Shown) -> Response:
    """Answer with the preview's manifest, or that the client has it; what `read_request` raises.

    PlatformMismatch and RuntimeMismatch rather than a bundle that would not run.
    """
    asked = read_request(request.headers, shelf.signer)
    if shown.opened.platform != asked.platform:
        raise PlatformMismatch(bundle=shown.opened.platform, device=asked.platform)
    update = shelf.update_of(shown.opened)
    runtime = runtime_for(update, asked)
    update_id = update.id_for(runtime)
    await _remember(shelf, shown, update_id)
    if asked.takes_directives and asked.current_update_id == str(update_id):
        return nothing_new(asked, shelf.signer)
    manifest = manifest_of(update, _release(shelf, shown, runtime))
    headers = {"Authorization": f"Bearer {shown.grant}"}
    return manifest_answer(
        asked, manifest, {each.key: headers for each in (update.launch, *update.assets)}, shelf.signer
    )


async def send_asset(request: Request, shelf: Shelf, shown: Shown, key: str) -> Response:
    """Answer with one of an update's files; FileNotInBundle."""
    asset = shelf.update_of(shown.opened).find(key)
    how = FileAnswer(asset.content_type, _FOR_EVER, headers={"X-Content-Type-Options": "nosniff"})
    return await send_file(request, shown.opened, asset.name, how)


def runtime_for(update: Update, asked: UpdateRequest) -> str:
    """Say for which runtime an update is to be given out; RuntimeMismatch.

    Expo Go has a runtime for each SDK, and runs what needs no other native code. A bundle that does not say what it
    needs is given to whoever asks for it: he has its link, and nothing is known against it.
    """
    has, needs = asked.runtime_version, update.runtime_version
    sdk = asked.expo_go_sdk
    if has is not None and sdk is not None and has != needs and update.sdk is not None:
        if update.sdk != sdk:
            raise RuntimeMismatch(
                f"This bundle is made with Expo SDK {update.sdk}, and this Expo Go runs SDK {sdk}.",
                needs=f"exposdk:{update.sdk}.0.0", has=has,
            )  # fmt: skip
        return has
    if needs is None:
        return has or UNKNOWN_RUNTIME
    if has is not None and has != needs:
        raise RuntimeMismatch(
            f"This bundle needs the runtime version {needs}, and the app that asked has {has}.", needs=needs, has=has
        )
    return needs


def update_key(project_id: UUID, update_id: UUID | str) -> str:
    """Name the short-lived fact which preview an update was."""
    return f"preview:update:{project_id}:{update_id}"


def _release(shelf: Shelf, shown: Shown, runtime: str) -> Release:
    base, job_id = shelf.container.settings.core.base_url, shown.job_id
    return Release(
        runtime_version=runtime,
        created_at=shown.row.created_at,
        project_id=shown.row.project_id,
        job_id=job_id,
        address=lambda key: asset_url(base, job_id, quote(key, safe=""), shown.grant),
    )


async def _remember(shelf: Shelf, shown: Shown, update_id: UUID) -> None:
    """Note which preview an update was, so that a later one can be sent as what changed since."""
    left = shown.row.expires_at - shelf.container.clock.now()
    if shown.row.project_id is None or left < timedelta(seconds=1):
        return
    try:
        key = update_key(shown.row.project_id, update_id)
        await shelf.container.kv.put(key, str(shown.job_id).encode(), left)
    except KvUnavailable:
        # Without it the next update is sent whole.
        log.info("preview.update_not_noted")
