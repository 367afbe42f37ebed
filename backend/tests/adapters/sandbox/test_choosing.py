"""The first sandbox that holds is used; without one, work goes on weakly, or is refused, as the operator wants."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, write_beat
from app.adapters.machine.port import ThisMachine
from app.adapters.sandbox.chosen import BuildSandbox, Mode, ToolSandbox
from app.adapters.sandbox.port import NoSandbox, Sandbox, SandboxMissing
from app.adapters.sandbox.probe import Prober
from app.core.jobs import Queue
from app.services.ops.health import Health, check_sandbox
from app.workers import preflight
from app.workers.roles import role_named


class Broken(NoSandbox):
    """A sandbox whose program is not there."""

    name = "broken"

    def wrap(self, argv: object, _within: object) -> tuple[str, ...]:
        return ("/nowhere/sandbox",)


class Leaky(NoSandbox):
    """A sandbox that keeps nothing out."""

    name = "leaky"


def chosen(prober: Prober, *known: Sandbox, mode: Mode = "auto") -> ToolSandbox:
    """What a worker would choose of these."""
    return ToolSandbox(mode, prober, known)


async def test_the_first_that_holds_is_used(prober: Prober, sandbox: Sandbox) -> None:
    source = chosen(prober, Broken(), Leaky(), sandbox, mode="required")
    assert await source.take() is sandbox
    assert source.verdict == f"{sandbox.name}: holds"


async def test_without_one_that_holds_the_best_is_used_and_said_to_be_weak(prober: Prober) -> None:
    leaky = Leaky()
    source = chosen(prober, Broken(), leaky)
    assert await source.take() is leaky
    assert "could read" in source.verdict


async def test_where_none_works_tools_run_unconfined(prober: Prober) -> None:
    source = chosen(prober, Broken())
    assert (await source.take()).name == "none"
    assert source.verdict == "none: tools run unconfined"


@pytest.mark.parametrize("known", [(Broken(),), (Leaky(),), ()])
async def test_what_is_required_and_missing_refuses_the_work(prober: Prober, known: tuple[Sandbox, ...]) -> None:
    with pytest.raises(SandboxMissing, match="bubblewrap") as refused:
        await chosen(prober, *known, mode="required").take()
    assert len(refused.value.details["tried"]) == len(known)
    assert not refused.value.retryable


async def test_off_tries_nothing(prober: Prober, tmp_path: Path) -> None:
    source = chosen(prober, Leaky(), mode="off")
    assert (await source.take()).name == "none"
    assert source.tried == ()


async def test_builds_have_no_second_best(prober: Prober, sandbox: Sandbox) -> None:
    refused = BuildSandbox("required", prober, (Broken(), Leaky()))
    with pytest.raises(SandboxMissing, match="PREVIEW_SANDBOX=off"):
        await refused.take()
    assert refused.verdict.startswith("none: builds are refused (broken")
    if sandbox.fit_for_builds:
        source = BuildSandbox("required", prober, (Leaky(), sandbox))
        assert await source.take() is sandbox
        assert source.verdict == f"{sandbox.name}: holds"


async def test_builds_without_a_sandbox_are_said_to_be(prober: Prober) -> None:
    source = BuildSandbox("off", prober, ())
    assert source.verdict == ""
    assert (await source.take()).name == "none"
    assert source.verdict == "none: builds run unconfined"


async def test_a_worker_that_builds_says_at_its_start_that_it_cannot(container: Container, prober: Prober) -> None:
    weak = replace(container, build_sandbox=BuildSandbox("required", prober, (Leaky(),)))
    needs = await preflight.examine(weak, role_named("preview_builder"), ThisMachine())
    found = next(need for need in needs if need.name == "build sandbox")
    assert "no sandbox for builds" in (found.problem or "")
    assert not found.required


async def test_a_worker_says_at_its_start_that_tools_are_not_shut_in(container: Container, prober: Prober) -> None:
    weak = replace(container, sandbox=chosen(prober, Leaky(), mode="required"))
    needs = await preflight.examine(weak, role_named("refactor"), ThisMachine())
    found = next(need for need in needs if need.name == "sandbox")
    assert "bubblewrap" in (found.problem or "")
    assert not found.required


@pytest.mark.parametrize(
    ("said", "health"),
    [("bubblewrap: holds", Health.OK), ("none: tools run unconfined", Health.DEGRADED), ("", Health.OK)],
)
async def test_health_shows_what_workers_found(container: Container, said: str, health: Health) -> None:
    await write_beat(container.kv, beat(container, said))
    found, message = await check_sandbox(container)
    assert found is health
    assert said in message


def beat(container: Container, sandbox: str) -> WorkerBeat:
    """A worker that says so of its sandbox."""
    return WorkerBeat("w1", "cpu", "refactor_worker", (Queue.REFACTOR,), 1, 0, container.clock.now(), sandbox=sandbox)
