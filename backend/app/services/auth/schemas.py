"""What goes in and out of `/auth`."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, StringConstraints

from app.core.actor import ClientKind
from app.schemas.base import In, Moment, Out
from app.services.auth.emails import Email

# Long enough for every password that is accepted; what is longer is refused before it costs anything.
Password = Annotated[SecretStr, Field(max_length=256, examples=["a short sentence is a good one"])]


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be shown")
    return text


DisplayName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printable),
    Field(examples=["Ann"]),
]
Client = Annotated[ClientKind, Field(description="The program that logs in; it decides what that program may ask for.")]


RefreshPlace = Annotated[
    Literal["body", "cookie"],
    Field(description="Where the refresh token comes: in the answer, or in a cookie that scripts cannot read."),
]


class WithPassword(In):
    """A body with a password: blanks around it belong to it."""

    model_config = ConfigDict(str_strip_whitespace=False)


class RegisterIn(WithPassword):
    """A new account. The first one of an installation is its administrator."""

    email: Email
    password: Password
    display_name: DisplayName
    client: Client = ClientKind.WEB
    refresh_in: RefreshPlace = "body"


class LoginIn(WithPassword):
    """An e-mail and its password."""

    email: Annotated[str, Field(max_length=320, examples=["ann@example.com"])]
    password: Password
    client: Client = ClientKind.WEB
    refresh_in: RefreshPlace = "body"


class RefreshIn(In):
    """The refresh token of the last answer. It works once. Browsers leave it out: theirs is in a cookie."""

    refresh_token: (
        Annotated[SecretStr, Field(max_length=200, examples=["the refresh_token of the last answer"])] | None
    ) = None


class UserOut(Out):
    """A person, as he sees himself."""

    id: UUID
    email: str
    display_name: str
    is_admin: bool
    created_at: Moment


class SessionOut(Out):
    """Somebody is logged in: send `access_token` as a bearer token, and renew it with `refresh_token`.

    `refresh_token` is null when it came as a cookie.
    """

    user: UserOut
    access_token: str
    refresh_token: str | None
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a scheme, not a secret
    expires_in: int
