"""Settings of the command line's client side: which server, and where the session is kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Read once when a command starts."""

    server: str | None
    session_file: Path

    @property
    def folder(self) -> Path:
        """Where everything lies that the client side keeps."""
        return self.session_file.parent


def load_client_settings(env: Mapping[str, str] | None = None) -> ClientSettings:
    """Read `HIVESYNC_SERVER` and the folder for settings (`HIVESYNC_CONFIG_DIR`, else XDG's, else ~/.config)."""
    given = os.environ if env is None else env
    base = given.get("HIVESYNC_CONFIG_DIR")
    folder = Path(base) if base else Path(given.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "hivesync"
    return ClientSettings(server=given.get("HIVESYNC_SERVER") or None, session_file=folder / "session.json")


def process_environment(**extra: str) -> dict[str, str]:
    """Copy this process's environment for its own child processes, with some values set."""
    return {**os.environ, **extra}
