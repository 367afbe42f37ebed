"""Native bundles in a browser: a phone's frame, and in it the boot check's stand-in with the bundle's code."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.services.preview.boot.paging import page, stand_in
from app.services.preview.expo.errors import FileNotInBundle
from app.services.preview.expo.files import FileAnswer, send_file
from app.services.preview.expo.shelf import Shown
from app.services.preview.media_types import media_type
from app.services.preview.platforms import Platform

NATIVE = "/__native__/"
_APP, _FILES = "app/", "app/files/"
_KEPT = "private, no-cache"
_FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Preview of an app</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; gap: 12px; padding: 16px;
    box-sizing: border-box; font: 14px/1.5 system-ui, sans-serif; background: light-dark(#eceae6, #1d1f21);
    color: light-dark(#3b3a37, #d6d4cf); }
  iframe { box-sizing: border-box; width: 410px; height: 864px; max-width: 100%; border: 10px solid #111;
    border-radius: 44px; background: white; box-shadow: 0 12px 40px #0005; }
  p { margin: 0; max-width: 60ch; text-align: center; }
</style>
<main>
  <iframe src="app/" title="The app"></iframe>
</main>
<p>Drawn in a browser from the native bundle. What only a phone has, such as its camera, is not there.</p>
</html>
"""


async def native_file(request: Request, shown: Shown, path: str) -> Response:
    """Answer what is below `/__native__/`; FileNotInBundle. Nothing but the bundle's own files and ours is there."""
    opened = shown.opened
    name = path.removeprefix(NATIVE)
    headers = {"Cache-Control": _KEPT}
    if name == "":
        return HTMLResponse(_FRAME, headers=headers)
    if name == _APP:
        return HTMLResponse(page(), headers=headers)
    if name == f"{_APP}stand-in.js":
        assets = sorted(each for each in opened.zip.files if each.startswith("assets/"))
        names = [each.removeprefix("assets/") for each in assets]
        script = stand_in(Platform(opened.platform), names, dict(opened.expo_config))
        return Response(script, media_type="text/javascript", headers=headers)
    if name.startswith(_FILES):
        file = name.removeprefix(_FILES)
        kind = "text/javascript" if file == opened.entry else media_type(file)
        return await send_file(request, opened, file, FileAnswer(kind, _KEPT))
    raise FileNotInBundle(name=path[:200])
