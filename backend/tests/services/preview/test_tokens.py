"""Preview tokens: what is signed is read back, and nothing else is ever believed."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import FrozenClock
from app.services.preview.platforms import Platform
from app.services.preview.tokens import (
    PREFIX,
    PreviewClaims,
    PreviewTokenExpired,
    PreviewTokenInvalid,
    PreviewTokens,
    TokenScope,
)

NOW = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
SECRET = "a secret of at least thirty-two bytes"
CLAIMS = PreviewClaims(
    scope=TokenScope.SESSION,
    platform=Platform.ANDROID,
    session_id=UUID("01890f3e-0000-7000-8000-000000000001"),
    project_id=UUID("01890f3e-0000-7000-8000-000000000002"),
    user_id=UUID("01890f3e-0000-7000-8000-000000000003"),
    issued_at=NOW,
    expires_at=NOW + timedelta(seconds=300),
)


def tokens(*, now: datetime = NOW, secret: str = SECRET) -> PreviewTokens:
    """Tokens at a moment."""
    return PreviewTokens(secret, FrozenClock(now))


@given(
    scope=st.sampled_from(TokenScope),
    platform=st.sampled_from(Platform),
    ids=st.tuples(*[st.uuids()] * 3),
    job=st.none() | st.uuids().filter(lambda each: each.int != 0),
)
def test_what_is_signed_is_read_back(
    scope: TokenScope, platform: Platform, ids: tuple[UUID, UUID, UUID], job: UUID | None
) -> None:
    claims = replace(
        CLAIMS, scope=scope, platform=platform, session_id=ids[0], project_id=ids[1], user_id=ids[2], job_id=job
    )
    assert tokens().check(tokens().issue(claims)) == claims


def test_every_flipped_bit_is_refused() -> None:
    token = tokens().issue(CLAIMS)
    raw = base64.urlsafe_b64decode(token.removeprefix(PREFIX))
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(PreviewTokenInvalid):
            tokens().check(PREFIX + base64.urlsafe_b64encode(changed).decode())


def test_every_other_character_in_every_place_is_refused() -> None:
    token = tokens().issue(CLAIMS)
    for place in range(len(token)):
        for other in "A-_+/=. \n\u00e9":
            changed = token[:place] + other + token[place + 1 :]
            if changed != token:
                with pytest.raises(PreviewTokenInvalid):
                    tokens().check(changed)


def test_a_token_has_one_spelling_only() -> None:
    # An id of ones makes sure that there are characters with another spelling in plain base64.
    token = tokens().issue(replace(CLAIMS, session_id=UUID(int=2**128 - 1)))
    assert "_" in token.removeprefix(PREFIX)
    for changed in (PREFIX + token.removeprefix(PREFIX).replace("_", "/"), token + "=", f" {token}", token[:-1]):
        with pytest.raises(PreviewTokenInvalid):
            tokens().check(changed)


@pytest.mark.parametrize("nonsense", ["", PREFIX, "hsr_" + "A" * 156, PREFIX + "A" * 156, "x" * 100_000, "\0" * 160])
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(PreviewTokenInvalid):
        tokens().check(nonsense)


def test_a_token_lives_to_the_second_it_says() -> None:
    token = tokens().issue(CLAIMS)
    assert tokens(now=CLAIMS.expires_at - timedelta(seconds=1)).check(token) == CLAIMS
    with pytest.raises(PreviewTokenExpired):
        tokens(now=CLAIMS.expires_at).check(token)


def test_a_token_from_the_future_is_refused() -> None:
    token = tokens().issue(CLAIMS)
    assert tokens(now=NOW - timedelta(seconds=5)).check(token) == CLAIMS
    with pytest.raises(PreviewTokenInvalid):
        tokens(now=NOW - timedelta(seconds=6)).check(token)


def test_a_token_of_another_secret_is_refused() -> None:
    with pytest.raises(PreviewTokenInvalid):
        tokens(secret="another secret of thirty-two bytes").check(tokens().issue(CLAIMS))
