"""What a project says of itself in its package files. They are hostile: bounded, parsed as data, never run.

Every parser here takes time linear in its input: expressions are anchored to one line and never cross it.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

LARGEST_PACKAGE_FILE = 256 * 1024
# The standard TOML parser takes quadratic time for very long dotted keys.
_LARGEST_TOML = 64 * 1024
_LONGEST_TOML_LINE = 4000
_LONGEST_TEXT = 300
_MOST_ITEMS = 50

_FRAMEWORKS = {
    "@angular/core": "Angular", "@nestjs/core": "NestJS", "astro": "Astro", "electron": "Electron", "expo": "Expo",
    "express": "Express", "fastify": "Fastify", "jest": "Jest", "next": "Next.js", "nuxt": "Nuxt", "react": "React",
    "react-native": "React Native", "svelte": "Svelte", "vite": "Vite", "vitest": "Vitest", "vue": "Vue",
    "aiohttp": "aiohttp", "celery": "Celery", "django": "Django", "dramatiq": "Dramatiq", "fastapi": "FastAPI",
    "flask": "Flask", "pytest": "pytest", "sqlalchemy": "SQLAlchemy", "starlette": "Starlette", "torch": "PyTorch",
    "actix-web": "Actix Web", "axum": "Axum", "rocket": "Rocket", "tokio": "Tokio",
    "github.com/gin-gonic/gin": "Gin", "github.com/labstack/echo/v4": "Echo", "github.com/gofiber/fiber/v2": "Fiber",
    "spring-boot-starter-web": "Spring Boot", "spring-boot-starter": "Spring Boot", "quarkus-core": "Quarkus",
    "laravel/framework": "Laravel", "symfony/framework-bundle": "Symfony", "rails": "Ruby on Rails",
    "sinatra": "Sinatra",
}  # fmt: skip
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_GO_MODULE = re.compile(r"^module[ \t]+(\S+)", re.MULTILINE)
_GO_LINE = re.compile(r"^[ \t]*(?:require[ \t]+)?(\S+)[ \t]+v\S", re.MULTILINE)
_GEM_LINE = re.compile(r"""^[ \t]*gem[ \t]+["']([^"'\s]{1,100})["']""", re.MULTILINE)
_POM_TAG = re.compile(r"<(artifactId|version|description)>([^<]{1,300})</")
_POM_REST = re.compile(r"<(?:dependencies|dependencyManagement|build|profiles|modules)>")


@dataclass(frozen=True, slots=True)
class Package:
    """One package file's facts. `problem` says why there are none."""

    path: str
    blob_id: str
    kind: str
    name: str | None = None
    version: str | None = None
    description: str | None = None
    scripts: tuple[tuple[str, str], ...] = ()
    frameworks: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Build what is stored and shown."""
        return {**asdict(self), "scripts": dict(self.scripts)} | {
            "frameworks": list(self.frameworks),
            "entry_points": list(self.entry_points),
        }


Facts = Mapping[str, Any]
Parser = Callable[[str], Facts]


def read_package(path: str, blob_id: str, data: bytes | None) -> Package:
    """Read one package file; `data` is None when it was too large. Never raises."""
    kind, parse = _PARSERS[path.rpartition("/")[2]]
    package = Package(path, blob_id, kind)
    if data is None or len(data) > LARGEST_PACKAGE_FILE:
        return replace(package, problem="The file is larger than a package file should be.")
    try:
        facts = parse(data.decode("utf-8-sig"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return replace(package, problem="The file cannot be read as what its name says.")
    scripts = _mapping(facts.get("scripts"))
    named = [(_text(name), _text(command)) for name, command in list(scripts.items())[:_MOST_ITEMS]]
    return replace(
        package,
        name=_text(facts.get("name")),
        version=_text(facts.get("version")),
        description=_text(facts.get("description")),
        scripts=tuple(sorted((name, command) for name, command in named if name and command)),
        frameworks=_frameworks(facts.get("dependencies") or ()),
        entry_points=_texts(facts.get("entry_points") or ()),
    )


def project_metadata(packages: Iterable[Package]) -> dict[str, Any]:
    """Join the packages' facts into what a manifest says of the project; the outermost named package names it."""
    listed = list(packages)
    named = [package for package in listed if package.name]
    first = named[0] if named else None
    return {
        "name": first.name if first else None,
        "version": first.version if first else None,
        "description": first.description if first else None,
        "kinds": sorted({package.kind for package in listed}),
        "frameworks": sorted({name for package in listed for name in package.frameworks}),
        "packages": [package.to_json() for package in listed],
    }


def _package_json(text: str) -> Facts:
    data = _mapping(json.loads(text), strictly=True)
    dependencies = [*_mapping(data.get("dependencies")), *_mapping(data.get("devDependencies"))]
    points = [data.get("main"), data.get("module"), data.get("types")]
    binaries = data.get("bin")
    points += list(binaries.values()) if isinstance(binaries, dict) else [binaries]
    return {**data, "dependencies": dependencies, "entry_points": points}


def _expo_json(text: str) -> Facts:
    data = _mapping(json.loads(text), strictly=True)
    expo = _mapping(data.get("expo"))
    return {
        "name": expo.get("name") or data.get("name"),
        "version": expo.get("version"),
        "description": expo.get("description"),
        "dependencies": ["expo"] if expo else [],
        "entry_points": [expo.get("entryPoint")],
    }


