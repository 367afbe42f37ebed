"""A bundle says of itself what each of its files is."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from app.services.preview.archives import inspect
from app.services.preview.errors import BundleUnsafe
from app.services.preview.packaging import METADATA, patch_key, write_bundle


def sent(folder: Path, files: dict[str, bytes]) -> Path:
    """A zip as it was sent."""
    path = folder / "sent.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_hashes_are_those_of_the_files_that_are_in_it(tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    source = sent(tmp_path, {"main.jsbundle": b"1", "assets/a.png": b"2", METADATA: b"theirs"})
    write_bundle(source, inspect(source), target, {"job_id": "7"}, {"main.jsbundle": b"other", "logs.txt": b"log"})
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["assets/a.png", "logs.txt", "main.jsbundle", METADATA]
        told = json.loads(archive.read(METADATA))
        files = {name: archive.read(name) for name in archive.namelist() if name != METADATA}
    assert told["job_id"] == "7"
    assert told["hashes"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert told["asset_keys"] == {"assets/a.png": hashlib.md5(b"2").hexdigest()}


def test_what_no_bundle_holds_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    source, target = sent(tmp_path, {"main.jsbundle": b"\x7fELF"}), tmp_path / "b.zip"
    with pytest.raises(BundleUnsafe):
        write_bundle(source, inspect(source), target, {}, {})
    assert not target.exists()


def test_a_patch_lies_beside_the_bundle_that_it_leads_to() -> None:
    assert patch_key("previews/p/j/bundle.zip", "ab" * 32) == "previews/p/j/patch-abababababababab.bsdiff"
