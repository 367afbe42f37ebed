"""The one list of what the API process plugs in beside `wiring`: routers, fast lanes, samplers of metrics."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter

from app.adapters.container import Container
from app.adapters.telemetry.metrics import Sampler
from app.services.activity import routes as activity
from app.services.ai import routes as ai
from app.services.auth import routes as auth
from app.services.autoscaler import routes as autoscaler
from app.services.cleanup import routes as cleanup
from app.services.files import routes as files
from app.services.folders import routes as folders
from app.services.jobs import routes as jobs
from app.services.jobs.polling import JobPolls, Lanes
from app.services.manifest import routes as manifest
from app.services.notifications import routes as notifications
from app.services.ops import job_routes as job_history
from app.services.ops import routes as ops
from app.services.ops.sampling import InstallationMetrics
from app.services.preview import about_routes as about_previews
from app.services.preview import project_routes as preview_of_projects
from app.services.preview import routes as preview
from app.services.preview.expo import routes as expo
from app.services.preview.web import routes as preview_web
from app.services.projects import routes as projects
from app.services.proposals import routes as proposals
from app.services.refactor import routes as refactor
from app.services.repos import routes as repos
from app.services.symbols import routes as symbols
from app.services.teams import routes as teams
from app.services.users import routes as users

ROUTERS: Sequence[APIRouter] = (
    auth.router,
    users.router,
    teams.router,
    projects.router,
    jobs.router,
    notifications.router,
    repos.router,
    folders.router,
    manifest.router,
    files.router,
    ai.router,
    refactor.router,
    symbols.router,
    preview.router,
    expo.router,
    preview_web.router,
    about_previews.router,
    preview_of_projects.router,
    preview_of_projects.settings_router,
    ops.router,
    ops.admin_router,
    job_history.router,
    cleanup.router,
    autoscaler.router,
    proposals.router,
    activity.router,
)

# Polled so often that they have a lane of their own, which answers what these routes would.
LANES: Lanes = {"/jobs/{job_id}": lambda container: JobPolls(container).read}

# Outside the prefix: what orchestrators and scrapers expect at the root.
ROOT_ROUTERS: Sequence[APIRouter] = (ops.root_router,)

# Metrics of the whole installation, read when somebody scrapes.
SAMPLERS: Sequence[Callable[[Container], Sampler]] = (lambda container: InstallationMetrics(container).sample,)
