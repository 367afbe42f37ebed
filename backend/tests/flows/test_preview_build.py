"""A build's way: a token in, a bundle out; and what strangers' code gets of this machine while it runs."""

import dataclasses
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from app.adapters.container import Container
from app.adapters.sandbox.chosen import candidates
from app.adapters.storage.port import Bucket

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.flows.building import GOOD, app_with, builders, built, commit_app
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import send

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js on this machine"),
    pytest.mark.skipif(not any(each.fit_for_builds for each in candidates()), reason="no sandbox for builds here"),
]


@pytest.fixture
def settings_env() -> dict[str, str]:
    """Enough time for a build, and little of everything else, so that what takes too much is found out soon."""
    limits = {f"RATE_LIMIT_{name}": "100000/1m" for name in ("API", "AUTH", "REPOS", "PREVIEWS")}
    return {**limits, "PREVIEW_MAX_TIMEOUT_MS": "60000", "PREVIEW_BUILD_MEMORY_MB": "512"}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """An empty repository."""
    return GitRepo.create(tmp_path / "upstream.git")


@pytest.fixture
def workers(ann: Traveller, tmp_path: Path) -> Container:
    """Workers that build in a sandbox."""
    return builders(ann.workers, tmp_path / "probes")


async def test_a_token_becomes_a_bundle(ann: Traveller, workers: Container, repo: GitRepo) -> None:
    await commit_app(
        ann, repo, app_with("require('/build/project/writes.js').write('var app = 1;', { ['a'.repeat(32)]: 'x' });")
    )
    status = await built(ann, workers, source="worker")
    assert (status["status"], status["progress"]) == ("success", 1.0), status["log"]
    answer = await ann.http.get(f"/preview/download/{status['job_id']}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        metadata = json.loads(archive.read("metadata.json"))
        assert archive.read("main.jsbundle") == b"var app = 1;"
        assert b"step: bundle" in archive.read("logs.txt")
    assert names == ["assets/" + "a" * 32, "expo-metadata.json", "logs.txt", "main.jsbundle", "metadata.json"]
    told = {"job_id": status["job_id"], "platform": "ios", "token_version": 1, "commit": repo.head(), "hermes": None}
    assert told.items() <= metadata.items()
    assert metadata["tools"]["node"]


async def test_the_same_commit_is_not_built_twice_and_gives_the_same_bytes(
    ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    await commit_app(ann, repo, app_with(GOOD + "console.log('built');"))
    first = await built(ann, workers, source="worker")
    second = await built(ann, workers, source="worker")
    assert first["bundle"]["sha256"] == second["bundle"]["sha256"]
    assert first["job_id"] != second["job_id"]
    assert ("built" in first["log"], "built" in second["log"].replace("built", "", 0)) == (True, False) or (
        "nothing that matters has changed" in second["log"]
    )


async def test_another_commit_with_the_same_files_gives_the_same_content(
    ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    first = await built(ann, workers, source="worker")
    await commit_app(ann, repo, app_with(GOOD, note="of no matter to the bundle"))
    second = await built(ann, workers, source="worker")
    assert first["bundle"]["content_sha256"] == second["bundle"]["content_sha256"]
    assert first["bundle"]["sha256"] != second["bundle"]["sha256"]


async def test_a_phone_that_asks_twice_waits_for_one_build(ann: Traveller, workers: Container, repo: GitRepo) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    session = await ann.post("/preview/token", {"project_id": ann.project_id, "platform": "ios"})
    del ann.http.headers["Authorization"]
    first = await ann.post("/preview/build", {"token": session["token"]})
    second = await ann.http.post("/preview/build", headers={"Authorization": f"Bearer {session['token']}"})
    assert second.json()["job_id"] == first["job_id"]


async def test_progress_and_the_log_can_be_followed(ann: Traveller, workers: Container, repo: GitRepo) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    status = await built(ann, workers, source="worker")
    steps = [line.partition("step: ")[2] for line in status["log"].splitlines() if "step: " in line]
    assert steps == ["checkout", "dependencies", "bundle", "start", "package", "upload"]


PROBLEMS: dict[str, tuple[str, str, Body]] = {
    "a module that is not there": (
        "console.error('Error: Unable to resolve module ./missing from /build/project/App.js: '); process.exit(1)",
        "PREVIEW_BUILD_FAILED",
        {"file": "App.js"},
    ),
    "a bundler that ends badly": (
        "console.error('whatever'); process.exit(3)",
        "PREVIEW_BUILD_FAILED",
        {"returncode": 3},
    ),
    "a bundler that writes nothing": ("", "PREVIEW_BUILD_FAILED", {"reason": "no_output"}),
    "too much memory": (
        "const kept = []; for (;;) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));",
        "PREVIEW_BUILD_FAILED",
        {"reason": "memory"},
    ),
    "too many processes": (
        "const { spawn } = require('child_process');"
        "for (let i = 0; i < 2000; i += 1) spawn('sleep', ['60']).on('error', () => {}); setTimeout(() => {}, 60000);",
        "PREVIEW_BUILD_FAILED",
        {"reason": "processes"},
    ),
    "output without end": (
        "const line = 'x'.repeat(1000) + '\\n'; (function go() { process.stdout.write(line.repeat(1000), go); })();",
        "PREVIEW_BUILD_FAILED",
        {"reason": "log"},
    ),
    "a link in place of a bundle": (
        "require('/build/project/writes.js').write('1'); const fs = require('fs');"
        "fs.unlinkSync('/build/out/dist/entry.js'); fs.symlinkSync('/etc/passwd', '/build/out/dist/entry.js');",
        "PREVIEW_BUILD_FAILED",
        {"reason": "link"},
    ),
    "a program among its assets": (
        "require('/build/project/writes.js').write('1', { ['b'.repeat(32)]: '\\x7fELF' });",
        "BUNDLE_UNSAFE",
        {"reason": "archive_or_program"},
    ),
    "an app that throws when it starts": (
        "require('/build/project/writes.js').write('throw new Error(\"no luck\");');",
        "PREVIEW_BUILD_FAILED",
        {"reason": "throws_at_start"},
    ),
}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda name: name.replace(" ", "-"))
async def test_what_goes_wrong_has_a_code_and_the_next_build_works(
    problem: str, ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    script, code, details = PROBLEMS[problem]
    await commit_app(ann, repo, app_with(script))
    status = await built(ann, workers, source="worker")
    assert (status["status"], (status["error"] or {}).get("code")) == ("failed", code), status["log"]
    assert details.items() <= status["error"]["details"].items()
    answer = await ann.http.get(f"/preview/download/{status['job_id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    await commit_app(ann, repo, app_with(GOOD))
    assert (await built(ann, workers, source="worker"))["status"] == "success"
    await _assert_nothing_left(ann)


class TestTooSlow:
    """A bundler that hangs."""

    @pytest.fixture
    def settings_env(self) -> dict[str, str]:
        """No time at all."""
        return {"PREVIEW_MAX_TIMEOUT_MS": "4000", "RATE_LIMIT_API": "100000/1m", "RATE_LIMIT_PREVIEWS": "100000/1m"}

    async def test_it_is_stopped_with_everything_it_started(
        self, ann: Traveller, workers: Container, repo: GitRepo
    ) -> None:
        script = "require('child_process').spawn('setsid', ['sleep', '3333']); setTimeout(() => {}, 1e9);"
        await commit_app(ann, repo, app_with(script))
        status = await built(ann, workers, source="worker")
        assert status["error"]["code"] == "PREVIEW_TIMEOUT", status["log"]
        assert status["error"]["details"]["timeout"] is True
        assert not _running("sleep", "3333")
        await _assert_nothing_left(ann)


async def test_a_build_sees_nothing_of_this_machine(ann: Traveller, workers: Container, repo: GitRepo) -> None:
    script = """
const fs = require('fs'), net = require('net');
const told = { env: Object.keys(process.env).filter((name) => /SECRET|TOKEN|DATABASE|REDIS|KEY/.test(name)) };
const tries = { passwd: '/etc/shadow', data: '%s', mirror: '%s/repos', proc: '/proc/1/environ' };
for (const [name, path] of Object.entries(tries)) {
  try { told[name] = fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path, 'latin1'); }
  catch (error) { told[name] = error.code; }
}
try { fs.writeFileSync('/usr/written', 'x'); told.usr = 'written'; } catch (error) { told.usr = error.code; }
try { fs.writeFileSync('node_modules/expo/written', 'x'); told.modules = 'written'; }
catch (error) { told.modules = error.code; }
const socket = net.connect(%d, '127.0.0.1');
socket.on('connect', () => end('connected')).on('error', (error) => end(error.code));
function end(how) {
  told.network = how;
  require('/build/project/writes.js').write('var told = ' + JSON.stringify(told));
  process.exit(0);
}
"""
    data_dir = ann.workers.settings.data_dir
    await commit_app(ann, repo, app_with(script % (data_dir, data_dir, 5432)))
    status = await built(ann, workers, source="worker")
    assert status["status"] == "success", status["log"]
    answer = await ann.http.get(f"/preview/download/{status['job_id']}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("main.jsbundle").removeprefix(b"var told = "))
    assert told["env"] == []
    assert (told["passwd"], told["data"], told["mirror"]) == ("ENOENT", "ENOENT", "ENOENT")
    assert told["usr"] in ("EROFS", "EACCES", "EPERM")
    assert told["modules"] in ("EROFS", "EACCES", "EPERM")
    assert told["network"] == "ECONNREFUSED"
    assert "SECRET" not in str(told["proc"])


STRUCTURES: dict[str, tuple[dict[str, str | None], str]] = {
    "no package.json": ({"package.json": None}, "no_package"),
    "no React Native": ({"package.json": '{"name": "app"}', "app.json": None}, "no_react_native"),
    "a package.json that is no JSON": ({"package.json": "{"}, "json"),
    "an entry that is not there": (
        {"package.json": '{"main": "./Missing.js", "dependencies": {"expo": "57.0.0"}}'},
        "no_entry",
    ),
    "no entry at all": ({"package.json": '{"dependencies": {"expo": "57.0.0"}}', "App.js": None}, "no_entry"),
}


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda name: name.replace(" ", "-"))
async def test_what_is_no_app_is_told_before_anything_is_installed(
    structure: str, ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    changed, reason = STRUCTURES[structure]
    files = {name: text for name, text in {**app_with(GOOD), **changed}.items() if text is not None}
    await commit_app(ann, repo, files)
    status = await built(ann, workers, source="worker")
    assert status["error"]["code"] == "INVALID_PROJECT_STRUCTURE"
    assert status["error"]["details"]["reason"] == reason
    assert "step: dependencies" not in status["log"]


async def test_of_several_apps_one_is_chosen_by_its_folder(ann: Traveller, workers: Container, repo: GitRepo) -> None:
    app = app_with(GOOD.replace("project/", "project/b/").replace("/build/project/b/writes", "./writes"))
    files = {f"{folder}/{name}": text for folder in ("a", "b") for name, text in app.items()}
    files["b/node_modules/expo/bin/cli"] = "require('/build/project/b/bundler.js');\n"
    await commit_app(ann, repo, files)
    status = await built(ann, workers, source="worker")
    assert status["error"]["details"] == {"reason": "several_apps", "found": ["a", "b"]}
    status = await built(ann, workers, source="worker", directory="b")
    assert status["status"] == "success", status["log"]


async def test_expo_go_of_another_sdk_is_told_so_before_the_build(
    ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    await commit_app(ann, repo, app_with(GOOD))
    status = await built(ann, workers, source="worker", container="expo-go", container_version="54.0.0")
    assert status["error"]["details"] == {"reason": "container", "container_sdk": "54", "app_sdk": "57"}


async def test_links_of_the_repository_are_made_only_where_they_stay_in_it(
    ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    links: dict[str, str | tuple[str, str]] = {
        "out": ("120000", "../../../../etc"),
        "sub/out": ("120000", "../../x"),
        "loop": ("120000", "."),
        "over": ("120000", "loop/loop/../../x"),
        "sub/in": ("120000", "../App.js"),
    }
    await commit_app(ann, repo, {**app_with(GOOD), **links})  # type: ignore[dict-item]
    status = await built(ann, workers, source="worker")
    assert status["status"] == "success", status["log"]
    left_out = sorted(line.split("'")[1] for line in status["log"].splitlines() if "left out" in line)
    assert left_out == ["out", "over", "sub/out"]


async def _assert_nothing_left(ann: Traveller) -> None:
    assert list((ann.workers.settings.data_dir / "tmp").glob("preview-job-*")) == []
    stored = [info.key async for info in ann.workers.buckets()[Bucket.PREVIEWS].list("previews")]
    kept: list[Body] = []
    for key in stored:
        status = await ann.get(f"/preview/status/{key.split('/')[2]}")
        kept += [status] if status["status"] != "success" and not key.endswith("build.log") else []
    assert kept == []


def _running(*command: str) -> bool:
    wanted = "\0".join(command).encode()
    return any(wanted in _command_of(path) for path in Path("/proc").glob("[0-9]*/cmdline"))


def _command_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


async def test_an_uploaded_bundle_is_started_too(ann: Traveller, workers: Container, repo: GitRepo) -> None:
    await commit_app(ann, repo, {"app.json": "{}"})
    throwing = dataclasses.replace(ann, workers=workers)
    sent = await send(throwing, {"main.jsbundle": b"throw new TypeError('no luck');"})
    status = await ann.get(f"/preview/status/{sent['job_id']}")
    assert (status["status"], status["error"]["details"]["reason"]) == ("failed", "throws_at_start")
    assert "no luck" in status["error"]["message"]
    fine = await send(throwing, {"main.jsbundle": b"var app = 1;"})
    assert (await ann.get(f"/preview/status/{fine['job_id']}"))["status"] == "success"


async def test_a_branch_reads_what_the_default_one_keeps_and_writes_only_its_own(
    ann: Traveller, workers: Container, repo: GitRepo
) -> None:
    script = """
const fs = require('fs');
const read = (path) => { try { return fs.readFileSync(path, 'utf8'); } catch (error) { return error.code; } };
const told = { own: read('/build/cache/note'), trunk: read('/build/trunk/note') };
try { fs.writeFileSync('/build/trunk/note', 'poison'); told.wrote = true; } catch (error) { told.wrote = error.code; }
fs.writeFileSync('/build/cache/note', '%s');
require('/build/project/writes.js').write('var told = ' + JSON.stringify(told));
"""
    await commit_app(ann, repo, app_with(script % "of main"))
    first = await told_by(ann, workers)
    repo.git("branch", "feature")
    repo.commit(app_with(script % "of feature"), branch="feature")
    repo.commit(app_with(script % "of main again"))
    await ann.sync()
    await ann.http.get(f"/projects/{ann.project_id}/manifest", params={"ref": "feature"})
    await drain(ann.workers)
    on_branch = await told_by(ann, workers, git_ref="feature")
    assert (first["own"], first["trunk"]) == ("ENOENT", "ENOENT")
    assert (on_branch["own"], on_branch["trunk"]) == ("ENOENT", "of main")
    assert on_branch["wrote"] in ("EROFS", "EACCES", "EPERM")
    assert (await told_by(ann, workers))["own"] == "of main"


async def told_by(ann: Traveller, workers: Container, **asked: str) -> Body:
    """Build, and read what the bundler told in its bundle."""
    status = await built(ann, workers, source="worker", **asked)
    assert status["status"] == "success", status["log"]
    answer = await ann.http.get(f"/preview/download/{status['job_id']}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told: Body = json.loads(archive.read("main.jsbundle").removeprefix(b"var told = "))
    return told
