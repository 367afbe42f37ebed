"""Which passwords are accepted."""

import pytest

from app.services.auth.errors import WeakPassword
from app.services.auth.password_policy import COMMONEST, SHORTEST, check_password

EMAIL = "long.name@example.com"
# "password" as a Japanese keyboard may type it.
FULL_WIDTH = "".join(chr(ord(char) + 0xFEE0) for char in "password")


@pytest.mark.parametrize(
    "password", ["x7!kd93k", "a short sentence", "пароль-длинный", "🐟🐠🐡🦈🐙🦑🦀🦞", " " * 3 + "lead and trail "]
)
def test_an_unusual_password_is_accepted(password: str) -> None:
    check_password(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "1234567",
        "password",
        "PassWord1",
        "qwertyuiop",
        "akatsuki",
        " password ",
        FULL_WIDTH,
        "x" * 257,
        "aaaaaaaaaaaa",
        EMAIL,
        EMAIL.upper(),
        "long.name",
        "Long.Name",
    ],
)
def test_an_obvious_password_is_refused_with_a_reason(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(password, email=EMAIL)
    assert refused.value.message.endswith(".")


def test_the_list_holds_what_length_alone_would_let_through() -> None:
    assert len(COMMONEST) >= 3000
    assert all(len(word) >= SHORTEST and word == word.casefold() for word in COMMONEST)
