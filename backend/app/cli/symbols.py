"""`hivesync symbols QUERY`, `hivesync references PATH:LINE:COL`: what is defined, and every place that means it."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from app.cli.client import Client, CommandFailed
from app.cli.common import JsonOption, RefOption, ServerOption, connected, only_project, read_place
from app.cli.console import count, out, safe, show_json, show_table
from app.cli.following import when_ready

T = TypeVar("T")

_MOST_SHOWN = 200

_ProjectOption = Annotated[str | None, typer.Option("--project", help="The project, if you have several.")]
_PictureOption = Annotated[
    Path | None, typer.Option("--picture", metavar="FILE.svg", help="Draw what surrounds the symbol into a file.")
]


def symbols(
    query: Annotated[str, typer.Argument(metavar="QUERY", help='A name, part of one, or Class.name; "" for all.')],
    path: Annotated[str | None, typer.Option("--path", help="Only this file, or what is below this folder.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many at most.")] = 50,
    project: _ProjectOption = None,
    ref: RefOption = None,
    picture: _PictureOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search what a repository defines, best first; with --picture, draw what surrounds the best one."""
    with connected(server) as client:
        where = f"/projects/{only_project(client, project, 'symbols QUERY')}"
        rows = when_ready(
            client, lambda: list(client.pages(f"{where}/symbols", most=most, query=query, path=path, ref=ref))
        )
        if picture is not None:
            if not rows:
                raise CommandFailed(f"There is no symbol '{query}' to draw.")
            _draw(client, where, {key: rows[0][key] for key in ("path", "line", "column")} | {"ref": ref}, picture)
        if as_json:
            show_json(rows)
            return
        show_table(
            ("symbol", "kind", "where", "match"),
            [(r["qualified_name"], r["kind"], f"{r['path']}:{r['line']}:{r['column']}", r["match"]) for r in rows],
            empty="Nothing is called so.",
        )
        _told(picture)


def references(
    place: Annotated[str, typer.Argument(metavar="PATH:LINE:COL", help="Where the name stands, as editors count.")],
    project: _ProjectOption = None,
    ref: RefOption = None,
    picture: _PictureOption = None,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every place that means what stands at a place, and which of them are certain."""
    spot = read_place(place) | {"ref": ref}
    with connected(server) as client:
        where = f"/projects/{only_project(client, project, 'references PATH:LINE:COL')}"
        found = when_ready(client, lambda: client.get(f"{where}/references", limit=_MOST_SHOWN, **spot))
        if picture is not None:
            _draw(client, where, spot, picture)
        if as_json:
            found["items"] = list(client.pages(f"{where}/references", most=None, **spot))
            found["next_cursor"] = None
            show_json(found)
            return
        _show(found)
        _told(picture)


def _show(found: dict[str, Any]) -> None:
    for each in found["meant"]:
        at = f", {each['path']}:{each['line']}" if each["path"] else ""
        out.print(f"{safe(each['kind'])} {safe(each['qualified_name'])}{safe(at)}", style="bold")
    show_table(
        ("where", "as", "certain", "line"),
        [
            (f"{r['path']}:{r['line']}:{r['column']}", r["role"], "yes" if r["certain"] else "likely", r["text"])
            for r in found["items"]
        ],
        empty="Nothing means it.",
    )
    words = f"{count(found['certain'], 'certain place')}, {count(found['uncertain'], 'likely one')}."
    if not found["is_complete"] or found["next_cursor"]:
        words += " Not all are shown: see them with --json."
    out.print(words, style="dim")


def _draw(client: Client, where: str, spot: dict[str, Any], picture: Path) -> None:
    picture.write_bytes(client.download(f"{where}/symbols/graph", "image/svg+xml", **spot))


def _told(picture: Path | None) -> None:
    if picture is not None:
        out.print(f"The picture is in {safe(picture)}.")
