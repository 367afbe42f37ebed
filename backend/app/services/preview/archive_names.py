"""Which names the files of a bundle may have. Pure."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from app.core.paths import PathRefused, check_repo_path

_DEEPEST = 24
_LONGEST = 400
# What Metro, Expo and web exports put out. Whatever a device could install or a person could start is not among it.
_CODE = (".jsbundle", ".hbc", ".bundle", ".js", ".mjs", ".map", ".wasm", ".html", ".css", ".webmanifest")
_DATA = (
    ".json",
    ".txt",
    ".xml",
    ".csv",
    ".md",
    ".pdf",
    ".bin",
    ".db",
    ".glb",
    ".gltf",
    ".obj",
    ".mtl",
    ".lottie",
    ".riv",
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".heic", ".psd")
_FONTS = (".ttf", ".otf", ".woff", ".woff2", ".eot")
_SOUNDS_AND_FILMS = (".mp3", ".m4a", ".aac", ".wav", ".ogg", ".caf", ".mp4", ".m4v", ".mov", ".webm")
_TYPES = frozenset((*_CODE, *_DATA, *_PICTURES, *_FONTS, *_SOUNDS_AND_FILMS))
_PLAIN_NAMES = frozenset({"LICENSE", "NOTICE", "_headers", "_redirects", "_expo"})


def problem_with_name(name: str) -> str | None:
    """Say what is wrong with the path of a file or (with a slash at its end) a folder; None when nothing is."""
    path = name.removesuffix("/")
    try:
        check_repo_path(path)
    except PathRefused:
        return "path"
    if len(path) > _LONGEST or path.count("/") >= _DEEPEST:
        return "path_too_long"
    if ":" in path or any(part != part.rstrip(" .") for part in path.split("/")):
        # Windows and macOS would make another path of it.
        return "path"
    if name.endswith("/"):
        return None
    file = PurePosixPath(path)
    # Hashed assets of Expo have no ending at all: 32 hexadecimal digits.
    is_hash = len(file.name) in (32, 40, 64) and all(char in "0123456789abcdef" for char in file.name)
    is_known = file.suffix.lower() in _TYPES or file.name in _PLAIN_NAMES or is_hash
    return None if is_known else "type"


def find_clash(names: Iterable[str]) -> str | None:
    """Find a name that another one stands for as well on some device, or that is a file and a folder; None if none."""
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        path = folded.removesuffix("/")
        above = {str(each) for each in PurePosixPath(path).parents} - {"."}
        if path in files or (not name.endswith("/") and path in folders) or above & files:
            return name
        folders |= above
        (folders if name.endswith("/") else files).add(path)
    return None
