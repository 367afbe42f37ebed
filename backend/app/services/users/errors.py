"""What can go wrong with a profile."""

from app.core.errors import Invalid


class PreferencesTooLarge(Invalid):
    """Preferences are larger than 16 KiB. Keep large things elsewhere."""


class PasswordIncomplete(Invalid):
    """To change the password, send both `current_password` and `new_password`."""
