"""The workbench's page and its files, the API reference, and the robots file; all served from here, no CDN."""

import re
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from app.adapters.container import Container
from app.adapters.http.scope import ContainerDep
from app.core.errors import NotFound
from app.services.preview.markup import UNCONFINED

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parent / "static"
# Own files only: no inline script, no other origin.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The workbench makes styles at run time, under a value that only this answer knows; pictures are drawn from memory.
_WORKBENCH_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_NONCE = "__CSP_NONCE__"
_NONCE_BYTES = 16
_WARNING = f'<p class="warning" role="note">{UNCONFINED}</p>'
_PAGES = {
    "app.css": "text/css",
    "logo.svg": "image/svg+xml",
    "reference.js": "text/javascript",
}
# Names of built files carry the hash of their content, so they may be kept for ever.
_ASSET = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_ASSET_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER = "public, max-age=31536000, immutable"
# The workbench's own addresses: whatever begins like this is answered with its page, which finds the rest.
_SCREENS = ("sign-in", "sign-up", "projects", "jobs", "notifications", "settings", "admin", "folders")


def workbench_page(container: ContainerDep) -> Response:
    """Serve the workbench, whichever of its screens the address names."""
    return _workbench(container)


for _path in ("/", *(f"/{screen}{rest}" for screen in _SCREENS for rest in ("", "/{rest:path}"))):
    router.add_api_route(_path, workbench_page, methods=["GET"], name=f"workbench {_path}")


@router.get("/assets/{name}")
def workbench_asset(name: str, container: ContainerDep, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """Serve one of the workbench's built files, compressed as it was when it was built."""
    path = container.settings.core.web_dir / "assets" / name
    media_type = _ASSET_TYPES.get(path.suffix)
    if media_type is None or not _ASSET.fullmatch(name) or not path.is_file():
        raise NotFound("There is no such file. The workbench was updated: load the page again.")
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    accepted = {part.split(";")[0].strip() for part in accept_encoding.split(",")}
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(name + suffix)
        if encoding in accepted and packed.is_file():
            return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": encoding})
    return FileResponse(path, media_type=media_type, headers=headers)


@router.get("/docs")
def reference_page(container: ContainerDep) -> Response:
    """Serve the API reference."""
    return _page("reference.html", is_unconfined=container.settings.preview.is_unconfined)


@router.get("/static/{name}")
def static_file(name: str) -> Response:
    """Serve one of the page's own files."""
    media_type = _PAGES.get(name)
    if media_type is None:
        return PlainTextResponse("not found", status_code=404)
    return FileResponse(_STATIC / name, media_type=media_type, headers={"Cache-Control": "no-cache"})


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Ask crawlers to stay away: everything here is private."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


def _workbench(container: Container) -> Response:
    built = container.settings.core.web_dir / "index.html"
    if not built.is_file():
        return _page("unbuilt.html", is_unconfined=container.settings.preview.is_unconfined)
    nonce = container.ids.secret(nbytes=_NONCE_BYTES)
    page = built.read_text(encoding="utf-8").replace(_NONCE, nonce)
    if container.settings.preview.is_unconfined:
        page = page.replace("<body>", f"<body>\n{_WARNING}", 1)
    headers = {"Content-Security-Policy": _WORKBENCH_CSP.format(nonce=nonce), "Cache-Control": "no-store"}
    return HTMLResponse(page, headers=headers)


def _page(name: str, *, is_unconfined: bool) -> Response:
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": "no-cache"}
    if not is_unconfined:
        return FileResponse(_STATIC / name, media_type="text/html; charset=utf-8", headers=headers)
    page = (_STATIC / name).read_text(encoding="utf-8").replace("<body>", f"<body>\n{_WARNING}", 1)
    return HTMLResponse(page, headers=headers)
