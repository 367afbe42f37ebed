"""Role: renames across files, worked out as proposals."""

from app.core.jobs import Queue
from app.workers.role import Role, program

ROLE = Role(
    name="refactor_worker",
    queues=(Queue.REFACTOR,),
    does="Works out renames across files as proposals.",
    needs=lambda _settings, machine: (program(machine, "git", "reads mirrors"),),
)
