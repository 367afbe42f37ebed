"""`/projects/{id}/symbols` and `/references` over HTTP: search, pages, tags, and what is refused."""

from typing import Any

import pytest

from app.services.symbols.messages import IndexSymbols

from tests.fixtures.jobs import assert_staged, staged
from tests.fixtures.people import People
from tests.services.symbols.conftest import Asker

FILES = {
    "shop/__init__.py": "",
    "shop/total.py": "def total(): pass\n\n\nclass TotalPrice:\n    def total_of(self): pass\n",
    "shop/sub.py": "def subtotal(): pass\n\n\ndef to_tall(): pass\n\n\ndef other(): pass\n",
    "web/total.ts": "export function Total() {}\n",
    "README.md": "# total\n",
}


async def test_the_first_question_has_the_commit_read_and_says_so(asker: Asker) -> None:
    head = await asker.commit(FILES)
    answer = await asker.get("/symbols", query="total")
    assert (answer.status_code, answer.json()["code"]) == (409, "SYMBOLS_NOT_READY")
    job = await assert_staged(asker.mirrored.container, IndexSymbols)
    assert answer.json()["details"]["job_id"] == str(job.id)
    assert answer.json()["details"]["commit"] == head
    assert (await asker.get("/symbols")).json()["details"]["job_id"] == str(job.id)
    await asker.mirrored.run_jobs()
    body = (await asker.get("/symbols", query="total")).json()
    assert (body["commit"], body["files"], body["skipped"]) == (head, 4, 0)


async def test_equal_names_come_first_then_beginnings_then_parts_then_letters(asker: Asker) -> None:
    await asker.commit(FILES)
    body = await asker.read("/symbols", query="total")
    assert [(each["name"], each["match"], each["kind"]) for each in body["items"]] == [
        ("total", "exact", "function"),
        ("Total", "exact", "function"),
        ("total_of", "prefix", "method"),
        ("TotalPrice", "prefix", "class"),
        ("subtotal", "substring", "function"),
        ("to_tall", "fuzzy", "function"),
    ]
    assert body["items"][0]["qualified_name"] == "shop.total.total"
    assert body["items"][1]["qualified_name"] == "web/total:Total"
    assert body["items"][1]["is_exported"] is True


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("TotalPrice.total_of", ["shop.total.TotalPrice.total_of"]),
        ("price.total", ["shop.total.TotalPrice.total_of"]),
        ("shop.total.total", ["shop.total.total"]),
        ("total.Total", ["shop.total.total", "web/total:Total", "shop.total.TotalPrice.total_of"]),
        ("%", []),
        ("_", ["shop.total.TotalPrice.total_of", "shop.sub.to_tall"]),
        ("\\", []),
        ("nothing_here", []),
    ],
)
async def test_a_name_may_be_given_with_what_it_stands_in(asker: Asker, query: str, found: list[str]) -> None:
    await asker.commit(FILES)
    body = await asker.read("/symbols", query=query)
    assert sorted(each["qualified_name"] for each in body["items"]) == sorted(found)


async def test_pages_have_no_gaps_also_where_contents_stand_twice(asker: Asker) -> None:
    await asker.commit({**FILES, "copy/total.py": FILES["shop/total.py"], "copy2/total.py": FILES["shop/total.py"]})
    whole = await asker.read("/symbols", query="total", limit=200)
    for path in ("", "copy", "copy/total.py"):
        wanted = [
            each for each in whole["items"] if not path or each["path"].startswith(f"{path}/") or each["path"] == path
        ]
        found: list[Any] = []
        cursor: str | None = None
        while cursor is not None or not found:
            page = await asker.read(
                "/symbols", query="total", path=path, limit=2, **({"cursor": cursor} if cursor else {})
            )
            assert len(page["items"]) <= 2
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == wanted


