"""Redaction: fifty planted secrets, none of which may be written, and innocent values that must stay."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.telemetry.redaction import REDACTED, Redactor

CORE = "Zr8Nw4Lk2Pq6Ty0Vb5Xc9Ms3"
NAMES = (
    "password", "passwd", "new_password", "JWT_SECRET", "secret", "token", "access_token", "refresh_token", "apiKey",
    "api_key", "OPENAI_API_KEY", "Authorization", "authorization", "cookie", "Set-Cookie", "private_key", "access_key",
    "credentials", "credential", "x-api-key", "passphrase", "preview.token",
)  # fmt: skip
TEXTS = (
    "https://user:{}@github.com/a/b.git", "fatal: cannot reach https://{}@github.com/a", "postgresql://u:{}@db/hive",
    "redis://:{}@cache:6379/0", "Authorization: Bearer {}", "authorization=basic {}",
    "curl -H 'Authorization: Bearer {}'",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{}", "hsr_{}", "hsp_{}", "ghp_{}", "gho_{}", "ghs_{}",
    "github_pat_{}", "glpat-{}",
    "sk-{}", "sk-proj-{}", "xoxb-{}", "npm_{}", "pypi-{}", "password={}", "password: {}", '{{"password": "{}"}}',
    "token={}&x=1", "?access_token={}", "api_key='{}'", "api-key: {}", "SECRET={}", "JWT_SECRET={}",
    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\n{}",
)  # fmt: skip


def test_enough_secrets_are_planted() -> None:
    assert len(NAMES) + len(TEXTS) >= 50


@pytest.mark.parametrize("name", NAMES)
def test_a_value_under_a_secret_name_is_not_written(name: str) -> None:
    redactor = Redactor()
    for value in (CORE, [CORE], {"inner": CORE}, CORE.encode()):
        assert CORE not in json.dumps(redactor.value("facts", {"headers": {name: value}}), default=str)


@pytest.mark.parametrize("text", TEXTS)
def test_a_secret_inside_a_text_is_not_written(text: str) -> None:
    written = Redactor().text("before " + text.format(CORE) + " after")
    assert CORE not in written
    assert REDACTED in written
    assert written.startswith("before ")


def test_the_process_s_own_secrets_are_known_by_value() -> None:
    assert Redactor(["some-odd-value"]).text("x some-odd-value y") == f"x {REDACTED} y"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("input_tokens", 12), ("token_id", "01999999-0000-7000-8000-000000000001"), ("tokens", "7 of 9"), ("token", 3),
        ("url", "https://github.com/a/b.git"), ("path", "src/password.py"), ("message", "the token has expired"),
        ("path", "docs/tokens.md"), ("password", None), ("email", "person@example.org"), ("text", "a basic idea"),
    ],
)  # fmt: skip
def test_innocent_values_stay(name: str, value: Any) -> None:
    assert Redactor().value(name, value) == value


@given(st.text(max_size=300))
def test_any_text_can_be_redacted(text: str) -> None:
    Redactor(["some-odd-value"]).text(text)


def test_endless_nesting_and_endless_text_are_cut() -> None:
    nested: dict[str, Any] = {}
    nested["again"] = nested
    assert "…" in json.dumps(Redactor().value("facts", nested), ensure_ascii=False)
    assert len(Redactor().text("a" * 1_000_000)) < 21_000


@pytest.mark.parametrize("secret", ["0123456789abcdef", "correct.horse.battery", "12:34:56+00"])
def test_a_known_secret_is_removed_though_it_looks_like_an_id_or_a_name(secret: str) -> None:
    assert Redactor([secret]).text(secret) == REDACTED
