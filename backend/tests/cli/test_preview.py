"""A bundle at a shell: sent, followed, fetched, ended."""

import zipfile
from pathlib import Path

import pytest

from app.config.preview import PreviewSettings
from app.services.preview.expo.signing import Signer

from tests.cli.conftest import Shell


def make_bundle(folder: Path, **files: str) -> Path:
    """A zip with these files, dots written as two underscores."""
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return path


async def test_a_bundle_is_sent_and_fetched_again(shell: Shell, project: Path, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, main__jsbundle="var app = 1;")
    sent = (await shell.good("preview", "send", str(bundle), "--platform", "ios", "--json")).json
    assert (sent["status"], sent["platform"]) == ("success", "ios")
    assert sent["qr_url"].endswith(sent["token"])
    said = await shell.good("preview", "status", sent["job_id"])
    assert sent["bundle"]["sha256"] in said.out
    fetched = tmp_path / "fetched.zip"
    await shell.good("preview", "download", sent["job_id"], "-o", str(fetched))
    with zipfile.ZipFile(fetched) as archive:
        assert archive.read("main.jsbundle") == b"var app = 1;"
    log = (await shell.good("preview", "logs", sent["job_id"])).out.splitlines()
    assert ("asked for" in log[0], any("stored" in line for line in log[1:])) == (True, True)


async def test_a_person_is_told_how_long_it_works_and_how_to_end_it(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    said = await shell.good("preview", "send", str(make_bundle(tmp_path, main__jsbundle="1")), "--platform", "android")
    assert "Scan it, or open: http" in said.out
    session = said.out.split("hivesync preview end ")[1].split()[0]
    assert "refused from now on" in (await shell.good("preview", "end", session)).out


async def test_what_is_no_bundle_says_what_is_missing(shell: Shell, project: Path, tmp_path: Path) -> None:
    said = await shell("preview", "send", str(make_bundle(tmp_path, other__js="1")), "--platform", "web")
    assert said.status == 1
    assert "no index.html at the top" in said.err
    assert (await shell("preview", "send", str(tmp_path / "none.zip"), "--platform", "ios")).status == 2


async def test_a_web_bundle_has_a_link_of_its_own(shell: Shell, project: Path, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, index__html="<p>hello")
    sent = (await shell.good("preview", "send", str(bundle), "--platform", "web", "--json")).json
    said = await shell.good("preview", "web", sent["job_id"])
    assert "/__open__?grant=hsp_" in said.out.split("\n")[0]


async def test_the_ways_to_open_it_are_below_the_code(shell: Shell, project: Path, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, index__html="<p>hello")
    said = await shell.good("preview", "send", str(bundle), "--platform", "web")
    shown = said.out.index("In the browser: http")
    assert said.out.index("Scan it, or open: ") < shown
    job = said.out.split("hivesync preview download ")[1].split()[0]
    assert "In the browser: http" in (await shell.good("preview", "open", job)).out
    told = (await shell.good("preview", "open", job, "--json")).json
    assert [way["kind"] for way in told["ways"]] == ["browser"]
    assert (await shell("preview", "open", "no-id")).status == 2


async def test_a_development_server_is_shown_as_a_link(shell: Shell, project: Path) -> None:
    said = await shell.good("preview", "serve", "http://192.168.1.20:8081", "--platform", "ios")
    assert "Scan it, or open: http" in said.out
    assert (await shell("preview", "serve", "ftp://host", "--platform", "ios")).status == 1


async def test_a_key_that_signs_is_made_once(new_shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    said = await new_shell.good("preview", "signing-key", "-o", str(folder), "--name", "Shop")
    assert "PREVIEW_SIGNING_KEY" in said.out
    key = folder / "private-key.pem"
    assert key.stat().st_mode & 0o077 == 0
    assert Signer.of(PreviewSettings.from_env({"PREVIEW_SIGNING_KEY": key.read_text()})) is not None
    before = key.read_bytes()
    again = await new_shell("preview", "signing-key", "-o", str(folder))
    assert (again.status, key.read_bytes()) == (1, before)


@pytest.fixture
async def sent(shell: Shell, project: Path, tmp_path: Path) -> str:
    """The job of a bundle that was sent."""
    bundle = make_bundle(tmp_path, main__jsbundle="var app = 1;")
    job: str = (await shell.good("preview", "send", str(bundle), "--platform", "ios", "--json")).json["job_id"]
    return job


async def test_a_preview_says_what_it_is(shell: Shell, sent: str, tmp_path: Path) -> None:
    said = await shell.good("preview", "about", sent)
    assert "first preview of this project" in said.out
    assert (await shell.good("preview", "about", sent, "--json")).json["job_id"] == sent
    page = tmp_path / "about.html"
    await shell.good("preview", "about", sent, "--page", str(page))
    assert "What am I running?" in page.read_text()
    assert (await shell("preview", "about", "no-id")).status == 2


async def test_two_previews_are_compared(shell: Shell, sent: str, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, main__jsbundle="var app = 2222;")
    other = (await shell.good("preview", "send", str(bundle), "--platform", "ios", "--json")).json["job_id"]
    said = await shell.good("preview", "compare", sent, other)
    assert "Which files changed is not known" in said.out
    page = tmp_path / "compared.html"
    await shell.good("preview", "compare", sent, other, "--page", str(page))
    assert "side by side" in page.read_text()


async def test_previews_are_listed(shell: Shell, sent: str) -> None:
    assert sent in (await shell.good("preview", "list")).out
    assert [each["job_id"] for each in (await shell.good("preview", "list", "--json")).json] == [sent]


async def test_how_previews_are_built_is_shown_and_changed(shell: Shell, project: Path) -> None:
    assert "no variables" in (await shell.good("preview", "settings")).out
    changed = await shell.good(
        "preview", "settings", "--set", "APP_A=1=2", "--set", "EXPO_PUBLIC_B=x", "--allow-scripts", "--json"
    )
    assert changed.json["environment"] == {"APP_A": "1=2", "EXPO_PUBLIC_B": "x"}
    said = await shell.good("preview", "settings", "--unset", "APP_A", "--set", "EXPO_PUBLIC_B=y")
    assert "APP_A" not in said.out
    assert "Packages may run scripts" in said.out
    assert (await shell.good("preview", "settings", "--no-scripts", "--json")).json["environment"] == {
        "EXPO_PUBLIC_B": "y"
    }


async def test_what_steers_the_build_is_refused(shell: Shell, project: Path) -> None:
    said = await shell("preview", "settings", "--set", "NODE_OPTIONS=--require=./evil.js")
    assert (said.status, "steers the build" in said.err) == (1, True)
    assert (await shell("preview", "settings", "--set", "APP_A")).status == 2


async def test_room_is_made(shell: Shell, sent: str) -> None:
    assert sent in (await shell.good("preview", "usage")).out
    assert "can be restored until" in (await shell.good("preview", "delete", sent)).out
    assert "next cleanup" in (await shell.good("preview", "delete", sent, "--for-good")).out
    assert (await shell("preview", "delete", sent)).status == 1
