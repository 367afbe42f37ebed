"""Effects are chained, cannot be changed, and every way of tampering with them is found."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.adapters.container import Container
from app.adapters.effects.chain import GENESIS, Head, Link, settled
from app.adapters.effects.verifying import Verdict, verify
from app.core.actor import Actor
from app.core.effects import Effect
from app.models.effect import EffectHead, EffectRecord

PROJECT = UUID(int=7)
CHAIN = f"project:{PROJECT}"

facts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=8,
)


async def record(container: Container, *effects: Effect, actor: Actor | None = None) -> None:
    async with container.scope(actor or Actor(user_id=UUID(int=1))) as scope:
        for effect in effects:
            scope.record(effect)


async def three(container: Container) -> None:
    for number in range(3):
        await record(container, Effect("thing.changed", "thing", str(number), PROJECT, after={"number": number}))


async def rows(container: Container, chain: str = CHAIN) -> Sequence[EffectRecord]:
    query = select(EffectRecord).where(EffectRecord.chain == chain).order_by(EffectRecord.seq)
    async with container.scope(read_only=True) as scope:
        return (await scope.session.execute(query)).scalars().all()


async def tamper(container: Container, *statements: str, **values: Any) -> None:
    """Do what only the owner of the database can: take the triggers away, then change rows."""
    database = container.database
    async with database.engine.begin() as connection:
        if database.is_postgres:
            await connection.execute(text("set local session_replication_role = replica"))
        else:
            found = await connection.execute(text("select name from sqlite_master where type = 'trigger'"))
            for name in found.scalars().all():
                await connection.execute(text(f"drop trigger {name}"))
        for statement in statements:
            await connection.execute(text(statement), values)


def said(verdict: Verdict) -> list[str]:
    return [each.what for each in verdict.damage]


async def test_each_record_builds_on_the_one_before_it(container: Container) -> None:
    await three(container)
    found = await rows(container)
    assert [row.position for row in found] == [1, 2, 3]
    assert [row.previous_hash for row in found] == [GENESIS, found[0].hash, found[1].hash]
    verdict = await verify(container)
    (begun,) = await rows(container, "installation")
    assert (begun.action, begun.subject_id) == ("chain.begun", CHAIN)
    heads = {CHAIN: Head(3, found[2].hash), "installation": Head(1, begun.hash)}
    assert (verdict.links, verdict.damage, verdict.heads) == (4, [], heads)


async def test_projects_and_the_installation_have_chains_of_their_own(container: Container) -> None:
    await record(container, Effect("a.done", "a", "1", PROJECT), Effect("b.done", "b", "1"), Effect("c.done", "c", "1"))
    assert [row.action for row in await rows(container)] == ["a.done"]
    assert [(row.action, row.position) for row in await rows(container, "installation")] == [
        ("chain.begun", 1), ("b.done", 2), ("c.done", 3),
    ]  # fmt: skip


async def test_what_is_rolled_back_leaves_no_record(container: Container) -> None:
    async def fails() -> None:
        async with container.scope() as scope:
            scope.record(Effect("thing.changed", "thing", "1"))
            raise LookupError

    with pytest.raises(LookupError):
        await fails()
    assert await rows(container) == []


async def test_eight_writers_at_once_leave_one_chain_without_gap_or_fork(container: Container) -> None:
    effects = [Effect("thing.changed", "thing", str(number), PROJECT) for number in range(40)]

    async def some(mine: Sequence[Effect]) -> None:
        for effect in mine:
            await record(container, effect)

    await asyncio.gather(*(some(effects[first::8]) for first in range(8)))
    verdict = await verify(container)
    assert (verdict.links - len(await rows(container, "installation")), verdict.damage) == (40, [])
    assert [row.position for row in await rows(container)] == list(range(1, 41))


@pytest.mark.parametrize(
    "statement",
    ["update effects set action = 'x'", "delete from effects", "update effect_heads set position = 1",
     "delete from effect_heads"],
)  # fmt: skip
async def test_the_database_refuses_to_change_what_is_recorded(container: Container, statement: str) -> None:
    await three(container)

    async def change() -> None:
        async with container.scope() as scope:
            await scope.session.execute(text(statement))

    with pytest.raises(DBAPIError, match="only added"):
        await change()
    assert (await verify(container)).damage == []


@pytest.mark.parametrize("column", ["action", "subject_id", "approval", "correlation_id", "actor_kind"])
async def test_a_changed_record_is_found(container: Container, column: str) -> None:
    await three(container)
    await tamper(container, f"update effects set {column} = 'forged' where position = 2")
    assert [(each.position, each.chain) for each in (await verify(container)).damage] == [(2, CHAIN)]


async def test_a_changed_record_with_a_fitting_hash_is_found_by_the_next(container: Container) -> None:
    await three(container)
    second = (await rows(container))[1]
    forged = replace(link_of(second), action="thing.forged")
    await tamper(
        container, "update effects set action = :action, hash = :hash where position = 2",
        action=forged.action, hash=forged.hash(),
    )  # fmt: skip
    assert said(await verify(container)) == [
        "the record does not follow the one before it: one of the two was replaced"
    ]


async def test_a_removed_record_is_found(container: Container) -> None:
    await three(container)
    await tamper(container, "delete from effects where position = 2")
    assert "record 2 is missing before this record" in said(await verify(container))


async def test_a_cut_off_end_is_found(container: Container) -> None:
    await three(container)
    await tamper(container, "delete from effects where position >= 2")
    assert said(await verify(container)) == ["records 2 to 3 are missing at the end"]


async def test_a_record_put_beyond_the_end_is_found(container: Container) -> None:
    await three(container)
    columns = "chain, at, actor_kind, action, subject, subject_id, correlation_id, previous_hash, hash"
    await tamper(
        container, f"insert into effects (position, {columns}) select 4, {columns} from effects where position = 3"
    )
    assert said(await verify(container)) == ["a record stands beyond the recorded end of the chain"]


async def test_a_record_cannot_be_replaced_by_inserting_over_it(container: Container) -> None:
    await three(container)
    columns = "seq, chain, position, at, actor_kind, action, subject, subject_id, correlation_id, previous_hash"
    over = f"({columns}, hash) select {columns}, 'forged' from effects where position = 2"
    insert = "insert into effects" if container.database.is_postgres else "insert or replace into effects"

    async def replace_it() -> None:
        async with container.scope() as scope:
            await scope.session.execute(text(f"{insert} {over}"))

    with pytest.raises(DBAPIError):
        await replace_it()
    assert (await verify(container)).damage == []


async def test_a_removed_head_is_found(container: Container) -> None:
    await three(container)
    await tamper(container, "delete from effect_heads where chain <> 'installation'")
    assert said(await verify(container)) == ["the chain's end is not recorded: its head was removed"]


async def test_an_end_cut_off_together_with_its_head_is_found_by_a_head_that_was_kept_outside(
    container: Container,
) -> None:
    await three(container)
    kept = (await verify(container)).heads
    second = (await rows(container))[1]
    await tamper(
        container,
        "delete from effects where position = 3",
        "update effect_heads set position = 2, hash = :hash where chain = :chain",
        hash=second.hash, chain=CHAIN,
    )  # fmt: skip
    assert (await verify(container)).damage == []
    assert said(await verify(container, kept=kept)) == ["the record that was noted outside is not there any more"]


@pytest.mark.parametrize("head", ["delete from effect_heads where chain = :chain",
                                  "update effect_heads set position = 0 where chain = :chain"])  # fmt: skip
@pytest.mark.parametrize("only", [None, CHAIN])
async def test_a_chain_that_was_removed_with_its_head_is_missed_by_that_of_the_installation(
    container: Container, head: str, only: str | None
) -> None:
    await three(container)
    await tamper(container, "delete from effects where chain = :chain", chain=CHAIN)
    await tamper(container, head, chain=CHAIN)
    found = (await verify(container, only=only)).damage[0]
    assert (found.chain, found.what) == (CHAIN, "the chain was removed whole: another one tells that it began")


async def test_a_removed_chain_of_the_installation_is_missed_by_the_others(container: Container) -> None:
    await three(container)
    for table in ("effects", "effect_heads"):
        await tamper(container, f"delete from {table} where chain = 'installation'")
    assert [(each.chain, each.position) for each in (await verify(container)).damage] == [("installation", 1)]


async def test_records_that_were_given_each_others_numbers_are_found(container: Container) -> None:
    await three(container)
    first, second, _third = (row.seq for row in await rows(container))
    swap = "update effects set seq = :to where seq = :of"
    for of, to in ((first, 1_000_000), (second, first), (1_000_000, second)):
        await tamper(container, swap, of=of, to=to)
    assert "given another number" in said(await verify(container))[0]


async def test_one_chain_is_verified_beside_the_heads_that_were_kept(container: Container) -> None:
    await three(container)
    kept = (await verify(container)).heads
    await record(container, Effect("thing.changed", "thing", "1", UUID(int=8)))
    verdict = await verify(container, only=CHAIN, kept=kept)
    assert (verdict.damage, sorted(verdict.heads)) == ([], ["installation", CHAIN])


async def test_a_head_that_was_kept_outside_still_fits_when_more_was_added(container: Container) -> None:
    await three(container)
    kept = (await verify(container)).heads
    await three(container)
    assert (await verify(container, kept=kept)).damage == []


@given(value=facts)
def test_settled_facts_are_the_same_after_a_journey_through_json(value: Any) -> None:
    plain = settled(value)
    assert settled(plain) == plain
    assert "\0" not in repr(plain)


async def test_strange_facts_come_back_from_the_database_as_they_were_hashed(container: Container) -> None:
    strange = {"nul": "a\0b", "lone": "\ud800", "float": 1e300, "whole": 2.0, "big": 2**80, "text": "ä" * 3000,
               "many": [*range(1000)], "when": datetime(2026, 1, 1, tzinfo=UTC), "id": PROJECT, "": None}  # fmt: skip
    await record(container, Effect("thing.changed", "thing", "\0", PROJECT, before=strange, after={}, inverse=strange))
    assert (await verify(container)).damage == []


async def test_the_head_row_moves_with_the_chain(container: Container) -> None:
    await three(container)
    async with container.scope(read_only=True) as scope:
        head = (await scope.session.execute(select(EffectHead).where(EffectHead.chain == CHAIN))).scalar_one()
    assert (head.position, head.hash) == (3, (await rows(container))[-1].hash)


def link_of(row: EffectRecord) -> Link:
    return Link(**{name: getattr(row, name) for name in Link.__slots__})
