"""Names of the origins of previews: nobody guesses one, and whoever sees one learns nothing. Pure.

`<label>.<PREVIEW_WEB_HOST>`: 52 characters of base32 over the job's 16 bytes and 16 of HMAC-SHA256 (RFC 2104, 4648).
A label alone opens nothing.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from uuid import UUID

from app.config import Settings

_CONTEXT = b"hivesync preview origin v1\0"
_MAC_BYTES = 16
_LENGTH = 52
OPEN_PATH = "/__open__"


@dataclass(frozen=True, slots=True)
class PreviewOrigins:
    """The origins of one installation: `host` has no port; `authority` may."""

    host: str
    scheme: str
    authority: str
    key: bytes

    @classmethod
    def of(cls, settings: Settings) -> "PreviewOrigins | None":
        """Make the installation's; None where previews have no host."""
        authority = settings.preview.web_host
        if not authority:
            return None
        base = urlsplit(settings.core.base_url)
        host, _, port = authority.partition(":")
        if not port and base.port is not None:
            authority = f"{host}:{base.port}"
        secret = settings.security.preview_token_secret.get_secret_value()
        return cls(host, base.scheme, authority, hmac.digest(secret.encode(), _CONTEXT, "sha256"))

    def open_url(self, job_id: UUID, grant: str) -> str:
        """Give the link that opens a preview in a browser."""
        return f"{self.origin(job_id)}{OPEN_PATH}?grant={quote(grant)}"

    def origin(self, job_id: UUID) -> str:
        """Name a preview's origin."""
        return f"{self.scheme}://{self.label(job_id)}.{self.authority}"

    def label(self, job_id: UUID) -> str:
        """Name a preview's label."""
        parts = (base64.b32encode(part).decode() for part in (job_id.bytes, self._mac(job_id)))
        return "".join(part.rstrip("=").lower() for part in parts)

    def label_of(self, host: str) -> str | None:
        """Take the label out of a Host header; None when the host is none of previews, empty when it has no label.

        A port is not looked at: proxies change it.
        """
        name = host.strip().lower().rpartition(":")[0] if ":" in host else host.strip().lower()
        name = name.removesuffix(".")
        if not name.endswith(f".{self.host}"):
            return None
        return name.removesuffix(f".{self.host}")

    def read_label(self, label: str) -> UUID | None:
        """Read the preview's job out of a label; None unless we made it."""
        if len(label) != _LENGTH or not label.isascii():
            return None
        try:
            job_id = UUID(bytes=base64.b32decode(f"{label[:26].upper()}======"))
        except (binascii.Error, ValueError):
            return None
        return job_id if hmac.compare_digest(self.label(job_id), label) else None

    def _mac(self, job_id: UUID) -> bytes:
        return hmac.digest(self.key, job_id.bytes, "sha256")[:_MAC_BYTES]
