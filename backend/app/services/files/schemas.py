"""What goes out over HTTP for files."""

from typing import Literal

from app.schemas.base import Out
from app.schemas.paging import PageOut


class FileEntryOut(Out):
    """A name in a folder: `file`, `folder`, `symlink`, `submodule` or `lfs_pointer`.

    A backslash or a byte that is not UTF-8 is shown escaped; such names can be listed, but not asked for.
    """

    path: str
    name: str
    kind: str
    mode: str
    size: int | None
    language: str | None
    blob_id: str


class FileListOut(PageOut[FileEntryOut]):
    """One page of a folder at a commit, in git's order."""

    path: str
    ref: str
    commit: str


class FileContentOut(Out):
    """A file at a commit. A symlink's content is the path it names; nothing is followed.

    `truncated` is set when `max_bytes` was smaller than the file; `size` is always the whole file's.
    """

    path: str
    ref: str
    commit: str
    blob_id: str
    kind: str
    mode: str
    size: int
    encoding: Literal["utf-8", "base64"]
    content: str
    truncated: bool
    is_binary: bool
    is_lfs_pointer: bool
    language: str | None
    symlink_target: str | None
