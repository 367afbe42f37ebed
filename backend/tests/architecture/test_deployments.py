"""The sample deployments start every role, and no more of what is only one."""

import re
from pathlib import Path

import pytest

from app.adapters.scaling.port import NEVER_SCALED
from app.core.jobs import Queue
from app.services.autoscaler.signals import ROLES as SCALED
from app.workers.roles import ROLES

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
CLUSTER = (ROOT / "deploy/kubernetes/hivesync.yaml").read_text(encoding="utf-8")
RIGHTS = (ROOT / "deploy/kubernetes/autoscaler.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [COMPOSE, CLUSTER], ids=["compose", "kubernetes"])
def test_every_role_is_started_once(text: str) -> None:
    started = re.findall(r'--role"?,? "?([a-z_]+)', text)
    assert sorted(started) == sorted(ROLES)


def test_cleanup_is_one_and_never_two_for_a_moment() -> None:
    (cleanup,) = (part for part in CLUSTER.split("\n---\n") if "name: hivesync-cleanup-worker," in part)
    assert "replicas: 1\n" in cleanup
    assert "Recreate" in cleanup


def test_the_autoscaler_may_scale_what_it_scales_and_nothing_else() -> None:
    named = re.findall(r"^ +- hivesync-([a-z-]+)$", RIGHTS, re.MULTILINE)
    # Mirrors lie on one disk: that role is scaled only where an operator names its queue, and gives the right.
    usual = {role for queue, role in SCALED.items() if queue is not Queue.REPO_SYNC}
    assert {name.replace("-", "_") for name in named} == usual
    assert NEVER_SCALED not in SCALED.values()
