"""`hivesync rename PATH[:LINE:COL] NEW`: a rename across files, as a proposal in tiers."""

from typing import Annotated, Any

import typer

from app.cli.common import JsonOption, ProjectOption, RefOption, ServerOption, WaitOption, read_place
from app.cli.refactoring import Manner, refactor


def rename(
    place: Annotated[str, typer.Argument(metavar="PATH[:LINE:COL]", help="Where it stands; or a file or folder.")],
    new_name: Annotated[str, typer.Argument(metavar="NEW", help="What it is to be called.")],
    project: ProjectOption = None,
    ref: RefOption = None,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rename a symbol, or a module by its path alone, in all files that mean it. It ends in a proposal for review."""
    body = _read(place) | {"new_name": new_name}
    manner = Manner(project, ref, wait, server, as_json)
    refactor("rename", body, manner, usage="rename PATH[:LINE:COL] NEW", label="Renaming")


def _read(place: str) -> dict[str, Any]:
    """Read a place; a path alone is the module of that file or folder itself."""
    return read_place(place) if ":" in place else {"path": place.rstrip("/")}
