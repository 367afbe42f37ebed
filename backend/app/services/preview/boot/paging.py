"""The page that shows a native bundle in a browser: the same stand-in, with the page's elements for views.

It belongs into an iframe with `sandbox="allow-scripts"` on the preview's own origin: the bundle is somebody's code. Its
origin is then none, so whoever serves `stand-in.js` and `files/` must allow every origin (CORS). To its parent it posts
`{kind: "console", level, text}` and `{kind: "error", fatal, message, stack}`, which are no more than that code's word.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from app.core.hashing import canonical_json
from app.services.preview.boot.starting import INSETS, SCREEN
from app.services.preview.platforms import Platform

_HERE = Path(__file__).parent
_NAMES = _HERE / "stand_in/names.json"
_SHARED = ("modules", "animated", "expo", "fabric")
_PARTS = ("page/clock.js", *(f"stand_in/{name}.js" for name in _SHARED), "page/dom.js")
# Where an app believes its files to be; the page asks for them below its own address.
_PLACE = "file:///app/"


def page() -> str:
    """Give the page; it asks for `stand-in.js` and `files/main.jsbundle` beside it, and for what is below `files/`."""
    return (_HERE / "page/index.html").read_text(encoding="utf-8")


def stand_in(platform: Platform, assets: Sequence[str], config: Mapping[str, JsonValue]) -> str:
    """Give `stand-in.js` for a bundle: its platform, the names in its `assets/`, and its app's public configuration."""
    told = {
        "platform": platform.value,
        "assets": list(assets),
        "config": {"name": "app", "slug": "app", "scheme": "app", **config},
        "place": _PLACE,
        "files": "files/",
        "door": "__standIn",
        "hollow": [],
        "screen": SCREEN,
        "insets": INSETS,
        "limits": {"lineLength": 2_000, "nodes": 5_000, "depth": 200, "text": 2_000, "names": 200},
    }
    names = _NAMES.read_text(encoding="utf-8").strip()
    given = canonical_json(canonical_json(told).decode()).decode()
    realm = (_HERE / "stand_in/realm.js").read_text(encoding="utf-8")
    parts = ",\n".join((_HERE / part).read_text(encoding="utf-8") for part in _PARTS)
    return f"({realm})(JSON.stringify({{...{names}, ...JSON.parse({given})}}), [{parts}]);\n"
