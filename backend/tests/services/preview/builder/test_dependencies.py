"""Dependencies are installed once, shared within a tenant, the same whatever they started from, and harmless."""

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.node.tools import NodeMissing, find_node_tools
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.port import NoSandbox
from app.adapters.sandbox.running import BuildShell
from app.core.clock import SystemClock
from app.services.preview.builder.dependencies import SEED
from app.services.preview.errors import BundleIncomplete, MissingDependencies, RegistryUnavailable

from tests.adapters.sandbox.test_sandboxes import running
from tests.fixtures.npm_registry import packed_package
from tests.fixtures.sandboxes import Always
from tests.services.preview.builder.conftest import Yard, Yards

A1, A2, B1, C1, C2 = ("a", "1.0.0"), ("a", "2.0.0"), ("b", "1.0.0"), ("c", "1.0.0"), ("c", "2.0.0")


async def test_what_is_installed_is_what_the_lock_file_says(yard: Yard) -> None:
    project = yard.project("p", A1, B1)
    found, files = await yard.installed(project)
    assert files["a/index.js"] == "a one"
    assert files[".bin/b"] == "-> ../b/index.js"
    assert (found.was_there, len(found.key), len(found.lockfile_sha256 or "")) == (False, 64, 64)
    assert not (project / "node_modules").exists()


async def test_the_second_build_installs_nothing(yard: Yard) -> None:
    first, _ = await yard.installed(yard.project("p", A1))
    yard.npm.seen.clear()
    second, _ = await yard.installed(yard.project("q", A1))
    assert (second.key, second.was_there) == (first.key, True)
    assert yard.npm.seen == []


async def test_what_does_not_matter_gives_the_same_key_and_what_does_another(yard: Yard) -> None:
    first, _ = await yard.installed(yard.project("p", A1))
    same, _ = await yard.installed(yard.project("q", A1, scripts={"start": "x"}, main="y.js"))
    other, _ = await yard.installed(yard.project("r", A1), tenant="eve")
    assert same.key == first.key
    assert (other.key == first.key, other.was_there) == (False, False)


async def test_one_package_more_starts_from_what_is_there_and_gives_what_an_install_from_nothing_gives(
    yard: Yard,
) -> None:
    await yard.installed(yard.project("p", A1, B1))
    yard.npm.seen.clear()
    _, grown = await yard.installed(yard.project("q", A1, B1, C1))
    assert any(line.startswith("starting from the dependencies") for line in yard.said)
    assert [path for path in yard.npm.seen if path.startswith(("a", "b"))] == []
    _, anew = await yard.installed(yard.project("r", A1, B1, C1), tenant="eve")
    assert grown == anew


@pytest.mark.parametrize("after", [(A2, B1, C1), (A1, B1), (B1, C2, A1)], ids=["newer", "fewer", "both"])
async def test_changes_give_what_an_install_from_nothing_gives(yard: Yard, after: tuple[tuple[str, str], ...]) -> None:
    await yard.installed(yard.project("p", A1, B1, C1))
    _, changed = await yard.installed(yard.project("q", *after))
    assert any(line.startswith("starting from the dependencies") for line in yard.said)
    _, anew = await yard.installed(yard.project("r", *after), tenant="eve")
    assert changed == anew


async def test_a_second_install_needs_no_network(yard: Yard, yards: Yards) -> None:
    await yard.installed(yard.project("p", A1, B1))
    entry = next((yard.folder / "deps" / "entries").iterdir())
    (entry / "entry.json").unlink()
    alone = yards(registry="http://127.0.0.1:9/")
    found, files = await alone.installed(yard.folder / "p")
    assert (found.was_there, files["b/index.js"]) == (False, "b one")


async def test_builds_that_want_the_same_wait_for_one_install(yard: Yard, yards: Yards) -> None:
    project = yard.project("p", A1, B1)
    found = await asyncio.gather(*(each.installed(project) for each in (yard, yards(), yards())))
    assert sorted(installed.was_there for installed, _ in found).count(False) >= 1
    assert sorted(path for path in yard.npm.seen if path.endswith(".tgz")) == ["a/-/a-1.0.0.tgz", "b/-/b-1.0.0.tgz"]


async def test_what_is_damaged_is_made_again(yard: Yard, yards: Yards) -> None:
    project = yard.project("p", A1)
    found, whole = await yard.installed(project)
    (yard.folder / "deps" / "entries" / found.key / "node_modules" / "a" / "index.js").unlink()
    again, files = await yards().installed(project)
    assert (again.was_there, files) == (False, whole)


