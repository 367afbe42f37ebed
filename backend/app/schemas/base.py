"""The two bases of every wire shape: what comes in and what goes out."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, field_validator


class In(BaseModel):
    """A request body: unknown fields are refused, surrounding blanks are cut."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _can_be_stored(cls, value: Any) -> Any:
        """Refuse NUL: no database keeps it in text, and a 500 would say so too late."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("text cannot hold NUL characters")
        return value


class Out(BaseModel):
    """An answer: built from attributes of rows or values."""

    model_config = ConfigDict(from_attributes=True)


def _with_z(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_with_z, return_type=str, when_used="json")]
