"""Adds a transaction's effects to their chains, right before it commits: the ends of chains are locked for a moment."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.effects.chain import BEGUN, GENESIS, INSTALLATION, Head, Link, chain_of, settled
from app.adapters.telemetry import correlation
from app.core.effects import Effect
from app.models.effect import EffectHead, EffectRecord

if TYPE_CHECKING:
    from app.adapters.scope import Scope


async def write_effects(scope: "Scope") -> None:
    """Write what the scope has recorded. Chains are taken in the order of their names, so that nobody waits in a ring.

    The ends stay locked until the commit, which follows at once: no gap, no fork.
    """
    effects = scope.uow.effects
    if not effects:
        return
    chains = {chain_of(each.project_id) for each in effects}
    known = select(EffectHead.chain).where(EffectHead.chain.in_(sorted(chains)))
    begun = set((await scope.session.execute(known)).scalars())
    new = [Effect(BEGUN, "chain", chain) for chain in sorted(chains - begun - {INSTALLATION})]
    by_chain = sorted(((chain_of(each.project_id), each) for each in (*new, *effects)), key=itemgetter(0))
    for chain, group in groupby(by_chain, key=itemgetter(0)):
        end = await _lock(scope, chain, is_new=chain not in begun)
        rows = list(_rows(scope, chain, (effect for _, effect in group), end))
        await scope.session.execute(insert(EffectRecord), rows)
        await _move(scope.session, chain, Head(rows[-1]["position"], rows[-1]["hash"]))


def _rows(scope: "Scope", chain: str, effects: Iterable[Effect], end: Head) -> Iterable[dict[str, Any]]:
    kind, actor_id = _who(scope)
    position, previous = end.position, end.hash
    for effect in effects:
        position += 1
        link = Link(
            chain=chain,
            position=position,
            at=scope.clock.now(),
            actor_kind=kind,
            actor_id=actor_id,
            action=effect.action[:80],
            subject=effect.subject[:40],
            subject_id=str(settled(effect.subject_id))[:120],
            project_id=effect.project_id,
            job_id=scope.job_id,
            approval=effect.approval[:64] if effect.approval else None,
            correlation_id=(correlation.current() or "")[:64],
            before=None if effect.before is None else settled(effect.before),
            after=None if effect.after is None else settled(effect.after),
            inverse=None if effect.inverse is None else settled(effect.inverse),
            previous_hash=previous,
        )
        previous = link.hash()
        yield {name: getattr(link, name) for name in link.__slots__} | {"hash": previous}


def _who(scope: "Scope") -> tuple[str, UUID | None]:
    """Name the kind of actor: a person, a worker on a person's or the system's behalf, or the system itself."""
    if scope.job_id is not None:
        return "worker", scope.actor.user_id
    return ("system" if scope.actor.is_system else "user"), scope.actor.user_id


async def _lock(scope: "Scope", chain: str, *, is_new: bool) -> Head:
    session, database = scope.session, scope.container.database
    if is_new:
        add = (postgres_insert if database.is_postgres else sqlite_insert)(EffectHead)
        await session.execute(add.values(chain=chain, position=0, hash=GENESIS).on_conflict_do_nothing())
    # SQLite's writing transactions are alone; there the lock is no part of the statement.
    head = select(EffectHead.position, EffectHead.hash).where(EffectHead.chain == chain).with_for_update()
    row = (await session.execute(head)).one()
    return Head(row[0], row[1])


async def _move(session: AsyncSession, chain: str, end: Head) -> None:
    await session.execute(
        update(EffectHead).where(EffectHead.chain == chain).values(position=end.position, hash=end.hash)
    )
