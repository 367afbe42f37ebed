"""What git says when it fails, sorted into errors a person can act on; secrets never pass."""

import re
import signal
from collections.abc import Iterable
from typing import Final

from app.adapters.git.errors import (
    BranchTaken,
    DiskFull,
    MirrorCorrupt,
    RepoAuthFailed,
    RepoContentRefused,
    RepoTooLarge,
    RepoUnreachable,
    RepoUrlRefused,
)
from app.adapters.process.port import Finished
from app.core.errors import AppError

# Said of our own files, not of what the remote sends.
_CORRUPT: Final = re.compile(
    "|".join(
        (
            r"packfile .* (?:cannot be accessed|does not match|is far too short|is not a git|index unavailable|claims)",
            r"file .*\.(?:pack|idx) (?:is too small|is far too short|cannot be mapped)",
            r"index file .* is too small",
            r"loose object [0-9a-f]+ .*corrupt",
            r"object (?:file )?\S+ (?:\(stored in .*\) )?is (?:corrupt|empty)",
            r"inflate: data stream error",
            r"unable to (?:unpack|resolve reference)",
            r"unable to (?:read|parse) (?:tree|commit|object)",
            r"could not (?:read|parse) (?:commit|tree)",
            r"failed to read delta",
            r"bad (?:object|pack header|tree object|ref)",
            r"broken ref",
            r"missing (?:blob|tree|commit)",
            r"did not receive expected object",
            r"remote did not send all necessary objects",
        )
    ),
    re.IGNORECASE,
)
# In this order; each with what it says to a person beyond its own words, or None for those.
_NAMED: Final[tuple[tuple[re.Pattern[str], type[AppError], str | None], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, message)
    for pattern, kind, message in (
        (r"no space left on device|disk quota exceeded", DiskFull, None),
        (rf"file too large|died of signal {int(signal.SIGXFSZ)}\b", RepoTooLarge, None),
        (
            r"transport '.*' not allowed|protocol \"?'?\w+\"?'? (?:is )?(?:not supported|disabled)",
            RepoUrlRefused,
            "The repository's server sends git on to an address that is not allowed.",
        ),
        (
            r"host key verification failed|remote host identification has changed",
            RepoAuthFailed,
            "The server's ssh host key is not the one seen at the first sync. If it was changed on purpose, "
            "delete the project and connect the repository again.",
        ),
        (
            r"mismatched algorithms",
            RepoContentRefused,
            "The repository names its objects by SHA-256, which HiveSync cannot read yet. Connect one that uses SHA-1.",
        ),
        (r"fsck error|error: object [0-9a-f]{40}: \w+", RepoContentRefused, None),
        (
            r"corruption on the remote side|remote: fatal: bad|remote: error: .*corrupt",
            RepoUnreachable,
            "The remote repository is damaged: its own server cannot read all of it.",
        ),
        (
            r"authentication failed|could not read (?:username|password)|terminal prompts disabled|"
            r"permission denied \(|permission to .* denied|access denied|invalid username or|returned error: 40[134]|"
            r"(?:repository|project)\b.*\bnot found|could not be found",
            RepoAuthFailed,
            None,
        ),
        (
            r"does not appear to be a git repository|not a git repository|no such file or directory",
            RepoUnreachable,
            "There is no Git repository at that address.",
        ),
    )
)
_NOISE: Final = re.compile(r"(?:remote: )?(?:Counting|Compressing|Receiving|Resolving|Enumerating|Writing|Updating) ")


def error_of(finished: Finished, secrets: Iterable[str] = ()) -> AppError:
    """Name what went wrong in a command that talks to a remote."""
    said = redact(finished.stderr.decode("utf-8", "replace"), secrets)
    if finished.timed_out:
        return RepoUnreachable(f"The repository's server did not finish within {finished.seconds:.0f} seconds.")
    if finished.returncode == -signal.SIGXFSZ:
        return RepoTooLarge()
    for pattern, kind, message in _NAMED:
        if pattern.search(said):
            return kind(message, said=summary(said))
    return MirrorCorrupt(said=summary(said)) if is_corruption(finished) else RepoUnreachable(said=summary(said))


def is_corruption(finished: Finished) -> bool:
    """Say whether git complained about the mirror's own files."""
    lines = finished.stderr.decode("utf-8", "replace").splitlines()
    return any(_CORRUPT.search(line) for line in lines if not line.startswith("remote: "))


def push_error_of(finished: Finished, secrets: Iterable[str] = ()) -> AppError:
    """Name what went wrong in a push."""
    said = finished.stderr + b"\n" + finished.stdout
    if b"[rejected]" in said or b"stale info" in said:
        return BranchTaken()
    if b"[remote rejected]" in said:
        return RepoAuthFailed(
            "The remote refused the branch. Its rules may forbid it, or the credentials may only read.",
            said=summary(redact(said.decode("utf-8", "replace"), secrets)),
        )
    return error_of(finished, secrets)


def redact(text: str, secrets: Iterable[str]) -> str:
    """Take out the credentials of this operation, and any user part of an address."""
    for secret in secrets:
        text = text.replace(secret, "[removed]")
    return re.sub(r"(://)[^/\s@]+@", r"\1", text)


def summary(said: str) -> str:
    """The last lines worth reading, at most 500 characters."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip() and not _NOISE.match(line)]
    return "".join(char if char.isprintable() else " " for char in " / ".join(lines[-4:]))[-500:]
