"""A commit's files on the disk: names, rights, links and times as the commit has them, and nothing outside."""

import stat
from pathlib import Path

import pytest

from app.services.preview.builder.checkout import CheckedOut, CheckoutBounds, check_out, moment_of
from app.services.preview.errors import ProjectUnfit

from tests.fixtures.bare import Files
from tests.services.preview.builder.mirrored import Commit, Committed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


async def written(made: Committed, folder: Path, bounds: CheckoutBounds | None = None) -> tuple[CheckedOut, list[str]]:
    said: list[str] = []
    return await check_out(made.reader, made.commit, folder, said.append, bounds), said


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


async def test_every_file_is_there_with_its_bytes_rights_and_a_time_of_its_content(
    commit: Commit, folder: Path
) -> None:
    files: Files = {
        "a.txt": b"one\r\n\x00",
        "run.sh": ("100755", "#!/bin/sh\n"),
        "deep/er/ü [id].tsx": "2",
        "same.txt": b"one\r\n\x00",
        "empty": "",
    }
    told, said = await written(await commit(files), folder)
    assert (told.files, told.bytes, said) == (5, 23, [])
    assert (folder / "a.txt").read_bytes() == b"one\r\n\x00"
    assert (folder / "deep/er/ü [id].tsx").read_text() == "2"
    rights = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in ("a.txt", "run.sh")}
    assert rights == {"a.txt": 0o644, "run.sh": 0o755}
    times = {name: (folder / name).stat().st_mtime for name in ("a.txt", "same.txt", "empty")}
    assert times["a.txt"] == times["same.txt"] != times["empty"]


async def test_attributes_and_filters_of_the_repository_change_nothing(commit: Commit, folder: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    await written(await commit({".gitattributes": "* text eol=crlf filter=lfs", "a.txt": "x\n", "b": pointer}), folder)
    assert (folder / "a.txt").read_bytes() == b"x\n"
    assert (folder / "b").read_text() == pointer


@pytest.mark.parametrize(
    ("at", "to", "stays"),
    [
        ("link", "a.txt", True),
        ("link", "./a.txt", True),
        ("sub/link", "../a.txt", True),
        ("sub/deep/link", "../../a.txt", True),
        ("link", "nowhere", True),
        ("link", "../a.txt", False),
        ("sub/link", "../../a.txt", False),
        ("link", "/etc/passwd", False),
        ("link", "//etc/passwd", False),
        ("link", "sub/../../x", False),
        ("link", b"\xff\xfe", False),
        ("link", "a\0b", False),
        ("sub/link", ".", True),
        ("link", "..", False),
    ],
)
async def test_links_are_made_only_where_they_stay_inside(
    commit: Commit, folder: Path, at: str, to: str | bytes, *, stays: bool
) -> None:
    _, said = await written(await commit({"a.txt": "1", at: ("120000", to)}), folder)
    assert (folder / at).is_symlink() is stays
    assert bool(said) is not stays


async def test_a_link_is_never_written_through(commit: Commit, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    files: Files = {"a": ("120000", "../outside"), "b": ("120000", "a"), "c.txt": "1"}
    await written(await commit(files), folder)
    assert list((tmp_path / "outside").iterdir()) == []


async def test_submodules_are_left_out_and_that_is_said(commit: Commit, folder: Path) -> None:
    told, said = await written(await commit({"a.txt": "1", "vendor/lib": ("160000", "1" * 40)}), folder)
    assert names(folder) == ["a.txt"]
    assert said == ["left out 'vendor/lib': a submodule, and the mirror has this repository only"]
    assert told.files == 2


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        (CheckoutBounds(files=2), {"files": 3, "most_files": 2}),
        (CheckoutBounds(total_bytes=20), {"bytes": 30, "most_bytes": 20}),
        (CheckoutBounds(file_bytes=9), {"path": "a", "bytes": 10}),
    ],
)
async def test_too_many_too_large_and_too_much_are_refused(
    commit: Commit, folder: Path, bounds: CheckoutBounds, told: dict[str, object]
) -> None:
    made = await commit(dict.fromkeys("abc", "x" * 10))
    with pytest.raises(ProjectUnfit) as caught:
        await written(made, folder, bounds)
    assert told.items() <= dict(caught.value.details).items()


async def test_more_files_than_one_page_of_the_tree_are_all_written(commit: Commit, folder: Path) -> None:
    told, _ = await written(
        await commit({f"d{number % 7}/{number}.txt": str(number) for number in range(2500)}), folder
    )
    assert (told.files, len(names(folder))) == (2500, 2500)


@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"back\\slash.txt", b"new\nline.txt"])
async def test_names_that_are_no_plain_text_spoil_nothing(commit: Commit, folder: Path, name: bytes) -> None:
    await written(await commit({name: "1", b"z.txt": "2"}), folder)
    assert (folder / "z.txt").read_text() == "2"


def test_equal_contents_have_equal_times_between_2001_and_2017() -> None:
    moments = {moment_of(digit * 40) for digit in "0123456789abcdef"}
    assert len(moments) == 16
    assert min(moments) >= 1_000_000_000
    assert max(moments) < 1_500_000_000
