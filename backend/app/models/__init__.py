"""Tables, one file per subject; no behaviour beyond a property. Imported whole so that migrations see them."""

from app.models import (
    ai,
    autoscaler,
    cleanup,
    effect,
    event,
    folder,
    job,
    manifest,
    notification,
    preview,
    project,
    proposal,
    repo,
    symbol,
    team,
    user,
)
from app.models.base import Base

__all__ = [
    "Base",
    "ai",
    "autoscaler",
    "cleanup",
    "effect",
    "event",
    "folder",
    "job",
    "manifest",
    "notification",
    "preview",
    "project",
    "proposal",
    "repo",
    "symbol",
    "team",
    "user",
]