async def test_what_was_not_used_for_longest_makes_room_but_never_what_is_in_use(yards: Yards, yard: Yard) -> None:
    small = yards(max_bytes=1)
    first, second = yard.project("p", A1), yard.project("q", B1)
    async with small.provide(first) as held:
        assert held.node_modules is not None
        await small.installed(second)
        assert (held.node_modules / "a" / "index.js").read_text() == "a one"
    third, _ = await small.installed(yard.project("r", C1))
    assert [each.name for each in (yard.folder / "deps" / "entries").iterdir()] == [third.key]


async def test_without_a_lock_file_npm_chooses_and_says_so(yard: Yard) -> None:
    found, files = await yard.installed(yard.project("p", ("a", "^1.0.0"), lock=False))
    assert files["a/index.js"] == "a one"
    assert found.lockfile_sha256 is None
    assert any("not pinned" in line for line in yard.said)


async def test_a_lock_file_that_does_not_fit_is_no_failure(yard: Yard) -> None:
    project = yard.project("p", A1)
    (project / "package.json").write_text(json.dumps({"name": "app", "dependencies": {"a": "1.0.0", "b": "1.0.0"}}))
    _, files = await yard.installed(project)
    assert files["b/index.js"] == "b one"
    assert any("does not fit" in line for line in yard.said)


async def test_a_project_without_dependencies_has_none(yard: Yard) -> None:
    async with yard.provide(yard.project("p", lock=False)) as found:
        assert found.node_modules is None


async def test_where_an_operator_wants_no_sandbox_installs_work_too(yard: Yard) -> None:
    shell = BuildShell(Always(NoSandbox()), yard.store.shell.clock)
    bare = replace(yard, store=replace(yard.store, shell=shell))
    await bare.installed(bare.project("p", A1))
    _, files = await bare.installed(bare.project("q", A1, B1))
    assert (files["a/index.js"], files["b/index.js"]) == ("a one", "b one")


async def test_packages_of_the_repository_itself_are_linked(yard: Yard) -> None:
    project = yard.project("p", ("own", "file:./packages/own"), A1, lock=False)
    (project / "packages/own").mkdir(parents=True)
    about = {"name": "own", "version": "1.0.0", "dependencies": {"b": "1"}}
    (project / "packages/own/package.json").write_text(json.dumps(about))
    _, files = await yard.installed(project)
    assert files["own"] == "-> ../packages/own"
    assert files["b/index.js"] == "b one"


async def test_packages_that_are_brought_along_are_used_if_they_fit(yard: Yard) -> None:
    project = yard.project("p", A1)
    (project / "node_modules/a").mkdir(parents=True)
    (project / "node_modules/a/package.json").write_text('{"version": "1.0.0"}')
    async with yard.provide(project) as found:
        assert found.node_modules == project / "node_modules"
    (project / "node_modules/a/package.json").write_text('{"version": "0.9.0"}')
    await yard.installed(project)
    assert any("a is 0.9.0, the lock file says 1.0.0" in line for line in yard.said)


# ---------------------------------------------------------------- failures


async def test_a_package_that_is_not_there_is_named(yard: Yard) -> None:
    with pytest.raises(MissingDependencies, match="nowhere") as failed:
        await yard.installed(yard.project("p", ("nowhere", "1.0.0"), lock=False))
    assert (failed.value.details["npm_code"], failed.value.details["package"]) == ("E404", "nowhere")


async def test_a_version_that_is_not_there_is_named(yard: Yard) -> None:
    with pytest.raises(MissingDependencies) as failed:
        await yard.installed(yard.project("p", ("a", "^9.0.0"), lock=False))
    details = failed.value.details
    assert (details["npm_code"], details["package"], details["wanted"]) == ("ETARGET", "a", "^9.0.0")


async def test_bytes_that_are_not_those_of_the_lock_file_are_refused(yard: Yard) -> None:
    project = yard.project("p", A1)
    yard.npm.tarballs["a/-/a-1.0.0.tgz"] = packed_package({"package.json": '{"name": "a"}', "index.js": "evil"})
    with pytest.raises(MissingDependencies) as failed:
        await yard.installed(project)
    assert failed.value.details["npm_code"] == "EINTEGRITY"


async def test_another_host_is_refused_and_named(yard: Yard) -> None:
    with pytest.raises(MissingDependencies, match=r"evil\.example") as failed:
        await yard.installed(yard.project("p", ("x", "http://evil.example/x.tgz"), lock=False))
    assert failed.value.details["refused"] == ["evil.example:80"]
    assert "refused evil.example:80" in yard.said


async def test_a_registry_that_is_away_is_worth_another_attempt(yard: Yard) -> None:
    project = yard.project("p", A1)
    yard.npm.close()
    with pytest.raises(RegistryUnavailable) as failed:
        await yard.installed(project)
    assert failed.value.retryable


