"""Revoked sessions, told to Redis so that their tokens are refused before the database is asked. The row decides."""

from datetime import timedelta
from uuid import UUID

import structlog

from app.adapters.container import Container
from app.adapters.kv.port import KvUnavailable
from app.services.preview.errors import SessionOver
from app.services.preview.tokens import PreviewClaims

log = structlog.get_logger(__name__)

_MARK = b"1"


async def announce_revoked(container: Container, session_id: UUID) -> None:
    """Note a session that was ended, after the commit that ended it; without Redis its row alone refuses."""
    preview = container.settings.preview
    # A grant signed just before lives as long as a bundle, a token as long as its session: after that both are expired.
    lives = timedelta(seconds=max(preview.bundle_ttl_seconds, preview.token_ttl_seconds))
    try:
        await container.kv.put(_key(session_id), _MARK, lives)
    except KvUnavailable:
        log.warning("preview.revocation_not_announced", session_id=str(session_id))


async def refuse_revoked(container: Container, claims: PreviewClaims) -> None:
    """Raise SessionOver when Redis knows that the session was ended; without Redis the row is asked later."""
    try:
        is_revoked = await container.kv.get(_key(claims.session_id)) is not None
    except KvUnavailable:
        return
    if is_revoked:
        raise SessionOver


def _key(session_id: UUID) -> str:
    return f"preview:revoked:{session_id}"
