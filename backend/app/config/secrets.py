"""Secrets: what makes one weak, and the ones a development machine makes for itself."""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from app.config.section import SettingsRefused

SECRET_NAMES = ("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET")
HOW_TO_MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"

_SHORTEST_BYTES = 32
# Random text of 32 bytes has more different characters than this in all but one of 10^6 cases, hexadecimal included.
_FEWEST_CHARACTERS = 8
_PLACEHOLDERS = (
    "change-me", "changeme", "change_me", "default", "example", "hivesync", "insecure", "letmein", "not-so-secret",
    "password", "placeholder", "replace", "supersecret", "super-secret", "test-secret", "your-secret", "your_secret",
)  # fmt: skip


def weakness(secret: str) -> str | None:
    """Say why a secret is weak, or None: too short, a placeholder, repeated, or counted up."""
    if len(secret.encode()) < _SHORTEST_BYTES:
        return f"is shorter than {_SHORTEST_BYTES} bytes"
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return "is a placeholder"
    if len(set(secret)) < _FEWEST_CHARACTERS or secret in (secret + secret)[1:-1]:
        return "repeats itself"
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    if max(steps.count(1), steps.count(-1)) > len(steps) // 2:
        return "is a sequence"
    return None


def kept_secrets(data_dir: Path) -> Mapping[str, str]:
    """Read `secrets.json` of a development machine, making it first; only its owner may read it.

    Two processes that start together agree: the file appears whole, once, or not at all.
    """
    path = data_dir / "secrets.json"
    try:
        if not path.exists():
            _write_once(path, {name: secrets.token_urlsafe(48) for name in SECRET_NAMES})
    except OSError as error:
        raise SettingsRefused([f"DATA_DIR: {data_dir} cannot be written: {error.strerror}. Choose another."]) from error
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(loaded[name]) for name in SECRET_NAMES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsRefused([f"{path} cannot be used. Give the secrets as variables, or delete the file."]) from error


def _write_once(path: Path, values: Mapping[str, str]) -> None:
    # Private repositories and the embedded database will lie beside it.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file readable by its owner only.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # Unlike a rename, it fails if the file is there.
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink()
