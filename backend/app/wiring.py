"""The one list of what is plugged in: routers, handlers, event subscriptions, schedules."""

from collections.abc import Sequence
from types import ModuleType

from fastapi import APIRouter

from app.adapters.events.bus import Subscriptions
from app.adapters.jobs.registry import Registry
from app.adapters.jobs.schedule import Schedule
from app.core.events import JobEnded
from app.services.auth import routes as auth
from app.services.jobs import routes as jobs
from app.services.notifications import routes as notifications
from app.services.notifications import subscribers as tell
from app.services.ops import routes as ops
from app.services.projects import routes as projects
from app.services.proposals import routes as proposals
from app.services.proposals.messages import ProposalApplied, ProposalReady, ProposalStale
from app.services.teams import routes as teams
from app.services.users import routes as users

ROUTERS: Sequence[APIRouter] = (
    auth.router,
    users.router,
    teams.router,
    projects.router,
    jobs.router,
    notifications.router,
    ops.router,
    ops.admin_router,
    proposals.router,
)

# Outside the prefix: what orchestrators and scrapers expect at the root.
ROOT_ROUTERS: Sequence[APIRouter] = (ops.root_router,)

JOB_MODULES: Sequence[ModuleType] = ()

SUBSCRIPTIONS: Subscriptions = {
    JobEnded: (tell.on_job_ended,),
    ProposalReady: (tell.on_proposal_ready,),
    ProposalApplied: (tell.on_proposal_applied,),
    ProposalStale: (tell.on_proposal_stale,),
}

SCHEDULES: Sequence[Schedule] = ()


def registry() -> Registry:
    """Collect every handler."""
    found = Registry()
    for module in JOB_MODULES:
        found.add_module(module)
    return found
