"""Role: AI jobs that need a GPU; one at a time, on a machine that has one and the weights."""

from collections.abc import Iterator, Sequence

from app.adapters.machine.gpus import device_count
from app.adapters.machine.port import Machine
from app.config import Settings
from app.core.jobs import Queue
from app.workers.role import Need, Role, WorkerType


def _needs(settings: Settings, machine: Machine) -> Sequence[Need]:
    return list(_look(settings, machine))


def _look(settings: Settings, machine: Machine) -> Iterator[Need]:
    count = device_count(machine)
    nothing = "No GPU can be used here: give this worker an NVIDIA (nvidia-smi -L) or ROCm (/dev/kfd) device."
    yield Need("GPU", None if count else nothing)
    path = settings.ai.local_model_path
    if not settings.ai.local_enabled or path is None:
        yield Need("weights", "Local weights are off: set LOCAL_AI_ENABLED=true and LOCAL_AI_MODEL_PATH.")
    elif not machine.files_like(f"{str(path.absolute()).lstrip('/')}/config.json"):
        yield Need("weights", f"LOCAL_AI_MODEL_PATH ({path}) holds no model: there is no config.json in it.")
    else:
        yield Need("weights")


ROLE = Role(
    name="gpu_worker",
    queues=(Queue.GPU_AI,),
    does="Answers questions with local weights on a GPU.",
    type=WorkerType.GPU,
    needs=_needs,
)
