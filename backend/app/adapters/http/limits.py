"""Rate limits: `limit("auth.login")` as a dependency, and the three buckets that stand before a password.

A bucket is an endpoint group and a user, or the client's address before log-in. Without Redis `/auth` is
closed, because guessing must stay expensive; everything else is open.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends
from starlette.requests import HTTPConnection

from app.adapters.container import Container
from app.adapters.http.addresses import client_address
from app.adapters.http.scope import ContainerDep
from app.adapters.kv.port import KvUnavailable
from app.config.limits import LimitSettings, RateLimit
from app.core.errors import RateLimited, Unauthenticated, Unavailable
from app.core.hashing import sha256_hex

log = structlog.get_logger(__name__)

# In a request's ASGI scope: the group in which it was counted already.
COUNTED = "hivesync.counted"
_LEASERS = 4096
_CLOSED_GROUPS = frozenset({"auth"})
_BEARER = "bearer "


class LimiterUnavailable(Unavailable):
    """Logging in is closed for a moment, because attempts cannot be counted. Try again shortly."""


def limit(name: str) -> Any:
    """Count requests of an endpoint group, the part of `name` before the dot; RateLimited when there are too many.

    The groups `auth`, `repos`, `ai`, `proposals` and `uploads` have settings of their own, all others share `api`.
    """
    group = name.partition(".")[0]

    async def check(connection: HTTPConnection, container: ContainerDep) -> None:
        if connection.scope.get(COUNTED) == group:
            return
        who = _caller(connection, container) if group not in _CLOSED_GROUPS else _address(connection, container)
        try:
            await _count(container, f"rate:{group}:{who}", _limit_of(container.settings.limits, group))
        except KvUnavailable as error:
            if group in _CLOSED_GROUPS:
                raise LimiterUnavailable from error
            log.warning("limits.open", group=group)

    return Depends(check)


@dataclass(slots=True)
class _Lease:
    """Requests that were counted and not yet made."""

    left: int
    ends_at: float


class LeasedLimit:
    """Counts the requests of a group as `limit` does, some ahead, for doors that are knocked at all the time.

    What a lease leaves over is forgotten with its window: a fiftieth of the limit a process, or less.
    """

    def __init__(self, container: Container, group: str) -> None:
        """Count in the buckets of this group."""
        self._container = container
        self._group = group
        self._bound = _limit_of(container.settings.limits, group)
        self._at_once = max(1, self._bound.count // 50)
        self._leases: OrderedDict[UUID, _Lease] = OrderedDict()

    async def allows(self, user_id: UUID) -> bool:
        """Count one request of a user; False when there are too many. KvUnavailable when nobody can tell."""
        lease = self._leases.get(user_id)
        if lease is None or not lease.left or self._container.clock.monotonic() >= lease.ends_at:
            lease = await self._take(user_id)
        lease.left -= 1
        return lease.left >= 0

    async def _take(self, user_id: UUID) -> _Lease:
        bound = self._bound
        key = f"rate:{self._group}:user:{user_id}"
        hits = await self._container.kv.hit(key, window=_length(bound), times=self._at_once)
        granted = max(0, self._at_once - max(0, hits.count - bound.count))
        lease = _Lease(granted, self._container.clock.monotonic() + hits.resets_in_seconds)
        self._leases[user_id] = lease
        self._leases.move_to_end(user_id)
        if len(self._leases) > _LEASERS:
            self._leases.popitem(last=False)
        return lease


async def request_address(connection: HTTPConnection, container: ContainerDep) -> str:
    """Name the client's address as limits count it."""
    return _address(connection, container)


AddressDep = Annotated[str, Depends(request_address)]


@dataclass(frozen=True, slots=True)
class LoginGate:
    """Stands before a password check: so many attempts an account, so many failures an address and in all."""

    container: Container
    address: str
    account: str

    async def enter(self) -> None:
        """Count an attempt; RateLimited when one of the buckets is full, LimiterUnavailable without Redis.

        Every attempt counts before its outcome is known, so that many at once are no way around.
        """
        limits = self.container.settings.limits
        try:
            await _count(self.container, self._account_key, limits.login_account)
            await self._count_failure(f"rate:login:address:{self.address}", limits.login_address)
            await self._count_failure("rate:login:global", limits.login_global)
        except KvUnavailable as error:
            raise LimiterUnavailable from error

    async def passed(self) -> None:
        """Take the attempt back: it was no failure, and whoever knows the password is no guesser."""
        limits = self.container.settings.limits
        try:
            await self.container.kv.delete(self._account_key)
            for key, bound in (
                (f"rate:login:address:{self.address}", limits.login_address),
                ("rate:login:global", limits.login_global),
            ):
                await self.container.kv.hit(f"{self._window(key, bound)[0]}:passed", window=_length(bound))
        except KvUnavailable:
            log.warning("limits.not_taken_back")

    @property
    def _account_key(self) -> str:
        # A hash: Redis needs no list of e-mail addresses.
        return f"rate:login:account:{sha256_hex(self.account.encode('utf-8', 'surrogatepass'))[:32]}"

    async def _count_failure(self, key: str, bound: RateLimit) -> None:
        window, seconds_left = self._window(key, bound)
        attempts = await self.container.kv.hit(window, window=_length(bound))
        if attempts.count <= bound.count:
            return
        passed = int(await self.container.kv.get(f"{window}:passed") or 0)
        if attempts.count - passed > bound.count:
            raise _too_many(seconds_left)

    def _window(self, key: str, bound: RateLimit) -> tuple[str, int]:
        # Attempts and passes share a window by name, so that passes of one never count in the next.
        now = int(self.container.clock.now().timestamp())
        return f"{key}:{now // bound.per_seconds}", bound.per_seconds - now % bound.per_seconds


async def _count(container: Container, key: str, bound: RateLimit) -> None:
    hits = await container.kv.hit(key, window=_length(bound))
    if hits.count > bound.count:
        raise _too_many(hits.resets_in_seconds)


def _too_many(seconds: int) -> RateLimited:
    wait = f"{seconds} second{'' if seconds == 1 else 's'}"
    return RateLimited(f"Too many requests. Try again in {wait}.", retry_after_seconds=seconds)


def _length(bound: RateLimit) -> timedelta:
    return timedelta(seconds=bound.per_seconds)


def _limit_of(limits: LimitSettings, group: str) -> RateLimit:
    known = {
        "auth": limits.auth,
        "repos": limits.repos,
        "ai": limits.ai,
        "proposals": limits.proposals,
        "uploads": limits.uploads,
    }
    return known.get(group, limits.api)


def _caller(connection: HTTPConnection, container: Container) -> str:
    header = connection.headers.get("authorization", "")
    if header[: len(_BEARER)].lower() == _BEARER:
        try:
            return f"user:{container.access_tokens.check(header[len(_BEARER) :].strip()).user_id}"
        except Unauthenticated:
            # Whoever sends tokens that are not valid is counted by where he is.
            pass
    return _address(connection, container)


def _address(connection: HTTPConnection, container: Container) -> str:
    return f"address:{client_address(connection, container.settings.security.trusted_proxies)}"
