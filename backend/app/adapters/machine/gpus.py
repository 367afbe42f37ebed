"""Counts the GPUs of a machine: NVIDIA's and AMD's. The autoscaler never goes beyond them (C53)."""

import re

from app.adapters.machine.port import Machine, ThisMachine

_LISTED = re.compile(r"GPU \d+:")
_NVIDIA_DEVICE = re.compile(r"nvidia\d+")


def device_count(machine: Machine | None = None) -> int:
    """Count the GPUs that a process of this machine can use."""
    asked = machine or ThisMachine()
    return _nvidia(asked) or _amd(asked)


def _nvidia(machine: Machine) -> int:
    if machine.has_program("nvidia-smi"):
        # The driver knows best: a device whose file is there may be lost, and its program then says so.
        return sum(1 for line in machine.lines_of(["nvidia-smi", "-L"]) if _LISTED.match(line))
    return sum(1 for path in machine.files_like("dev/nvidia[0-9]*") if _NVIDIA_DEVICE.fullmatch(path.name))


def _amd(machine: Machine) -> int:
    if not machine.files_like("dev/kfd"):
        return 0
    nodes = machine.files_like("sys/class/kfd/kfd/topology/nodes/*/properties")
    # Processors are nodes too; only a GPU has vector units.
    return sum(1 for node in nodes if re.search(r"^simd_count [1-9]", machine.text_of(node), re.MULTILINE))
