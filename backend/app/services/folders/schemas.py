"""What goes in and out over HTTP for folder syncs."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from app.schemas.base import In, Moment, Out

Sha256 = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", examples=["5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"])
]


class FolderFileIn(In):
    """What a file holds: SHA-256 and size of its bytes, and git's mode: `100644`, or `100755` if it can be run."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0)]
    mode: Annotated[str, Field(pattern="^100(644|755)$", examples=["100644"])]


class FolderSyncIn(In):
    """A whole folder, by the paths of its files. What is not named is deleted by the commit.

    With `base_commit` (the commit that the folder was compared with; 40 zeros: the project had none) a sync that came
    in between is not overwritten: 409 `BASE_MOVED`. Without it the last one to commit wins; the commit before stays in
    the history either way.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "files": {
                        "hello.txt": {
                            "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                            "size": 6,
                            "mode": "100644",
                        }
                    },
                    "base_commit": "0" * 40,
                }
            ]
        }
    )

    files: dict[str, FolderFileIn]
    base_commit: Annotated[str | None, Field(pattern="^[0-9a-f]{40}$")] = None


class FolderSyncOut(Out):
    """A folder sync that is open: `missing` are the contents to send; the rest the project has already.

    `head` is the commit that the mirror is at now, null where there is none yet.
    """

    sync_id: UUID
    missing: list[str]
    files: int
    bytes: int
    head: str | None
    expires_at: Moment
