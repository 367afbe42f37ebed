"""Hostile and honest addresses of repositories."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.git.errors import RepoUrlRefused
from app.adapters.git.urls import RemoteUrl, parse_remote_url

HOSTILE = [
    # options and helpers
    "--upload-pack=touch /tmp/x",
    "-oProxyCommand=x",
    "  --upload-pack=x",
    "ext::sh -c touch% /tmp/x",
    "EXT::sh",
    "eXt::sh -c id",
    "fd::17",
    "Fd::17/foo",
    "http::https://example.org/a/b",
    "transport::x",
    " ext::x",
    # schemes
    "git://example.org/a.git",
    "ftp://example.org/a.git",
    "rsync://example.org/a",
    "javascript://example.org/a",
    "gopher://example.org/a",
    "file:///etc",
    "FILE:///etc",
    "file://localhost/etc",
    "file://other/etc",
    "/etc",
    "git+ssh://example.org/a",
    "http://example.org/a.git",
    "HTTP://EXAMPLE.org/a.git",
    # shapes
    "",
    "   ",
    "https://",
    "https:///a",
    "https://example.org",
    "https://example.org/",
    "https://example.org//",
    "https://exa mple.org/a",
    "https://example.org/a b",
    "https://example.org\\@127.0.0.1/a",
    "https://example.org/a?service=x",
    "https://example.org/a#b",
    "https://example.org/../../a",
    "https://example.org/%2e%2e/a",
    "https://example.org:0/a",
    "https://example.org:70000/a",
    "https://example.org:٨٠/a",
    "https://example.org:+80/a",
    "https://example..org/a",
    "https://-example.org/a",
    "https://example.org./a",
    "https://exämple.org/a",
    "https://" + "a" * 3000,
    "example.org/a.git",
    "../other",
    "./other",
    "https:/example.org/a",
    # control characters, plain and encoded
    "https://example.org/a\r\nHost: x",
    "https://example.org/a\x00b",
    "https://example.org/a%0d%0ab",
    "https://example.org/a%0Ab",
    "https://example.org/a%00",
    "https://example.org/a%250ab",
    "https://example.org%0d%0a/a",
    "https://example.org/\u2028a",
    "https://example.org/a\x7f",
    # credentials
    "https://user:secret@example.org/a",
    "https://ghp_token@example.org/a",
    "https://:secret@example.org/a",
    "https://@example.org/a",
    "ssh://git:secret@example.org/a",
    # addresses that are not public
    "https://localhost/a",
    "https://LOCALHOST/a",
    "https://a.localhost/a",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://0x7f000001/a",
    "https://0177.0.0.1/a",
    "https://127.0.0.1./a",
    "https://①②⑦.⓪.⓪.①/a",
    "https://127。0。0。1/a",
    "https://\uff11\uff12\uff17.0.0.1/a",
    "https://0.0.0.0/a",
    "https://0/a",
    "https://10.0.0.1/a",
    "https://100.64.0.1/a",
    "https://169.254.169.254/latest/meta-data",
    "https://168.63.129.16/a",
    "https://172.16.0.1/a",
    "https://172.31.255.255/a",
    "https://192.168.1.1/a",
    "https://192.0.0.1/a",
    "https://192.0.2.1/a",
    "https://192.88.99.1/a",
    "https://198.18.0.1/a",
    "https://203.0.113.7/a",
    "https://224.0.0.1/a",
    "https://255.255.255.255/a",
    "https://256.1.1.1/a",
    "https://1.2.3.4.5/a",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[::127.0.0.1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:8.8.8.8]/a",
    "https://[64:ff9b::a9fe:a9fe]/a",
    "https://[2002:7f00:1::]/a",
    "https://[2001::1]/a",
    "https://[2001:db8::1]/a",
    "https://[3fff::1]/a",
    "https://[fc00::1]/a",
    "https://[fe80::1]/a",
    "https://[fe80::1%25eth0]/a",
    "https://[2606:4700::1111%25lo]/a",
    "https://[ff02::1]/a",
    "https://[fec0::1]/a",
    "https://[nonsense]/a",
    "https://[::1/a",
    "https://::1/a",
    # the same by ssh
    "git@127.0.0.1:a.git",
    "git@[::1]:a.git",
    "git@localhost:a",
    "ssh://git@10.0.0.1/a",
    "ssh://-oProxyCommand=x/a",
    "ssh://-oProxyCommand=x@example.org/a",
    "git@-oProxyCommand=x:a",
    "-l@example.org:a",
    "git@example.org:-oops",
    "git@example.org:../../etc",
    "ssh://git@example.org/",
    "a b@example.org:a",
    "$(id)@example.org:a",
]

HONEST = {
    "https://github.com/psf/requests.git": RemoteUrl("https", "github.com", None, "/psf/requests.git"),
    "  https://github.com/psf/requests  ": RemoteUrl("https", "github.com", None, "/psf/requests"),
    "HTTPS://GitHub.com/psf/requests": RemoteUrl("https", "github.com", None, "/psf/requests"),
    "https://example.org:443/a": RemoteUrl("https", "example.org", None, "/a"),
    "https://example.org:8443/a": RemoteUrl("https", "example.org", 8443, "/a"),
    "https://dev.azure.com/o/My%20Project/_git/r": RemoteUrl("https", "dev.azure.com", None, "/o/My%20Project/_git/r"),
    "https://xn--exmple-cua.org/a": RemoteUrl("https", "xn--exmple-cua.org", None, "/a"),
    "https://8.8.8.8/a": RemoteUrl("https", "8.8.8.8", None, "/a"),
    "https://[2606:4700:4700::1111]/a": RemoteUrl("https", "2606:4700:4700::1111", None, "/a"),
    "git@github.com:psf/requests.git": RemoteUrl("ssh", "github.com", None, "psf/requests.git", "git"),
    "github.com:psf/requests.git": RemoteUrl("ssh", "github.com", None, "psf/requests.git"),
    "git@example.org:/srv/a": RemoteUrl("ssh", "example.org", None, "/srv/a", "git"),
    "ssh://git@example.org:2222/a/b": RemoteUrl("ssh", "example.org", 2222, "/a/b", "git"),
    "ssh://git@example.org/~me/b": RemoteUrl("ssh", "example.org", None, "/~me/b", "git"),
}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(RepoUrlRefused) as refusal:
        parse_remote_url(text)
    assert refusal.value.code == "REPO_URL_REFUSED"
    assert refusal.value.message.endswith(".")
    assert "secret" not in refusal.value.message
    assert "ghp_token" not in refusal.value.message


@pytest.mark.parametrize(("text", "expected"), HONEST.items())
def test_an_honest_address_is_understood(text: str, expected: RemoteUrl) -> None:
    assert parse_remote_url(text) == expected


@pytest.mark.parametrize("text", sorted(HONEST))
def test_what_is_displayed_means_the_same(text: str) -> None:
    remote = parse_remote_url(text)
    assert parse_remote_url(remote.display) == remote


def test_local_folders_are_for_developers_only(tmp_path: Path) -> None:
    for text in (str(tmp_path), f"file://{tmp_path}", f"file://localhost{tmp_path}"):
        remote = parse_remote_url(text, allow_local=True)
        assert (remote.scheme, remote.path, remote.display) == ("file", str(tmp_path), str(tmp_path))
        with pytest.raises(RepoUrlRefused, match="Folders of the server"):
            parse_remote_url(text)


@pytest.mark.parametrize(
    "text", ["/", "file:///", "/a/../b", "/a\nb", "file:///a%0ab", "file:///a/%2e%2e/b", "file://x/y"]
)
def test_odd_local_folders_are_refused_even_there(text: str) -> None:
    with pytest.raises(RepoUrlRefused):
        parse_remote_url(text, allow_local=True)


def test_a_local_folder_may_have_a_blank_in_its_name() -> None:
    assert parse_remote_url("/home/me/my project", allow_local=True).path == "/home/me/my project"


def test_this_machine_may_be_named_by_developers() -> None:
    assert parse_remote_url("http://localhost:8080/a", allow_local=True).origin == "localhost:8080"
    assert parse_remote_url("http://127.0.0.1:8080/a", allow_local=True).origin == "127.0.0.1:8080"
    for text in ("http://127.0.0.2/a", "http://10.0.0.1/a", "https://0.0.0.0/a", "https://127.1/a"):
        with pytest.raises(RepoUrlRefused):
            parse_remote_url(text, allow_local=True)


def test_a_private_host_named_by_the_operator_is_open() -> None:
    allowed = frozenset({"10.1.2.3", "git.intern", "fd00::1"})
    assert parse_remote_url("https://10.1.2.3/a", allowed_private_hosts=allowed).host == "10.1.2.3"
    assert parse_remote_url("http://GIT.intern/a", allowed_private_hosts=allowed).host == "git.intern"
    assert parse_remote_url("https://[fd00::1]/a", allowed_private_hosts=allowed).origin == "[fd00::1]"
    with pytest.raises(RepoUrlRefused):
        parse_remote_url("https://10.1.2.4/a", allowed_private_hosts=allowed)


@given(
    st.text(alphabet=string.printable + "①。é\u2028", max_size=60)
    | st.from_regex(r"(https|ssh|ext)?:{0,2}/{0,2}\S{0,40}")
)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        remote = parse_remote_url(text)
    except RepoUrlRefused:
        return
    assert remote.scheme in ("https", "ssh")
    assert not remote.display.startswith("-")
    assert remote.display.isprintable()
    assert parse_remote_url(remote.display) == remote
