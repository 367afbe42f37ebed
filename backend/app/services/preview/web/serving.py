"""Answers on the origin of one preview: the link that opens it, and then the app's own files.

`/__open__?grant=…` changes a grant into a cookie of this host alone, which no script reads. Native bundles have no
pages: `/` leads to `/__native__/`, which draws one with the boot check's stand-in.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.adapters.container import Container
from app.core.errors import Invalid, NotFound, Unauthenticated
from app.services.preview.deps import Viewer, check_token, owner_of
from app.services.preview.expo.errors import FileNotInBundle
from app.services.preview.expo.files import FileAnswer, send_file
from app.services.preview.expo.shelf import Shelf, Shown
from app.services.preview.media_types import media_type
from app.services.preview.opens import note_open
from app.services.preview.tokens import PreviewClaims
from app.services.preview.web.native import NATIVE, native_file
from app.services.preview.web.origins import OPEN_PATH, PreviewOrigins
from app.services.preview.web.resolving import is_immutable, resolve

_SECURE_NAME, _PLAIN_NAME = "__Host-preview", "preview"
_PAGES = frozenset({"document", "iframe", "frame", "embed"})
# A browser's copy must not outlive the right to it by much.
_LONGEST_KEPT = timedelta(days=1)


class OtherMethod(Invalid):
    """Previews are looked at: GET and HEAD only."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class LinkNeeded(Unauthenticated):
    """This preview is opened by its link. Ask whoever showed it to you for a new one."""


@dataclass(frozen=True, slots=True)
class PreviewSite:
    """Serves every preview's origin."""

    container: Container
    shelf: Shelf
    origins: PreviewOrigins

    async def answer(self, request: Request, label: str) -> Response:
        """Answer one request to a preview's host; the errors are those of the API."""
        if request.method not in ("GET", "HEAD"):
            raise OtherMethod
        job_id = self.origins.read_label(label)
        # A service worker would go on answering when the preview is over.
        if job_id is None or request.headers.get("service-worker") is not None:
            raise NotFound
        path = request.scope["path"]
        answer = await (self._open(request, job_id) if path == OPEN_PATH else self._serve(request, job_id, path))
        answer.headers["Content-Security-Policy"] = self._policy()
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        answer.headers["Origin-Agent-Cluster"] = "?1"
        return answer

    async def _open(self, request: Request, job_id: UUID) -> Response:
        claims = check_token(self.container, request.query_params.get("grant", ""))
        shown = await self._shown(claims, job_id)
        await note_open(self.container.scopes(owner_of(claims)), shown.preview)
        seconds = int((shown.row.expires_at - self.container.clock.now()).total_seconds())
        answer = RedirectResponse("/", status_code=303)
        answer.headers.append("Set-Cookie", self._cookie(request, shown.grant, seconds))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def _serve(self, request: Request, job_id: UUID, path: str) -> Response:
        grant = _cookie_value(request)
        if grant is None:
            raise LinkNeeded
        shown = await self._shown(check_token(self.container, grant), job_id)
        if shown.opened.platform == "web":
            return await self._web_file(request, shown, path)
        if path == "/":
            return RedirectResponse(NATIVE, status_code=303, headers={"Cache-Control": "no-store"})
        if path.startswith(NATIVE):
            return await native_file(request, shown, path)
        raise FileNotInBundle(name=path[:200])

    async def _web_file(self, request: Request, shown: Shown, path: str) -> Response:
        found = resolve(shown.opened.zip.files.keys(), path, is_page=_is_page(request))
        if found is None:
            raise FileNotInBundle(name=path[:200])
        kind = media_type(found.name)
        kept = "private, no-cache"
        if is_immutable(found.name):
            left = min(shown.row.expires_at - self.container.clock.now(), _LONGEST_KEPT)
            kept = f"private, max-age={max(0, int(left.total_seconds()))}, immutable"
        kind = f"{kind}; charset=utf-8" if kind in ("text/html", "text/css", "text/javascript") else kind
        return await send_file(request, shown.opened, found.name, FileAnswer(kind, kept, found.status))

    async def _shown(self, claims: PreviewClaims, job_id: UUID) -> Shown:
        viewer = Viewer(self.container.scopes(owner_of(claims)), claims)
        return await self.shelf.show(viewer, job_id)

    def _cookie(self, request: Request, grant: str, seconds: int) -> str:
        """Write the cookie: for this host alone, and for frames of other sites only where it is opened in one."""
        framed = request.headers.get("sec-fetch-dest") in ("iframe", "frame")
        # Browsers take localhost for secure, and what is framed there has no other way.
        secure = self.origins.scheme == "https" or framed
        name = _SECURE_NAME if secure else _PLAIN_NAME
        rights = "; Secure; SameSite=None; Partitioned" if framed else "; SameSite=Lax" + "; Secure" * secure
        return f"{name}={grant}; Path=/; Max-Age={max(0, seconds)}; HttpOnly{rights}"

    def _policy(self) -> str:
        """Let an app do what apps do on their own origin, and let only our workbench frame it.

        It may call its own servers, by https: this API answers none of its calls (see `app.api.origins`).
        """
        settings = self.container.settings
        framers = " ".join((settings.core.base_url, *settings.preview.web_frame_ancestors))
        return (
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:;"
            " style-src 'self' 'unsafe-inline'; font-src 'self' data: https:;"
            " img-src 'self' data: blob: https:; media-src 'self' data: blob: https:;"
            " connect-src 'self' data: blob: https: wss:; worker-src 'self' blob:; frame-src 'self' https:;"
            " object-src 'none';"
            f" base-uri 'self'; form-action 'self' https:; frame-ancestors 'self' {framers}"
        )


def _cookie_value(request: Request) -> str | None:
    """Find the grant among the cookies; the one that is for this host alone first."""
    return request.cookies.get(_SECURE_NAME) or request.cookies.get(_PLAIN_NAME)


def _is_page(request: Request) -> bool:
    wanted = request.headers.get("sec-fetch-dest")
    if wanted is not None:
        return wanted in _PAGES
    return "text/html" in request.headers.get("accept", "")
