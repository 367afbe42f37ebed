"""Remotes that try to reach what they should not, run what they should not, or learn what they should not."""

import asyncio
import base64
import os
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.addresses import EgressPolicy
from app.adapters.git.arguments import ArgumentRefused, git
from app.adapters.git.egress import EgressProxy, resolve_checked, system_resolver
from app.adapters.git.errors import RepoAuthFailed, RepoUnreachable, RepoUrlRefused
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.port import Credentials
from app.adapters.git.urls import RemoteUrl, parse_remote_url

from tests.fixtures.repos import GitServer, local_mirrors, make_repo, run_git

PROJECT = UUID(int=7)
SECRET = "s3cret-Token%40"
LOGIN = Credentials(username="ada", password=SECRET)

# Were the second address refused by the test harness and not by us, these tests would prove nothing.
pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2", "::1", "localhost"])

Servers = Callable[..., GitServer]


@pytest.fixture
def mirrors(tmp_path: Path) -> GitMirrors:
    return local_mirrors(tmp_path / "data")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = make_repo(tmp_path / "served" / "r", {"a.txt": "one\n"})
    run_git(repo, "config", "http.receivepack", "true")
    return repo


def on(server: GitServer, path: str = "/r/.git") -> RemoteUrl:
    return parse_remote_url(server.url + path, allow_local=True)


async def test_a_redirect_to_a_private_address_is_refused(git_server: Servers, mirrors: GitMirrors, repo: Path) -> None:
    outside, inside = git_server("127.0.0.1"), git_server("127.0.0.2")
    outside.redirects["/evil"] = f"{inside.url}/r/.git"
    with pytest.raises(RepoUrlRefused):
        await mirrors.writer().sync(PROJECT, on(outside, "/evil"))
    assert len(outside.seen) == 1
    assert inside.seen == []


async def test_that_private_address_would_have_answered(git_server: Servers, tmp_path: Path, repo: Path) -> None:
    outside, inside = git_server("127.0.0.1"), git_server("127.0.0.2")
    outside.redirects["/evil"] = f"{inside.url}/r/.git"
    found = await asyncio.to_thread(run_git, tmp_path, "ls-remote", f"{outside.url}/evil", "refs/heads/main")
    assert found.startswith(run_git(repo, "rev-parse", "HEAD"))
    assert len(inside.seen) > 0
    allowed = local_mirrors(tmp_path / "data2", allowed_private_hosts=frozenset({"127.0.0.2"}))
    assert (await allowed.writer().sync(PROJECT, on(outside, "/evil"))).head == run_git(repo, "rev-parse", "HEAD")


async def test_a_redirect_that_stays_outside_is_followed(git_server: Servers, mirrors: GitMirrors, repo: Path) -> None:
    server = git_server()
    server.redirects["/old"] = f"{server.url}/r/.git"
    result = await mirrors.writer().sync(PROJECT, on(server, "/old"))
    assert result.head == run_git(repo, "rev-parse", "HEAD")


@pytest.mark.parametrize("target", ["file:///etc", "ext::sh -c id", "ftp://127.0.0.1/x", "ssh://127.0.0.1/x"])
async def test_a_redirect_to_another_protocol_is_refused(
    git_server: Servers, mirrors: GitMirrors, repo: Path, target: str
) -> None:
    server = git_server()
    server.redirects["/odd"] = target
    with pytest.raises((RepoUrlRefused, RepoUnreachable)):
        await mirrors.writer().sync(PROJECT, on(server, "/odd"))


async def test_a_name_with_one_private_answer_is_never_dialled() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(RepoUrlRefused):
        await resolve_checked("rebind.example.org", 443, resolver=resolver, policy=EgressPolicy())


async def test_a_name_that_changes_its_mind_is_checked_at_every_dial(git_server: Servers) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    server = git_server("127.0.0.1")
    policy = EgressPolicy(allowed_private_hosts=frozenset({"127.0.0.1/32"}))

    async def resolver(host: str, port: int) -> list[str]:
        return answers.pop(0)

    async with EgressProxy(policy, resolver, "secret") as proxy:
        port = server.server_address[1]
        assert b"200" in await connect(proxy, f"flip.example.org:{port}")
        assert b"403" in await connect(proxy, f"flip.example.org:{port}")
        assert isinstance(proxy.problem, RepoUrlRefused)