async def test_without_a_query_everything_below_a_path_is_listed_by_place(asker: Asker) -> None:
    await asker.commit(FILES)
    first = await asker.read("/symbols", path="shop", limit=4)
    rest = await asker.read("/symbols", path="shop", limit=4, cursor=first["next_cursor"])
    assert [(each["path"], each["name"]) for each in [*first["items"], *rest["items"]]] == [
        ("shop/sub.py", "subtotal"),
        ("shop/sub.py", "to_tall"),
        ("shop/sub.py", "other"),
        ("shop/total.py", "total"),
        ("shop/total.py", "TotalPrice"),
        ("shop/total.py", "total_of"),
    ]
    assert rest["next_cursor"] is None


async def test_an_unchanged_answer_costs_no_bytes(asker: Asker) -> None:
    await asker.commit(FILES)
    await asker.read("/symbols")
    for path, query in (
        ("/symbols", {"query": "total"}),
        ("/references", {"path": "shop/sub.py", "line": 1, "column": 5}),
    ):
        first = await asker.get(path, **query)
        tag = {"If-None-Match": first.headers["etag"]}
        again = await asker.get(path, tag, **query)
        assert (again.status_code, again.content) == (304, b"")
        await asker.commit({f"new{path[1:4]}.py": "x = 1\n"}, keep=True)
        assert (await asker.get(path, tag, **query)).status_code == 200


async def test_once_somebody_has_asked_new_commits_are_read_by_themselves(asker: Asker) -> None:
    await asker.commit(FILES)
    assert await staged(asker.mirrored.container, IndexSymbols) == []
    await asker.read("/symbols", query="total")
    asker.mirrored.repo.commit({"later.py": "def total_later(): pass\n"}, keep=True)
    assert "symbols.index success" in await asker.mirrored.sync()
    body = (await asker.get("/symbols", query="total_later")).json()
    assert [each["path"] for each in body["items"]] == ["later.py"]


async def test_what_another_commit_has_is_not_shown(asker: Asker) -> None:
    await asker.commit(FILES)
    await asker.read("/symbols", query="total")
    await asker.commit({"only.py": "def total(): pass\n"})
    body = await asker.read("/symbols", query="total")
    assert [each["path"] for each in body["items"]] == ["only.py"]


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("/references", {"path": "README.md", "line": 1, "column": 3}, 422, "LANGUAGE_UNSUPPORTED"),
        ("/references", {"path": "nope.py", "line": 1, "column": 3}, 404, "PATH_NOT_FOUND"),
        ("/references", {"path": "../x.py", "line": 1, "column": 3}, 422, "VALIDATION_ERROR"),
        ("/references", {"path": "shop/sub.py", "line": 2, "column": 1}, 404, "SYMBOL_NOT_FOUND"),
        ("/references", {"path": "shop/sub.py", "line": 0, "column": 1}, 422, "VALIDATION_ERROR"),
        ("/references", {"path": "shop/sub.py", "line": 1, "column": 5, "cursor": "!!"}, 422, "VALIDATION_ERROR"),
        ("/symbols", {"query": "x" * 201}, 422, "VALIDATION_ERROR"),
        ("/symbols", {"query": "a\0b"}, 422, "VALIDATION_ERROR"),
        ("/symbols", {"query": "total", "cursor": "WzFd"}, 422, "VALIDATION_ERROR"),
        ("/symbols", {"cursor": "WzFd"}, 422, "VALIDATION_ERROR"),
        ("/symbols", {"ref": "nope"}, 404, "REF_NOT_FOUND"),
    ],
)
async def test_what_cannot_be_answered_is_told(
    asker: Asker, path: str, query: dict[str, Any], status: int, code: str
) -> None:
    await asker.commit(FILES)
    await asker.read("/symbols", query="total")
    answer = await asker.get(path, **query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_strangers_see_nothing_and_start_nothing(asker: Asker, people: People) -> None:
    await asker.commit(FILES)
    stranger = await people.user("mallory")
    for path in ("/symbols", "/references?path=shop/sub.py&line=1&column=5"):
        url = f"/projects/{asker.mirrored.project_id}{path}"
        answer = await asker.client.get(url, headers=stranger.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert await staged(asker.mirrored.container, IndexSymbols) == []
