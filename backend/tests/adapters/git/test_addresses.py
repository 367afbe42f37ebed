"""Which addresses are open, and that one closed answer closes a name."""

from ipaddress import ip_address

import pytest

from app.adapters.git.addresses import EgressPolicy, check_resolved_addresses, is_public
from app.adapters.git.errors import RepoUrlRefused

CLOSED = [
    *("0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1"),
    *("127.255.255.255", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"),
    *("198.18.0.0", "198.19.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255"),
    *("::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1"),
    *("2001::1", "2001:1ff::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1", "fc00::1"),
    *("fdff::1", "fe80::1", "fec0::1", "ff00::1", "ff02::1"),
]
OPEN = [
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *(
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
    ),
    *("2001:200::1", "2400:cb00::1", "2606:4700:4700::1111", "2a00:1450::1", "223.255.255.255", "3ffe::1"),
]


@pytest.mark.parametrize("text", CLOSED)
def test_a_special_address_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", OPEN)
def test_an_address_beside_the_special_ones_is_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    policy = EgressPolicy()
    assert len(check_resolved_addresses("example.org", ["8.8.8.8", "2606:4700::1"], policy)) == 2
    with pytest.raises(RepoUrlRefused, match="not on the public internet"):
        check_resolved_addresses("example.org", ["8.8.8.8", "127.0.0.1"], policy)


def test_no_answer_refuses_the_name() -> None:
    with pytest.raises(RepoUrlRefused):
        check_resolved_addresses("example.org", [], EgressPolicy())


def test_the_refusal_does_not_tell_what_the_name_resolved_to() -> None:
    with pytest.raises(RepoUrlRefused) as refusal:
        check_resolved_addresses("example.org", ["10.20.30.40"], EgressPolicy())
    assert "10.20.30.40" not in f"{refusal.value.message} {refusal.value.details}"


def test_loopback_is_open_to_developers_under_its_own_names_only() -> None:
    policy = EgressPolicy(allow_loopback=True)
    assert policy.permits("localhost", ip_address("127.0.0.1"))
    assert not policy.permits("localhost", ip_address("10.0.0.1"))
    assert not policy.permits("rebind.example.org", ip_address("127.0.0.1"))


def test_the_operator_may_open_a_private_network() -> None:
    policy = EgressPolicy(allowed_private_hosts=frozenset({"10.1.2.3/16", "fd00::/8", "Git.Intern"}))
    assert policy.permits("git.example.org", ip_address("10.1.2.3"))
    assert policy.permits("git.example.org", ip_address("fd00::5"))
    assert policy.may_speak_http("10.1.2.3")
    assert policy.permits("git.intern", ip_address("192.168.1.1"))
    assert not policy.permits("git.example.org", ip_address("10.2.0.1"))
    assert not policy.may_speak_http("git.example.org")
