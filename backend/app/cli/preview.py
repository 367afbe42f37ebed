"""`hivesync preview …`: bring a bundle to a phone, follow it, fetch it."""

import threading
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import segno
import typer

from app.cli.client import Client, CommandFailed
from app.cli.common import JsonOption, ProjectOption, ServerOption, checked_id, connected, only_project
from app.cli.console import err, moment, out, safe, safe_lines, show_facts, show_json
from app.cli.following import wait_for, when_ready

preview = typer.Typer(
    no_args_is_help=True,
    help="Bring an app to a phone: send a bundle, show its code, follow and fetch it.",
    epilog="Example: hivesync preview send bundle.zip --platform ios",
)
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The id of the preview's job.")]
_ENDED = ("success", "failed", "cancelled")
_FOLLOW_SECONDS = 1.0
_WAYS = {"development_build": "In a development build", "expo_go": "In Expo Go", "browser": "In the browser"}
_PAUSE = threading.Event()


class OpenTarget(StrEnum):
    """Where a finished preview can be opened from here."""

    WEB = "web"


PlatformOption = Annotated[str, typer.Option("--platform", help="ios, android or web.")]


@preview.command("send", epilog="Example: hivesync preview send bundle.zip --platform ios")
def send(
    bundle: Annotated[Path, typer.Argument(help="The zip: main.jsbundle (web: index.html) at its top.", exists=True)],
    platform: PlatformOption,
    project: ProjectOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a bundle that you built, and show the code that opens it on a phone."""
    with connected(server) as client:
        project_id = only_project(client, project, "preview send ZIP --platform PLATFORM")
        session = _opened(client, project_id, platform, source="upload")
        sent = client.upload(f"/preview/sessions/{session['token']}/bundle", bundle)
        wait_for(client, sent["job_id"], label="Checking")
        status = client.get(f"/preview/status/{sent['job_id']}")
        ways = _ways_of(client, sent["job_id"])
    if as_json:
        show_json(status | {"token": session["token"], "grant": sent["grant"], "qr_url": session["qr_url"], **ways})
        return
    _show_status(status)
    show_code(session["qr_url"])
    _show_ways(ways)
    out.print(f"It works until {moment(session['expires_at'])}. End it: hivesync preview end {session['session_id']}")
    out.print(f"Next: hivesync preview download {sent['job_id']}", style="dim")


@preview.command("build", epilog="Example: hivesync preview build --platform ios --ref feature/cart --open web")
def build(
    platform: PlatformOption = "ios",
    ref: Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit; default: the main branch.")] = None,
    directory: Annotated[
        str | None, typer.Option("--directory", help="Where the app lies, if there are several in the repository.")
    ] = None,
    bytecode: Annotated[bool, typer.Option("--bytecode", help="Hermes bytecode in place of JavaScript.")] = False,
    opens: Annotated[OpenTarget | None, typer.Option("--open", help="Open it here: web.")] = None,
    project: ProjectOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the app of a commit, follow it, and show the code that opens it on a phone."""
    with connected(server) as client:
        project_id = only_project(client, project, "preview build --platform PLATFORM")
        asked = {"git_ref": ref, "directory": directory, "bytecode": bytecode or None}
        more = {name: value for name, value in asked.items() if value is not None}
        session = _opened(client, project_id, platform, source="worker", **more)
        asked = {"token": session["token"]}
        sent = when_ready(client, lambda: client.post("/preview/build", asked), label="Reading the commit")
        job_id = sent["job_id"]
        if not as_json:
            out.print(f"The log grows while it is built: hivesync preview logs {job_id} --follow", style="dim")
        try:
            wait_for(client, job_id, label="Building")
        except CommandFailed:
            _show_excerpt(client.get(f"/preview/status/{job_id}"))
            raise
        status = client.get(f"/preview/status/{job_id}")
        ways = _ways_of(client, job_id)
    if as_json:
        show_json(status | {"token": session["token"], "grant": sent["grant"], "qr_url": session["qr_url"], **ways})
    else:
        _show_status(status)
        show_code(session["qr_url"])
        _show_ways(ways)
        out.print(f"Next: hivesync preview download {job_id}", style="dim")
    if opens is not None:
        _open_in_browser(server, job_id)


@preview.command("serve", epilog="Example: hivesync preview serve http://192.168.1.20:8081 --platform android")
def serve(
    dev_url: Annotated[str, typer.Argument(metavar="URL", help="Where your development server answers.")],
    platform: PlatformOption,
    project: ProjectOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the code of a development server that runs already. In development only; HiveSync never fetches it."""
    with connected(server) as client:
        project_id = only_project(client, project, "preview serve URL --platform PLATFORM")
        session = _opened(client, project_id, platform, source="dev_url", dev_url=dev_url)
    if as_json:
        show_json(session)
        return
    show_code(session["qr_url"])
    out.print(f"It works until {moment(session['expires_at'])}.")


@preview.command("status", epilog="Example: hivesync preview status 01890a5d-ac96-774b-bcce-b302099a8057")
def status(job: JobArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Say how a preview stands."""
    with connected(server) as client:
        found = client.get(f"/preview/status/{checked_id(job, 'preview')}")
    if as_json:
        show_json(found)
    else:
        _show_status(found)


@preview.command("logs", epilog="Example: hivesync preview logs 01890a5d-ac96-774b-bcce-b302099a8057")
def logs(
    job: JobArgument,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the preview is done.")] = False,
    server: ServerOption = None,
) -> None:
    """Print what happened to a preview, line by line."""
    job_id = checked_id(job, "preview")
    with connected(server) as client:
        shown = ""
        while True:
            status = client.get(f"/preview/status/{job_id}")["status"] if follow else "success"
            text = client.get(f"/preview/logs/{job_id}")
            # A build that is tried again begins its log anew.
            out.print(safe_lines(text.removeprefix(shown)), end="", soft_wrap=True, highlight=False, markup=False)
            shown = text
            if status in _ENDED:
                return
            _PAUSE.wait(_FOLLOW_SECONDS)


@preview.command("download", epilog="Example: hivesync preview download 01890a5d-ac96-774b-bcce-b302099a8057")
def download(
    job: JobArgument,
    target: Annotated[Path | None, typer.Option("--output", "-o", help="Where to; default: preview-JOB.zip")] = None,
    server: ServerOption = None,
) -> None:
    """Fetch a preview's bundle."""
    job_id = checked_id(job, "preview")
    path = target or Path(f"preview-{job_id}.zip")
    with connected(server) as client:
        data = client.download(f"/preview/download/{job_id}")
    path.write_bytes(data)
    out.print(f"{len(data):,} bytes in {safe(str(path))}")


@preview.command("end", epilog="Example: hivesync preview end 01890a5d-ac96-774b-bcce-b302099a8057")
def end(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="The session's id.")], server: ServerOption = None
) -> None:
    """End a session: its token and all that was given with it are refused from now on."""
    with connected(server) as client:
        client.post(f"/preview/sessions/{checked_id(session, 'session')}/revoke")
    out.print("Ended. Its token is refused from now on.")


