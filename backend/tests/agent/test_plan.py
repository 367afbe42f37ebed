"""A proposal beside a folder: what would be done, and that both tell the same before anything is."""

import stat
from pathlib import Path
from typing import Any

import pytest

from app.agent.errors import DigestChanged, FolderDiffers, HunksNotApproved, PatchRefused
from app.agent.plan import make_plan
from app.core.errors import AppError
from app.core.hashing import git_blob_id
from app.services.proposals.edits import FileEdits
from app.services.proposals.patch import unified_diff

Files = dict[str, tuple[bytes | None, bytes | None]]
FILES: Files = {"a.py": (b"1\n2\n", b"1\n3\n"), "new.py": (None, b"new\n"), "old.py": (b"old\n", None)}


def proposal_of(files: Files, status: str = "approved") -> tuple[dict[str, Any], bytes]:
    """What the server says of a proposal, and its patch."""
    changes = [FileEdits.between(path, old, new) for path, (old, new) in files.items()]
    told = [
        {
            "path": each.path,
            "change": "modify",
            "mode": each.mode,
            "base_blob": None if each.old is None else git_blob_id(each.old),
            "hunks": [
                {"chosen": status != "open", "is_utf8": True, "old_start": edit.old_start,
                 "old_text": edit.old.decode(), "new_text": edit.new.decode()}
                for edit in each.edits
            ],
        }
        for each in changes
    ]  # fmt: skip
    return {"id": "p", "digest": "d" * 64, "status": status, "title": "T", "files": told}, unified_diff(changes)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, (old, _) in FILES.items():
        if old is not None:
            (tmp_path / path).write_bytes(old)
    return tmp_path


def states(root: Path, status: str = "approved") -> dict[str, str]:
    return {file.path: file.state for file in make_plan(root, *proposal_of(FILES, status)).files}


def test_a_folder_that_is_the_base_is_ready(root: Path) -> None:
    plan = make_plan(root, *proposal_of(FILES))
    plan.check("d" * 64)
    told = plan.told()
    assert (told["can_apply"], told["reason"]) == (True, None)
    assert [(file["change"], file["state"]) for file in told["files"]] == [
        ("modified", "ready"), ("added", "ready"), ("deleted", "ready")
    ]  # fmt: skip


def test_each_file_says_how_it_differs(root: Path) -> None:
    (root / "a.py").write_bytes(b"1\r\n2\r\n")
    (root / "old.py").unlink()
    (root / "new.py").write_bytes(b"new\n")
    assert states(root) == {"a.py": "differs", "new.py": "already", "old.py": "already"}
    (root / "a.py").unlink()
    (root / "new.py").write_bytes(b"another\n")
    assert states(root) == {"a.py": "missing", "new.py": "differs", "old.py": "already"}


def test_a_file_that_may_be_run_and_should_not_differs(root: Path) -> None:
    (root / "a.py").chmod(stat.S_IMODE((root / "a.py").stat().st_mode) | 0o111)
    assert states(root)["a.py"] == "differs"


def test_a_link_in_the_place_of_a_file_differs_and_is_not_followed(root: Path) -> None:
    (root / "a.py").rename(root / "real")
    (root / "a.py").symlink_to("real")
    plan = make_plan(root, *proposal_of(FILES))
    assert plan.files[0].state == "differs"
    with pytest.raises(FolderDiffers) as refused:
        plan.check("d" * 64)
    assert [file["path"] for file in refused.value.details["files"]] == ["a.py"]


def test_another_digest_or_no_approval_is_refused(root: Path) -> None:
    with pytest.raises(DigestChanged):
        make_plan(root, *proposal_of(FILES)).check("e" * 64)
    with pytest.raises(HunksNotApproved):
        make_plan(root, *proposal_of(FILES, "open")).check("d" * 64)


def test_a_folder_that_holds_all_of_it_already_is_told_so(root: Path) -> None:
    (root / "a.py").write_bytes(b"1\n3\n")
    (root / "old.py").unlink()
    (root / "new.py").write_bytes(b"new\n")
    with pytest.raises(FolderDiffers, match="already"):
        make_plan(root, *proposal_of(FILES)).check("d" * 64)


def test_a_patch_with_more_or_other_changes_than_were_approved_is_refused(root: Path) -> None:
    proposal, _ = proposal_of(FILES)
    _, more = proposal_of({**FILES, "extra.py": (None, b"x\n")})
    _, less = proposal_of({"a.py": FILES["a.py"]})
    _, other = proposal_of({**FILES, "a.py": (b"1\n2\n", b"1\n4\n")})
    for patch in (more, less, other):
        with pytest.raises(PatchRefused):
            make_plan(root, proposal, patch)


@pytest.mark.parametrize(
    "path",
    [
        *(".git/hooks/pre-commit", "../up.py", "/etc/x", "a/.GIT/config", "git~1/x", ".g\u200cit/x", "a//b"),
        *(".g\u206ait/x", ".g\u2060it/x", "\uff0egit/x", ".git ::$INDEX_ALLOCATION/x"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(root: Path, path: str) -> None:
    with pytest.raises(AppError) as refused:
        make_plan(root, *proposal_of({path: (None, b"x\n")}))
    assert refused.value.status == 422
