"""Where the truth is kept."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from app.config.section import Section, setting

_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}


def _with_driver(url: SecretStr) -> SecretStr:
    scheme, separator, rest = url.get_secret_value().partition("://")
    if not separator or scheme not in _DRIVERS:
        raise ValueError("it must begin with postgresql:// or sqlite:///")
    return SecretStr(f"{_DRIVERS[scheme]}://{rest}")


class DatabaseSettings(Section):
    """The database: SQLite embedded, PostgreSQL in production.

    `url` always names its async driver.
    """

    url: Annotated[SecretStr, AfterValidator(_with_driver)] = setting(
        "DATABASE_URL", SecretStr("sqlite:///.hivesync/hivesync.db"), "`postgresql://…`; empty: SQLite in `$DATA_DIR`."
    )
    worker_role: str | None = setting(
        "DATABASE_WORKER_ROLE",
        None,
        "An existing role that `hivesync migrate` grants what workers need, no more; empty: none (PostgreSQL only).",
        max_length=63,
    )
    pool_size: int = setting("DATABASE_POOL_SIZE", 10, "Connections a process keeps open.", ge=1, le=200)
    statement_timeout_seconds: float = setting(
        "DATABASE_STATEMENT_TIMEOUT_SECONDS", 30.0, "How long one statement may run (PostgreSQL only).", gt=0, le=3600
    )

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the embedded database."""
        return self.url.get_secret_value().startswith("sqlite")
