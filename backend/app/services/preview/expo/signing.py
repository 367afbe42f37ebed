"""Code signing as Expo's clients check it: RSASSA-PKCS1-v1_5 with SHA-256 over a part's body (RFC 8017, 8.2)."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.config.preview import PreviewSettings
from app.services.preview.expo.errors import SignatureUnavailable

ALGORITHM = "rsa-v1_5-sha256"
_BITS = 2048


@dataclass(frozen=True, slots=True)
class Signer:
    """The installation's key, what apps call it, and the certificates that are sent along (PEM, may be empty)."""

    key: rsa.RSAPrivateKey
    key_id: str
    certificates: str = ""

    @classmethod
    def of(cls, settings: PreviewSettings) -> "Signer | None":
        """Read the key from the settings; None without one, SignatureUnavailable when it is no RSA key."""
        pem = settings.signing_key.get_secret_value()
        if not pem:
            return None
        try:
            key = serialization.load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise SignatureUnavailable("PREVIEW_SIGNING_KEY cannot be read: it must be an RSA key in PEM.") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise SignatureUnavailable("PREVIEW_SIGNING_KEY is no RSA key, which is what Expo's clients check.")
        return cls(key, settings.signing_key_id, settings.signing_certificates.get_secret_value())

    def sign(self, body: bytes) -> str:
        """Make the value of an `expo-signature` header for a body: a dictionary of RFC 8941."""
        signature = self.key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        return f'sig="{base64.b64encode(signature).decode()}", keyid="{self.key_id}", alg="{ALGORITHM}"'


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new private key and its certificate, both in PEM."""

    key: str
    certificate: str


def make_key_pair(name: str, *, now: datetime, years: int) -> KeyPair:
    """Make a key and a self-signed certificate for it that Expo's clients take for code signing."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks of devices are behind at times.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return KeyPair(pem.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode())
