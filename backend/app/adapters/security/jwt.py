"""Access tokens: HS256 and nothing else, signed with one of several secrets so that rotation logs nobody out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.actor import ClientKind
from app.core.clock import Clock
from app.core.errors import Unauthenticated
from app.core.hashing import sha256_hex
from app.core.ids import IdSource

_ALGORITHM = "HS256"
_AUDIENCE = "hivesync"
_TYPE = "access"
_LONGEST_TOKEN = 2048
# A checked token is about a kilobyte here; whoever polls sends the same one for a quarter of an hour.
_REMEMBERED_TOKENS = 4096
# Clocks of two machines may differ by this much.
_LEEWAY = timedelta(seconds=5)
# Base64url without padding; 32 bytes of signature are 43 characters, the last of which carries two zero bits.
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)


class TokenInvalid(Unauthenticated):
    """That token is not valid. Log in again."""

    code = "TOKEN_INVALID"


class TokenExpired(Unauthenticated):
    """Your session needs to be renewed. Refresh it, or log in again."""

    code = "TOKEN_EXPIRED"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a valid token says. Whether its epoch and session still stand is for the caller to check."""

    user_id: UUID
    epoch: int
    client: ClientKind
    token_id: UUID
    issued_at: datetime
    expires_at: datetime
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A signed token and the seconds it lives."""

    token: str
    expires_in: int


class _Claims(BaseModel):
    """The claims as they must stand in a token: strict types, all of them there."""

    model_config = ConfigDict(strict=True, extra="ignore")

    sub: str = Field(min_length=36, max_length=36)
    aud: Literal["hivesync"]
    typ: Literal["access"]
    jti: str = Field(min_length=36, max_length=36)
    iat: int = Field(ge=0, le=253_402_300_799)
    exp: int = Field(ge=0, le=253_402_300_799)
    epoch: int = Field(ge=0)
    client: str = Field(max_length=16)
    sid: str | None = Field(default=None, min_length=36, max_length=36)


class AccessTokens:
    """Issues with the first secret and accepts all of them. The header names the secret by a short hash."""

    def __init__(self, secrets: Sequence[str], *, ttl_seconds: int, clock: Clock, ids: IdSource) -> None:
        """Take the signing secret first, older ones after it."""
        self._keys = {_key_id(secret): secret for secret in reversed(secrets)}
        self._signing_key_id = _key_id(secrets[0])
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        self._ids = ids
        # Only tokens whose signature was right are remembered, so nobody can push others out with inventions.
        self._read = lru_cache(_REMEMBERED_TOKENS)(self._read_signed)

    def issue(self, user_id: UUID, *, epoch: int, client: ClientKind, session_id: UUID | None = None) -> IssuedToken:
        """Sign a token for a user, valid from now on; `session_id` lets a log-out end it before its time."""
        now = int(self._clock.now().timestamp())
        claims = {
            "sub": str(user_id),
            "aud": _AUDIENCE,
            "typ": _TYPE,
            "jti": str(self._ids.new()),
            "iat": now,
            "exp": now + self._ttl_seconds,
            "epoch": epoch,
            "client": client.value,
        }
        if session_id is not None:
            claims["sid"] = str(session_id)
        key_id = self._signing_key_id
        token = jwt.encode(claims, self._keys[key_id], algorithm=_ALGORITHM, headers={"kid": key_id})
        return IssuedToken(token=token, expires_in=self._ttl_seconds)

    def check(self, token: str) -> AccessClaims:
        """Read a token; TokenInvalid unless every part is as we write it, TokenExpired when it was once."""
        if len(token) > _LONGEST_TOKEN:
            raise TokenInvalid
        read = self._read(token)
        now = self._clock.now()
        if read.issued_at > now + _LEEWAY or read.expires_at <= read.issued_at:
            raise TokenInvalid
        if read.expires_at + _LEEWAY <= now:
            raise TokenExpired
        return read

    def _read_signed(self, token: str) -> AccessClaims:
        """Read what holds for a token as long as the secrets do: shape, signature, claims."""
        if not _SHAPE.fullmatch(token):
            raise TokenInvalid
        try:
            claims = self._verified(token)
            return AccessClaims(
                user_id=UUID(claims.sub),
                epoch=claims.epoch,
                client=ClientKind(claims.client),
                token_id=UUID(claims.jti),
                issued_at=datetime.fromtimestamp(claims.iat, UTC),
                expires_at=datetime.fromtimestamp(claims.exp, UTC),
                session_id=UUID(claims.sid) if claims.sid else None,
            )
        except (jwt.PyJWTError, ValidationError, ValueError, KeyError, RecursionError) as error:
            raise TokenInvalid from error

    def _verified(self, token: str) -> _Claims:
        header = jwt.get_unverified_header(token)
        # Only the header we write: no jwk, jku, x5u, crit or b64 may steer verification. Unknown keys are KeyErrors.
        if header != {"alg": _ALGORITHM, "typ": "JWT", "kid": header.get("kid")}:
            raise TokenInvalid
        claims = jwt.decode(
            token,
            self._keys[header["kid"]],
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            # Time is the injected clock's; `check` compares.
            options={"require": ["exp", "iat", "sub", "aud", "jti"], "verify_exp": False, "verify_iat": False},
        )
        return _Claims.model_validate(claims)


def _key_id(secret: str) -> str:
    return sha256_hex(b"hivesync key id\0" + secret.encode())[:8]