async def connect(proxy: EgressProxy, target: str, secret: str = "secret") -> bytes:
    """Ask the proxy for a tunnel and return its first line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2]))
    login = base64.b64encode(f"hivesync:{secret}".encode()).decode()
    writer.write(f"CONNECT {target} HTTP/1.1\r\nProxy-Authorization: Basic {login}\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


@pytest.mark.parametrize(
    "target",
    ["127.0.0.1:80", "2130706433:80", "0x7f.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80", "169.254.169.254:80", "0:80"],
)
async def test_the_proxy_refuses_private_addresses_in_any_spelling(target: str) -> None:
    async with EgressProxy(EgressPolicy(), system_resolver, "secret") as proxy:
        assert (await connect(proxy, target)).startswith((b"HTTP/1.1 403", b"HTTP/1.1 502"))
        assert proxy.problem is not None


async def test_the_proxy_serves_nobody_else() -> None:
    async with EgressProxy(EgressPolicy(), system_resolver, "secret") as proxy:
        assert (await connect(proxy, "example.org:443", secret="guess")).startswith(b"HTTP/1.1 407")


@pytest.mark.parametrize("hostile", ["--upload-pack=touch {canary}", "-u touch {canary}", "ext::touch% {canary}"])
async def test_even_an_address_that_slipped_through_runs_nothing(
    mirrors: GitMirrors, tmp_path: Path, hostile: str
) -> None:
    canary = tmp_path / "canary"
    remote = RemoteUrl("https", "example.org", None, "/x")
    object.__setattr__(remote, "scheme", "file")
    object.__setattr__(remote, "path", hostile.format(canary=canary))
    with pytest.raises((ArgumentRefused, RepoUnreachable, RepoUrlRefused)):
        await mirrors.writer().sync(PROJECT, remote)
    assert not canary.exists()


def test_that_address_would_have_run_something(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    make_repo(tmp_path / "repo", {"a": "b"})
    subprocess.run(
        ["git", "-c", "protocol.ext.allow=always", "ls-remote", f"ext::touch {canary}"],
        check=False,
        capture_output=True,
    )
    assert canary.exists()


async def test_wrong_credentials_are_named_never_shown(git_server: Servers, mirrors: GitMirrors, repo: Path) -> None:
    server = git_server()
    server.login = ("ada", "another")
    for credentials in (LOGIN, None):
        with pytest.raises(RepoAuthFailed) as failure:
            await mirrors.writer().sync(PROJECT, on(server), credentials)
        assert SECRET not in f"{failure.value} {failure.value.details} {failure.value.__cause__!r}"
    assert SECRET not in repr(LOGIN)


async def test_right_credentials_open_a_private_repository(
    git_server: Servers, mirrors: GitMirrors, repo: Path, tmp_path: Path
) -> None:
    server = git_server()
    server.login = ("ada", SECRET)
    result = await mirrors.writer().sync(PROJECT, on(server), LOGIN)
    assert result.head == run_git(repo, "rev-parse", "HEAD")
    assert list((tmp_path / "data" / "tmp").iterdir()) == []
    written = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert SECRET.encode() not in written


async def test_credentials_are_on_no_command_line(git_server: Servers, tmp_path: Path, repo: Path) -> None:
    log = tmp_path / "argv"
    spy = tmp_path / "git"
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {log}\nexec git "$@"\n')
    spy.chmod(0o755)
    server = git_server()
    server.login = ("ada", SECRET)
    await local_mirrors(tmp_path / "data", git_executable=str(spy)).writer().sync(PROJECT, on(server), LOGIN)
    said = log.read_text()
    assert "fetch" in said
    assert SECRET not in said
    assert "ada" not in said


async def test_credentials_are_not_sent_to_where_a_redirect_leads(
    git_server: Servers, tmp_path: Path, repo: Path
) -> None:
    first, second = git_server("127.0.0.1"), git_server("127.0.0.2")
    second.login = ("ada", SECRET)
    first.redirects["/r"] = f"{second.url}/r"
    mirrors = local_mirrors(tmp_path / "data", allowed_private_hosts=frozenset({"127.0.0.2"}))
    with pytest.raises(RepoAuthFailed):
        await mirrors.writer().sync(PROJECT, on(first), LOGIN)
    assert len(second.seen) > 0
    assert [seen for seen in second.seen if "Authorization" in seen.headers] == []


async def test_the_machines_own_configuration_is_not_read(tmp_path: Path, repo: Path) -> None:
    canary = tmp_path / "canary"
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[core]\n\tsshCommand = touch {canary}\n[url "/nowhere/"]\n\tinsteadOf = /\n')
    old = os.environ.get("HOME", "")
    os.environ["HOME"] = str(home)
    try:
        result = (
            await local_mirrors(tmp_path / "data").writer().sync(PROJECT, parse_remote_url(str(repo), allow_local=True))
        )
    finally:
        os.environ["HOME"] = old
    assert result.head is not None
    assert not canary.exists()


async def test_hooks_of_a_mirror_never_run(mirrors: GitMirrors, tmp_path: Path, repo: Path) -> None:
    remote = parse_remote_url(str(repo), allow_local=True)
    result = await mirrors.writer().sync(PROJECT, remote)
    hooks = tmp_path / "data" / "repos" / str(PROJECT) / result.generation / "hooks"
    hooks.mkdir()
    canary = tmp_path / "canary"
    for name in ("reference-transaction", "post-update", "pre-auto-gc", "update"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {canary}\n")
        (hooks / name).chmod(0o755)
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "more")
    assert (await mirrors.writer().sync(PROJECT, remote)).generation == "g-000002.git"
    assert not canary.exists()


async def test_ssh_is_pinned_to_the_checked_address_and_reads_no_configuration(tmp_path: Path, repo: Path) -> None:
    log = tmp_path / "argv"
    spy = tmp_path / "ssh"
    # Stands in for ssh: notes how it was called and serves the repository itself.
    spy.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {log}\nfor key in "$@"; do case $key in IdentityFile=*)\n'
        f'  stat -c %a "$(echo "${{key#IdentityFile=}}" | tr -d \\")" >> {log} ;; esac; done\n'
        f"exec git upload-pack {repo}\n"
    )
    spy.chmod(0o755)
    mirrors = local_mirrors(tmp_path / "data", ssh_executable=str(spy))
    remote = parse_remote_url("git@localhost:team/r.git", allow_local=True)
    result = await mirrors.writer().sync(PROJECT, remote, Credentials(private_key="KEY"))
    said = log.read_text().splitlines()
    assert result.head == run_git(repo, "rev-parse", "HEAD")
    assert said[said.index("-F") + 1] == "/dev/null"
    assert any(word in said for word in ("HostName=127.0.0.1", "HostName=::1"))
    assert {"HostKeyAlias=localhost", "BatchMode=yes", "StrictHostKeyChecking=accept-new", "ProxyCommand=none"} <= {
        *said
    }
    assert said[-1] == "600"
    assert list((tmp_path / "data" / "tmp").iterdir()) == []


async def test_a_server_that_only_hands_out_files_is_refused(
    git_server: Servers, mirrors: GitMirrors, tmp_path: Path, repo: Path
) -> None:
    server = git_server()
    server.dumb = True
    run_git(repo, "update-server-info")
    found = await asyncio.to_thread(run_git, tmp_path, "ls-remote", f"{server.url}/r/.git", "HEAD")
    assert found.startswith(run_git(repo, "rev-parse", "HEAD"))
    with pytest.raises(RepoUrlRefused, match="file-by-file"):
        await mirrors.writer().sync(PROJECT, on(server))


async def test_https_goes_through_a_checked_tunnel(git_server: Servers, tmp_path: Path, repo: Path) -> None:
    server = git_server()
    server.login = ("ada", SECRET)
    certificate = server.encrypt(tmp_path)
    mirrors = local_mirrors(tmp_path / "data", ca_file=certificate)
    assert (await mirrors.writer().sync(PROJECT, on(server), LOGIN)).head == run_git(repo, "rev-parse", "HEAD")
    strict = local_mirrors(tmp_path / "strict")
    with pytest.raises(RepoUnreachable) as failure:
        await strict.writer().sync(PROJECT, on(server), LOGIN)
    assert "certificate" in str(failure.value.details["said"])


async def test_a_redirect_from_https_to_a_private_address_is_refused(
    git_server: Servers, tmp_path: Path, repo: Path
) -> None:
    outside, inside = git_server("127.0.0.1"), git_server("127.0.0.2")
    certificate = outside.encrypt(tmp_path)
    mirrors = local_mirrors(tmp_path / "data", ca_file=certificate)
    for target in (f"{inside.url}/r/.git", f"https://127.0.0.2:{inside.server_address[1]}/r/.git"):
        outside.redirects = {"/evil": target}
        with pytest.raises(RepoUrlRefused):
            await mirrors.writer().sync(PROJECT, on(outside, "/evil"))
    assert inside.seen == []


@pytest.mark.parametrize("value", ["-x", "--upload-pack=x", "", "a\nb", "a\0b"])
def test_no_value_can_become_an_option(value: str) -> None:
    with pytest.raises(ArgumentRefused):
        git("fetch").end_of_options().values(value)


@pytest.fixture(autouse=True)
async def _no_task_is_left_behind() -> AsyncIterator[None]:
    yield
    assert asyncio.all_tasks() == {asyncio.current_task()}
