"""What the agent keeps for itself is whole, whoever else writes it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.agent.files import read_json, write_json


def test_two_who_write_one_file_at_once_leave_a_whole_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "a.json"
    values = [[number] * 500 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda value: write_json(path, value), values))
    assert read_json(path) in values
    assert (os.listdir(path.parent), stat.S_IMODE(path.stat().st_mode)) == (["a.json"], 0o600)  # noqa: PTH208 - names
