"""Encryption at rest: AES-256-GCM, bound to what the secret is for, under keys that can be rotated."""

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.errors import Conflict
from app.core.hashing import sha256_hex
from app.core.ids import IdSource

_VERSION = "v1"
_NONCE_BYTES = 12


class SecretUnreadable(Conflict):
    """A stored secret cannot be decrypted with today's CREDENTIALS_SECRET. Enter it again, or restore the old key."""


class SecretBox:
    """Seals with the first key and opens with any. A sealed text is `v1.<key id>.<nonce and ciphertext>`."""

    def __init__(self, secrets: Sequence[str], ids: IdSource) -> None:
        """Derive one key from each secret; the first seals."""
        self._keys = {_key_id(secret): AESGCM(_derive(secret)) for secret in secrets}
        self._sealing_key_id = _key_id(secrets[0])
        self._ids = ids

    def seal(self, text: str, *, context: str) -> str:
        """Encrypt; only `open` with the same context (`repo:<project id>`) gives it back."""
        nonce = base64.urlsafe_b64decode(self._ids.secret(nbytes=_NONCE_BYTES))
        key_id = self._sealing_key_id
        sealed = self._keys[key_id].encrypt(nonce, text.encode(), _bound_to(key_id, context))
        return f"{_VERSION}.{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, context: str) -> str:
        """Decrypt; SecretUnreadable when the key is gone, a byte changed, or the context is another."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        key = self._keys.get(key_id)
        if version != _VERSION or key is None:
            raise SecretUnreadable
        try:
            data = base64.b64decode(body, altchars=b"-_", validate=True)
            return key.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound_to(key_id, context)).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SecretUnreadable from error

    def is_outdated(self, sealed: str) -> bool:
        """Say whether it was sealed with an older key than today's: open it and seal it again."""
        return not sealed.startswith(f"{_VERSION}.{self._sealing_key_id}.")


def _key_id(secret: str) -> str:
    return sha256_hex(b"hivesync box id\0" + secret.encode())[:8]


def _derive(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hivesync secret box v1").derive(secret.encode())


def _bound_to(key_id: str, context: str) -> bytes:
    return f"{_VERSION}.{key_id}.{context}".encode()
