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


def tiers_of(hunks: list[dict[str, Any]]) -> list[str]:
    """List the tiers that occur, the most certain first."""
    order = ("proven", "likely", "text", "not_code")
    found = {str(hunk["tier"]) for hunk in hunks}
    return [tier for tier in order if tier in found] + sorted(found.difference(order))


def hunks_of_tiers(proposal: dict[str, Any], tiers: list[str]) -> list[str]:
    """Give the ids of the hunks of some tiers that can be chosen; CommandFailed when a tier has none."""
    hunks = [hunk for hunk in hunks_of(proposal) if hunk["selectable"]]
    for tier in tiers:
        if tier not in tiers_of(hunks):
            raise CommandFailed(f"No hunk has the tier '{tier}'. There are: {', '.join(tiers_of(hunks))}.")
    return [str(hunk["id"]) for hunk in hunks if hunk["tier"] in tiers]
