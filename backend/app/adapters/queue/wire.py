"""A message as it lies in Redis: Dramatiq's JSON, read field by field, because anybody may have put it there."""

import json
from typing import Any
from uuid import UUID

from app.adapters.queue.port import Message
from app.core.jobs import Queue

# The hash tag keeps every key of the engine's scripts in one slot of a Redis cluster.
NAMESPACE = "{hivesync}"
ACTOR = "run_job"
# Ours are about 400 bytes.
_LONGEST_BYTES = 4096
_UUID_LENGTH = 36


class MessageRefused(ValueError):
    """Those bytes are no message of ours."""


def encode(message: Message, delivery_id: UUID) -> bytes:
    """Write a message as Dramatiq would; `delivery_id` names this push, for every push is acknowledged apart."""
    fields = {
        "queue_name": message.queue.value,
        "actor_name": ACTOR,
        "args": [str(message.job_id), message.kind, message.correlation_id],
        "kwargs": {},
        "options": {"redis_message_id": str(delivery_id)},
        "message_id": str(delivery_id),
        # A version 7 id begins with the millisecond it was made in.
        "message_timestamp": delivery_id.int >> 80,
    }
    return json.dumps(fields, separators=(",", ":")).encode()


def decode(data: bytes, queue: Queue) -> tuple[Message, str]:
    """Read a message and its delivery id; MessageRefused for anything that `encode` does not write."""
    if len(data) > _LONGEST_BYTES:
        raise MessageRefused(f"{len(data)} bytes")
    try:
        fields: Any = json.loads(data)
        job_id, kind, correlation_id = fields["args"]
        delivery_id = fields["options"]["redis_message_id"]
        if fields["actor_name"] != ACTOR or fields["queue_name"] != queue.value or fields["kwargs"] != {}:
            raise MessageRefused("another actor, queue or arguments")
        if not all(isinstance(text, str) for text in (job_id, kind, correlation_id, delivery_id)):
            raise MessageRefused("arguments are not text")
        if len(job_id) != _UUID_LENGTH or len(delivery_id) > _UUID_LENGTH:
            raise MessageRefused("not an id")
        return Message(UUID(job_id), kind, queue, correlation_id), delivery_id
    except MessageRefused:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise MessageRefused(type(error).__name__) from error
