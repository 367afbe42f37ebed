"""What every section of the settings is made of: a frozen model whose fields are environment variables."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from app.core.errors import AppError


class SettingsRefused(AppError):
    """HiveSync cannot start with these settings."""

    code = "SETTINGS_REFUSED"

    def __init__(self, problems: list[str]) -> None:
        """List every problem at once, so that one edit mends them all."""
        self.problems = problems
        super().__init__("HiveSync cannot start with these settings:\n" + "\n".join(f"  - {line}" for line in problems))


class Section(BaseModel):
    """A frozen group of settings. Each field's validation alias is its environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    @classmethod
    def variables(cls) -> dict[str, FieldInfo]:
        """Map each environment variable of this section to its field."""
        return {str(field.validation_alias): field for field in cls.model_fields.values()}

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read this section's variables; pydantic's ValidationError names the wrong ones. Empty means not set."""
        given = {name: env[name].strip() for name in cls.variables() if env.get(name, "").strip()}
        return cls.model_validate(given)


def setting(name: str, default: Any, description: str, **limits: Any) -> Any:
    """Declare a field: its environment variable, default, one sentence for the book, and pydantic's limits."""
    return Field(default=default, validation_alias=name, description=description, **limits)


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


CommaList = Annotated[tuple[str, ...], BeforeValidator(_split)]
