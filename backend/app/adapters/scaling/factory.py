"""Chooses the driver that the operator named."""

from collections.abc import Mapping
from datetime import timedelta

from app.adapters.process.system import SystemProcesses
from app.adapters.scaling.kubernetes import KubernetesScaling, KubernetesTarget
from app.adapters.scaling.plain import ManualScaling, NoScaling
from app.adapters.scaling.port import ScalingDriver
from app.adapters.scaling.process import ProcessHost, ProcessScaling
from app.adapters.scaling.webhook import WebhookScaling, WebhookTarget
from app.config import Settings
from app.core.clock import Clock
from app.core.ids import IdSource


def open_scaling(settings: Settings, *, clock: Clock, ids: IdSource, env: Mapping[str, str]) -> ScalingDriver:
    """Make the driver; nothing is started or connected before it is asked to."""
    chosen = settings.autoscaler
    timeout = timedelta(seconds=chosen.timeout_seconds)
    if chosen.driver == "manual":
        return ManualScaling(chosen.compose_command)
    if chosen.driver == "kubernetes":
        where = KubernetesTarget(chosen.kubectl, chosen.kubernetes_target, chosen.kubernetes_namespace, timeout)
        return KubernetesScaling(where, processes=SystemProcesses(clock), env=env)
    if chosen.driver == "webhook" and chosen.webhook_url and chosen.webhook_secret:
        return WebhookScaling(
            WebhookTarget(chosen.webhook_url, chosen.webhook_secret.get_secret_value(), timeout), clock
        )
    if chosen.driver == "process":
        return ProcessScaling(
            ProcessHost(
                env=env,
                log_dir=settings.data_dir / "logs",
                grace=timedelta(seconds=settings.workers.grace_seconds),
                new_id=lambda: ids.secret(nbytes=6),
                monotonic=clock.monotonic,
            )
        )
    return NoScaling()
