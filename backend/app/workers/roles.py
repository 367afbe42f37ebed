"""The list of roles a worker process can take, alone or together."""

from collections.abc import Sequence

from app.config import Settings
from app.core.errors import Invalid
from app.core.jobs import Queue
from app.workers import (
    ai_worker,
    cleanup_worker,
    gpu_worker,
    mirror_queue_worker,
    preview_builder,
    refactor_worker,
    repo_sync_worker,
    system_worker,
)
from app.workers.role import Role, WorkerType

ROLES: dict[str, Role] = {
    module.ROLE.name: module.ROLE
    for module in (
        ai_worker,
        gpu_worker,
        refactor_worker,
        repo_sync_worker,
        preview_builder,
        cleanup_worker,
        mirror_queue_worker,
        system_worker,
    )
}


class RolesRefused(Invalid):
    """These roles cannot share a process. Start one worker for each."""


def role_named(name: str) -> Role:
    """Find a role by its name, with or without `_worker`, with dashes or underscores, or by a queue's name or alias."""
    wanted = name.strip().replace("-", "_").lower()
    for spelled in (wanted, f"{wanted}_worker"):
        if spelled in ROLES:
            return ROLES[spelled]
    try:
        queue = Queue.named(wanted)
    except ValueError:
        raise Invalid(f"There is no role '{name}'. Choose one of: {', '.join(sorted(ROLES))}.") from None
    return next(role for role in ROLES.values() if queue in role.queues)


def chosen_roles(names: Sequence[str], settings: Settings) -> tuple[Role, ...]:
    """Find the roles of one process by their names; RolesRefused says why some cannot go together."""
    roles = tuple(dict.fromkeys(role_named(part) for name in names for part in name.split(",") if part.strip()))
    if not roles:
        raise Invalid(f"Name a role with --role or WORKER_ROLES. Choose one of: {', '.join(sorted(ROLES))}.")
    types = {role.type for role in roles}
    if WorkerType.CLEANUP in types and len(roles) > 1:
        raise RolesRefused("cleanup_worker goes with no other role: what deletes runs alone, one job at a time.")
    mixed = ROLES["gpu_worker"] in roles and ROLES["preview_builder"] in roles
    if mixed and not settings.workers.allow_mixed_gpu_build:
        raise RolesRefused(
            "gpu_worker and preview_builder do not share a process: a build runs strangers' code and would wait "
            "for the GPU. Start one worker for each, or set ALLOW_MIXED_GPU_BUILD=true."
        )
    return roles


def joined(roles: Sequence[Role]) -> Role:
    """Make one job description of several; with a GPU among them the process has one slot."""
    if len(roles) == 1:
        return roles[0]
    type_ = next((role.type for role in roles if role.type is not WorkerType.CPU), WorkerType.CPU)
    return Role(
        name="+".join(role.name for role in roles),
        queues=tuple(dict.fromkeys(queue for role in roles for queue in role.queues)),
        does=" ".join(role.does for role in roles),
        type=type_,
        confines_tools=any(role.confines_tools for role in roles),
        confines_builds=any(role.confines_builds for role in roles),
        writes_mirrors=any(role.writes_mirrors for role in roles),
        slots=lambda settings: min(role.slots_for(settings) for role in roles),
        needs=lambda settings, machine: [need for role in roles for need in role.needs(settings, machine)],
    )
