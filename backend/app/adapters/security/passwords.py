"""Password hashes: Argon2id, in a bounded number of threads, with the same work for users who do not exist."""

import base64
import unicodedata
from dataclasses import dataclass

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Invalid

LONGEST_PASSWORD = 256


class PasswordTooLong(Invalid):
    """A password may have at most 256 characters."""


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one guess costs. The default is OWASP's floor for Argon2id: 19 MiB, two passes, one lane."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and a fresh hash to store when the old one is cheaper than today's."""

    ok: bool
    new_hash: str | None = None


class Passwords:
    """Hashes and verifies, at most `threads` at the same time, so that a flood cannot take all memory."""

    def __init__(self, cost: HashCost | None = None, *, threads: int = 2) -> None:
        """Use the given cost; tests use a small one."""
        chosen = cost or HashCost()
        self._hasher = PasswordHasher(
            time_cost=chosen.passes, memory_cost=chosen.memory_kib, parallelism=chosen.lanes, hash_len=32, salt_len=16
        )
        self._threads = CapacityLimiter(threads)
        # A hash that no password has: 16 bytes of salt, 32 of digest, and today's cost.
        salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
        self._nobody = f"$argon2id$v=19$m={chosen.memory_kib},t={chosen.passes},p={chosen.lanes}${salt}${digest}"

    async def hash(self, password: str) -> str:
        """Hash a new password; PasswordTooLong above 256 characters."""
        if len(password) > LONGEST_PASSWORD:
            raise PasswordTooLong
        return await anyio.to_thread.run_sync(self._hasher.hash, _as_bytes(password), limiter=self._threads)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Compare with the stored hash. Without one (an unknown user) the same work is done, and the answer is no."""
        if len(password) > LONGEST_PASSWORD:
            return Verdict(ok=False)
        given = _as_bytes(password)
        ok = await anyio.to_thread.run_sync(self._matches, stored or self._nobody, given, limiter=self._threads)
        if not ok or stored is None:
            return Verdict(ok=False)
        if self._hasher.check_needs_rehash(stored):
            return Verdict(ok=True, new_hash=await self.hash(password))
        return Verdict(ok=True)

    def _matches(self, stored: str, given: bytes) -> bool:
        try:
            return self._hasher.verify(stored, given)
        except (VerificationError, InvalidHashError):
            return False


def _as_bytes(password: str) -> bytes:
    # The same characters typed on two keyboards must give the same bytes (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
