"""What a kind of client may ask for, whoever uses it: phones show, tablets review, the rest may do everything."""

from enum import StrEnum

from app.core.actor import Actor, ClientKind
from app.services.auth.errors import ClientNotAllowed


class Capability(StrEnum):
    """Something that not every client may do."""

    ASK_AI = "ask_ai"
    CHANGE_CODE = "change_code"
    COMMENT = "comment"
    REQUEST_PREVIEW = "request_preview"


_EVERYTHING = frozenset(Capability)
_ALLOWED: dict[ClientKind, frozenset[Capability]] = {
    ClientKind.WEB: _EVERYTHING,
    ClientKind.DESKTOP: _EVERYTHING,
    ClientKind.CLI: _EVERYTHING,
    ClientKind.EDITOR: _EVERYTHING,
    ClientKind.IPAD: frozenset({Capability.COMMENT, Capability.REQUEST_PREVIEW}),
    ClientKind.PHONE: frozenset(),
}


def may(actor: Actor, capability: Capability) -> bool:
    """Say whether the actor's client may do that."""
    return capability in _ALLOWED[actor.client]


def require_client(actor: Actor, capability: Capability) -> None:
    """Raise ClientNotAllowed unless the actor's client may do that."""
    if not may(actor, capability):
        raise ClientNotAllowed(client=actor.client.value, capability=capability.value)
