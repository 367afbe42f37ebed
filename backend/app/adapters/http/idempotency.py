"""`Idempotency-Key`: the same key and body give the same job, however often and however close together they arrive."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header
from sqlalchemy import select
from starlette.requests import Request

from app.adapters.scope import Scope
from app.core.errors import Conflict, Invalid
from app.core.hashing import canonical_json, sha256_hex
from app.models.job import IdempotencyKey, Job
from app.models.user import User

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used for another request. Use a new key for every new request."""

    code = "IDEMPOTENCY_CONFLICT"


@dataclass(frozen=True, slots=True)
class Idempotency:
    """What a request says about being repeated. `key` is None when it says nothing."""

    key: str | None
    request_hash: str

    async def once(self, scope: Scope, stage: Callable[[], Awaitable[Job]]) -> Job:
        """Stage a job in this scope, or return the one that this key stood for before.

        IdempotencyConflict when it stood for another request. Locks: the user's row, so that of two equal
        requests the second waits and finds the first one's job.
        """
        user_id = scope.actor.user_id
        if self.key is None or user_id is None:
            return await stage()
        await scope.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
        known = await self._find(scope, user_id)
        if known is not None:
            return known
        job = await stage()
        scope.session.add(
            IdempotencyKey(
                user_id=user_id,
                key=self.key,
                request_hash=self.request_hash,
                job_id=job.id,
                created_at=scope.clock.now(),
            )
        )
        return job

    async def _find(self, scope: Scope, user_id: UUID) -> Job | None:
        row = (
            await scope.session.execute(
                select(IdempotencyKey.request_hash, Job)
                .join(Job, Job.id == IdempotencyKey.job_id)
                .where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == self.key)
            )
        ).first()
        if row is None:
            return None
        if row[0] != self.request_hash:
            raise IdempotencyConflict(key=self.key)
        job: Job = row[1]
        return job


async def idempotency(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Any unique text. The same key and body give the same job; another body is a conflict.",
        ),
    ] = None,
) -> Idempotency:
    """Read the header and hash the request: method, path, query and the bytes of the body."""
    if key is not None and not _KEY.fullmatch(key):
        raise Invalid("An Idempotency-Key has 1 to 200 visible ASCII characters.")
    parts = [request.method, request.url.path, request.url.query, sha256_hex(await request.body())]
    return Idempotency(key=key, request_hash=sha256_hex(canonical_json(parts)))


IdempotencyDep = Annotated[Idempotency, Depends(idempotency)]
