"""A browser's refresh token: a cookie that no script reads and that no other site can have sent for its own ends."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import SecretStr

from app.adapters.http.scope import ContainerDep
from app.config import Settings
from app.core.errors import Unauthenticated
from app.services.auth.errors import CrossSiteRefused
from app.services.auth.schemas import RefreshPlace, SessionOut

# Nothing but a renewal ever needs it.
_PATH = "/api/v1/auth"


@dataclass(frozen=True, slots=True)
class RefreshCookie:
    """Reads the cookie of a request and writes the one of its answer."""

    request: Request
    response: Response
    settings: Settings

    def hand_over(self, session: SessionOut, place: RefreshPlace) -> SessionOut:
        """Leave the refresh token in the answer's body, or move it into a cookie."""
        if place == "body":
            return session
        self.response.set_cookie(
            _name(self.request),
            session.refresh_token or "",
            max_age=self.settings.security.refresh_ttl_seconds,
            path=_PATH,
            secure=self.settings.core.base_url.startswith("https://"),
            httponly=True,
            samesite="strict",
        )
        return session.model_copy(update={"refresh_token": None})

    def read(self) -> SecretStr:
        """Find the refresh token in the cookie; Unauthenticated without one, CrossSiteRefused from a foreign page.

        SameSite keeps other sites out. Other ports of this host are the same site, and previews run there: what the
        browser says of the page that asks (Fetch Metadata, else Origin) tells them apart.
        """
        headers = self.request.headers
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        own = {self.settings.core.base_url, f"{self.request.url.scheme}://{headers.get('host', '')}"}
        if (site is not None and site != "same-origin") or (site is None and origin is not None and origin not in own):
            raise CrossSiteRefused
        token = self.request.cookies.get(_name(self.request))
        if not token:
            raise Unauthenticated
        return SecretStr(token[:200])


def _name(request: Request) -> str:
    # Browsers do not tell ports apart: two installations on one host would take each other's sessions away.
    return f"hivesync_refresh_{request.url.port}" if request.url.port else "hivesync_refresh"


def _refresh_cookie(request: Request, response: Response, container: ContainerDep) -> RefreshCookie:
    return RefreshCookie(request, response, container.settings)


def forgetting(request: Request, response: Response) -> Response:
    """Have the browser forget the cookie."""
    response.delete_cookie(_name(request), path=_PATH, httponly=True, samesite="strict")
    return response


RefreshCookieDep = Annotated[RefreshCookie, Depends(_refresh_cookie)]
