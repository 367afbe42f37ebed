"""The autoscaler looks at the queues that this version puts jobs on; here those are AI's, whatever else it has."""

from dataclasses import replace

import pytest

from app.adapters.container import Container
from app.adapters.jobs.registry import Registry
from app.services.ai import jobs as ai_jobs


@pytest.fixture
def container(container: Container) -> Container:
    registry = Registry()
    registry.add_module(ai_jobs)
    return replace(container, registry=registry)
