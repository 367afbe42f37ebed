"""How PostgreSQL finds the rows of a batch in a rush that its statistics know nothing of."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.adapters.container import Container
from app.adapters.jobs.statements import statements_for
from app.core.jobs import Queue

from tests.workers.errands import Errand

pytestmark = pytest.mark.skipif(not os.environ.get("TEST_DATABASE_URL"), reason="reads PostgreSQL's plans")


async def plan_of(container: Container, statement: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Ask for a statement's plan instead of running it."""
    async with container.database.engine.connect() as connection:
        compiled = statement.compile(dialect=connection.dialect)
        found = compiled.construct_params(values)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        asked = [found[name] for name in compiled.positiontup]
        answer = await driver.fetchval(f"explain (format json) {compiled}", *asked)
        plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
        return plan


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """Give what every scan of a plan reads: an index, or a whole table."""
    if "Index Name" in plan:
        yield plan["Index Name"]
    elif plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for inner in plan.get("Plans", ()):
        yield from scans(inner)


async def test_a_batch_finds_its_jobs_by_their_ids_and_reads_none_of_the_thousands_beside_them(
    container: Container,
) -> None:
    async with container.scope() as scope:
        await scope.session.execute(text("analyze jobs"))
    async with container.scope() as scope:
        staged = await scope.stage_many([Errand(name=str(number)) for number in range(3_000)])
    built = statements_for(container.database.time, is_postgres=True)
    ids = {"the_jobs": [job.id for job in staged[:20]], "the_epoch": 0}
    asked: dict[str, tuple[Any, dict[str, Any]]] = {
        "take": (built.take.free, {"the_queue": Queue.AI.value, "the_worker": "worker", "at_most": 20}),
        "finish": (built.finish_many, ids),
        "hand back": (built.hand_back_many, ids),
        "mark pushed": (built.mark_pushed, ids),
    }
    read = {name: set(scans(await plan_of(container, *each))) for name, each in asked.items()}
    by_id = {"pk_jobs"}
    assert read == {
        "take": by_id | {"ix_jobs_turn", "pk_queue_states"},
        "finish": by_id,
        "hand back": by_id,
        "mark pushed": by_id,
    }
