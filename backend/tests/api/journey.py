"""One journey through all the product does: examples for the API document, and a world to look for faults in."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, write_beat
from app.adapters.jobs.schedule import store
from app.adapters.storage.port import Bucket
from app.core.jobs import Queue
from app.models.preview import PreviewBundle
from app.services.autoscaler.service import look
from app.services.cleanup.schedules import SCHEDULES

from tests.api.earlier import record_earlier_look
from tests.api.visitor import Json, Visitor
from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain

PASSWORD = "a horse, a battery, a staple"
FILES = {
    "README.md": "# Sums\n\nAdds numbers.\n",
    "pyproject.toml": '[project]\nname = "sums"\nversion = "1.0.0"\ndescription = "Adds numbers."\n',
    "sums/app.py": 'def add(a, b):\n    if a is None:\n        raise ValueError("a")\n    return a + b\n',
    "web/index.ts": "export function greet(name: string): string {\n  return `Hello ${name}`;\n}\n",
}


@dataclass(slots=True)
class World:
    """What the journey left behind, by the names of the path parameters."""

    project_id: str
    folder_project_id: str
    sync_id: str
    sha256: str
    team_id: str
    user_id: str
    job_id: str
    ai_job_id: str
    rename_job_id: str
    preview_job_id: str
    session_id: str
    token: str
    key: str
    proposal_id: str
    digest: str
    notification_id: str
    warrant_id: str
    bundle_id: str
    # Of a cleanup task, and of its schedule.
    name: str = "soft_delete_bundles"
    queue_name: str = "mirror"
    worker_id: str = "repo_sync_worker-1"
    correlation_id: str = "journey"


def meant_at(path: str) -> dict[str, str]:
    """Name the job and the project of the journey that an operation at this path is about."""
    special = {"/ai/": "ai_job_id", "/refactor/": "rename_job_id", "/preview/": "preview_job_id"}
    job_id = next((name for part, name in special.items() if part in path), "job_id")
    return {"job_id": job_id, "project_id": "folder_project_id" if "/folder-sync" in path else "project_id"}


class Journey:
    """Goes through the operations in the order people do."""

    def __init__(self, visitor: Visitor, container: Container, repo: GitRepo) -> None:
        self.visitor = visitor
        self.container = container
        self.repo = repo

    async def go(self) -> World:
        """Do everything that leaves something behind."""
        user_id = await self.people()
        team_id = await self.team(user_id)
        project_id = await self.project(user_id)
        await self.repository(project_id)
        await self.symbols(project_id)
        rename_job_id = await self.rename(project_id)
        previewed = await self.preview(project_id)
        ai_job_id = await self.questions(project_id)
        proposal = await self.proposals(project_id)
        job_id = await self.jobs(project_id)
        await self.installation()
        warrant_id, bundle_id = await self.cleanup(project_id)
        notification_id = await self.notifications()
        return World(
            project_id=project_id,
            **await self.folder(),
            team_id=team_id,
            user_id=user_id,
            job_id=job_id,
            ai_job_id=ai_job_id,
            rename_job_id=rename_job_id,
            **previewed,
            proposal_id=proposal["id"],
            digest=proposal["digest"],
            notification_id=notification_id,
            warrant_id=warrant_id,
            bundle_id=bundle_id,
        )

    async def leave(self, world: World) -> None:
        """Take away what `go` left behind."""
        call = self.visitor.call
        await call("remove_project_member", project_id=world.project_id, user_id=world.user_id)
        await call("delete_project", project_id=world.project_id)
        await call("remove_team_member", team_id=world.team_id, user_id=world.user_id)
        await call("delete_team", team_id=world.team_id)
        await call("log_out")

    async def people(self) -> str:
        """Ann registers and looks at herself; so does Bob, whose id is answered."""
        call = self.visitor.call
        ann = {"email": "ann@example.com", "password": PASSWORD}
        await call("register", body={**ann, "display_name": "Ann"})
        bob = await call("register", body={"email": "bob@example.com", "password": PASSWORD, "display_name": "Bob"})
        first = await call("log_in", body=ann)
        renewed = await call("refresh_session", body={"refresh_token": first["refresh_token"]})
        self.visitor.headers["Authorization"] = f"Bearer {renewed['access_token']}"
        await call("read_me")
        await call("change_me", body={"display_name": "Ann"})
        await call("replace_preferences", body={"theme": "dark"})
        await call("read_preferences")
        return str(bob["user"]["id"])

    async def team(self, user_id: str) -> str:
        """Found a team and take Bob into it."""
        call = self.visitor.call
        team_id: str = (await call("create_team", body={"name": "Mathematicians"}))["id"]
        await call("read_team", team_id=team_id)
        await call("rename_team", team_id=team_id, body={"name": "Mathematicians"})
        await call("add_team_member", team_id=team_id, body={"email": "bob@example.com", "role": "viewer"})
        await call("change_team_member", team_id=team_id, user_id=user_id, body={"role": "reviewer"})
        await call("list_team_members", team_id=team_id)
        await call("list_teams")
        return team_id

    async def project(self, user_id: str) -> str:
        """Connect the repository and let Bob in."""
        call = self.visitor.call
        self.repo.commit(FILES, message="Add numbers")
        made = await call("create_project", body={"name": "Sums", "repo_url": str(self.repo.path)})
        project_id: str = made["id"]
        await drain(self.container)
        await call("read_project", project_id=project_id)
        await call("change_project", project_id=project_id, body={"name": "Sums", "default_branch": "main"})
        member = {"email": "bob@example.com", "role": "viewer"}
        await call("add_project_member", project_id=project_id, body=member)
        await call("change_project_member", project_id=project_id, user_id=user_id, body={"role": "reviewer"})
        await call("list_project_members", project_id=project_id)
        await call("list_projects")
        return project_id

    async def repository(self, project_id: str) -> None:
        """Sync a second commit, and read what there is and what changed."""
        call = self.visitor.call
        self.repo.commit({"sums/more.py": "def sub(a, b):\n    return a - b\n"}, message="Subtract", keep=True)
        await call("start_sync", project_id=project_id)
        await drain(self.container)
        for name in ("read_sync_history", "read_manifest", "list_versions", "compare_versions", "list_files"):
            await call(name, project_id=project_id)
        await call("read_content", project_id=project_id, query={"path": "sums/app.py"})

    async def folder(self) -> dict[str, str]:
        """Sync a folder into a project of its own; its commit waits, and another sync is left open and answered."""
        call, data = self.visitor.call, b"# Notes\n"
        project_id: str = (await call("create_project", body={"name": "Notes"}))["id"]
        sha256 = hashlib.sha256(data).hexdigest()
        asked = {"files": {"README.md": {"sha256": sha256, "size": len(data), "mode": "100644"}}}
        opened = await call("open_folder_sync", project_id=project_id, body=asked)
        place = {"project_id": project_id, "sync_id": opened["sync_id"]}
        await call("send_blob", **place, sha256=sha256, body=data)
        await call("commit_folder_sync", **place)
        left = await call("open_folder_sync", project_id=project_id, body=asked)
        return {"folder_project_id": project_id, "sync_id": left["sync_id"], "sha256": sha256}

    async def symbols(self, project_id: str) -> None:
        """Have the names read, and ask what is defined, who means it, and what surrounds it."""
        await self.visitor.client.get(
            f"http://hivesync.test/api/v1/projects/{project_id}/symbols", headers=self.visitor.headers
        )
        await drain(self.container)
        place = {"path": "sums/app.py", "line": 1, "column": 5}
        await self.visitor.call("list_symbols", project_id=project_id, query={"query": "add"})
        for name in ("list_references", "show_neighbourhood"):
            await self.visitor.call(name, project_id=project_id, query=place)

    async def rename(self, project_id: str) -> str:
        """Ask for a rename, and see what came of it; the id of its job is answered."""
        asked = {"project_id": project_id, "path": "sums/app.py", "line": 1, "column": 5, "new_name": "add_up"}
        job_id: str = (await self.visitor.call("request_rename", body=asked))["job_id"]
        await drain(self.container)
        await self.visitor.call("read_refactor_job", job_id=job_id)
        place = {"project_id": project_id, "path": "sums/app.py", "line": 1, "column": 5}
        await self.visitor.call("request_move", body=place | {"to_path": "sums/adding.py"})
        asked = {"project_id": project_id, "language": "python", "pattern": "$A + $B", "replacement": "$B + $A"}
        await self.visitor.call("request_replacement", body=asked)
        await drain(self.container)
        return job_id

    async def preview(self, project_id: str) -> dict[str, str]:
        """Open sessions, end one, send a bundle for the other and fetch it; what is left of it is answered."""
        call, asked = self.visitor.call, {"project_id": project_id, "platform": "ios"}
        made = await call("make_token", body=asked)
        await call("build_preview", body={"token": made["token"]})
        await call("open_from_page", token=made["token"])
        opened = await call("open_session", body=asked | {"source": "upload"})
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w") as archive:
            archive.writestr("main.jsbundle", "var app = 1;")
        sent = await call("upload_bundle", token=opened["token"], body=bundle.getvalue())
        await drain(self.container)
        await call("read_session", token=opened["token"])
        for name in ("read_preview_status", "download_bundle", "read_preview_log"):
            await call(name, job_id=sent["job_id"])
        key = await self.opened(sent["job_id"])
        await self.look_at_preview(project_id, sent["job_id"])
        async with self.container.scope() as scope:
            bundle_row = (await scope.session.execute(select(PreviewBundle))).scalar_one()
            bundle_row.status = "expired"
        await call("restore_session", session_id=opened["session_id"])
        await call("list_sessions", query={"project_id": project_id})
        ended = await call("open_session", body=asked | {"source": "upload"})
        await call("revoke_session", session_id=ended["session_id"])
        kept = {"preview_job_id": sent["job_id"], "session_id": ended["session_id"], "token": opened["token"]}
        return kept | {"key": key}

    async def opened(self, job_id: str) -> str:
        """Open the preview as a phone and a browser do; the key of its code is answered."""
        call, self.visitor.headers["expo-platform"] = self.visitor.call, "ios"
        manifest = await call("read_expo_manifest", job_id=job_id)
        key: str = manifest["launchAsset"]["key"]
        await call("read_expo_asset", job_id=job_id, key=key)
        for name in ("read_web_link", "list_links"):
            await call(name, job_id=job_id)
        return key

    async def look_at_preview(self, project_id: str, job_id: str) -> None:
        """See what a preview is and what all of them take, say how they are built, delete one."""
        call = self.visitor.call
        asked = {"environment": {"EXPO_PUBLIC_API_URL": "https://api.example.com"}, "allow_scripts": False}
        await call("replace_preview_settings", body=asked, project_id=project_id)
        await call("read_preview_settings", project_id=project_id)
        await call("read_preview_usage", query={"project_id": project_id})
        await self.add_evidence()
        for name in ("read_about_preview", "show_about_preview", "read_preview_picture"):
            await call(name, job_id=job_id)
        for name in ("compare_two_previews", "show_comparison"):
            await call(name, query={"left": job_id, "right": job_id})
        await call("delete_preview_bundle", job_id=job_id)

    async def add_evidence(self) -> None:
        """Leave beside a bundle what a build leaves there."""
        evidence = io.BytesIO()
        with zipfile.ZipFile(evidence, "w") as archive:
            archive.writestr("boot.png", b"\x89PNG\r\n\x1a\n")
        async with self.container.scope() as scope:
            row = (await scope.session.execute(select(PreviewBundle))).scalar_one()
            row.evidence_key = row.object_key.replace("bundle.zip", "evidence.zip")
            row.boot = {"started": True, "missing_modules": ["ExpoFont"], "milliseconds": 61}
            key = row.evidence_key
        await self.container.buckets()[Bucket.PREVIEWS].put(key, evidence.getvalue())

    async def questions(self, project_id: str) -> str:
        """Ask one question of each kind; the id of the first one's job is answered."""
        call = self.visitor.call
        about: Json = {"project_id": project_id}
        file = about | {"path": "sums/app.py"}
        await call("draw_visa", body=file | {"kind": "file-summary"})
        job_id: str = (await call("create_file_summary", body=file))["job_id"]
        await call("create_inline_comment", body=file | {"start_line": 1, "end_line": 4, "question": "What is added?"})
        await call("create_rename_suggestions", body=file)
        await call("create_documentation", body=about | {"paths": ["sums"]})
        await drain(self.container)
        for name in ("read_ai_result", "read_ai_context", "replay_ai_job"):
            await call(name, job_id=job_id)
        await call("list_ai_jobs", query=about)
        return job_id

    async def proposals(self, project_id: str) -> Json:
        """Approve and apply what was proposed, take it back, refuse that; one is left open and answered."""
        call = self.visitor.call
        listed = await call("list_proposals", project_id=project_id)
        await call("list_project_activity", project_id=project_id)
        proposal_id = listed["items"][0]["id"]
        shown = await call("read_proposal", proposal_id=proposal_id)
        await call("download_patch", proposal_id=proposal_id)
        await call("approve_proposal", proposal_id=proposal_id, body={"digest": shown["digest"]})
        await call("apply_proposal", proposal_id=proposal_id)
        await drain(self.container)
        undo = await call("revert_proposal", proposal_id=proposal_id)
        await call("reject_proposal", proposal_id=undo["id"], body={"reason": "The documentation is fine."})
        await call("create_documentation", body={"project_id": project_id, "paths": ["web"]})
        await drain(self.container)
        left: Json = (await call("list_proposals", project_id=project_id))["items"][0]
        return left

    async def jobs(self, project_id: str) -> str:
        """Start a job, stop it, bring it back; it is left waiting, and its id is answered."""
        call = self.visitor.call
        job_id: str = (await call("start_sync", project_id=project_id))["job_id"]
        await call("read_job", job_id=job_id)
        await call("cancel_job", job_id=job_id)
        await call("retry_job", job_id=job_id)
        await call("list_jobs", query={"project_id": project_id})
        return job_id

    async def worker(self) -> None:
        """Let somebody serve every queue."""
        await write_beat(
            self.container.kv,
            WorkerBeat(
                worker_id="repo_sync_worker-1",
                type="cpu",
                role="repo_sync_worker",
                queues=tuple(Queue),
                slots=2,
                active=1,
                beat_at=self.container.clock.now(),
            ),
        )

    async def installation(self) -> None:
        """Look at the installation as its administrator."""
        await self.worker()
        await look(self.container)
        for name in ("read_health", "read_deep_health", "list_workers", "list_queues"):
            await self.visitor.call(name)
        for name in ("read_autoscaler", "list_autoscaler_samples", "list_activity"):
            await self.visitor.call(name)
        await record_earlier_look(self.container)
        await self.visitor.call("replay_autoscaler", body={"queue": "ai_jobs", "thresholds": {"max_workers": 8}})
        await self.visitor.call("pause_queue", queue_name="mirror", body={"reason": "the mirror moves house"})
        await self.visitor.call("resume_queue", queue_name="mirror")
        await self.history()

    async def history(self) -> None:
        """Look for jobs, and act on many."""
        found = await self.visitor.call("search_jobs", query={"status": "success", "limit": "2"})
        job_id = found["items"][0]["job_id"]
        await self.visitor.call("inspect_job", job_id=job_id)
        await self.visitor.call("count_job_causes")
        await self.visitor.call("read_throughput", query={"bucket": "3600"})
        await self.visitor.call("list_settings", query={"limit": "3"})
        await self.visitor.call("retry_jobs", body={"filter": {"error_code": "AI_PROVIDER_UNAVAILABLE"}})
        await self.visitor.call("cancel_jobs", body={"ids": [job_id]})

    async def cleanup(self, project_id: str) -> tuple[str, str]:
        """Plan what goes, look at the plan, bring the bundle back; the ids of warrant and bundle are answered."""
        call, bundle_id = self.visitor.call, str(await self.bundle(project_id))
        await store(self.container, SCHEDULES)
        asked = await call("run_cleanup", name="soft_delete_bundles", body={"dry_run": True})
        await drain(self.container)
        for name in ("list_tasks", "list_schedules"):
            await call(name)
        listed = await call("list_warrants", query={"job_id": asked["job_id"]})
        warrant_id: str = listed["items"][0]["warrant_id"]
        await call("read_warrant", warrant_id=warrant_id)
        await call("preview_schedule", query={"cron": "15 3 * * *"})
        await call("change_schedule", name="soft_delete_bundles", body={"cron": "15 3 * * *"})
        await call("restore_bundle", bundle_id=bundle_id)
        return warrant_id, bundle_id

    async def bundle(self, project_id: str) -> UUID:
        """Leave an expired bundle."""
        async with self.container.scope() as scope:
            now, bundle_id, job_id = scope.clock.now(), scope.ids.new(), scope.ids.new()
            scope.session.add(
                PreviewBundle(
                    id=bundle_id,
                    project_id=UUID(project_id),
                    job_id=job_id,
                    object_key=f"previews/{project_id}/{job_id}/bundle.zip",
                    size_bytes=5,
                    sha256="0" * 64,
                    status="expired",
                    created_at=now,
                    expires_at=now,
                )
            )
        return bundle_id

    async def notifications(self) -> str:
        """Read what was told; the id of one notification is answered."""
        told = await self.visitor.call("list_notifications")
        notification_id: str = told["items"][0]["id"]
        await self.visitor.call("read_notification", notification_id=notification_id)
        await self.visitor.call("read_all_notifications")
        return notification_id
