"""A lean HTTP/1.1 load generator: so many keep-alive connections that send one request over and over.

    python -m benchmarks.sides.load PORT CONNECTIONS

Commands, a JSON line each: {"request": "GET …", "seconds": 2} → {"answers": 12345, "seconds": 2.0, "status": [200]}.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any, cast

import uvloop

_LENGTH = b"content-length:"


@dataclass(slots=True)
class Tally:
    """What one run counted."""

    request: bytes
    ends_at: float
    answers: int = 0
    status: set[int] = field(default_factory=set)


class Asker(asyncio.Protocol):
    """One connection: asks, reads the whole answer, asks again."""

    def __init__(self) -> None:
        """Ask nothing yet."""
        self._transport: asyncio.Transport | None = None
        self._data = b""
        self._tally: Tally | None = None
        self.done: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        # uvloop's are not declared as such.
        self._transport = cast("asyncio.Transport", transport)

    def run(self, tally: Tally) -> "asyncio.Future[None]":
        """Ask until the run's end."""
        self._tally = tally
        self.done = asyncio.get_running_loop().create_future()
        self._ask()
        return self.done

    def data_received(self, data: bytes) -> None:
        """Read; an answer with a declared length or without a body is all there is to understand."""
        self._data += data
        head, separator, rest = self._data.partition(b"\r\n\r\n")
        if not separator or len(rest) < _length_of(head):
            return
        tally = self._tally
        assert tally is not None
        assert self.done is not None
        self._data = b""
        tally.answers += 1
        tally.status.add(int(head[9:12]))
        if time.perf_counter() < tally.ends_at:
            self._ask()
        else:
            self.done.set_result(None)

    def close(self) -> None:
        """Hang up."""
        assert self._transport is not None
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that hangs up ends the run with an error."""
        if self.done is not None and not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the server hung up"))

    def _ask(self) -> None:
        assert self._transport is not None
        assert self._tally is not None
        self._transport.write(self._tally.request)


def _length_of(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(_LENGTH)
    return int(lowered[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def serve(port: int, connections: int) -> None:
    """Obey the driver until stdin closes. Every run has fresh connections: servers close those that lie idle."""
    loop = asyncio.get_running_loop()
    _say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        askers = [(await loop.create_connection(Asker, "127.0.0.1", port))[1] for _ in range(connections)]
        began = time.perf_counter()
        tally = Tally(command["request"].encode(), ends_at=began + command["seconds"])
        await asyncio.gather(*(asker.run(tally) for asker in askers))
        seconds = time.perf_counter() - began
        for asker in askers:
            asker.close()
        _say({"answers": tally.answers, "seconds": seconds, "status": sorted(tally.status)})


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
