"""The pages served from here: whole, theirs alone, and unable to run anything of others."""

import gzip
import re
from pathlib import Path

import pytest
from httpx import AsyncClient

from app.api.pages import _STATIC

SITE = "http://hivesync.test"
PAGE = (
    '<head><meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/a-1.js"></script></head>'
)
SCRIPT = b"export const bees = 7;\n"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A workbench as `make web` leaves it, in little."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(f"{PAGE}<body></body>")
    (folder / "assets" / "a-1.js").write_bytes(SCRIPT)
    (folder / "assets" / "a-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "secret.js").write_text("no")
    return folder


@pytest.fixture
def settings_env(web: Path) -> dict[str, str]:
    return {"HIVESYNC_WEB_DIR": str(web)}


@pytest.mark.parametrize("path", ["/", "/docs", "/projects/1/files", "/admin", "/sign-in"])
async def test_pages_come_with_a_policy_that_allows_their_own_files_only(client: AsyncClient, path: str) -> None:
    answer = await client.get(f"{SITE}{path}")
    (policy,) = answer.headers.get_list("content-security-policy")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_every_answer_has_a_value_for_styles_that_no_other_has(client: AsyncClient) -> None:
    seen = set()
    for _ in range(3):
        answer = await client.get(f"{SITE}/")
        (nonce,) = re.findall(r'nonce="([^"]+)"', answer.text)
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        seen.add(nonce)
    assert len(seen) == 3
    assert "__CSP_NONCE__" not in seen


async def test_built_files_are_sent_compressed_and_kept_for_ever(client: AsyncClient) -> None:
    packed = await client.get(f"{SITE}/assets/a-1.js", headers={"Accept-Encoding": "gzip, br"})
    assert (packed.content, packed.headers["content-encoding"]) == (SCRIPT, "gzip")
    assert "immutable" in packed.headers["cache-control"]
    plain = await client.get(f"{SITE}/assets/a-1.js", headers={"Accept-Encoding": "identity"})
    assert (plain.content, "content-encoding" in plain.headers) == (SCRIPT, False)
    assert plain.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "name", ["nowhere.js", "..%2fsecret.js", "%2e%2e%2findex.html", "a-1.js.gz", ".js", "a-1.js%00.js"]
)
async def test_nothing_but_built_files_is_among_them(client: AsyncClient, name: str) -> None:
    answer = await client.get(f"{SITE}/assets/{name}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/wp-login.php", "/api/v1/nowhere", "/project", "/.env"])
async def test_other_addresses_are_no_screens(client: AsyncClient, path: str) -> None:
    assert (await client.get(f"{SITE}{path}")).status_code == 404


async def test_without_a_built_workbench_the_page_says_how_to_get_one(client: AsyncClient, web: Path) -> None:
    (web / "index.html").unlink()
    answer = await client.get(f"{SITE}/")
    assert answer.status_code == 200
    assert "make web" in answer.text


@pytest.mark.parametrize("page", ["reference.html", "unbuilt.html"])
async def test_everything_a_page_names_is_served(client: AsyncClient, page: str) -> None:
    text = (_STATIC / page).read_text(encoding="utf-8")
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
    assert len(named) >= 2
    for each in named:
        assert (await client.get(f"{SITE}{each}")).is_success, each


def test_no_page_asks_another_origin_or_holds_a_script_or_style_of_its_own() -> None:
    for path in _STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text.replace("https?", ""), path.name
        assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|style=|<style", text), path.name
        assert "innerHTML" not in text, path.name


@pytest.mark.parametrize("name", ["app.py", "..%2fpages.py", "nowhere.js"])
async def test_nothing_else_is_served(client: AsyncClient, name: str) -> None:
    answer = await client.get(f"{SITE}/static/{name}")
    assert answer.status_code == 404


async def test_crawlers_are_asked_to_stay_away(client: AsyncClient) -> None:
    assert "Disallow: /" in (await client.get(f"{SITE}/robots.txt")).text
