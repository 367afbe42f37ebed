"""The way out of an install leads to one registry, for a while and for so many bytes, and nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.adapters.registry.port import ProxyLimits, Registry
from app.adapters.registry.proxy import RegistryProxy
from app.adapters.registry.surroundings import registry_of
from app.config.preview import PreviewSettings

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def ask(folder: Path, head: str, body: bytes = b"") -> bytes:
    """Send a request through the socket file, and read until it is closed."""
    reader, writer = await asyncio.open_unix_connection(str(folder / "socket"))
    writer.write(f"{head}\r\nHost: x\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    return answer


async def serving(answer: bytes) -> tuple[asyncio.Server, int]:
    """Listen on this machine and answer whatever comes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, int(server.sockets[0].getsockname()[1])


def here(port: int, scheme: str = "http") -> Registry:
    return Registry(f"{scheme}://127.0.0.1:{port}/", may_be_private=True)


async def test_the_registry_is_reached_by_tunnel_and_plainly(tmp_path: Path) -> None:
    server, port = await serving(b"HTTP/1.1 200 OK\r\n\r\nhello")
    async with server, RegistryProxy(here(port), tmp_path, print):
        assert (await ask(tmp_path, f"CONNECT 127.0.0.1:{port} HTTP/1.1", b"x")).endswith(b"hello")
        assert (await ask(tmp_path, f"GET http://127.0.0.1:{port}/a HTTP/1.1")).endswith(b"hello")
    assert not (tmp_path / "socket").exists()


@pytest.mark.parametrize(
    "head",
    [
        "CONNECT evil.example:443 HTTP/1.1",
        "CONNECT 127.0.0.1:5432 HTTP/1.1",
        "CONNECT localhost:{port} HTTP/1.1",
        "GET http://evil.example/ HTTP/1.1",
        "CONNECT 169.254.169.254:80 HTTP/1.1",
    ],
)
async def test_everything_else_is_refused_and_said(tmp_path: Path, head: str) -> None:
    said: list[str] = []
    server, port = await serving(b"never")
    async with server, RegistryProxy(here(port), tmp_path, said.append) as proxy:
        for _ in range(2):
            assert b" 403 " in await ask(tmp_path, head.format(port=port))
        assert said == [f"refused {proxy.refused[0]}"]


async def test_what_is_no_request_is_refused(tmp_path: Path) -> None:
    async with RegistryProxy(here(9), tmp_path, print):
        assert b" 400 " in await ask(tmp_path, "HELLO")
        assert b" 400 " in await ask(tmp_path, "CONNECT http://[ HTTP/1.1")


async def test_a_registry_with_tls_is_never_spoken_to_plainly(tmp_path: Path) -> None:
    async with RegistryProxy(here(9, "https"), tmp_path, print):
        assert b" 403 " in await ask(tmp_path, "GET http://127.0.0.1:9/ HTTP/1.1")


async def test_more_bytes_than_allowed_end_the_connection(tmp_path: Path) -> None:
    server, port = await serving(b"x" * 1_000_000)
    async with server, RegistryProxy(here(port), tmp_path, print, ProxyLimits(max_bytes=100_000)) as proxy:
        assert len(await ask(tmp_path, f"CONNECT 127.0.0.1:{port} HTTP/1.1", b"x")) < 200_000
        assert proxy.moved > 100_000


async def test_silence_ends_the_connection(tmp_path: Path) -> None:
    server, port = await serving(b"")
    async with server, RegistryProxy(here(port), tmp_path, print, ProxyLimits(idle_seconds=0.05)):
        assert b" 200 " in await ask(tmp_path, f"CONNECT 127.0.0.1:{port} HTTP/1.1")


async def test_a_registry_that_is_away_is_noticed(tmp_path: Path) -> None:
    server, port = await serving(b"")
    server.close()
    await server.wait_closed()
    async with RegistryProxy(here(port), tmp_path, print) as proxy:
        for _ in range(3):
            assert b" 502 " in await ask(tmp_path, f"CONNECT 127.0.0.1:{port} HTTP/1.1")
        assert proxy.away.is_set()
        assert "does not accept" in (proxy.unreachable or "")


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_public_name_that_leads_to_this_machine_is_not_dialled(
    tmp_path: Path, scheme: str, address: str
) -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return [address]

    registry = Registry(f"{scheme}://packages.example/")
    async with RegistryProxy(registry, tmp_path, print, resolver=resolver) as proxy:
        assert b" 502 " in await ask(tmp_path, f"CONNECT packages.example:{registry.port} HTTP/1.1")
        assert "public internet" in (proxy.unreachable or "")


async def test_the_operators_own_proxy_is_asked_for_the_way(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nthrough")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    upstream = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, RegistryProxy(Registry("https://packages.example/", upstream=upstream), tmp_path, print):
        assert (await ask(tmp_path, "CONNECT packages.example:443 HTTP/1.1")).endswith(b"through")
    assert asked == [b"CONNECT packages.example:443 HTTP/1.1\r\nHost: packages.example:443\r\n\r\n"]


async def test_a_folder_with_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    async with RegistryProxy(here(9), folder, print):
        assert (folder / "socket").is_socket()


@pytest.mark.parametrize(
    ("env", "upstream"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "proxy.example:3128"),
        ({"https_proxy": "http://proxy.example"}, "proxy.example:80"),
        ({"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "b.example, .packages.example"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "*"}, None),
        ({"HTTP_PROXY": "http://proxy.example:3128"}, None),
        ({"HTTPS_PROXY": "http://user:secret@proxy.example:3128"}, None),
    ],
)
def test_the_surroundings_of_the_worker_are_heeded(env: dict[str, str], upstream: str | None) -> None:
    settings = PreviewSettings.from_env({"NPM_REGISTRY_URL": "https://eu.packages.example/npm"})
    found = registry_of(settings, env)
    assert (found.upstream, found.url, found.may_be_private) == (upstream, "https://eu.packages.example/npm/", True)
    assert not registry_of(PreviewSettings.from_env({}), env).may_be_private
