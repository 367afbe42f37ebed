"""Every sandbox this machine has, and a prober over a folder of the test's."""

from pathlib import Path

import pytest

from app.adapters.ids import SystemIds
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.chosen import candidates
from app.adapters.sandbox.port import Sandbox
from app.adapters.sandbox.probe import Prober
from app.core.clock import SystemClock


@pytest.fixture
def prober(tmp_path: Path) -> Prober:
    """Attacks sandboxes, and knows of a file that is precious."""
    precious = tmp_path / "hivesync.db"
    precious.write_text("everything")
    return Prober(SystemProcesses(SystemClock()), SystemIds(), tmp_path / "tmp", (precious,))


@pytest.fixture(params=["bubblewrap", "namespaces", "landlock"])
async def sandbox(request: pytest.FixtureRequest, prober: Prober) -> Sandbox:
    """One sandbox after the other; those that cannot be had here are skipped, as containers forbid some."""
    found = next((each for each in candidates() if each.name == request.param), None)
    if found is None:
        pytest.skip(f"no {request.param} here")
    problem = (await prober.probe(found)).problem
    if problem:
        pytest.skip(f"{request.param}: {problem}")
    return found
