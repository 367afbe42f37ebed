"""Repositories that journeys start from: a small one, a library as it is published, a large TypeScript workspace."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.fixtures.bare import GitRepo

SMALL = {
    "README.md": "# Shop\n",
    "pyproject.toml": '[project]\nname = "shop"\n',
    "shop/__init__.py": "",
    "shop/price.py": '''"""Prices."""


def price(items, discount=0):
    if discount > 1:
        raise ValueError("more than everything")
    return sum(items) * (1 - discount)


def rounded(value, digits=2):
    return round(value, digits)


class Basket:
    def __init__(self, owner):
        self.owner = owner
        self.items = []

    def add(self, item):
        self.items.append(item)
        return self
''',
    "shop/ship.py": "def ship(order):\n    order.shipped = True\n    return order\n",
}

_AREAS = ("auth", "billing", "catalog", "checkout", "inventory", "media", "orders", "profile", "reports", "search")
_PACKAGES = ("api", "core", "web", "worker")
_LAYERS = ("models", "services", "components", "hooks", "utils")
_FILES_IN_A_LAYER = 10


@dataclass(frozen=True, slots=True)
class Start:
    """Where a journey starts: files, which of them to document, and one that changes upstream."""

    files: Mapping[str, str | bytes]
    documented: tuple[str, ...]
    changes: str
    language: str

    def create(self, path: Path) -> GitRepo:
        """Commit it to a repository of its own."""
        repo = GitRepo.create(path)
        repo.commit(self.files, message="Start")
        return repo


def small() -> Start:
    """A handful of Python files."""
    return Start(SMALL, ("shop/price.py", "shop/ship.py"), "shop/price.py", "python")


def click() -> Start:
    """The sources of a Python library, as it was installed."""
    spec = find_spec("click")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0])
    files = {f"src/click/{path.name}": path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return Start(files, ("src/click/_compat.py", "src/click/utils.py"), "src/click/_compat.py", "python")


def typescript() -> Start:
    """A workspace of two thousand and some TypeScript files in four packages."""
    files: dict[str, str | bytes] = {"package.json": '{"name": "shop", "private": true}\n', "tsconfig.json": "{}\n"}
    for package in _PACKAGES:
        files[f"packages/{package}/package.json"] = f'{{"name": "@shop/{package}", "version": "1.0.0"}}\n'
        for area in _AREAS:
            for layer in _LAYERS:
                folder = f"packages/{package}/src/{area}/{layer}"
                for number in range(_FILES_IN_A_LAYER):
                    suffix = "tsx" if layer == "components" else "ts"
                    files[f"{folder}/{area}{number:02}.{suffix}"] = _module(area, layer, number)
    first = "packages/core/src/billing/services"
    return Start(
        files, (first, "packages/web/src/search/components/search03.tsx"), f"{first}/billing00.ts", "typescript"
    )


def _module(area: str, layer: str, number: int) -> str:
    name = f"{area.capitalize()}{layer.capitalize()}{number}"
    return f"""import {{ total }} from "../utils/{area}00";

export interface {name}Options {{
  limit: number;
  label?: string;
}}

export function make{name}(options: {name}Options, start = {number}): number[] {{
  if (options.limit < 0) throw new RangeError("limit");
  const found: number[] = [];
  for (let each = start; each < options.limit; each += 1) found.push(each);
  return found;
}}

export class {name} {{
  private entries: string[] = [];

  add(entry: string): this {{
    this.entries.push(entry);
    return this;
  }}

  async send(address: string): Promise<Response> {{
    return fetch(address, {{ method: "POST", body: JSON.stringify(this.entries) }});
  }}
}}
"""
