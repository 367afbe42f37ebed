"""Signatures as Expo's clients check them: by the certificate in the app, over the very bytes that came."""

import base64
import re
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.config.preview import PreviewSettings
from app.config.section import SettingsRefused
from app.config.settings import load_settings
from app.services.preview.expo.errors import SignatureUnavailable
from app.services.preview.expo.signing import Signer, make_key_pair

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PAIR = make_key_pair("Shop", now=NOW, years=10)


def signer(pem: str) -> Signer | None:
    """The signer of an installation with this key."""
    return Signer.of(PreviewSettings.from_env({"PREVIEW_SIGNING_KEY": pem}))


def verify(header: str, body: bytes, certificate: str) -> None:
    """What a client does; InvalidSignature."""
    found = re.fullmatch(r'sig="([A-Za-z0-9+/=]+)", keyid="main", alg="rsa-v1_5-sha256"', header)
    assert found
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(base64.b64decode(found[1]), body, padding.PKCS1v15(), hashes.SHA256())


def test_a_client_finds_it_good_and_finds_any_change() -> None:
    ours = signer(PAIR.key)
    assert ours is not None
    header = ours.sign(b'{"id":"1"}')
    verify(header, b'{"id":"1"}', PAIR.certificate)
    with pytest.raises(InvalidSignature):
        verify(header, b'{"id":"2"}', PAIR.certificate)


def test_the_certificate_is_one_for_signing_code() -> None:
    certificate = x509.load_pem_x509_certificate(PAIR.certificate.encode())
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert usage.digital_signature
    assert ExtendedKeyUsageOID.CODE_SIGNING in purposes
    assert certificate.issuer == certificate.subject
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_before_utc < NOW < certificate.not_valid_after_utc


def test_a_key_may_be_written_in_one_line() -> None:
    assert signer(PAIR.key.replace("\n", "\\n")) is not None


def test_without_a_key_there_is_no_signer() -> None:
    assert Signer.of(PreviewSettings()) is None


def test_a_key_of_another_kind_is_told() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for pem in (other.decode(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"):
        with pytest.raises(SignatureUnavailable):
            signer(pem)


def test_what_is_no_pem_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsRefused, match="PREVIEW_SIGNING_KEY"):
        load_settings({"APP_ENV": "prod", "PREVIEW_SIGNING_KEY": "/etc/key.pem"})
