"""Access tokens: what we issue is accepted, everything else is refused, and rotation logs nobody out."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.security.jwt import AccessTokens, TokenExpired, TokenInvalid
from app.core.actor import ClientKind
from app.core.clock import FrozenClock
from app.core.ids import CountingIds

SECRET = "mXq3vB9sK1fR7tY5wE2uI8oP4aS6dG0hJzLxCnVb"
OTHER = "Zr8Nw4Lk2Pq6Ty0Vb5Xc9Ms3Dg7Hj1FaQeUiOoWd"
USER = UUID("01999999-0000-7000-8000-000000000001")
NOW = int(FrozenClock().now().timestamp())


def tokens(*secrets: str, clock: FrozenClock | None = None) -> AccessTokens:
    return AccessTokens(secrets or (SECRET,), ttl_seconds=900, clock=clock or FrozenClock(), ids=CountingIds())


def issued(service: AccessTokens | None = None) -> str:
    return (service or tokens()).issue(USER, epoch=3, client=ClientKind.CLI).token


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Any, claims: Any, *, secret: str = SECRET, digest: str = "sha256") -> str:
    head, body = (encode(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.new(secret.encode(), f"{head}.{body}".encode(), getattr(hashlib, digest)).digest()
    return f"{head}.{body}.{encode(signature)}"


HEADER: dict[str, Any] = jwt.get_unverified_header(issued())
CLAIMS: dict[str, Any] = jwt.decode(issued(), options={"verify_signature": False})


def forged_keys() -> Iterator[tuple[str, str]]:
    """Other algorithms, secrets and key ids."""
    _, body, signature = issued().split(".")
    for algorithm in (
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "HS384",
        "HS512",
        "RS256",
        "ES256",
        "PS256",
        "EdDSA",
        None,
        1,
    ):
        forged = encode(json.dumps({**HEADER, "alg": algorithm}).encode())
        yield f"algorithm {algorithm!r}, no signature", f"{forged}.{body}."
        yield f"algorithm {algorithm!r}, old signature", f"{forged}.{body}.{signature}"
        yield f"algorithm {algorithm!r}, signed anew", signed({**HEADER, "alg": algorithm}, CLAIMS)
    yield "HS384 with the right secret", signed({**HEADER, "alg": "HS384"}, CLAIMS, digest="sha384")
    yield "HS512 with the right secret", signed({**HEADER, "alg": "HS512"}, CLAIMS, digest="sha512")
    for secret in ("", "secret", "changeme", OTHER, SECRET[:-1], SECRET + " ", SECRET.lower(), HEADER["kid"]):
        yield f"signed with {secret!r}", signed(HEADER, CLAIMS, secret=secret)
    for key_id in ("", "nope", "../../dev/null", "' OR 1=1 --", "0", None, 7, ["a"], HEADER["kid"].upper() + "\0"):
        yield f"key id {key_id!r}", signed({**HEADER, "kid": key_id}, CLAIMS)
    yield "no key id", signed({"alg": "HS256", "typ": "JWT"}, CLAIMS)


def forged_headers() -> Iterator[tuple[str, str]]:
    """Headers that steer a careless library to another key."""
    extras: dict[str, Any] = {
        "jwk": {"kty": "oct", "k": encode(OTHER.encode())},
        "jku": "https://evil.example.org/keys",
        "x5u": "https://evil.example.org/cert",
        "x5c": ["AAAA"],
        "crit": ["exp"],
        "b64": False,
        "zip": "DEF",
        "cty": "JWT",
    }
    for name, value in extras.items():
        yield f"header {name}, wrong secret", signed({**HEADER, name: value}, CLAIMS, secret=OTHER)
        yield f"header {name}, right secret", signed({**HEADER, name: value}, CLAIMS)


def forged_claims() -> Iterator[tuple[str, str]]:
    """Claims that are missing, of another type, or out of range, under a good signature."""
    for name, value in CLAIMS.items():
        yield f"claim {name} missing", signed(HEADER, {key: value for key, value in CLAIMS.items() if key != name})
        yield f"claim {name} null", signed(HEADER, {**CLAIMS, name: None})
        yield f"claim {name} a list", signed(HEADER, {**CLAIMS, name: [value]})
        yield f"claim {name} an object", signed(HEADER, {**CLAIMS, name: {}})
    wrong: list[tuple[str, Any]] = [
        ("aud", "other"), ("aud", ["hivesync", "other"]), ("typ", "refresh"), ("typ", "preview"), ("sub", "admin"),
        ("sub", "0" * 36), ("jti", "x"), ("iat", NOW + 31), ("iat", NOW + 10**6), ("iat", "1"), ("iat", True),
        ("iat", -1), ("exp", NOW), ("exp", NOW - 1), ("exp", str(NOW + 900)), ("exp", True), ("exp", 1e400),
        ("exp", 10**18), ("exp", -1), ("epoch", -1), ("epoch", "3"), ("epoch", True), ("epoch", 3.5),
        ("client", "toaster"), ("client", ""),
    ]  # fmt: skip
    for name, value in wrong:
        yield f"claim {name} {value!r}", signed(HEADER, {**CLAIMS, name: value})


def forged_shapes() -> Iterator[tuple[str, str]]:
    """Text that is almost a token."""
    head, body, signature = issued().split(".")
    yield "unsigned", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{head}.{body}.{signature}.{signature}"
    yield "five parts", ".".join([head, "", "", body, signature])
    yield "blank", ""
    yield "dots", ".."
    yield "padding", f"{head}.{body}.{signature}="
    yield "newline", f"{head}.{body}.{signature}\n"
    yield "blank before", f" {head}.{body}.{signature}"
    yield "standard alphabet", f"{head}.{body}.{signature[:-1]}+"
    yield "surrogate", f"{head}.{body}.{signature[:-1]}\ud800"
    yield "longer than any token", "a" * 3000 + f".{body}.{signature}"
    yield "claims are a list", signed(HEADER, [CLAIMS])
    yield "claims are text", signed(HEADER, "claims")
    yield "header is a list", signed([HEADER], CLAIMS)
    yield "deep claims", f"{head}.{encode(b'[' * 900)}.{signature}"


FORGERIES = dict([*forged_keys(), *forged_headers(), *forged_claims(), *forged_shapes()])


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) >= 99


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(name: str) -> None:
    with pytest.raises(TokenInvalid):
        tokens().check(FORGERIES[name])


@given(position=st.integers(0, 2000), letter=st.sampled_from("ABab01-_."))
def test_any_changed_character_is_refused(position: int, letter: str) -> None:
    token = issued()
    place = position % len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(TokenInvalid):
            tokens().check(changed)


def test_an_issued_token_says_who_and_until_when() -> None:
    clock = FrozenClock()
    claims = tokens(clock=clock).check(issued())
    assert (claims.user_id, claims.epoch, claims.client) == (USER, 3, ClientKind.CLI)
    assert (claims.expires_at - clock.now()).total_seconds() == 900


def test_a_token_expires_by_our_clock() -> None:
    clock = FrozenClock()
    service = tokens(clock=clock)
    token = issued(service)
    clock.move(seconds=899)
    service.check(token)
    clock.move(seconds=7)
    with pytest.raises(TokenExpired) as caught:
        service.check(token)
    assert (caught.value.code, caught.value.status) == ("TOKEN_EXPIRED", 401)


def test_an_expired_token_with_a_bad_signature_is_invalid_not_expired() -> None:
    clock = FrozenClock()
    clock.move(seconds=10_000)
    with pytest.raises(TokenInvalid):
        tokens(clock=clock).check(signed(HEADER, CLAIMS, secret=OTHER))


def test_rotation_keeps_old_tokens_alive_and_signs_with_the_new_secret() -> None:
    old = issued(tokens(SECRET))
    rotated = tokens(OTHER, SECRET)
    assert rotated.check(old).user_id == USER
    new = issued(rotated)
    assert tokens(OTHER).check(new).user_id == USER
    with pytest.raises(TokenInvalid):
        tokens(SECRET).check(new)


def test_a_secret_taken_out_of_the_list_ends_its_tokens() -> None:
    with pytest.raises(TokenInvalid):
        tokens(OTHER).check(issued(tokens(SECRET)))


def test_the_key_id_does_not_reveal_the_secret() -> None:
    assert hashlib.sha256(SECRET.encode()).hexdigest()[:8] != HEADER["kid"]
    assert len(HEADER["kid"]) == 8
