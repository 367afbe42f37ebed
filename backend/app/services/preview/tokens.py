"""Preview tokens: everything they allow is in them, signed; checking one asks neither the database nor Redis.

`hsp_` and 156 characters of base64url over 85 bytes of claims and 32 of HMAC-SHA256 (RFC 2104). The layout is fixed and
117 is a multiple of three, so one set of claims has one spelling and every bit of a token is covered by its signature.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.config import Settings
from app.core.clock import Clock
from app.core.errors import Forbidden, Unauthenticated
from app.services.preview.platforms import Platform

# Secret scanners and people recognise a leaked token by it.
PREFIX = "hsp_"
VERSION = 1
# Version, scope, platform, what is left for later; session, project, user, job; issued and ends, in seconds.
_LAYOUT = struct.Struct(">BBBH16s16s16s16sQQ")
_MAC_BYTES = 32
_LENGTH = len(PREFIX) + (_LAYOUT.size + _MAC_BYTES) * 4 // 3
_KEY_CONTEXT = b"hivesync preview token v1\0"
_NO_JOB = UUID(int=0)
# Clocks of two machines may differ by this much.
_LEEWAY = timedelta(seconds=5)


class PreviewTokenInvalid(Unauthenticated):
    """That preview token is not valid. Ask whoever gave it to you for a new one."""

    code = "TOKEN_INVALID"


class PreviewTokenExpired(Unauthenticated):
    """That preview token has expired. Ask for a new one where you got it."""

    code = "TOKEN_EXPIRED"


class PreviewTokenTooWeak(Forbidden):
    """That token may look at its preview, and nothing else. Use the session's own token."""


class TokenScope(StrEnum):
    """What a token allows (C64): all of a session until it ends, or to read one job's bundle as long as that lives."""

    SESSION = "session"
    READ = "read"


_SCOPES = {TokenScope.SESSION: 1, TokenScope.READ: 2}
_PLATFORMS = {Platform.IOS: 1, Platform.ANDROID: 2, Platform.WEB: 3}


@dataclass(frozen=True, slots=True)
class PreviewClaims:
    """What a token says. `session_id` is its jti; `job_id` is set for grants, and for nothing else."""

    scope: TokenScope
    platform: Platform
    session_id: UUID
    project_id: UUID
    user_id: UUID
    issued_at: datetime
    expires_at: datetime
    job_id: UUID | None = None


class PreviewTokens:
    """Signs and checks. Times are whole seconds: a moment is cut off to its second."""

    def __init__(self, secret: str, clock: Clock) -> None:
        """Derive the key, so that a signature made here is worth nothing anywhere else."""
        self._key = hmac.digest(secret.encode(), _KEY_CONTEXT, "sha256")
        self._clock = clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "PreviewTokens":
        """Make the installation's."""
        return cls(settings.security.preview_token_secret.get_secret_value(), clock)

    def issue(self, claims: PreviewClaims) -> str:
        """Sign claims."""
        packed = _LAYOUT.pack(
            VERSION,
            _SCOPES[claims.scope],
            _PLATFORMS[claims.platform],
            0,
            claims.session_id.bytes,
            claims.project_id.bytes,
            claims.user_id.bytes,
            (claims.job_id or _NO_JOB).bytes,
            int(claims.issued_at.timestamp()),
            int(claims.expires_at.timestamp()),
        )
        return PREFIX + base64.urlsafe_b64encode(packed + self._mac(packed)).decode()

    def check(self, token: str) -> PreviewClaims:
        """Read a token; PreviewTokenInvalid unless each bit is as we wrote it, PreviewTokenExpired when it is over."""
        packed = self._signed(token)
        version, scope, platform, spare, session, project, user, job, issued, ends = _LAYOUT.unpack(packed)
        if version != VERSION or spare:
            raise PreviewTokenInvalid
        now = self._clock.now()
        claims = PreviewClaims(
            scope=next(each for each, number in _SCOPES.items() if number == scope),
            platform=next(each for each, number in _PLATFORMS.items() if number == platform),
            session_id=UUID(bytes=session),
            project_id=UUID(bytes=project),
            user_id=UUID(bytes=user),
            issued_at=datetime.fromtimestamp(issued, UTC),
            expires_at=datetime.fromtimestamp(ends, UTC),
            job_id=UUID(bytes=job) if any(job) else None,
        )
        if claims.issued_at > now + _LEEWAY:
            raise PreviewTokenInvalid
        if claims.expires_at <= now:
            raise PreviewTokenExpired(expired_at=claims.expires_at.isoformat())
        return claims

    def _signed(self, token: str) -> bytes:
        if len(token) != _LENGTH or not token.startswith(PREFIX):
            raise PreviewTokenInvalid
        try:
            found = base64.b64decode(token[len(PREFIX) :].encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise PreviewTokenInvalid from error
        # The decoder takes `+` for `-` as well, which would be a second spelling of the same token.
        if PREFIX + base64.urlsafe_b64encode(found).decode() != token:
            raise PreviewTokenInvalid
        packed, mac = found[: _LAYOUT.size], found[_LAYOUT.size :]
        if not hmac.compare_digest(mac, self._mac(packed)):
            raise PreviewTokenInvalid
        return packed

    def _mac(self, packed: bytes) -> bytes:
        return hmac.digest(self._key, packed, "sha256")
