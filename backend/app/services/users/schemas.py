"""What goes in and out of `/users`."""

from typing import Any

from pydantic import Field

from app.schemas.base import In, Moment, Out
from app.services.auth.schemas import DisplayName, Password, WithPassword


class ProfileIn(WithPassword):
    """What a user may change about himself; what is left out stays. A new password ends every session."""

    display_name: DisplayName | None = None
    current_password: Password | None = None
    new_password: Password | None = None


class PreferencesIn(In):
    """All preferences: what was there before is replaced."""

    values: dict[str, Any] = Field(max_length=200, examples=[{"theme": "dark"}])


class PreferencesOut(Out):
    """All preferences. `updated_at` is null while nothing was ever set."""

    values: dict[str, Any]
    updated_at: Moment | None
