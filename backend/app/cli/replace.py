"""`hivesync replace PATTERN REPLACEMENT --language L`: find and replace by syntax pattern, as a proposal."""

from typing import Annotated

import typer

from app.cli.common import JsonOption, ProjectOption, RefOption, ServerOption, WaitOption
from app.cli.refactoring import Manner, refactor


def replace(
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help="Code; $A is one piece of it, $$$ARGS are many.")],
    replacement: Annotated[str, typer.Argument(metavar="REPLACEMENT", help="What stands there instead.")],
    language: Annotated[str, typer.Option("--language", "-l", help="What the pattern is written in.")],
    path: Annotated[list[str] | None, typer.Option("--path", help="Only such files: 'src/**', '*_test.go'.")] = None,
    project: ProjectOption = None,
    ref: RefOption = None,
    wait: WaitOption = True,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replace code by a syntax pattern. It ends in a proposal for you to review; nothing is changed."""
    asked = {"language": language, "pattern": pattern, "replacement": replacement, "paths": path or []}
    manner = Manner(project, ref, wait, server, as_json)
    refactor("replace", asked, manner, usage="replace PATTERN REPLACEMENT --language LANGUAGE", label="Replacing")
