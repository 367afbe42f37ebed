"""What PostgreSQL lets workers do that have a database role of their own: what their code needs, and no more."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from app.adapters.db.engine import Database
from app.core.errors import Invalid

# Table → rights, as GRANT takes them; "" is none at all. A new table must be named here, which a test checks.
# A right stands here because a job, a subscriber of a job's events, or the scheduler uses it.
WORKER_RIGHTS: Mapping[str, str] = {
    # Who people are and how they prove it. Whether somebody may still do what he asked for is looked up, no more.
    "users": "select (id, is_admin, is_active)",
    "credentials": "",
    "preferences": "",
    # Those that expired long ago are deleted; what proves who somebody is cannot be read.
    "refresh_tokens": "select (id, expires_at), delete",
    "teams": "",
    "memberships": "select (team_id, user_id, role)",
    "project_grants": "select (project_id, user_id, role)",
    # Numbering manifests locks the project's row, which takes the right to update some column; nobody writes this one.
    "projects": "select, update (updated_at)",
    # Jobs stage jobs. For whom a job acts, and what it says, is settled when it is written.
    "jobs": """select, insert, update (
        status, phase, progress, attempt, epoch, worker_id, lease_until, run_at, turn, pushed_at, rescued, suspect,
        waiting_for, error_code, error_message, error_details, exhausted, started_at, finished_at), delete""",
    "job_rollups": "select, insert, update, delete",
    # Whether a queue is paused, and when a schedule is due, is for administrators and the scheduler.
    "queue_states": "select",
    "schedules": "select, insert, update",
    "idempotency_keys": "select (user_id, key, job_id, created_at), delete",
    # Rows are only added; the end of a chain moves.
    "effects": "select, insert",
    "effect_heads": "select, insert, update",
    # What may be deleted, and what became of it.
    "warrants": "select, insert, update, delete",
    "warrant_items": "select, insert, update",
    "object_tombstones": "select, insert, update, delete",
    "preview_sessions": "select, update (status, ended_at), delete",
    "preview_bundles": "select, insert, update (status, soft_deleted_at, purge_at, purged_at), delete",
    # How a project is built is its maintainers' to say; who opened what is noted by the API.
    "preview_settings": "select",
    "preview_opens": "",
    "autoscaler_samples": "select, insert, delete",
    "leases": "select, insert, update (holder, token, until)",
    "events": "select (seq, created_at), insert, delete",
    "notifications": "select (id, created_at, read_at), insert, delete",
    # The address and the sealed credentials are the API's to change.
    "repo_mirrors": """select, update (
        generation, head_commit, head_branch, last_attempt_at, last_attempt_status, last_error_code,
        last_error_message, last_success_at, next_sync_at)""",
    "sync_runs": """select, insert, update (
        status, started_at, finished_at, head_before, head_after, changes, bytes_received, healed, error_code,
        error_message)""",
    # What is sent is between the API and whoever sends it; the worker says what became of it.
    "folder_syncs": "select, update (status, commit, ended_at), delete",
    # Described once, then never touched.
    "manifests": "select, insert",
    "manifest_trees": "select, insert",
    # Read from blobs, kept while a state of a mirror has them.
    "symbol_indexes": "select, insert, update, delete",
    "symbol_files": "select, insert, update, delete",
    "symbol_definitions": "select, insert, delete",
    "ai_jobs": """select, update (
        provider, model, provider_attempts, prompt_version, context_key, context_sha256, raw_reply, result,
        result_sha256, input_tokens, output_tokens, cost_usd, finished_at)""",
    "ai_suggestions": "insert",
    # Written without an approval, and never approved, here: who approved, and when, and what, is for people.
    "proposals": """select, insert (
        id, project_id, kind, title, summary, status, base_ref, base_commit, manifest_id, manifest_hash, digest,
        created_by, ai_job_id, reverts_id, notes, created_at, updated_at),
        update (status, apply_job_id, stale_details, updated_at)""",
    "file_changes": "select, insert",
    "hunks": "select, insert",
    "decisions": "select",
    "applied_changes": "select, insert, update (pushed_branch)",
}

_NUMBERS = ("events_seq_seq", "autoscaler_samples_id_seq", "effects_seq_seq")
# Any constant will do, as long as nothing else uses it. Two that grant at once would trip over each other.
_ONE_AT_A_TIME = 7_305_102
_EXISTS = text("select exists (select from pg_roles where rolname = :role)")
_READS_ANY = text(
    "select bool_or(has_any_column_privilege(:role, name, 'select')) from unnest(cast(:names as text[])) as name"
)


class WorkerRoleUnfit(Invalid):
    """DATABASE_WORKER_ROLE names no role that workers can have."""


async def grant_to_workers(database: Database, role: str | None) -> None:
    """Give a role exactly the rights above, and take back what it had beside them. SQLite knows no roles.

    WorkerRoleUnfit when there is no such role, or when it could do more whatever is granted.
    """
    if role is None or not database.is_postgres:
        return
    quote = postgresql.dialect().identifier_preparer.quote_identifier  # type: ignore[no-untyped-call]
    async with database.engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        if not await connection.scalar(_EXISTS, {"role": role}):
            raise WorkerRoleUnfit(f"There is no database role '{role}'. Make it (create role … login), or unset it.")
        schema, workers = quote(await connection.scalar(text("select current_schema()"))), quote(role)
        for kind in ("tables", "sequences"):
            # What was granted on columns goes with what was granted on their table.
            await connection.execute(text(f"revoke all on all {kind} in schema {schema} from {workers}"))
        await connection.execute(text(f"grant usage on schema {schema} to {workers}"))
        await connection.execute(text(f"grant usage on sequence {', '.join(_NUMBERS)} to {workers}"))
        for table, rights in WORKER_RIGHTS.items():
            if rights:
                await connection.execute(text(f"grant {rights} on {table} to {workers}"))
        closed = [table for table, rights in WORKER_RIGHTS.items() if not rights]
        if await connection.scalar(_READS_ANY, {"role": role, "names": closed}):
            raise WorkerRoleUnfit(
                f"The database role '{role}' may read what workers must not: it is a superuser, owns the tables, "
                "or is a member of a role that may. Make one that is nothing of that."
            )
