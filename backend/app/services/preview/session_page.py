"""The page behind a QR code: how a preview stands, and every way to open it (pure)."""

from dataclasses import dataclass
from datetime import datetime

from app.core.errors import AppError, Unavailable
from app.core.jobs import JobStatus
from app.services.preview import markup
from app.services.preview.about_page import PLATFORM_NAMES
from app.services.preview.dev_urls import is_dev_address
from app.services.preview.expo.links import Way, WayKind
from app.services.preview.markup import Html
from app.services.preview.messages import BuildPreview
from app.services.preview.platforms import Source
from app.services.preview.schemas import PreviewStatusOut

_API = "/api/v1/preview"
_REFRESH_SECONDS, _TROUBLE_SECONDS = 2, 5
# What is done once a job's progress has come this far; the next one is under way then.
_BUILDING = (("Check out", 0.25), ("Dependencies", 0.5), ("Bundle", 0.8), ("Packaging", 1.0), ("Ready", 1.0))
_RECEIVING = (("Check", 0.8), ("Packaging", 1.0), ("Ready", 1.0))
_WAYS = {
    WayKind.DEVELOPMENT_BUILD: "Open in the development build",
    WayKind.EXPO_GO: "Open in Expo Go",
    WayKind.BROWSER: "Open in the browser",
}
_NEW_ONE = "Ask whoever gave you the code for a new one: hivesync preview build, or hivesync preview send."
_PLACES = ("file", "line", "column", "excerpt")
_MOST_DETAILS, _LONGEST_DETAIL = 12, 300


@dataclass(frozen=True, slots=True)
class OpenedPreview:
    """A finished preview: the app's own name if it has one, ways to open it, a picture as a PNG, and what is amiss."""

    app_name: str | None = None
    ways: tuple[Way, ...] = ()
    picture: bytes | None = None
    trouble: AppError | None = None


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """What a token shows. `grant` goes into links; `may_build`: the token allows to ask for a build."""

    token: str
    project: str
    platform: str
    source: str
    expires_at: datetime
    may_build: bool
    git_ref: str | None = None
    commit: str | None = None
    dev_url: str | None = None
    grant: str | None = None
    status: PreviewStatusOut | None = None
    opened: OpenedPreview | None = None


def session_page(seen: SessionSeen, *, is_unconfined: bool) -> str:
    """Draw the page of a session that is not over."""
    platform = PLATFORM_NAMES.get(seen.platform, seen.platform)
    name = (seen.opened.app_name if seen.opened else None) or seen.project
    return markup.page(
        f"{name} for {platform}",
        markup.heading(name, _lead(seen, platform)),
        *_body(seen),
        markup.section("What it is", markup.facts(_facts(seen))),
        is_unconfined=is_unconfined,
        refresh=_refresh(seen),
    )


def trouble_page(error: AppError, *, is_unconfined: bool) -> str:
    """Draw the page of a token that opens nothing, or nothing now."""
    passes = isinstance(error, Unavailable)
    told = markup.paragraph(markup.text("This page tries again by itself." if passes else _NEW_ONE))
    return markup.page(
        "No preview here",
        markup.heading("No preview here"),
        markup.section("Why", markup.paragraph(markup.text(error.message)), _code(error.code), told),
        is_unconfined=is_unconfined,
        refresh=str(_TROUBLE_SECONDS) if passes else "",
    )


def page_path(token: str) -> str:
    """Name the page's own address."""
    return f"{_API}/sessions/{token}"


def _lead(seen: SessionSeen, platform: str) -> Html:
    status = seen.status.status if seen.status else "no build yet"
    if seen.source == Source.DEV_URL.value:
        status = "development server"
    kind = {"success": "good", "failed": "bad", "cancelled": "bad"}.get(status, "")
    word = "ready" if status == "success" else status
    return Html(f"{markup.badge(word, kind)} {markup.text(seen.project)}, for {markup.text(platform)}")


def _body(seen: SessionSeen) -> list[Html]:
    """Draw what can be done now."""
    status = seen.status
    if seen.source == Source.DEV_URL.value:
        return [_dev_server(seen)]
    if status is None:
        return [_nothing_yet(seen)]
    if status.status == JobStatus.SUCCESS.value:
        return _ready(seen, status, seen.opened or OpenedPreview())
    if status.status == JobStatus.FAILED.value:
        return [_failed(seen, status), markup.section("How it went", _steps(status))]
    parts = [markup.section("How it goes", markup.paragraph(markup.text(status.why)), _steps(status))]
    if status.status == JobStatus.CANCELLED.value:
        parts.insert(0, markup.section("It was cancelled", _once_more(seen)))
    return parts


def _dev_server(seen: SessionSeen) -> Html:
    address = seen.dev_url or ""
    shown = markup.link(address, address, kind="button") if is_dev_address(address) else markup.code(address)
    told = "This is somebody's development server. HiveSync never looked at it: open it if you trust who sent you here."
    return markup.section("A development server", markup.paragraph(markup.text(told)), shown)


