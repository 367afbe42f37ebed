"""Addresses of repositories: what people type becomes a RemoteUrl, or is refused with a reason they can act on."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NoReturn
from urllib.parse import unquote

from app.adapters.git.addresses import EgressPolicy, check_resolved_addresses
from app.adapters.git.errors import RepoUrlRefused

_LONGEST_URL: Final = 2048
_DEFAULT_PORTS: Final = {"https": 443, "http": 80, "ssh": 22}

_HELPER = re.compile(r"\s*[A-Za-z0-9+.\-]*::")
_WITH_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://(.*)", re.DOTALL)
_SCP_LIKE = re.compile(r"(?:([^@/:\[\]]+)@)?([^@/:\[\]]+|\[[^\]]*\]):(?!//)(.+)")
_AUTHORITY = re.compile(r"(?:(.*)@)?(\[[^\]]*\]|[^:\[\]@]*)(?::(.*))?")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class RemoteUrl:
    """A checked address. `scheme` is https, http, ssh or file; `port` is None for the usual one.

    An ssh path without a leading slash is relative to the user's home, as in `git@host:path`.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    username: str | None = None

    @property
    def display(self) -> str:
        """The address as people know it; it never holds a secret. Git understands it too."""
        if self.scheme == "file":
            return self.path
        user = f"{self.username}@" if self.username else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if not self.path.startswith("/"):
            return f"{user}{host}:{self.path}"
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{host}{port}{self.path}"

    @property
    def origin(self) -> str:
        """Host and port as git spells them in its question for a password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


def parse_remote_url(
    text: str, *, allow_local: bool = False, allowed_private_hosts: frozenset[str] = frozenset()
) -> RemoteUrl:
    """Parse and check an address without asking the network; RepoUrlRefused says what to do instead."""
    policy = EgressPolicy(allow_loopback=allow_local, allowed_private_hosts=allowed_private_hosts)
    text = text.strip(" ")
    _check_characters(text)
    if _HELPER.match(text):
        _refuse("Remote helpers such as ext:: and fd:: are not allowed. Use an https:// or ssh:// address.")
    if found := _WITH_SCHEME.fullmatch(text):
        return _with_scheme(found[1].lower(), found[2], policy)
    if text.startswith("/"):
        return _local(text, policy)
    if (found := _SCP_LIKE.fullmatch(text)) and found[2].lower() not in (*_DEFAULT_PORTS, "file"):
        return _ssh(user=found[1], host=found[2], port=None, path=found[3], policy=policy)
    raise RepoUrlRefused("That is no address of a Git repository. One looks like https://example.org/team/project.git.")


def _check_characters(text: str) -> None:
    if not text:
        _refuse("The address is empty.")
    if len(text) > _LONGEST_URL:
        _refuse(f"The address is longer than {_LONGEST_URL:,} characters.")
    if text.startswith("-"):
        _refuse("An address cannot begin with a dash.")
    if "\\" in text:
        _refuse("The address holds a backslash. Use slashes.")
    # Decoded twice: a proxy or server on the way may decode what another one already has.
    once = unquote(text)
    if any(_CONTROL.search(form) for form in (text, once, unquote(once))):
        _refuse("The address holds control characters, plain or percent-encoded.")
    if " " in text and not text.startswith("/"):
        _refuse("The address holds a blank. Write %20 if the repository's name has one.")


def _with_scheme(scheme: str, rest: str, policy: EgressPolicy) -> RemoteUrl:
    if scheme == "file":
        host, slash, path = rest.partition("/")
        if host not in ("", "localhost"):
            _refuse("A file: address cannot name another machine.")
        return _local(unquote(slash + path), policy)
    if scheme not in _DEFAULT_PORTS:
        _refuse(f"Addresses beginning with {scheme}:// are not supported. Use https:// or ssh://.")
    authority, slash, path = rest.partition("/")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        _refuse("The part between // and the next slash is not a host name.")
    user, host, port = found[1], found[2], _port(found[3], scheme)
    if scheme == "ssh":
        return _ssh(user=user, host=host, port=port, path=slash + path, policy=policy)
    if user is not None:
        _refuse("Do not put a user name, password or token into the address: give them in the credentials fields.")
    host = _check_host(host, policy)
    if scheme == "http" and not policy.may_speak_http(host):
        _refuse("http:// is not encrypted. Use https:// instead.")
    return RemoteUrl(scheme=scheme, host=host, port=port, path=_check_path(slash + path))


def _ssh(*, user: str | None, host: str, port: int | None, path: str, policy: EgressPolicy) -> RemoteUrl:
    if user is not None and ":" in user:
        _refuse("Do not put a password into the address: give a private key in the credentials fields.")
    if user is not None and not _USER.fullmatch(user):
        _refuse("The user name before the @ may hold letters, digits, dots, dashes and underscores only.")
    return RemoteUrl(scheme="ssh", host=_check_host(host, policy), port=port, path=_check_path(path), username=user)


def _local(path: str, policy: EgressPolicy) -> RemoteUrl:
    if not policy.allow_loopback:
        _refuse("Folders of the server cannot be connected. Use an https:// or ssh:// address.")
    return RemoteUrl(scheme="file", host="", port=None, path=_check_path(path))


def _port(text: str | None, scheme: str) -> int | None:
    if text is None or text == "":
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > 65535:
        _refuse("The port must be a number from 1 to 65535.")
    return None if int(text) == _DEFAULT_PORTS[scheme] else int(text)


def _check_host(host: str, policy: EgressPolicy) -> str:
    if not host:
        _refuse("The address names no host.")
    if not host.isascii():
        _refuse("The host name must be plain ASCII; write an international name in its xn-- form.")
    literal = _address_literal(host)
    if literal is not None:
        check_resolved_addresses(str(literal), [str(literal)], policy)
        return str(literal)
    host = host.lower()
    if len(host) > 253 or not _NAME.fullmatch(host):
        _refuse("That is not a host name.")
    if host != "localhost" and not host.endswith(".localhost"):
        return host
    if not policy.permits(host, IPv4Address("127.0.0.1")):
        _refuse("HiveSync does not connect to itself. Use the address of a public Git server.")
    return host


def _address_literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        if host.startswith("["):
            if "%" in host:
                _refuse("An IPv6 address with a zone cannot be connected.")
            return IPv6Address(host[1:-1])
        # Only the one canonical spelling: 127.1, 0x7f.1, 2130706433 and 0177.0.0.1 are all loopback to a resolver.
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return IPv4Address(host)
    except ValueError:
        _refuse("Write an IP address in its usual form: four decimal numbers, or IPv6 in square brackets.")
    return None


def _check_path(path: str) -> str:
    decoded = unquote(path)
    if "?" in path or "#" in path:
        _refuse("The address of a repository has no ? and no #.")
    if decoded.strip("/") == "":
        _refuse("The address names a host but no repository.")
    if decoded.startswith("-") or "\\" in decoded or "\0" in decoded:
        _refuse("The repository's path cannot begin with a dash or hold a backslash.")
    if any(segment in (".", "..") for segment in decoded.split("/")):
        _refuse("The repository's path cannot hold . or .. as a folder.")
    return path


def _refuse(reason: str) -> NoReturn:
    raise RepoUrlRefused(reason)
