"""The list of roles a worker process can take."""

from app.core.errors import Invalid
from app.workers import ai_worker, cleanup_worker, repo_sync_worker
from app.workers.role import Role

ROLES: dict[str, Role] = {role.name: role for role in (ai_worker.ROLE, cleanup_worker.ROLE, repo_sync_worker.ROLE)}


def role_named(name: str) -> Role:
    """Find a role by its name, with or without `_worker`, with dashes or underscores."""
    wanted = name.replace("-", "_")
    role = ROLES.get(wanted) or ROLES.get(f"{wanted}_worker")
    if role is None:
        raise Invalid(f"There is no role '{name}'. Choose one of: {', '.join(sorted(ROLES))}.")
    return role
