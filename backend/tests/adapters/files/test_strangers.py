"""Folders that strangers write to, while they may still write: moved and copied without following them anywhere."""

import os
from pathlib import Path, PurePosixPath

import pytest

from app.adapters.files.strangers import NotPlain, bring_anew, copy_plain


def write(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_what_was_there_gives_way_to_what_is_brought_but_for_what_is_kept(tmp_path: Path) -> None:
    new = write(tmp_path / "new", "a", "apps/one/b", "apps/one/node_modules/mine", "apps/two/c")
    old = write(tmp_path / "old", "gone", "apps/one/node_modules/kept", "apps/one/old/d", "apps/old")
    bring_anew(new, old, keep=PurePosixPath("apps/one/node_modules"))
    assert below(old) == ["a", "apps/one/b", "apps/one/node_modules/kept", "apps/two/c"]


def test_without_anything_to_keep_all_is_brought(tmp_path: Path) -> None:
    new, old = write(tmp_path / "new", "a/b"), write(tmp_path / "old", "a/c", "d")
    (old / "link").symlink_to(tmp_path)
    bring_anew(new, old)
    assert below(old) == ["a/b"]
    assert below(new) == []


@pytest.mark.parametrize("place", ["apps", "apps/one"])
def test_a_link_on_the_way_to_what_is_kept_leads_nowhere(tmp_path: Path, place: str) -> None:
    new, old = write(tmp_path / "new", "apps/one/b"), tmp_path / "old"
    precious = write(tmp_path / "precious", "one/treasure", "treasure")
    (old / place).parent.mkdir(parents=True)
    (old / place).symlink_to(precious)
    with pytest.raises(NotPlain):
        bring_anew(new, old, keep=PurePosixPath("apps/one/node_modules"))
    assert below(precious) == ["one/treasure", "treasure"]


def test_a_copy_has_the_same_files(tmp_path: Path) -> None:
    source, target = write(tmp_path / "out", "dist/a.js", "dist/assets/b", "c"), tmp_path / "copy"
    (source / "empty").mkdir()
    target.mkdir()
    copy_plain(source, target, most=9, most_bytes=99)
    assert below(target) == below(source)
    assert (target / "dist/a.js").read_text() == "dist/a.js"


@pytest.mark.parametrize(
    "kind", ["a link", "a link to a folder", "a pipe", "a second name", "a file with a hole", "too many"]
)
def test_what_is_no_plain_file_is_not_copied(tmp_path: Path, kind: str) -> None:
    source, target = write(tmp_path / "out", "a"), tmp_path / "copy"
    secret = write(tmp_path / "secret", "key")
    target.mkdir()
    match kind:
        case "a link":
            (source / "b").symlink_to(secret / "key")
        case "a link to a folder":
            (source / "b").symlink_to(secret)
        case "a pipe":
            os.mkfifo(source / "b")
        case "a second name":
            (source / "b").hardlink_to(secret / "key")
        case "a file with a hole":
            os.truncate(source / "a", 1 << 40)
        case _:
            write(source, "b")
    with pytest.raises(NotPlain):
        copy_plain(source, target, most=1 if kind == "too many" else 9, most_bytes=1000)
    assert "key" not in [path.read_text() for path in target.rglob("*") if path.is_file()]
