"""How git reaches one remote: through the checking proxy or a pinned ssh, with credentials nobody else can read."""

import asyncio
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.adapters.git.addresses import EgressPolicy
from app.adapters.git.egress import EgressProxy, Resolver, resolve_checked
from app.adapters.git.errors import RepoUrlRefused
from app.adapters.git.port import Credentials
from app.adapters.git.settings import GitSettings
from app.adapters.git.urls import RemoteUrl
from app.core.errors import AppError

# Tokens of GitHub, GitLab and Gitea do not care about the user name, but it must not be empty.
_ANY_USER: Final = "x-access-token"

# Git asks "Username for 'https://host': ", then "Password for 'https://user@host': ". After a redirect it asks
# with the new host's name: credentials are for the one host they were given for.
_ASKPASS: Final = r"""#!/bin/sh
asked=${1#*\'}
asked=${asked%\'*}
asked=${asked#*://}
asked=${asked##*@}
[ "$asked" = "$HIVESYNC_GIT_ORIGIN" ] || exit 1
case $1 in
Username*) printf '%s\n' "$HIVESYNC_GIT_USERNAME" ;;
Password*) printf '%s\n' "$HIVESYNC_GIT_PASSWORD" ;;
*) exit 1 ;;
esac
"""

_SSH_OPTIONS: Final = (
    *("BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=accept-new", "GlobalKnownHostsFile=/dev/null"),
    *("UpdateHostKeys=no", "ClearAllForwardings=yes", "ForwardAgent=no", "IdentityAgent=none", "RequestTTY=no"),
    *("PermitLocalCommand=no", "ProxyCommand=none", "ControlMaster=no", "ControlPath=none", "CanonicalizeHostname=no"),
    *("ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4"),
)


@dataclass(frozen=True, slots=True)
class RemoteAccess:
    """What a git command needs to talk to one remote."""

    url: str
    config: tuple[tuple[str, str], ...]
    variables: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    proxy: EgressProxy | None = None
    # Git notes here what it says in its own protocol; without a note it fell back to copying files over http.
    packets: Path | None = None

    @property
    def problem(self) -> AppError | None:
        """Why the proxy refused a hop, when it did."""
        return self.proxy.problem if self.proxy is not None else None


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides over every connection."""

    settings: GitSettings
    resolver: Resolver

    @property
    def policy(self) -> EgressPolicy:
        """Which addresses are open."""
        return EgressPolicy(self.settings.allow_local, self.settings.allowed_private_hosts)

    @asynccontextmanager
    async def open(
        self, remote: RemoteUrl, credentials: Credentials | None, *, home: Path, known_hosts: Path, secret: str
    ) -> AsyncIterator[RemoteAccess]:
        """Prepare access to a remote; `home` is private to this operation, `secret` guards its proxy.

        RepoUrlRefused, RepoUnreachable.
        """
        credentials = credentials or Credentials()
        if remote.scheme == "file":
            yield await asyncio.to_thread(self._local, remote, home)
        elif remote.scheme == "ssh":
            yield await self._ssh(remote, credentials, home=home, known_hosts=known_hosts)
        else:
            async with EgressProxy(self.policy, self.resolver, secret) as proxy:
                yield await asyncio.to_thread(self._http, remote, credentials, home, proxy)

    def _local(self, remote: RemoteUrl, home: Path) -> RemoteAccess:
        path = Path(remote.path).resolve()
        data = self.settings.data_dir.resolve()
        if not self.settings.allow_local or path == data or data in path.parents:
            raise RepoUrlRefused("That folder cannot be connected.")
        # The serving side drops configuration from the environment; a developer's checkout may belong to anybody.
        config = home / "gitconfig"
        config.write_text("[safe]\n\tdirectory = *\n", encoding="ascii")
        return RemoteAccess(
            url=str(path),
            config=(),
            variables={"GIT_ALLOW_PROTOCOL": "file", "GIT_CONFIG_GLOBAL": str(config)},
            secrets=(),
        )

    def _http(self, remote: RemoteUrl, credentials: Credentials, home: Path, proxy: EgressProxy) -> RemoteAccess:
        config = [("http.proxy", proxy.url), ("http.proxyAuthMethod", "basic")]
        if self.settings.ca_file is not None:
            config.append(("http.sslCAInfo", str(self.settings.ca_file)))
        packets = home / "packets"
        variables = {
            "GIT_ALLOW_PROTOCOL": "https" if remote.scheme == "https" else "http:https",
            "GIT_TRACE_PACKET": str(packets),
        }
        if credentials.password:
            askpass = home / "askpass"
            askpass.write_text(_ASKPASS, encoding="ascii")
            askpass.chmod(0o700)
            variables |= {
                "GIT_ASKPASS": str(askpass),
                "HIVESYNC_GIT_ORIGIN": remote.origin,
                "HIVESYNC_GIT_USERNAME": credentials.username or _ANY_USER,
                "HIVESYNC_GIT_PASSWORD": credentials.password,
            }
        secrets = tuple(filter(None, (credentials.password, quote(credentials.password, safe=""))))
        return RemoteAccess(remote.display, tuple(config), variables, secrets, proxy, packets)

    async def _ssh(self, remote: RemoteUrl, credentials: Credentials, *, home: Path, known_hosts: Path) -> RemoteAccess:
        addresses = await resolve_checked(remote.host, remote.port or 22, resolver=self.resolver, policy=self.policy)
        key = await asyncio.to_thread(_prepare_ssh, home, known_hosts, credentials.private_key)
        # The checked address is the one that is dialled; the host's key is still looked up by its name.
        pinned = (
            f"HostName={addresses[0]}",
            f"HostKeyAlias={remote.host}",
            f"User={remote.username or credentials.username or 'git'}",
            f"UserKnownHostsFile={_config_word(known_hosts)}",
            f"IdentityFile={_config_word(key)}" if key else "IdentityFile=none",
        )
        options = [word for option in (*pinned, *_SSH_OPTIONS) for word in ("-o", option)]
        command = shlex.join([self.settings.ssh_executable, "-F", "/dev/null", *options])
        variables = {"GIT_ALLOW_PROTOCOL": "ssh", "GIT_SSH_COMMAND": command, "GIT_SSH_VARIANT": "ssh"}
        return RemoteAccess(remote.display, (), variables, (credentials.private_key,) if key else ())


def _prepare_ssh(home: Path, known_hosts: Path, private_key: str) -> Path | None:
    known_hosts.parent.mkdir(parents=True, exist_ok=True)
    if not private_key:
        return None
    key = home / "key"
    key.touch(mode=0o600)
    key.write_text(f"{private_key.strip()}\n".replace("\r\n", "\n"), encoding="utf-8")
    return key


def _config_word(path: Path) -> str:
    """A path as a value in ssh's configuration language, where blanks separate and percent signs mean something."""
    return '"' + str(path).replace("%", "%%") + '"'
