"""The first page people see, the API reference, and the robots file; everything is served from here, no CDN."""

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from app.adapters.http.scope import ContainerDep
from app.services.preview.markup import UNCONFINED

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parent / "static"
# Own files only: no inline script, no other origin.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_WARNING = f'<p class="warning" role="note">{UNCONFINED}</p>'
_PAGES = {
    "app.js": "text/javascript",
    "app.css": "text/css",
    "logo.svg": "image/svg+xml",
    "reference.js": "text/javascript",
}


@router.get("/")
def first_page(container: ContainerDep) -> Response:
    """Serve the start page."""
    return _page("index.html", is_unconfined=container.settings.preview.is_unconfined)


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


def _page(name: str, *, is_unconfined: bool) -> Response:
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": "no-cache"}
    if not is_unconfined:
        return FileResponse(_STATIC / name, media_type="text/html; charset=utf-8", headers=headers)
    page = (_STATIC / name).read_text(encoding="utf-8").replace("<body>", f"<body>\n{_WARNING}", 1)
    return HTMLResponse(page, headers=headers)
