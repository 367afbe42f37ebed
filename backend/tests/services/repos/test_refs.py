"""What people call a place in history becomes one name and one commit."""

from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.errors import MirrorMissing, RefNotFound
from app.adapters.git.port import MirrorReader
from app.adapters.git.urls import parse_remote_url
from app.services.repos.errors import RepositoryEmpty
from app.services.repos.refs import ResolvedRef, resolve_ref

from tests.fixtures.bare import GitRepo
from tests.fixtures.repos import local_mirrors

PROJECT = UUID(int=9)


async def reader_of(repo: GitRepo, tmp_path: Path) -> MirrorReader:
    mirrors = local_mirrors(tmp_path / "data")
    await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo.path), allow_local=True))
    return mirrors.reader(PROJECT)


async def test_branches_come_before_tags_and_tags_before_commits(repo: GitRepo, tmp_path: Path) -> None:
    first = repo.commit({"a": "1"})
    second = repo.commit({"a": "2"})
    repo.git("tag", "v1", first)
    repo.git("branch", first[:7], second)
    reader = await reader_of(repo, tmp_path)
    assert await resolve_ref(reader, "main") == ResolvedRef("refs/heads/main", second)
    assert await resolve_ref(reader, "refs/tags/v1") == await resolve_ref(reader, "v1")
    assert await resolve_ref(reader, "v1") == ResolvedRef("refs/tags/v1", first)
    assert await resolve_ref(reader, first[:7]) == ResolvedRef(f"refs/heads/{first[:7]}", second)
    assert await resolve_ref(reader, first[:9]) == ResolvedRef(first, first)


async def test_no_ref_is_the_chosen_branch_else_the_repositorys_own(repo: GitRepo, tmp_path: Path) -> None:
    main = repo.commit({"a": "1"})
    dev = repo.commit({"a": "2"}, branch="dev")
    reader = await reader_of(repo, tmp_path)
    assert (await resolve_ref(reader, None)).commit == (await resolve_ref(reader, "HEAD")).commit == main
    assert (await resolve_ref(reader, None, default="dev")).commit == dev
    assert (await resolve_ref(reader, None, default="gone")).commit == main


@pytest.mark.parametrize(
    "ref", ["", "nope", "refs/heads/nope", "-x", "a..b", "main^{tree}", "x" * 300, "0" * 40, "@{u}"]
)
async def test_what_leads_nowhere_is_not_found(repo: GitRepo, tmp_path: Path, ref: str) -> None:
    repo.commit({"a": "1"})
    with pytest.raises(RefNotFound):
        await resolve_ref(await reader_of(repo, tmp_path), ref)


async def test_an_empty_repository_and_a_missing_mirror_say_so(repo: GitRepo, tmp_path: Path) -> None:
    with pytest.raises(RepositoryEmpty):
        await resolve_ref(await reader_of(repo, tmp_path), None)
    with pytest.raises(MirrorMissing):
        await resolve_ref(local_mirrors(tmp_path / "other").reader(PROJECT), None)
