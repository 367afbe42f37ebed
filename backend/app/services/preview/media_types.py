"""What a file of a bundle is, by its name: the same on every machine, whatever its own tables say. Pure."""

import mimetypes
from collections.abc import Mapping
from pathlib import PurePosixPath

# Expo's servers say this of bytecode as well; clients do not look.
SCRIPT = "application/javascript"
UNKNOWN = "application/octet-stream"
_TYPES: Mapping[str, str] = {
    ".jsbundle": SCRIPT,
    ".hbc": SCRIPT,
    ".bundle": SCRIPT,
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".map": "application/json",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".ico": "image/x-icon",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".lottie": UNKNOWN,
    ".riv": UNKNOWN,
}
_KNOWN = mimetypes.MimeTypes()


def media_type(name: str) -> str:
    """Say what a file is; `application/octet-stream` when its ending says nothing."""
    suffix = PurePosixPath(name).suffix.lower()
    return _TYPES.get(suffix) or _KNOWN.guess_type(f"a{suffix}")[0] or UNKNOWN
