"""Who looks at a preview: somebody logged in, or whoever holds its token or a grant."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.adapters.container import Container
from app.adapters.http.scope import ContainerDep
from app.adapters.scope import ScopeFactory
from app.core.actor import Actor, ClientKind
from app.core.errors import Unauthenticated
from app.services.auth.service import AuthService
from app.services.preview.revocation import refuse_revoked
from app.services.preview.tokens import PREFIX, PreviewClaims, PreviewTokens

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="PreviewBearer",
    description="`access_token` of a log-in, or a preview's token or grant.",
)
BearerDep = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
GrantQuery = Annotated[
    str | None,
    Query(max_length=200, description="The token or grant, where no header can be sent: a link, a QR code."),
]


@dataclass(frozen=True, slots=True)
class Viewer:
    """On whose behalf a preview is looked at; `claims` when that is by a token."""

    scopes: ScopeFactory
    claims: PreviewClaims | None


def check_token(container: Container, token: str) -> PreviewClaims:
    """Read a token, asking neither the database nor Redis; PreviewTokenInvalid, PreviewTokenExpired."""
    return PreviewTokens.of(container.settings, container.clock).check(token)


async def admit(container: Container, token: str) -> PreviewClaims:
    """Read a token as `check_token` does, and refuse one that Redis knows to be revoked; SessionOver.

    Whoever lets it in still asks `PreviewService.session_of`, which reads the row.
    """
    claims = check_token(container, token)
    await refuse_revoked(container, claims)
    return claims


def owner_of(claims: PreviewClaims) -> Actor:
    """Act for the token's owner, as a phone does: their projects as they see them, and no administrator's routes."""
    return Actor(user_id=claims.user_id, client=ClientKind.PHONE)


async def viewer(
    container: ContainerDep,
    credentials: BearerDep,
    grant: GrantQuery = None,
) -> Viewer:
    """Find out who looks; Unauthenticated when nobody says so."""
    given = credentials.credentials if credentials is not None else grant
    if given is None:
        raise Unauthenticated
    if given.startswith(PREFIX):
        claims = await admit(container, given)
        return Viewer(container.scopes(owner_of(claims)), claims)
    logged_in = container.access_tokens.check(given)
    async with container.scope(read_only=True) as scope:
        actor = await AuthService(scope).actor_for(logged_in)
    return Viewer(container.scopes(actor), None)


ViewerDep = Annotated[Viewer, Depends(viewer)]
