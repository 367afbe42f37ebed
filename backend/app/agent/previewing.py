"""From a folder to a preview: built here, checked here, sent, and checked again there."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.process.port import ProcessRunner
from app.agent.apps import LocalApp
from app.agent.bundling import Bundler
from app.agent.following import follow
from app.agent.reporting import Reporter, check_stopped, in_thread
from app.cli.client import Client
from app.services.preview.platforms import Platform


@dataclass(frozen=True, slots=True)
class PreviewWish:
    """Which app is to be seen on what, in which project."""

    project_id: str
    platform: Platform
    git_ref: str | None = None


async def preview(
    client: Client, processes: ProcessRunner, app: LocalApp, wish: PreviewWish, reporter: Reporter
) -> dict[str, Any]:
    """Build an app here and bring it to a session; its token, the address for a QR code, the job.

    The session is opened when there is something to send: its token lives for minutes, and a build may take longer.
    """
    reporter.stage("build", 0.05, f"Building for {wish.platform.value}")
    with tempfile.TemporaryDirectory(prefix="hivesync-preview-") as folder:
        bundler = Bundler(processes, Path(folder))
        bundle = await bundler.bundle(app, wish.platform, reporter)
        return await in_thread(reporter, _send, client, wish, bundle, reporter)


def _send(client: Client, wish: PreviewWish, bundle: Path, reporter: Reporter) -> dict[str, Any]:
    size, sent = bundle.stat().st_size, 0

    def heard(piece: int) -> None:
        nonlocal sent
        check_stopped(reporter)
        sent += piece
        reporter.stage("upload", 0.75 + 0.15 * sent / size, f"{sent:,} of {size:,} bytes")

    body: dict[str, Any] = {"project_id": wish.project_id, "platform": wish.platform.value, "source": "upload"}
    session = client.post("/preview/sessions", body | ({"git_ref": wish.git_ref} if wish.git_ref else {}))
    reporter.stage("upload", 0.75, f"{size:,} bytes")
    accepted = client.upload(f"/preview/sessions/{session['token']}/bundle", bundle, on_piece=heard)
    reporter.stage("check", 0.9, "The server checks it")
    follow(client, str(accepted["job_id"]), reporter)
    kept = {name: session[name] for name in ("session_id", "token", "qr_url", "expires_at")}
    return {**kept, "job_id": accepted["job_id"], "grant": accepted["grant"], "size_bytes": size}
