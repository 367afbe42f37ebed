"""Tables that are made from the code: error codes, queues and the jobs on them."""

import importlib
import inspect
import pkgutil
from datetime import timedelta

import app
from app import wiring
from app.adapters.jobs.schedule import CronSchedule, Schedule
from app.adapters.machine.port import PretendedMachine
from app.config import load_settings
from app.core.errors import AppError, every_error
from app.core.jobs import QUEUE_ALIASES, JobPayload, Queue
from app.workers.role import Role, WorkerType
from app.workers.roles import ROLES

# Of no use anywhere: with them nothing is written to a folder.
_SECRETS = {
    name: f"{name}-for-the-tables-only-0123456789abcdef-{number}"
    for number, name in enumerate(("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET"))
}

_ERRORS = """# Errors

Written by `make docs` from the code; do not edit by hand.

Every error answer has the same body, whatever went wrong and wherever:

```json
{"code": "UPPER_SNAKE", "message": "one sentence a person can act on", "details": {}, "request_id": "…"}
```

Programs decide by `code`, people read `message`, and `request_id` finds the log lines. There is never a stack trace.
What a caller may not see is answered as if it did not exist. A failed job keeps the same `code`, `message` and
`details`; errors marked *retried* are tried again by themselves before a job fails with them.

| code | status | message | from |
|---|---|---|---|
"""
_WORK = """# Background work

Written by `make docs` from the code; do not edit by hand.

A job is a row; queues carry its id ([ADR 0004](adr/0004-the-ledger-is-the-truth.md)). After a failed attempt a job
waits a random time below a bound, which doubles with each attempt up to a ceiling. `hivesync jobs` and `GET /jobs/{id}`
say why a job waits.

## Queues
"""


_ROLES = """`hivesync worker --role ROLE`, or several with commas (or `WORKER_ROLES`), starts a worker; a queue
or alias names its role too. `cleanup_worker` goes with no other role, `gpu_worker` with `preview_builder` only where
`ALLOW_MIXED_GPU_BUILD=true`. Every role needs a `DATA_DIR` that can be written and a database that answers with this
version's schema; it refuses to start, with exit status 1, where something is missing, and `--check` only looks.
"""


def error_book() -> str:
    """The text of `docs/backend_error_model.md`."""
    _import_everything()
    rows = sorted({_error_row(kind) for kind in every_error() if kind.__module__.startswith("app.")})
    return _ERRORS + "\n".join(rows) + "\n"


_STORED = """These are stored on first sight and run once for the whole installation, however many instances there are;
administrators change them with `PATCH /admin/schedules/{name}`. Of several runs that were missed one is made up for."""


def worker_book() -> str:
    """The text of `docs/background_workers.md`."""
    _import_everything()
    lines = [_WORK, "| queue | also called | served by |", "|---|---|---|"]
    lines += [_queue_row(queue) for queue in Queue]
    lines += ["", "## Roles", "", _ROLES, "| role | type | slots | needs | what it does |", "|---|---|---|---|---|"]
    lines += [_role_row(role) for role in ROLES.values()]
    lines += ["", "## Jobs", ""]
    lines += [
        "| kind | queue | attempts | first wait below | longest | time limit | what it does |",
        "|---|---|---|---|---|---|---|",
    ]
    known = wiring.registry()
    for kind in sorted(known.kinds()):
        found = known.find(kind)
        if found:
            lines.append(_job_row(found[0]))
    lines += ["", "## Schedules", "", "| what | every |", "|---|---|"]
    lines += [f"| `{each.name}` | {_duration(each.every)} |" for each in wiring.SCHEDULES if isinstance(each, Schedule)]
    lines += ["", _STORED, "", "| schedule | cron (UTC) | what it does |", "|---|---|---|"]
    stored = [each for each in wiring.SCHEDULES if isinstance(each, CronSchedule)]
    lines += [f"| `{each.name}` | `{each.cron}` | {each.description} |" for each in stored]
    return "\n".join(lines) + "\n"


def _import_everything() -> None:
    """Load every module of the product, so that every class is known."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _error_row(kind: type[AppError]) -> str:
    message = " ".join(inspect.cleandoc(kind.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    retried = " *retried*" if kind.retryable else ""
    return f"| `{kind.code}` | {kind.status}{retried} | {_cell(message)} | `{kind.__module__.removeprefix('app.')}` |"


def _queue_row(queue: Queue) -> str:
    aliases = ", ".join(f"`{alias}`" for alias, name in QUEUE_ALIASES.items() if name == queue.value)
    roles = ", ".join(f"`{role.name}`" for role in ROLES.values() if queue in role.queues)
    return f"| `{queue.value}` | {aliases} | {roles} |"


def _role_row(role: Role) -> str:
    slots = "1" if role.type is not WorkerType.CPU else "`WORKER_CONCURRENCY`"
    if role.name == "preview_builder":
        slots = "the smaller of `WORKER_CONCURRENCY` and `PREVIEW_BUILDER_CONCURRENCY`"
    found = role.needs(load_settings({"DATA_DIR": "/nowhere", **_SECRETS}), PretendedMachine())
    needs = ", ".join(need.name + ("" if need.required else " (warns)") for need in found)
    return f"| `{role.name}` | {role.type.value} | {slots} | {needs} | {role.does} |"


def _job_row(payload: type[JobPayload]) -> str:
    policy = payload.retry
    does = " ".join(inspect.cleandoc(payload.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
    waits = f"{_duration(policy.first_delay)} | {_duration(policy.ceiling)}"
    limit = _duration(payload.time_limit)
    return f"| `{payload.kind}` | `{payload.queue.value}` | {policy.attempts} | {waits} | {limit} | {_cell(does)} |"


def _duration(length: timedelta) -> str:
    seconds = length.total_seconds()
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
