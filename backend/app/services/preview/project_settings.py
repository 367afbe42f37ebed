"""How the previews of one project are built."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.adapters.scope import Scope
from app.models.preview import PreviewSettings


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What builds of a project see of the environment, and whether packages' scripts are run."""

    environment: Mapping[str, str]
    allow_scripts: bool


async def settings_of(scope: Scope, project_id: UUID) -> BuildSettings:
    """Read a project's settings; without any, no values and no scripts."""
    row = await scope.session.get(PreviewSettings, project_id)
    return BuildSettings(dict(row.environment), row.allow_scripts) if row else BuildSettings({}, allow_scripts=False)
