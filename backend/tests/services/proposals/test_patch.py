"""The patches we write are accepted by git and give the same bytes, forward and in reverse."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pytest

from app.core.hashing import git_blob_id
from app.services.proposals.edits import FileEdits
from app.services.proposals.patch import unified_diff

ODD_NAMES = [
    "with space.py",
    'quo"te.py',
    "ünï/cödé.txt",
    "日本語.md",
    "a\tb",
    "new\nline",
    "back\\slash",
    "-dash",
    "\x01",
    'dir/äöü "x".c',
]


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, check=False, env=clean)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def lay_out(folder: Path, files: Mapping[str, bytes | None]) -> None:
    for path, data in files.items():
        if data is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)


def present(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_with_git(folder: Path, changes: Sequence[FileEdits]) -> None:
    """Apply the patch to the old files and then take it back, comparing every byte."""
    patch = unified_diff(changes)
    lay_out(folder, {change.path: change.old for change in changes})
    old = present(folder)
    git(folder, "apply", "--check", "--whitespace=nowarn", "-", stdin=patch)
    git(folder, "apply", "--whitespace=nowarn", "-", stdin=patch)
    assert present(folder) == {change.path: change.new for change in changes if change.new is not None}
    git(folder, "apply", "-R", "--whitespace=nowarn", "-", stdin=patch)
    assert present(folder) == old


def some_version(random: Random, words: Sequence[bytes]) -> bytes:
    return b"".join(random.choice(words) for _ in range(random.randrange(60)))


def some_change(random: Random, path: str) -> FileEdits:
    words = [
        b"a\n",
        b"b\n",
        b"\n",
        b"c\r\n",
        b"--- a/x\n",
        b"+++ b/x\n",
        b"@@ -1 +1 @@\n",
        b"\\ No newline\n",
        b"\xff\xfe\n",
        b" \n",
        b"-\n",
    ]
    if random.random() < 0.3:
        words += [b"z\x00z\n", b"\x00\n"]
    old = some_version(random, words)
    new = b"".join(
        random.choice([line, line, line, line, line, line, b"", b"new\n", line + b"x\n"])
        for line in old.splitlines(True)
    )
    if random.random() < 0.3:
        old = old.rstrip(b"\n") + random.choice([b"", b"end"])
    if random.random() < 0.3:
        new = new.rstrip(b"\n") + random.choice([b"", b"fin"])
    fate = random.random()
    return FileEdits.between(path, None if fate < 0.1 else old, None if fate > 0.9 else new)


@pytest.mark.parametrize("seed", range(4))
def test_git_accepts_generated_patches_and_gives_the_same_bytes(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    changes = [some_change(random, f"dir{index % 7}/file{index}.txt") for index in range(250)]
    check_with_git(tmp_path, [change for change in changes if change.edits])


@pytest.mark.parametrize("seed", range(2))
def test_git_accepts_any_selection_of_hunks(seed: int, tmp_path: Path) -> None:
    random = Random(100 + seed)
    changes = [some_change(random, f"file{index}") for index in range(150)]
    selected = [change.only({index for index in range(60) if random.random() < 0.5}) for change in changes]
    check_with_git(tmp_path, [change for change in selected if change.edits])


def test_git_reads_odd_names_as_we_write_them(tmp_path: Path) -> None:
    changes = [FileEdits.between(name, b"a\nb\n", b"a\nc\n") for name in ODD_NAMES]
    created = [FileEdits.between("new/" + name, None, b"x") for name in ODD_NAMES]
    deleted = [FileEdits.between("old/" + name, b"x\n", None) for name in ODD_NAMES]
    empty = [FileEdits.between("empty/" + name, None, b"") for name in ODD_NAMES]
    check_with_git(tmp_path, [*changes, *created, *deleted, *empty])


def test_a_name_that_is_not_utf8_survives(tmp_path: Path) -> None:
    check_with_git(tmp_path, [FileEdits.between(b"caf\xe9.txt".decode("utf-8", "surrogateescape"), b"a\n", b"b\n")])


def test_the_text_is_what_git_itself_writes(tmp_path: Path) -> None:
    random = Random(7)
    changes = [some_change(random, f"f{index}") for index in range(40)]
    changes = [
        change for change in changes if change.edits and b"\x00" not in (change.old or b"") + (change.new or b"")
    ]
    changes += [FileEdits.between(f"odd/{name}", b"a\n", b"b\n") for name in ODD_NAMES]
    git(tmp_path, "init", "-q")
    lay_out(tmp_path, {change.path: change.old for change in changes})
    trees = [tree_of(tmp_path)]
    for change in changes:
        (tmp_path / change.path).unlink(missing_ok=True)
    lay_out(tmp_path, {change.path: change.new for change in changes})
    trees.append(tree_of(tmp_path))
    theirs = git(tmp_path, "diff-tree", "-r", "-p", "--full-index", "--no-renames", *trees)
    assert headers(unified_diff(changes)) == headers(theirs)


def tree_of(folder: Path) -> str:
    git(folder, "add", "-A")
    return git(folder, "write-tree").decode().strip()


def headers(patch: bytes) -> list[bytes]:
    return [
        line
        for line in patch.split(b"\n")
        if line.startswith((b"diff --git ", b"index ", b"new file", b"deleted file"))
    ]


def test_an_executable_file_keeps_its_mode(tmp_path: Path) -> None:
    change = FileEdits.between("run.sh", None, b"#!/bin/sh\n", mode="100755")
    git(tmp_path, "apply", "-", stdin=unified_diff([change]))
    assert (tmp_path / "run.sh").stat().st_mode & 0o111


def test_the_whole_text_of_a_small_patch() -> None:
    old, new = b"1\n2\n3\n4\n5\n6\n7\n8\n9", b"1\n2\n3\n4\nfive\n6\n7\n8\n9\n"
    assert unified_diff([FileEdits.between("a b.txt", old, new)], context=1) == (
        b"diff --git a/a b.txt b/a b.txt\n"
        b"index " + git_blob_id(old).encode() + b".." + git_blob_id(new).encode() + b" 100644\n"
        b"--- a/a b.txt\t\n+++ b/a b.txt\t\n"
        b"@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n"
        b"@@ -8,2 +8,2 @@\n 8\n-9\n\\ No newline at end of file\n+9\n"
    )


def test_files_without_edits_are_left_out() -> None:
    assert unified_diff([FileEdits.between("a", b"x", b"x")]) == b""


def test_files_are_written_in_path_order() -> None:
    patch = unified_diff([FileEdits.between(path, b"x\n", b"y\n") for path in ("b", "a/z", "a")])
    assert [line for line in headers(patch) if line.startswith(b"diff")] == [
        b"diff --git a/a b/a",
        b"diff --git a/a/z b/a/z",
        b"diff --git a/b b/b",
    ]
