"""How much work a worker takes on."""

from app.config.section import CommaList, Section, setting


class WorkerSettings(Section):
    """Worker processes. The gpu and cleanup roles always have one slot."""

    roles: CommaList = setting("WORKER_ROLES", (), "The roles that a worker without --role takes, in one process.")
    up_roles: CommaList = setting(
        "UP_ROLES",
        ("repo_sync_worker", "ai_worker", "refactor_worker", "preview_builder", "cleanup_worker"),
        "The workers that `hivesync up` starts.",
    )
    concurrency: int = setting("WORKER_CONCURRENCY", 2, "Jobs one worker runs at the same time.", ge=1, le=4)
    preview_builder_concurrency: int = setting(
        "PREVIEW_BUILDER_CONCURRENCY", 2, "How many of a preview builder's slots may build.", ge=1, le=4
    )
    gpu_queue_enabled: bool = setting("GPU_QUEUE_ENABLED", False, "Send jobs that need a GPU to the queue gpu_ai_jobs.")
    allow_mixed_gpu_build: bool = setting(
        "ALLOW_MIXED_GPU_BUILD", False, "Let one process take the roles gpu_worker and preview_builder."
    )
    grace_seconds: float = setting(
        "WORKER_GRACE_SECONDS", 20.0, "How long running jobs may finish in after SIGTERM.", ge=0, le=3600
    )
