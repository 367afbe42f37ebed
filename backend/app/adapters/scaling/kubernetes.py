"""The `kubernetes` driver: `kubectl scale`, with the rights of the pod's service account."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.adapters.process.port import Limits, ProcessRunner
from app.adapters.scaling.port import Change, Outcome, ScalingFailed, Workers
from app.core.errors import Unavailable

_MOST_OUTPUT = 64 * 1024
# kubectl needs these of our environment; it is not shown our secrets.
_PASSED_ON = ("PATH", "HOME", "KUBECONFIG")
_PASSED_ON_PREFIX = "KUBERNETES_"
_NAMED = re.compile(r"(?P<pod>[a-z0-9][a-z0-9.-]*)-[0-9]+-[A-Za-z0-9_-]{4}")
_GPUS = (
    r"jsonpath={range .items[*]}{.status.allocatable.nvidia\.com/gpu}{'\n'}"
    r"{.status.allocatable.amd\.com/gpu}{'\n'}{end}"
)
_POD = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class KubernetesTarget:
    """Where kubectl is, and what stands for a role: `deployment/hivesync-{service}`."""

    kubectl: str
    target: str
    namespace: str | None
    timeout: timedelta


class KubernetesScaling:
    """Changes the number of a deployment's replicas; Kubernetes drains a pod by SIGTERM."""

    name = "kubernetes"
    is_slow = True

    def __init__(self, where: KubernetesTarget, *, processes: ProcessRunner, env: Mapping[str, str]) -> None:
        """Run kubectl with the few variables of `env` that it needs."""
        self._where = where
        self._processes = processes
        self._env = {
            name: value for name, value in env.items() if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIX)
        }

    async def workers(self, role: str, alive: Sequence[str]) -> Workers | None:
        """Ask for the number of replicas that is wanted now: pods that are starting count."""
        said = await self._kubectl("get", self._target(role), "--output", "jsonpath={.spec.replicas}")
        if not said.isdecimal():
            raise ScalingFailed(f"kubectl says '{said[:80]}' instead of how many replicas {self._target(role)} has.")
        return Workers(int(said))

    async def devices(self) -> int | None:
        """Add up what the nodes can allocate."""
        said = await self._kubectl("get", "nodes", "--output", _GPUS)
        return sum(int(line) for line in said.split() if line.isdecimal())

    def cpu(self) -> float | None:
        """Pods are spread over machines."""
        return None

    async def apply(self, change: Change) -> Outcome:
        """Delete the deployment's pods that fell silent, or scale."""
        if change.action == "replace":
            name = self._target(change.role).rpartition("/")[2]
            found = (_pod_of(worker_id, change.role) for worker_id in change.silent)
            # Workers call themselves what they like: `--all` is an option, no pod.
            pods = [pod for pod in found if pod.startswith(f"{name}-") and _POD.fullmatch(pod)]
            if not pods:
                return Outcome(done=False, note=f"It is no pod of {name}: whoever started it must restart it.")
            arguments = ["delete", "pod", *pods, "--ignore-not-found", "--wait=false"]
        else:
            arguments = ["scale", self._target(change.role), f"--replicas={change.after}"]
        await self._kubectl(*arguments)
        return Outcome(done=True, note=" ".join(("kubectl", *arguments)))

    async def close(self) -> None:
        """Nothing is open."""

    def _target(self, role: str) -> str:
        return self._where.target.format(role=role, service=role.replace("_", "-"), workers="")

    async def _kubectl(self, *arguments: str) -> str:
        namespace = ("--namespace", self._where.namespace) if self._where.namespace else ()
        try:
            done = await self._processes.run(
                (self._where.kubectl, *arguments, *namespace),
                cwd=Path("/"),
                env=self._env,
                limits=Limits(timeout=self._where.timeout, max_output=_MOST_OUTPUT),
            )
        except Unavailable as error:
            raise ScalingFailed(f"{error.message} The kubernetes driver needs it: AUTOSCALER_KUBECTL.") from error
        if done.timed_out:
            raise ScalingFailed(f"kubectl {arguments[0]} did not end within {self._where.timeout.total_seconds():g} s.")
        if not done.ok:
            said = done.stderr.decode("utf-8", "replace").strip()[-300:]
            raise ScalingFailed(f"kubectl {arguments[0]} failed with status {done.returncode}: {said}")
        return done.stdout.decode("utf-8", "replace").strip()


def _pod_of(worker_id: str, role: str) -> str:
    """Find the pod in `role-pod-process-letters`, which is what workers call themselves; empty when it is another name.

    Whoever can write to Redis can call himself anything: what begins with a dash would be an option of kubectl's.
    """
    found = _NAMED.fullmatch(worker_id.removeprefix(f"{role}-"))
    return found["pod"] if found else ""
