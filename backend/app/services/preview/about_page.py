"""The page that says what runs on a phone (pure)."""

from app.services.preview import markup
from app.services.preview.about_schemas import (
    AboutOut,
    AboutProposalOut,
    BootOut,
    ChangedNamesOut,
    ChangesOut,
    FactsOut,
)
from app.services.preview.markup import Html

PLATFORM_NAMES = {"ios": "iOS", "android": "Android", "web": "the web"}
_SOURCES = {"worker": "built here", "upload": "built elsewhere and uploaded"}
_FIRST = "It is the first preview of this project on this platform that you open."
_NO_COMMIT = "Without its commit nobody can say which proposals are in it."


def about_page(about: AboutOut, picture: bytes | None, *, is_unconfined: bool = False) -> str:
    """Draw the page; `is_unconfined` as `markup.page` has it."""
    name = PLATFORM_NAMES.get(about.platform, about.platform)
    return markup.page(
        f"What am I running? Preview for {name}",
        markup.heading("What am I running?", _lead(about, name)),
        markup.section("New since you last looked", _changes(about.changes)),
        markup.section("Proposals", _proposals(about)),
        markup.section("Started without a phone", _boot(about.boot, picture, name)),
        markup.section("Made of", markup.facts(made_of(about))),
        markup.section("Exactly these bytes", markup.facts(_hashes(about))),
        is_unconfined=is_unconfined,
    )


def made_of(about: FactsOut) -> list[tuple[str, Html | None]]:
    """List what a bundle was made of."""
    return [
        ("Source", markup.text(_SOURCES.get(about.source or "upload", about.source))),
        ("Ref", markup.code(about.git_ref) if about.git_ref else None),
        ("Commit", markup.code(about.commit) if about.commit else None),
        ("Runtime version", _maybe(about.runtime_version)),
        ("Expo SDK", _maybe(about.sdk_version)),
        ("Code", markup.text(f"Hermes bytecode, version {about.hermes}") if about.hermes is not None else None),
        ("Tools", _maybe(", ".join(f"{name} {version}" for name, version in about.tools.items()))),
        ("Variables", markup.join([markup.code(each) for each in about.environment], ", ") or None),
        ("Sandbox", _maybe(about.sandbox)),
        ("Size", markup.size(about.size_bytes)),
        ("Built", markup.moment(about.built_at)),
        ("Can be had until", markup.moment(about.expires_at)),
    ]


def changed_names(caption: str, changed: ChangedNamesOut | None) -> Html:
    """Draw a table of files or modules that differ; nothing where nothing does."""
    if changed is None or not changed.total:
        return Html("")
    rows = [
        (markup.code(each.path), markup.text(each.change), markup.change_of_size(each.before, each.after))
        for each in changed.shown
    ]
    more = changed.total - len(changed.shown)
    return markup.join(
        [
            markup.table(f"{caption}: {changed.total:,}", ("Path", "Change", "Bytes"), rows, kind="sizes"),
            markup.paragraph(markup.text(f"And {more:,} more."), kind="note") if more else Html(""),
        ]
    )


def compared(changes: ChangesOut) -> Html:
    """Draw what differs between two bundles."""
    parts = [
        markup.facts(
            [
                ("Bundle", markup.change_of_size(changes.bundle_bytes.before, changes.bundle_bytes.after)),
                (
                    "All modules",
                    markup.change_of_size(changes.module_bytes.before, changes.module_bytes.after)
                    if changes.modules is not None
                    else None,
                ),
            ]
        ),
        changed_names("Files changed", changes.files),
        changed_names("Modules changed", changes.modules),
    ]
    if changes.files is not None and not changes.files.total:
        parts.append(markup.paragraph(markup.text("No file of the repository differs.")))
    parts += [markup.paragraph(markup.text(note), kind="note") for note in changes.notes]
    return markup.join(parts)


def _lead(about: AboutOut, name: str) -> Html:
    word = "live" if about.status == "live" else about.status.replace("_", " ")
    badge = markup.badge(word, "good" if about.status == "live" else "bad")
    commit = about.of_commit
    if commit is None:
        told = markup.text(f"A bundle for {name} that was built elsewhere; of which commit nobody told.")
    elif not commit.known:
        told = Html(f"Commit {markup.code(commit.id[:12])} for {markup.text(name)}; the mirror no longer has it.")
    else:
        when = markup.moment(commit.committed_at) if commit.committed_at else Html("")
        told = Html(
            f"“{markup.text(commit.subject)}” by {markup.text(commit.author)}, {when}, "
            f"commit {markup.code(commit.id[:12])}, for {markup.text(name)}."
        )
    return Html(f"{badge} {told}")


def _changes(changes: ChangesOut | None) -> Html:
    if changes is None:
        return markup.paragraph(markup.text(_FIRST))
    commit = markup.code(changes.since_commit[:12]) if changes.since_commit else markup.text("no known commit")
    since = Html(f"Compared with the preview of {commit} that was built {markup.moment(changes.since_built_at)}.")
    return markup.join([markup.paragraph(since), compared(changes)])


def _proposals(about: AboutOut) -> Html:
    if about.proposals is None:
        return markup.paragraph(markup.text(_NO_COMMIT), kind="note")
    groups = (("In what runs", about.proposals.contained), ("Approved, and not in it", about.proposals.missing))
    parts = [
        markup.join([Html(f"<h3>{markup.text(title)}</h3>\n"), markup.bullets(_proposal(each) for each in proposals)])
        for title, proposals in groups
        if proposals
    ]
    return markup.join(parts) or markup.paragraph(markup.text("No proposal was approved in this project so far."))


def _proposal(each: AboutProposalOut) -> Html:
    commit = Html(f" as {markup.code(each.commit[:12])}") if each.commit else Html("")
    return Html(f"{markup.text(each.title)} <small>{markup.text(each.status)}{commit}</small>")


def _boot(boot: BootOut | None, picture: bytes | None, name: str) -> Html:
    if boot is None:
        return markup.paragraph(markup.text("Nobody tried to start it without a phone."), kind="note")
    words = markup.badge("started", "good") if boot.started else markup.badge("did not start", "bad")
    parts = [markup.paragraph(words)]
    if boot.error is not None:
        parts += [
            Html(f"<pre>{markup.text(boot.error.message)}</pre>\n"),
            markup.bullets(markup.code(each) for each in boot.error.places),
        ]
    parts.append(
        markup.facts(
            [
                ("Native modules it lacked", _maybe(", ".join(boot.missing_modules))),
                ("Views it lacked", _maybe(", ".join(boot.missing_views))),
            ]
        )
    )
    if picture is None:
        return markup.join(parts)
    drawn = markup.figure(picture, f"The first screen for {name}, drawn without a phone")
    return markup.columns(drawn, Html(f"<div>{markup.join(parts)}</div>\n"), kind="picture")


def _hashes(about: AboutOut) -> list[tuple[str, Html | None]]:
    manifest = about.manifest
    shown = Html(f"version {manifest.version}, {markup.code(manifest.hash)}") if manifest else None
    named = (
        ("Bundle, SHA-256", about.sha256),
        ("Its files, SHA-256", about.content_sha256),
        ("Lock file, SHA-256", about.lockfile_sha256),
        ("Job", str(about.job_id)),
    )
    return [("Manifest", shown), *((name, markup.code(value) if value else None) for name, value in named)]


def _maybe(value: str | None) -> Html | None:
    return markup.text(value) if value else None
