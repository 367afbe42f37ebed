"""Real mirrors for these tests."""

import pytest

from app.adapters.git.mirrors import GitMirrors
from app.config import Settings

from tests.fixtures.synced import real_mirrors


@pytest.fixture
def mirrors(settings: Settings) -> GitMirrors:
    """Writable mirrors in the test's own folder."""
    return real_mirrors(settings)
