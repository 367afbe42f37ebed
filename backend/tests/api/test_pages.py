"""The pages served from here: whole, theirs alone, and unable to run anything of others."""

import re

import pytest
from httpx import AsyncClient

from app.api.pages import _STATIC


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_pages_come_with_a_policy_that_allows_their_own_files_only(client: AsyncClient, path: str) -> None:
    answer = await client.get(f"http://hivesync.test{path}")
    (policy,) = answer.headers.get_list("content-security-policy")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_everything_a_page_names_is_served(client: AsyncClient, path: str) -> None:
    page = (await client.get(f"http://hivesync.test{path}")).text
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert len(named) >= 3
    for each in named:
        assert (await client.get(f"http://hivesync.test{each}")).is_success, each


def test_no_page_asks_another_origin_or_holds_a_script_or_style_of_its_own() -> None:
    for path in _STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in re.sub(r"hivesync project create NAME --url URL", "", text).replace("https?", ""), (
            path.name
        )
        assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|style=|<style", text), path.name
        assert "innerHTML" not in text, path.name


@pytest.mark.parametrize("name", ["app.py", "..%2fpages.py", "nowhere.js"])
async def test_nothing_else_is_served(client: AsyncClient, name: str) -> None:
    answer = await client.get(f"http://hivesync.test/static/{name}")
    assert answer.status_code == 404


async def test_crawlers_are_asked_to_stay_away(client: AsyncClient) -> None:
    assert "Disallow: /" in (await client.get("http://hivesync.test/robots.txt")).text
