"""What a process loads is what its start costs, and with it how soon a killed worker's job goes on."""

import subprocess
import sys

_LOADED = "import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"


def loaded_by(module: str) -> set[str]:
    command = [sys.executable, "-c", _LOADED.format(module=module)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_worker_loads_nothing_of_what_only_the_api_serves() -> None:
    assert not loaded_by("app.worker") & {"fastapi", "starlette", "uvicorn"}


def test_the_api_loads_them() -> None:
    assert loaded_by("app.main") >= {"fastapi", "starlette", "uvicorn"}
