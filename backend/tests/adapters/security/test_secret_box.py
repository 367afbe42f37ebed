"""Encryption at rest: bound to its purpose, rotated without loss, silent when tampered with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.ids import SystemIds
from app.adapters.security.secret_box import SecretBox, SecretUnreadable

OLD = "mXq3vB9sK1fR7tY5wE2uI8oP4aS6dG0hJzLxCnVb"
NEW = "Zr8Nw4Lk2Pq6Ty0Vb5Xc9Ms3Dg7Hj1FaQeUiOoWd"


def box(*secrets: str) -> SecretBox:
    return SecretBox(secrets or (OLD,), SystemIds())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(max_size=40, alphabet="ab:-1\u00e9"))
def test_what_was_sealed_is_opened_with_the_same_context(text: str, context: str) -> None:
    assert box().open(box().seal(text, context=context), context=context) == text


def test_the_text_does_not_show_and_two_seals_differ() -> None:
    one, other = (box().seal("ghp_secret", context="repo:1") for _ in range(2))
    assert "ghp_secret" not in one
    assert one != other


def test_a_sealed_text_moved_to_another_row_is_unreadable() -> None:
    with pytest.raises(SecretUnreadable):
        box().open(box().seal("token", context="repo:1"), context="repo:2")


def test_rotation_opens_old_texts_and_says_that_they_are_old() -> None:
    sealed = box(OLD).seal("token", context="repo:1")
    rotated = box(NEW, OLD)
    assert rotated.open(sealed, context="repo:1") == "token"
    assert rotated.is_outdated(sealed)
    assert not rotated.is_outdated(rotated.seal("token", context="repo:1"))


def test_without_the_old_secret_the_text_is_unreadable() -> None:
    with pytest.raises(SecretUnreadable):
        box(NEW).open(box(OLD).seal("token", context="repo:1"), context="repo:1")


def test_any_changed_character_is_noticed() -> None:
    sealed = box().seal("token", context="repo:1")
    for place in range(len(sealed) - 2):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(SecretUnreadable):
            box().open(changed, context="repo:1")


@pytest.mark.parametrize(
    "sealed", ["", ".", "v1", "v1.", "v1..", "v2.aaaaaaaa.AAAA", "v1.00000000.!!", "plain text", "é"]
)
def test_anything_else_is_unreadable(sealed: str) -> None:
    with pytest.raises(SecretUnreadable):
        box().open(sealed, context="repo:1")


def test_a_short_body_under_a_known_key_is_unreadable() -> None:
    key = box().seal("x", context="c").split(".")[1]
    for body in ("", "AAAA", "====", "é"):
        with pytest.raises(SecretUnreadable):
            box().open(f"v1.{key}.{body}", context="c")
