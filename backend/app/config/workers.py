"""How much work a worker takes on."""

from app.config.section import Section, setting


class WorkerSettings(Section):
    """Worker processes. The gpu and cleanup roles always have one slot."""

    concurrency: int = setting("WORKER_CONCURRENCY", 2, "Jobs one worker runs at the same time.", ge=1, le=4)
    gpu_queue_enabled: bool = setting("GPU_QUEUE_ENABLED", False, "Send jobs that need a GPU to the queue gpu_ai_jobs.")
    grace_seconds: float = setting(
        "WORKER_GRACE_SECONDS", 20.0, "How long running jobs may finish in after SIGTERM.", ge=0, le=3600
    )
