"""When the autoscaler would start or stop workers, and whether it may."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, SecretStr, model_validator

from app.config.ai import Address
from app.config.section import Section, setting
from app.core.jobs import Queue

# What an override may name, and the field of `QueueLimits` it sets.
_OVERRIDES: Mapping[str, str] = {
    "min": "least",
    "max": "most",
    "out": "out_above",
    "in": "in_below",
    "wait": "longest_wait",
    "cooldown": "cooldown",
}
_SHORTEST_SECRET = 16
_PLACES = ("{role}", "{service}")


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """The thresholds of one queue. `longest_wait` and `cooldown` are seconds; 0 turns the first one off."""

    least: int = 1
    most: int = 4
    out_above: int = 20
    in_below: int = 5
    longest_wait: float = 60.0
    cooldown: float = 120.0

    def changed(self, text: str) -> "QueueLimits":
        """Apply `min=2,max=8,out=50`; ValueError, saying what is wrong, when that cannot be read or makes no sense."""
        given: dict[str, int] = {}
        for part in filter(None, (each.strip() for each in text.split(","))):
            name, _, value = part.partition("=")
            if name.strip() not in _OVERRIDES or not value.strip().isdecimal() or len(value.strip()) > 6:
                raise ValueError(f"'{part[:60]}' is not one of {', '.join(f'{each}=N' for each in _OVERRIDES)}")
            given[_OVERRIDES[name.strip()]] = int(value)
        return self.having(**given)

    def having(self, **given: float) -> "QueueLimits":
        """Set some fields; ValueError, saying what is wrong, when all of them together make no sense."""
        limits = replace(self, **given)  # type: ignore[arg-type]
        if limits.least > limits.most or limits.most < 1:
            raise ValueError(f"min={limits.least} and max={limits.most} leave no number of workers")
        if limits.in_below > limits.out_above:
            raise ValueError(f"in={limits.in_below} is above out={limits.out_above}: workers would come and go at once")
        return limits


def parse_overrides(text: str) -> dict[Queue, str]:
    """Read `ai_jobs:min=2,max=8;preview_build:max=2`; ValueError names the part that is wrong."""
    found: dict[Queue, str] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        name, colon, rest = part.partition(":")
        try:
            queue = Queue.named(name.strip())
        except ValueError as error:
            raise ValueError(f"there is no queue '{name.strip()[:60]}'") from error
        if queue is Queue.CLEANUP:
            raise ValueError("the cleanup worker is never scaled: there is exactly one")
        if not colon or queue in found:
            raise ValueError(f"'{name.strip()[:60]}' must stand once, as {name.strip()[:60]}:min=1,max=4")
        found[queue] = rest
    return found


def _readable(text: str) -> str:
    parse_overrides(text)
    return text


def _with_a_place(text: str) -> str:
    if not any(place in text for place in _PLACES):
        raise ValueError(f"it must hold {' or '.join(_PLACES)}")
    try:
        text.format(role="", service="", workers=1)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError("it may hold {role}, {service} and {workers}, and no other braces") from error
    return text


Template = Annotated[str, AfterValidator(_with_a_place)]


class AutoscalerSettings(Section):
    """Off by default; even then it records what it would do, and why."""

    enabled: bool = setting("AUTOSCALER_ENABLED", False, "Let the autoscaler act; otherwise it only records.")
    driver: Literal["none", "manual", "kubernetes", "webhook", "process"] = setting(
        "AUTOSCALER_DRIVER", "none", "Who starts and stops workers: none, manual, kubernetes, webhook or process."
    )
    min_workers: int = setting("AUTOSCALER_MIN_WORKERS", 1, "The fewest workers of a queue.", ge=0, le=1000)
    max_workers: int = setting("AUTOSCALER_MAX_WORKERS", 4, "The most workers of a queue.", ge=1, le=1000)
    scale_out_threshold: int = setting(
        "AUTOSCALER_SCALE_OUT_THRESHOLD", 20, "With more jobs waiting than this, one more worker.", ge=1
    )
    scale_in_threshold: int = setting(
        "AUTOSCALER_SCALE_IN_THRESHOLD", 5, "With fewer jobs waiting than this, one worker less.", ge=0
    )
    poll_interval_seconds: float = setting(
        "AUTOSCALER_POLL_INTERVAL_SECONDS", 30.0, "How often it looks.", ge=1, le=3600
    )
    longest_wait_seconds: float = setting(
        "AUTOSCALER_LONGEST_WAIT_SECONDS",
        60.0,
        "When the oldest job has waited longer, one more worker however few wait; 0: never for that reason.",
        ge=0,
        le=86_400,
    )
    cooldown_seconds: float = setting(
        "AUTOSCALER_COOLDOWN_SECONDS",
        120.0,
        "After a change, how long no worker goes; after one went, how long none comes.",
        ge=0,
        le=86_400,
    )
    cpu_ceiling: float = setting(
        "AUTOSCALER_CPU_CEILING",
        90.0,
        "Where workers share one machine, no more of them while its processors are busier than this, in percent.",
        gt=0,
        le=100,
    )
    queues: Annotated[str, AfterValidator(_readable)] = setting(
        "AUTOSCALER_QUEUES",
        "",
        "Other numbers for some queues: `ai_jobs:min=2,max=8,out=50,in=10,wait=30,cooldown=60;preview_build:max=2`.",
    )
    gpu_devices: int | None = setting(
        "AUTOSCALER_GPU_DEVICES", None, "How many GPUs there are; asked of the driver when not set.", ge=0, le=10_000
    )
    timeout_seconds: float = setting(
        "AUTOSCALER_TIMEOUT_SECONDS",
        20.0,
        "How long one action of a driver may take, in all.",
        gt=0,
        le=300,
    )
    compose_command: Template = setting(
        "AUTOSCALER_COMPOSE_COMMAND",
        "docker compose up -d --no-recreate --scale {service}={workers}",
        "What the manual driver tells people to run; `{role}` is ai_worker, `{service}` ai-worker.",
    )
    kubectl: str = setting("AUTOSCALER_KUBECTL", "kubectl", "The program of the kubernetes driver.")
    kubernetes_target: Template = setting(
        "AUTOSCALER_KUBERNETES_TARGET", "deployment/hivesync-{service}", "What `kubectl scale` is given."
    )
    kubernetes_namespace: str | None = setting(
        "AUTOSCALER_KUBERNETES_NAMESPACE", None, "The namespace, unless it is the one kubectl is set to."
    )
    webhook_url: Address | None = setting(
        "AUTOSCALER_WEBHOOK_URL", None, "Where the webhook driver sends what is to be done."
    )
    webhook_secret: SecretStr | None = setting(
        "AUTOSCALER_WEBHOOK_SECRET", None, "Signs what the webhook driver sends; at least 16 characters."
    )

    def limits_of(self, queue: Queue) -> QueueLimits:
        """Work out the thresholds in force for a queue."""
        common = QueueLimits(
            least=self.min_workers,
            most=self.max_workers,
            out_above=self.scale_out_threshold,
            in_below=self.scale_in_threshold,
            longest_wait=self.longest_wait_seconds,
            cooldown=self.cooldown_seconds,
        )
        return common.changed(self.overrides().get(queue, ""))

    def overrides(self) -> dict[Queue, str]:
        """List the queues that have numbers of their own."""
        return parse_overrides(self.queues)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for queue in (Queue.AI, *self.overrides()):
            try:
                self.limits_of(queue)
            except ValueError as error:
                raise ValueError(f"AUTOSCALER: {queue.value}: {error}") from error
        if self.driver == "webhook":
            secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
            if self.webhook_url is None or len(secret) < _SHORTEST_SECRET:
                raise ValueError(
                    "AUTOSCALER_DRIVER=webhook needs AUTOSCALER_WEBHOOK_URL, and an AUTOSCALER_WEBHOOK_SECRET of at "
                    f"least {_SHORTEST_SECRET} characters"
                )
        return self
