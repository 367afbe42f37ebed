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


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands still until the test moves it."""
    return FrozenClock()


@pytest.fixture
def ids() -> CountingIds:
    """Ids that count from one."""
    return CountingIds()
