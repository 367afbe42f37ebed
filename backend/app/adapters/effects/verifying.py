"""Takes every hash of the effect ledger again, in order, and says where it does not hold."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.adapters.container import Container
from app.adapters.effects.chain import BEGUN, GENESIS, INSTALLATION, Head, Link
from app.models.effect import EffectHead, EffectRecord

_BATCH = 2000
_FIELDS = tuple(Link.__slots__)


@dataclass(frozen=True, slots=True)
class Damage:
    """One place where a chain does not hold."""

    chain: str
    position: int
    what: str


@dataclass(slots=True)
class Verdict:
    """What a check of the whole ledger found."""

    links: int = 0
    heads: dict[str, Head] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """One chain on the way."""

    chain: str
    position: int = 0
    hash: str = GENESIS
    seq: int = 0

    def step(self, row: EffectRecord) -> str | None:
        """Go to the next row; say what is wrong with it, if anything, and go on from what it claims."""
        link = Link(**{name: getattr(row, name) for name in _FIELDS})
        wrong = None
        if row.position != self.position + 1:
            wrong = f"{_removed(self.position + 1, row.position - 1)} missing before this record"
        elif row.previous_hash != self.hash:
            wrong = "the record does not follow the one before it: one of the two was replaced"
        elif link.hash() != row.hash:
            wrong = f"the record '{row.action}' was changed after it was written"
        elif row.seq <= self.seq:
            wrong = "the record was given another number: it is shown before the one that it follows"
        self.position, self.hash, self.seq = row.position, row.hash, row.seq
        return wrong


async def verify(
    container: Container,
    *,
    only: str | None = None,
    kept: Mapping[str, Head] | None = None,
    tell: Callable[[int], None] = lambda _links: None,
) -> Verdict:
    """Check every chain, or one and those of the heads, against the heads in the database and those kept outside.

    Reads in batches, each in a short transaction; `tell` hears how many links were read. What is written meanwhile
    is not damage: only links up to the end of their chain, as it was at first, are asked for.
    """
    verdict = Verdict()
    chosen = None if only is None else {only, *(kept or {})}
    async with container.scope(read_only=True) as scope:
        # In this order: a chain that grows or begins meanwhile has a head at least as far as its last record.
        begun = await _begun(scope.session, chosen)
        last = await _last(scope.session, chosen)
        verdict.heads = await _heads(scope.session, chosen)
    if chosen is None and last:
        # Nobody has changed a project before somebody had an account.
        begun.add(INSTALLATION)
    ends = {chain for chain, head in verdict.heads.items() if head.position}
    for chain in sorted(begun - ends - last.keys()):
        verdict.damage.append(Damage(chain, 1, "the chain was removed whole: another one tells that it began"))
    for chain, position in sorted(last.items()):
        head = verdict.heads.get(chain)
        if head is not None and position > head.position:
            verdict.damage.append(Damage(chain, position, "a record stands beyond the recorded end of the chain"))
    for chain in sorted({*last, *verdict.heads, *(kept or {})}):
        await _check(container, chain, verdict, (kept or {}).get(chain), tell)
    return verdict


async def _check(
    container: Container, chain: str, verdict: Verdict, kept: Head | None, tell: Callable[[int], None]
) -> None:
    walk, head = _Walk(chain), verdict.heads.get(chain)
    at_kept: str | None = None
    async for row in _rows(container, chain, upto=head.position if head else None):
        wrong = walk.step(row)
        if wrong:
            verdict.damage.append(Damage(chain, row.position, wrong))
        if kept and row.position == kept.position:
            at_kept = row.hash
        verdict.links += 1
        if verdict.links % _BATCH == 0:
            tell(verdict.links)
    tell(verdict.links)
    if head is None:
        if walk.position or not kept:
            verdict.damage.append(Damage(chain, walk.position, "the chain's end is not recorded: its head was removed"))
    elif walk.position < head.position:
        what = f"{_removed(walk.position + 1, head.position)} missing at the end"
        verdict.damage.append(Damage(chain, walk.position + 1, what))
    elif walk.hash != head.hash:
        verdict.damage.append(Damage(chain, walk.position, "the recorded end of the chain has another hash"))
    if kept and at_kept != kept.hash:
        what = "is not there any more" if at_kept is None else "has another hash"
        verdict.damage.append(Damage(chain, kept.position, f"the record that was noted outside {what}"))


async def _rows(container: Container, chain: str, *, upto: int | None) -> AsyncIterator[EffectRecord]:
    after = 0
    while True:
        wanted = [EffectRecord.chain == chain, EffectRecord.position > after]
        if upto is not None:
            wanted.append(EffectRecord.position <= upto)
        query = select(EffectRecord).where(*wanted).order_by(EffectRecord.position).limit(_BATCH)
        async with container.scope(read_only=True) as scope:
            rows = (await scope.session.execute(query)).scalars().all()
            for row in rows:
                yield row
        if len(rows) < _BATCH:
            return
        after = rows[-1].position


async def _begun(session: AsyncSession, chosen: Collection[str] | None) -> set[str]:
    query = select(EffectRecord.subject_id).where(
        EffectRecord.chain == INSTALLATION, EffectRecord.subject == "chain", EffectRecord.action == BEGUN
    )
    if chosen is not None:
        query = query.where(EffectRecord.subject_id.in_(sorted(chosen)))
    return set((await session.execute(query)).scalars())


async def _heads(session: AsyncSession, chosen: Collection[str] | None) -> dict[str, Head]:
    query = select(EffectHead)
    if chosen is not None:
        query = query.where(EffectHead.chain.in_(sorted(chosen)))
    return {head.chain: Head(head.position, head.hash) for head in (await session.execute(query)).scalars()}


async def _last(session: AsyncSession, chosen: Collection[str] | None) -> dict[str, int]:
    query = select(EffectRecord.chain, func.max(EffectRecord.position)).group_by(EffectRecord.chain)
    if chosen is not None:
        query = query.where(EffectRecord.chain.in_(sorted(chosen)))
    return {row[0]: row[1] for row in await session.execute(query)}


def _removed(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"records {first} to {last} are"
