"""Pages of lists: `?limit=` and `?cursor=` in, `items` and `next_cursor` out."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import Field

from app.core.paging import decode_cursor
from app.schemas.base import In, Out

T = TypeVar("T")

# An id takes 22 characters; the name of a worker on a machine with a long one takes most.
LONGEST_CURSOR = 500


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which page of a list."""

    limit: int = 50
    cursor: str | None = None

    @property
    def after(self) -> UUID | None:
        """The id after which the page starts, or None."""
        return decode_cursor(self.cursor) if self.cursor else None


class PageQueryIn(In):
    """The two query parameters, for endpoints that take all of theirs as one model."""

    limit: int = Field(default=50, ge=1, le=200, description="How many items at most.")
    cursor: str | None = Field(default=None, max_length=LONGEST_CURSOR, description="`next_cursor` of the page before.")

    @property
    def page(self) -> PageQuery:
        """Which page is wanted."""
        return PageQuery(limit=self.limit, cursor=self.cursor)


class PageOut(Out, Generic[T]):
    """Some items, newest first unless said otherwise, and where the next ones start."""

    items: list[T]
    next_cursor: str | None = None
