"""The first start: an administrator, and a demo project that is made once and says something."""

from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from app.adapters.container import Container
from app.cli.demo import DOCUMENTED, NAME, SUMMARISED, find_checkout, make_demo
from app.cli.first_start import Login, make_admin
from app.core.clock import FrozenClock
from app.models.ai import AiJob
from app.models.project import Project
from app.models.proposal import FileChange
from app.models.user import User

from tests.fixtures.repos import make_repo, run_git
from tests.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """This product's own files, as far as the demo speaks about them."""
    return make_repo(tmp_path / "checkout", {path: (ROOT / path).read_bytes() for path in (*DOCUMENTED, *SUMMARISED)})


@pytest.fixture
async def admin(container: Container) -> None:
    """The first start has made an administrator."""
    await make_admin(container, lambda _login: None)


async def rows(container: Container, table: Any) -> list[Any]:
    async with container.scope(read_only=True) as scope:
        return list((await scope.session.execute(select(table))).scalars())


async def asked(container: Container, number: int) -> list[str]:
    """Wait until so many questions are answered; their kinds."""

    async def answered() -> bool:
        return sum(job.result is not None for job in await rows(container, AiJob)) >= number

    await until(answered, seconds=30)
    return sorted(job.kind for job in await rows(container, AiJob))


async def described(client: AsyncClient, project_id: str) -> bool:
    return (await client.get(f"/projects/{project_id}/manifest")).is_success


async def test_the_first_administrator_is_made_once_and_shown_once(container: Container) -> None:
    shown: list[Login] = []
    await make_admin(container, shown.append)
    await make_admin(container, shown.append)
    assert [len(login.password) >= 12 for login in shown] == [True]
    assert [user.is_admin for user in await rows(container, User)] == [True]


async def test_a_start_that_is_stopped_before_it_showed_the_login_makes_another(container: Container) -> None:
    def interrupted(_login: Login) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await make_admin(container, interrupted)
    assert await rows(container, User) == []
    shown: list[Login] = []
    await make_admin(container, shown.append)
    assert len(shown) == 1


async def test_the_demo_has_a_proposal_in_two_languages_and_two_summaries(
    container: Container, address: str, workers: None, admin: None, checkout: Path
) -> None:
    await make_demo(container, address, checkout)
    assert await asked(container, 3) == ["documentation", "file-summary", "file-summary"]
    paths = [change.path for change in await rows(container, FileChange)]
    assert {Path(path).suffix for path in paths} == {".py", ".js"}


async def test_later_starts_add_nothing(
    container: Container, address: str, workers: None, admin: None, checkout: Path, clock: FrozenClock
) -> None:
    assert [await make_demo(container, address, checkout) for _ in range(2)] == [True, False]
    clock.move(seconds=2 * 3600)
    assert not await make_demo(container, address, checkout)
    await asked(container, 3)
    assert len(await rows(container, Project)) == 1
    assert len(await rows(container, AiJob)) == 3


async def test_a_start_that_was_killed_half_way_is_completed_and_nothing_is_made_twice(
    container: Container, client: AsyncClient, address: str, workers: None, checkout: Path
) -> None:
    shown: list[Login] = []
    await make_admin(container, shown.append)
    (login,) = shown
    session = await client.post("/auth/login", json={"email": login.email, "password": login.password})
    client.headers["Authorization"] = f"Bearer {session.json()['access_token']}"
    made = await client.post("/projects", json={"name": NAME, "repo_url": str(checkout)})
    await until(lambda: described(client, made.json()["id"]), seconds=30)
    body = {"project_id": made.json()["id"], "path": SUMMARISED[0]}
    assert (await client.post("/ai/file-summary", json=body)).is_success
    await make_demo(container, address, checkout)
    assert await asked(container, 3) == ["documentation", "file-summary", "file-summary"]
    assert len(await rows(container, Project)) == 1


async def test_a_demo_of_old_is_left_alone(
    container: Container, address: str, workers: None, admin: None, checkout: Path, clock: FrozenClock
) -> None:
    await make_demo(container, address, make_repo(checkout.parent / "empty", {"a.txt": "a\n"}))
    clock.move(seconds=2 * 3600)
    await make_demo(container, address, checkout)
    assert len(await rows(container, Project)) == 1


async def test_a_demo_that_was_thrown_away_does_not_come_back(
    container: Container, address: str, workers: None, admin: None, checkout: Path, clock: FrozenClock
) -> None:
    await make_demo(container, address, make_repo(checkout.parent / "empty", {"a.txt": "a\n"}))
    async with container.scope() as scope:
        await scope.session.execute(update(Project).values(deleted_at=clock.now()))
    await make_demo(container, address, checkout)
    assert len(await rows(container, Project)) == 1


@pytest.mark.parametrize("options", [(), ("--depth=1",)], ids=["whole", "shallow"])
async def test_a_checkout_may_be_detached_and_shallow(
    container: Container, address: str, workers: None, admin: None, checkout: Path, options: tuple[str, ...]
) -> None:
    place = checkout.parent / "clone"
    run_git(checkout.parent, "clone", "-q", *options, f"file://{checkout}", str(place))
    run_git(place, "checkout", "-q", "--detach")
    await make_demo(container, address, place)
    assert len(await asked(container, 3)) == 3


@pytest.mark.parametrize("has_commit", [False, True], ids=["no commit", "no branch"])
async def test_a_checkout_without_a_branch_does_no_harm(
    container: Container, address: str, workers: None, admin: None, tmp_path: Path, has_commit: bool
) -> None:
    place = make_repo(tmp_path / "bare", {"a.txt": "a\n"} if has_commit else None)
    if has_commit:
        run_git(place, "checkout", "-q", "--detach")
        run_git(place, "branch", "-q", "-D", "main")
    await make_demo(container, address, place)
    assert [project.name for project in await rows(container, Project)] == [NAME]
    assert await rows(container, AiJob) == []


async def test_without_a_checkout_there_is_no_demo(container: Container, address: str, admin: None) -> None:
    await make_demo(container, address, find_checkout(Path("/")))
    assert await rows(container, Project) == []
