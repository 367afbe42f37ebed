"""How the previews of one project are built here: which variables builds see, and whether packages may run scripts.

Values end up in bundles, which go to whoever holds a grant: they are no secrets, and are shown as such.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.adapters.db.locks import lock_rows
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.models.preview import PreviewSettings
from app.models.project import Project
from app.services.auth.capabilities import Capability, require_client
from app.services.preview.errors import VariableRefused
from app.services.projects.access import Permission, require_project

MOST_VARIABLES = 100
MOST_VALUE_CHARACTERS = 4096
_MOST_TOTAL_BYTES = 64 * 1024
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
# For the app: whatever a name goes on with, the tools of a build leave it alone.
_FOR_APPS = ("EXPO_PUBLIC_", "REACT_NATIVE_APP_")
# These steer what runs in a build, or where it looks for programs, packages, proxies and keys: Node, its package
# managers, Expo, Metro and Babel, the loader, shells, git and the sandbox that all of it runs in.
_OF_TOOLS = (
    "NODE_", "NPM_", "NVM_", "YARN_", "PNPM_", "BUN_", "COREPACK_", "EXPO_", "EAS_", "METRO_", "BABEL_", "JEST_",
    "REACT_NATIVE_", "RCT_", "REACT_EDITOR", "HERMES_", "WATCHMAN_", "LD_", "DYLD_", "MALLOC_", "GLIBC_", "BASH_",
    "GIT_", "SSH_", "SSL_", "OPENSSL_", "UV_", "XDG_", "LC_", "PYTHON", "HIVESYNC_", "SANDBOX_",
)  # fmt: skip
_OF_MACHINES = frozenset((
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "TMP", "TEMP", "TMPDIR", "LANG", "LANGUAGE",
    "TERM", "TZ", "CI", "ENV", "IFS", "PS4", "CDPATH", "SHELLOPTS", "BASHOPTS", "HOSTNAME", "HOSTALIASES",
    "RESOLV_HOST_CONF", "EDITOR", "VISUAL", "PAGER", "BROWSER", "DEBUG", "FORCE_COLOR", "NO_COLOR",
    "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "INIT_CWD", "DISPLAY",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What a project's builds are given; by default nothing, and no scripts of packages are run."""

    environment: Mapping[str, str] = field(default_factory=dict)
    allow_scripts: bool = False
    updated_at: datetime | None = None


async def settings_of(scope: Scope, project_id: UUID) -> BuildSettings:
    """Read them for a build. Whoever calls has asked `require_project` before."""
    row = await scope.session.get(PreviewSettings, project_id)
    if row is None:
        return BuildSettings()
    return BuildSettings(dict(row.environment), row.allow_scripts, row.updated_at)


async def read_settings(scope: Scope, project_id: UUID) -> BuildSettings:
    """Read them for a person who may see previews; what `require_project` raises."""
    await require_project(scope, project_id, Permission.PREVIEW)
    return await settings_of(scope, project_id)


async def replace_settings(scope: Scope, project_id: UUID, wanted: BuildSettings) -> BuildSettings:
    """Write them anew, for whoever may change the code; VariableRefused. Locks: the project's row.

    The ledger is told names, never values.
    """
    require_client(scope.actor, Capability.REQUEST_PREVIEW)
    await require_project(scope, project_id, Permission.WRITE)
    check_environment(wanted.environment)
    # Two who write the first settings at the same moment write one row.
    await lock_rows(scope.session, scope.container.database, select(Project.id).where(Project.id == project_id))
    row = await scope.session.get(PreviewSettings, project_id, populate_existing=True)
    before = BuildSettings(row.environment, row.allow_scripts) if row else BuildSettings()
    now = scope.clock.now()
    if row is None:
        row = PreviewSettings(project_id=project_id, environment={}, allow_scripts=False, updated_at=now)
        scope.session.add(row)
    row.environment, row.allow_scripts, row.updated_at = dict(wanted.environment), wanted.allow_scripts, now
    changed = sorted(
        name
        for name in before.environment.keys() & wanted.environment.keys()
        if before.environment[name] != wanted.environment[name]
    )
    scope.record(
        Effect(
            "preview.configured", "preview_settings", str(project_id), project_id=project_id, before=_told(before),
            after={**_told(wanted), "changed": changed},
        )
    )  # fmt: skip
    return BuildSettings(dict(wanted.environment), wanted.allow_scripts, now)


def check_environment(environment: Mapping[str, str]) -> None:
    """Raise VariableRefused, with `name` and `reason`, for what builds may not be given."""
    if len(environment) > MOST_VARIABLES:
        raise VariableRefused(reason="too_many", variables=len(environment), most=MOST_VARIABLES)
    total = 0
    for name, value in environment.items():
        problem = problem_with_name(name) or _problem_with_value(value)
        if problem is not None:
            told = f"{name[:100]!r} cannot be given to builds: {_SAID[problem]}"
            raise VariableRefused(told, name=name[:100], reason=problem)
        total += len(name) + len(value.encode())
    if total > _MOST_TOTAL_BYTES:
        raise VariableRefused(reason="too_large", bytes=total, most_bytes=_MOST_TOTAL_BYTES)


def problem_with_name(name: str) -> str | None:
    """Say why a variable of this name is refused; None when builds may have it."""
    if _NAME.fullmatch(name) is None:
        return "name"
    if name.startswith(_FOR_APPS):
        return None
    if name in _OF_MACHINES or name.startswith(_OF_TOOLS) or name.endswith("_PROXY"):
        return "reserved"
    return None


def _problem_with_value(value: str) -> str | None:
    if len(value) > MOST_VALUE_CHARACTERS:
        return "long"
    # No process can be given a NUL, and a lone surrogate is no text.
    if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        return "value"
    return None


_SAID = {
    "name": "a name is made of A-Z, 0-9 and _, does not begin with a digit, and has 100 characters at most.",
    "reserved": "it steers the build itself. Choose a name that begins with EXPO_PUBLIC_, APP_ or your product's.",
    "long": f"its value has more than {MOST_VALUE_CHARACTERS} characters.",
    "value": "its value holds characters that no process can be given.",
}


def _told(settings: BuildSettings) -> dict[str, object]:
    return {"names": sorted(settings.environment), "allow_scripts": settings.allow_scripts}
