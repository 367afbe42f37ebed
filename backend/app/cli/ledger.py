"""`hivesync verify-ledger` and `hivesync activity`: whether what was done is told as it was, and what that is."""

import asyncio
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.common import JsonOption, ServerOption, connected, find_project
from app.cli.console import count, err, moment, out, safe, show_json, show_table
from app.core.errors import Invalid, NotFound

if TYPE_CHECKING:
    from app.adapters.effects.chain import Head

_HEAD = re.compile(r"(?P<chain>[a-z0-9:-]{1,60})=(?P<position>[0-9]{1,18}):(?P<hash>[0-9a-f]{64})")
_TELLS_EVERY = 20_000


def verify_ledger(
    project: Annotated[str | None, typer.Option("--project", help="Only this project's chain (its id).")] = None,
    head: Annotated[
        list[str] | None, typer.Option("--head", help="CHAIN=POSITION:HASH, as --print-heads printed it earlier.")
    ] = None,
    print_heads: Annotated[
        bool, typer.Option("--print-heads", help="Print the end of every chain, to be kept elsewhere.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take every hash of the effect ledger again. Exit status 1 when a record was changed, removed or replaced."""
    from app.cli.operations import verify_effects  # noqa: PLC0415 - people's commands start without the server

    def tell(links: int) -> None:
        if links and links % _TELLS_EVERY == 0 and err.is_terminal:
            err.print(f"{links:,} records read …")

    chain = f"project:{project}" if project else None
    verdict = asyncio.run(verify_effects(chain, _heads(head or ()), tell))
    if project and chain not in {*verdict.heads, *(each.chain for each in verdict.damage)}:
        raise NotFound(f"There is no record of a project {safe(project[:60])}: give its id.")
    if as_json:
        show_json({
            "records": verdict.links,
            "heads": {chain: {"position": each.position, "hash": each.hash} for chain, each in verdict.heads.items()},
            "damage": [{"chain": d.chain, "position": d.position, "what": d.what} for d in verdict.damage],
        })  # fmt: skip
    else:
        if print_heads:
            for chain, each in sorted(verdict.heads.items()):
                out.print(f"{chain}={each.position}:{each.hash}")
        rows = [(d.chain, str(d.position), d.what) for d in verdict.damage]
        if rows:
            show_table(("chain", "record", "what is wrong"), rows, empty="")
            out.print(
                f"{count(len(rows), 'place')} in the ledger cannot be trusted. Compare with a backup of that time."
            )
        else:
            out.print(
                f"{count(verdict.links, 'record')} in {count(len(verdict.heads), 'chain')}, each as it was written."
            )
    if verdict.damage:
        raise typer.Exit(1)


def _heads(told: Sequence[str]) -> dict[str, "Head"]:
    """Read what `--print-heads` printed; Invalid for anything else."""
    from app.adapters.effects.chain import Head  # noqa: PLC0415 - see above

    kept = {}
    for each in told:
        found = _HEAD.fullmatch(each.strip())
        if found is None:
            raise Invalid(f"That is no head of a chain: {safe(each[:100])}. It looks like CHAIN=POSITION:HASH.")
        kept[found["chain"]] = Head(int(found["position"]), found["hash"])
    return kept


def activity(
    project: Annotated[str | None, typer.Argument(help="A project; left out: everything, for administrators.")] = None,
    action: Annotated[str | None, typer.Option("--action", help="proposal.applied, or all of proposal.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many records.")] = 30,
    server: ServerOption = None,
    as_json: JsonOption = False,
) -> None:
    """See what was changed, by whom and on whose approval, newest first."""
    with connected(server) as client:
        address = f"/projects/{find_project(client, project)['id']}/activity" if project else "/admin/activity"
        rows = list(client.pages(address, most=limit, **({"action": action} if action else {})))
        if as_json:
            show_json(rows)
            return
        show_table(
            ("when", "what", "approval"),
            [(moment(row["at"]), row["summary"], (row["approval"] or "")[:12]) for row in rows],
            empty="Nothing was changed yet.",
        )
