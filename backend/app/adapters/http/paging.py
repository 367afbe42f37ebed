"""Pages of lists, as two query parameters of a route."""

from typing import Annotated

from fastapi import Query

from app.schemas.paging import LONGEST_CURSOR, PageQuery


def page_query(
    limit: Annotated[int, Query(ge=1, le=200, description="How many items at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before.")
    ] = None,
) -> PageQuery:
    """Read the two query parameters."""
    return PageQuery(limit=limit, cursor=cursor)
