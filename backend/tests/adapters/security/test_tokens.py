"""Opaque tokens: unguessable, recognisable, stored as hashes."""

import pytest

from app.adapters.ids import SystemIds
from app.adapters.security.tokens import digest_refresh_token, make_refresh_token


def test_a_token_is_recognised_by_its_digest_only() -> None:
    made = make_refresh_token(SystemIds())
    assert made.token.startswith("hsr_")
    assert made.token not in made.digest
    assert digest_refresh_token(made.token) == made.digest


def test_tokens_do_not_repeat() -> None:
    assert len({make_refresh_token(SystemIds()).token for _ in range(100)}) == 100


@pytest.mark.parametrize("token", ["", "hsr", "bearer", "hsr_" + "a" * 300, "hsr_\ud800", "hsr_é", "HSR_abc"])
def test_what_cannot_be_ours_has_no_digest(token: str) -> None:
    assert digest_refresh_token(token) is None
