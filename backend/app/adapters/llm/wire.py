"""The wire to a model's endpoint: bounded answers, no redirects, and no header that HiveSync did not mean to send."""

from collections.abc import AsyncIterator

import httpx2

from app.adapters.llm.port import AiProviderUnavailable

# The SDK adds headers about this machine and from its environment (OPENAI_ORG_ID and more); they stay here.
_SENT_HEADERS = frozenset({b"accept", b"authorization", b"connection", b"content-length", b"content-type", b"host"})
_SENT_HEADERS_KEYLESS = _SENT_HEADERS - {b"authorization"}


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Passes requests on to HTTP and stops reading an answer at `max_bytes`."""

    def __init__(self, *, max_bytes: int, send_key: bool) -> None:
        """Open a transport that takes nothing from the environment."""
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False)
        self._max_bytes = max_bytes
        self._headers = _SENT_HEADERS if send_key else _SENT_HEADERS_KEYLESS

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; AiProviderUnavailable when the answer is compressed unasked or announces too much."""
        raw = [(name, value) for name, value in request.headers.raw if name.lower() in self._headers]
        # A copy: the SDK finds its own marks on the original when the answer is there.
        sent = httpx2.Request(
            request.method,
            request.url,
            headers=[*raw, (b"accept-encoding", b"identity"), (b"user-agent", b"HiveSync")],
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await self._inner.handle_async_request(sent)
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        declared = response.headers.get("content-length", "0")
        if encoding not in {"", "identity"}:
            # Decompressing what nobody asked for would hand the size limit to the other side.
            await response.aclose()
            raise AiProviderUnavailable(
                "The AI provider compressed its answer although that was not accepted.", reason="answer_compressed"
            )
        if declared.isdigit() and int(declared) > self._max_bytes:
            await response.aclose()
            raise too_large(self._max_bytes)
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous transport must answer with an asynchronous stream")
        response.stream = _BoundedStream(response.stream, self._max_bytes)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    """Counts what goes by and stops at the limit."""

    def __init__(self, inner: httpx2.AsyncByteStream, max_bytes: int) -> None:
        self._inner = inner
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._inner:
            seen += len(chunk)
            if seen > self._max_bytes:
                raise too_large(self._max_bytes)
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def too_large(max_bytes: int) -> AiProviderUnavailable:
    """Say that the answer did not fit."""
    return AiProviderUnavailable(
        f"The AI provider's answer is larger than the {max_bytes:,} bytes HiveSync accepts.",
        reason="answer_too_large",
        max_bytes=max_bytes,
    )
