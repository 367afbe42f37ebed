"""Real apps, real bundlers: the samples are installed from the npm registry and built by a running product.

One installation of each serves the whole file, and one warm cache. Skipped where the registry cannot be reached.
"""

import asyncio
import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.adapters.sandbox.chosen import candidates

from tests.chaos.stack import Stack, a_database, running
from tests.fixtures.repos import commit, make_repo, run_git
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="no Node.js with npm on this machine"),
    pytest.mark.skipif(not any(each.fit_for_builds for each in candidates()), reason="no sandbox for builds here"),
]

SAMPLES = Path(__file__).parents[3] / "assets" / "samples"
# Machines whose way out is watched over have certificates of their own there; elsewhere it adds nothing.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
INDEX = "app/(tabs)/index.tsx"
HERMES = 0x1F1903C103BC1FC6
Files = Mapping[str, str | bytes | None]


def npm_environment() -> dict[str, str]:
    """What npm and the product need to reach the registry from here."""
    proxy = {"HTTPS_PROXY": os.environ["TEST_HTTPS_PROXY"]} if "TEST_HTTPS_PROXY" in os.environ else {}
    return {**proxy, **({"NODE_EXTRA_CA_CERTS": str(CERTIFICATES)} if CERTIFICATES.is_file() else {})}


@dataclass
class App:
    """A sample app in a repository and a project of a running product."""

    stack: Stack
    source: Path
    project_id: str
    present: Files = field(default_factory=dict)

    async def changed(self, changes: Files) -> None:
        """Commit the sample with these files changed, and nothing else, unless that is what there is."""
        if changes == self.present:
            return
        run_git(self.source, "rm", "-rq", "--ignore-unmatch", ".")
        commit(self.source, {**sample(self.source.name), **changes})
        self.present = changes
        await self.synced()

    async def synced(self) -> None:
        """Bring the mirror and its manifest up to date."""
        job = await self.stack.ended((await self.stack.post(f"/repos/{self.project_id}/sync"))["job_id"])
        assert job["status"] == "success", job
        head = run_git(self.source, "rev-parse", "HEAD")

        async def is_described() -> bool:
            answer = await self.stack.http.get(f"/projects/{self.project_id}/manifest")
            return answer.is_success and answer.json()["commit"] == head

        await until(is_described, seconds=60)

    async def built(self, platform: str, changes: Files | None = None, **asked: object) -> "Built":
        """Have it built; its status, log, and the files of its bundle."""
        await self.changed(changes or {})
        wanted = {"project_id": self.project_id, "platform": platform, "source": "worker"} | asked
        session = await self.stack.post("/preview/sessions", wanted)
        accepted = await self.stack.post("/preview/build", {"token": session["token"]})
        await self.stack.ended(accepted["job_id"], within=500)
        status = await self.stack.get(f"/preview/status/{accepted['job_id']}")
        log = (await self.stack.http.get(f"/preview/logs/{accepted['job_id']}")).text
        answer = await self.stack.http.get(f"/preview/download/{accepted['job_id']}")
        files: dict[str, bytes] = {}
        if answer.is_success:
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                files = {name: archive.read(name) for name in archive.namelist()}
        return Built(status, log, files, accepted["grant"])


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build."""

    status: dict[str, Any]
    log: str
    files: Mapping[str, bytes]
    grant: str

    @property
    def job_id(self) -> str:
        return str(self.status["job_id"])

    def of_metadata(self, *names: str) -> list[Any]:
        """Read fields of our metadata.json."""
        told = json.loads(self.files["metadata.json"])
        return [told[name] for name in names]

    def succeeded(self) -> None:
        assert self.status["status"] == "success", self.log[-5000:]

    def failed(self) -> dict[str, Any]:
        """Code and place of the failure."""
        assert self.status["status"] == "failed", self.log[-5000:]
        error = self.status["error"]
        details = error["details"]
        return {"code": error["code"], **{name: details.get(name) for name in ("file", "line", "missing", "reason")}}


def sample(name: str) -> dict[str, str | bytes | None]:
    """Read a sample app's files."""
    folder = SAMPLES / name
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def changed(name: str, path: str, old: str, new: str) -> Files:
    """A file of a sample with one text in place of another."""
    text = (SAMPLES / name / path).read_text()
    assert old in text
    return {path: text.replace(old, new, 1)}


def before(name: str, path: str, line: str) -> Files:
    """A file of a sample with one line more at its top."""
    return {path: f"{line}\n{(SAMPLES / name / path).read_text()}"}


def why_unreachable(env: Mapping[str, str]) -> str | None:
    """Ask the registry for a version; None when it answers."""
    asked = ["npm", "view", "expo@57.0.24", "version", "--fetch-retries=0", "--fetch-timeout=15000"]
    found = subprocess.run(asked, env=env, capture_output=True, text=True, check=False, timeout=120)
    return (found.stderr.strip().splitlines() or ["it said nothing"])[0] if found.returncode else None


