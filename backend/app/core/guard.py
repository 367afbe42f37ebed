"""A tripwire: slow work inside an open transaction is a bug, found at once instead of under load."""

from contextvars import ContextVar, Token

_open_scopes: ContextVar[int] = ContextVar("hivesync_open_scopes", default=0)


class SlowWorkInsideScopeError(RuntimeError):
    """A slow adapter was called while a transaction was open."""


def scope_opened() -> Token[int]:
    """Note that this task now holds a transaction; give the token back to `scope_closed`."""
    return _open_scopes.set(_open_scopes.get() + 1)


def scope_closed(token: Token[int]) -> None:
    """Note that the transaction is over."""
    _open_scopes.reset(token)


def forbid_inside_scope(what: str) -> None:
    """Raise when a transaction is open in this task; slow adapters call this first."""
    if _open_scopes.get():
        raise SlowWorkInsideScopeError(f"{what} must not run while a transaction is open")
