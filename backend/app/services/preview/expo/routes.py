"""HTTP door of Expo's clients: the Expo Updates protocol, version 1."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.http.limits import limit
from app.core.errors import AppError
from app.schemas.errors import ErrorOut
from app.services.preview.deps import ViewerDep
from app.services.preview.expo.errors import NotAcceptable, ProtocolRefused
from app.services.preview.expo.patches import send_patch
from app.services.preview.expo.shelf import ShelfDep
from app.services.preview.expo.updates import send_asset, send_manifest
from app.services.preview.opens import note_open

# A first start asks for every file of an app at once.
router = APIRouter(prefix="/preview", tags=["preview"], dependencies=[limit("opening")])

Key = Annotated[str, Path(max_length=200, description="The asset's `key`, as the manifest says it.")]
_HEADERS: dict[str, Any] = {
    "parameters": [
        {"in": "header", "name": name, "description": told, "schema": schema}
        for name, told, schema in (
            ("expo-runtime-version", "The runtime that the app has.", {"type": "string", "maxLength": 200}),
            ("expo-protocol-version", "Always 1.", {"type": "string", "enum": ["1"]}),
        )
    ]
}
_JSON: dict[str, Any] = {"schema": {"type": "object"}}
_ANY = {"schema": {"type": "string", "format": "binary"}}


def _told(error: AppError, description: str) -> dict[str, Any]:
    """Describe an error that only this protocol has."""
    shown = ErrorOut(code=error.code, message=error.message, details={}, request_id=_REQUEST)
    content = {"application/json": {"example": shown.model_dump(mode="json")}}
    return {"model": ErrorOut, "description": description, "content": content}


_REQUEST = "00000000-0000-7000-8000-000000000001"
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: _told(ProtocolRefused(), "A header is wrong, or a signature is expected that cannot be given."),
    406: _told(NotAcceptable(), "Another version of the protocol, or a form that cannot say the answer."),
}
_MANIFEST: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": _JSON, "application/expo+json": _JSON, "multipart/mixed": _ANY}},
    **_REFUSED,
}
_ASSET: dict[int | str, dict[str, Any]] = {
    200: {"content": {"*/*": _ANY}},
    226: {"content": {"application/octet-stream": _ANY}, "description": "What changed, as a bsdiff patch."},
}


@router.get(
    "/{job_id}/expo/manifest",
    response_class=Response,
    responses=_MANIFEST,
    openapi_extra=_HEADERS,
    summary="A preview as an Expo update",
)
async def read_expo_manifest(job_id: UUID, request: Request, viewer: ViewerDep, shelf: ShelfDep) -> Response:
    """Expo Updates, version 1: give this address to a development build, or to Expo Go.

    The header `expo-platform` (`ios` or `android`) must be there, and be the bundle's; a bundle for another runtime is
    refused and never sent. More headers: see the protocol's specification.
    """
    shown = await shelf.show(viewer, job_id)
    answer = await send_manifest(request, shelf, shown)
    await note_open(viewer.scopes, shown.preview)
    return answer


@router.get("/{job_id}/expo/assets/{key}", response_class=Response, responses=_ASSET, summary="A file of an update")
async def read_expo_asset(job_id: UUID, key: Key, request: Request, viewer: ViewerDep, shelf: ShelfDep) -> Response:
    """With `A-IM: bsdiff` the code may come as what changed since `expo-current-update-id` (226)."""
    shown = await shelf.show(viewer, job_id)
    patch = await send_patch(request, shelf, viewer, shown, key)
    return patch or await send_asset(request, shelf, shown, key)
