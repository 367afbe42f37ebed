"""How to log in to a remote: sealed at rest, opened by the worker alone, just before use."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.adapters.git.port import Credentials
from app.adapters.security.secret_box import SecretBox


class _Opened(BaseModel):
    """What is inside the box."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    username: str = ""
    password: str = ""
    ssh_private_key: str = ""


def open_credentials(box: SecretBox, project_id: UUID, sealed: bytes | None) -> Credentials | None:
    """Decrypt a project's credentials; None when it has none, SecretUnreadable when the key is gone.

    The box is bound to the project: another project's credentials cannot be opened here.
    """
    if sealed is None:
        return None
    found = _Opened.model_validate_json(box.open(sealed.decode(), context=f"repo:{project_id}"))
    return Credentials(username=found.username, password=found.password, private_key=found.ssh_private_key)
