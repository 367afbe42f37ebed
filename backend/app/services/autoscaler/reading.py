"""What operators read: thresholds in force, the last decision about each queue, and what was done."""

from app.adapters.scope import Scope
from app.config.autoscaler import QueueLimits
from app.core.paging import Page
from app.services.autoscaler import history
from app.services.autoscaler.schemas import AutoscalerOut, LimitsOut, SampleOut, ScaledQueueOut
from app.services.autoscaler.signals import ROLES, watched


async def read_state(scope: Scope) -> AutoscalerOut:
    """Describe the autoscaler as it is now."""
    chosen = scope.settings.autoscaler
    last = {row.queue: row for row in await history.latest(scope)}
    usual = set(watched(scope.container, ()))
    return AutoscalerOut(
        enabled=chosen.enabled,
        driver=chosen.driver,
        poll_interval_seconds=chosen.poll_interval_seconds,
        queues=[
            ScaledQueueOut(
                queue=queue.value,
                role=role,
                limits=describe(chosen.limits_of(queue)),
                last=SampleOut.model_validate(last[queue.value]) if queue.value in last else None,
            )
            for queue, role in ROLES.items()
            if queue in usual or queue.value in last
        ],
        recent_actions=[SampleOut.model_validate(row) for row in await history.recent_actions(scope)],
    )


def describe(limits: QueueLimits) -> LimitsOut:
    """Name thresholds as the settings do."""
    return LimitsOut(
        min_workers=limits.least,
        max_workers=limits.most,
        scale_out_threshold=limits.out_above,
        scale_in_threshold=limits.in_below,
        longest_wait_seconds=limits.longest_wait,
        cooldown_seconds=limits.cooldown,
    )


async def read_samples(scope: Scope, span: history.Span, *, limit: int, cursor: str | None) -> Page[SampleOut]:
    """Read one page of what was recorded, newest first."""
    page = await history.page_of(scope, span, limit=limit, cursor=cursor)
    return Page([SampleOut.model_validate(row) for row in page.items], page.next_cursor)
