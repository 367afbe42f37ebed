"""A bundle says of itself what each of its files is."""

import hashlib
import json
from uuid import UUID

from app.services.preview.messages import ReceiveBundle
from app.services.preview.packaging import Digests, content_sha256, digests_of, metadata_of, patch_key
from app.services.preview.platforms import Platform

SENT = ReceiveBundle(
    project_id=UUID(int=1),
    session_id=UUID(int=2),
    platform=Platform.IOS,
    upload_key="k",
    upload_sha256="s",
    size_bytes=1,
)
FILES = {"main.jsbundle": b"1", "assets/a.png": b"2", "logs.txt": b"log"}


def digests(**changed: bytes) -> Digests:
    """Hashes of a bundle's files, some of them changed."""
    return digests_of((name, [data[:1], data[1:]]) for name, data in {**FILES, **changed}.items())


def test_metadata_holds_the_hash_of_every_file_and_the_names_of_assets_in_code() -> None:
    told = json.loads(metadata_of(SENT, "7", "2026-01-01T00:00:00Z", digests(), {"source": "upload"}))
    assert (told["job_id"], told["entry"], told["files"]) == ("7", "main.jsbundle", 3)
    assert told["hashes"] == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    assert told["asset_keys"] == {"assets/a.png": hashlib.md5(b"2").hexdigest()}


def test_two_apps_are_equal_whatever_their_logs_say() -> None:
    assert content_sha256(digests()) == content_sha256(digests(**{"logs.txt": b"another day"}))
    assert content_sha256(digests()) != content_sha256(digests(**{"main.jsbundle": b"2"}))


def test_a_patch_lies_beside_the_bundle_that_it_leads_to() -> None:
    assert patch_key("previews/p/j/bundle.zip", "ab" * 32) == "previews/p/j/patch-abababababababab.bsdiff"
