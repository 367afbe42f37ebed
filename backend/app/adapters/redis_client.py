"""Redis clients with limits of our own: the library's wait for seconds and try ten times."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.errors import Unavailable

# A request that waits longer for Redis than this is better served by an honest 503.
ANSWERS_WITHIN = timedelta(milliseconds=900)
_CONNECTIONS = 32

# What a Redis that is away, full, starting or not ours raises.
FAILURES = (redis.RedisError, OSError, TimeoutError)


def open_async(url: str, *, connections: int = _CONNECTIONS) -> redis.asyncio.Redis:
    """Open a client for one event loop; whoever finds all connections busy waits for one."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=ANSWERS_WITHIN.total_seconds(),
        socket_timeout=ANSWERS_WITHIN.total_seconds(),
        socket_connect_timeout=ANSWERS_WITHIN.total_seconds(),
        # A command that was sent may have been done: only the caller knows whether to repeat it.
        retry=AsyncRetry(NoBackoff(), 0),
        protocol=2,
    )
    return redis.asyncio.Redis.from_pool(pool)


def open_sync(url: str, *, connections: int = _CONNECTIONS) -> redis.Redis:
    """Open a client for threads; whoever finds all connections busy waits for one."""
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=ANSWERS_WITHIN.total_seconds(),
        socket_timeout=ANSWERS_WITHIN.total_seconds(),
        socket_connect_timeout=ANSWERS_WITHIN.total_seconds(),
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    return redis.Redis.from_pool(pool)


@asynccontextmanager
async def answering(unavailable: type[Unavailable]) -> AsyncIterator[None]:
    """Bound what is done with Redis in time, and raise `unavailable` for whatever it fails with."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
            yield
    except FAILURES as error:
        raise unavailable from error
