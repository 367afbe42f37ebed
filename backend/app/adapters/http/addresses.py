"""Where a request really comes from. `X-Forwarded-For` counts only as far as trusted proxies wrote it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

_UNKNOWN = "unknown"
# One customer of an IPv6 provider has at least a /64: counting single addresses would count nothing.
_IPV6_SITE = 64


def client_address(connection: HTTPConnection, trusted: Sequence[str]) -> str:
    """Name the client: its IPv4 address or IPv6 /64, the rightmost hop that is not a trusted proxy."""
    peer = connection.client.host if connection.client else ""
    hops = [hop for header in connection.headers.getlist("x-forwarded-for") for hop in header.split(",")]
    return _bucket(_rightmost_untrusted([*hops, peer], trusted))


def _rightmost_untrusted(hops: Sequence[str], trusted: Sequence[str]) -> IPv4Address | IPv6Address | None:
    networks = [ip_network(name, strict=False) for name in trusted]
    last: IPv4Address | IPv6Address | None = None
    for hop in reversed(hops):
        address = _parse(hop)
        if address is None:
            # What a trusted proxy wrote is unreadable: the proxy itself is the best we know.
            return last
        last = address
        if not any(address in network for network in networks):
            return address
    return last


def _parse(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop.strip().strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _bucket(address: IPv4Address | IPv6Address | None) -> str:
    if address is None:
        return _UNKNOWN
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), _IPV6_SITE), strict=False))
    return str(address)
