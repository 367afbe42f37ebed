"""Ties pytest's fixtures to the parameters that ask for them by name. Pure."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from app.services.refactor.symbols.groups import Groups
from app.services.refactor.symbols.mentions import Scope
from app.services.refactor.symbols.model import Symbol
from app.services.refactor.symbols.python import Analysis

_DECORATOR = "fixture"


def tie_fixtures(found: Analysis, name: str, groups: Groups) -> list[Symbol]:
    """Tie every fixture of that name to the parameters of tests and fixtures that see it; answer the fixtures."""
    fixtures = [*_fixtures(found, name)]
    for path, scopes in found.scopes.items():
        for scope in scopes.scopes:
            if scope.kind == "function" and name in scope.parameters and asks_for_fixtures(scope):
                nearest = max((one for one in fixtures if _sees(path, one)), key=_depth, default=None)
                if nearest is not None:
                    groups.join([nearest, Symbol(path, scope.at, name)])
    return fixtures


def _fixtures(found: Analysis, name: str) -> Iterator[Symbol]:
    for path, scopes in found.scopes.items():
        for scope in scopes.scopes:
            if scope.kind == "function" and scope.name == name and is_fixture(scope):
                yield Symbol(path, scopes.scopes[scope.parent].at, name)


def is_fixture(scope: Scope) -> bool:
    """Say whether it is one that is found by its name; one with `name=` is found by that, whatever it is called."""
    return any(
        each.split("(")[0].rpartition(".")[2] == _DECORATOR and "name=" not in each.replace(" ", "")
        for each in scope.decorators
    )


def asks_for_fixtures(scope: Scope) -> bool:
    """Say whether pytest gives a function what its parameters name: a test, or a fixture."""
    return scope.name.startswith("test") or any(
        each.split("(")[0].rpartition(".")[2] == _DECORATOR for each in scope.decorators
    )


def _sees(path: str, fixture: Symbol) -> bool:
    """A fixture is seen in its own file, and from a `conftest.py` in everything below its folder."""
    home = PurePosixPath(fixture.path)
    return path == fixture.path or (home.name == "conftest.py" and home.parent in PurePosixPath(path).parents)


def _depth(fixture: Symbol) -> tuple[bool, int]:
    """The nearest one counts: one of the same file before all."""
    home = PurePosixPath(fixture.path)
    return home.name != "conftest.py", len(home.parts)
