"""Role: builds preview bundles, as many at once as both WORKER_CONCURRENCY and PREVIEW_BUILDER_CONCURRENCY allow."""

from app.core.jobs import Queue
from app.workers.role import Role, program

ROLE = Role(
    name="preview_builder",
    queues=(Queue.PREVIEW_BUILD,),
    does="Makes preview bundles, and checks those that were built elsewhere.",
    confines_builds=True,
    slots=lambda settings: min(settings.workers.concurrency, settings.workers.preview_builder_concurrency),
    needs=lambda _settings, machine: (
        # Bundles that were built elsewhere need neither. What shuts builds in is tried out, not looked for.
        program(machine, "node", "runs the bundler", required=False),
        program(machine, "npm", "installs what apps depend on", required=False),
    ),
)
