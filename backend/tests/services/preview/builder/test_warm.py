"""Which apps may be built by a bundler that waits: not those with programs that keep what no key knows of."""

from typing import Any

import pytest

from app.services.preview.builder.warm import has_own_plugins


@pytest.mark.parametrize("plugins", [["./plugins/with-x.js"], [["/x", {}]], [5], [[]], 5, "./x", {"a": 1}])
def test_plugins_of_the_repository_and_what_is_no_list_of_names_are_own(plugins: Any) -> None:
    assert has_own_plugins({"expo": {"plugins": plugins}})


@pytest.mark.parametrize("config", [{}, {"expo": 5}, {"expo": {}}, {"expo": {"plugins": None}}])
def test_without_plugins_there_are_none(config: dict[str, Any]) -> None:
    assert not has_own_plugins(config)


def test_plugins_of_packages_are_known_by_their_versions() -> None:
    assert not has_own_plugins({"expo": {"plugins": ["expo-router", ["expo-font", {"fonts": []}]]}})
