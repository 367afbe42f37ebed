"""What goes in and out of `/users`."""

from typing import Annotated, Any

from fastapi import Body
from pydantic import BeforeValidator, ConfigDict

from app.schemas.base import check_storable
from app.services.auth.schemas import DisplayName, Password, WithPassword


class ProfileIn(WithPassword):
    """What a user may change about himself; what is left out stays. A new password ends every session."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"display_name": "Ann"}]})

    display_name: DisplayName | None = None
    current_password: Password | None = None
    new_password: Password | None = None


def _storable(data: Any) -> Any:
    check_storable(data)
    return data


# Free-form by nature: clients keep what they like, as one JSON object.
Preferences = Annotated[dict[str, Any], BeforeValidator(_storable), Body(max_length=200, examples=[{"theme": "dark"}])]
