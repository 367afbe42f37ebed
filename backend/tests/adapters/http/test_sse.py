"""Events as the wire wants them."""

import json
from collections.abc import AsyncGenerator

from app.adapters.http.sse import Beat, SentEvent, event_stream


def test_data_of_several_lines_stays_inside_its_event() -> None:
    event = SentEvent("note", "one\ntwo\r\nevent: forged", id="7")
    assert event.encode() == b"id: 7\nevent: note\ndata: one\ndata: two\ndata: event: forged\n\n"


def test_a_line_ends_where_clients_think_it_does() -> None:
    # JSON escapes none of these, and a client that joins two pieces with a line feed could not read it any more.
    data = json.dumps({"path": "a\u2028b\u2029c\x85d\x7fe"}, ensure_ascii=False)
    assert SentEvent("note", data).encode() == f"event: note\ndata: {data}\n\n".encode()


def test_empty_data_is_still_an_event() -> None:
    assert SentEvent("ready", "", retry_ms=5).encode() == b"retry: 5\nevent: ready\ndata: \n\n"


async def test_a_stream_that_is_left_closes_its_source() -> None:
    closed: list[bool] = []

    async def source() -> AsyncGenerator[SentEvent | Beat]:
        try:
            while True:
                yield Beat("1")
        finally:
            closed.append(True)

    answer = event_stream(source())
    body = aiter(answer.body_iterator)
    assert await anext(body) == b": beat\nid: 1\n\n"
    await body.aclose()  # type: ignore[attr-defined]
    assert closed == [True]
