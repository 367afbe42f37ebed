"""Who is calling: what routes ask for to get a scope on behalf of somebody."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.adapters.http.scope import ContainerDep, ScopeDep
from app.adapters.scope import Scope, ScopeFactory
from app.adapters.security.jwt import AccessClaims
from app.core.actor import Actor
from app.core.errors import Unauthenticated
from app.services.auth.errors import AdminOnly
from app.services.auth.service import AuthService

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="`access_token` of a log-in.")


async def access_claims(
    container: ContainerDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> AccessClaims:
    """Read the bearer token and check its signature and age, before any transaction is opened."""
    if credentials is None:
        raise Unauthenticated
    return container.access_tokens.check(credentials.credentials)


ClaimsDep = Annotated[AccessClaims, Depends(access_claims)]


async def current_actor(claims: ClaimsDep, container: ContainerDep) -> Actor:
    """Find the actor in a short transaction of its own."""
    async with container.scope(read_only=True) as scope:
        return await AuthService(scope).actor_for(claims)


async def actor_scope(claims: ClaimsDep, scope: ScopeDep) -> Scope:
    """Let the request's scope act for whoever is logged in."""
    scope.act_as(await AuthService(scope).actor_for(claims))
    return scope


async def actor_scopes(actor: Annotated[Actor, Depends(current_actor)], container: ContainerDep) -> ScopeFactory:
    """Bind scopes to whoever is logged in; none is open when the route begins."""
    return container.scopes(actor)


async def admin_scope(scope: Annotated[Scope, Depends(actor_scope)]) -> Scope:
    """Let administrators in, nobody else."""
    if not scope.actor.is_admin:
        raise AdminOnly
    return scope


def admin_scopes(
    actor: Annotated[Actor, Depends(current_actor)], scopes: Annotated[ScopeFactory, Depends(actor_scopes)]
) -> ScopeFactory:
    """Let administrators in, with scopes to open between slow reads."""
    if not actor.is_admin:
        raise AdminOnly
    return scopes


CurrentActor = Annotated[Actor, Depends(current_actor)]
ActorScope = Annotated[Scope, Depends(actor_scope)]
ActorScopes = Annotated[ScopeFactory, Depends(actor_scopes)]
AdminScope = Annotated[Scope, Depends(admin_scope)]
AdminScopes = Annotated[ScopeFactory, Depends(admin_scopes)]
