"""The page shows a native bundle in a browser and takes touches, where there is a browser to try it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.services.preview.boot.paging import page, stand_in
from app.services.preview.platforms import Platform

# Presses the row of one tea as a finger would, once it is there.
_PRESS = """
<script>
  const row = () => [...document.querySelectorAll('#app span')].find((each) => each.textContent === 'Assam');
  const finger = { bubbles: true, clientX: 60, clientY: 500, buttons: 1 };
  const press = (type) => row().dispatchEvent(new PointerEvent(type, finger));
  setTimeout(() => press('pointerdown'), 1000);
  setTimeout(() => press('pointerup'), 1200);
</script>
"""


@pytest.fixture
def browser() -> str:
    """A Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium here")
    return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder to this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing about each request."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


def dom_of(browser: str, folder: Path) -> str:
    """What a browser makes of the page after some seconds."""
    with served(folder) as address:
        return dump(browser, folder, address)


def dump(browser: str, folder: Path, address: str) -> str:
    """The elements of a page."""
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", "--dump-dom",
        address,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=True).stdout


def lay_down(folder: Path, bundle: str, more: str = "") -> None:
    """Put the page and what it asks for into a folder."""
    (folder / "files").mkdir()
    (folder / "files/main.jsbundle").write_text(bundle)
    (folder / "stand-in.js").write_text(stand_in(Platform.IOS, [], {}))
    (folder / "index.html").write_text(page().replace("</html>", f"{more}</html>"))


def test_a_real_app_is_shown_and_can_be_touched(browser: str, tmp_path: Path, real_bundle: str) -> None:
    lay_down(tmp_path, real_bundle, _PRESS)
    dom = dom_of(browser, tmp_path)
    assert "Peppermint" in dom
    assert "files/assets/images/cup" in dom
    # Above the list stands the tea that was chosen.
    assert dom.index("Assam") < dom.index("Sencha")


def test_an_app_that_does_not_start_shows_why(browser: str, tmp_path: Path) -> None:
    lay_down(tmp_path, "throw new Error('The kettle is empty');")
    assert 'class="error">The kettle is empty' in dom_of(browser, tmp_path).replace("Uncaught Error: ", "")


def test_what_a_page_is_told_is_data_whatever_it_says(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    script = tmp_path / "stand-in.js"
    script.write_text(stand_in(Platform.ANDROID, ["`${1}", "\\", "\u2028"], {"name": "')]);throw 1;//"}))
    assert subprocess.run([node, "--check", str(script)], check=False, timeout=60).returncode == 0
