"""The first page people see, the API reference, and the robots file; everything is served from here, no CDN."""

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, PlainTextResponse

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parent / "static"
# Own files only: no inline script, no other origin.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGES = {
    "app.js": "text/javascript",
    "app.css": "text/css",
    "logo.svg": "image/svg+xml",
    "reference.js": "text/javascript",
}


@router.get("/")
def first_page() -> FileResponse:
    """Serve the start page."""
    return _page("index.html")


@router.get("/docs")
def reference_page() -> FileResponse:
    """Serve the API reference."""
    return _page("reference.html")


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


def _page(name: str) -> FileResponse:
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": "no-cache"}
    return FileResponse(_STATIC / name, media_type="text/html; charset=utf-8", headers=headers)
