"""Roles: every name resolves, slots are bounded, what cannot go together is refused, machines are examined."""

from pathlib import Path
from typing import Any

import pytest

from app.adapters.container import Container
from app.adapters.machine.gpus import device_count
from app.adapters.machine.port import PretendedMachine, ThisMachine
from app.config import Settings, load_settings
from app.core.errors import Invalid
from app.core.jobs import QUEUE_ALIASES, Queue
from app.workers import preflight
from app.workers.role import WorkerType
from app.workers.roles import ROLES, RolesRefused, chosen_roles, joined, role_named

# Every name that a document of the specification gives a queue.
DOCUMENTED = (
    *("ai_docs", "refactor", "repo_sync", "preview_cleanup", "preview_build", "ai_jobs", "cleanup"),
    *("system_events", "gpu_ai_jobs", "mirror"),
)
SMI = {"nvidia-smi": ["GPU 0: NVIDIA H100 (UUID: GPU-1)", "  MIG 1g.10gb", "GPU 1: NVIDIA H100 (UUID: GPU-2)"]}
KFD = {
    "dev/kfd": "",
    "sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 16\nsimd_count 0\n",
    "sys/class/kfd/kfd/topology/nodes/1/properties": "simd_count 240\n",
}


def with_env(settings: Settings, **env: str) -> Settings:
    """The same installation with some variables set."""
    secrets = {name: f"{name}-for-this-test-0123456789abcdefghijk" for name in SECRETS}
    return load_settings({"DATA_DIR": str(settings.data_dir), **secrets, **env})


SECRETS = ("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET")


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_queue_name_names_a_queue_and_its_role(name: str) -> None:
    assert Queue.named(name) in role_named(name).queues
    assert QUEUE_ALIASES.get(name, name) == Queue.named(name).value


def test_every_queue_has_one_role_and_every_role_its_own_queues() -> None:
    served = [queue for role in ROLES.values() for queue in role.queues]
    assert sorted(served) == sorted(Queue)


@pytest.mark.parametrize("name", ["ai-worker", "AI_WORKER", "ai", "gpu", "cleanup", "mirror_queue", "preview-builder"])
def test_a_role_is_found_however_it_is_spelled(name: str) -> None:
    assert role_named(name).name.startswith(name.replace("-", "_").lower())


def test_a_name_that_is_none_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Invalid, match="gpu_worker"):
        role_named("nonsense")


def test_gpu_and_cleanup_have_one_slot_and_a_builder_the_smaller_number(settings: Settings) -> None:
    four = with_env(settings, WORKER_CONCURRENCY="4", PREVIEW_BUILDER_CONCURRENCY="3")
    slots = {name: role.slots_for(four) for name, role in ROLES.items()}
    assert (slots["gpu_worker"], slots["cleanup_worker"], slots["preview_builder"], slots["ai_worker"]) == (1, 1, 3, 4)


def test_a_gpu_worker_reads_its_own_queue_only_where_there_is_one(settings: Settings) -> None:
    gpu = ROLES["gpu_worker"]
    assert gpu.served(settings) == (Queue.GPU_AI, Queue.AI)
    assert gpu.served(with_env(settings, GPU_QUEUE_ENABLED="true")) == (Queue.GPU_AI,)


def test_several_roles_share_a_process_and_its_smallest_number_of_slots(settings: Settings) -> None:
    role = joined(chosen_roles(["refactor,repo_sync"], settings))
    assert (role.queues, role.writes_mirrors, role.type) == ((Queue.REFACTOR, Queue.REPO_SYNC), True, WorkerType.CPU)
    assert joined(chosen_roles(["ai", "gpu"], settings)).slots_for(settings) == 1


@pytest.mark.parametrize(("names", "why"), [("cleanup,ai", "deletes"), ("gpu,preview_builder", "ALLOW_MIXED")])
def test_what_must_not_share_a_process_is_refused_and_told_why(settings: Settings, names: str, why: str) -> None:
    with pytest.raises(RolesRefused, match=why):
        chosen_roles([names], settings)


def test_an_operator_may_let_builds_share_with_a_gpu(settings: Settings) -> None:
    mixed = with_env(settings, ALLOW_MIXED_GPU_BUILD="true")
    assert len(chosen_roles(["gpu,preview_builder"], mixed)) == 2


@pytest.mark.parametrize(
    ("machine", "count"),
    [
        (PretendedMachine(), 0),
        (PretendedMachine(answers=SMI), 2),
        (PretendedMachine(answers={"nvidia-smi": []}, files={"dev/nvidia0": ""}), 0),
        (PretendedMachine(files={"dev/nvidia0": "", "dev/nvidiactl": "", "dev/nvidia1": ""}), 2),
        (PretendedMachine(files=KFD), 1),
    ],
)
def test_devices_are_counted(machine: PretendedMachine, count: int) -> None:
    assert device_count(machine) == count


async def problems(container: Container, role: str, machine: Any) -> str:
    needs = await preflight.examine(container, ROLES[role], machine)
    return " ".join(need.problem for need in needs if need.problem and need.required)


async def test_a_gpu_worker_needs_a_device_and_weights(container: Container, tmp_path: Path) -> None:
    said = await problems(container, "gpu_worker", PretendedMachine())
    assert "nvidia-smi" in said
    assert "LOCAL_AI_ENABLED=true" in said
    with pytest.raises(preflight.UnfitError, match="gpu_worker cannot start here"):
        preflight.require(ROLES["gpu_worker"], await preflight.examine(container, ROLES["gpu_worker"], ThisMachine()))
    weights = with_env(container.settings, LOCAL_AI_ENABLED="true", LOCAL_AI_MODEL_PATH=str(tmp_path))
    empty = [need.problem for need in ROLES["gpu_worker"].needs(weights, PretendedMachine(answers=SMI))]
    assert empty == [None, f"LOCAL_AI_MODEL_PATH ({tmp_path}) holds no model: there is no config.json in it."]
    (tmp_path / "config.json").write_text("{}")
    assert ROLES["gpu_worker"].needs(weights, ThisMachine())[1].problem is None


async def test_a_builder_starts_without_a_bundler_and_is_warned_of_everything_it_lacks(container: Container) -> None:
    assert await problems(container, "preview_builder", PretendedMachine()) == "", "uploads need no bundler"
    found = ROLES["preview_builder"].needs(container.settings, PretendedMachine())
    assert [need.name for need in found if need.problem] == ["node", "npm"]
    assert not any(need.required for need in found)


async def test_every_role_needs_a_data_directory_that_can_be_written(container: Container) -> None:
    container.settings.data_dir.mkdir(parents=True, exist_ok=True)
    assert await problems(container, "cleanup_worker", ThisMachine()) == ""
    container.settings.data_dir.rmdir()
    assert "DATA_DIR" in await problems(container, "cleanup_worker", ThisMachine())
