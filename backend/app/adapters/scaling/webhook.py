"""The `webhook` driver: tells a function of the operator's, on whichever cloud, by a signed POST."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import orjson

from app.adapters.scaling.plain import NoScaling
from app.adapters.scaling.port import Change, Outcome, ScalingFailed
from app.core.clock import Clock
from app.core.guard import forbid_inside_scope

if TYPE_CHECKING:
    import httpx

_ATTEMPTS = 4
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Whom to tell, the secret that signs, how long all attempts together may take, and the pause before the second."""

    url: str
    secret: str
    timeout: timedelta
    first_pause: timedelta = timedelta(seconds=0.5)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Sign a body: HMAC-SHA256 of `timestamp.body`. The receiver refuses old timestamps, so nothing can be replayed."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


class WebhookScaling(NoScaling):
    """Sends each change once, however often it is repeated: the `Idempotency-Key` stays the same."""

    name = "webhook"
    is_slow = True

    def __init__(self, where: WebhookTarget, clock: Clock) -> None:
        """Nothing is connected before the first change."""
        self._where = where
        self._clock = clock

    async def apply(self, change: Change) -> Outcome:
        """Tell the function; ScalingFailed when it does not say 2xx in time."""
        import httpx  # noqa: PLC0415 - only this driver needs it, and it takes a while to load

        forbid_inside_scope("a webhook")
        body = orjson.dumps(
            {
                "id": change.id,
                "action": change.action,
                "queue": change.queue,
                "role": change.role,
                "workers_before": change.before,
                "workers": change.after,
                "replace": list(change.silent),
                "reason": change.reason,
            }
        )
        seconds = self._where.timeout.total_seconds()
        last = "it was never asked"
        try:
            async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False, timeout=seconds) as http:
                for attempt in range(_ATTEMPTS):
                    if attempt:
                        await asyncio.sleep(self._where.first_pause.total_seconds() * 2 ** (attempt - 1))
                    try:
                        status = await self._post(http, change.id, body)
                    except httpx.HTTPError as error:
                        last = f"{type(error).__name__}: {error}"[:200]
                        continue
                    if 200 <= status < 300:
                        return Outcome(done=True, note=f"The webhook answered {status}.")
                    last = f"it answered {status}"
                    if status not in _TRY_AGAIN:
                        break
        except TimeoutError as error:
            raise ScalingFailed(f"The webhook did not answer within {seconds:g} s ({last}).") from error
        raise ScalingFailed(f"The webhook took nothing on: {last}. See AUTOSCALER_WEBHOOK_URL.")

    async def close(self) -> None:
        """Nothing stays open."""

    async def _post(self, http: "httpx.AsyncClient", change_id: str, body: bytes) -> int:
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": change_id,
            "X-HiveSync-Timestamp": str(timestamp),
            "X-HiveSync-Signature": sign(self._where.secret, timestamp, body),
        }
        # The answer's body is not read; a redirect is an answer like any other, and not followed.
        async with http.stream("POST", self._where.url, content=body, headers=headers) as answer:
            return answer.status_code
