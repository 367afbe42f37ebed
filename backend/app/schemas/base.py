"""The two bases of every wire shape: what comes in and what goes out."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer


class In(BaseModel):
    """A request body: unknown fields are refused, surrounding blanks are cut."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(BaseModel):
    """An answer: built from attributes of rows or values."""

    model_config = ConfigDict(from_attributes=True)


def _with_z(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_with_z, return_type=str, when_used="json")]