async def test_a_registry_that_is_broken_is_worth_another_attempt(yard: Yard) -> None:
    project = yard.project("p", A1)
    yard.npm.broken = True
    with pytest.raises(RegistryUnavailable):
        await yard.installed(project)
    yard.npm.broken = False
    await yard.installed(project)


async def test_a_project_without_a_manifest_is_none(yard: Yard) -> None:
    project = yard.project("p", lock=False)
    (project / "package.json").unlink()
    with pytest.raises(BundleIncomplete):
        await yard.installed(project)


async def test_a_machine_without_node_says_so(tmp_path: Path) -> None:
    with pytest.raises(NodeMissing, match="node and npm cannot be found"):
        await find_node_tools(SystemProcesses(SystemClock()), path=str(tmp_path))


# ---------------------------------------------------------------- hostile projects and packages

TELL_ALL = """
const fs = require("fs"), net = require("net"), { spawn } = require("child_process");
const read = (path) => { try { return fs.readFileSync(path, "utf8"); } catch (problem) { return problem.code; } };
spawn("sh", ["-c", "setsid sleep MARK & setsid sleep MARK &"], { detached: true, stdio: "ignore" }).unref();
const link = net.connect(PORT, "127.0.0.1");
const end = (how) => { fs.writeFileSync("told.json", JSON.stringify({
  passwd: read("/etc/passwd"), secret: read("SECRET"), environ: read("/proc/1/environ"), how,
  own: Object.keys(process.env) })); process.exit(0); };
link.on("connect", () => end("connected")).on("error", (problem) => end(problem.code));
"""


async def test_scripts_run_only_if_allowed_and_then_reach_nothing(yard: Yard) -> None:
    mark, secret = f"60.{os.getpid()}", yard.folder / "secret"
    secret.write_text("everything")
    port = yard.npm.url.rpartition(":")[2].rstrip("/")
    code = TELL_ALL.replace("MARK", mark).replace("PORT", port).replace("SECRET", str(secret))
    yard.npm.publish("evil", "1.0.0", {"tell.js": code}, scripts={"preinstall": "node tell.js"}, hasInstallScript=True)
    project = yard.project("p", ("evil", "1.0.0"))
    _, files = await yard.installed(project)
    assert "evil/told.json" not in files
    _, files = await yard.installed(project, scripts=True)
    told = json.loads(files["evil/told.json"])
    assert (told["secret"], told["how"]) == ("ENOENT", "ECONNREFUSED")
    assert "root" not in told["passwd"]
    assert os.environ["PATH"] not in told["environ"] or told["environ"] == "EACCES"
    assert {"HOME", "PATH"} <= set(told["own"])
    assert "PYTEST_CURRENT_TEST" not in told["own"]
    assert running(mark) == []


async def test_settings_that_run_programs_are_dropped(yard: Yard) -> None:
    project = yard.project("p", A1)
    evil = "git=./evil.sh\nscript-shell=./evil.sh\nregistry=http://evil.example/\n//evil.example/:_authToken=s3cret\n"
    (project / ".npmrc").write_text(evil + "legacy-peer-deps=true\n")
    (project / "evil.sh").write_text("#!/bin/sh\ntouch ran\n")
    _, files = await yard.installed(project)
    assert files["a/index.js"] == "a one"
    said = "\n".join(yard.said)
    assert "script-shell is ignored" in said
    assert "s3cret" not in said
    assert "legacy-peer-deps" not in said


@pytest.mark.parametrize("name", ["package.json", "package-lock.json", ".npmrc"])
async def test_files_that_are_links_are_refused(yard: Yard, name: str) -> None:
    project = yard.project("p", A1)
    (yard.folder / "outside").write_text("{}")
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to(yard.folder / "outside")
    with pytest.raises(MissingDependencies, match="link"):
        await yard.installed(project)


@pytest.mark.parametrize("text", ["[1]", "{", "[" * 100_000, '{"dependencies": [1], "workspaces": 3}'])
async def test_a_manifest_that_makes_no_sense_is_no_crash(yard: Yard, text: str) -> None:
    project = yard.project("p", lock=False)
    (project / "package.json").write_text(text)
    with pytest.raises((MissingDependencies, AssertionError)):
        await yard.installed(project)