def _pyproject(text: str) -> Facts:
    data = _toml(text)
    poetry = _mapping(_mapping(data.get("tool")).get("poetry"))
    project = _mapping(data.get("project")) or poetry
    groups = _mapping(project.get("optional-dependencies")).values()
    dependencies = [*_listed(project.get("dependencies")), *(item for group in groups for item in _listed(group))]
    dependencies += list(_mapping(poetry.get("dependencies")))
    scripts = {**_mapping(project.get("scripts")), **_mapping(project.get("gui-scripts"))}
    return {**project, "dependencies": dependencies, "scripts": scripts, "entry_points": list(scripts.values())}


def _setup_cfg(text: str) -> Facts:
    sections = _ini(text)
    metadata, options = sections.get("metadata", {}), sections.get("options", {})
    commands = sections.get("options.entry_points", {}).get("console_scripts", "").splitlines()
    pairs = [line.partition("=") for line in commands if "=" in line]
    return {
        **metadata,
        "dependencies": options.get("install_requires", "").splitlines(),
        "scripts": {name.strip(): target.strip() for name, _, target in pairs},
        "entry_points": [target.strip() for _, _, target in pairs],
    }


def _ini(text: str) -> dict[str, dict[str, str]]:
    """Sections of `key = value`, continued on indented lines. The standard parser takes quadratic time on blanks."""
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if bare[0] == "[" and bare[-1] == "]":
            section, key = sections.setdefault(bare[1:-1], {}), ""
        elif line[0] in " \t" and key:
            section[key] += f"\n{bare}"
        elif "=" in bare:
            name, _, value = bare.partition("=")
            key = name.strip()
            section[key] = value.strip()
    return sections


def _toml(text: str) -> dict[str, Any]:
    if len(text) > _LARGEST_TOML or any(len(line) > _LONGEST_TOML_LINE for line in text.splitlines()):
        raise ValueError("not a package file")
    return tomllib.loads(text)


def _cargo(text: str) -> Facts:
    data = _toml(text)
    package = _mapping(data.get("package"))
    binaries = [_mapping(item).get("path") or _mapping(item).get("name") for item in _listed(data.get("bin"))]
    return {**package, "dependencies": list(_mapping(data.get("dependencies"))), "entry_points": binaries}


def _go_mod(text: str) -> Facts:
    module = _GO_MODULE.search(text)
    return {"name": module[1] if module else None, "dependencies": _GO_LINE.findall(text)}


def _pom(text: str) -> Facts:
    # Tags are looked for as text: an XML parser would have to be kept from entities and other people's files.
    parent = text.find("<parent>")
    after = text.find("</parent>", parent) if parent >= 0 else -1
    own = text[:parent] + text[after:] if after >= 0 else text
    rest = _POM_REST.search(own)
    facts: dict[str, str] = {}
    for tag, value in _POM_TAG.findall(own[: rest.start()] if rest else own):
        facts.setdefault(tag, value)
    artifacts = [value for tag, value in _POM_TAG.findall(text) if tag == "artifactId"]
    return {**facts, "name": facts.get("artifactId"), "dependencies": artifacts}


def _composer(text: str) -> Facts:
    data = _mapping(json.loads(text), strictly=True)
    return {**data, "dependencies": list(_mapping(data.get("require"))), "entry_points": data.get("bin")}


def _gemfile(text: str) -> Facts:
    return {"dependencies": _GEM_LINE.findall(text)}


_PARSERS: dict[str, tuple[str, Parser]] = {
    "package.json": ("npm", _package_json),
    "app.json": ("expo", _expo_json),
    "pyproject.toml": ("python", _pyproject),
    "setup.cfg": ("python", _setup_cfg),
    "Cargo.toml": ("cargo", _cargo),
    "go.mod": ("go", _go_mod),
    "pom.xml": ("maven", _pom),
    "composer.json": ("composer", _composer),
    "Gemfile": ("bundler", _gemfile),
}
PACKAGE_NAMES = frozenset(_PARSERS)


def _mapping(value: Any, *, strictly: bool = False) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if strictly:
        raise ValueError("not an object")
    return {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """A short, printable text, or None: databases refuse NUL and half surrogates, people other controls."""
    if not isinstance(value, str):
        return None
    clean = "".join(char if char.isprintable() else " " for char in value[: 2 * _LONGEST_TEXT])
    return clean.strip()[:_LONGEST_TEXT] or None


def _texts(values: Any) -> tuple[str, ...]:
    items = values if isinstance(values, list) else [values]
    texts = [_text(value) for value in items[:_MOST_ITEMS]]
    return tuple(dict.fromkeys(text for text in texts if text))


def _frameworks(dependencies: Iterable[Any]) -> tuple[str, ...]:
    names: set[str] = set()
    for item in dependencies:
        if not isinstance(item, str):
            continue
        bare = _REQUIREMENT.match(item.strip())
        for name in (item.strip(), bare[0].lower() if bare else ""):
            if name in _FRAMEWORKS:
                names.add(_FRAMEWORKS[name])
    return tuple(sorted(names))
