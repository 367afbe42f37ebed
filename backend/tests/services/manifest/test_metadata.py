"""Package files are read for what they say, however badly they mean it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.manifest.metadata import LARGEST_PACKAGE_FILE, PACKAGE_NAMES, Package, project_metadata, read_package

BLOB = "a" * 40


def read(path: str, text: str) -> Package:
    return read_package(path, BLOB, text.encode())


def test_package_json_gives_name_scripts_frameworks_and_entry_points() -> None:
    text = json.dumps(
        {
            "name": "@acme/app",
            "version": "1.2.3",
            "main": "dist/index.js",
            "bin": {"acme": "bin/acme.js"},
            "scripts": {"test": "vitest"},
            "dependencies": {"react": "^19"},
            "devDependencies": {"vite": "^8"},
        }
    )
    package = read("web/package.json", text)
    assert (package.kind, package.name, package.version) == ("npm", "@acme/app", "1.2.3")
    assert package.scripts == (("test", "vitest"),)
    assert package.frameworks == ("React", "Vite")
    assert package.entry_points == ("dist/index.js", "bin/acme.js")


def test_expo_app_json_is_recognised() -> None:
    package = read("app.json", '{"expo": {"name": "Shop", "version": "2.0.0"}}')
    assert (package.kind, package.name, package.frameworks) == ("expo", "Shop", ("Expo",))


def test_pyproject_gives_scripts_as_entry_points() -> None:
    text = '[project]\nname = "flaskr"\ndependencies = ["Flask>=2"]\n[project.scripts]\nrun = "flaskr:main"\n'
    package = read("pyproject.toml", text)
    assert (package.name, package.frameworks, package.entry_points) == ("flaskr", ("Flask",), ("flaskr:main",))


def test_setup_cfg_is_read_without_interpolation() -> None:
    text = (
        "[metadata]\nname = old\nversion = %(x)s\n[options]\ninstall_requires =\n  django>=4\n"
        "[options.entry_points]\nconsole_scripts =\n  old = old.cli:main\n"
    )
    package = read("setup.cfg", text)
    assert (package.name, package.version, package.frameworks) == ("old", "%(x)s", ("Django",))
    assert package.scripts == (("old", "old.cli:main"),)


@pytest.mark.parametrize(
    ("path", "text", "name", "frameworks"),
    [
        (
            "Cargo.toml",
            '[package]\nname = "ripple"\nversion = "0.1.0"\n[dependencies]\naxum = "1"\n',
            "ripple",
            ("Axum",),
        ),
        (
            "go.mod",
            "module example.org/x\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.0\n)\n",
            "example.org/x",
            ("Gin",),
        ),
        ("composer.json", '{"name": "a/b", "require": {"laravel/framework": "^12"}}', "a/b", ("Laravel",)),
        ("Gemfile", 'source "https://example.org"\ngem "rails", "~> 8"\n', None, ("Ruby on Rails",)),
        (
            "pom.xml",
            "<project><parent><artifactId>up</artifactId></parent><artifactId>shop</artifactId><dependencies>"
            "<dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
            "shop",
            ("Spring Boot",),
        ),
    ],
)
def test_other_package_files(path: str, text: str, name: str | None, frameworks: tuple[str, ...]) -> None:
    package = read(path, text)
    assert (package.name, package.frameworks, package.problem) == (name, frameworks, None)


def test_too_large_and_broken_files_say_so() -> None:
    assert read_package("package.json", BLOB, None).problem
    assert read_package("package.json", BLOB, b" " * (LARGEST_PACKAGE_FILE + 1)).problem
    assert read("package.json", "[1]").problem
    assert read("package.json", "[" * 100_000).problem
    assert read("pyproject.toml", "a = ").problem


def test_text_no_database_takes_is_cleaned() -> None:
    package = read("package.json", '{"name": "a\\u0000b\\ud800c", "version": 7}')
    assert (package.name, package.version) == ("a b c", None)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", sorted(PACKAGE_NAMES))
@pytest.mark.parametrize(
    "piece", ["\n", " ", "a.", "[", "<parent>", "gem ", "module ", "a =", "[a.", '{"a":', "\ta v1"]
)
def test_no_file_takes_long(name: str, piece: str) -> None:
    text = piece * (LARGEST_PACKAGE_FILE // len(piece))
    read(name, text)
    read(name, f"a{text}b")
    read(name, f"[{text[:50_000]}]\n{text[:50_000]}=1")


@given(st.sampled_from(sorted(PACKAGE_NAMES)), st.binary(max_size=200))
def test_no_bytes_raise(name: str, data: bytes) -> None:
    read_package(name, BLOB, data)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["name", "expo", "scripts", "dependencies", "bin", "require", "main"]), inner
            )
        ),
    )
)
def test_no_json_raises(value: object) -> None:
    data = json.dumps(value).encode()
    for name in ("package.json", "app.json", "composer.json"):
        json.dumps(read_package(name, BLOB, data).to_json()).encode()


def test_the_outermost_package_names_the_project() -> None:
    inner = read("web/package.json", '{"name": "web", "dependencies": {"react": "1"}}')
    outer = read("pyproject.toml", '[project]\nname = "whole"\ndependencies = ["fastapi"]\n')
    metadata = project_metadata([outer, inner])
    assert (metadata["name"], metadata["kinds"]) == ("whole", ["npm", "python"])
    assert metadata["frameworks"] == ["FastAPI", "React"]
