"""`hivesync move PATH:LINE:COL TO_PATH`: a symbol to another module, its imports mended, as a proposal."""

from typing import Annotated

import typer

from app.cli.common import JsonOption, ProjectOption, RefOption, ServerOption, WaitOption, read_place
from app.cli.refactoring import Manner, refactor


def move(
    place: Annotated[str, typer.Argument(metavar="PATH:LINE:COL", help="Where the name stands, as editors count.")],
    to_path: Annotated[str, typer.Argument(metavar="TO_PATH", help="The file it goes to, there or not.")],
    project: ProjectOption = None,
    ref: RefOption = None,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move a symbol to another module and mend its imports. It ends in a proposal for you to review."""
    body = read_place(place) | {"to_path": to_path}
    manner = Manner(project, ref, wait, server, as_json)
    refactor("move", body, manner, usage="move PATH:LINE:COL TO_PATH", label="Moving")
