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

    @property
    def is_embedded(self) -> bool:
        """Say whether the product runs its own server."""
        return self.url is None
