"""Settings: the only code that reads the environment.

What the server needs is loaded when it is first named: people's commands do without it and start in half the time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.config.section import SettingsRefused
    from app.config.settings import Settings, load_settings

__all__ = ["Settings", "SettingsRefused", "load_settings"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("app.config.section" if name == "SettingsRefused" else "app.config.settings"), name)
