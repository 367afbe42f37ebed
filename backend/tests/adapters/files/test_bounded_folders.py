"""Caches within their bounds, while others write to them."""

import contextlib
import os
import threading
from pathlib import Path

from app.adapters.files.strangers import keep_newest, keep_within


def fill(folder: Path, *ages: int) -> None:
    """Make files of ten bytes, named by their age."""
    for age in ages:
        path = folder / f"{age % 3}" / str(age)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)
        os.utime(path, (10_000 - age, 10_000 - age))


def test_what_was_changed_first_goes_until_the_rest_fits(tmp_path: Path) -> None:
    fill(tmp_path, 5, 1, 4, 2, 3)
    keep_within(tmp_path, most_bytes=25)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["1", "2"]


def test_the_newest_folders_stay(tmp_path: Path) -> None:
    for age in (3, 1, 2):
        (tmp_path / str(age)).mkdir()
        os.utime(tmp_path / str(age), (10_000 - age, 10_000 - age))
    keep_newest(tmp_path, most=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


def test_files_that_come_and_go_meanwhile_are_no_failure(tmp_path: Path) -> None:
    fill(tmp_path, *range(50))
    is_over = threading.Event()

    def churn() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            path = tmp_path / "0" / f"unfinished-{number}"
            path.write_bytes(b"x")
            path.rename(tmp_path / "0" / f"{number % 20}")
            (tmp_path / f"folder-{number % 3}").mkdir(exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                (tmp_path / f"folder-{(number + 1) % 3}").rmdir()

    churning = threading.Thread(target=churn)
    churning.start()
    try:
        for _ in range(200):
            keep_within(tmp_path, most_bytes=10**9)
            keep_newest(tmp_path, most=100)
    finally:
        is_over.set()
        churning.join()
