"""Undo is a proposal against the repository as it is now: clean hunks, conflicts, and later edits that stay."""

import pytest

from app.services.proposals.errors import ProposalConflict
from app.services.proposals.rows import StoredProposal

from tests.fixtures.repos import run_git
from tests.services.proposals.conftest import CODE, DOCUMENTED, MAIN, Ground


async def merged(ground: Ground, stored: StoredProposal) -> None:
    """Bring an applied change to the upstream branch, as its very commit."""
    assert stored.applied is not None
    mirror = next((ground.repo.parent / "data" / "repos" / str(ground.project.id)).glob("g-*.git"))
    run_git(ground.repo, "fetch", "-q", str(mirror), stored.applied.ref)
    run_git(ground.repo, "merge", "-q", "--ff-only", stored.applied.commit)
    await ground.sync()


async def test_undo_of_a_change_that_is_nowhere_else_stands_on_the_change(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    undo = await ground.review().revert(stored.proposal.id)
    assert stored.applied is not None
    assert (undo.proposal.kind, undo.proposal.reverts_id) == ("undo", stored.proposal.id)
    assert (undo.proposal.base_ref, undo.proposal.base_commit) == (stored.applied.ref, stored.applied.commit)
    done = await ground.apply(undo)
    assert done.applied is not None
    assert await ground.file_at(done.applied.commit, "code.py") == CODE
    assert (await ground.read(stored.proposal.id)).proposal.status == "reverted"


async def test_undo_of_a_merged_change_stands_on_the_branch_and_keeps_later_edits(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await merged(ground, stored)
    later = DOCUMENTED.replace(b"return 2", b"return 22") + b"\n\ndef four():\n    return 4\n"
    await ground.change_upstream({"code.py": later})
    undo = await ground.review().revert(stored.proposal.id)
    assert (undo.proposal.base_ref, [hunk.selectable for hunk in undo.hunks]) == (MAIN, [True] * 3)
    assert [note["kind"] for note in undo.proposal.notes] == ["kept", "kept"]
    assert undo.proposal.summary == "3 of 3 changes can be taken back cleanly. 2 later edits are kept."
    done = await ground.apply(undo)
    assert done.applied is not None
    expected = CODE.replace(b"return 2", b"return 22") + b"\n\ndef four():\n    return 4\n"
    assert await ground.file_at(done.applied.commit, "code.py") == expected


async def test_a_squashed_merge_is_recognised_by_its_text(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await ground.change_upstream({"code.py": DOCUMENTED, "other.txt": "more\n"})
    undo = await ground.review().revert(stored.proposal.id)
    assert undo.proposal.base_ref == MAIN


async def test_edited_lines_are_conflicts_that_cannot_be_chosen(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await ground.change_upstream({"code.py": DOCUMENTED.replace(b"Two.", b"Two, as a number.")})
    undo = await ground.review().revert(stored.proposal.id)
    assert [hunk.selectable for hunk in undo.hunks] == [True, False, True]
    conflict = undo.hunks[1]
    assert (conflict.old_bytes, conflict.details["conflict"]) == (b'    """Two, as a number."""\n', "changed")
    assert undo.proposal.notes[0]["kind"] == "conflict"
    assert undo.proposal.summary.startswith(
        "2 of 3 changes can be taken back cleanly. 1 conflicts with later edits and will stay."
    )
    done = await ground.apply(undo)
    assert done.applied is not None
    result = await ground.file_at(done.applied.commit, "code.py")
    assert result == CODE.replace(b"two():\n", b'two():\n    """Two, as a number."""\n')


async def test_undoing_a_part_leaves_the_original_applied(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await merged(ground, stored)
    undo = await ground.review().revert(stored.proposal.id)
    await ground.apply(undo, 0)
    assert (await ground.read(stored.proposal.id)).proposal.status == "applied"


async def test_only_what_was_chosen_is_undone(ground: Ground) -> None:
    stored = await ground.apply(await ground.open(), 1)
    undo = await ground.review().revert(stored.proposal.id)
    assert [hunk.old_bytes for hunk in undo.hunks] == [b'    """Two."""\n']


async def test_created_and_deleted_files_are_undone(ground: Ground) -> None:
    stored = await ground.apply(await ground.open({"new.py": b"new\n", "other.txt": None}))
    await merged(ground, stored)
    done = await ground.apply(await ground.review().revert(stored.proposal.id))
    assert done.applied is not None
    assert await ground.file_at(done.applied.commit, "new.py") is None
    assert await ground.file_at(done.applied.commit, "other.txt") == b"other\n"


async def test_a_file_that_was_moved_is_followed(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await merged(ground, stored)
    await ground.change_upstream({"code.py": None, "lib/moved.py": DOCUMENTED})
    undo = await ground.review().revert(stored.proposal.id)
    assert [file.change.path for file in undo.files] == ["lib/moved.py"]
    assert undo.proposal.notes == [{"kind": "moved", "path": "lib/moved.py", "from": "code.py"}]


async def test_a_file_that_was_deleted_is_a_conflict_that_is_listed(ground: Ground) -> None:
    stored = await ground.apply(await ground.open({"code.py": DOCUMENTED, "new.py": b"new\n"}))
    await merged(ground, stored)
    await ground.change_upstream({"code.py": None})
    undo = await ground.review().revert(stored.proposal.id)
    assert [file.change.path for file in undo.files] == ["new.py"]
    assert {(note["kind"], note["path"]) for note in undo.proposal.notes} == {("conflict", "code.py")}


async def test_a_link_at_the_path_is_never_written_through(ground: Ground) -> None:
    stored = await ground.apply(await ground.open({"code.py": DOCUMENTED, "other.txt": None}))
    await merged(ground, stored)
    (ground.repo / "other.txt").symlink_to("/etc/passwd")
    await ground.change_upstream({})
    undo = await ground.review().revert(stored.proposal.id)
    assert [file.change.path for file in undo.files] == ["code.py"]


async def test_nothing_left_to_undo_is_said(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await merged(ground, stored)
    await ground.change_upstream({"code.py": CODE})
    with pytest.raises(ProposalConflict, match="Nothing is left"):
        await ground.review().revert(stored.proposal.id)


async def test_conflicts_only_are_listed_in_the_refusal(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    await merged(ground, stored)
    await ground.change_upstream({"code.py": "all new\n"})
    with pytest.raises(ProposalConflict, match="every line was edited") as caught:
        await ground.review().revert(stored.proposal.id)
    assert [note["path"] for note in caught.value.details["conflicts"]] == ["code.py"] * 3


async def test_asking_twice_gives_the_same_undo(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    first = await ground.review().revert(stored.proposal.id)
    second = await ground.review().revert(stored.proposal.id)
    assert first.proposal.id == second.proposal.id


async def test_only_one_of_two_undos_is_applied(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    first = await ground.review().revert(stored.proposal.id)
    await merged(ground, stored)
    await ground.change_upstream({"other.txt": "moved on\n"})
    second = await ground.review().revert(stored.proposal.id)
    for undo in (first, second):
        await ground.approve(undo)
        await ground.request(undo.proposal.id)
    assert sorted(ran.outcome for ran in await ground.run()) == ["failed", "success"]
    assert (await ground.read(stored.proposal.id)).proposal.status == "reverted"


async def test_an_undo_can_be_undone(ground: Ground) -> None:
    stored = await ground.apply(await ground.open())
    undone = await ground.apply(await ground.review().revert(stored.proposal.id))
    redone = await ground.apply(await ground.review().revert(undone.proposal.id))
    assert redone.applied is not None
    assert await ground.file_at(redone.applied.commit, "code.py") == DOCUMENTED
    assert (await ground.read(undone.proposal.id)).proposal.status == "reverted"


async def test_what_was_not_applied_cannot_be_undone(ground: Ground) -> None:
    with pytest.raises(ProposalConflict):
        await ground.review().revert((await ground.open()).proposal.id)
