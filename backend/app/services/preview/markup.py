"""HTML of the pages about previews: what is put into it is escaped and shown, never obeyed (pure)."""

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import NewType

# HTML that is safe to be sent: only this module makes any.
Html = NewType("Html", str)

# Style and pictures are inside the page: it can be kept as a file, and no address in it needs a token.
_STYLE = (files("app.services.preview") / "data" / "preview.css").read_text(encoding="utf-8")
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
# No script, and nothing of any origin.
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# The same for pages with a button that does something here.
POLICY_WITH_FORMS = CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'")
UNCONFINED = "Builds run without a sandbox on this server."
# An en dash where there is nothing, and a minus that screen readers read as one.
NONE, MINUS = "\u2013", "\u2212"
# Control and bidirectional characters: names and titles come from repositories.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def text(value: object) -> Html:
    """Escape a text for any place in a page."""
    seen = _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", str(value))
    return Html(escape(seen, quote=True))


def join(parts: Iterable[Html], between: str = "") -> Html:
    """Put parts after each other."""
    return Html(escape(between).join(parts))


def page(title: str, *parts: Html, is_unconfined: bool = False, refresh: str = "") -> str:
    """Make a whole page. `is_unconfined`: it says that nothing shuts builds in here.

    `refresh` has the browser ask again: seconds, and maybe another address, "2; url=/there".
    """
    again = f'<meta http-equiv="refresh" content="{text(refresh)}">\n' if refresh else ""
    warned = paragraph(text(UNCONFINED), kind="warning") if is_unconfined else Html("")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
        f"{again}<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{warned}{join(parts)}</main>\n</body>\n</html>\n"
    )


def heading(title: str, lead: Html | None = None) -> Html:
    """Make the page's own heading, and a line below it."""
    return Html(f"<h1>{text(title)}</h1>\n" + (f'<p class="lead">{lead}</p>\n' if lead else ""))


def section(title: str, *parts: Html) -> Html:
    """Make a section with a heading; nothing when there is nothing in it."""
    inside = join(parts)
    return Html(f"<section>\n<h2>{text(title)}</h2>\n{inside}</section>\n") if inside else Html("")


def paragraph(*parts: Html, kind: str = "") -> Html:
    """Make a paragraph; `kind` names its look."""
    return Html(f'<p class="{text(kind)}">{join(parts)}</p>\n' if kind else f"<p>{join(parts)}</p>\n")


def facts(pairs: Iterable[tuple[str, Html | None]]) -> Html:
    """List names and what they stand for; what is None is left out."""
    rows = [f"<div><dt>{text(name)}</dt><dd>{value}</dd></div>\n" for name, value in pairs if value is not None]
    return Html(f"<dl>\n{''.join(rows)}</dl>\n") if rows else Html("")


def bullets(items: Iterable[Html]) -> Html:
    """List things."""
    rows = [f"<li>{item}</li>\n" for item in items]
    return Html(f"<ul>\n{''.join(rows)}</ul>\n") if rows else Html("")


def table(caption: str, columns: Iterable[str], rows: Iterable[Iterable[Html]], *, kind: str = "") -> Html:
    """Make a table whose first column names its rows; it scrolls by itself where it is too wide, by keyboard too.

    `kind` names its look: in "sizes" only the first column is broken over lines.
    """
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in columns)
    lines = []
    for first, *rest in rows:
        lines.append(f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>\n')
    if not lines:
        return Html("")
    label = text(caption)
    return Html(
        f'<div class="wide {text(kind)}" tabindex="0" role="region" aria-label="{label}">\n<table>\n'
        f"<caption>{label}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(lines)}</tbody>\n</table>\n</div>\n"
    )


def link(address: str, words: str, *, kind: str = "") -> Html:
    """Lead to an address that the caller has checked or made; `kind` "button" makes it one to hit with a thumb."""
    return Html(f'<a class="{text(kind)}" href="{text(address)}">{text(words)}</a>')


def button(address: str, words: str) -> Html:
    """Make a button that sends a plain form to an address."""
    pressed = f'<button class="button" type="submit">{text(words)}</button>'
    return Html(f'<form method="post" action="{text(address)}">{pressed}</form>\n')


def steps(label: str, taken: Iterable[tuple[str, str]]) -> Html:
    """List steps in their order, each with its state: "done", "now", "failed", "cancelled" or "waiting"."""
    rows = []
    for name, state in taken:
        current = ' aria-current="step"' if state == "now" else ""
        rows.append(f'<li class="{text(state)}"{current}>{text(name)} <small>{text(state)}</small></li>\n')
    return Html(f'<ol class="steps" aria-label="{text(label)}">\n{"".join(rows)}</ol>\n')


def code(value: str) -> Html:
    """Show an id, a hash, a path."""
    return Html(f"<code>{text(value)}</code>")


def lines(value: str) -> Html:
    """Show several lines as they are: what a tool said, or source code."""
    return Html(f"<pre>{text(value)}</pre>\n")


def badge(word: str, kind: str) -> Html:
    """Show one word that is good, bad or neither."""
    return Html(f'<span class="badge {text(kind)}">{text(word)}</span>')


def columns(*parts: Html, kind: str = "") -> Html:
    """Put things beside each other where there is room; `kind` "picture" makes the first as wide as one needs."""
    return Html(f'<div class="columns {text(kind)}">\n{join(parts)}</div>\n')


def figure(png: bytes | None, described: str) -> Html:
    """Show a picture inside the page; without one, say so."""
    if png is None:
        missing = '<div class="no-picture">No picture</div>'
        return Html(f"<figure>{missing}<figcaption>{text(described)}</figcaption></figure>\n")
    data = base64.b64encode(png).decode("ascii")
    return Html(
        f'<figure><img src="data:image/png;base64,{data}" alt="{text(described)}">'
        f"<figcaption>{text(described)}</figcaption></figure>\n"
    )


def moment(value: datetime) -> Html:
    """Show a time to the minute."""
    exact = value.isoformat()
    return Html(f'<time datetime="{text(exact)}">{value:%Y-%m-%d %H:%M} UTC</time>')


def size(value: int | None) -> Html:
    """Show bytes in the unit that suits them."""
    if value is None:
        return Html(NONE)
    if abs(value) < 1024:
        return Html(f"{value:,} B")
    return Html(f"{value / 1024:,.1f} KiB" if abs(value) < 1024**2 else f"{value / 1024**2:,.2f} MiB")


def change_of_size(before: int | None, after: int | None) -> Html:
    """Show a size on either side and by how much it grew."""
    if before is None or after is None:
        return Html(f"{size(before)} → {size(after)}")
    grown = after - before
    sign = "+" if grown > 0 else MINUS if grown < 0 else "±"
    return Html(f"{size(before)} → {size(after)} ({sign}{size(abs(grown))})")
