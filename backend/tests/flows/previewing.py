"""Previews for the tests of what opens them: bundles as bundlers write them, sent and checked."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller

LOGO = b"\x89PNG\r\n\x1a\nlogo"
LOGO_KEY = hashlib.md5(LOGO).hexdigest()
CODE = b"var app = 1; // " + b"a line of code that repeats\n" * 200
CONFIG = {"name": "Shop", "slug": "shop", "version": "1.2.0", "sdkVersion": "57.0.0", "runtimeVersion": "1.2.0"}


def native_app(code: bytes = CODE, platform: str = "ios", **config: object) -> dict[str, bytes]:
    """What `expo export` writes for a device, its code called main.jsbundle, with the app's public config."""
    assets = [{"path": f"assets/{LOGO_KEY}", "ext": "png"}]
    metadata = {"version": 0, "bundler": "metro", "fileMetadata": {platform: {"bundle": "x", "assets": assets}}}
    return {
        "main.jsbundle": code,
        f"assets/{LOGO_KEY}": LOGO,
        "metadata.json": json.dumps(metadata).encode(),
        "expo-config.json": json.dumps({**CONFIG, **config}).encode(),
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


async def send(ann: Traveller, files: Mapping[str, bytes], platform: str = "ios") -> Body:
    """Open a session, send a bundle and let the workers check it: session_id, token, job_id and grant."""
    asked = {"project_id": ann.project_id, "platform": platform, "source": "upload"}
    session = await ann.post("/preview/sessions", asked)
    answer = await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=zipped(files))
    assert answer.status_code == 202, answer.text
    await drain(ann.workers)
    return {**session, **answer.json()}