def _nothing_yet(seen: SessionSeen) -> Html:
    if seen.source == Source.WORKER.value and seen.may_build:
        told = markup.paragraph(markup.text("Nobody has asked for a build of it so far."))
        return markup.section("Not built yet", told, markup.button(f"{page_path(seen.token)}/open", "Build it now"))
    told = markup.paragraph(markup.text("It waits for a bundle that is sent. This page looks again by itself."))
    return markup.section("Nothing here yet", told)


def _ready(seen: SessionSeen, status: PreviewStatusOut, opened: OpenedPreview) -> list[Html]:
    if opened.trouble is not None:
        told = markup.paragraph(markup.text(opened.trouble.message))
        return [markup.section("It cannot be opened", told, _code(opened.trouble.code), _once_more(seen))]
    buttons = [markup.link(way.url, _WAYS[way.kind], kind="button") for way in opened.ways]
    notes = [] if buttons else ["Nothing on this server opens it: download it, or ask for a development build."]
    if any(way.kind is not WayKind.BROWSER for way in opened.ways):
        notes.append("A button does nothing where the app that it names is not installed.")
    ways = [*buttons, *(markup.paragraph(markup.text(note), kind="note") for note in notes)]
    links = markup.bullets(
        [
            markup.link(_granted(seen, f"{status.job_id}/about.html"), "What am I running?"),
            markup.link(_granted(seen, f"download/{status.job_id}"), "Download the bundle"),
            markup.link(_granted(seen, f"logs/{status.job_id}"), "The log"),
        ]
    )
    parts = [markup.section("Open it", *ways), markup.section("More", links, _lasting(seen, status))]
    if opened.picture is not None:
        drawn = markup.figure(opened.picture, "The first screen, drawn without a phone")
        parts.insert(1, markup.section("How it looks", drawn))
    return [*parts, markup.section("How it went", _steps(status))]


def _lasting(seen: SessionSeen, status: PreviewStatusOut) -> Html:
    if seen.grant is None or seen.grant == seen.token or status.bundle is None:
        return Html("")
    until = markup.moment(status.bundle.expires_at)
    return markup.paragraph(Html(f"{markup.link(page_path(seen.grant), 'This page')}, to keep: until {until}."))


def _failed(seen: SessionSeen, status: PreviewStatusOut) -> Html:
    error = status.error
    details = error.details if error else {}
    place = ":".join(str(details[name]) for name in _PLACES[:3] if details.get(name))
    more = [
        (name.replace("_", " "), markup.text(str(value)[:_LONGEST_DETAIL]))
        for name, value in details.items()
        if name not in _PLACES and isinstance(value, str | int | float)
    ]
    return markup.section(
        "It failed",
        markup.lines(error.message if error else status.why),
        _code(error.code) if error else Html(""),
        markup.paragraph(markup.code(place)) if place else Html(""),
        markup.lines(str(details["excerpt"])) if details.get("excerpt") else Html(""),
        markup.facts(more[:_MOST_DETAILS]),
        markup.paragraph(markup.link(_granted(seen, f"logs/{status.job_id}"), "Read the log")),
        _once_more(seen),
    )


def _once_more(seen: SessionSeen) -> Html:
    if seen.may_build and seen.source == Source.WORKER.value:
        return markup.button(f"{page_path(seen.token)}/open", "Build it again")
    return markup.paragraph(markup.text(_NEW_ONE), kind="note")


def _steps(status: PreviewStatusOut) -> Html:
    """Tell which steps are done: the job's progress says how far it came."""
    here = {"failed": "failed", "cancelled": "cancelled", "queued": "waiting"}.get(status.status, "now")
    taken: list[tuple[str, str]] = []
    for name, ends in _BUILDING if status.kind == BuildPreview.kind else _RECEIVING:
        is_done = status.status == JobStatus.SUCCESS.value or (status.progress >= ends and name != "Ready")
        taken.append((name, "done" if is_done else here))
        if not is_done:
            here = "waiting"
    return markup.steps("Steps of the build", taken)


def _facts(seen: SessionSeen) -> list[tuple[str, Html | None]]:
    bundle = seen.status.bundle if seen.status else None
    return [
        ("Project", markup.text(seen.project)),
        ("Ref", markup.code(seen.git_ref) if seen.git_ref else None),
        ("Commit", markup.code(seen.commit) if seen.commit else None),
        ("Size", markup.size(bundle.size_bytes) if bundle else None),
        ("Can be had until", markup.moment(bundle.expires_at) if bundle else None),
        ("This address works until", markup.moment(seen.expires_at)),
    ]


def _refresh(seen: SessionSeen) -> str:
    """Say when to look again; once there is a job its grant does that, which outlives the token."""
    status = seen.status
    if status is None:
        return str(_REFRESH_SECONDS) if seen.source == Source.UPLOAD.value else ""
    if status.status in {each.value for each in JobStatus if each.is_final}:
        return ""
    return f"{_REFRESH_SECONDS}; url={page_path(seen.grant)}" if seen.grant else str(_REFRESH_SECONDS)


def _granted(seen: SessionSeen, path: str) -> str:
    return f"{_API}/{path}?grant={seen.grant or seen.token}"


def _code(code: str) -> Html:
    return markup.paragraph(markup.code(code), kind="note")