def page_shown(browser: str, url: str, home: Path) -> str:
    """Open a page in Chromium, let it run, and give the document that came of it."""
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        f"--user-data-dir={home}", "--virtual-time-budget=15000", "--dump-dom", url,
    ]  # fmt: skip
    env = {"PATH": os.environ["PATH"], "HOME": str(home)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout or done.stderr


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A running product that reaches the npm registry."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path_factory.mktemp("home")), **npm_environment()}
    problem = await asyncio.to_thread(why_unreachable, env)
    if problem:
        pytest.skip(f"the npm registry cannot be reached: {problem}")
    settings = {
        "PREVIEW_MAX_TIMEOUT_MS": "480000",
        "RATE_LIMIT_PREVIEWS": "1000000/1m",
        "PREVIEW_WEB_HOST": "localhost",
    }
    folder = tmp_path_factory.mktemp("product")
    async with a_database() as extra, running(folder, **extra, **settings, **npm_environment()) as made:
        yield made


async def app_of(stack: Stack, name: str, folder: Path) -> App:
    """Make a project of a sample."""
    source = make_repo(folder / name, sample(name))
    project = await stack.post("/projects", {"name": name, "repo_url": str(source)})
    made = App(stack, source, project["id"])
    await made.synced()
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def expo(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The Expo sample."""
    return await app_of(stack, "expo-app", tmp_path_factory.mktemp("expo"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bare(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The bare React Native sample."""
    return await app_of(stack, "bare-app", tmp_path_factory.mktemp("bare"))


@pytest.mark.parametrize("platform", ["ios", "android"])
async def test_an_expo_app_becomes_a_native_bundle_whose_assets_the_manifest_lists(expo: App, platform: str) -> None:
    built = await expo.built(platform)
    built.succeeded()
    assert built.of_metadata("platform", "sdk_version", "runtime_version", "hermes") == [
        platform, "57.0.0", "1.0.0", None,
    ]  # fmt: skip
    listed = json.loads(built.files["expo-metadata.json"])["fileMetadata"][platform]["assets"]
    keys = {asset["path"].removeprefix("assets/") for asset in listed}
    stored = {name.removeprefix("assets/"): data for name, data in built.files.items() if name.startswith("assets/")}
    assert keys
    assert keys == set(stored)
    assert {key: hashlib.md5(data).hexdigest() for key, data in stored.items()} == {key: key for key in stored}
    headers = {"expo-protocol-version": "1", "expo-platform": platform, "expo-runtime-version": "1.0.0"}
    told = await expo.stack.http.get(f"/preview/{built.job_id}/expo/manifest", headers=headers)
    manifest = told.json()
    assert {asset["key"] for asset in manifest["assets"]} == keys
    assert manifest["runtimeVersion"] == "1.0.0"
    assert manifest["extra"]["expoClient"]["name"] == "Short Walks"
    assert "boot check: started" in built.log


async def test_a_web_build_shows_the_app_in_a_browser(expo: App, tmp_path: Path) -> None:
    built = await expo.built("web")
    built.succeeded()
    assert {"index.html", "metadata.json"} <= set(built.files)
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("the app was built, but there is no Chromium to look at it with")
    link = await expo.stack.get(f"/preview/{built.job_id}/web", grant=built.grant)
    shown = await asyncio.to_thread(page_shown, browser, link["url"], tmp_path)
    assert "Good morning" in shown, shown[-3000:]
    assert "17 km" in shown


async def test_bytecode_is_made_on_request_and_its_version_is_told(expo: App) -> None:
    built = await expo.built("ios", bytecode=True)
    built.succeeded()
    head = built.files["main.jsbundle"][:12]
    assert int.from_bytes(head[:8], "little") == HERMES
    assert built.of_metadata("hermes") == [int.from_bytes(head[8:], "little")]


async def test_a_bare_app_becomes_a_bundle_that_starts(bare: App) -> None:
    built = await bare.built("ios")
    built.succeeded()
    assert built.of_metadata("toolkit", "sdk_version") == ["react-native", None]
    assert any(name.startswith("assets/") and name.endswith("cup.png") for name in built.files)
    assert "boot check: started" in built.log


EXPO = "expo-app"
BROKEN: dict[str, tuple[Files, dict[str, Any]]] = {
    "a syntax error": (
        changed(EXPO, INDEX, "return (", "return (("),
        {"code": "PREVIEW_BUILD_FAILED", "file": INDEX, "line": 25},
    ),
    "a missing package": (
        before(EXPO, INDEX, "import _ from 'lodash'; console.log(_);"),
        {"code": "MISSING_DEPENDENCIES", "file": INDEX, "line": 1, "missing": "lodash"},
    ),
    "a missing file": (
        before(EXPO, INDEX, "import nope from '../../components/nope'; console.log(nope);"),
        {"code": "PREVIEW_BUILD_FAILED", "file": INDEX, "line": 1, "missing": "../../components/nope"},
    ),
    "a missing entry": (
        changed(EXPO, "package.json", "expo-router/entry", "./src/Missing.js"),
        {"code": "INVALID_PROJECT_STRUCTURE", "reason": "no_entry"},
    ),
    "a missing module as entry": (
        changed(EXPO, "package.json", "expo-router/entry", "expo-router/nope"),
        {"code": "INVALID_PROJECT_STRUCTURE", "reason": "no_entry"},
    ),
    "a plugin that is not installed": (
        changed(EXPO, "app.json", '"expo-font"', '"expo-nope"'),
        {"code": "MISSING_DEPENDENCIES", "missing": "expo-nope"},
    ),
    "a configuration that throws": (
        {"app.config.js": "module.exports = () => {\n  throw new Error('API_URL is not set');\n};\n"},
        {"code": "PREVIEW_BUILD_FAILED", "file": "app.config.js", "line": 2},
    ),
    "a throw at the start": (
        before(EXPO, "app/_layout.tsx", "throw new Error('no luck');"),
        {"code": "PREVIEW_BUILD_FAILED", "file": "app/_layout.tsx", "line": 1, "reason": "throws_at_start"},
    ),
}


@pytest.mark.parametrize("problem", BROKEN, ids=lambda name: name.replace(" ", "-"))
async def test_a_broken_app_is_told_what_and_where(expo: App, problem: str) -> None:
    changes, expected = BROKEN[problem]
    found = (await expo.built("ios", changes)).failed()
    assert expected.items() <= found.items(), found
