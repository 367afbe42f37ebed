"""Git's objects as bytes: trees parsed without libgit2's help, names made safe to show, LFS pointers known."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from app.adapters.git.port import EntryType

_ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|\\)")
_LFS_HEAD: Final = b"version https://git-lfs.github.com/spec/"
_LONGEST_LFS_POINTER: Final = 1024


class RawChild(NamedTuple):
    """One line of a tree object: normalised mode, what it says, the name's and the id's bytes."""

    mode: str
    type: EntryType
    name: bytes
    oid: bytes

    @property
    def sort_key(self) -> bytes:
        """What git sorts trees by: a folder's name counts as if it ended with a slash."""
        return self.name + b"/" if self.type is EntryType.FOLDER else self.name


def parse_tree(data: bytes) -> list[RawChild]:
    """Read a tree object (SHA-1 format); ValueError when it is not one."""
    children: list[RawChild] = []
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        mode, kind = _mode(data[at:space])
        at = end + 21
        children.append(RawChild(mode, kind, data[space + 1 : end], data[end + 1 : at]))
    if at != len(data):
        raise ValueError("the tree is cut off")
    return children


def tree_lines(data: bytes) -> set[bytes]:
    """Cut a tree object into its lines unread: comparing two trees needs no more where they are equal."""
    lines: set[bytes] = set()
    at = 0
    while at < len(data):
        after = data.index(b"\0", at) + 21
        lines.add(data[at:after])
        at = after
    if at != len(data):
        raise ValueError("the tree is cut off")
    return lines


@lru_cache(maxsize=64)
def _mode(written: bytes) -> tuple[str, EntryType]:
    """A mode as git writes it today, and its meaning: old tools wrote 100664 and 40000."""
    mode = int(written, 8)
    match mode & 0o170000:
        case 0o040000:
            return "040000", EntryType.FOLDER
        case 0o120000:
            return "120000", EntryType.SYMLINK
        case 0o160000:
            return "160000", EntryType.SUBMODULE
        case _:
            return "100755" if mode & 0o100 else "100644", EntryType.FILE


def name_text(name: bytes) -> str:
    r"""A name as text that any database and any JSON holds: backslashes doubled, bytes that are not UTF-8 as `\xNN`.

    Different names stay different; names with neither are unchanged.
    """
    if b"\\" in name:
        name = name.replace(b"\\", b"\\\\")
    return name.decode("utf-8", "backslashreplace")


def name_bytes(text: str) -> bytes:
    """The bytes that `name_text` shows as this text."""
    plain = text.encode("utf-8", "surrogatepass")
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"\\", plain)


def is_lfs_pointer(data: bytes) -> bool:
    """Say whether a file's bytes are a Git LFS pointer, which stands for contents the mirror does not have."""
    return data.startswith(_LFS_HEAD) and len(data) <= _LONGEST_LFS_POINTER
