"""What an install is given, of repositories that were written to harm it."""

import json
from pathlib import Path

import pytest

from app.core.errors import AppError
from app.services.preview.builder.package_files import read_wanted


@pytest.mark.parametrize(
    "package",
    ['{"engines": NaN}', '{"engines": {"node": -1e999}}', '{"engines": ' + "[" * 9000 + "]" * 9000 + "}", "[]", ""],
    ids=["nan", "infinite", "deep", "no object", "empty"],
)
def test_json_that_npm_would_not_read_is_refused(tmp_path: Path, package: str) -> None:
    (tmp_path / "package.json").write_text(package)
    with pytest.raises(AppError):
        read_wanted(tmp_path)


@pytest.mark.parametrize(
    "place",
    ["../x", "/etc", "a/../../b", "a\0b", "x" * 5000, "a/" * 3000 + "b", "", "."],
    ids=["up", "absolute", "up within", "nul", "long name", "long path", "empty", "here"],
)
def test_places_of_packages_that_lead_out_are_refused_or_left_to_npm(tmp_path: Path, place: str) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {"x": f"file:{place}"}, "workspaces": [place]}))
    try:
        wanted = read_wanted(tmp_path)
    except AppError:
        return
    assert all(not Path(name).is_absolute() and ".." not in Path(name).parts for name in wanted.files)
    assert json.loads(wanted.files["package.json"])["dependencies"]
