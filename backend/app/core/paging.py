"""Cursors: an opaque place in an ordered list."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from app.core.errors import Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and where the next ones start; `next_cursor` is None at the end."""

    items: list[T]
    next_cursor: str | None


def encode_cursor(last_id: UUID) -> str:
    """Turn the last id of a page into a cursor."""
    return base64.urlsafe_b64encode(last_id.bytes).decode().rstrip("=")


def decode_cursor(cursor: str) -> UUID:
    """Turn a cursor back into an id; Invalid when it is not one of ours."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error) as error:
        raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor) from error


def encode_place(place: str) -> str:
    """Turn the last path (or other text) of a page into a cursor."""
    return base64.urlsafe_b64encode(place.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def decode_place(cursor: str) -> str:
    """Turn such a cursor back; Invalid when it is not one of ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor[:100]) from error


def cut_page(items: Iterable[T], place: Callable[[T], str], *, limit: int, cursor: str | None) -> Page[T]:
    """Cut a page out of a whole short list, in the order of its places, each of which names one item."""
    after = decode_place(cursor) if cursor else None
    rest = sorted((item for item in items if after is None or place(item) > after), key=place)
    return Page(rest[:limit], encode_place(place(rest[limit - 1])) if len(rest) > limit else None)
