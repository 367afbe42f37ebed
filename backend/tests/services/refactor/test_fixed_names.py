"""Files that are found by their names: told of, whichever of the two names means something."""

import pytest

from app.services.refactor.fixed_names import notes_of_fixed_names
from app.services.refactor.moves import Moves


@pytest.mark.parametrize(
    ("path", "new", "told"),
    [
        ("shop/tests/conftest.py", "shared", "a tool finds this file"),
        ("shop/prices.py", "test_prices", "tests are found"),
        ("shop/test_prices.py", "test_costs", None),
        ("shop/models.py", "tables", "Django finds modules"),
        ("shop/management/commands/report.py", "tell", "Django calls a command"),
        ("web/src/pages/about.tsx", "us", "a router may make"),
        ("web/vite.config.ts", "build.config", "a tool finds this file"),
        ("web/prices.test.ts", "costs.test", None),
        ("app/services/prices.py", "costs", None),
        ("shop/prices.py", "costs", None),
    ],
)
def test_a_file(path: str, new: str, told: str | None) -> None:
    notes = [*notes_of_fixed_names(Moves({path: "elsewhere"}), new, [path])]
    assert [note.reason.startswith(told or "") for note in notes] == ([True] if told else [])


def test_a_folder_that_is_an_app_of_django() -> None:
    paths = ["shop/__init__.py", "shop/models.py"]
    (note,) = notes_of_fixed_names(Moves({}, {"shop": "store"}), "store", paths)
    assert "tables" in note.reason
