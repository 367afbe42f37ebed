"""The two bases of every wire shape: what comes in and what goes out."""

import math
import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, model_validator

# Deeper than any request of ours, far above the depth at which parsers and encoders of JSON give up.
_DEEPEST = 64
# As RFC 3339 has it, which is what the document promises: a bare date or a number could be meant in many ways.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class In(BaseModel):
    """A request body: unknown fields and text that no database keeps are refused, surrounding blanks are cut."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, data: Any) -> Any:
        check_storable(data)
        return data


def check_storable(data: Any) -> None:
    """Raise ValueError for JSON that cannot be kept: NUL, half characters, NaN and infinity, or nested too deeply."""
    level = [data]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list | tuple):
                below += value
            elif isinstance(value, str | float) and not _is_storable(value):
                raise ValueError("it holds a character or number that cannot be stored")
        if not below:
            return
        level = below
    raise ValueError("it is nested too deeply")


def _is_storable(value: str | float) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    # Surrogates come alone out of JSON such as "\ud800"; PostgreSQL stores neither them nor NUL.
    return "\0" not in value and (value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value))


class Out(BaseModel):
    """An answer: built from attributes of rows or values."""

    model_config = ConfigDict(from_attributes=True)


def moment_text(moment: datetime) -> str:
    """Write a moment as answers do: in UTC, with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(moment_text, return_type=str, when_used="json")]


def in_utc(moment: datetime) -> datetime:
    """Turn a moment into UTC, which one without a zone is in already; ValueError in the calendar's first or last year.

    Whoever reckons with it goes a little back or on, and must not leave the calendar.
    """
    try:
        there = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("it lies outside the calendar") from error
    if not MINYEAR < there.year < MAXYEAR:
        raise ValueError("it lies outside the calendar")
    return there


def _with_zone(value: Any) -> Any:
    if not isinstance(value, datetime) and not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        raise ValueError("it must be written as 2026-05-01T08:30:00Z")
    return value


MomentIn = Annotated[datetime, BeforeValidator(_with_zone), AfterValidator(in_utc)]