@preview.command("web", epilog="Example: hivesync preview web 01890a5d-ac96-774b-bcce-b302099a8057")
def web(job: JobArgument, server: ServerOption = None, as_json: JsonOption = False) -> None:
    """Give the link that opens a preview in a browser. Whoever has it may look, so share it as you would the app."""
    with connected(server) as client:
        found = client.get(f"/preview/{checked_id(job, 'preview')}/web")
    if as_json:
        show_json(found)
        return
    out.print(safe(found["url"]), soft_wrap=True)
    out.print(f"It works until {moment(found['expires_at'])}.")


@preview.command("open", epilog="Example: hivesync preview open 01890a5d-ac96-774b-bcce-b302099a8057 --open web")
def open_(
    job: JobArgument,
    opens: Annotated[OpenTarget | None, typer.Option("--open", help="Open it here: web.")] = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the ways to open a preview, or open it. Whoever has a link may look, so share it as you would the app."""
    job_id = checked_id(job, "preview")
    with connected(server) as client:
        found = client.get(f"/preview/{job_id}/links")
    if as_json:
        show_json(found)
    else:
        _show_ways(found)
        out.print(f"They work until {moment(found['expires_at'])}.")
    if opens is not None:
        _open_in_browser(server, job_id)


def _ways_of(client: Client, job_id: str) -> dict[str, Any]:
    """Ask for the ways to open a preview; a bundle that nothing opens is a bundle all the same."""
    try:
        return {"ways": client.get(f"/preview/{job_id}/links")["ways"]}
    except CommandFailed as error:
        err.print(f"Nothing here opens it: {safe(error.message)}", style="dim")
        return {"ways": []}


def _show_ways(found: dict[str, Any]) -> None:
    for way in found["ways"]:
        name = _WAYS.get(way["kind"], way["kind"])
        out.print(f"{safe(name)}: {safe(way['url'])}", soft_wrap=True)


def _show_excerpt(found: dict[str, Any]) -> None:
    """Show the place in the source that a build failed at."""
    details = (found["error"] or {}).get("details") or {}
    if details.get("file"):
        place = ":".join(str(details[name]) for name in ("file", "line", "column") if details.get(name))
        err.print(safe(place), style="bold")
    if details.get("excerpt"):
        err.print(safe_lines(details["excerpt"]), soft_wrap=True, highlight=False, markup=False)


def _open_in_browser(server: str | None, job_id: str) -> None:
    """Open a preview on its own origin, which a browser may run code on."""
    with connected(server) as client:
        url = client.get(f"/preview/{job_id}/web")["url"]
    out.print(f"In the browser: {safe(url)}", soft_wrap=True)
    typer.launch(url)


@preview.command("signing-key", epilog="Example: hivesync preview signing-key --output keys --name 'Shop'")
def signing_key(
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder that both files are written to.")] = Path(),
    name: Annotated[str, typer.Option("--name", help="Whose the certificate says it is.")] = "HiveSync previews",
    years: Annotated[int, typer.Option("--years", help="How long the certificate is good.", min=1, max=50)] = 10,
) -> None:
    """Make the key that signs what Expo's clients are told, and the certificate that goes into the app."""
    from app.core.clock import SystemClock  # noqa: PLC0415 - people's commands start without loading the server
    from app.services.preview.expo.signing import make_key_pair  # noqa: PLC0415

    key, certificate = folder / "private-key.pem", folder / "certificate.pem"
    for path in (key, certificate):
        if path.exists():
            raise CommandFailed(f"{path} is there already. Choose another folder: a key that is lost is lost for good.")
    folder.mkdir(parents=True, exist_ok=True)
    made = make_key_pair(name, now=SystemClock().now(), years=years)
    key.touch(mode=0o600, exist_ok=False)
    key.write_text(made.key, encoding="ascii")
    certificate.write_text(made.certificate, encoding="ascii")
    given = f'PREVIEW_SIGNING_KEY="$(cat {safe(str(key))})"'
    out.print(f"{safe(str(key))}: keep it secret, and give it to the server: {given}")
    out.print(f"{safe(str(certificate))}: goes into the app, app.json: expo.updates.codeSigningCertificate")
    out.print('  expo.updates.codeSigningMetadata: {"keyid": "main", "alg": "rsa-v1_5-sha256"}')


def _opened(client: Client, project_id: str, platform: str, **source: Any) -> dict[str, Any]:
    body = {"project_id": project_id, "platform": platform, **source}
    session: dict[str, Any] = client.post("/preview/sessions", body)
    return session


def _show_status(found: dict[str, Any]) -> None:
    facts = [("preview", found["job_id"]), ("platform", found["platform"]), ("status", found["status"])]
    facts.append(("progress", f"{found['progress']:.0%}"))
    bundle = found["bundle"]
    if bundle:
        facts += [("size", f"{bundle['size_bytes']:,} bytes"), ("sha-256", bundle["sha256"])]
        facts.append(("can be had until", moment(bundle["expires_at"])))
    facts.append(("why", found["why"]))
    show_facts(facts)


def show_code(url: str) -> None:
    """Draw a QR code where a person can scan it, and write what it holds."""
    code = segno.make(url, error="l")
    if out.is_terminal and out.width >= code.symbol_size()[0]:
        # It brings its own colours: black on white whatever the terminal's are, or no camera reads it.
        code.terminal(compact=True)
    out.print(f"Scan it, or open: {safe(url)}")
