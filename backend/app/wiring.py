"""The one list of what every process plugs in: handlers, event subscriptions, schedules; `endpoints` has the API's."""

from collections.abc import Sequence
from datetime import timedelta
from types import ModuleType

from app.adapters.events.bus import Subscriptions
from app.adapters.jobs.registry import Registry
from app.adapters.jobs.schedule import CronSchedule, Schedule
from app.core.events import JobEnded
from app.services.ai import jobs as ai_jobs
from app.services.ai import subscribers as on_ai
from app.services.ai.messages import AiJobFinished
from app.services.autoscaler.service import tick as look_at_queues
from app.services.cleanup import jobs as cleanup_jobs
from app.services.cleanup.schedules import SCHEDULES as CLEANUP_SCHEDULES
from app.services.folders import jobs as folder_jobs
from app.services.folders import subscribers as on_folders
from app.services.manifest import jobs as manifest_jobs
from app.services.manifest.messages import ManifestBuilt
from app.services.manifest.subscribers import on_project_changed, on_repo_synced
from app.services.notifications import subscribers as tell
from app.services.ops.throughput import roll_up
from app.services.preview import jobs as preview_jobs
from app.services.projects.messages import ProjectChanged, ProjectCreated, ProjectDeleted, RepoUrlChanged
from app.services.proposals import jobs as proposal_jobs
from app.services.proposals import subscribers as on_proposals
from app.services.proposals.messages import ProposalApplied, ProposalReady, ProposalStale
from app.services.refactor import jobs as refactor_jobs
from app.services.repos import jobs as repos_jobs
from app.services.repos import subscribers as on_repos
from app.services.repos.messages import RepoSynced
from app.services.repos.schedule import stage_due_syncs
from app.services.symbols import jobs as symbol_jobs
from app.services.symbols import subscribers as on_symbols

JOB_MODULES: Sequence[ModuleType] = (
    repos_jobs,
    folder_jobs,
    manifest_jobs,
    proposal_jobs,
    ai_jobs,
    refactor_jobs,
    symbol_jobs,
    preview_jobs,
    cleanup_jobs,
)

SUBSCRIPTIONS: Subscriptions = {
    JobEnded: (
        on_ai.on_job_ended,
        on_repos.on_job_ended,
        on_folders.on_job_ended,
        on_proposals.on_job_ended,
        tell.on_job_ended,
    ),
    AiJobFinished: (tell.on_ai_job_finished,),
    ProposalReady: (tell.on_proposal_ready,),
    ProposalApplied: (tell.on_proposal_applied,),
    ProposalStale: (tell.on_proposal_stale,),
    ProjectCreated: (on_repos.on_project_created,),
    RepoUrlChanged: (on_repos.on_repo_url_changed,),
    ProjectChanged: (on_project_changed,),
    ProjectDeleted: (on_repos.on_project_deleted,),
    RepoSynced: (on_repo_synced,),
    ManifestBuilt: (on_symbols.on_manifest_built,),
}

SCHEDULES: Sequence[Schedule | CronSchedule] = (
    Schedule("repo syncs", timedelta(seconds=10), stage_due_syncs),
    *CLEANUP_SCHEDULES,
    # It looks every AUTOSCALER_POLL_INTERVAL_SECONDS; most of the time it finds that it is not time.
    Schedule("autoscaler", timedelta(seconds=1), look_at_queues),
    Schedule("job history", timedelta(seconds=20), roll_up),
)


def registry() -> Registry:
    """Collect every handler."""
    found = Registry()
    for module in JOB_MODULES:
        found.add_module(module)
    return found
