"""Where a request comes from, behind proxies that are trusted and proxies that are not."""

import pytest
from starlette.requests import HTTPConnection

from app.adapters.http.addresses import client_address

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::/48")


def connection(peer: str | None, *forwarded: str) -> HTTPConnection:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return HTTPConnection({"type": "http", "headers": headers, "client": (peer, 1) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("203.0.113.9", (), (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), PROXIES, "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), PROXIES, "198.51.100.1"),
        ("10.0.0.1", ("6.6.6.6, 198.51.100.1",), PROXIES, "198.51.100.1"),
        ("10.0.0.1", ("6.6.6.6, 198.51.100.1, 10.2.3.4",), PROXIES, "198.51.100.1"),
        ("10.0.0.1", ("6.6.6.6", "198.51.100.1"), PROXIES, "198.51.100.1"),
        ("10.0.0.1", ("10.9.9.9",), PROXIES, "10.9.9.9"),
        ("10.0.0.1", ("6.6.6.6, nonsense",), PROXIES, "10.0.0.1"),
        ("10.0.0.1", ("6.6.6.6, ",), PROXIES, "10.0.0.1"),
        ("2001:db8:ffff::1", ("2001:db8:1:2:3:4:5:6",), PROXIES, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", (), (), "203.0.113.9"),
        (None, ("198.51.100.1",), PROXIES, "unknown"),
        ("unix-socket", ("198.51.100.1",), PROXIES, "unknown"),
    ],
)
def test_only_trusted_proxies_are_believed(
    peer: str | None, forwarded: tuple[str, ...], trusted: tuple[str, ...], address: str
) -> None:
    assert client_address(connection(peer, *forwarded), trusted) == address


def test_one_customer_of_an_ipv6_provider_is_one_address() -> None:
    found = {client_address(connection(f"2001:db8:1:2::{host:x}"), ()) for host in range(1, 50)}
    assert len(found) == 1
