"""The one list of what is plugged in: routers, handlers, event subscriptions, schedules."""

from collections.abc import Sequence
from types import ModuleType

from fastapi import APIRouter

from app.adapters.events.bus import Subscriptions
from app.adapters.jobs.registry import Registry
from app.services.auth import routes as auth
from app.services.projects import routes as projects
from app.services.teams import routes as teams
from app.services.users import routes as users

ROUTERS: Sequence[APIRouter] = (auth.router, users.router, teams.router, projects.router)

# Outside the prefix: what orchestrators and scrapers expect at the root.
ROOT_ROUTERS: Sequence[APIRouter] = ()

JOB_MODULES: Sequence[ModuleType] = ()

SUBSCRIPTIONS: Subscriptions = {}

SCHEDULES: Sequence[object] = ()


def registry() -> Registry:
    """Collect every handler."""
    found = Registry()
    for module in JOB_MODULES:
        found.add_module(module)
    return found
