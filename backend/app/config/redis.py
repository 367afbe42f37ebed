"""Where ids of work and short-lived facts travel."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from app.config.section import Section, setting


def _redis_scheme(url: SecretStr | None) -> SecretStr | None:
    if url is not None and not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("it must begin with redis://, rediss:// or unix://")
    return url


class RedisSettings(Section):
    """Redis, or a server that the product starts itself when `url` is None."""

    url: Annotated[SecretStr | None, AfterValidator(_redis_scheme)] = setting(
        "REDIS_URL", None, "`redis://…`; empty: a private server is started on a Unix socket in `$DATA_DIR`."
    )
    timeout_seconds: float = setting(
        "REDIS_TIMEOUT_SECONDS", 5.0, "How long to wait for Redis before calling it away.", gt=0, le=60
    )
    max_connections: int = setting("REDIS_MAX_CONNECTIONS", 50, "Connections a process may open.", ge=2, le=1000)

    @property
    def is_embedded(self) -> bool:
        """Say whether the product runs its own server."""
        return self.url is None
