"""Which files a question is about: every file below a folder is chosen or told of with the reason."""

import pytest

from app.services.ai.choosing import Choice, choose
from app.services.ai.record import Question

from tests.services.ai.conftest import DOCUMENTS, Ground

NOT_OURS = "it stands in a folder named vendor, whose files are others' or generated; ask for them by name"
LANGUAGE = "documentation is written for Python, JavaScript and TypeScript only"
FOREIGN = {f"src/vendor/{number:02}.py": "x = 1\n" for number in range(12)}


@pytest.fixture
def files() -> dict[str, str | bytes]:
    """A folder among siblings whose names begin like its own."""
    return {
        "src-x/a.py": "a = 1\n",
        "src.py": "b = 1\n",
        "src/a.py": "c = 1\n",
        "src/deep/b.ts": "export const d = 1\n",
        "src/notes.md": "Notes\n",
        "src0/a.py": "e = 1\n",
        "text/notes.md": "Notes\n",
        **FOREIGN,
    }


async def chosen(ground: Ground, *paths: str, max_files: int = 100, page: int = 3) -> Choice:
    async with ground.container.scope(read_only=True) as scope:
        question = Question("documentation", paths)
        return await choose(scope, ground.manifest, question, max_files=max_files, page=page)


async def test_a_folder_is_looked_through_to_its_end_and_no_further(ground: Ground) -> None:
    for page in (1, 2, 3, 1000):
        choice = await chosen(ground, "src", page=page)
        assert [entry.path for entry in choice.entries] == ["src/a.py", "src/deep/b.ts"]


async def test_everything_is_found_whatever_the_size_of_a_page(ground: Ground) -> None:
    expected = ["src/a.py", "src/deep/b.ts", "src-x/a.py", "src.py", "src0/a.py"]
    for page in (1, 1000):
        assert sorted(entry.path for entry in (await chosen(ground, page=page)).entries) == sorted(expected)


async def test_what_is_left_alone_is_named_up_to_a_number_and_then_counted(ground: Ground) -> None:
    choice = await chosen(ground, "src")
    left_alone = [(one.path, one.reason) for one in choice.left_alone]
    assert left_alone == [
        ("src/notes.md", LANGUAGE),
        *((path, NOT_OURS) for path in sorted(FOREIGN)[:10]),
        ("", f"{NOT_OURS} (2 more, 12 in all)"),
    ]


async def test_a_folder_of_others_is_documented_when_it_is_asked_for_by_name(ground: Ground) -> None:
    choice = await chosen(ground, "src/vendor")
    assert (len(choice.entries), choice.left_alone) == (12, ())
    both = await chosen(ground, "src", "src/vendor")
    assert (len(both.entries), [one.path for one in both.left_alone]) == (14, ["src/notes.md"])


async def test_files_beyond_the_most_that_one_question_reads_are_told_of(ground: Ground) -> None:
    choice = await chosen(ground, "src.py", "src0/a.py", "src", max_files=1)
    assert [entry.path for entry in choice.entries] == ["src.py"]
    reason = "one question reads at most 1 files; ask about it separately"
    told = [one.path for one in choice.left_alone if one.reason == reason]
    assert sorted(told) == ["src/a.py", "src/deep/b.ts", "src0/a.py"]


async def test_a_result_lists_what_a_folder_held_beside_what_was_documented(ground: Ground) -> None:
    shown = await ground.ask("documentation", DOCUMENTS.model_copy(update={"documents": []}), paths=["src"])
    reasons = {(one["path"], one["reason"]) for one in shown["result"]["skipped"]}
    assert ("src/notes.md", LANGUAGE) in reasons
    assert ("", f"{NOT_OURS} (2 more, 12 in all)") in reasons


async def test_a_folder_without_files_that_can_be_documented_says_what_is_in_it(ground: Ground) -> None:
    shown = await ground.ask("documentation", paths=["text"])
    assert shown["error"]["code"] == "VALIDATION_ERROR"
    assert shown["error"]["details"]["left_out"] == [{"path": "text/notes.md", "reason": LANGUAGE}]
