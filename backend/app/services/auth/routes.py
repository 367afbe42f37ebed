"""`/auth`: register, log in, renew, log out."""

from fastapi import APIRouter, Depends, Request, Response

from app.adapters.http.limits import AddressDep, limit
from app.adapters.http.scope import ContainerDep, ScopeDep
from app.services.auth.cookie import RefreshCookieDep, forgetting
from app.services.auth.deps import ClaimsDep
from app.services.auth.schemas import LoginIn, RefreshIn, RegisterIn, SessionOut
from app.services.auth.service import AuthService
from app.services.auth.sessions import Sessions


def no_store(response: Response) -> None:
    """Keep tokens out of every cache (RFC 6749, 5.1)."""
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(prefix="/auth", tags=["auth"], dependencies=[Depends(no_store)])


@router.post("/register", status_code=201, dependencies=[limit("auth.register")])
async def register(wanted: RegisterIn, container: ContainerDep, cookie: RefreshCookieDep) -> SessionOut:
    """Create an account and log it in. The first account of an installation is its administrator."""
    return cookie.hand_over(await Sessions(container).register(wanted), wanted.refresh_in)


@router.post("/login", dependencies=[limit("auth.login")])
async def log_in(given: LoginIn, container: ContainerDep, address: AddressDep, cookie: RefreshCookieDep) -> SessionOut:
    """Log in with e-mail and password."""
    return cookie.hand_over(await Sessions(container).log_in(given, address=address), given.refresh_in)


@router.post("/refresh", dependencies=[limit("auth.refresh")])
async def refresh_session(given: RefreshIn, container: ContainerDep, cookie: RefreshCookieDep) -> SessionOut:
    """Exchange a refresh token for a new pair. A token works once: using it again ends the session.

    Without one in the body, the cookie of a log-in with `refresh_in: cookie` is taken, from our own pages only. Such a
    token may be used again within 30 seconds as long as the one that it was exchanged for was not used: a page that is
    loaded anew loses the answer that was on its way.
    """
    if given.refresh_token is not None:
        return await Sessions(container).refresh(given.refresh_token)
    return cookie.hand_over(await Sessions(container).refresh(cookie.read(), from_cookie=True), "cookie")


@router.post("/logout", status_code=204, dependencies=[limit("auth.logout")])
async def log_out(claims: ClaimsDep, scope: ScopeDep, request: Request) -> Response:
    """End this session, its access tokens included. Doing it twice is harmless."""
    if claims.session_id is not None:
        await AuthService(scope).end_session(claims.session_id)
    return forgetting(request, Response(status_code=204))
