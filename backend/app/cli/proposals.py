"""A proposal as the API tells it: its hunks in order, and the ones a person named. Pure."""

from typing import Any

from app.cli.client import CommandFailed


def hunks_of(proposal: dict[str, Any]) -> list[dict[str, Any]]:
    """List the hunks of all files, in order: their numbers at a shell count from one."""
    return [
        hunk | {"path": file["path"], "confirm": file["confirm"]}
        for file in proposal["files"]
        for hunk in file["hunks"]
    ]


def named_hunks(proposal: dict[str, Any], names: list[str]) -> list[str]:
    """Translate numbers and ids into ids; CommandFailed for one that is not there."""
    ids = [str(hunk["id"]) for hunk in hunks_of(proposal)]
    chosen: list[str] = []
    for name in names:
        if name.isdecimal() and 1 <= int(name) <= len(ids):
            chosen.append(ids[int(name) - 1])
        elif name in ids:
            chosen.append(name)
        else:
            raise CommandFailed(f"There is no hunk '{name}'. Use a number from 1 to {len(ids)}, or a hunk's id.")
    return list(dict.fromkeys(chosen))
