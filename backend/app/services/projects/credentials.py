"""How to log in to a project's repository, checked against its address and sealed before anybody writes it down."""

import base64
from uuid import UUID

from app.adapters.git.urls import RemoteUrl
from app.adapters.security.secret_box import SecretBox
from app.core.hashing import canonical_json
from app.services.projects.errors import CredentialsUnfit
from app.services.projects.schemas import CredentialsIn

# GitHub, GitLab and Gitea take a token with any name; this one is right for the strictest of them.
_TOKEN_USER = "oauth2"  # noqa: S105 - a user's name
_KEY_BEGINS = "-----BEGIN "


def seal(box: SecretBox, project_id: UUID, given: CredentialsIn, remote: RemoteUrl) -> str | None:
    """Seal credentials for one project and give them as base64, None when there are none; CredentialsUnfit."""
    values = _values(given)
    if not values:
        return None
    _check(values, remote)
    sealed = box.seal(canonical_json(values).decode(), context=f"repo:{project_id}")
    return base64.b64encode(sealed.encode()).decode()


def _values(given: CredentialsIn) -> dict[str, str]:
    password = given.password.get_secret_value() if given.password else ""
    token = given.token.get_secret_value() if given.token else ""
    key = given.ssh_private_key.get_secret_value() if given.ssh_private_key else ""
    if password and token:
        raise CredentialsUnfit("Send a password or a token, not both.")
    username = given.username or (_TOKEN_USER if token else "")
    named = {"username": username, "password": password or token, "ssh_private_key": _plain_key(key)}
    return {name: value for name, value in named.items() if value}


def _plain_key(key: str) -> str:
    # OpenSSH refuses keys without a last newline, and keys that came through Windows.
    return key.replace("\r\n", "\n").strip() + "\n" if key.strip() else ""


def _check(values: dict[str, str], remote: RemoteUrl) -> None:
    key = values.get("ssh_private_key", "")
    if remote.scheme == "file":
        raise CredentialsUnfit("A local repository needs no credentials.")
    if remote.scheme == "ssh" and not key:
        raise CredentialsUnfit
    if remote.scheme != "ssh" and (key or not values.get("password")):
        raise CredentialsUnfit
    if key and (not key.startswith(_KEY_BEGINS) or "PRIVATE KEY" not in key.splitlines()[0]):
        raise CredentialsUnfit("That is not a private key in PEM or OpenSSH form.")
    if any(char in values.get(name, "") for name in ("username", "password") for char in "\r\n\0"):
        raise CredentialsUnfit("A user name or password holds no line breaks.")
