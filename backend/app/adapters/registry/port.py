"""Which registry installs may reach, how much of it, and how a program inside a sandbox is led to it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_FORWARDER = Path(__file__).with_name("forward.cjs")
# Inside the sandbox; one name for the folder of the socket, one for the script.
SOCKET_FOLDER = "/build/registry"
FORWARDER_PLACE = "/build/forward.cjs"


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry of npm packages by its address, which ends in a slash.

    `may_be_private` says that the operator chose it, so that it may lie on his own network. `upstream` is the
    `host:port` of his own HTTP proxy, where machines reach the outside through one; that resolves names then.
    `certificates` is a file of further certificates to trust, for one that is signed by his own.
    """

    url: str
    may_be_private: bool = False
    upstream: str | None = None
    certificates: Path | None = None

    @property
    def host(self) -> str:
        """Its name, in lower case."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def port(self) -> int:
        """Its port."""
        url = urlsplit(self.url)
        return url.port or (443 if url.scheme == "https" else 80)

    @property
    def is_encrypted(self) -> bool:
        """Say whether it is spoken to by https."""
        return urlsplit(self.url).scheme == "https"


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """What one install may move: bytes both ways, connections at once, seconds that one may be silent."""

    max_bytes: int = 4 * 1024**3
    connections: int = 64
    idle_seconds: float = 60.0


def forwarder() -> Path:
    """Find the script that listens on a sandbox's loopback interface and leads to a socket file."""
    return _FORWARDER


def forwarded(node: str, *argv: str) -> tuple[str, ...]:
    """Put the forwarder before a program that speaks to HTTP proxies, which is told of it by npm's variables."""
    return (node, FORWARDER_PLACE, f"{SOCKET_FOLDER}/socket", *argv)
