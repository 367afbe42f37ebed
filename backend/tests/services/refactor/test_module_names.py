"""A module in texts: found by its path, with the right owner, and not by a word of every day."""

import pytest

from app.services.refactor.module_names import ModuleNames, edits_of_module, names_of
from app.services.refactor.moves import Moves

PATHS = ["src/shop/__init__.py", "src/shop/prices.py", "src/shop/data/x.csv", "web/src/prices.ts", "web/src/shop/a.ts"]
PACKAGE = ModuleNames(
    "shop", dotted=frozenset({"shop", "src.shop"}), children=frozenset({"prices", "data", "total"}),
    places=frozenset({"src/shop"}), entries=frozenset({"prices.py", "prices", "data", "*", "**"}), roots=("src",),
)  # fmt: skip
MODULE = ModuleNames(
    "prices", dotted=frozenset({"shop.prices", "src.shop.prices"}), children=frozenset({"total"}),
    places=frozenset({"src/shop/prices"}), suffixes=frozenset({".py"}), roots=("src",),
)  # fmt: skip
FILE = ModuleNames(
    "prices", places=frozenset({"web/src/prices"}), suffixes=frozenset({".ts", ".js", ".tsx"}),
)  # fmt: skip


def found(names: ModuleNames, path: str, text: str) -> str:
    """The text with every edit in it, as `NEW`; tests read what changed and what did not."""
    edits, _ = edits_of_module({path: text.encode()}, names, "NEW")
    data = text.encode()
    for edit in reversed(edits):
        data = data[: edit.start] + edit.new + data[edit.end :]
    return data.decode()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("pyproject.toml", 'run = "shop.prices:main"', 'run = "NEW.prices:main"'),
        ("pyproject.toml", 'name = "shop"\npackages = ["shop"]', 'name = "shop"\npackages = ["NEW"]'),
        ("pyproject.toml", 'packages = [\n  "other",\n  "shop",\n]', 'packages = [\n  "other",\n  "NEW",\n]'),
        ("pyproject.toml", "[tool.coverage.run]\nsource = ['shop']", "[tool.coverage.run]\nsource = ['NEW']"),
        ("Dockerfile", "COPY src/shop /app\nCMD python -m shop.prices", "COPY src/NEW /app\nCMD python -m NEW.prices"),
        ("Dockerfile", 'CMD ["python", "-m", "shop"]', 'CMD ["python", "-m", "NEW"]'),
        ("Procfile", "web: uvicorn shop.prices:app", "web: uvicorn NEW.prices:app"),
        ("Procfile", "web: celery -A shop worker", "web: celery -A NEW worker"),
        ("ci.yml", "run: pytest --cov=shop src/shop/", "run: pytest --cov=NEW src/NEW/"),
        ("README.md", "```\nfrom shop import x\nimport shop\n```", "```\nfrom NEW import x\nimport NEW\n```"),
        ("README.md", "See `shop` and shop/prices.py.", "See `NEW` and NEW/prices.py."),
        ("docs/a.rst", ".. automodule:: shop", ".. automodule:: NEW"),
        ("README.md", "A shop. Our shop/store. my.shop, shop.example, other/shop, /shop, shop-x", None),
        ("compose.yml", "image: registry.example/shop\nname: shop\nurl: https://shop.example/shop", None),
        ("other/README.md", "See ../shop/prices.py and shop.total", "See ../shop/prices.py and NEW.total"),
    ],
)
def test_a_package(path: str, text: str, expected: str | None) -> None:
    assert found(PACKAGE, path, text) == (expected or text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("setup.cfg", "run = shop.prices:total", "run = shop.NEW:total"),
        ("Makefile", "\tpython src/shop/prices.py --now", "\tpython src/shop/NEW.py --now"),
        ("src/shop/README.md", "[code](prices.py), [code](./prices.py)", "[code](NEW.py), [code](./NEW.py)"),
        ("README.md", "prices.py, prices, shop/prices.txt, my.shop.prices, x/shop/prices.py", None),
    ],
)
def test_a_module(path: str, text: str, expected: str | None) -> None:
    assert found(MODULE, path, text) == (expected or text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("web/package.json", '"main": "./src/prices.ts"', '"main": "./src/NEW.ts"'),
        ("web/package.json", '"bin": { "prices": "dist/prices.js" }', '"bin": { "prices": "dist/NEW.js" }'),
        ("web/package.json", '{ "./prices": "./dist/src/prices.js" }', '{ "./prices": "./dist/src/NEW.js" }'),
        ("web/package.json", '"start": "tsx src/prices.ts"', '"start": "tsx src/NEW.ts"'),
        ("web/app.json", '{ "entryPoint": "./src/prices.tsx" }', '{ "entryPoint": "./src/NEW.tsx" }'),
        ("web/tsconfig.json", '"files": ["src/prices.ts"]', '"files": ["src/NEW.ts"]'),
        ("web/index.html", '<script src="/src/prices.ts"></script>', '<script src="/src/NEW.ts"></script>'),
        ("web/package.json", '"name": "prices", "keywords": ["prices"], "a": "./other/prices.ts"', None),
    ],
)
def test_a_file_of_typescript(path: str, text: str, expected: str | None) -> None:
    assert found(FILE, path, text) == (expected or text)


def test_a_folder_is_known_by_what_lies_in_it() -> None:
    names = names_of("shop", Moves({}, {"web/src/shop": "web/src/store"}), PATHS)
    assert found(names, "web/tsconfig.json", '"include": ["src/shop/**/*", "src/shop/a.ts", "src/shop/b.ts"]') == (
        '"include": ["src/NEW/**/*", "src/NEW/a.ts", "src/shop/b.ts"]'
    )


def test_settings_are_doubts_and_documents_are_not() -> None:
    texts = {"README.md": b"shop.prices", "pyproject.toml": b'x = "shop.prices"'}
    edits, notes = edits_of_module(texts, PACKAGE, "NEW")
    assert [edit.path for edit in edits] == ["README.md", "pyproject.toml"]
    assert [note.path for note in notes] == ["pyproject.toml"]
