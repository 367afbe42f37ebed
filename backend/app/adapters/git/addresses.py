"""Which network addresses HiveSync may connect to: an own table, because the standard library's is out of date."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from app.adapters.git.errors import RepoUrlRefused

Address = IPv4Address | IPv6Address

# IANA's special-purpose registry, and what clouds keep for themselves.
_CLOSED_V4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host services
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# All of global unicast; what is outside (loopback, mapped, NAT64, unique local, link-local, multicast) is closed.
_OPEN_V6: Final = IPv6Network("2000::/3")
_CLOSED_V6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What is open besides public addresses, as the operator said.

    `allowed_private_hosts` holds names, addresses and networks ("10.1.0.0/16"); `allow_loopback` is for a
    developer's machine.
    """

    allow_loopback: bool = False
    allowed_private_hosts: frozenset[str] = frozenset()

    def permits(self, host: str, address: Address) -> bool:
        """Say whether a host may be reached at this address."""
        return is_public(address) or self._named(host) or self._in_a_network(address) or self._own(host, address)

    def may_speak_http(self, host: str) -> bool:
        """Say whether a host may be spoken to without encryption."""
        if self._named(host) or (self.allow_loopback and is_loopback_name(host)):
            return True
        with suppress(ValueError):
            return self._in_a_network(ip_address(host))
        return False

    def _named(self, host: str) -> bool:
        return host.lower() in (name.lower() for name in self.allowed_private_hosts)

    def _own(self, host: str, address: Address) -> bool:
        return self.allow_loopback and address.is_loopback and is_loopback_name(host)

    def _in_a_network(self, address: Address) -> bool:
        return any(address in ip_network(text, strict=False) for text in self.allowed_private_hosts if "/" in text)


def is_public(address: Address) -> bool:
    """Say whether an address is on the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


def is_loopback_name(host: str) -> bool:
    """Say whether a host names this very machine, in one of the three spellings people use."""
    return host.lower() in ("localhost", "127.0.0.1", "::1")


def check_resolved_addresses(host: str, addresses: Iterable[str], policy: EgressPolicy) -> list[Address]:
    """Return the addresses a name resolved to, or raise RepoUrlRefused when there is any that is not open.

    One closed answer refuses the name: whoever controls it could serve that answer at the next question.
    """
    found = [ip_address(text.partition("%")[0]) for text in addresses]
    if not found or not all(policy.permits(host, address) for address in found):
        raise RepoUrlRefused(
            f"HiveSync does not connect to {host}: it is not on the public internet. "
            "The operator can allow a private host by name.",
            host=host,
        )
    return found
