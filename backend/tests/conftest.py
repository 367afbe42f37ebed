"""What every test stands on: the fixtures of tests/fixtures, a clock that stands still, bounded examples."""

import os
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from app.core.clock import FrozenClock
from app.core.ids import CountingIds

_FIXTURES = Path(__file__).parent / "fixtures"

# Every file in tests/fixtures is a plugin: adding one is enough.
pytest_plugins = [f"tests.fixtures.{path.stem}" for path in sorted(_FIXTURES.glob("[a-z]*.py"))]

# Examples are repeatable, and a slow machine is not a failure.
settings.register_profile(
    "hivesync", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hivesync")

# What the person at the shell has set must not change a test's outcome.
_KEPT = ("PATH", "HOME", "USER", "LANG", "TMPDIR", "VIRTUAL_ENV", "CI", "TZ")
_KEPT_PREFIXES = ("PYTHON", "PYTEST", "TEST_", "COVERAGE", "LC_")


def pytest_configure() -> None:
    """Leave only the variables that tests may see, and write log lines plainly."""
    for name in list(os.environ):
        if name not in _KEPT and not name.startswith(_KEPT_PREFIXES):
            del os.environ[name]
    # structlog's own default draws every local variable of a traceback, which takes seconds.
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


# What a test asks for when it touches a database or a Redis, and where tests open one by themselves.
_STATEFUL_FIXTURES = frozenset({"database_source", "database_url", "redis_server", "socket_dir"})
_STATEFUL_FOLDERS = (
    "tests/chaos/",
    "tests/migrations/",
    "tests/adapters/db/",
    "tests/adapters/queue/",
    "tests/adapters/kv/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the half of the suite whose outcome can depend on the database or Redis."""
    parser.addoption("--stateful", action="store_true", help="only tests that touch a database or a Redis")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave pure tests out of the second round: they have run in the first, and are the same."""
    if not config.getoption("--stateful"):
        return
    kept = [item for item in items if _is_stateful(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _is_stateful(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return not _STATEFUL_FIXTURES.isdisjoint(names) or any(folder in str(item.path) for folder in _STATEFUL_FOLDERS)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands still until the test moves it."""
    return FrozenClock()


@pytest.fixture
def ids() -> CountingIds:
    """Ids that count from one."""
    return CountingIds()
