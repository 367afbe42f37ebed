"""What repositories may be connected, and what a sync may cost."""

from app.config.section import CommaList, Section, setting

# A sync does more than fetch, and its job has a time limit: what may be set here must leave room below that.
LONGEST_FETCH_SECONDS = 3600


class GitSettings(Section):
    """Repository mirrors."""

    allow_local_repos: bool = setting(
        "ALLOW_LOCAL_REPOS", True, "Accept `file:` addresses and local paths. Refused in `prod`."
    )
    allowed_private_hosts: CommaList = setting(
        "GIT_ALLOWED_PRIVATE_HOSTS", (), "Hosts or networks in private address ranges that may be fetched from."
    )
    max_repo_bytes: int = setting("GIT_MAX_REPO_BYTES", 4 * 1024**3, "The largest mirror that is kept.", ge=1024)
    timeout_seconds: float = setting(
        "GIT_TIMEOUT_SECONDS",
        900.0,
        "How long the fetches of one sync may take together. Its job ends after 90 minutes.",
        gt=0,
        le=LONGEST_FETCH_SECONDS,
    )
    sync_interval_seconds: int = setting(
        "SYNC_INTERVAL_SECONDS", 900, "How often every repository is synced by itself; 0: never.", ge=0, le=7 * 86_400
    )
