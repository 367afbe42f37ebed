"""Opaque tokens: random text for the client, its hash for the database."""

from dataclasses import dataclass

from app.core.hashing import sha256_hex
from app.core.ids import IdSource

# The prefix lets secret scanners and our own log redaction recognise a leaked token.
REFRESH_PREFIX = "hsr_"
_SECRET_BYTES = 32
_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class OpaqueToken:
    """What the client keeps, and what is stored: 64 hexadecimal digits."""

    token: str
    digest: str


def make_refresh_token(ids: IdSource) -> OpaqueToken:
    """Make an unguessable refresh token (256 random bits)."""
    token = REFRESH_PREFIX + ids.secret(nbytes=_SECRET_BYTES)
    return OpaqueToken(token=token, digest=sha256_hex(token.encode()))


def digest_refresh_token(token: str) -> str | None:
    """Hash a token as presented; None when it cannot be one of ours. No salt: the token has 256 random bits."""
    if not token.startswith(REFRESH_PREFIX) or len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    return sha256_hex(token.encode())
