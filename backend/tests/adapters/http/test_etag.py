"""Whoever has the newest state is told so in no bytes."""

import pytest
from starlette.requests import Request

from app.adapters.http.etag import etagged
from app.schemas.base import Out


class State(Out):
    """Something that is polled."""

    number: int


def request(if_none_match: str | None = None) -> Request:
    headers = [] if if_none_match is None else [(b"if-none-match", if_none_match.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers})


TAG = etagged(request(), State(number=1)).headers["etag"]


def test_equal_states_have_equal_tags_and_others_do_not() -> None:
    assert etagged(request(), State(number=1)).headers["etag"] == TAG
    assert etagged(request(), State(number=2)).headers["etag"] != TAG


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"other", {TAG}', "*"])
def test_a_known_tag_is_not_modified(header: str) -> None:
    answer = etagged(request(header), State(number=1), headers={"Retry-After": "1"})
    assert (answer.status_code, answer.body, answer.headers["etag"]) == (304, b"", TAG)
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("header", [None, "", '"other"', TAG.strip('"'), f"{TAG}x"])
def test_any_other_tag_gets_the_state(header: str | None) -> None:
    answer = etagged(request(header), State(number=1))
    assert (answer.status_code, answer.body) == (200, b'{"number":1}')
    assert answer.headers["cache-control"] == "private, no-cache"
