"""How to log in to a remote: sealed at rest, opened by the worker alone, just before use."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from app.adapters.git.port import Credentials
from app.adapters.scope import Scope
from app.adapters.security.secret_box import SecretBox, SecretUnreadable
from app.core.effects import Effect
from app.models.repo import RepoMirror


class _Opened(BaseModel):
    """What is inside the box."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    username: str = ""
    password: str = ""
    ssh_private_key: str = ""


def open_credentials(box: SecretBox, project_id: UUID, sealed: bytes | None) -> Credentials | None:
    """Decrypt a project's credentials; None when it has none, SecretUnreadable when the key is gone.

    The box is bound to the project: another project's credentials cannot be opened here.
    """
    if sealed is None:
        return None
    found = _Opened.model_validate_json(box.open(sealed.decode(), context=_context(project_id)))
    return Credentials(username=found.username, password=found.password, private_key=found.ssh_private_key)


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many credentials are under today's key now, and the projects whose credentials no key opens."""

    changed: int
    current: int
    unreadable: tuple[UUID, ...]


async def reseal_all(scope: Scope) -> Resealed:
    """Seal every project's credentials again that an older key sealed, so that the older key can be thrown away."""
    box = scope.container.secret_box
    query = select(RepoMirror.project_id, RepoMirror.credential_box).where(RepoMirror.credential_box.is_not(None))
    rows = (await scope.session.execute(query.order_by(RepoMirror.project_id))).all()
    changed, unreadable = 0, []
    for project_id, sealed in rows:
        if sealed is None or not box.is_outdated(text := sealed.decode()):
            continue
        context = _context(project_id)
        try:
            again = box.seal(box.open(text, context=context), context=context)
        except SecretUnreadable:
            unreadable.append(project_id)
            continue
        # Whoever has entered others meanwhile has sealed them with today's key.
        await scope.session.execute(
            update(RepoMirror)
            .where(RepoMirror.project_id == project_id, RepoMirror.credential_box == sealed)
            .values(credential_box=again.encode())
        )
        changed += 1
    if changed:
        scope.record(Effect("credentials.resealed", "credentials", "all", after={"projects": changed}))
    return Resealed(changed, len(rows) - len(unreadable), tuple(unreadable))


def _context(project_id: UUID) -> str:
    return f"repo:{project_id}"
