"""Settings: the only code that reads the environment."""

from app.config.section import SettingsRefused
from app.config.settings import Settings, load_settings

__all__ = ["Settings", "SettingsRefused", "load_settings"]