@pytest.mark.parametrize("before", [(), (A1, B1)], ids=["from nothing", "beside others"])
async def test_a_tarball_with_links_and_ways_out_gives_neither(yard: Yard, before: tuple[tuple[str, str], ...]) -> None:
    if before:
        await yard.installed(yard.project("before", *before))
    tarball = packed_package(
        {"package.json": '{"name": "evil", "version": "1.0.0"}', "../../../up.js": "out", "index.js": "in"},
        links={"link": "/etc/passwd", "up": "../../../.."},
    )
    yard.npm.publish("evil", "1.0.0", tarball=tarball)
    found, files = await yard.installed(yard.project("p", *before, ("evil", "1.0.0")))
    evil = [name for name in files if name.startswith("evil/") or "passwd" in files[name]]
    assert evil == ["evil/index.js", "evil/package.json"]
    assert found.packages is not None
    assert sorted(found.packages.shown) == [name for name, _ in before]
    assert list((yard.folder / "deps").rglob("up.js")) == []


async def test_links_that_scripts_made_are_removed(yard: Yard) -> None:
    make = "ln -s /etc/passwd a; ln -s ../../.. b; ln -s index.js c; mkfifo d; mkdir e; ln -s .. e/f; ln -s e/../.. g"
    yard.npm.publish("evil", "1.0.0", {"index.js": "in"}, scripts={"install": make}, hasInstallScript=True)
    _, files = await yard.installed(yard.project("p", ("evil", "1.0.0")), scripts=True)
    links = {name.removeprefix("evil/"): text for name, text in files.items() if text.startswith("->")}
    assert links == {"c": "-> index.js", "e/f": "-> .."}
    assert any("removed node_modules/evil/a" in line for line in yard.said)


@pytest.mark.parametrize(
    "script",
    ["node -e 'for(;;)console.log(1)'", "exit 3", "kill -9 $PPID"],
    ids=["endless output", "fails", "kills npm"],
)
async def test_after_a_script_that_misbehaves_the_next_install_works(yard: Yard, script: str) -> None:
    yard.npm.publish("evil", "1.0.0", scripts={"install": script}, hasInstallScript=True)
    with pytest.raises(MissingDependencies):
        await yard.installed(yard.project("p", ("evil", "1.0.0")), scripts=True)
    assert list((yard.folder / "deps" / "making").iterdir()) == []
    _, files = await yard.installed(yard.project("q", A1), scripts=True)
    assert files["a/index.js"] == "a one"


async def test_what_scripts_wrote_into_npms_cache_reaches_no_install_without_scripts(yard: Yard) -> None:
    yard.npm.publish(
        "evil", "1.0.0", scripts={"install": "echo poison > $npm_config_cache/poison"}, hasInstallScript=True
    )
    await yard.installed(yard.project("p", ("evil", "1.0.0")), scripts=True)
    await yard.installed(yard.project("q", A1))
    poisoned = {path.parent.name for path in (yard.folder / "deps" / "caches").glob("*/poison")}
    assert len(poisoned) == 1
    assert all(name.startswith("npm-scripts-") for name in poisoned)


async def test_an_equal_lock_file_is_enough_whatever_else_the_manifest_says(yard: Yard) -> None:
    first, _ = await yard.installed(yard.project("p", A1, B1))
    yard.npm.seen.clear()
    second, _ = await yard.installed(yard.project("q", A1, B1, version="2.0.0", engines={"node": ">=1"}))
    assert (second.key, second.was_there, yard.npm.seen) == (first.key, True, [])


async def test_a_lock_file_of_another_manifest_is_not_enough(yard: Yard) -> None:
    await yard.installed(yard.project("p", A1, B1))
    changed = yard.project("q", A1, B1)
    manifest = json.loads((changed / "package.json").read_text())
    (changed / "package.json").write_text(json.dumps({**manifest, "dependencies": {"a": "2.0.0", "b": "1.0.0"}}))
    _, files = await yard.installed(changed)
    assert files["a/index.js"] == "a two"


async def test_what_operators_installed_is_lent_to_everybody_and_started_from(yard: Yard) -> None:
    seeded, _ = await yard.installed(yard.project("p", A1, B1), tenant=SEED)
    lent, _ = await yard.installed(yard.project("q", A1, B1, version="3.0.0"), tenant="eve")
    assert (lent.key, lent.was_there) == (seeded.key, True)
    _, grown = await yard.installed(yard.project("r", A1, B1, C1), tenant="eve")
    assert any(line.startswith("starting from the dependencies") for line in yard.said)
    _, anew = await yard.installed(yard.project("s", A1, B1, C1), tenant="ada", scripts=True)
    assert grown == anew


async def test_what_a_tenant_installed_is_nothing_to_operators_and_to_those_who_run_scripts(yard: Yard) -> None:
    await yard.installed(yard.project("p", A1, B1), tenant="eve")
    seeded, _ = await yard.installed(yard.project("q", A1, B1), tenant=SEED)
    scripted, _ = await yard.installed(yard.project("r", A1, B1), tenant="ada", scripts=True)
    assert (seeded.was_there, scripted.was_there) == (False, False)
