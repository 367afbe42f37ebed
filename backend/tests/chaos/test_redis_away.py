"""Redis is gone for a while: the API says what it accepted, and all of that runs once Redis is back."""

from pathlib import Path

import pytest

from tests.chaos.rig import a_redis
from tests.chaos.stack import a_database, running
from tests.fixtures.repos import make_repo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SOURCE = {"module.py": "def add(left, right):\n    return left + right\n"}


async def test_what_the_api_accepts_while_redis_is_away_is_done_when_it_is_back(tmp_path: Path) -> None:
    source = make_repo(tmp_path / "upstream", SOURCE)
    data = tmp_path / "product"
    data.mkdir()
    async with a_redis() as redis, a_database() as extra, running(data, REDIS_URL=redis.url, **extra) as stack:
        project = await stack.post("/projects", {"name": "away", "repo_url": str(source)})
        first = await stack.post(f"/repos/{project['id']}/sync")
        assert (await stack.ended(first["job_id"]))["status"] == "success"
        await redis.kill()
        answers = [
            await stack.http.post("/ai/file-summary", json={"project_id": project["id"], "path": "module.py"})
            for _ in range(5)
        ]
        await redis.start()
        accepted = [answer.json()["job_id"] for answer in answers if answer.status_code == 202]
        refused = [answer for answer in answers if answer.status_code != 202]
        assert {answer.status_code for answer in refused} <= {503}, [answer.text for answer in refused]
        assert all(answer.json()["code"] for answer in refused)
        assert {(await stack.ended(job))["status"] for job in accepted} <= {"success"}
        again = await stack.post("/ai/file-summary", {"project_id": project["id"], "path": "module.py"})
        assert (await stack.ended(again["job_id"]))["status"] == "success"
