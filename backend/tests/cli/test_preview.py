"""A bundle at a shell: sent, followed, fetched, ended."""

import zipfile
from pathlib import Path

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
    assert "stored" in (await shell.good("preview", "logs", sent["job_id"])).out


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
