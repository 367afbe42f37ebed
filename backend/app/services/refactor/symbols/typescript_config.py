"""The settings of a repository's TypeScript → those of one workspace. Pure.

The repository's own `tsconfig.json` files are read for what says where imports lead, and nothing else: no plugin, no
type root, no file outside of the repository is taken over. Every path is worked out here and must stay inside.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from app.services.refactor.plan import Note

CONFIG = "tsconfig.json"
_SHIM = ".hivesync/jsx.d.ts"
# Without the types of a framework nothing would be known about JSX, not even which properties a component takes.
_JSX = b"""declare namespace JSX {
  interface IntrinsicElements { [name: string]: any }
  interface ElementAttributesProperty { props: {} }
  interface ElementChildrenAttribute { children: {} }
}
"""
_OPTIONS: Mapping[str, Any] = {
    "allowImportingTsExtensions": True,
    "allowJs": True,
    "checkJs": True,
    "experimentalDecorators": True,
    "jsx": "preserve",
    "lib": ["esnext", "dom", "dom.iterable"],
    "module": "preserve",
    "moduleResolution": "bundler",
    "noEmit": True,
    "skipLibCheck": True,
    "strict": True,
    "target": "esnext",
    "typeRoots": [],
    "types": [],
}
_NAMED = re.compile(r"(?:ts|js)config(?:\.[\w.-]+)?\.json")
_COMMENTS = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:\\.|[^"\\\n])*")|,(?=\s*[}\]])')
_MOST_ALIASES = 500
_MOST_PLACES = 20
_DEEPEST = 8
# Where packages of one repository keep what they are made from, whatever they publish.
_SOURCES = ("src/index", "index", "src/main", "lib/index")


def workspace_config(code: Iterable[str], texts: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Note]]:
    """Give the files that tell the server what to read, and what of the repository's settings was left out."""
    notes: list[Note] = []
    aliases: dict[str, list[str]] = {}
    for path in sorted(texts, key=lambda path: (path.count("/"), path)):
        name = PurePosixPath(path).name
        if _NAMED.fullmatch(name):
            for alias, places in _aliases(path, texts, notes, _DEEPEST).items():
                aliases.setdefault(alias, []).extend(places)
        elif name == "package.json":
            for alias, places in _package(path, texts[path]).items():
                aliases.setdefault(alias, []).extend(places)
    kept = {alias: [*dict.fromkeys(places)][:_MOST_PLACES] for alias, places in [*aliases.items()][:_MOST_ALIASES]}
    config = {
        "compilerOptions": {**_OPTIONS, "paths": kept},
        "typeAcquisition": {"enable": False},
        "files": [f"./{path}" for path in [*sorted(code), _SHIM]],
    }
    return {CONFIG: json.dumps(config, indent=1).encode(), _SHIM: _JSX}, notes


def read_json(data: bytes) -> dict[str, Any]:
    """Read JSON as TypeScript does, with comments and last commas; {} for anything that is no object."""
    text = _COMMENTS.sub(lambda found: found[1] or " ", data.decode("utf-8-sig", "replace"))
    text = _LAST_COMMA.sub(lambda found: found[1] or "", text)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _aliases(path: str, texts: Mapping[str, bytes], notes: list[Note], depth: int) -> dict[str, list[str]]:
    """Read where the imports of one file's settings lead, with those it is based on."""
    config, folder = read_json(texts[path]), str(PurePosixPath(path).parent)
    found: dict[str, list[str]] = {}
    extended = config.get("extends", [])
    for base in extended if isinstance(extended, list) else [extended]:
        if not isinstance(base, str) or not base.startswith((".", "/")):
            continue  # the settings of a package, which is not here
        inside = _inside(folder, base)
        names = [inside, f"{inside}.json"] if inside else []
        at = next((name for name in names if name in texts), None)
        if inside is None:
            notes.append(Note("not_read", path, 0, "its settings are based on a file outside of the repository"))
        elif at is not None and depth:
            found.update(_aliases(at, texts, notes, depth - 1))
    options = config.get("compilerOptions")
    if isinstance(options, dict):
        found.update(_own_aliases(path, options, folder, notes))
    return found


def _own_aliases(path: str, options: dict[str, Any], folder: str, notes: list[Note]) -> dict[str, list[str]]:
    base_url, paths = options.get("baseUrl"), options.get("paths")
    base = _inside(folder, base_url) if isinstance(base_url, str) else folder
    found: dict[str, list[str]] = {}
    if base is None:
        notes.append(Note("not_read", path, 0, "its baseUrl lies outside of the repository"))
        base = folder
    elif isinstance(base_url, str):
        found["*"] = [f"./{base}/*" if base != "." else "./*"]
    for alias, places in paths.items() if isinstance(paths, dict) else ():
        listed = [place for place in places if isinstance(place, str)] if isinstance(places, list) else []
        inside = [_inside(base, place) for place in listed]
        if None in inside:
            notes.append(Note("not_read", path, 0, f"the path {alias[:80]} leads outside of the repository"))
        if alias.count("*") <= 1:
            found[alias] = [f"./{place}" for place in inside if place is not None]
    return {alias: places for alias, places in found.items() if places}


def _package(path: str, data: bytes) -> dict[str, list[str]]:
    """Read the name of a package of this repository: others here may import it by that."""
    name, folder = read_json(data).get("name"), str(PurePosixPath(path).parent)
    if not isinstance(name, str) or not re.fullmatch(r"(@[\w.~-]+/)?[\w.~-]+", name) or folder == ".":
        return {}
    return {
        name: [f"./{folder}/{source}" for source in _SOURCES],
        f"{name}/*": [f"./{folder}/*", f"./{folder}/src/*"],
    }


def _inside(folder: str, place: str) -> str | None:
    """Work a relative path out; None when it leads out of the repository."""
    if place.startswith("/") or "\\" in place or "\0" in place or place.count("*") > 1:
        return None
    found = normpath(f"{folder}/{place}")
    return None if found.startswith("..") else found
